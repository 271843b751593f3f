"""Read and check policies; every mistake is named with file, line, reason and remedy."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

from serow.knowledge.errors import DataError
from serow.knowledge.knowledge import data_folder
from serow.model import Surface

Condition = Literal[
    "offence", "cites", "status", "taxon", "product", "product_class", "intent", "claim", "sense", "evasion", "strength", "surface", "seller", "category"
]
CONDITIONS: tuple[str, ...] = Condition.__args__  # type: ignore[attr-defined]
MESSAGE_LANGUAGES = ("en", "es", "pt", "fr", "zh")


class Test(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One condition: a word list of which one must hold (``[any]``: at least one of any kind), or one nested ``any`` of such."""

    offence: list[str] = []
    cites: list[str] = []
    status: list[str] = []
    taxon: list[str] = []
    product: list[str] = []
    product_class: list[str] = []
    intent: list[str] = []
    claim: list[str] = []
    sense: list[str] = []
    evasion: list[str] = []
    strength: list[str] = []
    surface: list[str] = []
    seller: list[str] = []
    category: list[str] = []
    any: list[dict[Condition, list[str]]] = []

    def parts(self) -> list[tuple[str, frozenset[str]]]:
        """The plain conditions, all of which must hold."""
        return [(name, frozenset(words)) for name in CONDITIONS if (words := getattr(self, name))]


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A text that must (or must not) make the clause apply."""

    title: str = ""
    text: str = ""
    surface: Surface = "listing"
    price: float | None = None
    attributes: dict[str, Any] = {}


class Clause(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rule of a policy. ``review`` and ``block`` are the scores from which it acts; without ``block`` it only asks for review."""

    id: str
    title: str
    status: Literal["experimental", "test", "stable", "retired"]
    source: str
    category: str
    surfaces: list[Surface] = []
    when: list[Test]
    unless: list[Test] = []
    review: float = 0.5
    block: float | None = None
    enabled: bool = True
    message: dict[str, str]
    matches: list[Example]
    does_not_match: list[Example]


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A named set of clauses; ``version`` is the hash of its file."""

    id: str
    title: str
    description: str
    source: str
    clauses: list[Clause]
    version: str = ""


def policy_names() -> list[str]:
    """Names of the shipped policies."""
    return sorted(f.name.removesuffix(".yaml") for f in (data_folder() / "policies").iterdir() if f.name.endswith(".yaml"))


@cache
def load_policy(name: str = "coalition") -> Policy:
    """A shipped policy by name, or one from a YAML file; raises DataError with file, line, reason and remedy."""
    if name in policy_names():
        return parse_policy((data_folder() / "policies" / f"{name}.yaml").read_text(encoding="utf-8"), f"{name}.yaml")
    path = Path(name)
    if not path.is_file():
        raise DataError(name, 0, "no such policy", f"Give a file or one of: {', '.join(policy_names())}.")
    try:
        return parse_policy(path.read_text(encoding="utf-8"), name)
    except UnicodeDecodeError as error:
        raise DataError(name, 0, f"not UTF-8: {error}", "Save the file as UTF-8.") from None


def parse_policy(text: str, name: str) -> Policy:
    """A policy from YAML text; ``name`` is the file's, for error messages."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise DataError(name, mark.line + 1 if mark else 0, f"not YAML: {getattr(error, 'problem', error)}", "Check indentation and quotes.") from None
    try:
        policy = msgspec.convert(content, Policy)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at ")
        raise DataError(name, _line_of(node, path), reason, f"See the schema (serow policy schema){': ' + path.strip('`') if path else ''}.") from None
    _check(policy, name, node)
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:12]
    return msgspec.structs.replace(policy, version=f"{policy.id}-{digest}")


def schema() -> dict[str, Any]:
    """The JSON Schema of a policy file, for editors."""
    return msgspec.json.schema(Policy)


def _check(policy: Policy, name: str, node: Any) -> None:
    seen: set[str] = set()
    for i, clause in enumerate(policy.clauses):
        line = _line_of(node, f"$.clauses[{i}]")
        if clause.id in seen:
            raise DataError(name, line, f"clause {clause.id} stands twice", "Give each clause an id of its own.")
        seen.add(clause.id)
        if not clause.when:
            raise DataError(name, line, f"clause {clause.id} has no condition", "State at least one under when.")
        missing = [language for language in MESSAGE_LANGUAGES if not clause.message.get(language)]
        if missing:
            raise DataError(name, line, f"clause {clause.id} has no message in {', '.join(missing)}", "Write the seller's message in these languages.")
        if len(clause.matches) < 2 or len(clause.does_not_match) < 2:
            raise DataError(name, line, f"clause {clause.id} needs two examples of each kind", "Add examples under matches and does_not_match.")
        if clause.block is not None and clause.block < clause.review:
            raise DataError(name, line, f"clause {clause.id} would block below its review score", "Set block at least as high as review.")
        for group in (clause.when, clause.unless):
            if sum(bool(test.any) for test in group) > 1:
                raise DataError(name, line, f"clause {clause.id} nests any twice", "One nested any is allowed in when and one in unless.")
            if any(not test.parts() and not test.any for test in group):
                raise DataError(name, line, f"clause {clause.id} has an empty condition", "Remove it or state what must hold.")


def _line_of(node: Any, path: str) -> int:
    """Line of the node at a msgspec path such as ``$.clauses[3].when[0].cites``; of the nearest ancestor where it does not exist."""
    line = node.start_mark.line + 1 if node is not None else 0
    for step in path.strip("`").removeprefix("$").replace("[", ".[").split("."):
        if not step or node is None:
            continue
        following = None
        if step.startswith("[") and isinstance(node, yaml.SequenceNode) and step[1:-1].isdigit():
            index = int(step[1:-1])
            following = node.value[index] if index < len(node.value) else None
        elif isinstance(node, yaml.MappingNode):
            following = next((value for key, value in node.value if key.value == step), None)
        if following is None:
            break
        node, line = following, following.start_mark.line + 1
    return line
