"""Everything the detectors know, loaded from ``data/`` once, checked strictly, and kept compiled in a cache."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterable
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import hyperscan
import msgspec
import numpy as np
import yaml

from serow.knowledge.errors import DataError
from serow.knowledge.imports import imported_taxa
from serow.knowledge.lexicon import COMPANY_KINDS, TRIGGER_KINDS, Row, read_lexicon
from serow.knowledge.literals import literals_of, variants
from serow.knowledge.tables import read_table
from serow.knowledge.taxa import StatusRow, Taxon, Taxonomy
from serow.model import ProductFound
from serow.text.fold import Folder, Spelling, build_spelling
from serow.text.kernel import PART_MIN, TYPO_MAX, TYPO_MIN
from serow.text.tables import FoldTables, build_tables

_FORMAT = "13"
_COMPACT_KINDS = frozenset({"item", "code", "gear", "trap"})
_TAXON_COLUMNS = ("scientificName", "taxonRank", "parent", "vernacularName", "cites", "verified", "note", "source")
_STATUS_COLUMNS = ("taxon", "product", "jurisdiction", "listing", "since", "until", "note", "source", "verified")
_PRODUCT_COLUMNS = ("id", "name", "cites_term", "class")


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One reading of a literal: a row of the lexicon and the surface form as its writer spelled it."""

    row: int
    surface: str


class Product(msgspec.Struct, frozen=True, array_like=True):
    """A kind of thing on offer; ``kind`` is live, part, trophy, plant or other."""

    id: str
    name: str
    cites_term: str
    kind: str

    def found(self) -> ProductFound:
        """The product as an assessment shows it."""
        return ProductFound(id=self.id, name=self.name, cites_term=self.cites_term or None)


class _Compiled(msgspec.Struct, array_like=True):
    rows: list[Row]
    literals: list[bytes]
    entries: list[list[Entry]]
    triggers: list[int]
    strong: list[int]
    taxa: list[Taxon]
    status: list[StatusRow]
    products: list[Product]
    languages: dict[str, dict[str, list[str]]]
    trigger_scan: bytes
    company_scan: bytes
    full_scan: bytes
    arrays: bytes


class Knowledge:
    """Taxa, products, lexicon and fold tables, ready to scan; ``version`` is the hash of the data behind it."""

    def __init__(self, compiled: _Compiled, version: str) -> None:
        self.version = version
        self.rows, self.literals, self.entries, self.languages = compiled.rows, compiled.literals, compiled.entries, compiled.languages
        self.taxonomy = Taxonomy(compiled.taxa, compiled.status)
        self.products = {product.id: product for product in compiled.products}
        self.trigger_scan = _load_scan(compiled.trigger_scan)
        self.company_scan = _load_scan(compiled.company_scan)
        self.full_scan = _load_scan(compiled.full_scan)
        self.is_strong = np.zeros(len(self.literals), np.bool_)
        self.is_strong[compiled.strong] = True
        self.triggers = frozenset(compiled.triggers)
        self.is_trigger = np.zeros(len(self.literals), np.bool_)
        self.is_trigger[compiled.triggers] = True
        with np.load(io.BytesIO(compiled.arrays), allow_pickle=False) as arrays:
            self._tables = FoldTables(*(arrays[f"t{i}"] for i in range(len(FoldTables._fields))))
            self._spelling = Spelling(*(arrays[f"s{i}"] for i in range(len(Spelling._fields))))

    def particles(self, language: str) -> frozenset[bytes] | None:
        """What may be written onto the front of a word in a language, folded; None where its forms say so themselves with a star."""
        return self._particles.get(language)

    @cached_property
    def _particles(self) -> dict[str, frozenset[bytes]]:
        return {code: frozenset(prefix.encode() for prefix in found["prefixes"]) for code, found in self.languages.items() if "prefixes" in found}

    @cached_property
    def folder(self) -> Folder:
        """The fold as plain Python: ready at once, a millisecond a listing."""
        return Folder(self._tables, self._spelling, compiled=False)

    @cached_property
    def compiled_folder(self) -> Folder:
        """The fold compiled where numba is installed: half a second to load, microseconds a listing."""
        return Folder(self._tables, self._spelling)

    @classmethod
    def load(cls, imported: Path | None = None) -> Knowledge:
        """The shipped knowledge plus the taxa imported into ``imported`` (default: the user's data folder); raises DataError."""
        return _load(imported or default_import_folder())


def data_folder() -> Traversable:
    """Where the shipped data lies."""
    return resources.files("serow") / "data"


def cache_folder() -> Path:
    """Where compiled knowledge is kept: ``$SEROW_CACHE``, else the user's cache folder."""
    base = os.environ.get("SEROW_CACHE") or os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "serow")
    return Path(base)


def default_import_folder() -> Path:
    """Where ``serow taxa import`` keeps its tables: ``$SEROW_DATA``, else the user's data folder."""
    base = os.environ.get("SEROW_DATA") or os.path.join(os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share"), "serow")
    return Path(base) / "taxa"


@cache
def _load(imported: Path) -> Knowledge:
    version = _version(imported)
    file = cache_folder() / f"knowledge-{version}.msgpack"
    try:
        return Knowledge(msgspec.msgpack.decode(file.read_bytes(), type=_Compiled), version)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError, ValueError, KeyError, hyperscan.HyperscanError):
        compiled = _compile(imported)
    _keep(file, msgspec.msgpack.encode(compiled))
    return Knowledge(compiled, version)


def _keep(file: Path, data: bytes) -> None:
    """Write the cache whole or not at all; a read-only home only costs the next start its time."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_suffix(f".{os.getpid()}")
        partial.write_bytes(data)
        partial.replace(file)
    except OSError:
        return


def _version(imported: Path) -> str:
    digest = hashlib.sha256((_FORMAT + vars(hyperscan)["__version__"] + np.__version__[:2]).encode())  # hyperscan's stub does not name it
    files = [file for folder in ("fold", "taxa", "products", "status", "lexicon", "weights") for file in (data_folder() / folder).iterdir() if file.is_file()]
    files += sorted(imported.glob("*.jsonl")) if imported.is_dir() else []
    files += [data_folder() / name for name in ("ordinary.tsv", "languages.yaml", "patterns.yaml")]
    for file in sorted(files, key=lambda f: f.name):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _compile(imported: Path) -> _Compiled:
    tables = build_tables()
    nothing = build_spelling([], set(), set())
    folder = Folder(tables, nothing)

    @cache
    def fold(text: str) -> str:
        folded = folder.fold(text.encode())
        return folded.data[: folded.main].decode().strip()

    products = [Product(*fields.values()) for _, fields in read_table(data_folder() / "products" / "products.tsv", _PRODUCT_COLUMNS)]
    taxa = _read_taxa()
    extra = imported_taxa(imported, {taxon.scientific_name for taxon in taxa})
    status = _read_status({taxon.scientific_name for taxon in taxa})
    languages = yaml.safe_load((data_folder() / "languages.yaml").read_text(encoding="utf-8"))
    names = {taxon.scientific_name for taxon in taxa} | {taxon.scientific_name for taxon in extra}
    domestic = {row["scientificName"] for _, row in read_table(data_folder() / "taxa" / "domestic.tsv", ("scientificName", "note"))}
    rows, index = _read_rows({product.id for product in products}, names | domestic, domestic, languages, fold)
    _add_scientific_names([taxon for taxon in taxa + extra if taxon.scientific_name not in domestic], rows, index, fold)
    literals = list(index)
    entries = [index[literal] for literal in literals]
    ordinary = _read_ordinary(languages, fold)
    triggers = [i for i, found in enumerate(entries) if any(_starts(rows[e.row], e.surface, ordinary, fold) for e in found)]
    company = [i for i, found in enumerate(entries) if any(rows[entry.row].kind in COMPANY_KINDS for entry in found)]
    strong = [i for i in triggers if any(_stands_alone(rows[e.row]) for e in entries[i])]
    return _Compiled(
        rows,
        literals,
        entries,
        triggers,
        strong,
        taxa + extra,
        status,
        products,
        languages,
        _build_scan(literals, triggers),
        _build_scan(literals, company),
        _build_scan(literals, list(range(len(literals)))),
        _pack_arrays(tables, _spelling_of(rows, entries, fold)),
    )


def _read_taxa() -> list[Taxon]:
    found: list[Taxon] = []
    names: set[str] = set()
    for file in [data_folder() / "taxa" / "taxa.tsv"]:
        for number, row in read_table(file, _TAXON_COLUMNS):
            if row["scientificName"] in names:
                raise DataError(file.name, number, f"{row['scientificName']} stands twice", "Keep one line for each taxon.")
            if row["cites"] not in ("I", "II", "III", "I/II", "none", "unknown"):
                raise DataError(file.name, number, f"cites is {row['cites']!r}", "Use I, II, III, I/II, none or unknown.")
            names.add(row["scientificName"])
            found.append(
                Taxon(
                    row["scientificName"],
                    row["taxonRank"],
                    row["parent"],
                    row["vernacularName"],
                    row["cites"],
                    row["verified"] == "yes",
                    row["note"],
                    row["source"],
                )
            )
    missing = {taxon.parent for taxon in found if taxon.parent} - names
    if missing:
        raise DataError("taxa", 0, f"parents without a line of their own: {sorted(missing)[:5]}", "Add them or correct the column parent.")
    return found


def _read_status(names: set[str]) -> list[StatusRow]:
    found = []
    for file in sorted((data_folder() / "status").iterdir(), key=lambda f: f.name):
        for number, row in read_table(file, _STATUS_COLUMNS):
            if row["taxon"] not in names:
                raise DataError(file.name, number, f"unknown taxon {row['taxon']!r}", "Add it to data/taxa.")
            found.append(
                StatusRow(
                    row["taxon"],
                    row["product"],
                    row["jurisdiction"],
                    row["listing"],
                    row["since"],
                    row["until"],
                    row["note"],
                    row["source"],
                    row["verified"] == "yes",
                )
            )
    return found


def _read_rows(products: set[str], names: set[str], domestic: set[str], languages: dict[str, Any], fold: Any) -> tuple[list[Row], dict[bytes, list[Entry]]]:
    rows: list[Row] = []
    index: dict[bytes, list[Entry]] = {}
    for file in sorted((data_folder() / "lexicon").iterdir(), key=lambda f: f.name):
        language = file.name.removesuffix(".tsv")
        if language not in languages:
            raise DataError(file.name, 0, f"language {language!r} is not described", "Add it to data/languages.yaml.")
        properties = languages[language]
        for told, forms, number in read_lexicon(file, language, products):
            if told.taxon and told.taxon not in names and told.kind != "code":
                raise DataError(file.name, number, f"unknown taxon {told.taxon!r}", "Add it to data/taxa, or write the name used there.")
            is_domestic = told.kind == "taxon" and told.taxon in domestic
            row = msgspec.structs.replace(told, kind="sense", concept="domestic") if is_domestic else told
            rows.append(row)
            compact = row.kind in _COMPACT_KINDS or (row.kind == "taxon" and row.strength == "strong")
            particles = bool(properties.get("prefixes"))
            for form in forms:
                for variant in variants(form, properties):
                    _add(index, literals_of(variant, fold, compact=compact, open_start=particles), form, len(rows) - 1)
    return rows, index


def _add(index: dict[bytes, list[Entry]], literals: list[bytes], surface: str, row: int) -> None:
    for literal in literals:
        found = index.setdefault(literal, [])
        if not any(entry.row == row for entry in found):
            found.append(Entry(row, surface.strip("*").strip()))


def _read_ordinary(languages: dict[str, Any], fold: Any) -> set[tuple[str, str]]:
    """Language and folded form of the words that are too ordinary to start anything."""
    found = set()
    for number, row in read_table(data_folder() / "ordinary.tsv", ("language", "words")):
        if row["language"] not in languages and row["language"] != "scientific":
            raise DataError("ordinary.tsv", number, f"language {row['language']!r} is not described", "Add it to data/languages.yaml.")
        found |= {(row["language"], fold(word.strip())) for word in row["words"].split("|")}
    return found


def _starts(row: Row, surface: str, ordinary: set[tuple[str, str]], fold: Any) -> bool:
    """Whether a reading can start an accusation: a name that is not too ordinary a word."""
    return row.kind in TRIGGER_KINDS and (row.strength == "strong" or (row.language, fold(surface)) not in ordinary)


def _stands_alone(row: Row) -> bool:
    """Whether a reading is grounds without company."""
    return row.kind == "item" or (row.kind in TRIGGER_KINDS and row.strength == "strong")


def _add_scientific_names(taxa: Iterable[Taxon], rows: list[Row], index: dict[bytes, list[Entry]], fold: Any) -> None:
    """Binomials are strong names in every language; a genus or family name is one only where it has eight letters or more."""
    for taxon in taxa:
        name = taxon.scientific_name
        strong = " " in name or len(name) >= 8
        if name.endswith("spp.") or (taxon.imported and not strong):
            continue
        source = "imported" if taxon.imported else taxon.source
        rows.append(Row("taxon", name, "strong" if strong else "weak", taxon.vernacular_name or name, source, "scientific"))
        _add(index, literals_of(name, fold, compact=not taxon.imported), name, len(rows) - 1)


def _spelling_of(rows: list[Row], entries: list[list[Entry]], fold: Any) -> Spelling:
    """Long strong one-word names are corrected, every word of the lexicon is right as it stands; all names part words written together."""
    names: set[str] = set()
    right: set[str] = set()
    parts: set[str] = set()
    for entry in {(entry.row, entry.surface) for found in entries for entry in found}:
        row, word = rows[entry[0]], fold(entry[1])
        if row.source == "imported":
            continue
        right.update(word.split(" "))
        together = word.replace(" ", "")
        if row.kind not in ("taxon", "item") or not together.isalpha():
            continue
        if len(together) >= PART_MIN and (together == word or row.strength == "strong" or row.kind == "item"):
            parts.add(together)
        if row.strength == "strong" and together == word and TYPO_MIN <= len(word) <= TYPO_MAX and row.language != "scientific":
            names.add(word)
    guards = (data_folder() / "fold" / "typo_guards.txt").read_text(encoding="utf-8")
    right |= {fold(word) for line in guards.splitlines() if not line.startswith("# ") for word in line.split()}
    return build_spelling(sorted(names), right - names, parts)


def _build_scan(literals: list[bytes], chosen: list[int]) -> bytes:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(expressions=[literals[i] for i in chosen], ids=chosen, elements=len(chosen), flags=[0] * len(chosen), literal=True)
    return bytes(hyperscan.dumpb(database))


def _load_scan(data: bytes) -> hyperscan.Database:
    database = hyperscan.loadb(data, hyperscan.HS_MODE_BLOCK)
    database.scratch = hyperscan.Scratch(database)
    return database


def _pack_arrays(tables: FoldTables, spelling: Spelling) -> bytes:
    buffer = io.BytesIO()
    arrays: dict[str, Any] = {f"t{i}": a for i, a in enumerate(tables)} | {f"s{i}": a for i, a in enumerate(spelling)}
    np.savez(buffer, **arrays)
    return buffer.getvalue()
