"""The house rules, executable."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import serow

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src" / "serow").rglob("*.py"))
BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command", [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"], ["lint-imports"]], ids=["lint", "format", "types", "imports"]
)
def test_tools_are_clean(command: list[str]) -> None:
    result = subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]


def test_the_front_door_has_at_most_six_names() -> None:
    assert len(serow.__all__) <= 6


@pytest.mark.parametrize("file", SOURCES, ids=lambda f: str(f.relative_to(ROOT)))
def test_rooms_stay_small(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    limit = 800 if file.name == "kernel.py" else 500
    assert text.count("\n") <= limit
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            size = (node.end_lineno or 0) - node.lineno + 1
            assert size <= (150 if node.name == "main_rendition" else 80), node.name


def test_no_pickles_and_no_network() -> None:
    for file in SOURCES:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(import|from) (pickle|socket|urllib|http|requests|marshal)\b", text, re.MULTILINE), file


def test_no_registry_host_and_no_machine_path_is_committed() -> None:
    hosts = re.compile(r"py" + r"pi\.org|pythonho" + r"sted\.|npm" + r"js\.(org|com)|deb" + r"ian\.org")
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False).stdout.decode().split("\0")
    for name in tracked:
        file = ROOT / name
        if name and file.is_file() and file.suffix not in (".npz", ".png", ".svg"):
            assert not hosts.search(file.read_text(encoding="utf-8", errors="replace")), name
