"""Turn surface forms into the byte literals that the scan looks for in folded text."""

from __future__ import annotations

from collections.abc import Callable

COMPACT_MIN = 7


def variants(form: str, properties: dict[str, list[str]]) -> list[str]:
    """The form and, where its language writes a letter also as two, the form so written."""
    swapped = form
    for pair in properties.get("letters", []):
        letter, instead = pair.split("=")
        swapped = swapped.replace(letter, instead)
    return [form] if swapped == form else [form, swapped]


def literals_of(form: str, fold: Callable[[str], str], *, compact: bool, open_start: bool = False) -> list[bytes]:
    """The literals of one surface form; empty where nothing of it survives the fold.

    A star opens an end: ``elfenbein*`` is found at the start of a word, ``*bein`` at its end. In unspaced scripts both ends are open.
    ``compact`` also finds a phrase written as one word; ``open_start`` finds a word behind particles (to be checked by the caller).
    """
    open_start, open_end = open_start or form.startswith("*"), form.endswith("*")
    folded = fold(form.strip("*").strip())
    if not folded:
        return []
    start = b"" if open_start or _unspaced(folded[0]) else b" "
    end = b"" if open_end or _unspaced(folded[-1]) else b" "
    found = [start + folded.encode() + end]
    together = folded.replace(" ", "")
    if compact and together != folded and len(together) >= COMPACT_MIN and together.isalpha():
        found.append(start + together.encode() + end)
    return found


def _unspaced(char: str) -> bool:
    cp = ord(char)
    return (
        0x0E00 <= cp < 0x0F00
        or 0x1000 <= cp < 0x10A0
        or 0x1780 <= cp < 0x1800
        or 0x2E80 <= cp < 0xA000
        or 0xF900 <= cp < 0xFB00
        or (cp >= 0x2600 and cp < 0x2E00)
        or cp >= 0x1F000
    )
