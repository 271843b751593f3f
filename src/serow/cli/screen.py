"""serow screen: listings in, decisions with reasons out."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import get_args

import click

from serow.model import Surface


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option(
    "--output", "-o", help="JSONL, CSV or Parquet file, or a folder for Parquet parts. Without it: a table, or JSONL where the output is no terminal."
)
@click.option("--policy", default="coalition", show_default=True, help="Name of a shipped policy, or a YAML file.")
@click.option("--jurisdiction", default="", help="Whose law to show beside CITES, e.g. EU,UK,US; all that are known if left out.")
@click.option("--surface", type=click.Choice(get_args(Surface)), default="listing", show_default=True, help="What rows without a surface are.")
@click.option("--workers", type=click.IntRange(0, 256), default=0, help="Processes; 0 means one a core.")
@click.option("--map", "renames", multiple=True, metavar="OURS=THEIRS", help="Name of a field in the input, e.g. title=name. May be repeated.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["table", "jsonl", "csv"]),
    help="What is written to standard output; and what standard input holds is told by --input-format.",
)
@click.option(
    "--input-format", type=click.Choice(["jsonl", "csv", "parquet"]), default="jsonl", show_default=True, help="Format of standard input (INPUT is -)."
)
@click.option("--second-opinion/--no-second-opinion", default=True, show_default=True, help="Ask the encoder about uncertain listings.")
@click.option("--all", "show_all", is_flag=True, help="Show allowed listings in the table, too.")
@click.option("--restart", is_flag=True, help="Throw an interrupted run away and begin anew.")
def screen(
    inputs: tuple[str, ...],
    output: str | None,
    policy: str,
    jurisdiction: str,
    surface: Surface,
    workers: int,
    renames: tuple[str, ...],
    kind: str | None,
    input_format: str,
    second_opinion: bool,
    show_all: bool,
    restart: bool,
) -> None:
    """Screen files or folders of listings (JSONL, CSV, Parquet; plain, .gz, .zst; - for standard input).

    Exit status: 0 all rows decided, 1 some rows could not be read (see the dead-letter file), 2 the run could not be done.
    """
    from serow.files.rows import RowOptions
    from serow.runners.local import Settings

    options = RowOptions(surface, tuple(_rename(pair) for pair in renames))
    settings = Settings(policy, tuple(part.strip() for part in jurisdiction.split(",") if part.strip()), second_opinion)
    if output is not None:
        dead = _to_file(list(inputs), output, settings, options, workers, restart)
    else:
        dead = _to_terminal(list(inputs), settings, options, kind or ("table" if sys.stdout.isatty() else "jsonl"), input_format, show_all)
    sys.exit(1 if dead else 0)


def _rename(pair: str) -> tuple[str, str]:
    ours, found, theirs = pair.partition("=")
    if not found or not ours or not theirs:
        raise click.BadParameter(f"{pair!r}; write it as title=name", param_hint="--map")
    return theirs, ours


def _to_file(inputs: list[str], output: str, settings: object, options: object, workers: int, restart: bool) -> int:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    from serow.files.read import InputError
    from serow.runners import local

    if "-" in inputs:
        raise InputError("standard input cannot be resumed or read in parts; leave --output out and redirect, or save it to a file first")
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    del MofNCompleteColumn
    with Progress(*columns, console=console, transient=not console.is_terminal) as bar:
        task = bar.add_task("screening", total=None, rate="")

        def report(progress: local.Progress) -> None:
            elapsed = bar.tasks[task].elapsed or 1e-9
            bar.update(task, completed=progress.done_bytes, total=progress.all_bytes, rate=f"{progress.tally.read / elapsed:,.0f} rows/s")

        try:
            tally = local.run_files(inputs, output, settings, options, workers=workers, restart=restart, report=report)  # type: ignore[arg-type]
        except ValueError as error:
            raise InputError(str(error)) from None
    console.print(
        f"{tally.read:,} read = {tally.decided:,} decided ({tally.block:,} block, {tally.review:,} review, {tally.allow:,} allow) + {tally.dead:,} put aside; "
        f"{tally.candidates:,} had a finding, {tally.asked:,} got a second opinion"
    )
    console.print(f"decisions: {output}" + (f"   rows that could not be read: {local.dead_letter_path(output)}" if tally.dead else ""), soft_wrap=True)
    return tally.dead


def _to_terminal(inputs: list[str], settings: object, options: object, kind: str, input_format: str, show_all: bool) -> int:
    from rich.console import Console

    from serow.cli.show import decisions_table, summary
    from serow.files.read import input_files, parts_of, read_part, read_stream
    from serow.files.write import open_writer
    from serow.output import COLUMNS, decision_row
    from serow.runners.local import load_bulk

    bulk = load_bulk(settings)  # type: ignore[arg-type]
    if inputs == ["-"]:
        click.echo("reading standard input; such a run cannot be continued if it is interrupted", err=True)
        chunks = read_stream(sys.stdin.buffer, input_format, options)  # type: ignore[arg-type]
    else:
        chunks = (chunk for file in input_files(inputs) for part in parts_of(file) for chunk in read_part(part, options))  # type: ignore[arg-type]
    console = Console()
    if not console.is_terminal:
        console = Console(width=140, force_terminal=kind == "table")
    actions: Counter[str] = Counter()
    offences: Counter[str] = Counter()
    dead = 0
    shown = []
    writer = None
    if kind != "table":
        import pyarrow as pa

        writer = open_writer(kind, sys.stdout.buffer, decision_row(bulk.screener.nothing_found("")))
        if kind == "csv":
            sys.stdout.buffer.write((",".join(COLUMNS) + "\n").encode())
    for chunk in chunks:
        decisions = bulk.screen(chunk.listings)
        if writer:
            writer.write({i: decision_row(d) for i, d in enumerate(decisions) if d.assessment.findings}, pa.array([d.id for d in decisions], pa.string()))
        for listing, decision in zip(chunk.listings, decisions, strict=True):
            actions[decision.action] += 1
            offences.update(decision.assessment.offences if decision.action != "allow" else ())
            if kind == "table" and (show_all or decision.action != "allow"):
                shown.append((listing, decision))
        for row in chunk.dead:
            dead += 1
            click.echo(f"serow: {Path(row.file).name}:{row.line}: {row.reason}", err=True)
    if writer:
        writer.close()
    else:
        shown.sort(key=lambda pair: ({"block": 0, "review": 1, "allow": 2}[pair[1].action], -pair[1].assessment.score))
        console.print(decisions_table(shown))
        summary(console, actions, offences, dead)
    return dead
