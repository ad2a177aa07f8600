"""A submitted case as its reviewer reads it: questions with answers, remarks, times and changes.

The document says what counts. The journal, where the case has one, adds how texts were filled in
and what was answered before.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from cati import events as ev
from cati.casework import fresh_route
from cati.record import CaseRecord
from cati.speech import Speech
from instrument.counts import counted
from instrument.entry import from_json, show
from instrument.models import Computed, Instrument, Question
from instrument.values import Instance

if TYPE_CHECKING:
    from store import ReviewedCase, Study

NOT_ASKED = {
    "not_applicable": "not asked, by the answers given",
    "parked": "set aside: answered, and no longer asked",
    "not_reached": "not reached",
}
"""Statuses of what has neither an answer nor a reason why there is none, in words."""


@dataclass
class _Told:
    """What the journal adds."""

    record: CaseRecord
    earlier: dict[Instance, list[str]] = field(default_factory=dict)
    """What was answered before, in words, by item."""


def review_lines(study: "Study", case: "ReviewedCase", *, whole: bool = False) -> Iterator[str]:
    """The case in words, a line at a time.

    Args:
        study: which knows the version of the instrument.
        case: as it was read.
        whole: also what was not asked.

    Raises:
        StoreError, InstrumentError: the version of the instrument cannot be read.
        MovingError: the journal tells of a move that the versions do not bear out.
    """
    document = cast(dict[str, Any], case.document)
    route = fresh_route(study, case.mode, case.instrument)
    instrument = route.instrument
    told = _replayed(study, case)
    yield from _head(instrument, document, case)
    seconds = _by_place(document.get("times", {}))
    remarks = {Instance(one["q"], one["r"]): one for one in document["remarks"]}
    skipped, section = 0, ""
    for entry in document["answers"]:
        at = Instance(entry["q"], entry["r"])
        if entry["s"] in NOT_ASKED and not whole:
            skipped += 1
            continue
        title = instrument.section_of[at.item].said("title")
        if title != section:
            section = title
            yield from ("", section.upper())
        yield from ("", f"  {_question(instrument, told, at, case.mode)}  [{at}]")
        yield f"    → {_answer(instrument, entry)}"
        if at in remarks:
            yield f"    Remark ({_moment(remarks[at]['t'])}): {remarks[at]['text']}"
        for before in told.earlier.get(at, []) if told else []:
            yield f"    Before: {before}"
        if seconds.get(at):
            yield f"    Time: {seconds[at] / 1000:.0f} s"
    yield from _notes(instrument, document)
    if skipped:
        yield from ("", f"Not asked: {counted(skipped, 'item')} (--all shows them).")


def _head(
    instrument: Instrument, document: Mapping[str, Any], case: "ReviewedCase"
) -> Iterator[str]:
    mode = instrument.modes[case.mode]
    yield f"Case {case.short_id} · {instrument.title}, version {instrument.version} · {mode}"
    accepted = "; accepted" if case.state == "accepted" else ""
    yield f"Submitted {case.submitted_at:%Y-%m-%d %H:%M} UTC by {case.submitted_by}{accepted}."
    minutes = document["minutes"]
    spoken = counted(minutes, "minute")
    yield f"Interview of {document['interview_date'] or 'an unknown date'}, {spoken} in all."
    for sitting in document["sittings"]:
        why = f" ({sitting['why']})" if sitting["why"] else ""
        ended = _moment(sitting["ended"])
        yield f"  {_moment(sitting['begun'])} to {ended}, by {sitting['by']}{why}"


def _notes(instrument: Instrument, document: Mapping[str, Any]) -> Iterator[str]:
    """What is said of the case as a whole, and of checks."""
    if document["confirmed"]:
        yield from ("", "CHECKS THAT WERE CONFIRMED")
        for one in document["confirmed"]:
            yield f"  {one['check']} ({_moment(one['t'])}): {one['text']}"
    if document["flags"]:
        yield from ("", "FLAGS")
        for one in document["flags"]:
            about = f"{Instance(one['q'], one['r'])}: " if one["q"] else ""
            yield f"  {about}{one['text']} ({_moment(one['t'])})"
    if document["summary"]:
        yield from ("", "SUMMARY")
        labels = {part.name: part.said("label") for part in instrument.summary}
        texts = document["summary"]  # which comes sorted by name
        ordered = {name: texts[name] for name in labels if name in texts} | texts
        for name, text in ordered.items():
            yield f"  {labels.get(name, name)}:"
            yield from (f"    {line}" for line in str(text).splitlines())
    for words, why in document["explained"].items():
        yield f"  “{words}” may stay: {why}"
    if document.get("left_behind"):
        left = len(document["left_behind"])
        yield from ("", f"Answers with no place in this version: {left} (--json holds them).")


def _question(instrument: Instrument, told: _Told | None, at: Instance, mode: str) -> str:
    """The text that was read, filled in where the journal is there for it, after its row."""
    item = instrument.items[at.item]
    if isinstance(item, Question) and mode in item.wordings:
        ask = item.wordings[mode].ask
        speech = None if told is None else Speech(told.record)
        text = str(ask) if speech is None else speech.fill(ask, at.row)
        row = (f"Row {at.row}" if speech is None else speech.row_label(at)) if at.row else ""
        words = " ".join(text.split())
        return f"{row}: {words}" if row else words
    return item.variable.label if isinstance(item, Question | Computed) else at.item


def _answer(instrument: Instrument, entry: Mapping[str, Any]) -> str:
    if entry["s"] == "missing":
        return f"({instrument.missing_reason[entry['m']].said('label')})"
    if entry["s"] in NOT_ASKED:
        return f"({NOT_ASKED[entry['s']]})"
    item = instrument.items[entry["q"]]
    if isinstance(item, Question):
        return show(item, from_json(item.kind, entry["v"]))
    if isinstance(item, Computed) and entry["v"] in item.choice:
        return item.choice[entry["v"]].said("label")
    return str(entry["v"])


def _replayed(study: "Study", case: "ReviewedCase") -> _Told | None:
    """The case as its journal tells it, with what was answered before; None without a journal."""
    if case.journal is None:
        return None
    events = [ev.read_event(entry.event) for entry in case.journal]
    moves = [event for event in events if isinstance(event, ev.Moved)]
    versions = partial(fresh_route, study, case.mode)
    route = versions(moves[0].old if moves else case.instrument)
    told = _Told(CaseRecord(route.instrument, route, versions))
    for event in events:
        if isinstance(event, ev.Moved):
            names = event.renamed
            told.earlier = {
                Instance(names.get(at.item, at.item), at.row): said
                for at, said in told.earlier.items()
            }
        if not isinstance(event, ev.Given | ev.Lacking | ev.Cleared):
            told.record.replay(event)
            continue
        before = Speech(told.record).kept_answer(event.instance)
        told.record.replay(event)
        if before and Speech(told.record).kept_answer(event.instance) != before:
            changed = f"{before} (changed {event.t:%Y-%m-%d %H:%M} UTC)"
            told.earlier.setdefault(event.instance, []).append(changed)
    return told


def _by_place(times: Mapping[str, int]) -> dict[Instance, int]:
    """Milliseconds by item, from what the document calls it, such as `age[2]`."""
    found: dict[Instance, int] = {}
    for name, took in times.items():
        item, bracket, row = name.partition("[")
        found[Instance(item, int(row.rstrip("]")) if bracket else 0)] = took
    return found


def _moment(text: str) -> str:
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M} UTC"
