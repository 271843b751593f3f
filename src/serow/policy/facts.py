"""What a clause may ask about an assessment, each as one set of words."""

from __future__ import annotations

from serow.model import Assessment

NAME_KINDS = {"taxon", "item", "code", "gear", "fight", "keep", "cruelty"}
CITES_GROUPS = {"Appendix I": {"I"}, "Appendix II": {"II"}, "Appendix III": {"III"}, "Appendix I/II": {"I", "II"}, "none": {"none"}, "unknown": {"unknown"}}


class Facts:
    """An assessment as sets: ``values[condition]`` are the words that hold."""

    __slots__ = ("assessment", "values")

    def __init__(self, assessment: Assessment, surface: str, lineage: frozenset[str], product_classes: frozenset[str], attributes: dict[str, object]) -> None:
        self.assessment = assessment
        cites: set[str] = set()
        for taxon in assessment.taxa:
            for status in taxon.status:
                if status.jurisdiction == "CITES":
                    cites |= CITES_GROUPS.get(status.listing, {"unknown"})
        jurisdictions = {f"{s.jurisdiction}:{s.listing}" for t in assessment.taxa for s in t.status}
        standing = [f for f in assessment.findings if f.cancelled_by is None and f.concept.split(":")[0] in NAME_KINDS]
        self.values: dict[str, frozenset[str]] = {
            "offence": frozenset(assessment.offences),
            "cites": frozenset(cites),
            "status": frozenset(jurisdictions),
            "taxon": lineage,
            "product": frozenset(p.id for p in assessment.products),
            "product_class": product_classes,
            "intent": frozenset({assessment.intent}),
            "claim": frozenset(assessment.claims),
            "sense": frozenset(assessment.senses),
            "evasion": frozenset(assessment.evasions),
            "strength": frozenset(f.strength for f in standing),
            "surface": frozenset({surface}),
            "seller": frozenset({"verified"} if str(attributes.get("seller_verified")).lower() == "true" else ()),
            "category": frozenset({str(attributes["category"]).lower()} if attributes.get("category") else ()),
        }
