"""Taxa: who is who, what group they belong to, and what the law says of them."""

from __future__ import annotations

from functools import cached_property

import msgspec

from serow.model import LegalStatus, TaxonFound

CITES_RANK = {"I": 3, "I/II": 3, "II": 2, "III": 1}


_MADE_OF = {
    "ivory": {
        "ivory", "tusk", "tooth", "carving", "jewellery", "beads", "seal", "cutlery", "chess_dominoes", "instrument", "miniature", "religious_figure", "amulet",
    }
}  # fmt: skip


class Taxon(msgspec.Struct, frozen=True, array_like=True):
    """A species or group after Darwin Core; ``parent`` is a scientific name or empty, ``cites`` an appendix, none or unknown."""

    scientific_name: str
    rank: str
    parent: str
    vernacular_name: str
    cites: str
    verified: bool
    note: str
    source: str
    imported: bool = False


class StatusRow(msgspec.Struct, frozen=True, array_like=True):
    """One rule of one jurisdiction for a taxon and everything below it, valid from ``since`` until ``until`` (ISO dates or empty)."""

    taxon: str
    product: str
    jurisdiction: str
    listing: str
    since: str
    until: str
    note: str
    source: str
    verified: bool


class Taxonomy:
    """Looks taxa up by scientific name and walks upwards from them."""

    def __init__(self, taxa: list[Taxon], status: list[StatusRow]) -> None:
        self.taxa = taxa
        self.status = status

    @cached_property
    def by_name(self) -> dict[str, Taxon]:
        """Taxa by scientific name."""
        return {taxon.scientific_name: taxon for taxon in self.taxa}

    @cached_property
    def _status_by_taxon(self) -> dict[str, list[StatusRow]]:
        found: dict[str, list[StatusRow]] = {}
        for row in self.status:
            found.setdefault(row.taxon, []).append(row)
        return found

    def lineage(self, name: str) -> list[str]:
        """The taxon and everything above it, nearest first; a species unknown to the tables is placed by its genus."""
        names: list[str] = []
        while name and name not in names:
            names.append(name)
            taxon = self.by_name.get(name)
            name = taxon.parent if taxon else name.split(" ", maxsplit=1)[0] if " " in name else ""
        return names

    def cites(self, name: str) -> str:
        """The CITES listing of the taxon or of the nearest group above that has one; ``unknown`` where no fact is at hand."""
        for ancestor in self.lineage(name):
            taxon = self.by_name.get(ancestor)
            if taxon and taxon.cites != "unknown":
                return taxon.cites
        return "unknown"

    def legal_status(self, name: str, product: str = "", date: str = "", jurisdictions: tuple[str, ...] = ()) -> tuple[LegalStatus, ...]:
        """What is known of the law for a taxon (and product) at an ISO date: CITES first, then each jurisdiction that has a rule."""
        found = [self._cites_status(name)]
        seen: set[str] = set()
        for ancestor in self.lineage(name):
            for row in self._status_by_taxon.get(ancestor, []):
                wrong_time = date and ((row.since and date < row.since) or (row.until and date >= row.until))
                if wrong_time or (row.product and product not in _MADE_OF.get(row.product, {row.product})) or row.jurisdiction in seen:
                    continue
                seen.add(row.jurisdiction)
                found.append(
                    LegalStatus(
                        jurisdiction=row.jurisdiction,
                        listing=row.listing,
                        since=row.since or None,
                        note=row.note or None,
                        source=row.source,
                        verified=row.verified,
                    )
                )
        found += [
            LegalStatus(jurisdiction=place, listing="unknown", source="not in the fact base")
            for place in jurisdictions
            if place not in seen and place != "CITES"
        ]
        return tuple(status for status in found if not jurisdictions or status.jurisdiction in (*jurisdictions, "CITES"))

    def _cites_status(self, name: str) -> LegalStatus:
        for ancestor in self.lineage(name):
            taxon = self.by_name.get(ancestor)
            if taxon and taxon.cites != "unknown":
                note = taxon.note if ancestor == name else f"listed as {ancestor}" + (f": {taxon.note}" if taxon.note else "")
                return LegalStatus(
                    jurisdiction="CITES",
                    listing=taxon.cites if taxon.cites == "none" else f"Appendix {taxon.cites}",
                    note=note or None,
                    source=taxon.source,
                    verified=taxon.verified,
                )
        return LegalStatus(jurisdiction="CITES", listing="unknown", source="not in the fact base")

    def found(self, name: str, product: str = "", date: str = "", jurisdictions: tuple[str, ...] = ()) -> TaxonFound:
        """The taxon as an assessment shows it."""
        taxon = self.by_name.get(name)
        return TaxonFound(
            scientific_name=name,
            rank=taxon.rank if taxon else "unknown",
            vernacular_name=taxon.vernacular_name if taxon else "",
            status=self.legal_status(name, product, date, jurisdictions),
        )
