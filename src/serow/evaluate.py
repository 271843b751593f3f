"""How good the decisions are on labelled rows: every figure with a bootstrap interval over groups."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from serow.model import Decision, Listing

_DRAWS = 400
_SEED = 20261125
_FLAG = {"flag", "1", "true", "violating", "positive", "block", "review"}
_ALLOW = {"allow", "0", "false", "not violating", "negative"}


class Case(NamedTuple):
    """A labelled listing with its decision; rows of one ``group`` (an account, near-duplicates) count as one vote together."""

    label: bool
    decision: Decision
    group: str
    language: str
    surface: str
    function: str


class Figure(NamedTuple):
    """A measure with its 95 % interval, or NaN where the rows cannot give it."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return "–" if np.isnan(self.value) else f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


class Scores(NamedTuple):
    """The figures of one slice of the rows; weights make each group one vote."""

    rows: int
    positives: int
    recall: Figure
    specificity: Figure
    precision: Figure
    f1: Figure
    balanced_accuracy: Figure
    auc: Figure
    average_precision: Figure
    recall_at_precision: Figure


def label_of(record: dict[str, Any]) -> bool | None:
    """The label of a row (``label`` or ``expect``), None where it has none."""
    value = str(record.get("label", record.get("expect", ""))).strip().lower()
    return True if value in _FLAG else False if value in _ALLOW else None


def case_of(listing: Listing, decision: Decision, label: bool) -> Case:
    """A case from a listing whose attributes hold group, language and function."""
    attributes = listing.attributes
    group = str(attributes.get("group") or listing.id)
    language = listing.language or str(attributes.get("lang") or "unknown")
    return Case(label, decision, group, language, listing.surface, str(attributes.get("function") or attributes.get("family") or "all"))


def slices(cases: Sequence[Case], key: Callable[[Case], str]) -> list[tuple[str, list[Case]]]:
    """The cases by one property, largest first."""
    found: dict[str, list[Case]] = {}
    for case in cases:
        found.setdefault(key(case), []).append(case)
    return sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))


def measure(cases: Iterable[Case], *, group_votes: bool = True, at_precision: float = 0.70) -> Scores:
    """All figures over the cases; with ``group_votes`` every group weighs one, whatever its size."""
    rows = list(cases)
    y = np.array([case.label for case in rows])
    score = np.array([case.decision.assessment.score for case in rows])
    hit = np.array([case.decision.action != "allow" for case in rows])
    names = [case.group + ("+" if case.label else "-") for case in rows]
    codes = {name: i for i, name in enumerate(dict.fromkeys(names))}
    group = np.array([codes[name] for name in names])
    size = np.bincount(group, minlength=len(codes)) if rows else np.zeros(0)
    weight = 1.0 / size[group] if group_votes and rows else np.ones(len(rows))
    measures: dict[str, Callable[..., float]] = {
        "recall": _recall,
        "specificity": _specificity,
        "precision": _precision,
        "f1": _f1,
        "balanced_accuracy": _balanced,
        "auc": _auc,
        "average_precision": _average_precision,
        "recall_at_precision": partial(_recall_at, wanted=at_precision),
    }
    return Scores(len(rows), int(y.sum()), *_with_intervals(list(measures.values()), y, score, hit, weight, group, len(codes)))


def _with_intervals(
    functions: list[Callable[..., float]], y: NDArray[Any], score: NDArray[Any], hit: NDArray[Any], weight: NDArray[Any], group: NDArray[Any], groups: int
) -> list[Figure]:
    values = [function(y, score, hit, weight) for function in functions]
    if not groups:
        return [Figure(float("nan"), float("nan"), float("nan")) for _ in functions]
    draws = np.full((len(functions), _DRAWS), np.nan)
    random = np.random.default_rng(_SEED + zlib.crc32(y.tobytes()) % 1000)
    for d in range(_DRAWS):
        times = np.bincount(random.integers(0, groups, groups), minlength=groups)[group]
        drawn = weight * times
        for f, function in enumerate(functions):
            draws[f, d] = function(y, score, hit, drawn)
    found = []
    for f, value in enumerate(values):
        usable = draws[f][~np.isnan(draws[f])]
        low, high = np.percentile(usable, [2.5, 97.5]) if len(usable) else (float("nan"), float("nan"))
        found.append(Figure(float(value), float(low), float(high)))
    return found


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")


def _recall(y: Any, score: Any, hit: Any, w: Any) -> float:
    return _ratio(w[y & hit].sum(), w[y].sum())


def _specificity(y: Any, score: Any, hit: Any, w: Any) -> float:
    return _ratio(w[~y & ~hit].sum(), w[~y].sum())


def _precision(y: Any, score: Any, hit: Any, w: Any) -> float:
    return _ratio(w[y & hit].sum(), w[hit].sum())


def _f1(y: Any, score: Any, hit: Any, w: Any) -> float:
    return _ratio(2 * w[y & hit].sum(), w[y].sum() + w[hit].sum())


def _balanced(y: Any, score: Any, hit: Any, w: Any) -> float:
    return (_recall(y, score, hit, w) + _specificity(y, score, hit, w)) / 2


def _auc(y: Any, score: Any, hit: Any, w: Any) -> float:
    positive, negative = w[y].sum(), w[~y].sum()
    if positive <= 0 or negative <= 0:
        return float("nan")
    order = np.argsort(score, kind="stable")
    s, label, weight = score[order], y[order], w[order]
    _, start, inverse = np.unique(s, return_index=True, return_inverse=True)
    below = np.concatenate([[0.0], np.cumsum(np.where(label, 0.0, weight))])
    tied = np.bincount(inverse, np.where(label, 0.0, weight))
    return float((weight * label * (below[start][inverse] + tied[inverse] / 2)).sum() / (positive * negative))


def _curve(y: Any, score: Any, w: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    order = np.argsort(-score, kind="stable")
    s, label, weight = score[order], y[order], w[order]
    last = np.append(s[1:] != s[:-1], True)
    true = np.cumsum(weight * label)[last]
    found = np.cumsum(weight)[last]
    total = true[-1]
    return (true / total if total > 0 else true * np.nan), np.divide(true, found, out=np.ones_like(true), where=found > 0)


def _average_precision(y: Any, score: Any, hit: Any, w: Any) -> float:
    if w[y].sum() <= 0:
        return float("nan")
    recall, precision = _curve(y, score, w)
    return float((np.diff(np.append(0.0, recall)) * precision).sum())


def _recall_at(y: Any, score: Any, hit: Any, w: Any, wanted: float) -> float:
    if w[y].sum() <= 0:
        return float("nan")
    recall, precision = _curve(y, score, w)
    good = recall[precision >= wanted]
    return float(good.max()) if len(good) else 0.0
