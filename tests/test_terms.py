"""Names, traps, senses, links: what is found in a text and what stands."""

from __future__ import annotations

import pytest

from serow import Listing, Screener


def offences(screener: Screener, title: str, **fields: object) -> tuple[str, ...]:
    return screener.assess(Listing(title=title, **fields)).offences  # type: ignore[arg-type]


def taxa(screener: Screener, title: str, **fields: object) -> set[str]:
    return {taxon.scientific_name for taxon in screener.assess(Listing(title=title, **fields)).taxa}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "taxon"),
    [
        ("pangolin scales for sale", "Manidae"),
        ("pangolln scales", "Manidae"),
        ("продам шкуру снежного барса", "Panthera uncia"),
        ("sừng tê giác", "Rhinocerotidae"),
        ("穿山甲鳞片 出售", "Manidae"),
        ("Elfenbeinschnitzerei, antik", "Elephantidae"),
        ("Loxodonta africana tusk", "Loxodonta africana"),
        ("#pangolinscales available", "Manidae"),
        ("ขายลูกเสือดาว", "Panthera pardus"),
    ],
)
def test_names_are_found_in_many_languages(screener: Screener, text: str, taxon: str) -> None:
    lineages = {name for found in taxa(screener, text) for name in screener.knowledge.taxonomy.lineage(found)}
    assert taxon in lineages or taxon in taxa(screener, text), taxa(screener, text)


@pytest.mark.parametrize(
    "text", ["Tiger Balm red 30 g", "เสื้อยืดผู้ชาย ราคาถูก", "Côte d'Ivoire football shirt", "象牙白连衣裙", "Elfenbeinküste Trikot", "crocodile clip test lead"]
)
def test_traps_cancel_the_name_inside_them(screener: Screener, text: str) -> None:
    assert not offences(screener, text, price=10.0)


def test_an_exclusion_cancels_its_finding_not_the_listing(screener: Screener) -> None:
    assessment = screener.assess(Listing(title="Tiger Balm and a pangolin scale necklace", price=20.0))
    assert "Manidae" in {taxon.scientific_name for taxon in assessment.taxa}


def test_a_weak_name_alone_decides_nothing(screener: Screener) -> None:
    description = "It went on and on like that all through the morning and then again until late in the evening, as ever"
    assessment = screener.assess(Listing(title="Falcon", description=description))
    assert assessment.score == screener.weights.base


def test_a_contact_handle_alone_raises_nothing(screener: Screener) -> None:
    assert screener.screen(Listing(title="Sofa, call +44 7700 900123 or WhatsApp", price=50.0)).action == "allow"


def test_evasion_is_itself_a_finding(screener: Screener) -> None:
    assessment = screener.assess(Listing(title="rh1no h0rn p0wder", price=900.0))
    assert "digits_for_letters" in assessment.evasions
    assert "evasion" in assessment.offences


def test_claims_route_and_never_clear(screener: Screener) -> None:
    assessment = screener.assess(Listing(title="Antique ivory crucifix, pre-1947, CITES certificate no. 12345/01", price=700.0))
    assert "antique" in assessment.claims
    assert assessment.offences


def test_measures_are_normalised(screener: Screener) -> None:
    measures = {(m.kind, m.value, m.unit) for m in screener.assess(Listing(title="rhino horn 1.5 kg, 30 cm", price=5.0, currency="EUR")).measures}
    assert ("weight", 1500.0, "g") in measures
    assert ("length", 30.0, "cm") in measures
    assert ("price", 5.0, "EUR") in measures


def test_legal_status_carries_its_source(screener: Screener) -> None:
    taxon = next(
        t
        for t in screener.assess(Listing(title="hippo ivory carving, hippopotamus amphibius", price=9.0)).taxa
        if t.scientific_name == "Hippopotamus amphibius"
    )
    listings = {status.jurisdiction: status for status in taxon.status}
    assert listings["CITES"].listing == "Appendix II"
    assert listings["UK"].since == "2025-01-28"
    assert all(status.source for status in taxon.status)


def test_law_is_looked_up_at_the_date(screener: Screener) -> None:
    taxonomy = screener.knowledge.taxonomy
    before = {s.jurisdiction for s in taxonomy.legal_status("Hippopotamus amphibius", date="2024-12-31")}
    assert "UK" not in before
    unknown = taxonomy.legal_status("Hippopotamus amphibius", jurisdictions=("ZZ",))
    assert any(s.jurisdiction == "ZZ" and s.listing == "unknown" for s in unknown)


def test_the_second_opinion_never_raises_to_block(screener: Screener) -> None:
    from serow.model import Opinion

    class Certain:
        name = "certain"

        def ask(self, listing: Listing, evidence: dict[str, float]) -> Opinion:
            return Opinion(state="asked", probability=0.9999)

    loud = Screener(screener.knowledge, screener.policy, opinion=Certain())  # type: ignore[arg-type]
    for title in ("parrot cage", "coral necklace", "old tortoise lamp for sale", "ivory white dress size 10"):
        assert loud.screen(Listing(title=title, price=5.0)).action != "block"


def test_absence_of_the_second_opinion_is_stated(screener: Screener) -> None:
    absent = Screener(screener.knowledge, screener.policy, opinion=None, opinion_state="absent")
    states = {absent.screen(Listing(title=t, price=5.0)).assessment.opinion.state for t in ("coral necklace", "parrot for sale", "tortoise lamp for sale")}
    assert "absent" in states


@pytest.mark.parametrize("text", ["\u202eivory", "<script>alert(1)</script> ivory tusk", "a" * 100_000, "\0ivory", "🐘" * 5000, "ivory\ud800 tusk"])
def test_hostile_texts_are_only_texts(screener: Screener, text: str) -> None:
    decision = screener.screen(Listing(title=text))
    assert decision.action in ("allow", "review", "block")
