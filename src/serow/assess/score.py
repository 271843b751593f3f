"""The additive score: log-odds of named evidence, calibrated; every weight is data."""

from __future__ import annotations

import math
from functools import cache
from importlib.resources.abc import Traversable

import msgspec

from serow.knowledge.errors import DataError
from serow.knowledge.knowledge import data_folder
from serow.model import Evidence


class Weights(msgspec.Struct, frozen=True):
    """Fitted log-odds of each kind of evidence, the intercept, and how a second opinion is mixed in; ``provenance`` says from what.

    ``base`` is the score of a listing without findings.
    """

    provenance: str
    intercept: float
    base: float
    evidence: dict[str, float]
    opinion_named: float
    opinion_text: float
    opinion_intercept: float
    ask_above: float
    ask_below: float


@cache
def load_weights() -> Weights:
    """The shipped weights; raises DataError where the file is broken."""
    return read_weights(data_folder() / "weights" / "evidence.json")


def read_weights(file: Traversable) -> Weights:
    """Weights from a JSON file of the form that ``make fit`` writes."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Weights)
    except (msgspec.DecodeError, OSError) as error:
        raise DataError(file.name, 0, str(error), "Write it anew with: make fit") from None


def sigmoid(x: float) -> float:
    """Logistic function, safe at both ends."""
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0 else math.exp(x) / (1.0 + math.exp(x))


def logit(p: float) -> float:
    """Log-odds of a probability, clipped to ±9."""
    p = min(max(p, 1.2e-4), 1 - 1.2e-4)
    return math.log(p / (1 - p))


def add_up(values: dict[str, float], weights: Weights) -> tuple[float, tuple[Evidence, ...]]:
    """Score in 0..1 and its terms, largest first; evidence without a weight is shown with weight 0."""
    terms = [Evidence(name=name, value=value, weight=weights.evidence.get(name, 0.0), meaning=meaning(name)) for name, value in values.items()]
    total = weights.intercept + sum(term.contribution for term in terms)
    return sigmoid(total), tuple(sorted(terms, key=lambda term: -abs(term.contribution)))


@cache
def _meanings() -> dict[str, str]:
    return msgspec.json.decode((data_folder() / "weights" / "meanings.json").read_bytes(), type=dict[str, str])


def meaning(name: str) -> str:
    """What a kind of evidence means, in English: the wording of its longest known beginning, and the rest of its name."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        text = _meanings().get(".".join(parts[:cut]))
        if text is not None:
            rest = " ".join(parts[cut:]).replace("_", " ")
            return f"{text} ({rest})" if rest else text
    return name
