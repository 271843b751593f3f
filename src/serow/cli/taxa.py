"""serow taxa: look taxa up, import more of them."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def taxa() -> None:
    """Find taxa by any name, or import a CITES checklist."""


@taxa.command()
@click.argument("name")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
def find(name: str, limit: int) -> None:
    """Find NAME (any language, scientific name, synonym, part of a name)."""
    from rich.console import Console
    from rich.table import Table

    from serow.knowledge.find import find_taxa
    from serow.knowledge.knowledge import Knowledge, default_import_folder

    knowledge = Knowledge.load()
    found = find_taxa(name, knowledge, default_import_folder(), limit)
    if not found:
        raise click.ClickException(f"no taxon called {name!r}; import more species with: serow taxa import FILE")
    table = Table("scientificName", "taxonRank", "English", "CITES", "found as", "source", pad_edge=False)
    for hit in found:
        status = knowledge.taxonomy.legal_status(hit.taxon.scientific_name)[0]
        verified = "" if status.verified else " (unverified)"
        table.add_row(hit.taxon.scientific_name, hit.taxon.rank, hit.taxon.vernacular_name, status.listing + verified, hit.found_as, status.source)
    Console().print(table)


@taxa.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(file: Path) -> None:
    """Import a Species+ / CITES checklist export (CSV) or a JSONL table (.gz allowed).

    Scientific names and synonyms become strong names; common names can be looked up but detect nothing until they are measured.
    """
    from serow.knowledge.imports import import_table
    from serow.knowledge.knowledge import Knowledge, default_import_folder

    target, count, skipped = import_table(file, default_import_folder())
    click.echo(f"{count:,} taxa kept in {target}" + (f"; {skipped:,} rows without a scientific name or rank were left out" if skipped else ""))
    click.echo("compiling …", err=True)
    knowledge = Knowledge.load()
    click.echo(f"{len(knowledge.taxonomy.taxa):,} taxa are known now (knowledge {knowledge.version}). Undo: delete that file.")
