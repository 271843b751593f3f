"""The docs say what the program does: commands, fields, conditions, evidence."""

from __future__ import annotations

from pathlib import Path

import click

from serow.assess.score import load_weights, meaning
from serow.cli.main import serow
from serow.knowledge.lexicon import KINDS
from serow.output import COLUMNS
from serow.policy.load import CONDITIONS

ROOT = Path(__file__).parents[1]


def commands(group: click.Group, prefix: str) -> list[str]:
    found = []
    for name, command in group.commands.items():
        found += commands(command, f"{prefix} {name}") if isinstance(command, click.Group) else [f"{prefix} {name}"]
    return found


def reference(name: str) -> str:
    return (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")


def test_every_command_and_option_is_documented() -> None:
    page = reference("commands.md")
    for name in commands(serow, "serow"):
        assert f"## {name}" in page


def test_generated_pages_are_up_to_date() -> None:
    from docs.generate import pages

    for file, text in pages().items():
        assert (ROOT / "docs" / file).read_text(encoding="utf-8") == text, f"{file}: run make docs"


def test_every_output_field_is_documented() -> None:
    page = reference("output.md")
    for column in COLUMNS:
        assert f"`{column}`" in page


def test_every_condition_and_kind_is_documented() -> None:
    for condition in CONDITIONS:
        assert f"`{condition}`" in reference("policy-file.md")
    for kind in KINDS:
        assert f"`{kind}`" in reference("lexicon.md")


def test_every_kind_of_evidence_has_a_meaning() -> None:
    for name in load_weights().evidence:
        assert meaning(name) != name


def test_the_readme_has_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make run" in text
    assert "make test" in text
