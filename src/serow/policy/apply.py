"""Apply a policy to the facts of one assessment."""

from __future__ import annotations

from serow.model import Action, ClauseHit
from serow.policy.facts import Facts
from serow.policy.load import Clause, Policy, Test

_ORDER: dict[str, int] = {"allow": 0, "review": 1, "block": 2}
_ANY = frozenset({"any"})
_Condition = tuple[tuple[tuple[str, frozenset[str]], ...], tuple[tuple[tuple[str, frozenset[str]], ...], ...]]


class Compiled:
    """A policy's clauses with their conditions as sets, indexed by the offence that triggers them."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._parts = [(_compile(clause.when), _compile(clause.unless)) for clause in policy.clauses]
        self._by_offence: dict[str, list[int]] = {}
        self._always: list[int] = []
        for i, clause in enumerate(policy.clauses):
            offences = next((test.offence for test in clause.when if test.offence and not test.any), None)
            if offences is None or "any" in offences:
                self._always.append(i)
            else:
                for offence in offences:
                    self._by_offence.setdefault(offence, []).append(i)

    def candidates(self, facts: Facts) -> list[int]:
        """Indices of the clauses whose trigger is present, in the policy's order."""
        found = set(self._always)
        for offence in facts.values["offence"]:
            found.update(self._by_offence.get(offence, ()))
        return sorted(found)

    def conditions(self, index: int) -> tuple[list[_Condition], list[_Condition]]:
        """The compiled when and unless of one clause."""
        return self._parts[index]


def _compile(tests: list[Test]) -> list[_Condition]:
    return [(tuple(test.parts()), tuple(tuple((name, frozenset(words)) for name, words in option.items()) for option in test.any)) for test in tests]


def _holds(condition: _Condition, facts: Facts) -> bool:
    plain, options = condition
    if not all(_part(name, words, facts) for name, words in plain):
        return False
    return not options or any(all(_part(name, words, facts) for name, words in option) for option in options)


def _part(name: str, words: frozenset[str], facts: Facts) -> bool:
    values = facts.values[name]
    return bool(values) if words == _ANY else not words.isdisjoint(values)


def _action(clause: Clause, facts: Facts) -> Action:
    assessment = facts.assessment
    if clause.block is not None and assessment.named_score >= clause.block and assessment.score >= clause.review:
        return "block"
    return "review" if assessment.score >= clause.review else "allow"


def apply_policy(compiled: Compiled, facts: Facts) -> tuple[Action, tuple[ClauseHit, ...]]:
    """The strictest action and the clauses that asked for review or block."""
    hits: list[ClauseHit] = []
    for index in compiled.candidates(facts):
        clause = compiled.policy.clauses[index]
        if not clause.enabled or clause.status == "retired" or (clause.surfaces and not facts.values["surface"] & set(clause.surfaces)):
            continue
        when, unless = compiled.conditions(index)
        if all(_holds(c, facts) for c in when) and not any(_holds(c, facts) for c in unless):
            action = _action(clause, facts)
            if action != "allow":
                hits.append(ClauseHit(id=clause.id, action=action, category=clause.category))
    strictest: Action = max((hit.action for hit in hits), key=_ORDER.__getitem__, default="allow")
    return strictest, tuple(sorted(hits, key=lambda hit: -_ORDER[hit.action]))


def explain_clause(compiled: Compiled, facts: Facts, clause_id: str) -> list[str]:
    """Why a clause applied or did not, one line for each condition; raises KeyError for an unknown id."""
    index = next((i for i, clause in enumerate(compiled.policy.clauses) if clause.id == clause_id), None)
    if index is None:
        raise KeyError(clause_id)
    clause = compiled.policy.clauses[index]
    lines = []
    if not clause.enabled:
        lines.append("✗ the clause is switched off")
    if clause.surfaces and not facts.values["surface"] & set(clause.surfaces):
        lines.append(f"✗ surface is {', '.join(facts.values['surface'])}, the clause is for {', '.join(clause.surfaces)}")
    when, unless = compiled.conditions(index)
    for condition in when:
        lines.append(f"{'✓' if _holds(condition, facts) else '✗'} when {_wording(condition)} — {_present(condition, facts)}")
    for condition in unless:
        lines.append(f"{'✗' if _holds(condition, facts) else '✓'} unless {_wording(condition)} — {_present(condition, facts)}")
    score = facts.assessment.score
    lines.append(f"{'✓' if score >= clause.review else '✗'} score {score:.3f}, review from {clause.review}")
    if clause.block is not None:
        named = facts.assessment.named_score
        lines.append(f"{'✓' if named >= clause.block else '✗'} score of named evidence {named:.3f}, block from {clause.block}")
    return lines


def _wording(condition: _Condition) -> str:
    plain, options = condition
    words = [f"{name} is {' or '.join(sorted(values))}" for name, values in plain]
    words += [" or ".join(" and ".join(f"{n} is {'/'.join(sorted(v))}" for n, v in option) for option in options)] if options else []
    return " and ".join(words)


def _present(condition: _Condition, facts: Facts) -> str:
    plain, options = condition
    names = {name for name, _ in plain} | {name for option in options for name, _ in option}
    return "; ".join(f"{name}: {', '.join(sorted(facts.values[name])) or 'nothing'}" for name in sorted(names))
