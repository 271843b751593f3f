"""The fold's tables: what each code point becomes, built from Unicode's own data and the files in ``data/fold``."""

from __future__ import annotations

import unicodedata
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from opencc import OpenCC

from serow.text import kernel

_LAST = 0x20000
_MAX_EXPANSION = 12
_KANA = ((0x3040, 0x30FF),)
_UNSPACED_RANGES = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x19E0, 0x19FF), (0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3040, 0x30FF),
    (0x3105, 0x312F), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA9E0, 0xA9FF), (0xAA60, 0xAA7F), (0xF900, 0xFAFF),
)  # fmt: skip
_STRIPPED_MARKS = (
    (0x0300, 0x036F),
    (0x0483, 0x0489),
    (0x0591, 0x05C7),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
)
_INVISIBLE = {0x00AD, 0x034F, 0x061C, 0x0640, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x3164, 0xFEFF, 0xFFA0, 0x093C}
_INVISIBLE_RANGES = ((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0xFE00, 0xFE0F), (0xE0000, 0xE0FFF), (0x1F3FB, 0x1F3FF))
_STOPS = frozenset('.,;:!?。，、！？；：()（）[]{}【】「」『』《》〈〉"“”„…\n।۔؟،؛¡¿')
_DOTS = frozenset("*_-·•~^+=|/\\'’`´☆★○●◆◇■□※†‡°¤✦✧✨❤♥♡♦♣♠→．.")
_JOINERS = frozenset("@$!|€")
_SYMBOL_RANGES = ((0x2600, 0x27BF), (0x1F000, 0x1FAFF), (0x2300, 0x23FF), (0x2B00, 0x2BFF))


class FoldTables(NamedTuple):
    """Arrays the kernel reads: code point → page → class and expansion (offset and length into ``pool``), and the letter swaps."""

    pages: NDArray[np.int32]
    classes: NDArray[np.uint8]
    offsets: NDArray[np.int32]
    lengths: NDArray[np.uint8]
    pool: NDArray[np.uint8]
    leet: NDArray[np.uint8]
    leet_cyrillic: NDArray[np.int32]
    to_latin: NDArray[np.int32]
    to_cyrillic: NDArray[np.int32]


def read_pairs(name: str) -> list[tuple[str, str]]:
    """Rows of a two-column table in ``data/fold``; lines that start with ``#`` are its provenance."""
    text = resources.files("serow").joinpath("data", "fold", name).read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("# ")]
    return [(row[0], row[1]) for row in rows]


def _within(cp: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= cp <= high for low, high in ranges)


def expand(char: str, letters: dict[str, str]) -> str:
    """What one character becomes: compatibility form, lower case, no stripped marks, our own letter swaps."""
    folded = unicodedata.normalize("NFKD", letters.get(char, char)).casefold()
    folded = "".join(letters.get(c, c) for c in folded)
    folded = unicodedata.normalize("NFKD", folded)
    kept = "".join(c for c in folded if not _within(ord(c), _STRIPPED_MARKS))
    kana = any(_within(ord(c), _KANA) for c in kept)  # half-width kana carry their voicing mark apart, so all do
    recomposed = kept if kana else unicodedata.normalize("NFC", kept)
    return "".join(letters.get(c, c) for c in recomposed)


def classify(cp: int, expansion: str) -> int:
    """The class of a code point, decided by what it becomes."""
    char = chr(cp)
    if cp in _INVISIBLE or _within(cp, _INVISIBLE_RANGES) or _within(cp, _STRIPPED_MARKS):
        return kernel.INVISIBLE
    if char in _JOINERS:
        return kernel.JOINER
    if char in _STOPS and char not in "._":
        return kernel.STOP
    if not expansion:
        return kernel.GAP
    first = expansion[0]
    if _within(ord(first), _UNSPACED_RANGES):
        return kernel.UNSPACED
    if char in _DOTS:
        return kernel.DOT
    category = unicodedata.category(first)
    if (first.isascii() and first.isdigit()) or category == "Nd":
        return kernel.DIGIT
    if category[0] == "L" or category in ("Mn", "Mc"):
        return kernel.LETTER
    if _within(cp, _SYMBOL_RANGES):
        return kernel.SYMBOL
    return kernel.GAP


def build_tables() -> FoldTables:
    """Build the tables from Unicode's data and ``data/fold``; deterministic for one Python version."""
    letters = dict(read_pairs("letters.tsv")) | _simplified()
    page_count = _LAST >> 8
    classes = np.zeros(page_count * 256, np.uint8)
    offsets = np.zeros(page_count * 256, np.int32)
    lengths = np.zeros(page_count * 256, np.uint8)
    pool = bytearray()
    known: dict[bytes, int] = {}
    for cp in range(_LAST):
        if 0xAC00 <= cp < 0xD7A4:
            expansion = chr(cp)
        elif 0xD800 <= cp < 0xE000:
            expansion = ""
        else:
            expansion = expand(chr(cp), letters)
        kind = kernel.LETTER if 0xAC00 <= cp < 0xD7A4 else classify(cp, expansion)
        data = expansion.encode() if kind in (kernel.LETTER, kernel.DIGIT, kernel.UNSPACED, kernel.SYMBOL, kernel.JOINER) else b""
        if len(data) > _MAX_EXPANSION or b" " in data:
            kind, data = kernel.GAP, b""
        classes[cp] = kind
        if data:
            if data not in known:
                known[data] = len(pool)
                pool += data
            offsets[cp], lengths[cp] = known[data], len(data)
    pages = np.minimum(np.arange(0x1100, dtype=np.int32), page_count - 1)
    pages[page_count:] = page_count  # everything beyond is a gap, but variation selectors and tags are invisible
    classes = np.concatenate([classes, np.zeros(256, np.uint8), np.full(256, kernel.INVISIBLE, np.uint8)])
    offsets = np.concatenate([offsets, np.zeros(512, np.int32)])
    lengths = np.concatenate([lengths, np.zeros(512, np.uint8)])
    pages[0xE00:0xE10] = page_count + 1
    return FoldTables(pages, classes, offsets, lengths, np.frombuffer(bytes(pool), np.uint8), *_letter_swaps())


def _simplified() -> dict[str, str]:
    """Traditional → simplified, for single characters that OpenCC's dictionary maps to one character."""
    characters = [chr(cp) for low, high in ((0x3400, 0x4DBF), (0x4E00, 0x9FFF)) for cp in range(low, high + 1)]
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return {a: b for a, b in zip(characters, converted, strict=True) if a != b and len(b) == 1}


def _letter_swaps() -> tuple[NDArray[np.uint8], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    leet, leet_cyrillic = np.zeros(256, np.uint8), np.zeros(256, np.int32)
    for sign, letter in read_pairs("leet.tsv"):
        if letter.isascii():
            leet[ord(sign)] = ord(letter)
        else:
            leet_cyrillic[ord(sign)] = ord(letter)
    to_latin, to_cyrillic = np.zeros(0x1C0, np.int32), np.zeros(26, np.int32)
    for other, latin in read_pairs("homoglyphs.tsv"):
        to_latin[ord(other) - 0x370] = ord(latin)
        if 0x400 <= ord(other) < 0x530 and not to_cyrillic[ord(latin) - 0x61]:
            to_cyrillic[ord(latin) - 0x61] = ord(other)
    return leet, leet_cyrillic, to_latin, to_cyrillic
