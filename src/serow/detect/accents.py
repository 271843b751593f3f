"""Whether the accents a seller wrote agree with those of a word, and which disguises its letters wear."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_STYLED = ((0x1D400, 0x1D7FF), (0xFF21, 0xFF5A), (0x24B6, 0x24E9), (0x1F130, 0x1F189), (0x1F1E6, 0x1F1FF), (0x2100, 0x214F), (0x1D00, 0x1DBF), (0xA730, 0xA7FF))
_INVISIBLE = {0x00AD, 0x034F, 0x061C, 0x180E, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0x2063, 0xFEFF}


@lru_cache(maxsize=4096)
def skeleton(text: str) -> tuple[tuple[str, str], ...]:
    """Letters with their marks, in order, without anything else."""
    found: list[tuple[str, str]] = []
    for char in unicodedata.normalize("NFKD", text.casefold().replace("đ", "d\u0335")):
        if unicodedata.combining(char) or char == "\u0335":
            if found:
                found[-1] = (found[-1][0], found[-1][1] + char)
        elif char.isalpha():
            found.append((char, ""))
    return tuple(found)


def compare(quote: str, surface: str) -> str:
    """``same``, ``missing`` (the seller left accents out) or ``other`` (the accents make it another word)."""
    if quote.isascii() and surface.isascii():
        return "same"
    if not any(char.isascii() and char.isalpha() for char, _ in skeleton(surface)):
        return "same"
    ours, theirs = skeleton(surface), skeleton(quote)
    missing = other = False
    for (letter, marks), (seen, written) in zip(ours, theirs, strict=False):
        if letter != seen or marks == written:
            continue
        if written:
            other = True
        else:
            missing = True
    return "other" if other else "missing" if missing else "same"


def disguise(quote: str) -> str | None:
    """The disguise that a quote's characters wear: invisible characters, styled letters or none."""
    if quote.isascii():
        return None
    points = [ord(char) for char in quote]
    if any(cp in _INVISIBLE for cp in points):
        return "invisible_characters"
    if any(low <= cp <= high for cp in points for low, high in _STYLED):
        return "styled_letters"
    return None
