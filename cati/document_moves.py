"""What the case document says of a case that was moved to another version of its instrument.

Three parts stand in the documents of moved cases alone:

- `moves`: every move, with both versions, who made it and when, and the names that changed.
- `left_behind`: every answer that the version in use has no place for, each with its question's
  label, the version it was given in, and why it stayed behind; older answers to the same question
  follow newer ones.
- `set_aside`: confirmations, parts of the summary, remarks, texts begun, times and rows of what
  that version does not have, be it an item or only a row of it.
"""

from collections.abc import Iterator

from pydantic import JsonValue

from cati.moving import Move
from cati.record import CaseRecord, confirmed_json, remark_json
from instrument import Instrument
from instrument.entry import to_json
from instrument.values import Instance, Missing
from skips.case_state import LeftBehind


def moved_parts(record: CaseRecord) -> dict[str, JsonValue]:
    """The parts of the document about moves; none for a case that was not moved."""
    if not record.moves:
        return {}
    return {
        "moves": [_move(move) for move in record.moves],
        "left_behind": [
            _left(at, one) for at, newest in record.left_behind.items() for one in _chain(newest)
        ],
        "set_aside": _set_aside(record),
    }


def _move(move: Move) -> dict[str, JsonValue]:
    event = move.event
    return {
        "t": event.t.isoformat(),
        "by": event.by,
        "from": _version(move.old),
        "to": _version(move.new),
        "renamed": dict(event.renamed),
        "left_behind": sum(len(places) for places in event.left.values()),
        "restored": len(event.back),
    }


def _version(instrument: Instrument) -> dict[str, JsonValue]:
    return {"version": instrument.version, "fingerprint": instrument.fingerprint}


def _chain(newest: LeftBehind) -> Iterator[LeftBehind]:
    one: LeftBehind | None = newest
    while one is not None:
        yield one
        one = one.earlier


def _left(at: Instance, what: LeftBehind) -> dict[str, JsonValue]:
    entry: dict[str, JsonValue] = {"q": at.item, "r": at.row}
    if isinstance(what.answer, Missing):
        entry["m"] = what.answer.reason
    else:
        entry["v"] = to_json(what.answer)
    return entry | {
        "kind": what.kind,
        "unit": what.unit,
        "roster": what.roster,
        "label": what.label,
        "version": what.version,
        "why": what.why,
    }


def _json(number: int) -> JsonValue:
    return number


def _set_aside(record: CaseRecord) -> dict[str, JsonValue]:
    """Notes about what the version in use does not have."""
    parts, route = {part.name for part in record.summary_parts}, record.route
    off_route = {at: text for at, text in record.drafts.items() if not route.on_route(at)}
    return {
        "confirmed": [
            confirmed_json(one.event.check, one.event.r, one.event)
            for one in record.former_confirmed
        ],
        "summary": {name: text for name, text in record.summary.items() if name not in parts},
        "remarks": [remark_json(record, at, text) for at, text in record.former_remarks.items()],
        "drafts": {str(at): text for at, text in (record.former_drafts | off_route).items()},
        "times": {str(at): ms for at, ms in record.former_times.items()},
        "rows": {
            name: {"added": rows.added, "standing": [*map(_json, sorted(rows.standing))]}
            for name, rows in record.rows_left.items()
        },
    }
