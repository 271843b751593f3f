"""The figures of the evaluation, against hand-made cases and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest

from serow.evaluate import Case, label_of, measure, slices
from serow.model import Assessment, Decision, Versions

_VERSIONS = Versions(software="0", knowledge="0", policy="0")


def case(label: bool, score: float, group: str, language: str = "en") -> Case:
    action = "review" if score >= 0.5 else "allow"
    decision = Decision(id=group, action=action, clauses=(), message="", assessment=Assessment(score=score, named_score=score), versions=_VERSIONS)  # type: ignore[arg-type]
    return Case(label, decision, group, language, "post", "all")


def test_figures_agree_with_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    random = np.random.default_rng(7)
    y = random.random(300) < 0.3
    score = np.round(np.clip(y * 0.3 + random.random(300) * 0.7, 0, 1), 2)
    found = measure([case(bool(a), float(b), str(i)) for i, (a, b) in enumerate(zip(y, score, strict=True))])
    assert found.auc.value == pytest.approx(metrics.roc_auc_score(y, score))
    assert found.average_precision.value == pytest.approx(metrics.average_precision_score(y, score))
    assert found.f1.value == pytest.approx(metrics.f1_score(y, score >= 0.5))
    assert found.balanced_accuracy.value == pytest.approx(metrics.balanced_accuracy_score(y, score >= 0.5))
    assert found.auc.low < found.auc.value < found.auc.high


def test_each_group_has_one_vote() -> None:
    cases = [case(True, 0.9, "spammer") for _ in range(100)] + [case(True, 0.1, "other")]
    assert measure(cases).recall.value == pytest.approx(0.5)
    assert measure(cases, group_votes=False).recall.value == pytest.approx(100 / 101)


def test_empty_slices_are_not_numbers() -> None:
    assert str(measure([case(False, 0.1, "a")]).recall) == "–"
    assert slices([case(True, 1.0, "a", "de"), case(True, 1.0, "b")], lambda c: c.language)[0][0] in ("de", "en")


def test_labels_are_read_and_never_guessed() -> None:
    assert label_of({"expect": "flag"}) is True
    assert label_of({"label": 0}) is False
    assert label_of({"label": "maybe"}) is None
