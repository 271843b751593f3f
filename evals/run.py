"""Print all figures of the README: ``make eval``. Untrained on any of this data; default policy; imported taxa on."""

from __future__ import annotations

import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from evals.ablation import rules
from evals.data import data_folder, functional_cases, functional_listing, our_suites, post, rows, shop_title
from serow import Decision, Listing, Screener
from serow.bulk import BulkScreener
from serow.evaluate import Case, measure

SECONDS_A_REVIEW = 45
console = Console(width=150)


def main() -> int:
    """Run every evaluation for which the data is at hand."""
    folder = data_folder()
    if folder is None:
        console.print("The development data is absent: set SEROW_EVAL_DATA to its folder. Only our own suites are measured.")
    with tempfile.TemporaryDirectory() as home:
        os.environ["SEROW_DATA"] = home
        if folder is not None:
            _import_taxa(folder)
        bulk = BulkScreener(Screener.load())
        console.print(f"versions: {bulk.screener.versions}\nsecond opinion: {bulk.screener.opinion.name if bulk.screener.opinion else 'absent'}")
        blocks: list[tuple[bool, bool]] = []
        for suite in our_suites():
            _functional(f"own suite {suite.stem}", [(functional_listing(row), row) for row in rows(suite)], bulk, blocks)
        if folder is None:
            return 0
        recall = _functional("functional suite", functional_cases(folder), bulk, blocks, ablate=True)
        blocks += _ivory(folder, bulk)
        alarms, wrong_blocks, negatives = _false_alarms(folder, bulk)
        _blocks(blocks, wrong_blocks, negatives)
        _workload(recall, alarms)
    return 0


def _import_taxa(folder: Path) -> None:
    from serow.knowledge.imports import import_table
    from serow.knowledge.knowledge import default_import_folder

    _, count, _ = import_table(folder / "cites_taxa.jsonl.gz", default_import_folder())
    console.print(f"imported taxa: {count:,}")


def decide(listings: Sequence[Listing], bulk: BulkScreener, what: str) -> list[Decision]:
    """Decisions for many listings, with a progress bar."""
    found: list[Decision] = []
    for start in track(range(0, len(listings), 256), description=what, transient=True, console=console):
        found += bulk.screen(listings[start : start + 256])
    return found


def _share(hits: Sequence[bool]) -> float:
    return float(np.mean(hits)) if hits else float("nan")


def _functional(name: str, cases: list[tuple[Listing, dict[str, Any]]], bulk: BulkScreener, blocks: list[tuple[bool, bool]], *, ablate: bool = False) -> float:
    decisions = decide([listing for listing, _ in cases], bulk, name)
    hits = [decision.action != "allow" for decision in decisions]
    blocks.extend((decision.action == "block", row["expect"] == "flag") for decision, (_, row) in zip(decisions, cases, strict=True))
    by_function: dict[tuple[str, str], list[bool]] = defaultdict(list)
    by_language: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    small = {"km", "my", "lo", "ms"}
    for (_, row), hit in zip(cases, hits, strict=True):
        right = hit == (row["expect"] == "flag")
        by_function[row["expect"], row["function"]].append(right)
        language = "km+my+lo+ms" if row["language"] in small else row["language"]
        by_language[language][row["expect"]].append(right)
    recall = _share([ok for (expect, _), found in by_function.items() if expect == "flag" for ok in found])
    specificity = _share([ok for (expect, _), found in by_function.items() if expect == "allow" for ok in found])
    console.rule(f"{name}: {len(cases)} cases")
    console.print(f"recall {recall:.3f}  specificity {specificity:.3f}  balanced accuracy {(recall + specificity) / 2:.3f}")
    table = Table("function", "cases", "recall / specificity", pad_edge=False)
    for (expect, function), found in sorted(by_function.items()):
        table.add_row(f"{expect}: {function}", str(len(found)), f"{_share(found):.2f}" + (" ◄" if _share(found) < 0.8 and len(found) >= 10 else ""))
    console.print(table)
    table = Table("language", "cases", "recall", "specificity", "balanced accuracy", pad_edge=False)
    for language, found in sorted(by_language.items()):
        r, s = _share(found["flag"]), _share(found["allow"])
        table.add_row(language, str(sum(map(len, found.values()))), f"{r:.2f}", f"{s:.2f}", f"{(r + s) / 2:.3f}" + (" ◄" if r + s < 1.8 else ""))
    console.print(table)
    if ablate:
        _ablation(cases, hits, bulk)
    return recall


def _ablation(cases: list[tuple[Listing, dict[str, Any]]], final: list[bool], bulk: BulkScreener) -> None:
    decided = {listing.id: hit for (listing, _), hit in zip(cases, final, strict=True)}
    plain = Screener.load(second_opinion=False)
    plain.use(plain.knowledge.compiled_folder)
    stages = rules(plain, plain.screen)
    stages["+ second opinion"] = lambda listing: decided[listing.id]
    results: dict[str, dict[str, tuple[list[bool], list[bool]]]] = {}
    for stage, rule in stages.items():
        found: dict[str, tuple[list[bool], list[bool]]] = defaultdict(lambda: ([], []))
        for listing, row in cases:
            flagged = rule(listing)
            for key in ("all", f"language {row['language']}", f"{row['expect']}: {row['function']}"):
                found[key][0 if row["expect"] == "flag" else 1].append(flagged == (row["expect"] == "flag"))
        results[stage] = found
    table = Table("ablation", *stages, pad_edge=False)
    for key in ["all", *sorted(k for k in results["names only"] if k != "all")]:
        cells = []
        for stage in stages:
            flags, allows = results[stage][key]
            value = (_share(flags) + _share(allows)) / 2 if flags and allows else _share(flags or allows)
            cells.append(f"{value:.3f}")
        table.add_row(key, *cells)
    console.print(table)
    console.print("balanced accuracy for all and for languages; recall of a flag function, specificity of an allow function")


def _ivory(folder: Path, bulk: BulkScreener) -> list[tuple[bool, bool]]:
    chosen = [row for row in rows(folder / "wlt_osn.jsonl") if "ivor" in row["text"].lower()]
    decisions = decide([post(row) for row in chosen], bulk, "ivory posts")
    cases = [Case(bool(row["label"]), decision, row["group"], row["lang"], "post", "ivory") for row, decision in zip(chosen, decisions, strict=True)]
    scores = measure(cases, at_precision=0.70)
    console.rule(f"ivory posts: {scores.rows} with 'ivor', {scores.positives} of them sales; each group one vote")
    console.print(f"AUC {scores.auc}   recall at precision ≥ 0.70 {scores.recall_at_precision}   average precision {scores.average_precision}")
    console.print(f"as decided: recall {scores.recall}   precision {scores.precision}   F1 {scores.f1}")
    return [(decision.action == "block", bool(row["label"])) for row, decision in zip(chosen, decisions, strict=True)]


def _false_alarms(folder: Path, bulk: BulkScreener) -> tuple[float, int, int]:
    """Rate of false alarms on ordinary titles, false blocks on all negatives, number of negatives."""
    sets: list[tuple[str, str, Callable[[dict[str, Any]], Listing]]] = [
        ("neg_plain.jsonl", "ordinary titles", shop_title),
        ("neg_reviewed.jsonl", "hand-reviewed hard negatives", shop_title),
        ("museum.jsonl", "museum texts", post),
    ]
    console.rule("false alarms")
    ordinary, wrong, total = 0.0, 0, 0
    for file, name, convert in sets:
        chosen = [row for row in rows(folder / file) if row.get("label") == 0]
        decisions = decide([convert(row) for row in chosen], bulk, name)
        alarms = [decision.action != "allow" for decision in decisions]
        wrong += sum(decision.action == "block" for decision in decisions)
        total += len(chosen)
        by_language: dict[str, list[bool]] = defaultdict(list)
        for row, alarm in zip(chosen, alarms, strict=True):
            by_language[row["lang"]].append(alarm)
        parts = ", ".join(f"{language} {sum(found)}/{len(found)}" for language, found in sorted(by_language.items()))
        console.print(f"{name}: {sum(alarms)} of {len(alarms)} = {_share(alarms):.2%}   ({parts})")
        if file == "neg_plain.jsonl":
            ordinary = _share(alarms)
    return ordinary, wrong, total


def _blocks(labelled: list[tuple[bool, bool]], wrong: int, negatives: int) -> None:
    right = sum(label for block, label in labelled if block)
    false = wrong + sum(not label for block, label in labelled if block)
    blocks = right + false
    low = _wilson_low(right, blocks)
    console.rule("blocks")
    share = right / blocks if blocks else float("nan")
    console.print(f"{blocks} blocks on all sets, {right} right = {share:.1%} (95 % lower bound {low:.1%}); false blocks on {negatives} negatives: {wrong}")


def _wilson_low(k: int, n: int) -> float:
    if not n:
        return float("nan")
    z, p = 1.96, k / n
    return (p + z * z / (2 * n) - z * ((p * (1 - p) + z * z / (4 * n)) / n) ** 0.5) / (1 + z * z / n)


def _workload(recall: float, alarms: float) -> None:
    console.rule("what that means at work")
    console.print(f"per million listings, recall {recall:.2f} and false alarms {alarms:.2%} as measured above, {SECONDS_A_REVIEW} s a review (our assumption)")
    for one_in in (1_000, 10_000):
        bad = 1_000_000 / one_in
        found, false = bad * recall, (1_000_000 - bad) * alarms
        hours = (found + false) * SECONDS_A_REVIEW / 3600
        precision = found / (found + false) if found + false else float("nan")
        console.print(f"1 bad listing in {one_in:,}: {found + false:,.0f} reviews, {hours:,.0f} hours, precision {precision:.1%}")


if __name__ == "__main__":
    sys.exit(main())
