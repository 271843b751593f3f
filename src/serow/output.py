"""Decisions as rows: the output contract that other programs rely on, for JSONL, CSV and Arrow."""

from __future__ import annotations

from typing import Any

import msgspec
import pyarrow as pa

from serow.model import Decision

_STRINGS = pa.list_(pa.string())
_STATUS = pa.struct([(name, pa.string()) for name in ("jurisdiction", "listing", "since", "note", "source")] + [("verified", pa.bool_())])
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("action", pa.string()),
        ("score", pa.float64()),
        ("offences", _STRINGS),
        (
            "taxa",
            pa.list_(pa.struct([("scientificName", pa.string()), ("taxonRank", pa.string()), ("vernacularName", pa.string()), ("status", pa.list_(_STATUS))])),
        ),
        ("products", pa.list_(pa.struct([("id", pa.string()), ("name", pa.string()), ("cites_term", pa.string())]))),
        ("intent", pa.string()),
        ("measures", pa.list_(pa.struct([("kind", pa.string()), ("value", pa.float64()), ("unit", pa.string()), ("quote", pa.string())]))),
        ("claims", _STRINGS),
        ("clauses", pa.list_(pa.struct([("id", pa.string()), ("action", pa.string()), ("category", pa.string())]))),
        (
            "findings",
            pa.list_(
                pa.struct(
                    [("detector", pa.string()), ("field", pa.string()), ("start", pa.int32()), ("end", pa.int32())]
                    + [(name, pa.string()) for name in ("quote", "concept", "meaning", "strength", "language", "source")]
                    + [("weight", pa.float64()), ("evasion", pa.string()), ("cancelled_by", pa.string())]
                )
            ),
        ),
        (
            "evidence",
            pa.list_(pa.struct([("name", pa.string()), ("value", pa.float64()), ("weight", pa.float64()), ("meaning", pa.string())])),
        ),
        ("opinion", pa.struct([("state", pa.string()), ("probability", pa.float64()), ("reads_like", _STRINGS)])),
        ("message", pa.string()),
        ("versions", pa.struct([("software", pa.string()), ("knowledge", pa.string()), ("policy", pa.string())])),
    ]
)
COLUMNS: tuple[str, ...] = tuple(SCHEMA.names)


def decision_row(decision: Decision) -> dict[str, Any]:
    """The contract's object for one decision, of plain values."""
    assessment = decision.assessment
    row: dict[str, Any] = msgspec.to_builtins(
        {
            "id": decision.id,
            "action": decision.action,
            "score": assessment.score,
            "offences": assessment.offences,
            "taxa": assessment.taxa,
            "products": assessment.products,
            "intent": assessment.intent,
            "measures": assessment.measures,
            "claims": assessment.claims,
            "clauses": decision.clauses,
            "findings": assessment.findings,
            "evidence": assessment.evidence,
            "opinion": assessment.opinion,
            "message": decision.message,
            "versions": decision.versions,
        }
    )
    return row


def csv_row(row: dict[str, Any]) -> list[str]:
    """The same flat: nested values as JSON."""
    return [value if isinstance(value, str) else str(value) if isinstance(value, float) else msgspec.json.encode(value).decode() for value in row.values()]


def decisions_table(rows: list[dict[str, Any]], empty: dict[str, Any], places: list[int], ids: pa.Array) -> pa.Table:
    """Arrow rows for ``ids``: ``rows`` stand at ``places``, all others are ``empty`` under their own id."""
    compact = pa.Table.from_pylist([empty, *rows], schema=SCHEMA)
    index = [0] * len(ids)
    for i, place in enumerate(places):
        index[place] = i + 1
    table = compact.take(pa.array(index, pa.int32()))
    return table.set_column(0, "id", ids.cast(pa.string()))
