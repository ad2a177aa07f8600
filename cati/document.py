"""The case document: what is signed, sealed, reviewed and exported once an interview is done.

It holds every question and computed value of the instrument with exactly one status, so that
nobody downstream needs the journal, the route or the screens to know why a value is not there.
"""

from collections.abc import Iterable
from datetime import datetime

from pydantic import JsonValue

from cati.document_moves import moved_parts
from cati.record import CaseRecord, Sitting, confirmed_json, flag_json, remark_json
from cati.validity import Entry, valid_share
from instrument.entry import to_json
from instrument.models import Instrument, Roster, Statement
from instrument.values import Instance
from skips import Status

FORMAT = "cati-case/1"


def case_document(record: CaseRecord, *, by: str, now: datetime) -> dict[str, JsonValue]:
    """The document of a case as it stands at `now` (UTC); see the module's docstring."""
    instrument, route = record.instrument, record.route
    answers = [
        _answer(record, instance)
        for instance in route.instances()
        if not isinstance(instrument.items[instance.item], Statement)
    ]
    return {
        "format": FORMAT,
        "instrument": {
            "name": instrument.name,
            "version": instrument.version,
            "fingerprint": instrument.fingerprint,
        },
        "mode": route.mode,
        "language": record.language,
        "interview_date": None if record.interview_date is None else str(record.interview_date),
        "seed": record.seed,
        "interviewer": by,
        "answers": list(answers),
        **_validity(instrument, answers),
        "rows": {
            item.name: list(route.rows(item.name))
            for item in instrument.items.values()
            if isinstance(item, Roster) and route.mode in item.modes
        },
        **_order(record),
        "remarks": [remark_json(record, at, text) for at, text in record.remarks.items()],
        "confirmed": [
            confirmed_json(failing.check.name, failing.instance.row, event)
            for failing, event in record.confirmations
        ],
        "flags": [dict(flag_json(flag)) for flag in record.flags],
        "summary": {
            part.name: record.summary[part.name]
            for part in record.summary_parts
            if part.name in record.summary
        },
        "explained": dict(record.explained),
        "sittings": [_sitting(record, sitting, now) for sitting in record.sittings],
        "minutes": _minutes(record, now),
        "times": {str(instance): ms for instance, ms in record.times.items()},
        **moved_parts(record),
    }


def _validity(instrument: Instrument, answers: Iterable[Entry]) -> dict[str, JsonValue]:
    """The count of valid answers, of an instrument that asks for their share."""
    if instrument.validity is None:
        return {}
    valid, counted = valid_share(instrument, instrument.validity, answers)
    return {"validity": {"valid": valid, "counted": counted}}


def _order(record: CaseRecord) -> dict[str, JsonValue]:
    """The order in which rows are shown, of the rosters that are not shown by id."""
    route = record.route
    order: dict[str, JsonValue] = {}
    for name, item in record.instrument.items.items():
        if isinstance(item, Roster) and route.mode in item.modes:
            shown = route.shown_rows(name)
            if shown != route.rows(name):
                order[name] = list(shown)
    return {"order": order} if order else {}


def _answer(record: CaseRecord, instance: Instance) -> dict[str, JsonValue]:
    status = record.route.status(instance)
    entry: dict[str, JsonValue] = {"q": instance.item, "r": instance.row, "s": status.value}
    if status is Status.MISSING:
        entry["m"] = record.route.reason(instance)
    elif status is Status.ANSWERED:
        value = record.route.counted(instance)
        assert value is not None, "an answered item has a value"
        entry["v"] = to_json(value)
    return entry


def _sitting(record: CaseRecord, sitting: Sitting, now: datetime) -> dict[str, JsonValue]:
    return {
        "by": sitting.by,
        "begun": sitting.begun.isoformat(),
        "ended": _end(record, sitting, now).isoformat(),
        "why": sitting.why,
    }


def _end(record: CaseRecord, sitting: Sitting, now: datetime) -> datetime:
    """When a sitting ended: `now` for the one going on, its last event for one that broke off."""
    return sitting.ended or (now if sitting is record.sittings[-1] else sitting.last)


def _minutes(record: CaseRecord, now: datetime) -> int:
    """Whole minutes in which the case was worked on, over all sittings."""
    seconds = sum(
        max(0.0, (_end(record, sitting, now) - sitting.begun).total_seconds())
        for sitting in record.sittings
    )
    return round(seconds / 60)
