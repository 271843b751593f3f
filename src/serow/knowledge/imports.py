"""Taxa imported from a CITES checklist: 40,000 species become detectable by scientific name."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import msgspec

from serow.knowledge.errors import DataError
from serow.knowledge.taxa import Taxon

_RANKS = {"SPECIES", "SUBSPECIES", "GENUS", "FAMILY", "ORDER", "SUBFAMILY", "VARIETY"}


class ImportedTaxon(msgspec.Struct, frozen=True, omit_defaults=True):
    """One taxon of an imported table; ``common_names`` are kept for look-ups but detect nothing until they are measured."""

    scientific_name: str
    rank: str
    parent: str
    cites: str
    note: str = ""
    synonyms: tuple[str, ...] = ()
    common_names: dict[str, tuple[str, ...]] = {}


def imported_taxa(folder: Path, known: set[str]) -> list[Taxon]:
    """Taxa (and their synonyms, as taxa below the accepted name) of every table in ``folder`` that the shipped ones do not hold."""
    found: list[Taxon] = []
    seen = set(known)
    for taxon in read_imported(folder):
        english = next(iter(taxon.common_names.get("en", ())), "")
        for name in (taxon.scientific_name, *taxon.synonyms):
            if name in seen:
                continue
            seen.add(name)
            parent = taxon.parent if name == taxon.scientific_name else taxon.scientific_name
            found.append(Taxon(name, taxon.rank, parent, english, taxon.cites, False, taxon.note, "imported table", True))
    return found


def read_imported(folder: Path) -> Iterator[ImportedTaxon]:
    """Every taxon of the tables that ``serow taxa import`` wrote into ``folder``."""
    for file in sorted(folder.glob("*.jsonl")) if folder.is_dir() else []:
        for number, line in enumerate(file.read_bytes().splitlines(), 1):
            try:
                yield msgspec.json.decode(line, type=ImportedTaxon)
            except msgspec.DecodeError as error:
                raise DataError(str(file), number, str(error), "Import the table again with: serow taxa import FILE") from None


def import_table(source: Path, folder: Path) -> tuple[Path, int, int]:
    """Read a Species+ / CITES checklist CSV or the JSONL table and keep it in ``folder``; returns (file, taxa, rows left out)."""
    rows, skipped = [], 0
    for _, taxon in _rows(source):
        if taxon is None:
            skipped += 1
        else:
            rows.append(msgspec.json.encode(taxon))
    if not rows:
        raise DataError(str(source), 1, "no taxon found", "Give a Species+ or CITES checklist export (CSV), or a JSONL table with scientific_name and rank.")
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / (source.name.split(".")[0] + ".jsonl")
    partial = target.with_suffix(".partial")
    partial.write_bytes(b"\n".join(rows) + b"\n")
    partial.replace(target)
    return target, len(rows), skipped


def _open(source: Path) -> IO[str]:
    if source.suffix == ".gz":
        return gzip.open(source, "rt", encoding="utf-8-sig")
    return source.open(encoding="utf-8-sig", newline="")


def _rows(source: Path) -> Iterator[tuple[int, ImportedTaxon | None]]:
    name = source.name.removesuffix(".gz")
    with _open(source) as file:
        if name.endswith(".csv"):
            for number, record in enumerate(csv.DictReader(file), 2):
                yield number, _from_csv(record)
        else:
            for number, line in enumerate(file, 1):
                try:
                    yield number, _from_json(json.loads(line))
                except ValueError as error:
                    raise DataError(str(source), number, f"not JSON: {error}", "Each line must be one JSON object, or give a .csv file.") from None


def _field(record: dict[str, Any], *names: str) -> str:
    for key, value in record.items():
        if key and key.strip().lower().replace("_", " ") in names:
            return str(value or "").strip()
    return ""


def _from_csv(record: dict[str, Any]) -> ImportedTaxon | None:
    name = _field(record, "scientific name", "full name", "full name", "scientificname", "species name", "taxon")
    rank = (_field(record, "rank", "rank name", "taxonrank") or ("SPECIES" if " " in name else "GENUS")).upper()
    if not name or rank not in _RANKS:
        return None
    listing = _field(record, "listing", "cites listing", "current listing", "appendix", "cites", "listed under")
    names = {code: _split(_field(record, f"{label} common names", f"{label} names", f"{label.title()} common names")) for code, label in _NAME_COLUMNS.items()}
    synonyms = _split(_field(record, "synonyms", "scientific synonyms"))
    parent = name.split(" ")[0] if " " in name else _field(record, "family")
    return ImportedTaxon(
        name, rank, parent, _appendix(listing), _field(record, "annotation", "full note", "note"), synonyms, {k: v for k, v in names.items() if v}
    )


_NAME_COLUMNS = {"en": "english", "es": "spanish", "fr": "french"}


def _from_json(record: dict[str, Any]) -> ImportedTaxon | None:
    name, rank = record.get("scientific_name"), str(record.get("rank") or "SPECIES").upper()
    if not isinstance(name, str) or not name or rank not in _RANKS:
        return None
    listing = record.get("listing_2026") or record.get("listing_2017") or record.get("listing") or ""
    parent = name.split(" ")[0] if " " in name else str(record.get("family") or "")
    names = {code: tuple(str(n) for n in found) for code, found in (record.get("common_names") or {}).items() if found}
    synonyms = tuple(s for s in record.get("synonyms") or () if isinstance(s, str) and " " in s)
    return ImportedTaxon(name, rank, parent if parent != name else "", _appendix(str(listing)), str(record.get("listing_note") or ""), synonyms, names)


def _appendix(listing: str) -> str:
    parts = {part.strip() for part in listing.replace("NC", "").split("/")} - {""}
    if parts >= {"I", "II"}:
        return "I/II"
    for appendix in ("I", "II", "III"):
        if appendix in parts:
            return appendix
    return "unknown"


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace(";", ",").split(",") if part.strip())
