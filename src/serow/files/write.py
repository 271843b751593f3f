"""Write decisions as JSONL, CSV or Parquet: one part each, put together in input order at the end."""

from __future__ import annotations

import csv
import io
import os
import shutil
from pathlib import Path
from typing import IO, Any, Protocol

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from serow.files.read import format_of
from serow.output import COLUMNS, SCHEMA, csv_row, decisions_table


class Writer(Protocol):
    """Takes the decisions of some rows: ``rows`` by place, everything else is 'nothing found' under its id."""

    def write(self, rows: dict[int, dict[str, Any]], ids: pa.Array) -> None:
        """Append the rows of a batch."""

    def close(self) -> None:
        """Finish the part."""


def output_format(output: str) -> str:
    """jsonl, csv or parquet by the output's name; a folder (trailing slash or existing) holds Parquet parts."""
    if output.endswith("/") or Path(output).is_dir():
        return "parquet"
    found = format_of(Path(output))
    if found is None or Path(output).suffix in (".gz", ".zst"):
        raise ValueError(f"{output}: unknown kind of output; use .jsonl, .csv, .parquet or a folder for Parquet parts")
    return found


def open_writer(kind: str, file: IO[bytes], nothing: dict[str, Any]) -> Writer:
    """A writer of one format into an open binary file; ``nothing`` is the row of a listing without findings."""
    if kind == "parquet":
        return _ParquetWriter(file, nothing)
    return _JsonWriter(file, nothing) if kind == "jsonl" else _CsvWriter(file, nothing)


class _JsonWriter:
    def __init__(self, file: IO[bytes], nothing: dict[str, Any]) -> None:
        self._file = file
        self._encode = msgspec.json.Encoder().encode
        self._tail = self._encode({key: value for key, value in nothing.items() if key != "id"})[1:] + b"\n"

    def write(self, rows: dict[int, dict[str, Any]], ids: pa.Array) -> None:
        parts = []
        for i, name in enumerate(ids.to_pylist()):
            found = rows.get(i)
            parts.append(self._encode(found) + b"\n" if found else b'{"id":' + self._encode(name) + b"," + self._tail)
        self._file.write(b"".join(parts))

    def close(self) -> None:
        self._file.flush()


class _CsvWriter:
    def __init__(self, file: IO[bytes], nothing: dict[str, Any]) -> None:
        self._file = file
        self._tail = csv_row(nothing)[1:]

    def write(self, rows: dict[int, dict[str, Any]], ids: pa.Array) -> None:
        text = io.StringIO()
        out = csv.writer(text, lineterminator="\n")
        for i, name in enumerate(ids.to_pylist()):
            found = rows.get(i)
            out.writerow(_safe(csv_row(found) if found else [name, *self._tail]))
        self._file.write(text.getvalue().encode("utf-8", "replace"))

    def close(self) -> None:
        self._file.flush()


def _safe(row: list[str]) -> list[str]:
    """Cells that a spreadsheet would run as a formula get a leading apostrophe."""
    return ["'" + cell if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell for cell in row]


class _ParquetWriter:
    def __init__(self, file: IO[bytes], nothing: dict[str, Any]) -> None:
        self._writer = pq.ParquetWriter(file, SCHEMA, compression="zstd", compression_level=1, use_dictionary=["action", "intent", "message"])
        self._nothing = nothing
        self._waiting: list[pa.Table] = []
        self._rows = 0

    def write(self, rows: dict[int, dict[str, Any]], ids: pa.Array) -> None:
        places = sorted(rows)
        self._waiting.append(decisions_table([rows[i] for i in places], self._nothing, places, ids))
        self._rows += len(ids)
        if self._rows >= 65_536:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.concat_tables(self._waiting))
        self._waiting, self._rows = [], 0

    def close(self) -> None:
        self._flush()
        self._writer.close()


def _place(part: Path, target: Path) -> None:
    """Link or copy, never move: a run killed here can still finish."""
    target.unlink(missing_ok=True)
    try:
        os.link(part, target)
    except OSError:
        shutil.copyfile(part, target)


def assemble(kind: str, parts: list[Path], output: str) -> None:
    """Put finished parts together in order: into one file, or as files of a folder; the output appears whole or not at all."""
    target = Path(output)
    if output.endswith("/") or target.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        for old in target.glob("decisions-*.parquet"):
            old.unlink()
        for i, part in enumerate(parts):
            _place(part, target / f"decisions-{i:05d}.parquet")
        return
    partial = target.with_name(f".{target.name}.partial")
    with partial.open("wb") as out:
        if kind == "parquet":
            with pq.ParquetWriter(out, SCHEMA, compression="zstd", compression_level=1) as writer:
                for part in parts:
                    file = pq.ParquetFile(part)
                    for group in range(file.num_row_groups):
                        writer.write_table(file.read_row_group(group).cast(SCHEMA))
        else:
            if kind == "csv":
                out.write((",".join(COLUMNS) + "\n").encode())
            for part in parts:
                with part.open("rb") as source:
                    shutil.copyfileobj(source, out, 1 << 20)
    partial.replace(target)
