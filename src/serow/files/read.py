"""Read listings from JSONL, CSV and Parquet, plain or compressed, in parts that can be worked on and resumed independently."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from serow.errors import UserError
from serow.files.rows import DeadRow, RowError, RowOptions, to_listing
from serow.model import Listing

PART_BYTES = 8 << 20
PART_ROWS = 65_536
MAX_LINE = 16 << 20
MAX_RATIO = 200
BATCH_ROWS = 4096
FORMATS = ("jsonl", "csv", "parquet")
_SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".csv": "csv", ".tsv": "csv", ".parquet": "parquet", ".pq": "parquet"}
_COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}


class InputError(UserError):
    """An input that cannot be read at all; the message says which and what to do."""


class Part(NamedTuple):
    """A piece of one input: bytes ``start:end`` of plain JSONL, row groups ``start:end`` of Parquet, or a whole file (end 0)."""

    path: str
    format: str
    start: int = 0
    end: int = 0


class Chunk(NamedTuple):
    """Some rows of a part in order: listings (with the line or row each stood in), and the rows that could not be read."""

    listings: list[Listing]
    lines: list[int]
    dead: list[DeadRow]


def input_files(inputs: list[str]) -> list[Path]:
    """The files behind the arguments, folders opened and sorted; raises InputError for missing or unknown ones."""
    found: list[Path] = []
    for name in inputs:
        path = Path(name)
        if path.is_dir():
            inside = sorted(file for file in path.rglob("*") if file.is_file() and format_of(file) is not None)
            if not inside:
                raise InputError(f"{name}: no JSONL, CSV or Parquet file in this folder")
            found += inside
        elif not path.is_file():
            raise InputError(f"{name}: no such file or folder")
        elif format_of(path) is None:
            raise InputError(f"{name}: unknown kind of file; use .jsonl, .csv or .parquet (also with .gz or .zst)")
        else:
            found.append(path)
    return found


def format_of(path: Path) -> str | None:
    """jsonl, csv or parquet by the file's name, None for others."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in _COMPRESSIONS:
        suffixes.pop()
    return _SUFFIXES.get(suffixes[-1]) if suffixes else None


def parts_of(path: Path) -> list[Part]:
    """Cut a file into parts: plain JSONL by bytes, Parquet by row groups, everything else stays whole."""
    kind = format_of(path) or ""
    if kind == "parquet":
        try:
            metadata = pq.ParquetFile(path).metadata
        except (pa.ArrowInvalid, OSError) as error:
            raise InputError(f"{path}: not a readable Parquet file ({error})") from None
        return _row_group_parts(str(path), [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)])
    size = path.stat().st_size
    if kind == "jsonl" and path.suffix.lower() not in _COMPRESSIONS and size > PART_BYTES:
        edges = [*range(0, size, PART_BYTES), size]
        return [Part(str(path), kind, start, end) for start, end in pairwise(edges)]
    return [Part(str(path), kind)]


def _row_group_parts(path: str, rows: list[int]) -> list[Part]:
    parts, start, total = [], 0, 0
    for i, count in enumerate(rows):
        total += count
        if total >= PART_ROWS or i == len(rows) - 1:
            parts.append(Part(path, "parquet", start, i + 1))
            start, total = i + 1, 0
    return parts or [Part(path, "parquet", 0, 0)]


def read_part(part: Part, options: RowOptions) -> Iterator[Chunk]:
    """The rows of one part, in chunks; a row that cannot be read becomes a dead row, the others go on."""
    if part.format == "parquet":
        yield from _read_parquet(part, options)
        return
    with _open(part.path) as file:
        records = _json_records(file, part) if part.format == "jsonl" else _csv_records(file, part)
        yield from _chunks(records, part.path, options)


def read_stream(file: IO[bytes], kind: str, options: RowOptions) -> Iterator[Chunk]:
    """The rows of standard input."""
    part = Part("standard input", kind)
    if kind == "parquet":
        table = pq.ParquetFile(pa.BufferReader(file.read()))
        for batch in table.iter_batches(BATCH_ROWS):
            yield from _chunks(_batch_records(batch, 1), part.path, options)
        return
    yield from _chunks(_json_records(file, part) if kind == "jsonl" else _csv_records(file, part), part.path, options)


_Record = tuple[int, "dict[str, Any] | None", str, str]


def _chunks(records: Iterator[_Record], path: str, options: RowOptions) -> Iterator[Chunk]:
    listings: list[Listing] = []
    lines: list[int] = []
    dead: list[DeadRow] = []
    for line, record, problem, raw in records:
        reason, content = problem, raw
        if record is not None:
            try:
                listings.append(to_listing(record, options, f"{Path(path).name}:{line}"))
                lines.append(line)
            except RowError as error:
                reason, content = str(error), content or str(record)[:2000]
        if reason:
            dead.append(DeadRow(path, line, reason, content[:2000]))
        if len(listings) + len(dead) >= BATCH_ROWS:
            yield Chunk(listings, lines, dead)
            listings, lines, dead = [], [], []
    if listings or dead:
        yield Chunk(listings, lines, dead)


def _open(path: str) -> IO[bytes]:
    compression = _COMPRESSIONS.get(Path(path).suffix.lower())
    if compression is None:
        return open(path, "rb")
    raw = pa.OSFile(path, "rb")
    return cast("IO[bytes]", _Bounded(pa.CompressedInputStream(raw, compression), Path(path).stat().st_size))


class _Bounded(io.RawIOBase):
    """A decompressed stream that stops at a sensible ratio, so that a zip bomb ends as one dead row."""

    def __init__(self, stream: Any, size: int) -> None:
        self._stream, self._left = stream, size * MAX_RATIO + (64 << 20)
        self.exhausted = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(min(len(buffer), 1 << 16))
        self._left -= len(data)
        if self._left < 0:
            raise _BrokenError("the file unpacks to more than 200 times its size")
        buffer[: len(data)] = data
        return len(data)


class _BrokenError(OSError):
    """A compressed file that is damaged or too large."""


def _json_records(file: IO[bytes], part: Part) -> Iterator[_Record]:
    decode = msgspec.json.Decoder().decode
    for line, raw, problem in _lines(file, part):
        if problem:
            yield line, None, problem, raw[:2000].decode("utf-8", "replace")
            continue
        text = raw.strip()
        if not text:
            continue
        try:
            record = decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            yield line, None, f"broken JSON: {error}", text[:2000].decode("utf-8", "replace")
            continue
        if isinstance(record, dict):
            yield line, record, "", ""
        else:
            yield line, None, f"a JSON {type(record).__name__}, not an object", text[:2000].decode("utf-8", "replace")


def _lines(file: IO[bytes], part: Part) -> Iterator[tuple[int, bytes, str]]:
    """Lines that begin within the part, with their number (in a later part: the byte they begin at) and, where they are no lines, why."""
    buffered = file if isinstance(file, (io.BufferedReader, io.BytesIO)) else io.BufferedReader(file, 1 << 20)  # type: ignore[type-var]
    at, line = part.start, 0
    if part.start:
        buffered.seek(part.start - 1)
        at += len(_read_line(buffered)[0]) - 1
    try:
        while not part.end or at < part.end:
            raw, size = _read_line(buffered)
            if not size:
                return
            line += 1
            number = line if not part.start else at
            at += size
            yield number, raw, f"line longer than {MAX_LINE:,} bytes" if size > MAX_LINE else ""
    except (OSError, EOFError, pa.ArrowInvalid) as error:
        yield line + 1, b"", f"the file ends here: {error}"


def _read_line(file: Any) -> tuple[bytes, int]:
    """One line, at most MAX_LINE bytes of it kept, and its whole size."""
    raw = file.readline(MAX_LINE + 1)
    size = len(raw)
    if size > MAX_LINE:
        while raw and not raw.endswith(b"\n"):
            raw = file.readline(MAX_LINE)
            size += len(raw)
        return b"", size
    return raw, size


def _csv_records(file: IO[bytes], part: Part) -> Iterator[_Record]:
    csv.field_size_limit(min(sys.maxsize, MAX_LINE))
    delimiter = "\t" if ".tsv" in Path(part.path).suffixes else ","
    dead: list[_Record] = []
    rows = csv.reader(_decoded_lines(file, part, dead), delimiter=delimiter)
    header: list[str] | None = None
    number = 0
    while True:
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            yield rows.line_num, None, f"broken CSV: {error}", ""
            continue
        yield from dead
        dead.clear()
        if header is None:
            header = [name.strip().lstrip("\ufeff") for name in row]
            continue
        number = rows.line_num
        if not row:
            continue
        if len(row) != len(header):
            yield number, None, f"{len(row)} fields instead of {len(header)}", delimiter.join(row)
            continue
        yield number, {key: value for key, value in zip(header, row, strict=True) if value != ""}, "", ""
    yield from dead


def _decoded_lines(file: IO[bytes], part: Part, dead: list[_Record]) -> Iterator[str]:
    for line, raw, problem in _lines(file, part):
        if problem:
            dead.append((line, None, problem, ""))
            continue
        try:
            yield raw.decode("utf-8").replace("\0", "\ufffd")
        except UnicodeDecodeError as error:
            dead.append((line, None, f"not UTF-8: {error.reason} at byte {error.start}", raw[:2000].decode("utf-8", "replace")))


def _read_parquet(part: Part, options: RowOptions) -> Iterator[Chunk]:
    try:
        file = pq.ParquetFile(part.path)
        first = sum(file.metadata.row_group(i).num_rows for i in range(part.start)) + 1
        for batch in file.iter_batches(BATCH_ROWS, row_groups=list(range(part.start, part.end))):
            yield from _chunks(_batch_records(batch, first), part.path, options)
            first += batch.num_rows
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(f"{part.path}: not readable ({error})") from None


def chunks_of_batch(batch: pa.RecordBatch, part: Part, first: int, options: RowOptions) -> Iterator[Chunk]:
    """The rows of one Arrow batch as chunks, each row on its own merits."""
    yield from _chunks(_batch_records(batch, first), part.path, options)


def _batch_records(batch: pa.RecordBatch, first: int) -> Iterator[_Record]:
    try:
        records = batch.to_pylist()
    except (UnicodeDecodeError, pa.ArrowInvalid):
        records = []
        for i in range(batch.num_rows):
            try:
                records.append(batch.slice(i, 1).to_pylist()[0])
            except (UnicodeDecodeError, pa.ArrowInvalid) as error:
                yield first + i, None, f"not UTF-8: {error}", ""
                records.append(None)
    for i, record in enumerate(records):
        if record is not None:
            yield first + i, {key: value for key, value in record.items() if value is not None}, "", ""
