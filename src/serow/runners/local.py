"""One supervised process per core; a manifest to resume from, a dead-letter file, and every row accounted for."""

from __future__ import annotations

import hashlib
import multiprocessing as mp
import os
import shutil
from collections import deque
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from serow.bulk import BulkScreener
from serow.errors import UserError
from serow.files.read import Part, input_files, parts_of, read_part
from serow.files.rows import DeadRow, RowOptions
from serow.files.write import assemble, output_format
from serow.runners.part import Tally, run_part
from serow.screener import Screener

_TRIES = 3
_START = 60.0


class RunError(UserError):
    """A run that cannot go on; the message says why and what to do."""


class Settings(NamedTuple):
    """What a screener is loaded with in every worker."""

    policy: str
    jurisdictions: tuple[str, ...]
    second_opinion: bool


class Progress(NamedTuple):
    """How far a run is: parts and input bytes done, and the counts so far."""

    done_bytes: int
    all_bytes: int
    tally: Tally


def load_bulk(settings: Settings) -> BulkScreener:
    """The bulk screener that the settings describe."""
    return BulkScreener(Screener.load(settings.policy, second_opinion=settings.second_opinion, jurisdictions=settings.jurisdictions))


def run_files(
    inputs: list[str],
    output: str,
    settings: Settings,
    options: RowOptions,
    *,
    workers: int = 0,
    restart: bool = False,
    report: Callable[[Progress], None] | None = None,
) -> Tally:
    """Screen files into ``output``; a run that was interrupted goes on where it stopped. Raises RunError, InputError, DataError."""
    kind = output_format(output)
    parts = [part for file in input_files(inputs) for part in parts_of(file)]
    work = _work_folder(output)
    manifest = _manifest(parts, settings, options, kind)
    _open_work(work, manifest, restart)
    stems = [work / f"part-{i:06d}" for i in range(len(parts))]
    waiting = deque(i for i, stem in enumerate(stems) if not stem.with_suffix(".done").exists())
    tally = sum((_tally(stem) for i, stem in enumerate(stems) if i not in set(waiting)), Tally())
    weights = [_weight(part) for part in parts]
    done = sum(weights) - sum(weights[i] for i in waiting)
    for i, part_tally in _supervise(parts, stems, waiting, settings, options, kind, workers or os.cpu_count() or 1):
        tally += part_tally
        done += weights[i]
        if report:
            report(Progress(done, sum(weights), tally))
    _finish(kind, stems, output)
    shutil.rmtree(work)
    if tally.read != tally.decided + tally.dead:
        raise RunError(f"{tally.read} rows read but {tally.decided} decided and {tally.dead} put aside: please report this")
    return tally


def dead_letter_path(output: str) -> Path:
    """Where rows that could not be read are written, next to the output."""
    target = Path(output.rstrip("/"))
    return target.with_name(target.name + ".dead.jsonl")


def _work_folder(output: str) -> Path:
    target = Path(output.rstrip("/")).absolute()
    target.parent.mkdir(parents=True, exist_ok=True)
    return target.with_name(f".{target.name}.serow")


def _manifest(parts: list[Part], settings: Settings, options: RowOptions, kind: str) -> bytes:
    stamps = [(str(path), os.stat(path).st_size, os.stat(path).st_mtime_ns) for path in dict.fromkeys(part.path for part in parts)]
    screener = Screener.load(settings.policy, second_opinion=False, jurisdictions=settings.jurisdictions)
    content = {"parts": parts, "stamps": stamps, "settings": settings, "options": options, "format": kind, "versions": screener.versions}
    return msgspec.json.encode({"digest": hashlib.sha256(msgspec.json.encode(content)).hexdigest(), **content})


def _open_work(work: Path, manifest: bytes, restart: bool) -> None:
    file = work / "manifest.json"
    if restart and work.exists():
        shutil.rmtree(work)
    if file.exists():
        old, new = msgspec.json.decode(file.read_bytes()), msgspec.json.decode(manifest)
        if old["digest"] != new["digest"]:
            changed = [key for key in new if key != "digest" and old.get(key) != new[key]]
            raise RunError(f"an interrupted run into this output had other {', '.join(changed)}; finish it with the same, or add --restart to begin anew")
        return
    work.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".partial")
    partial.write_bytes(manifest)
    partial.replace(file)


def _tally(stem: Path) -> Tally:
    return msgspec.json.decode(stem.with_suffix(".done").read_bytes(), type=Tally)


def _weight(part: Part) -> int:
    if part.format == "parquet":
        return 1 + part.end - part.start
    return max(1, (part.end - part.start) if part.end else os.stat(part.path).st_size)


class _Worker:
    """A child process with a pipe, and the part it is at."""

    def __init__(self, settings: Settings, options: RowOptions, kind: str) -> None:
        context = mp.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs, settings, options, kind), daemon=True)
        self.process.start()
        theirs.close()
        self.part: int | None = None

    def give(self, index: int, part: Part, stem: Path) -> None:
        self.part = index
        self.pipe.send((part, str(stem)))

    def stop(self) -> None:
        self.pipe.close()
        self.process.join(5)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


def _work(pipe: Connection, settings: Settings, options: RowOptions, kind: str) -> None:
    import gc

    try:
        bulk = load_bulk(settings)
        gc.freeze()
        pipe.send("ready")
        while True:
            part, stem = pipe.recv()
            pipe.send(run_part(part, options, bulk, kind, Path(stem)))
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return
    except Exception as error:  # the parent decides what to do with the part
        pipe.send(f"{type(error).__name__}: {error}")


def _supervise(
    parts: list[Part], stems: list[Path], waiting: deque[int], settings: Settings, options: RowOptions, kind: str, workers: int
) -> Iterator[tuple[int, Tally]]:
    """Give parts to workers until all are done; a worker that dies is replaced and its part tried again, at last put aside whole."""
    tries: dict[int, int] = {}
    crew = [_Worker(settings, options, kind) for _ in range(min(workers, len(waiting)))]
    idle_deaths = 0
    try:
        while waiting or any(worker.part is not None for worker in crew):
            by_pipe: dict[Any, _Worker] = {worker.pipe: worker for worker in crew} | {worker.process.sentinel: worker for worker in crew}
            ready = {id(by_pipe[thing]): by_pipe[thing] for thing in wait(list(by_pipe), timeout=_START)}
            for worker in ready.values():
                message = _receive(worker)
                if message is None or (isinstance(message, str) and message != "ready"):
                    index = worker.part
                    idle_deaths = 0 if index is not None else idle_deaths + 1
                    if idle_deaths > _TRIES:
                        raise RunError(f"workers do not start: {message or 'they end at once'}")
                    worker.stop()
                    crew[crew.index(worker)] = _Worker(settings, options, kind)
                    if index is not None:
                        tries[index] = tries.get(index, 0) + 1
                        if tries[index] < _TRIES:
                            waiting.appendleft(index)
                        else:
                            yield index, _put_aside(parts[index], options, kind, stems[index], message or "the process was killed")
                    continue
                if isinstance(message, Tally):
                    index, worker.part = worker.part, None
                    if index is not None:
                        yield index, message
                if waiting:
                    index = waiting.popleft()
                    worker.give(index, parts[index], stems[index])
    finally:
        for worker in crew:
            worker.stop()


def _receive(worker: _Worker) -> Any:
    """The worker's message, or None where it is dead."""
    try:
        return worker.pipe.recv() if worker.pipe.poll() or worker.process.is_alive() else None
    except (EOFError, OSError):
        return None


def _put_aside(part: Part, options: RowOptions, kind: str, stem: Path, reason: str) -> Tally:
    """A part that kills every worker: its rows go to the dead-letter file unscreened, none is lost."""
    count = 0
    with stem.with_suffix(".dead").open("wb") as graves:
        for chunk in read_part(part, options):
            dead = [
                DeadRow(part.path, line, f"screening failed {_TRIES} times: {reason}", listing.title[:200])
                for line, listing in zip(chunk.lines, chunk.listings, strict=True)
            ]
            for row in [*chunk.dead, *dead]:
                graves.write(msgspec.json.encode(row._asdict()) + b"\n")
                count += 1
    stem.with_suffix(".out").unlink(missing_ok=True)
    tally = Tally(read=count, dead=count)
    stem.with_suffix(".done").write_bytes(msgspec.json.encode(tally))
    return tally


def _finish(kind: str, stems: list[Path], output: str) -> None:
    outs = [stem.with_suffix(".out") for stem in stems if stem.with_suffix(".out").exists()]
    dead = dead_letter_path(output)
    partial = dead.with_name(dead.name + ".partial")
    with partial.open("wb") as graves:
        for stem in stems:
            if stem.with_suffix(".dead").exists():
                graves.write(stem.with_suffix(".dead").read_bytes())
        empty = graves.tell() == 0
    assemble(kind, outs, output)
    if empty:
        partial.unlink()
        dead.unlink(missing_ok=True)
    else:
        partial.replace(dead)
