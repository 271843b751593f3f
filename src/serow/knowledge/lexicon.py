"""The lexicon: words of all languages and what each stands for, read from ``data/lexicon`` and checked line by line."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources.abc import Traversable

import msgspec

from serow.knowledge.errors import DataError
from serow.knowledge.tables import read_table

COLUMNS = ("kind", "concept", "strength", "forms", "meaning", "source")
TRIGGER_KINDS = frozenset({"taxon", "item", "code", "gear", "fight", "keep", "cruelty"})
COMPANY_KINDS = frozenset({"product", "real", "claim", "intent"})
KINDS = TRIGGER_KINDS | {"product", "intent", "claim", "real", "sense", "trap"}
CONCEPTS = {
    "gear": {"capture"},
    "fight": {"fighting"},
    "keep": {"keeping"},
    "cruelty": {"mistreatment", "poaching"},
    "real": {"genuine"},
    "intent": {"offer", "wanted", "trade", "contact", "price", "shipping", "sold", "refusal", "not_for_sale"},
    "claim": {
        "antique", "pre_1947", "pre_ban", "captive_bred", "cites", "certificate", "permit", "ringed", "microchip", "registered", "farmed",
        "inherited", "old_stock", "mammoth", "no_papers", "wild_caught",
    },
    "sense": {
        "colour", "print", "imitation", "toy", "costume", "replica", "art", "media", "collectible", "brand", "team", "food", "plant", "tool", "tech",
        "place", "person", "shop", "news", "awareness", "rescue", "tourism", "museum", "science", "domestic", "pet_gear", "farmed_material",
        "service", "game", "clothing", "vehicle", "cosmetics",
    },
}  # fmt: skip
CONCEPTS["trap"] = CONCEPTS["sense"]


class Row(msgspec.Struct, frozen=True, array_like=True):
    """One line of the lexicon; ``concept`` is a taxon, a product, ``taxon/product`` or a word of the kind's own list."""

    kind: str
    concept: str
    strength: str
    meaning: str
    source: str
    language: str

    @property
    def taxon(self) -> str:
        """The scientific name the row stands for, or empty."""
        if self.kind == "taxon":
            return self.concept
        head = self.concept.split("/")[0]
        return head if self.kind in ("item", "code") and head[:1].isupper() else ""

    @property
    def product(self) -> str:
        """The product the row stands for, or empty."""
        if self.kind == "product":
            return self.concept
        tail = self.concept.split("/")[-1]
        return tail if self.kind in ("item", "code") and tail[:1].islower() else ""


def read_lexicon(file: Traversable, language: str, products: set[str]) -> Iterator[tuple[Row, list[str], int]]:
    """Each row with its surface forms and line number; raises DataError for kinds, concepts or strengths that do not exist."""
    for number, fields in read_table(file, COLUMNS):
        row = Row(fields["kind"], fields["concept"], fields["strength"], fields["meaning"], fields["source"], language)
        _check(row, file.name, number, products)
        forms = [form.strip() for form in fields["forms"].split("|") if form.strip()]
        if not forms:
            raise DataError(file.name, number, "no form", "List at least one word in the column forms.")
        yield row, forms, number


def _check(row: Row, file: str, number: int, products: set[str]) -> None:
    if row.kind not in KINDS:
        raise DataError(file, number, f"unknown kind {row.kind!r}", f"Use one of {sorted(KINDS)}.")
    if row.strength not in ("strong", "weak"):
        raise DataError(file, number, f"unknown strength {row.strength!r}", "Use strong or weak.")
    if not row.meaning or not row.source:
        raise DataError(file, number, "no meaning or source", "State the meaning in English and where the knowledge comes from.")
    allowed = CONCEPTS.get(row.kind)
    if allowed is not None and row.concept not in allowed:
        raise DataError(file, number, f"unknown concept {row.concept!r} of {row.kind}", f"Use one of {sorted(allowed)}.")
    if row.product and row.product not in products:
        raise DataError(file, number, f"unknown product {row.product!r}", "Add it to data/products/products.tsv or use one of its ids.")
    if row.kind == "item" and not (row.taxon and row.product):
        raise DataError(file, number, f"item concept {row.concept!r}", "Write it as Scientific name/product.")
