"""What differs between two versions, as one JSON document with stable keys."""

from typing import Any

from cati.differences.report import Part, Report, Row
from instrument.changes import Difference
from instrument.models import Instrument
from instrument.values import Missing, Value
from skips.proof.apart import Apart
from skips.proof.compare_universes import Universes
from skips.proof.witness import to_json


def document(report: Report) -> dict[str, Any]:
    """The whole report; see docs/comparing-versions.md for its keys."""
    return {
        "old": _version(report.old),
        "new": _version(report.new),
        "same": report.same,
        "proved": report.proved,
        "counts": dict(report.counts),
        "header": [_difference(one) for one in report.changes.header],
        "sections": [_part(one) for one in report.parts],
        "likely": [{"old": one.old, "new": one.new} for one in report.changes.likely],
    }


def _version(instrument: Instrument) -> dict[str, str]:
    return {
        "name": instrument.name,
        "version": instrument.version,
        "fingerprint": instrument.fingerprint,
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "old": part.section.old,
        "new": part.section.new,
        "title": part.section.title,
        "differences": [_difference(one) for one in part.differences],
        "rewritten": [_difference(one) for one in part.rewritten],
        "universe": _universes(part.universes),
        "items": [_row(one) for one in part.rows],
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "old": row.item.old and row.item.old.name,
        "new": row.item.new and row.item.new.name,
        "label": row.label,
        "status": list(row.status),
        "other": list(row.other),
        "differences": [_difference(one) for one in row.differences],
        "rewritten": [_difference(one) for one in row.rewritten],
        "universe": _universes(row.universes),
        "open_cases": [{"what": str(one.fate), "text": one.text} for one in row.effects],
    }


def _difference(one: Difference) -> dict[str, str | None]:
    return {
        "change": str(one.change),
        "what": one.what,
        "before": one.before,
        "after": one.after,
    }


def _universes(universes: Universes | None) -> dict[str, Any] | None:
    if universes is None:
        return None
    return {
        "relation": universes.relation.name.lower(),
        "by": universes.by,
        "apart": [_apart(one) for one in universes.apart],
        "beyond": [
            {
                "asked_in": one.asked_in,
                "item": one.at.item,
                "row": one.at.row,
                "missing": one.answer.reason if isinstance(one.answer, Missing) else None,
                "answer": None if isinstance(one.answer, Missing) else _plain(one.answer),
            }
            for one in universes.beyond
        ],
        "none_left": universes.none_left,
    }


def _apart(apart: Apart) -> dict[str, Any]:
    return {
        "asked_in": apart.asked_in,
        "row": apart.row,
        "old": to_json(apart.old),
        "new": to_json(apart.new),
    }


def _plain(value: Value) -> str | list[str]:
    return list(value) if isinstance(value, tuple) else str(value)
