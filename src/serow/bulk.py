"""The same decisions, columnar: fold and scan whole batches, then decide the few listings in which anything was found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from serow.assess.evidence import SHORT_TEXT
from serow.files.rows import MAX_TEXT, SURFACES, RowError, RowOptions, to_listing
from serow.model import TEXT_FIELDS, Decision, Listing
from serow.output import decision_row, decisions_table
from serow.screener import Screener

BATCH_ROWS = 4096


class Screened(NamedTuple):
    """What became of a batch: decisions by row index (all other rows: nothing found), and rows that could not be judged."""

    decisions: dict[int, Decision]
    dead: dict[int, str]


class BulkScreener:
    """Screens batches with a screener's knowledge and policy; ``candidates`` counts the listings in which anything was found."""

    def __init__(self, screener: Screener) -> None:
        self.screener = screener
        self.listings = self.candidates = self.asked = 0
        self._folder = screener.knowledge.compiled_folder
        screener.use(self._folder)

    def fold_and_scan(
        self, texts: NDArray[np.uint8], bounds: NDArray[np.int32]
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The folded texts, where each begins, and of every trigger found in them the literal and where it ends."""
        folded, starts = self._folder.fold_batch(texts, bounds)
        literals: list[int] = []
        ends: list[int] = []

        def found(literal: int, _start: int, end: int, _flags: int, _context: object) -> None:
            literals.append(literal)
            ends.append(end)

        self.screener.knowledge.trigger_scan.scan(folded.tobytes(), match_event_handler=found)
        return folded, starts, np.array(literals, np.int64), np.array(ends, np.int64)

    def find_candidates(self, texts: NDArray[np.uint8], bounds: NDArray[np.int32]) -> NDArray[np.int64]:
        """Indices of the texts ``texts[bounds[i]:bounds[i+1]]`` (UTF-8) that may have grounds: a strong name, or a weak one in company.

        A superset of those in which the screener finds grounds, so that both decide alike.
        """
        knowledge = self.screener.knowledge
        folded, starts, literals, ends = self.fold_and_scan(texts, bounds)
        if not len(ends):
            return np.empty(0, np.int64)
        rows = np.searchsorted(starts, ends - 1, side="right") - 1
        certain = np.unique(rows[knowledge.is_strong[literals]])
        pairs = np.unique(np.stack([rows, literals]), axis=1)[0]
        named, counts = np.unique(pairs, return_counts=True)
        short = np.diff(bounds)[named] <= SHORT_TEXT * 4 + 2
        certain = np.union1d(certain, named[(counts > 1) | short])
        alone = np.setdiff1d(named, certain, assume_unique=True)
        return np.union1d(certain, alone[self._in_company(folded, starts, alone)]) if len(alone) else certain

    def _in_company(self, folded: NDArray[np.uint8], starts: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the rows hold a word of dealing, a product, a claim: what a weak name needs beside it."""
        pieces = [folded[starts[i] : starts[i + 1]] for i in rows]
        edges = np.cumsum([0, *map(len, pieces)])
        ends: list[int] = []
        found = ends.append
        self.screener.knowledge.company_scan.scan(np.concatenate(pieces).tobytes(), match_event_handler=lambda _i, _s, end, _f, _c: found(end))
        company = np.zeros(len(rows), np.bool_)
        if ends:
            company[np.searchsorted(edges, np.array(ends) - 1, side="right") - 1] = True
        return company

    def screen(self, listings: Sequence[Listing]) -> list[Decision]:
        """Decisions in the order of the listings; the same as ``Screener.screen`` for each."""
        parts = ["\n".join(text for name in TEXT_FIELDS if (text := getattr(listing, name))).encode("utf-8", "replace") for listing in listings]
        bounds = np.cumsum([0, *map(len, parts)]).astype(np.int32)
        texts = np.frombuffer(b"".join(parts) or b"\0", np.uint8)
        screened = self._decide(self.find_candidates(texts, bounds), listings.__getitem__)
        self.listings += len(listings)
        return [screened.decisions.get(i) or self.screener.nothing_found(listing.id) for i, listing in enumerate(listings)]

    def screen_rows(self, batch: pa.RecordBatch, options: RowOptions, fallback_id: Callable[[int], str]) -> Screened:
        """Screen the rows of an Arrow batch whose columns are a listing's fields; only candidates become Python objects."""
        batch = _renamed(batch, options)
        columns = [_text_column(batch, name) for name in TEXT_FIELDS if name in batch.schema.names]
        joined = _joined(columns, batch.num_rows)
        lengths = pc.fill_null(pc.utf8_length(pc.utf8_trim_whitespace(joined)), 0).to_numpy(zero_copy_only=False)
        dead = {int(i): "no text: title, description and text are empty" for i in np.flatnonzero(lengths == 0)}
        dead |= {int(i): f"text longer than {MAX_TEXT:,} characters" for i in np.flatnonzero(lengths > MAX_TEXT)}
        dead |= _wrong_fields(batch)
        texts, bounds = _buffers(joined)
        candidates = [i for i in self.find_candidates(texts, bounds).tolist() if i not in dead]

        def listing(i: int) -> Listing:
            record = {name: value for name, value in batch.slice(i, 1).to_pylist()[0].items() if value is not None}
            return to_listing(record, RowOptions(options.surface), fallback_id(i))

        screened = self._decide(candidates, listing)
        self.listings += batch.num_rows - len(dead) - len(screened.dead)
        return Screened(screened.decisions, dead | screened.dead)

    def screen_batch(self, batch: pa.RecordBatch) -> pa.Table:
        """Decisions for an Arrow batch, one row each in order (schema: ``serow.output.SCHEMA``); raises RowError for a row without text."""
        screened = self.screen_rows(batch, RowOptions(), str)
        if screened.dead:
            row, reason = next(iter(screened.dead.items()))
            raise RowError(f"row {row}: {reason}")
        return self.table(screened, ids_of(batch, RowOptions(), str))

    def table(self, screened: Screened, ids: pa.Array) -> pa.Table:
        """The decisions as Arrow rows under the given ids."""
        places = sorted(screened.decisions)
        return decisions_table([decision_row(screened.decisions[i]) for i in places], decision_row(self.screener.nothing_found("")), places, ids)

    def _decide(self, candidates: Any, listing_at: Callable[[int], Listing]) -> Screened:
        decisions: dict[int, Decision] = {}
        dead: dict[int, str] = {}
        for i in candidates:
            try:
                decision = self.screener.screen(listing_at(int(i)))
            except RowError as error:
                dead[int(i)] = str(error)
                continue
            decisions[int(i)] = decision
            self.asked += decision.assessment.opinion.state == "asked"
        self.candidates += len(decisions)
        return Screened(decisions, dead)


def ids_of(batch: pa.RecordBatch, options: RowOptions, fallback_id: Callable[[int], str]) -> pa.Array:
    """The ids of a batch's rows; rows without one get the fallback."""
    batch = _renamed(batch, options)
    if "id" in batch.schema.names:
        ids = batch.column("id").cast(pa.string())
        if ids.null_count == 0 and not pc.any(pc.equal(ids, "")).as_py():
            return ids
        return pa.array([value or fallback_id(i) for i, value in enumerate(ids.to_pylist())], pa.string())
    return pa.array([fallback_id(i) for i in range(batch.num_rows)], pa.string())


def _wrong_fields(batch: pa.RecordBatch) -> dict[int, str]:
    """Rows whose surface or price no listing can have."""
    found: dict[int, str] = {}
    names = batch.schema.names
    if "surface" in names:
        known = pc.is_in(batch.column("surface"), pa.array([*sorted(SURFACES), "", None], batch.column("surface").type))
        found |= {int(i): f"surface is not one of {', '.join(sorted(SURFACES))}" for i in np.flatnonzero(~known.to_numpy(zero_copy_only=False))}
    if "price" in names and pa.types.is_floating(batch.column("price").type):
        finite = pc.fill_null(pc.is_finite(batch.column("price")), True).to_numpy(zero_copy_only=False)
        found |= {int(i): "price is not a finite number" for i in np.flatnonzero(~finite)}
    return found


def _renamed(batch: pa.RecordBatch, options: RowOptions) -> pa.RecordBatch:
    renames = dict(options.rename)
    return batch.rename_columns([renames.get(name, name) for name in batch.schema.names]) if renames else batch


def _text_column(batch: pa.RecordBatch, name: str) -> pa.Array:
    column = batch.column(name)
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if not pa.types.is_string(column.type):
        if not (pa.types.is_large_string(column.type) or pa.types.is_null(column.type) or pa.types.is_string_view(column.type)):
            raise RowError(f"column {name} holds {column.type}, not text")
        column = column.cast(pa.string())
    return pc.if_else(pc.equal(column, ""), None, column)


def _joined(columns: list[pa.Array], rows: int) -> pa.Array:
    """The text columns parted by newlines, nulls skipped; the last is never null, since pyarrow drops a row of which nothing is left."""
    if not columns:
        return pa.nulls(rows, pa.string())
    if len(columns) == 1:
        return columns[0]
    return pc.binary_join_element_wise(*columns[:-1], pc.fill_null(columns[-1], ""), "\n", null_handling="skip")


def _buffers(joined: pa.Array) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """The bytes and bounds of a string array, without a copy; nulls are empty."""
    if joined.null_count:
        joined = pc.fill_null(joined, "")
    _, offsets, data = joined.buffers()
    bounds = np.frombuffer(offsets, np.int32)[joined.offset : joined.offset + len(joined) + 1]
    texts = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    return texts, bounds
