"""Screen one part of one file: the unit of work that is done once, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from serow.bulk import BATCH_ROWS, BulkScreener, ids_of
from serow.files.read import Part, chunks_of_batch, read_part
from serow.files.rows import DeadRow, RowError, RowOptions
from serow.files.write import Writer, open_writer
from serow.output import decision_row


class Tally(msgspec.Struct, frozen=True):
    """Counts of one part: rows read = decided + dead."""

    read: int = 0
    allow: int = 0
    review: int = 0
    block: int = 0
    dead: int = 0
    candidates: int = 0
    asked: int = 0

    @property
    def decided(self) -> int:
        """Rows that got a decision."""
        return self.allow + self.review + self.block

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) + getattr(other, name) for name in self.__struct_fields__))


class Batch(NamedTuple):
    """Decided rows of a part in order: the output rows of candidates by place, all ids, and dead rows."""

    rows: dict[int, dict[str, Any]]
    ids: pa.Array
    dead: list[DeadRow]


def screen_part(part: Part, options: RowOptions, bulk: BulkScreener) -> Iterator[Batch]:
    """Decisions for the rows of a part; Parquet stays columnar, the other formats come as listings."""
    if part.format == "parquet":
        yield from _screen_parquet(part, options, bulk)
        return
    for chunk in read_part(part, options):
        decisions = bulk.screen(chunk.listings)
        rows = {i: decision_row(decision) for i, decision in enumerate(decisions) if decision.assessment.findings}
        yield Batch(rows, pa.array([listing.id for listing in chunk.listings], pa.string()), chunk.dead)


def _screen_parquet(part: Part, options: RowOptions, bulk: BulkScreener) -> Iterator[Batch]:
    file = pq.ParquetFile(part.path)
    first = sum(file.metadata.row_group(i).num_rows for i in range(part.start)) + 1
    name = Path(part.path).name
    for batch in file.iter_batches(BATCH_ROWS, row_groups=list(range(part.start, part.end))):

        def fallback(i: int, first: int = first) -> str:
            return f"{name}:{first + i}"

        try:
            batch.validate(full=True)
            screened = bulk.screen_rows(batch, options, fallback)
        except (pa.ArrowInvalid, RowError, UnicodeDecodeError):
            yield from _row_by_row(part, options, bulk, batch, first)
        else:
            kept = [i for i in range(batch.num_rows) if i not in screened.dead]
            place = {row: i for i, row in enumerate(kept)} if screened.dead else None
            rows = {place[i] if place else i: decision_row(decision) for i, decision in screened.decisions.items()}
            ids = ids_of(batch, options, fallback)
            ids = ids.take(pa.array(kept, pa.int32())) if screened.dead else ids
            yield Batch(rows, ids, [DeadRow(part.path, first + i, reason, "") for i, reason in sorted(screened.dead.items())])
        first += batch.num_rows


def _row_by_row(part: Part, options: RowOptions, bulk: BulkScreener, batch: pa.RecordBatch, first: int) -> Iterator[Batch]:
    """A batch that Arrow cannot take whole (bad UTF-8, columns of another type) is read one row at a time."""
    for chunk in chunks_of_batch(batch, part, first, options):
        decisions = bulk.screen(chunk.listings)
        rows = {i: decision_row(decision) for i, decision in enumerate(decisions) if decision.assessment.findings}
        yield Batch(rows, pa.array([listing.id for listing in chunk.listings], pa.string()), chunk.dead)


def run_part(part: Part, options: RowOptions, bulk: BulkScreener, kind: str, stem: Path) -> Tally:
    """Screen a part into ``stem`` + ``.out``, its dead rows into ``.dead`` and its counts, last of all, into ``.done``."""
    before = (bulk.candidates, bulk.asked)
    counts = {"allow": 0, "review": 0, "block": 0, "dead": 0}
    out, dead = stem.with_suffix(".out"), stem.with_suffix(".dead")
    with out.open("wb") as file, dead.open("wb") as graves:
        writer: Writer = open_writer(kind, file, decision_row(bulk.screener.nothing_found("")))
        for batch in screen_part(part, options, bulk):
            writer.write(batch.rows, batch.ids)
            for row in batch.rows.values():
                counts[row["action"]] += 1
            counts["allow"] += len(batch.ids) - len(batch.rows)
            counts["dead"] += len(batch.dead)
            graves.writelines(msgspec.json.encode(row._asdict()) + b"\n" for row in batch.dead)
        writer.close()
    tally = Tally(sum(counts.values()), counts["allow"], counts["review"], counts["block"], counts["dead"], bulk.candidates - before[0], bulk.asked - before[1])
    partial = stem.with_suffix(f".{os.getpid()}")
    partial.write_bytes(msgspec.json.encode(tally))
    partial.replace(stem.with_suffix(".done"))
    return tally
