"""Where things stand in a text: reading positions and sentences, so that nearness means the same in every script."""

from __future__ import annotations

import re
from bisect import bisect_right

import numpy as np

from serow.detect.mention import Mention

_STOP = re.compile(r"[.!?;](?=\s|$)|[。！？；\n।۔]|[-–—]{2,}|\s[-–—|•·/]\s")
PHRASE, SENTENCE = 14, 90
_HAN_WIDTH = 2.5


class Layout:
    """Reading positions (a Han character counts 2.5 letters) and sentence numbers of a text."""

    def __init__(self, text: str) -> None:
        self._breaks = [m.start() for m in _STOP.finditer(text)]
        self._positions = None
        if not text.isascii():
            points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
            widths = np.where((points >= 0x2E80) & (points < 0xAC00), _HAN_WIDTH, np.where((points >= 0xAC00) & (points < 0xD7A4), 2.0, 1.0))
            self._positions = np.concatenate([[0.0], np.cumsum(widths)])

    def sentence(self, at: int) -> int:
        """Number of the sentence that character ``at`` stands in."""
        return bisect_right(self._breaks, at)

    def gap(self, a: Mention, b: Mention) -> float:
        """Reading units between two mentions; 0 where they touch or overlap."""
        first, second = (a, b) if a.start <= b.start else (b, a)
        if second.start <= first.end:
            return 0.0
        if self._positions is None:
            return float(second.start - first.end)
        return float(self._positions[second.start] - self._positions[first.end])

    def nearness(self, a: Mention, b: Mention) -> str:
        """``phrase``, ``sentence`` or ``listing``."""
        if self.sentence(a.start) == self.sentence(b.start):
            gap = self.gap(a, b)
            if gap <= PHRASE:
                return "phrase"
            if gap <= SENTENCE:
                return "sentence"
        return "listing"
