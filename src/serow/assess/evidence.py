"""Collect the named evidence of one listing: one value per kind of evidence and strength, never per word."""

from __future__ import annotations

from serow.assess.layout import Layout
from serow.detect.mention import Mention
from serow.detect.patterns import ShapeMatch
from serow.knowledge.knowledge import Knowledge
from serow.knowledge.lexicon import COMPANY_KINDS
from serow.model import Listing, Measure

NEARNESS = ("phrase", "sentence", "listing")
_SENSING = frozenset(
    {
        "colour", "print", "imitation", "toy", "costume", "replica", "media", "collectible", "brand", "team", "food", "plant", "tool", "tech", "place",
        "person", "shop", "game", "vehicle", "cosmetics", "art", "clothing", "domestic", "farmed_material",
    }
)  # fmt: skip
SHORT_TEXT = 80
_DEALS = ("offer", "wanted", "trade", "contact", "price")


class Reading:
    """What a listing's mentions add up to: evidence values by name, and the taxa, products and links behind them."""

    def __init__(
        self, listing: Listing, mentions: list[Mention], shapes: list[ShapeMatch], measures: tuple[Measure, ...], knowledge: Knowledge, text: str
    ) -> None:
        self.listing, self.mentions, self.shapes, self.measures, self.knowledge = listing, mentions, shapes, measures, knowledge
        self.layout, self.length = Layout(text), len(text)
        self.values: dict[str, float] = {}
        self.by_kind: dict[str, list[Mention]] = {}
        for mention in mentions:
            self.by_kind.setdefault(mention.kind, []).append(mention)
        self._give_senses()
        self.names = [m for m in mentions if m.stands]
        self._names()
        self._links()
        self._context()
        self._intents()
        self._claims()
        self._circumstances(text)

    @property
    def has_grounds(self) -> bool:
        """Whether there is more than a weak name on its own: a strong one, one with its product, or company beside it.

        Company is a product, dealing, a claim or a second name; a text of up to ``SHORT_TEXT`` characters has no room for it.
        """
        names = [m for m in self.mentions if m.is_name and m.cancelled_by is None and self.knowledge.is_trigger[m.literal]]
        if any(m.strength == "strong" or m.kind == "item" for m in names):
            return True
        if self.length <= SHORT_TEXT and any(m.kind == "taxon" for m in names):
            return True
        company = any(kind in self.by_kind for kind in COMPANY_KINDS)
        return bool(names) and (company or len({m.literal for m in names}) > 1)

    def _note(self, name: str, value: float = 1.0) -> None:
        self.values[name] = max(value, self.values.get(name, 0.0))

    def _give_senses(self) -> None:
        """A weak name that touches a word of another sense takes that sense; a strong one only beside a strong word of it."""
        senses = [s for s in self.by_kind.get("sense", []) if s.row.concept in _SENSING]
        for mention in self.mentions:
            if not mention.is_name or mention.cancelled_by:
                continue
            near = [s for s in senses if self.layout.nearness(mention, s) == "phrase" and (s.end <= mention.start or mention.end <= s.start)]
            if mention.strength == "strong":
                near = [s for s in near if s.strength == "strong"]
            if near:
                mention.sensed_by = min(near, key=lambda s: self.layout.gap(mention, s)).row.concept

    def _names(self) -> None:
        for mention in self.mentions:
            if not mention.is_name:
                continue
            scientific = ".scientific" if mention.row.language == "scientific" else ""
            state = "cancelled" if mention.cancelled_by else "sensed" if mention.sensed_by else "name"
            group = mention.kind if mention.kind in ("taxon", "item", "code") else mention.row.concept
            self._note(f"{state}.{group}{scientific}.{mention.strength}" if state != "cancelled" else "cancelled")
            if mention.evasion and state != "cancelled" and (mention.strength == "strong" or mention.kind == "item"):
                self._note(f"evasion.{mention.evasion}")
        taxa = {m.row.taxon for m in self.names if m.row.taxon}
        if len(taxa) >= 2:
            self._note("several_taxa")
        for name in taxa:
            self._note(f"listed.{self.knowledge.taxonomy.cites(name).replace('/', '_')}")

    def _links(self) -> None:
        """The nearest link of each class of product to a name; strength falls with distance."""
        self.links: list[tuple[Mention, Mention, str]] = []
        for product in self.by_kind.get("product", []):
            kind = self.knowledge.products[product.row.concept].kind
            self._note(f"product.{kind}.{product.strength}")
            best: tuple[int, Mention] | None = None
            for name in self.names:
                if name.kind in ("taxon", "item", "code"):
                    rank = NEARNESS.index(self.layout.nearness(name, product))
                    if best is None or rank < best[0]:
                        best = rank, name
            if best:
                self.links.append((best[1], product, NEARNESS[best[0]]))
                self._note(f"link.{kind}.{NEARNESS[best[0]]}")

    def _context(self) -> None:
        names = [m for m in self.mentions if m.is_name and not m.cancelled_by]
        for kind, prefix in (("sense", "sense"), ("real", "real")):
            for cue in self.by_kind.get(kind, []):
                if any(name.start < cue.end and cue.start < name.end for name in names):
                    continue
                best = min((NEARNESS.index(self.layout.nearness(cue, name)) for name in names), default=2)
                self._note(f"{prefix}.{cue.row.concept}.{NEARNESS[best]}")

    def _intents(self) -> None:
        names = [m for m in self.mentions if m.is_name and not m.cancelled_by]
        intents = {m.row.concept for m in self.by_kind.get("intent", [])}
        if any(s.shape.kind == "contact" for s in self.shapes):
            intents.add("contact")
        for mention in self.by_kind.get("intent", []):
            near = any(self.layout.nearness(mention, name) != "listing" for name in names)
            self._note(f"intent.{mention.row.concept}.{'near' if near else 'far'}")
        if "contact" in intents:
            self._note("contact")
        priced = self.listing.price is not None
        dealing = priced or any(intent in intents for intent in _DEALS)
        public = self.listing.surface not in ("listing", "ad")
        if public:
            self._note("surface.post")
            self._note("post.dealing" if dealing else "post.no_deal")
        if priced:
            self._note("priced")
        self.intents = intents
        otherwise = "offer" if priced or not public else "contact" if "contact" in intents else "none"
        self.intent = next((i for i in ("wanted", "trade", "offer") if i in intents), otherwise)

    def _claims(self) -> None:
        self.claims = sorted({m.row.concept for m in self.by_kind.get("claim", [])} | {s.shape.concept for s in self.shapes if s.shape.kind == "claim"})
        for claim in self.claims:
            self._note(f"claim.{claim}")

    def _circumstances(self, text: str) -> None:
        if any(m.kind == "weight" for m in self.measures):
            self._note("measure.weight")
        if any(m.kind in ("length", "count") for m in self.measures):
            self._note("measure.size")
        words = len(text.split()) if text.isascii() else len(text) / 6
        if words <= 4:
            self._note("text.short")
        if words >= 40:
            self._note("text.long")
