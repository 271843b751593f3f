"""Try policies: run their own examples, and see what another policy would change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from serow.knowledge.errors import DataError
from serow.model import Listing
from serow.policy.load import Example, load_policy
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


def check_policy(name: str) -> list[DataError]:
    """One error for each example that does not do what it should; raises DataError where the policy is broken."""
    policy = load_policy(name)
    screener = Screener.load(name, second_opinion=False)
    failures = []
    for clause in policy.clauses:
        for wanted, examples in ((True, clause.matches), (False, clause.does_not_match)):
            for example in examples:
                applied = clause.id in {hit.id for hit in screener.screen(_listing(example)).clauses}
                if applied != wanted:
                    text = example.title or example.text
                    verb = "does not match" if wanted else "matches"
                    remedy = f"See: serow explain {text!r} --policy {name} --clause {clause.id} --no-second-opinion."
                    failures.append(DataError(name, 0, f"clause {clause.id} {verb} its example {text!r}", remedy))
    return failures


def _listing(example: Example) -> Listing:
    return Listing(id="example", title=example.title, text=example.text, surface=example.surface, price=example.price, attributes=example.attributes)
