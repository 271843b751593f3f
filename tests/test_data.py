"""The data: provenance, validity, own examples, and no third-party text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from serow.detect.patterns import load_patterns
from serow.knowledge.errors import DataError
from serow.knowledge.knowledge import Knowledge, data_folder
from serow.knowledge.lexicon import COLUMNS, read_lexicon
from serow.learn import read_corpus

ROOT = Path(__file__).parents[1]


def test_every_table_states_its_provenance() -> None:
    for folder in ("fold", "taxa", "products", "status"):
        for file in (data_folder() / folder).iterdir():
            assert file.read_text(encoding="utf-8").startswith("# "), file.name
    for name in ("languages.yaml", "patterns.yaml", "ordinary.tsv"):
        assert (data_folder() / name).read_text(encoding="utf-8").startswith("# ")


def test_every_language_has_names_intents_and_senses(knowledge: Knowledge) -> None:
    kinds: dict[str, set[str]] = {}
    for row in knowledge.rows:
        kinds.setdefault(row.language, set()).add(row.kind)
    for language in set(knowledge.languages) - {"emoji"}:
        assert {"taxon", "product", "item", "intent", "claim", "sense", "trap", "gear"} <= kinds[language], language


def test_unverified_names_are_weak(knowledge: Knowledge) -> None:
    allowed = ("own knowledge of evasion spellings", "sql lexicon", "repo", "general")
    wrong = [
        row
        for row in knowledge.rows
        if row.source.startswith("unverified") and row.strength == "strong" and not any(word in row.source.lower() for word in allowed)
    ]
    assert len(wrong) <= 30, wrong[:5]


def test_every_row_has_meaning_and_source(knowledge: Knowledge) -> None:
    assert all(row.meaning and row.source for row in knowledge.rows)


def test_every_taxon_found_by_a_word_is_known(knowledge: Knowledge) -> None:
    domestic = {line.split("\t")[0] for line in (data_folder() / "taxa" / "domestic.tsv").read_text(encoding="utf-8").splitlines()}
    for row in knowledge.rows:
        if row.kind in ("taxon", "item") and row.language != "scientific":
            assert row.taxon in knowledge.taxonomy.by_name or row.taxon in domestic, row


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("animal\tManidae\tstrong\tpangolin\tpangolin\tgeneral", "unknown kind"),
        ("taxon\tManidae\tsure\tpangolin\tpangolin\tgeneral", "unknown strength"),
        ("product\ttusks\tweak\ttusk\ttusk\tgeneral", "unknown product"),
        ("intent\tbargain\tweak\tx\tx\tgeneral", "unknown concept"),
        ("taxon\tManidae\tstrong\t \tpangolin\tgeneral", "no form"),
        ("taxon\tManidae\tstrong\tpangolin\t\tgeneral", "no meaning"),
        ("taxon\tManidae\tstrong\tpangolin", "4 fields instead of 6"),
        ("item\tManidae\tstrong\tpangolin\tx\tgeneral", "item concept"),
    ],
)
def test_a_broken_line_of_the_lexicon_is_named(tmp_path: Path, line: str, reason: str) -> None:
    file = tmp_path / "xx.tsv"
    file.write_text("\t".join(COLUMNS) + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=reason) as caught:
        list(read_lexicon(file, "xx", {"scales"}))
    assert caught.value.line == 2


def test_patterns_match_their_examples() -> None:
    assert load_patterns().shapes


def test_the_corpus_is_large_and_in_form() -> None:
    corpus = read_corpus(ROOT / "training")
    assert len(corpus) >= 10_000
    assert 0.4 < sum(row.label for row in corpus) / len(corpus) < 0.6
    assert len({row.language for row in corpus}) >= 23


def test_the_sample_covers_all_languages() -> None:
    rows = [json.loads(line) for line in (data_folder() / "samples" / "listings.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) >= 190
    assert len({row["language"] for row in rows}) >= 22


def test_corpus_and_suites_share_no_text() -> None:
    corpus = {(row.listing.title + row.listing.description).strip().lower() for row in read_corpus(ROOT / "training")}
    for suite in (ROOT / "evals" / "suites").glob("*.jsonl"):
        for line in suite.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            assert (row["title"] + row["description"]).strip().lower() not in corpus
