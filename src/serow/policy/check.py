"""Run the examples of a policy's clauses."""

from __future__ import annotations

from serow.knowledge.errors import DataError
from serow.model import Listing
from serow.policy.load import Example, load_policy
from serow.screener import Screener


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
                    failures.append(DataError(name, 0, f"clause {clause.id} {verb} its example {text!r}", f"See: serow explain {text!r} --policy {name} --clause {clause.id}."))
    return failures


def _listing(example: Example) -> Listing:
    return Listing(id="example", title=example.title, text=example.text, surface=example.surface, price=example.price, attributes=example.attributes)
