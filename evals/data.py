"""Where the development data lies, and how its rows become listings."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from serow import Listing

_FUNCTIONAL_SUITES = Path(__file__).parent / "suites"


def data_folder() -> Path | None:
    """``$SEROW_EVAL_DATA`` or ``../shared/data``; None where neither exists."""
    folder = Path(os.environ.get("SEROW_EVAL_DATA") or Path(__file__).parents[2] / "shared" / "data")
    return folder if folder.is_dir() else None


def rows(file: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSONL file."""
    with file.open(encoding="utf-8") as opened:
        for line in opened:
            if line.strip():
                yield json.loads(line)


def functional_cases(folder: Path) -> list[tuple[Listing, dict[str, Any]]]:
    """The functional suite in ``folder/functional`` (or a suite of ours), as listings with their labels."""
    return [(functional_listing(row), row) for row in rows(folder / "functional" / "cases.jsonl")]


def our_suites() -> list[Path]:
    """Suites of our own writing that the project publishes."""
    return sorted(_FUNCTIONAL_SUITES.glob("*.jsonl"))


def functional_listing(row: dict[str, Any]) -> Listing:
    """One case of a functional suite; its language is not told to the software."""
    return Listing(id=row["id"], surface=row["surface"], title=row["title"], description=row.get("description") or "", price=row.get("price"))


def post(row: dict[str, Any]) -> Listing:
    """A WLT-OSN or museum row: a post of which the description is the account's, so it is left out."""
    return Listing(id=row["id"], surface="post", text=row["text"])


def shop_title(row: dict[str, Any]) -> Listing:
    """A shop title with its description."""
    return Listing(id=row["id"], surface="listing", title=row["text"], description=row.get("description") or "", price=row.get("price"))
