"""Turn surface forms into the byte literals that the scan looks for in folded text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from serow.text import kernel

_START, _END = bytes([kernel.JOINED_START]), bytes([kernel.JOINED_END])
JOINED_MIN = 5


class Literal(NamedTuple):
    """Bytes to look for; ``joined`` ones stand inside words written together."""

    data: bytes
    joined: bool = False


def variants(form: str, properties: dict[str, list[str]]) -> Iterable[str]:
    """The form and what its language makes of it: prefixed particles, letters written as two."""
    yield form
    swapped = form
    for pair in properties.get("letters", []):
        letter, instead = pair.split("=")
        swapped = swapped.replace(letter, instead)
    if swapped != form:
        yield swapped
    if not form.startswith("*"):
        for prefix in properties.get("prefixes", []):
            yield prefix + form


def literals_of(form: str, fold: Callable[[str], str], *, joinable: bool) -> list[Literal]:
    """The literals of one surface form; empty where nothing of it survives the fold.

    A star opens an end: ``elfenbein*`` is found at the start of a word, ``*bein`` at its end. In unspaced scripts both ends are open.
    """
    open_start, open_end = form.startswith("*"), form.endswith("*")
    folded = fold(form.strip("*").strip())
    if not folded:
        return []
    start = b"" if open_start or _unspaced(folded[0]) else b" "
    end = b"" if open_end or _unspaced(folded[-1]) else b" "
    found = [Literal(start + folded.encode() + end)]
    compact = folded.replace(" ", "")
    if joinable and len(compact) >= JOINED_MIN and compact.isalpha() and not any(_unspaced(c) for c in compact):
        found += [Literal(_START + compact.encode(), joined=True), Literal(compact.encode() + _END, joined=True)]
        if compact != folded and len(compact) >= JOINED_MIN + 2:
            found.append(Literal(b" " + compact.encode() + end))
    return found


def _unspaced(char: str) -> bool:
    cp = ord(char)
    return 0x0E00 <= cp < 0x0F00 or 0x1000 <= cp < 0x10A0 or 0x1780 <= cp < 0x1800 or 0x2E80 <= cp < 0xA000 or 0xF900 <= cp < 0xFB00 or cp >= 0x2600 and cp < 0x2E00 or cp >= 0x1F000
