"""What another policy would change on the same listings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from serow.model import Listing
from serow.screener import Screener


class Change(NamedTuple):
    """A listing that two policies decide differently, with the clauses of the new decision (or, where it allows, of the old)."""

    listing: Listing
    old: str
    new: str
    clauses: tuple[str, ...]


def compare_policies(old: Screener, new: Screener, listings: Iterable[Listing]) -> list[Change]:
    """Every listing that would be decided differently, in order."""
    changes = []
    for listing in listings:
        before, after = old.screen(listing), new.screen(listing)
        if before.action != after.action:
            clauses = after.clauses or before.clauses
            changes.append(Change(listing, before.action, after.action, tuple(hit.id for hit in clauses)))
    return changes
