"""One listing's text as the detectors see it: fields joined, with the way from bytes to characters to fields."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from serow.model import TEXT_FIELDS, Listing


class Source:
    """The joined text; fields are parted by a newline."""

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        self.fields: list[tuple[str, int, int]] = []
        parts: list[str] = []
        at = 0
        for name in TEXT_FIELDS:
            value: str = getattr(listing, name)
            if value:
                self.fields.append((name, at, at + len(value)))
                parts.append(value)
                at += len(value) + 1
        self.text = "\n".join(parts)
        self.data = self.text.encode("utf-8", "replace")

    @cached_property
    def char_at(self) -> NDArray[np.int32] | None:
        """Character index of each byte, or None where both are the same."""
        if len(self.data) == len(self.text):
            return None
        starts = (np.frombuffer(self.data, np.uint8) & 0xC0) != 0x80
        return np.cumsum(np.append(starts, True), dtype=np.int32) - 1

    def locate(self, start: int, end: int) -> tuple[str, int, int]:
        """Field and character offsets within it of a span of the joined text."""
        for name, begin, stop in self.fields:
            if start < stop or name == self.fields[-1][0]:
                return name, start - begin, min(end, stop) - begin
        return "text", start, end
