"""Which offences a reading amounts to; what it is, not what to do about it."""

from __future__ import annotations

from serow.assess.evidence import Reading

_BY_GROUP = {
    "capture": "capture_equipment",
    "fighting": "animal_fighting",
    "keeping": "keeping_equipment",
    "mistreatment": "mistreatment",
    "poaching": "trafficking_promoted",
}


def offences_of(reading: Reading) -> tuple[str, ...]:
    """Offence types, those of gear and welfare first; empty where every name is cancelled.

    Where all names have taken another sense, the score says how far that is believed, and they are read all the same.
    """
    found: list[str] = []
    names = reading.names or [m for m in reading.mentions if m.is_name and m.cancelled_by is None]
    kinds = {reading.knowledge.products[product.row.concept].kind for _, product, near in reading.links if near != "listing" or len(names) == 1}
    for mention in names:
        if mention.kind in ("gear", "fight", "keep", "cruelty"):
            found.append(_BY_GROUP[mention.row.concept])
        product = mention.row.product
        if product:
            kinds.add(reading.knowledge.products[product].kind)
    animals = [m for m in names if m.kind in ("taxon", "item", "code")]
    if animals:
        plant = all("Plantae" in reading.knowledge.taxonomy.lineage(m.row.taxon) for m in animals if m.row.taxon) and any(m.row.taxon for m in animals)
        if plant:
            found.append("plant_or_timber")
        else:
            found += [offence for kind, offence in (("live", "live_animal"), ("trophy", "taxidermy"), ("part", "part_or_product")) if kind in kinds]
            if not kinds & {"live", "trophy", "part"}:
                found.append("wildlife_offered")
        if any(m.kind == "code" for m in animals):
            found.append("coded_offer")
    if found and "wanted" in reading.intents:
        found.append("wanted_ad")
    if found and any(m.evasion for m in names):
        found.append("evasion")
    return tuple(dict.fromkeys(found))
