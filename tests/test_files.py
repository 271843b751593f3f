"""Readers and runner: nothing is lost, whatever comes in."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from serow.files.read import InputError, Part, input_files, parts_of, read_part, read_stream
from serow.files.rows import RowError, RowOptions, to_listing
from serow.runners import local
from serow.runners.local import RunError, Settings, dead_letter_path, run_files

PLAIN = Settings("coalition", (), False)


def read_all(path: Path, options: RowOptions | None = None) -> tuple[list[Any], list[Any]]:
    chunks = [chunk for part in parts_of(path) for chunk in read_part(part, options or RowOptions())]
    return [listing for chunk in chunks for listing in chunk.listings], [row for chunk in chunks for row in chunk.dead]


def test_a_broken_row_is_put_aside_and_the_others_go_on(tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    lines = [
        b'{"id":"1","title":"ivory"}', b"{broken", b'{"title":5}', b'{"title":""}', b'"text"', b'{"title":"a","surface":"shop"}',
        b'{"title":"a","price":{"x":1}}', b'{"title":"\xff\xfe"}', b"", b'{"title":"last","weight":"3 kg","price":"ask me"}', b'{"title":"x","images":[1]}',
    ]  # fmt: skip
    file.write_bytes(b"\n".join(lines))
    listings, dead = read_all(file)
    assert [listing.title for listing in listings] == ["ivory", "last"]
    assert [row.line for row in dead] == [2, 3, 4, 5, 6, 7, 8, 11]
    assert listings[1].attributes == {"weight": "3 kg", "price_text": "ask me"}
    assert listings[1].id == "in.jsonl:10"
    assert "not one of" in dead[4].reason


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz", ".jsonl.zst", ".csv", ".csv.gz", ".parquet"])
def test_every_format_gives_the_same_listings(tmp_path: Path, suffix: str) -> None:
    rows = [{"id": str(i), "title": f"Titel, „{i}“\nzwei 象牙", "price": i + 0.5} for i in range(50)]
    file = tmp_path / f"in{suffix}"
    if "jsonl" in suffix:
        data = b"\n".join(json.dumps(row, ensure_ascii=False).encode() for row in rows)
    elif "csv" in suffix:
        import csv

        text = io.StringIO()
        writer = csv.DictWriter(text, ["id", "title", "price"])
        writer.writeheader()
        writer.writerows(rows)
        data = text.getvalue().encode("utf-8-sig")
    else:
        pq.write_table(pa.Table.from_pylist(rows), file)
        data = file.read_bytes()
    if suffix.endswith(".gz"):
        data = gzip.compress(data)
    elif suffix.endswith(".zst"):
        with pa.CompressedOutputStream(str(file), "zstd") as out:
            out.write(data)
        data = file.read_bytes()
    file.write_bytes(data)
    listings, dead = read_all(file)
    assert not dead
    assert [(x.id, x.title, x.price) for x in listings] == [(r["id"], r["title"], r["price"]) for r in rows]


def test_fields_can_be_renamed() -> None:
    listing = to_listing({"name": "tusk", "body": "x"}, RowOptions("post", (("name", "title"), ("body", "text"))), "1")
    assert (listing.title, listing.text, listing.surface, listing.id) == ("tusk", "x", "post", "1")


def test_a_long_line_is_put_aside_without_being_kept(tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_bytes(b'{"title":"' + b"a" * (50 << 20) + b'"}\n{"title":"ivory"}\n')
    chunks = list(read_part(Part(str(file), "jsonl"), RowOptions()))
    assert [x.title for c in chunks for x in c.listings] == ["ivory"]
    assert "longer than" in chunks[0].dead[0].reason


def test_a_zip_bomb_ends_as_one_dead_row(tmp_path: Path) -> None:
    file = tmp_path / "bomb.jsonl.gz"
    with gzip.open(file, "wb", compresslevel=9) as out:
        out.write(b'{"title":"first"}\n')
        for _ in range(400):
            out.write(b" " * (1 << 20))
    listings, dead = read_all(file)
    assert [x.title for x in listings] == ["first"]
    assert len(dead) == 1


def test_a_truncated_gzip_keeps_what_could_be_read(tmp_path: Path) -> None:
    whole = gzip.compress(b"\n".join(b'{"title":"row %d"}' % i for i in range(20000)))
    (tmp_path / "cut.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    listings, dead = read_all(tmp_path / "cut.jsonl.gz")
    assert listings
    assert len(dead) == 1


@given(data=st.binary(max_size=400))
def test_no_bytes_break_the_jsonl_reader(data: bytes) -> None:
    chunks = list(read_stream(io.BytesIO(data), "jsonl", RowOptions()))
    lines = [line for line in data.split(b"\n") if line.strip()]
    assert sum(len(c.listings) + len(c.dead) for c in chunks) == len(lines)


@given(data=st.binary(max_size=400))
def test_no_bytes_break_the_csv_reader(data: bytes) -> None:
    list(read_stream(io.BytesIO(b"title,price\n" + data), "csv", RowOptions()))


@given(
    record=st.dictionaries(
        st.sampled_from(["title", "text", "price", "surface", "images", "id", "x"]),
        st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=5), st.lists, max_leaves=3),
    )
)
def test_any_record_is_a_listing_or_has_a_reason(record: dict[str, Any]) -> None:
    listing, reason = None, ""
    try:
        listing = to_listing(record, RowOptions(), "1")
    except RowError as error:
        reason = str(error)
    assert reason if listing is None else listing.title or listing.text


def test_large_files_are_cut_without_losing_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serow.files.read.PART_BYTES", 1000)
    file = tmp_path / "in.jsonl"
    file.write_bytes(b"".join(b'{"id":"%d","title":"%s"}\n' % (i, b"x" * (i % 97 + 1)) for i in range(500)))
    listings, dead = read_all(file)
    assert len(parts_of(file)) > 10
    assert [listing.id for listing in listings] == [str(i) for i in range(500)]
    assert not dead


def test_unknown_inputs_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        input_files([str(tmp_path / "missing.csv")])
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(InputError, match="unknown kind"):
        input_files([str(tmp_path / "a.txt")])


def _write(tmp_path: Path, rows: int) -> Path:
    file = tmp_path / "in.jsonl"
    file.write_bytes(b"".join(json.dumps({"id": str(i), "title": "ivory tusk, 300 g" if i % 50 == 0 else f"chair {i}"}).encode() + b"\n" for i in range(rows)))
    return file


@pytest.mark.parametrize("output", ["out.jsonl", "out.csv", "out.parquet", "parts/"])
def test_a_run_writes_every_row_in_order(tmp_path: Path, output: str) -> None:
    file = _write(tmp_path, 300)
    with file.open("ab") as out:
        out.write(b"{broken\n")
    target = str(tmp_path / output) + ("/" if output.endswith("/") else "")
    tally = run_files([str(file)], target, PLAIN, RowOptions(), workers=1)
    assert (tally.read, tally.decided, tally.dead) == (301, 300, 1)
    if output.endswith(".jsonl"):
        ids = [json.loads(line)["id"] for line in Path(target).read_bytes().splitlines()]
    elif output.endswith(".csv"):
        import csv

        ids = [row["id"] for row in csv.DictReader(Path(target).read_text(encoding="utf-8").splitlines())]
    else:
        ids = pq.read_table(target)["id"].to_pylist()
    assert ids == [str(i) for i in range(300)]
    assert len(dead_letter_path(target).read_bytes().splitlines()) == 1
    assert not list(tmp_path.glob(".*.serow"))


def test_parquet_rows_without_text_or_of_other_types_are_put_aside(tmp_path: Path) -> None:
    table = pa.table({"id": ["a", "b", "c"], "title": ["ivory tusk", None, " "], "price": [1.0, 2.0, 3.0]})
    pq.write_table(table, tmp_path / "in.parquet")
    pq.write_table(pa.table({"title": [1, 2]}), tmp_path / "other.parquet")
    tally = run_files([str(tmp_path / "in.parquet"), str(tmp_path / "other.parquet")], str(tmp_path / "out.jsonl"), PLAIN, RowOptions(), workers=1)
    assert (tally.read, tally.decided, tally.dead) == (5, 1, 4)


def test_a_killed_run_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = []
    for i in range(6):
        (tmp_path / str(i)).mkdir()
        files.append(str(_write(tmp_path / str(i), 400)))
    output = str(tmp_path / "out.jsonl")
    script = "from serow.runners.local import *; from serow.files.rows import RowOptions; import os\n"
    script += "report = lambda p: os.kill(os.getpid(), 9) if p.tally.read >= 800 else None\n"
    script += f"if __name__ == '__main__': run_files({files!r}, {output!r}, Settings('coalition', (), False), RowOptions(), workers=1, report=report)"
    runner = tmp_path / "runner.py"
    runner.write_text(script)
    process = subprocess.run([sys.executable, str(runner)], capture_output=True, check=False)
    assert process.returncode == -signal.SIGKILL
    work = tmp_path / ".out.jsonl.serow"
    done = {file.name for file in work.glob("*.done")}
    assert len(done) >= 2
    stamps = {name: (work / name).stat().st_mtime_ns for name in done}
    seen: list[int] = []
    monkeypatch.setattr(
        local, "_finish", lambda *a, finish=local._finish: (seen.append(sum((work / n).stat().st_mtime_ns == t for n, t in stamps.items())), finish(*a))
    )
    tally = run_files(files, output, PLAIN, RowOptions(), workers=1)
    assert seen == [len(done)]
    assert tally.read == tally.decided == 2400
    assert [json.loads(line)["id"] for line in Path(output).read_bytes().splitlines()] == [str(i) for i in range(400)] * 6


def test_a_changed_input_needs_a_restart(tmp_path: Path) -> None:
    file = _write(tmp_path, 10)
    output = str(tmp_path / "out.jsonl")
    work = tmp_path / ".out.jsonl.serow"
    work.mkdir()
    (work / "manifest.json").write_bytes(msgspec.json.encode({"digest": "other", "parts": [], "settings": {}}))
    with pytest.raises(RunError, match="--restart"):
        run_files([str(file)], output, PLAIN, RowOptions(), workers=1)
    assert run_files([str(file)], output, PLAIN, RowOptions(), workers=1, restart=True).read == 10


def test_a_killed_worker_is_replaced_and_nothing_is_lost(tmp_path: Path) -> None:
    files = []
    for i in range(4):
        (tmp_path / str(i)).mkdir()
        files.append(str(_write(tmp_path / str(i), 500)))
    killed: list[int] = []

    def kill_a_worker(_progress: local.Progress) -> None:
        if not killed:
            children = [int(p) for p in Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()]
            workers = [p for p in children if b"spawn_main" in Path(f"/proc/{p}/cmdline").read_bytes()]
            os.kill(workers[0], signal.SIGKILL)
            killed.append(workers[0])

    tally = run_files(files, str(tmp_path / "out.jsonl"), PLAIN, RowOptions(), workers=1, report=kill_a_worker)
    assert killed
    assert (tally.read, tally.decided) == (2000, 2000)


def test_a_part_that_kills_every_worker_is_put_aside_whole(tmp_path: Path) -> None:
    file = _write(tmp_path, 20)
    stem = tmp_path / "part-000000"
    tally = local._put_aside(parts_of(file)[0], RowOptions(), "jsonl", stem, "killed")
    assert (tally.read, tally.dead) == (20, 20)
    assert len(stem.with_suffix(".dead").read_bytes().splitlines()) == 20


def test_timing_of_a_small_run_is_bounded(tmp_path: Path) -> None:
    start = time.monotonic()
    run_files([str(_write(tmp_path, 5))], str(tmp_path / "o.jsonl"), PLAIN, RowOptions(), workers=2)
    assert time.monotonic() - start < 60
