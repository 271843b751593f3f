"""The order of the steps for one listing: fold, detect, link and score, apply the policy."""

from __future__ import annotations

from functools import lru_cache

from serow import __version__
from serow.assess.evidence import Reading
from serow.assess.offences import offences_of
from serow.assess.score import Weights, add_up, load_weights, logit, sigmoid
from serow.detect.language import languages_of
from serow.detect.mention import Mention
from serow.detect.patterns import ShapeMatch, find_measures, find_shapes
from serow.detect.source import Source
from serow.detect.terms import find_terms, triggered
from serow.knowledge.knowledge import Knowledge
from serow.model import Assessment, Decision, Finding, Listing, Opinion, ProductFound, TaxonFound, Versions
from serow.opinion import SecondOpinion, load_opinion
from serow.policy import Compiled, Policy, apply_policy, load_policy
from serow.policy.facts import Facts
from serow.text.fold import Folded, Folder

_NOT_NEEDED = Opinion(state="not needed")
_DETECTOR_VERSION = "terms/1"


class Screener:
    """Screens listings with one policy; for one thread, since the fold and the scan keep working buffers."""

    def __init__(
        self,
        knowledge: Knowledge,
        policy: Policy,
        *,
        weights: Weights | None = None,
        opinion: SecondOpinion | None = None,
        opinion_state: str = "off",
        jurisdictions: tuple[str, ...] = (),
    ) -> None:
        self.knowledge, self.policy, self.jurisdictions = knowledge, policy, jurisdictions
        self.weights = weights or load_weights()
        self.opinion = opinion
        self._no_opinion = Opinion(state=opinion_state)  # type: ignore[arg-type]
        self._compiled = Compiled(policy)
        self._folder = knowledge.folder
        self.versions = Versions(software=__version__, knowledge=knowledge.version, policy=policy.version)
        self._nothing = Assessment(score=self.weights.base, named_score=self.weights.base, intent="none")

    @classmethod
    def load(cls, policy: str = "coalition", *, second_opinion: bool = True, jurisdictions: tuple[str, ...] = ()) -> Screener:
        """A screener with the shipped knowledge (and imported taxa) and a policy by name or file; raises DataError."""
        opinion = load_opinion() if second_opinion else None
        state = "off" if not second_opinion else "absent"
        return cls(Knowledge.load(), load_policy(policy), opinion=opinion, opinion_state=state, jurisdictions=jurisdictions)

    def use(self, folder: Folder) -> None:
        """Fold with another (the compiled) folder from now on; the result is the same."""
        self._folder = folder

    def screen(self, listing: Listing) -> Decision:
        """Decide one listing, with reasons."""
        source = Source(listing)
        folded = self._folder.fold(source.data)
        if not triggered(folded, self.knowledge):
            return self.nothing_found(listing.id)
        return self._decide(listing, self._assess(source, folded))

    def assess(self, listing: Listing) -> Assessment:
        """What is there, without a policy."""
        source = Source(listing)
        folded = self._folder.fold(source.data)
        return self._assess(source, folded) if triggered(folded, self.knowledge) else self._nothing

    def read(self, listing: Listing) -> Reading | None:
        """The evidence alone, before it is weighed; None where nothing could start an accusation."""
        source = Source(listing)
        folded = self._folder.fold(source.data)
        return self._read(source, folded)[0] if triggered(folded, self.knowledge) else None

    def nothing_found(self, listing_id: str) -> Decision:
        """The decision on a listing in which nothing was found."""
        return Decision(id=listing_id, action="allow", clauses=(), message="", assessment=self._nothing, versions=self.versions)

    def facts(self, listing: Listing, assessment: Assessment) -> Facts:
        """The assessment as a clause sees it."""
        lineage = frozenset(name for taxon in assessment.taxa for name in self._lineage(taxon.scientific_name))
        classes = frozenset(self.knowledge.products[product.id].kind for product in assessment.products)
        attributes = {**listing.attributes, "category": listing.category}
        return Facts(assessment, listing.surface, lineage, classes, attributes)

    def _lineage(self, name: str) -> list[str]:
        return self.knowledge.taxonomy.lineage(name)

    def _read(self, source: Source, folded: Folded) -> tuple[Reading, list[Mention], list[ShapeMatch]]:
        listing = source.listing
        languages = languages_of(source.text, listing.language)
        mentions = find_terms(folded, source, self.knowledge, languages)
        shapes = find_shapes(source.text)
        measures = find_measures(source.text, listing.price, listing.currency)
        return Reading(listing, mentions, shapes, measures, self.knowledge, source.text), mentions, shapes

    def _assess(self, source: Source, folded: Folded) -> Assessment:
        reading, mentions, shapes = self._read(source, folded)
        if not reading.has_grounds:
            return self._nothing
        named, evidence = add_up(reading.values, self.weights)
        opinion = self._ask(source.listing, reading, named)
        score = self._mix(named, opinion)
        date = (source.listing.posted_at or "")[:10]
        return Assessment(
            score=round(score, 6),
            named_score=round(named, 6),
            offences=offences_of(reading),
            taxa=self._taxa(reading, date),
            products=self._products(reading),
            intent=reading.intent,
            measures=reading.measures,
            claims=tuple(reading.claims),
            senses=tuple(sorted({m.row.concept for m in reading.by_kind.get("sense", [])} | {m.cancelled_by for m in mentions if m.cancelled_by})),
            evasions=tuple(sorted({m.evasion for m in reading.names if m.evasion})),
            findings=self._findings(source, mentions, shapes),
            evidence=evidence,
            opinion=opinion,
        )

    def _ask(self, listing: Listing, reading: Reading, named: float) -> Opinion:
        if not self.weights.ask_above <= named <= self.weights.ask_below:
            return _NOT_NEEDED
        return self.opinion.ask(listing, reading.values) if self.opinion else self._no_opinion

    def _mix(self, named: float, opinion: Opinion) -> float:
        if opinion.probability is None:
            return named
        weights = self.weights
        return sigmoid(weights.opinion_intercept + weights.opinion_named * logit(named) + weights.opinion_text * logit(opinion.probability))

    def _taxa(self, reading: Reading, date: str) -> tuple[TaxonFound, ...]:
        names: dict[str, str] = {}
        for mention in reading.names or [m for m in reading.mentions if m.is_name and m.cancelled_by is None]:
            if mention.row.taxon and not names.get(mention.row.taxon):
                names[mention.row.taxon] = mention.row.product
        return tuple(self._taxon(name, product, date) for name, product in names.items())

    @lru_cache(maxsize=4096)  # noqa: B019 - lives as long as the screener, bounded
    def _taxon(self, name: str, product: str, date: str) -> TaxonFound:
        return self.knowledge.taxonomy.found(name, product, date, self.jurisdictions)

    def _products(self, reading: Reading) -> tuple[ProductFound, ...]:
        ids = [m.row.product for m in reading.names if m.row.product]
        ids += [product.row.concept for _, product, near in reading.links if near != "listing" or len(reading.names) == 1]
        return tuple(self.knowledge.products[i].found() for i in dict.fromkeys(ids))

    def _findings(self, source: Source, mentions: list[Mention], shapes: list[ShapeMatch]) -> tuple[Finding, ...]:
        found = []
        for mention in mentions:
            field, start, end = source.locate(mention.start, mention.end)
            row = mention.row
            found.append(
                Finding(
                    detector=_DETECTOR_VERSION,
                    field=field,
                    start=start,
                    end=end,
                    quote=source.text[mention.start : mention.end],
                    concept=f"{row.kind}:{row.concept}",
                    meaning=row.meaning,
                    strength="strong" if mention.strength == "strong" else "weak",
                    language=row.language,
                    source=row.source,
                    weight=self._weight(mention),
                    evasion=mention.evasion,
                    cancelled_by=mention.cancelled_by or mention.sensed_by,
                )
            )
        for match in shapes:
            field, start, end = source.locate(match.start, match.end)
            shape = match.shape
            found.append(
                Finding(
                    detector="shapes/1", field=field, start=start, end=end, quote=source.text[match.start : match.end], concept=f"{shape.kind}:{shape.concept}",
                    meaning=shape.meaning, strength="weak", language="any", source=shape.source,
                )
            )  # fmt: skip
        return tuple(found)

    def _weight(self, mention: Mention) -> float:
        if not mention.stands:
            return 0.0
        group = mention.kind if mention.kind in ("taxon", "item", "code") else mention.row.concept
        scientific = ".scientific" if mention.row.language == "scientific" else ""
        return self.weights.evidence.get(f"name.{group}{scientific}.{mention.strength}", 0.0)

    def _decide(self, listing: Listing, assessment: Assessment) -> Decision:
        facts = self.facts(listing, assessment)
        action, hits = apply_policy(self._compiled, facts)
        message = self._message(hits[0].id, listing.language) if hits else ""
        return Decision(id=listing.id, action=action, clauses=hits, message=message, assessment=assessment, versions=self.versions)

    def _message(self, clause_id: str, language: str | None) -> str:
        clause = next(clause for clause in self.policy.clauses if clause.id == clause_id)
        code = (language or "en").split("-")[0].lower()
        return clause.message.get(code) or clause.message["en"]
