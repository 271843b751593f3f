"""What each layer of the detection adds: names only, then links and senses, fitted weights, the second opinion."""

from __future__ import annotations

from collections.abc import Callable

from serow import Listing, Screener
from serow.model import Decision

Rule = Callable[[Listing], bool]


def rules(screener: Screener, decide: Callable[[Listing], Decision]) -> dict[str, Rule]:
    """The four stages as functions from a listing to flagged or not."""

    def names_only(listing: Listing) -> bool:
        reading = screener.read(listing)
        return reading is not None and any(m.is_name for m in reading.mentions)

    def links_and_sense(listing: Listing) -> bool:
        reading = screener.read(listing)
        if reading is None or not reading.names or not reading.has_grounds:
            return False
        linked = any(near != "listing" for _, _, near in reading.links)
        return linked or any(m.strength == "strong" for m in reading.names)

    def fitted_weights(listing: Listing) -> bool:
        return screener.assess(listing).named_score >= 0.5

    def second_opinion(listing: Listing) -> bool:
        return decide(listing).action != "allow"

    return {"names only": names_only, "+ links and sense": links_and_sense, "+ fitted weights": fitted_weights, "+ second opinion": second_opinion}
