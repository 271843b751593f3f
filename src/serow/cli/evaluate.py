"""serow evaluate: how good the decisions are on labelled rows."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click

from serow.model import Surface


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--policy", default="coalition", show_default=True, help="Name of a shipped policy, or a YAML file.")
@click.option("--surface", type=click.Choice(get_args(Surface)), default="listing", show_default=True, help="What rows without a surface are.")
@click.option("--map", "renames", multiple=True, metavar="OURS=THEIRS", help="Name of a field in the input, e.g. title=text.")
@click.option("--second-opinion/--no-second-opinion", default=True, show_default=True)
@click.option("--row-votes", is_flag=True, help="Count each row once instead of each group once.")
def evaluate(file: Path, policy: str, surface: Surface, renames: tuple[str, ...], second_opinion: bool, row_votes: bool) -> None:
    """Measure decisions against labels in FILE (label: 1/0 or flag/allow, also called expect; optional group, language, function)."""
    from rich.console import Console
    from rich.progress import track
    from rich.table import Table

    from serow.cli.screen import _rename
    from serow.evaluate import Case, case_of, label_of, measure, slices
    from serow.files.read import InputError, parts_of, read_part
    from serow.files.rows import RowOptions
    from serow.runners.local import Settings, load_bulk

    bulk = load_bulk(Settings(policy, (), second_opinion))
    cases: list[Case] = []
    unlabelled = dead = 0
    chunks = [chunk for part in parts_of(file) for chunk in read_part(part, RowOptions(surface, tuple(_rename(pair) for pair in renames)))]
    for chunk in chunks:
        dead += len(chunk.dead)
        listings = [listing for listing in chunk.listings if label_of(listing.attributes) is not None]
        unlabelled += len(chunk.listings) - len(listings)
        for start in track(range(0, len(listings), 64), description="screening", transient=True):
            for listing, decision in zip(listings[start : start + 64], bulk.screen(listings[start : start + 64]), strict=True):
                cases.append(case_of(listing, decision, bool(label_of(listing.attributes))))
    if not cases:
        raise InputError(f"{file}: no row has a label; name the column label (1/0) or expect (flag/allow)")
    console = Console(width=200) if not Console().is_terminal else Console()
    table = Table("slice", "rows", "positive", "recall", "specificity", "precision", "F1", "balanced accuracy", "AUC", "average precision", pad_edge=False)
    keys = {"language": lambda c: c.language, "surface": lambda c: c.surface, "function": lambda c: c.function}
    groups = [("all", cases)] + [(f"{name}: {value}", found) for name, key in keys.items() for value, found in slices(cases, key) if len(found) < len(cases)]
    for name, found in groups:
        scores = measure(found, group_votes=not row_votes)
        table.add_row(name, str(scores.rows), str(scores.positives), *(str(figure) for figure in scores[2:9]))
    console.print(table)
    console.print(
        f"each {'row' if row_votes else 'group'} one vote; 95 % bootstrap intervals over groups; "
        f"{unlabelled} rows without a label and {dead} unreadable rows left out"
    )
