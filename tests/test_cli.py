"""The command line, as a user would call it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from serow.cli.main import main, serow

SAMPLE = Path(__file__).parents[1] / "src" / "serow" / "data" / "samples" / "listings.jsonl"


def run(*arguments: str, stdin: bytes | None = None) -> tuple[int, str, str]:
    result = CliRunner().invoke(serow, arguments, input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_the_sample_shows_a_readable_result() -> None:
    code, out, _ = run("screen", str(SAMPLE), "--format", "table", "--no-second-opinion")
    assert code == 0
    assert "listings:" in out
    assert "review" in out


def test_standard_input_says_that_it_cannot_be_continued() -> None:
    code, out, err = run("screen", "-", "--no-second-opinion", stdin=b'{"id":"1","title":"pangolin scales for sale"}\n{broken\n')
    assert code == 1
    assert "cannot be continued" in err
    rows = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    assert [row["id"] for row in rows] == ["1"]
    assert rows[0]["action"] in ("review", "block")
    assert {"id", "action", "score", "offences", "taxa", "products", "intent", "measures", "clauses", "findings", "message", "versions"} <= set(rows[0])


def test_explain_shows_score_law_and_clause() -> None:
    code, out, _ = run("explain", "Pangolin scales 2 kg for sale", "--clause", "protected-part", "--no-second-opinion")
    assert code == 0
    for word in ("Manidae", "Appendix I", "how the score adds up", "clause protected-part"):
        assert word in out


def test_taxa_find_and_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEROW_DATA", str(tmp_path / "home"))
    file = tmp_path / "checklist.csv"
    file.write_text(
        "Scientific Name,Rank,Family,Listing,English common names,Synonyms\nTestus exemplaris,Species,Testidae,I,Example beast,Testus vetus\n,Species,,II,,\n"
    )
    code, out, _ = run("taxa", "import", str(file))
    assert code == 0
    assert "1 taxa kept" in out
    assert "1 rows without" in out
    for name in ("Testus exemplaris", "Example beast"):
        code, out, _ = run("taxa", "find", name)
        assert code == 0
        assert "Testus" in out
    code, out, _ = run("explain", "Testus vetus, two pieces for sale", "--json", "--no-second-opinion")
    assert "Testus vetus" in out
    code, out, _ = run("explain", "Example beast for sale", "--json", "--no-second-opinion")
    assert json.loads(out)["taxa"] == []


def test_policy_commands() -> None:
    assert "coalition" in run("policy", "list")[1]
    assert "live-wild-animal" in run("policy", "show", "coalition")[1]
    assert json.loads(run("policy", "schema")[1])["$defs"]
    code, out, _ = run("policy", "diff", "coalition", "ebay", "--on", str(SAMPLE))
    assert code == 0
    assert "would be decided differently" in out


def test_evaluate_prints_intervals(tmp_path: Path) -> None:
    file = tmp_path / "labelled.jsonl"
    rows = [("pangolin scales for sale", 1), ("ivory lace dress", 0), ("rhino horn carving 300 g for sale", 1), ("oak chair", 0)]
    file.write_text("\n".join(json.dumps({"title": title, "label": label}) for title, label in rows))
    code, out, _ = run("evaluate", str(file), "--no-second-opinion")
    assert code == 0
    assert "[" in out
    assert "AUC" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["screen", "/no/such.jsonl"], "no such file"),
        (["screen", str(SAMPLE), "--policy", "none"], "no such policy"),
        (["screen", "-", "--output", "x.jsonl"], "standard input cannot"),
        (["screen", str(SAMPLE), "--output", "x.xlsx"], "unknown kind of output"),
        (["explain", "x", "--clause", "none"], "no clause"),
    ],
)
def test_expected_errors_are_one_line_with_a_remedy(
    arguments: list[str], message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["serow", *arguments])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    assert message in capsys.readouterr().err
