"""bulk == single, for listings and for Arrow batches."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from serow import Listing, Screener
from serow.bulk import BulkScreener
from serow.files.rows import RowError
from serow.output import SCHEMA, decision_row

_WORDS = ["ivory", "1vory", "i v o r y", "tiger", "bone", "pangolin scales", "象牙", "象*牙", "手镯", "plush", "for sale", "whatsapp +44 7700 900123", "dress",
          "colour", "antique", "we never sell", "нэцкэ", "бивень", "งาช้าง", "10cm", "🐘", "#tigerteeth", "Loxodonta africana",
          ".", "\n", "é", "\u200b", "45 g"]  # fmt: skip
titles = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=8).map(" ".join)
listings = st.builds(
    lambda title, description, surface, price: Listing(id="x", title=title, description=description, surface=surface, price=price),
    titles, st.one_of(st.just(""), titles, st.text(max_size=40)), st.sampled_from(["listing", "post", "ad"]), st.one_of(st.none(), st.floats(0, 1e6)),
)  # fmt: skip


@pytest.fixture(scope="module")
def bulk() -> BulkScreener:
    return BulkScreener(Screener.load(second_opinion=False))


@given(batch=st.lists(listings, min_size=1, max_size=12))
def test_bulk_decides_like_single(screener: Screener, bulk: BulkScreener, batch: list[Listing]) -> None:
    assert bulk.screen(batch) == [screener.screen(listing) for listing in batch]


@given(batch=st.lists(listings.filter(lambda x: bool(x.title.strip())), min_size=1, max_size=12))
def test_arrow_decides_like_single(screener: Screener, bulk: BulkScreener, batch: list[Listing]) -> None:
    rows = [{"id": str(i), "surface": x.surface, "title": x.title, "description": x.description, "price": x.price} for i, x in enumerate(batch)]
    table = bulk.screen_batch(pa.RecordBatch.from_pylist(rows))
    assert table.schema == SCHEMA
    for i, (listing, row) in enumerate(zip(batch, table.to_pylist(), strict=True)):
        expected = decision_row(screener.screen(listing)) | {"id": str(i)}
        assert row["action"] == expected["action"]
        assert row["score"] == expected["score"]
        assert tuple(row["offences"]) == expected["offences"]
        assert [f["quote"] for f in row["findings"]] == [f["quote"] for f in expected["findings"]]


def test_a_row_without_text_is_refused_by_the_arrow_call(bulk: BulkScreener) -> None:
    with pytest.raises(RowError, match="row 1: no text"):
        bulk.screen_batch(pa.RecordBatch.from_pylist([{"title": "a"}, {"title": " "}]))


@given(batch=st.lists(listings, min_size=1, max_size=6))
def test_every_quote_is_the_sellers_own_text(screener: Screener, batch: list[Listing]) -> None:
    for listing in batch:
        for finding in screener.screen(listing).assessment.findings:
            assert getattr(listing, finding.field)[finding.start : finding.end] == finding.quote
            assert finding.quote


@given(listing=listings)
def test_the_score_is_the_sum_of_its_evidence(screener: Screener, listing: Listing) -> None:
    from serow.assess.score import sigmoid

    assessment = screener.assess(listing)
    assert 0.0 <= assessment.score <= 1.0
    if assessment.evidence:
        total = screener.weights.intercept + sum(term.contribution for term in assessment.evidence)
        assert abs(sigmoid(total) - assessment.named_score) < 1e-5
