"""What a check found, as one JSON document. Its keys are described in docs/checking.md."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from cati.checking.measures import measures_json
from cati.checking.outcome import Outcome
from cati.checking.text import as_sentence
from instrument.problems import Problem
from instrument.source import Source
from skips.proof.findings import Finding, Severity

if TYPE_CHECKING:
    from skips.proof.check import Report

Document = dict[str, Any]


def document(outcome: Outcome) -> Document:
    """The document of a check, however far it came."""
    found: Document = {
        "problems": [
            *(_problem(one) for one in outcome.problems),
            *({"code": "export", "text": text} for text in outcome.unfit),
        ]
    }
    read = outcome.read
    if read is not None:
        found |= {
            "name": read.name,
            "version": read.version,
            "fingerprint": read.fingerprint,
            "sections": len(read.sections),
            "items": len(read.items),
        }
    if outcome.report is not None:
        found["proof"] = _proof(outcome, outcome.report)
    if outcome.measures:
        found["measures"] = measures_json(outcome.measures)
    return found


def _problem(one: Problem) -> Document:
    return {**_place(one.source), "code": one.code, "text": one.text, "hint": one.hint}


def _proof(outcome: Outcome, report: "Report") -> Document:
    counted = Counter(one.severity for one in report.findings)
    return {
        "modes": list(report.modes),
        "sections": list(report.sections),
        "items": report.items,
        "seconds": round(report.seconds, 3),
        "counts": {
            **{str(one): counted[one] for one in Severity},
            "acknowledged": len(report.acknowledged),
        },
        "findings": [_finding(one) for one in outcome.findings],
        "acknowledged": [
            {**_finding(one), "reason": reason} for one, reason in outcome.acknowledged
        ],
    }


def _finding(one: Finding) -> Document:
    return {
        **_place(one.source),
        "code": one.code,
        "severity": str(one.severity),
        "place": one.place,
        "text": as_sentence(one.text),
        "hint": as_sentence(one.hint),
        "modes": list(one.modes),
        "witness": witness_json(one),
        "shows": as_sentence(one.shows),
        "related": [{**_place(source), "text": as_sentence(says)} for source, says in one.related],
    }


def witness_json(one: Finding) -> Document | None:
    """The answers that show a finding, as files of answers have them."""
    if one.witness is None:
        return None
    from skips.proof.witness import to_json

    return dict(to_json(one.witness))


def _place(source: Source) -> Document:
    return {"file": source.file, "line": source.line, "column": source.column}
