"""Find taxa by any of their names."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from serow.knowledge.imports import read_imported
from serow.knowledge.knowledge import Knowledge
from serow.knowledge.taxa import Taxon


class Hit(NamedTuple):
    """A taxon and the name it was found by."""

    taxon: Taxon
    found_as: str


def find_taxa(name: str, knowledge: Knowledge, imported: Path, limit: int) -> list[Hit]:
    """Taxa whose scientific, English or local name, or synonym, equals ``name`` or begins with or holds it; best first."""
    wanted = _fold(name, knowledge)
    ranked: dict[str, tuple[int, Hit]] = {}

    def offer(taxon: Taxon | None, found: str, label: str) -> None:
        folded = _fold(found, knowledge)
        if taxon is None or not wanted or wanted not in folded:
            return
        rank = 0 if folded == wanted else 1 if folded.startswith(wanted) else 2
        known = ranked.get(taxon.scientific_name)
        if known is None or rank < known[0]:
            ranked[taxon.scientific_name] = rank, Hit(taxon, label)

    by_name = knowledge.taxonomy.by_name
    for taxon in knowledge.taxonomy.taxa:
        offer(taxon, taxon.scientific_name, "scientific name")
        offer(taxon, taxon.vernacular_name, f"{taxon.vernacular_name} (en)")
    for found in knowledge.entries:
        for entry in found:
            row = knowledge.rows[entry.row]
            if row.kind in ("taxon", "item") and row.language != "scientific":
                offer(by_name.get(row.taxon), entry.surface, f"{entry.surface} ({row.language}: {row.meaning})")
    for extra in read_imported(imported):
        for language, names in extra.common_names.items():
            for common in names:
                offer(by_name.get(extra.scientific_name), common, f"{common} ({language}, imported)")
    return [hit for _, hit in sorted(ranked.values(), key=lambda pair: (pair[0], pair[1].taxon.scientific_name))[:limit]]


def _fold(text: str, knowledge: Knowledge) -> str:
    folded = knowledge.folder.fold(text.encode("utf-8", "replace"))
    return folded.data[: folded.main].decode("utf-8", "replace").strip()
