"""serow policy: list, read, test and compare policies."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import click


@click.group()
def policy() -> None:
    """List, show, test and compare policies."""


@policy.command("list")
def list_() -> None:
    """The shipped policies."""
    from serow.policy import load_policy, policy_names

    for name in policy_names():
        found = load_policy(name)
        click.echo(f"{name:24} {len(found.clauses):3} clauses  {found.title}")


@policy.command()
@click.argument("name")
def show(name: str) -> None:
    """The clauses of a policy: what each asks for and where its rule comes from."""
    from rich.console import Console
    from rich.table import Table

    from serow.policy import load_policy

    found = load_policy(name)
    console = Console() if sys.stdout.isatty() else Console(width=160)
    console.print(f"[bold]{found.title}[/] ({found.version})\n{found.description}\nsource: {found.source}", highlight=False)
    table = Table("clause", "status", "title", "review from", "block from", "source", pad_edge=False)
    for clause in found.clauses:
        status = clause.status if clause.enabled else f"{clause.status}, off"
        table.add_row(clause.id, status, clause.title, f"{clause.review:.2f}", "–" if clause.block is None else f"{clause.block:.2f}", clause.source)
    console.print(table)


@policy.command()
@click.argument("names", nargs=-1)
def test(names: tuple[str, ...]) -> None:
    """Run the examples of each clause (default: all shipped policies); every mistake is named with file, line and reason."""
    from serow.backtest import check_policy
    from serow.policy import policy_names

    failures = [failure for name in names or policy_names() for failure in check_policy(name)]
    for failure in failures:
        click.echo(str(failure), err=True)
    if failures:
        raise click.ClickException(f"{len(failures)} examples fail")
    click.echo("all examples hold")


@policy.command()
def schema() -> None:
    """The JSON Schema of a policy file, for editors."""
    from serow.policy.load import schema as policy_schema

    click.echo(json.dumps(policy_schema(), indent=1))


@policy.command()
@click.argument("old")
@click.argument("new")
@click.option("--on", "file", required=True, type=click.Path(exists=True), help="Listings to compare the two policies on.")
@click.option("--examples", default=5, show_default=True, type=click.IntRange(0, 100), help="Examples of each kind of change.")
def diff(old: str, new: str, file: str, examples: int) -> None:
    """What would change from policy OLD to NEW, in numbers and examples."""
    from serow.backtest import compare_policies
    from serow.files.read import parts_of, read_part
    from serow.files.rows import RowOptions
    from serow.screener import Screener

    listings = [listing for part in parts_of(Path(file)) for chunk in read_part(part, RowOptions()) for listing in chunk.listings]
    changes = compare_policies(Screener.load(old), Screener.load(new), listings)
    counts = Counter((change.old, change.new) for change in changes)
    click.echo(f"{len(listings):,} listings, {len(changes):,} would be decided differently")
    for (before, after), count in counts.most_common():
        click.echo(f"\n{before} → {after}: {count:,}")
        for change in [c for c in changes if (c.old, c.new) == (before, after)][:examples]:
            clauses = ", ".join(change.clauses) or "no clause"
            click.echo(f"  {change.listing.id}: {(change.listing.title or change.listing.text)[:90]!r} ({clauses})")
