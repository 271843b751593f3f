"""Read the TSV tables of ``data/``: a header line, tab-separated fields, lines that start with ``# `` as provenance."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources.abc import Traversable

from serow.knowledge.errors import DataError


def read_table(file: Traversable, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number (1-based) and fields of each row; raises DataError for a wrong header or number of fields."""
    header: list[str] | None = None
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("# "):
            continue
        fields = [field.strip() for field in line.split("\t")]
        if header is None:
            if tuple(fields) != columns:
                raise DataError(file.name, number, f"the header is {fields}", f"It must be {list(columns)}, parted by tabs.")
            header = fields
            continue
        if len(fields) != len(columns):
            raise DataError(file.name, number, f"{len(fields)} fields instead of {len(columns)}", "Check the tabs of this line.")
        yield number, dict(zip(columns, fields, strict=True))
