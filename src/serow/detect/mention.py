"""A place in a listing where a word of the lexicon stands."""

from __future__ import annotations

from serow.knowledge.lexicon import TRIGGER_KINDS, Row
from serow.text import kernel

EVASIONS = {
    kernel.LEET_I: "digits_for_letters",
    kernel.LEET_L: "digits_for_letters",
    kernel.TO_LATIN: "letters_of_another_script",
    kernel.TO_CYRILLIC: "letters_of_another_script",
    kernel.REPEATED: "repeated_letters",
    kernel.TYPO: "misspelling",
    kernel.SPACED: "spaced_letters",
    kernel.DOTTED: "signs_within_word",
    kernel.SPLIT: "signs_within_word",
}


class Mention:
    """Characters ``start:end`` of the joined text, read as ``row``; ``position`` and ``width`` are in reading units (a Han character is 2.5)."""

    __slots__ = ("cancelled_by", "end", "evasion", "kind", "literal", "marker", "position", "row", "sensed_by", "start", "strength")

    def __init__(self, start: int, end: int, row: Row, strength: str, marker: int, literal: int) -> None:
        self.start, self.end, self.row, self.strength, self.marker, self.literal = start, end, row, strength, marker, literal
        self.kind = row.kind
        self.evasion = EVASIONS.get(marker)
        self.cancelled_by: str | None = None
        self.sensed_by: str | None = None
        self.position = 0

    @property
    def is_name(self) -> bool:
        """Whether it can start an accusation."""
        return self.kind in TRIGGER_KINDS

    @property
    def stands(self) -> bool:
        """Whether it is a name that nothing has cancelled or given another sense."""
        return self.is_name and self.cancelled_by is None and self.sensed_by is None

    def __repr__(self) -> str:
        place = f"{self.start}:{self.end} {self.row.language} m{self.marker}"
        return f"Mention({self.kind} {self.row.concept} {self.strength} {place} x={self.cancelled_by} s={self.sensed_by})"
