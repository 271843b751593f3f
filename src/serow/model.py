"""The words Serow thinks in, as immutable typed structs."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Surface = Literal["listing", "ad", "post", "comment", "profile", "search", "livestream"]
Action = Literal["allow", "review", "block"]
TEXT_FIELDS = ("title", "description", "text")


class Listing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One normalised thing to judge; at least one of ``title``, ``description``, ``text`` is not empty. ``posted_at`` is ISO 8601."""

    id: str = ""
    surface: Surface = "listing"
    title: str = ""
    description: str = ""
    text: str = ""
    price: float | None = None
    currency: str | None = None
    category: str | None = None
    seller: str | None = None
    location: str | None = None
    url: str | None = None
    images: tuple[str, ...] = ()
    posted_at: str | None = None
    language: str | None = None
    attributes: dict[str, Any] = {}


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What a detector saw: ``quote`` is exactly ``field[start:end]`` of the listing as it came, in characters.

    ``weight`` is the log-odds that this kind of evidence adds to the score; ``cancelled_by`` names the sense that silenced it.
    """

    detector: str
    field: str
    start: int
    end: int
    quote: str
    concept: str
    meaning: str
    strength: Literal["strong", "weak"]
    language: str
    source: str
    weight: float = 0.0
    evasion: str | None = None
    cancelled_by: str | None = None


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One term of the additive score: a named kind of evidence, how much of it there is, and its log-odds."""

    name: str
    value: float
    weight: float
    meaning: str

    @property
    def contribution(self) -> float:
        """Log-odds added to the score."""
        return self.value * self.weight


class LegalStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What one jurisdiction's law says of a taxon: ``listing`` is e.g. an appendix, ``unknown`` where the facts do not say."""

    jurisdiction: str
    listing: str
    since: str | None = None
    note: str | None = None
    source: str = ""
    verified: bool = False


class TaxonFound(msgspec.Struct, frozen=True, kw_only=True):
    """A taxon that an assessment rests on (Darwin Core terms), with its legal status."""

    scientific_name: str = msgspec.field(name="scientificName")
    rank: str = msgspec.field(name="taxonRank")
    vernacular_name: str = msgspec.field(name="vernacularName")
    status: tuple[LegalStatus, ...] = ()


class ProductFound(msgspec.Struct, frozen=True, kw_only=True):
    """What is offered: our product id, its English name and its CITES trade-term code where one exists."""

    id: str
    name: str
    cites_term: str | None = None


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """A quantity read from the text or the price field: ``kind`` count, weight (g), length (cm), volume (ml) or price."""

    kind: Literal["count", "weight", "length", "volume", "price"]
    value: float
    unit: str
    quote: str = ""


class Opinion(msgspec.Struct, frozen=True, kw_only=True):
    """What the whole-text encoder thinks, with the nearest texts of the corpus, or why it was not asked."""

    state: Literal["asked", "not needed", "absent", "off"]
    probability: float | None = None
    reads_like: tuple[str, ...] = ()


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """What is there, with reasons and without action: offences, a score in 0..1 and the evidence that adds up to it."""

    score: float
    named_score: float
    offences: tuple[str, ...] = ()
    taxa: tuple[TaxonFound, ...] = ()
    products: tuple[ProductFound, ...] = ()
    intent: str = "none"
    measures: tuple[Measure, ...] = ()
    claims: tuple[str, ...] = ()
    senses: tuple[str, ...] = ()
    evasions: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    opinion: Opinion = Opinion(state="not needed")


class ClauseHit(msgspec.Struct, frozen=True, kw_only=True):
    """A clause that applied, and what it asked for."""

    id: str
    action: Action
    category: str


class Versions(msgspec.Struct, frozen=True, kw_only=True):
    """What decided: the software's version and the content hashes of knowledge and policy."""

    software: str
    knowledge: str
    policy: str


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A policy applied to an assessment; ``message`` is for the seller and names clause and category, never the matched words."""

    id: str
    action: Action
    clauses: tuple[ClauseHit, ...]
    message: str
    assessment: Assessment
    versions: Versions
