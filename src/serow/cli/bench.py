"""serow bench: rates and latencies of this machine."""

from __future__ import annotations

import click


@click.command()
@click.option("--listings", default=1_000_000, show_default=True, type=click.IntRange(1000), help="Generated multilingual listings.")
@click.option("--workers", default=0, help="Processes; 0 means one a core.")
@click.option("--second-opinion/--no-second-opinion", default=True, show_default=True, help="Also run the second tier (on a smaller sample).")
def bench(listings: int, workers: int, second_opinion: bool) -> None:
    """Measure bulk rates (Parquet and JSONL), single-call latency, start times and memory on generated listings."""
    from serow.benchmark import run_benchmark

    run_benchmark(listings, workers, second_opinion, click.echo)
