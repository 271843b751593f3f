"""Policies: shipped examples hold, mistakes are named, clauses explain themselves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from serow import Listing, Screener
from serow.backtest import check_policy, compare_policies
from serow.knowledge.errors import DataError
from serow.knowledge.knowledge import data_folder
from serow.policy import Compiled, explain_clause, load_policy, policy_names
from serow.policy.load import MESSAGE_LANGUAGES, parse_policy, schema


@pytest.mark.parametrize("name", policy_names())
def test_every_clause_does_what_its_examples_say(name: str) -> None:
    assert [str(failure) for failure in check_policy(name)] == []


@pytest.mark.parametrize("name", policy_names())
def test_every_clause_is_complete(name: str) -> None:
    for clause in load_policy(name).clauses:
        assert clause.source
        assert all(clause.message[language] for language in MESSAGE_LANGUAGES)


def _text() -> str:
    return (data_folder() / "policies" / "coalition.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("- offence:\n    - live_animal", "- ofence:\n    - live_animal", "unknown field"),
        ("review: 0.5", "review: high", "Expected `float`"),
        ("status: stable", "status: done", "Invalid enum value"),
        ("id: live-animal", "id: live-wild-animal", "stands twice"),
        ("block: 0.9", "block: 0.2 # 0.9", "below its review score"),
        ("id: coalition", "id: [coalition", "not YAML"),
    ],
)
def test_mistakes_are_named_with_file_line_and_remedy(old: str, new: str, reason: str) -> None:
    assert old in _text()
    with pytest.raises(DataError, match=reason) as caught:
        parse_policy(_text().replace(old, new, 1), "mine.yaml")
    assert caught.value.file == "mine.yaml"
    assert caught.value.line > 0
    assert caught.value.remedy


def test_a_kill_switch_silences_a_clause(screener: Screener) -> None:
    listing = Listing(title="Pangolin scales, dried, 2 kg, for sale", price=400.0)
    assert screener.screen(listing).action != "allow"
    silent = parse_policy(_text().replace("review:", "enabled: false\n  review:"), "silent.yaml")
    assert Screener(screener.knowledge, silent).screen(listing).action == "allow"


def test_explain_says_why_a_clause_did_not_apply(screener: Screener) -> None:
    listing = Listing(title="Ivory lace wedding dress", price=100.0)
    facts = screener.facts(listing, screener.assess(listing))
    lines = explain_clause(Compiled(screener.policy), facts, "protected-part")
    assert any(line.startswith("✗") for line in lines)
    with pytest.raises(KeyError):
        explain_clause(Compiled(screener.policy), facts, "no-such-clause")


def test_messages_never_hold_the_matched_words(screener: Screener) -> None:
    decision = screener.screen(Listing(title="Pangolin scales, dried, 2 kg, for sale", price=400.0, language="es"))
    assert decision.message
    assert "pangol" not in decision.message.lower()
    assert decision.message == screener.policy.clauses[[c.id for c in screener.policy.clauses].index(decision.clauses[0].id)].message["es"]


def test_the_shipped_schema_is_that_of_the_types() -> None:
    assert json.loads((data_folder() / "policy.schema.json").read_text(encoding="utf-8")) == schema()


def test_compare_shows_what_would_change(screener: Screener) -> None:
    silent = Screener(screener.knowledge, parse_policy(_text().replace("review:", "enabled: false\n  review:"), "silent.yaml"))
    listings = [Listing(id="1", title="Pangolin scales, dried, 2 kg, for sale"), Listing(id="2", title="chair")]
    changes = compare_policies(screener, silent, listings)
    assert [(change.listing.id, change.new) for change in changes] == [("1", "allow")]


def test_a_missing_policy_names_those_that_exist(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="coalition"):
        load_policy(str(tmp_path / "none.yaml"))
