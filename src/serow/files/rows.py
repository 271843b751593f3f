"""One record as it came → a Listing, or the reason why it cannot be one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, get_args

from serow.model import TEXT_FIELDS, Listing, Surface

SURFACES = frozenset(get_args(Surface))
MAX_TEXT = 1_000_000
_STRINGS = ("id", "currency", "category", "seller", "location", "url", "posted_at", "language")
KNOWN = frozenset((*_STRINGS, *TEXT_FIELDS, "surface", "price", "images"))


class RowError(ValueError):
    """A record that cannot be judged; the message is the reason."""


class DeadRow(NamedTuple):
    """A row that was put aside: where it stood, why, and the first 2,000 characters of it."""

    file: str
    line: int
    reason: str
    content: str


class RowOptions(NamedTuple):
    """How records become listings: default surface, and fields to rename (theirs → ours)."""

    surface: Surface = "listing"
    rename: tuple[tuple[str, str], ...] = ()


def to_listing(record: Mapping[str, Any], options: RowOptions, fallback_id: str) -> Listing:
    """A listing from a decoded record; fields it does not know become attributes. Raises RowError."""
    if options.rename:
        renames = dict(options.rename)
        record = {renames.get(key, key): value for key, value in record.items() if renames.get(key, key) == key or value is not None}
    values: dict[str, Any] = {}
    for name in TEXT_FIELDS:
        values[name] = _text(name, record.get(name))
    if not any(values[name].strip() for name in TEXT_FIELDS):
        raise RowError("no text: title, description and text are empty")
    if sum(len(values[name]) for name in TEXT_FIELDS) > MAX_TEXT:
        raise RowError(f"text longer than {MAX_TEXT:,} characters")
    for name in _STRINGS:
        values[name] = _string(name, record.get(name))
    values["id"] = values["id"] or fallback_id
    values["surface"] = _surface(record.get("surface"), options.surface)
    attributes = {str(key): value for key, value in record.items() if key not in KNOWN}
    values["price"] = _price(record.get("price"), attributes)
    values["images"] = _images(record.get("images"))
    return Listing(**values, attributes=attributes)


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RowError(f"{name} is {type(value).__name__}, not text")
    return value


def _string(name: str, value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    raise RowError(f"{name} is {type(value).__name__}, not text")


def _surface(value: Any, default: Surface) -> Surface:
    if value is None or value == "":
        return default
    if not isinstance(value, str) or value not in SURFACES:
        raise RowError(f"surface is {value!r}, not one of {', '.join(sorted(SURFACES))}")
    return value  # type: ignore[return-value]


def _price(value: Any, attributes: dict[str, Any]) -> float | None:
    """A number, or a text that is one; other texts ("ask me", "£20 or offer") are kept as the attribute price_text."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise RowError(f"price is {type(value).__name__}, not a number")
    if isinstance(value, str):
        try:
            value = float(value.replace(" ", "").replace("\u00a0", ""))
        except ValueError:
            attributes["price_text"] = value
            return None
    price = float(value)
    if price != price or price in (float("inf"), float("-inf")):
        raise RowError("price is not a finite number")
    return price


def _images(value: Any) -> tuple[str, ...]:
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise RowError("images is not a list of texts")
