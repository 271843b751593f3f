"""Fold texts: one listing with the way back to its bytes, or a whole batch for the scan alone."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from serow.text import kernel
from serow.text.tables import FoldTables


class Spelling(NamedTuple):
    """Long strong names for the one-typo look-up: a bitmap over hashes, the sorted hashes, what each stands for, the names.

    ``targets[i]`` is an index into ``name_at`` or -1 where the word is right as it stands. The parts are names at which words
    written together are taken apart.
    """

    bitmap: NDArray[np.uint8]
    hashes: NDArray[np.int64]
    targets: NDArray[np.int32]
    names: NDArray[np.uint8]
    name_at: NDArray[np.int32]
    edges: NDArray[np.uint8]
    part_bitmap: NDArray[np.uint8]
    part_hashes: NDArray[np.int64]


class Folded(NamedTuple):
    """A folded listing: its bytes, for each byte the byte of the source it came from, and the length of the main rendition."""

    data: bytes
    origins: NDArray[np.int32]
    main: int

    def marker(self, at: int) -> int:
        """Which rendition byte ``at`` belongs to: 0 for the main one, else a marker of the kernel."""
        if at < self.main:
            return 0
        while self.data[at] > kernel.SPLIT or self.data[at] == 0:
            at -= 1
        return self.data[at]


def word_hash(word: str) -> int:
    """The kernel's hash of a folded word."""
    value = 0
    for char in word:
        value = (value * kernel.HASH_BASE + ord(char)) & kernel.HASH_MASK
    return value


def build_spelling(names: list[str], right_words: set[str], parts: set[str]) -> Spelling:
    """Index ``names`` for the one-typo look-up (``right_words`` are never corrected) and ``parts`` for words written together."""
    filed = {(word_hash(name[:k] + name[k + 1 :]), i) for i, name in enumerate(names) for k in range(1, len(name))}
    filed |= {(word_hash(word), -1) for word in [*right_words, *names]}
    ordered = sorted(filed)
    hashes = np.array([value for value, _ in ordered], np.int64)
    targets = np.array([target for _, target in ordered], np.int32)
    bitmap = _bitmap(hashes)
    part_hashes = np.array(sorted({word_hash(part) for part in parts}), np.int64)
    encoded = [name.encode() for name in names]
    ends = np.cumsum([0, *map(len, encoded)]).astype(np.int32)
    return Spelling(
        bitmap, hashes, targets, np.array(np.frombuffer(b"".join(encoded) or b"\0", np.uint8)), ends, _edges(names), _bitmap(part_hashes), part_hashes
    )


def _edges(names: list[str]) -> NDArray[np.uint8]:
    """The first and last three letters of each name, for words up to one letter shorter or longer."""
    bitmap = np.zeros((kernel.EDGE_MASK + 1) // 8, np.uint8)
    for name in names:
        for side, letters in enumerate((name[:3], name[-3:])):
            a, b, c = map(ord, letters)
            for n in (len(name) - 1, len(name), len(name) + 1):
                bit = kernel.edge_bit(a, b, c, n, side)
                bitmap[bit >> 3] |= 1 << (bit & 7)
    return bitmap


def _bitmap(hashes: NDArray[np.int64]) -> NDArray[np.uint8]:
    bitmap = np.zeros((kernel.BITMAP_MASK + 1) // 8, np.uint8)
    bits = hashes & kernel.BITMAP_MASK
    np.bitwise_or.at(bitmap, bits >> 3, (1 << (bits & 7)).astype(np.uint8))
    return bitmap


class Folder:
    """Folds texts with given tables and spelling index; compiled where numba is installed, else the same code as plain Python."""

    def __init__(self, tables: FoldTables, spelling: Spelling, *, compiled: bool | None = None) -> None:
        self._kernel: Any = kernel
        if compiled is None or compiled:
            try:
                from serow.text.compiled import compiled_kernel

                self._kernel = compiled_kernel()
            except ImportError:
                if compiled:
                    raise
        self.is_compiled = self._kernel is not kernel
        arrays: Any = (tuple(tables), tuple(spelling))
        self._tables: Any
        self._spelling: Any
        self._tables, self._spelling = arrays if self.is_compiled else [tuple(a.tolist() for a in group) for group in arrays]
        self._room = 0
        self._out: Any = None  # buffers: numpy arrays for the compiled kernel, else bytearray and lists
        self._origins: Any = None
        self._tokens: Any = None
        self._work: Any = None
        self._reserve(4096)

    def fold(self, source: bytes) -> Folded:
        """Fold one UTF-8 text (malformed bytes count as gaps); offsets in the result are byte offsets into ``source``."""
        self._reserve(len(source))
        src = np.frombuffer(source or b"\0", np.uint8) if self.is_compiled else source
        size, main = self._kernel.fold_one(src, 0, len(source), self._out, self._origins, self._tokens, self._work, self._tables, self._spelling)
        return Folded(bytes(self._out[:size]), np.array(self._origins[:size], np.int32), int(main))

    def fold_batch(self, source: NDArray[np.uint8], bounds: NDArray[np.int32]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Fold texts ``source[bounds[i]:bounds[i+1]]``; returns the folded bytes, parted by zeros, and where each text begins in them."""
        if not self.is_compiled:
            parts = [self.fold(source[a:b].tobytes()).data + b"\0" for a, b in pairwise(bounds)]
            return np.frombuffer(b"".join(parts), np.uint8), np.cumsum([0, *map(len, parts)]).astype(np.int64)
        self._reserve(int(np.diff(bounds).max(initial=0)))
        starts = np.empty(len(bounds), np.int64)
        room = int((bounds[-1] - bounds[0]) * 2 + 4096)
        while True:
            folded = np.empty(room, np.uint8)
            size = self._kernel.fold_many(source, bounds, folded, starts, self._out, self._origins, self._tokens, self._work, self._tables, self._spelling)
            if size >= 0:
                return folded[:size], starts
            room *= 2

    def _reserve(self, size: int) -> None:
        if self._out is not None and size <= self._room:
            return
        self._room = max(size, 2 * self._room)
        space = kernel.capacity(self._room)
        if self.is_compiled:
            self._out, self._origins = np.zeros(space, np.uint8), np.zeros(space, np.int32)
            self._tokens, self._work = np.zeros(7 * (self._room + 2), np.int32), np.zeros(192, np.int64)
        else:
            self._out, self._origins = bytearray(space), [0] * space
            self._tokens, self._work = [0] * (7 * (self._room + 2)), [0] * 192
