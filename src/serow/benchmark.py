"""Rates and latencies on generated multilingual listings: about 430 characters, 0.5 % planted, a third of those disguised."""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from serow.bulk import BulkScreener
from serow.files.rows import RowOptions
from serow.knowledge.knowledge import data_folder
from serow.knowledge.tables import read_table
from serow.model import Listing
from serow.policy.load import Policy, load_policy
from serow.runners.local import Settings, run_files
from serow.screener import Screener

COALITION = 63_300_000
PLANTED, DISGUISED = 0.005, 1 / 3
_CHARACTERS = 430
_SEED = 20261125
_BLOCK = 65_536
_DENSE = {"zh-Hans", "zh-Hant", "ja", "ko", "th", "km", "my", "lo"}
_ENGLISH_SHARE = 0.4

Say = Callable[[str], None]


class Generator:
    """Makes listings from ordinary sentences of our own writing and plants sample listings that a moderator would hold."""

    def __init__(self, seed: int = _SEED) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - not for secrets
        sentences: dict[str, list[str]] = {}
        samples = data_folder() / "samples"
        for _, row in read_table(samples / "ordinary_sentences.tsv", ("language", "sentence")):
            sentences.setdefault(row["language"], []).append(row["sentence"])
        self._sentences = sentences
        self._languages = sorted(sentences)
        lines = (samples / "listings.jsonl").read_text(encoding="utf-8").splitlines()
        self.plants = [record["title"] for record in map(json.loads, lines) if record.get("title")]

    def listing(self) -> tuple[str, str]:
        """Title and description of one listing."""
        language = "en" if self._dice.random() < _ENGLISH_SHARE else self._dice.choice(self._languages)
        bank = self._sentences[language]
        wanted = _CHARACTERS * (0.55 if language in _DENSE else 1.12) * self._dice.uniform(0.6, 1.4)
        title = self._dice.choice(bank)
        parts: list[str] = []
        length = len(title)
        while length < wanted:
            parts.append(self._dice.choice(bank))
            length += len(parts[-1]) + 1
        if self._dice.random() < PLANTED:
            title = self._dice.choice(self.plants)
            if self._dice.random() < DISGUISED:
                title = disguise(title, self._dice)
        return title, " ".join(parts)

    def batches(self, count: int) -> Iterator[pa.RecordBatch]:
        """Record batches of a row group each."""
        for start in range(0, count, _BLOCK):
            rows = [self.listing() for _ in range(min(_BLOCK, count - start))]
            yield pa.RecordBatch.from_pydict(
                {
                    "id": [f"g{start + i}" for i in range(len(rows))],
                    "title": [title for title, _ in rows],
                    "description": [description for _, description in rows],
                    "price": [round(self._dice.uniform(1, 900), 2) for _ in rows],
                }
            )


def disguise(text: str, dice: random.Random) -> str:
    """One of the disguises that sellers use, over a whole text."""
    kind = dice.randrange(4)
    if kind == 0:
        return text.translate(str.maketrans("oieastOIEAST", "013457013457"))
    if kind == 1:
        return "\u200b".join(text)
    if kind == 2:
        return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    return ".".join(text)


def run_benchmark(count: int, workers: int, second_opinion: bool, say: Say) -> None:
    """Print all figures; the rates are of this machine, compare ratios."""
    workers = workers or os.cpu_count() or 1
    say(f"{count:,} generated listings, {PLANTED:.1%} planted, a third of them disguised; {workers} processes; Python {sys.version.split()[0]}")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        characters, size = _write_files(home, count)
        say(f"on average {characters:.0f} characters, {size:.0f} bytes of UTF-8")
        alone = _fold_and_scan(home, workers, say)
        _parquet(home, count, workers, alone, say)
        _jsonl(home, count, workers, say)
        if second_opinion:
            _second_tier(home, workers, say)
    _single_calls(second_opinion, say)
    _starts(say)


def _write_files(home: Path, count: int) -> tuple[float, float]:
    generator = Generator()
    characters = size = rows = 0
    (home / "in").mkdir()
    with (home / "in.jsonl").open("wb") as lines:
        for i, batch in enumerate(generator.batches(count)):
            pq.write_table(pa.Table.from_batches([batch]), home / "in" / f"{i:04d}.parquet", compression="zstd", row_group_size=_BLOCK)
            for name in ("title", "description"):
                characters += pc.sum(pc.utf8_length(batch[name])).as_py()
                size += pc.sum(pc.binary_length(batch[name])).as_py()
            rows += batch.num_rows
            if i == 0 or rows <= 200_000:
                lines.writelines(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in batch.to_pylist())
    return characters / rows, size / rows


_ALONE = """
import sys
from serow.benchmark import fold_and_scan
print(*fold_and_scan(sys.argv[1:]))
"""


def fold_and_scan(files: list[str]) -> tuple[float, int, int]:
    """Seconds, listings and bytes of fold and scan alone over Parquet files, reading them not counted."""
    bulk = BulkScreener(Screener.load(second_opinion=False))
    spent, rows, size = 0.0, 0, 0
    for file in files:
        for batch in pq.ParquetFile(file).iter_batches(4096):
            joined = pc.binary_join_element_wise(batch["title"], batch["description"], "\n")
            _, offsets, data = joined.buffers()
            bounds, texts = np.frombuffer(offsets, np.int32)[: batch.num_rows + 1], np.frombuffer(data, np.uint8)
            if not rows:
                bulk.fold_and_scan(texts, bounds)
            start = time.perf_counter()
            bulk.fold_and_scan(texts, bounds)
            spent += time.perf_counter() - start
            rows += batch.num_rows
            size += len(texts)
    return spent, rows, size


def _fold_and_scan(home: Path, workers: int, say: Say) -> float:
    files = [str(file) for file in sorted((home / "in").iterdir())]
    groups = [files[i::workers] for i in range(min(workers, len(files)))]
    processes = [subprocess.Popen([sys.executable, "-c", _ALONE, *group], stdout=subprocess.PIPE, text=True) for group in groups]  # noqa: S603
    results = [process.communicate()[0].split() for process in processes]
    rate = sum(int(rows) / float(spent) for spent, rows, _ in results)
    say(f"fold + scan alone: {rate:,.0f} listings/s ({rate / len(groups):,.0f} a process)")
    return rate


def _parquet(home: Path, count: int, workers: int, alone: float, say: Say) -> None:
    settings = Settings("coalition", (), False)
    start = time.perf_counter()
    warm: list[tuple[float, int, int]] = []
    tally = run_files(
        [str(home / "in")],
        str(home / "out") + "/",
        settings,
        RowOptions(),
        workers=workers,
        report=lambda p: warm.append((time.perf_counter(), p.tally.read, 0)),
    )
    seconds = time.perf_counter() - start
    steady = (warm[-1][1] - warm[0][1]) / (warm[-1][0] - warm[0][0]) if len(warm) > workers else tally.read / seconds
    rate = tally.read / seconds
    say(f"Parquet to Parquet, full decisions: {rate:,.0f} listings/s in all ({seconds:.1f} s), {steady:,.0f} listings/s once the workers run")
    say(f"  = {steady / alone:.2f} of fold + scan alone; {COALITION:,} listings would take {COALITION / steady / 60:.1f} minutes")
    say(f"  {tally.candidates / count:.2%} became candidates; {tally.block:,} block, {tally.review:,} review, {tally.allow:,} allow, {tally.dead:,} unreadable")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    say(f"  largest process: {peak:,.0f} MB")


def _jsonl(home: Path, count: int, workers: int, say: Say) -> None:
    start = time.perf_counter()
    tally = run_files([str(home / "in.jsonl")], str(home / "out.jsonl"), Settings("coalition", (), False), RowOptions(), workers=workers)
    seconds = time.perf_counter() - start
    say(f"JSONL to JSONL: {tally.read / seconds:,.0f} listings/s ({tally.read:,} listings, start of the workers included)")


def _second_tier(home: Path, workers: int, say: Say) -> None:
    first = sorted((home / "in").iterdir())[0]
    start = time.perf_counter()
    tally = run_files([str(first)], str(home / "second.parquet"), Settings("coalition", (), True), RowOptions(), workers=1)
    seconds = time.perf_counter() - start
    say(
        f"with the second opinion: {tally.read / seconds:,.0f} listings/s on one process, start included; "
        f"{tally.asked / max(tally.read, 1):.2%} of the listings were asked about"
    )


def _many_clauses(policy: Policy, count: int) -> Policy:
    import msgspec

    clauses = [msgspec.structs.replace(policy.clauses[i % len(policy.clauses)], id=f"clause-{i}") for i in range(count)]
    return msgspec.structs.replace(policy, clauses=clauses)


def _single_calls(second_opinion: bool, say: Say) -> None:
    loaded = Screener.load(second_opinion=second_opinion)
    wide = Screener(loaded.knowledge, _many_clauses(load_policy(), 500), opinion_state="off")
    generator = Generator(_SEED + 1)
    texts = [generator.listing() for _ in range(400)]
    plants = [Listing(title=title, description=generator.listing()[1]) for title in generator.plants]
    listings = [Listing(title=title, description=description) for title, description in texts] + plants
    say(f"single call, 500 clauses, first tier: {_latency(wide, listings, 3)}")
    if loaded.opinion:
        say(f"single call with the second opinion, listings with findings: {_latency(loaded, plants, 2)}")


def _latency(screener: Screener, listings: list[Listing], rounds: int) -> str:
    for listing in listings[:20]:
        screener.screen(listing)
    taken = []
    for _ in range(rounds):
        for listing in listings:
            start = time.perf_counter()
            screener.screen(listing)
            taken.append((time.perf_counter() - start) * 1000)
    p50, p99 = np.percentile(taken, [50, 99])
    return f"p50 {p50:.2f} ms, p99 {p99:.2f} ms ({len(taken):,} calls)"


_START = """
import time
t = time.perf_counter()
from serow import Listing, Screener
s = Screener.load(second_opinion=False)
s.screen(Listing(title='ivory'))
print(time.perf_counter() - t)
"""


def _starts(say: Say) -> None:
    warm = min(float(subprocess.run([sys.executable, "-c", _START], capture_output=True, text=True, check=True).stdout) for _ in range(3))  # noqa: S603
    with tempfile.TemporaryDirectory() as cache:
        environment = os.environ | {"SEROW_CACHE": cache}
        cold = float(subprocess.run([sys.executable, "-c", _START], capture_output=True, text=True, check=True, env=environment).stdout)  # noqa: S603
    say(f"start (import, load, first call): {warm:.2f} s warm, {cold:.1f} s cold (the knowledge is compiled anew)")
