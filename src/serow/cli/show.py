"""How decisions look in a terminal: the seller's own words with the evidence highlighted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from serow.model import TEXT_FIELDS, Decision, Finding, Listing
from serow.policy import Policy

ACTION_STYLE = {"block": "bold white on red", "review": "bold black on yellow", "allow": "green"}
_KIND_STYLE = {
    "taxon": "bold red", "item": "bold red", "code": "bold magenta", "gear": "bold red", "fight": "bold red", "keep": "bold red", "cruelty": "bold red",
    "product": "yellow", "intent": "cyan", "contact": "cyan", "claim": "blue", "real": "yellow", "sense": "green", "trap": "green",
}  # fmt: skip
_INVISIBLE = {"\u200b": "·", "\u200c": "·", "\u200d": "·", "\u2060": "·", "\ufeff": "·", "\u202e": "·", "\u202d": "·", "\u200e": "", "\u200f": ""}


def printable(text: str) -> str:
    """Text without characters that would move or recolour the terminal; each is replaced by exactly one character."""
    return "".join(_INVISIBLE[c] or "·" if c in _INVISIBLE else c if c.isprintable() or c == "\n" else "�" for c in text)


def highlighted(listing: Listing, findings: Iterable[Finding], limit: int = 160) -> Text:
    """The listing's text with every finding coloured by its kind; cancelled ones are struck through."""
    text, at = Text(), {}
    for name in TEXT_FIELDS:
        value: str = getattr(listing, name)
        if value:
            if len(text):
                text.append(" ¶ ", style="dim")
            at[name] = len(text)
            text.append(printable(value).replace("\n", " "))
    for finding in findings:
        kind = finding.concept.split(":")[0]
        style = "strike dim" if finding.cancelled_by and kind != "trap" else _KIND_STYLE.get(kind, "")
        start = at.get(finding.field, 0)
        text.stylize(style, start + finding.start, start + finding.end)
    text.truncate(limit, overflow="ellipsis")
    return text


def reasons(decision: Decision) -> str:
    """Offences and taxa in a few words."""
    assessment = decision.assessment
    words = [", ".join(offence.replace("_", " ") for offence in assessment.offences)]
    words += [", ".join(f"{t.scientific_name} ({t.status[0].listing})" for t in assessment.taxa[:2])] if assessment.taxa else []
    words += [f"claims: {', '.join(assessment.claims)}"] if assessment.claims else []
    words += [f"hidden: {', '.join(e.replace('_', ' ') for e in assessment.evasions)}"] if assessment.evasions else []
    return " · ".join(word for word in words if word)


def decisions_table(pairs: Iterable[tuple[Listing, Decision]]) -> Table:
    """One row a listing: action, score, the text with its evidence, the reasons."""
    table = Table(show_lines=False, expand=True, pad_edge=False)
    table.add_column("action", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("listing", ratio=3)
    table.add_column("because", ratio=2)
    for listing, decision in pairs:
        action = Text(f" {decision.action} ", style=ACTION_STYLE[decision.action])
        table.add_row(action, f"{decision.assessment.score:.2f}", highlighted(listing, decision.assessment.findings), Text(reasons(decision), style="dim"))
    return table


def summary(console: Console, actions: Counter[str], offences: Counter[str], dead: int) -> None:
    """Counts by action and offence in two lines."""
    total = sum(actions.values())
    parts = [f"[{ACTION_STYLE[a]}] {a} [/] {actions[a]:,}" for a in ("block", "review", "allow")]
    console.print(f"{total:,} listings: " + "  ".join(parts) + (f"  could not be read: {dead:,}" if dead else ""))
    if offences:
        console.print("offences: " + ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in offences.most_common()), style="dim")


def explain_decision(console: Console, listing: Listing, decision: Decision, policy: Policy) -> None:
    """Everything that led to one decision, for a person to follow."""
    assessment = decision.assessment
    console.print(
        Text(f" {decision.action} ", style=ACTION_STYLE[decision.action]),
        f"score {assessment.score:.3f}",
        f"(named evidence alone {assessment.named_score:.3f})",
    )
    console.print(highlighted(listing, assessment.findings, limit=2000))
    if assessment.findings:
        table = Table("quote", "stands for", "meaning", "strength", "language", "source", title="findings", title_justify="left", pad_edge=False)
        for f in assessment.findings:
            note = f" — not counted: {f.cancelled_by}" if f.cancelled_by else f" — hidden: {f.evasion.replace('_', ' ')}" if f.evasion else ""
            table.add_row(Text(printable(f.quote)), f.concept, f.meaning + note, f.strength, f.language, f.source)
        console.print(table)
    _explain_score(console, decision)
    for taxon in assessment.taxa:
        for status in taxon.status:
            verified = "" if status.verified else " [unverified]"
            note = f" — {status.note}" if status.note else ""
            console.print(Text(f"{taxon.scientific_name}: {status.jurisdiction} {status.listing}{note} ({status.source}){verified}"))
    if assessment.opinion.state == "asked":
        console.print(Text(f"second opinion: {assessment.opinion.probability:.2f}; reads like: " + " | ".join(assessment.opinion.reads_like)))
    else:
        console.print(f"second opinion: {assessment.opinion.state}", style="dim")
    titles = {clause.id: clause.title for clause in policy.clauses}
    for hit in decision.clauses:
        console.print(Text(f"clause {hit.id} → {hit.action}: {titles[hit.id]}"))
    if decision.message:
        console.print(Text(f"message to the seller: {decision.message}"))


def _explain_score(console: Console, decision: Decision) -> None:
    evidence = [term for term in decision.assessment.evidence if abs(term.contribution) >= 0.005]
    if not evidence:
        return
    table = Table("evidence", "log-odds", "", title="how the score adds up", title_justify="left", pad_edge=False)
    widest = max(abs(term.contribution) for term in evidence)
    for term in evidence:
        bar = "█" * max(1, round(20 * abs(term.contribution) / widest))
        table.add_row(term.meaning, f"{term.contribution:+.2f}", Text(bar, style="red" if term.contribution > 0 else "green"))
    console.print(table)
