"""Shapes rather than words: contact handles, certificate numbers, quantities with units. The shapes are data."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import yaml

from serow.knowledge.errors import DataError
from serow.knowledge.knowledge import data_folder
from serow.model import Measure


class Shape(NamedTuple):
    """One regular expression with what it stands for; ``kind`` is contact or claim."""

    kind: str
    concept: str
    meaning: str
    source: str
    expression: re.Pattern[str]


class Unit(NamedTuple):
    """A unit as written, the kind of measure and the factor to g, cm, ml or pieces."""

    kind: str
    unit: str
    factor: float


class Patterns(NamedTuple):
    """The shapes of ``data/patterns.yaml``, compiled."""

    shapes: tuple[Shape, ...]
    units: dict[str, Unit]
    quantity: re.Pattern[str]


@cache
def load_patterns() -> Patterns:
    """Read and compile the shapes; raises DataError with the remedy for a broken expression."""
    content = yaml.safe_load((data_folder() / "patterns.yaml").read_text(encoding="utf-8"))
    shapes = []
    for item in content["shapes"]:
        try:
            expression = re.compile(item["expression"], re.IGNORECASE)
        except re.error as error:
            raise DataError("patterns.yaml", 0, f"{item['concept']}: {error}", "Correct the regular expression.") from None
        for example in item["examples"]:
            if not expression.search(example):
                raise DataError("patterns.yaml", 0, f"{item['concept']} does not match its example {example!r}", "Correct the expression or the example.")
        shapes.append(Shape(item["kind"], item["concept"], item["meaning"], item["source"], expression))
    units = {word: Unit(kind, unit["unit"], float(unit["factor"])) for kind, found in content["units"].items() for unit in found for word in unit["words"]}
    words = "|".join(sorted((re.escape(word) for word in units), key=len, reverse=True))
    quantity = re.compile(rf"(?<![\w.,])(\d{{1,3}}(?:,\d{{3}})+|\d{{1,7}}(?:[.,]\d{{1,3}})?)\s?({words})(?![^\W\d_])", re.IGNORECASE)
    return Patterns(tuple(shapes), units, quantity)


class ShapeMatch(NamedTuple):
    """Where a shape was seen in the joined text."""

    shape: Shape
    start: int
    end: int


def find_shapes(text: str) -> list[ShapeMatch]:
    """Contact handles and certificate numbers in a text, in order."""
    found = [ShapeMatch(shape, m.start(), m.end()) for shape in load_patterns().shapes for m in shape.expression.finditer(text)]
    return sorted(found, key=lambda m: m.start)


def find_measures(text: str, price: float | None, currency: str | None) -> tuple[Measure, ...]:
    """Quantities with units, normalised to g, cm, ml or pieces, and the price as given; at most twenty."""
    patterns = load_patterns()
    found = [Measure(kind="price", value=price, unit=currency or "", quote="")] if price is not None else []
    for match in patterns.quantity.finditer(text):
        unit = patterns.units[match[2].lower()]
        value = _number(match[1]) * unit.factor
        found.append(Measure(kind=unit.kind, value=round(value, 3), unit=unit.unit, quote=match[0]))  # type: ignore[arg-type]
        if len(found) >= 20:
            break
    return tuple(found)


def _number(text: str) -> float:
    """A number as sellers write it: 1,200 is a thousand two hundred, 1,5 is one and a half."""
    head, comma, tail = text.partition(",")
    if (comma and len(tail) == 3 and head != "0") or text.count(",") > 1:
        return float(text.replace(",", ""))
    return float(text.replace(",", "."))
