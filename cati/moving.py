"""A case of a study that goes on in another version of its instrument.

`skips.migration` decides what goes along. The event in the journal holds the outcome and not the
rules: `outcome` applies it with nothing but names, so that a journal gives the same case for ever.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import JsonValue

from cati import events as ev
from cati.moved_notes import confirmations_there, read_place
from instrument import Instrument
from instrument.counts import counted
from instrument.entry import from_json, to_json
from instrument.models import Question
from instrument.values import Answer, Instance, Missing
from skips import Program
from skips.case_state import CaseState, LeftBehind, RowsKept, state_of
from skips.fitting import given
from skips.migration import ANSWERED_ANEW, Migration, migrate, new_place

if TYPE_CHECKING:
    from cati.record import CaseRecord


UNTRUE = (
    "The journal of this case tells of a move that the versions of its instrument do not bear out: "
    "tell your data manager; nothing in it was changed."
)


class MovingError(Exception):
    """A case cannot be moved, or its journal tells of a move that cannot have been."""


@dataclass(frozen=True, slots=True)
class Move:
    """A move that was made."""

    event: ev.Moved
    old: Instrument
    new: Instrument


def propose(record: "CaseRecord", new: Program, renamed: Mapping[str, str]) -> Migration:
    """What moving a case to another version would do; raises MigrationError for wrong names."""
    return migrate(case_of(record), record.route.program, new, renamed)


def case_of(record: "CaseRecord") -> CaseState:
    """A case as values, with what it has left behind."""
    return state_of(record.route, record.left_behind, record.rows_left)


def move_event(
    record: "CaseRecord",
    new: Program,
    migration: Migration,
    renamed: Mapping[str, str],
    *,
    by: str,
    t: datetime,
) -> ev.Moved:
    """The event that makes a proposed move.

    Raises:
        MovingError: replaying the event would not lead to the case that was proposed.
    """
    before, after = case_of(record), migration.case
    left, still = dict[str, list[str]](), dict[str, list[str]]()
    fresh = {at for at, _ in migration.report.left_behind}
    for at, what in after.left_behind.items():
        (left if at in fresh else still).setdefault(what.why, []).append(str(at))
    turned: dict[str, JsonValue] = {}
    restored = set(migration.report.restored)
    source = {new_place(at, renamed): answer for at, answer in before.answers.items()}
    waited = {new_place(at, renamed): what.answer for at, what in before.left_behind.items()}
    for at, answer in after.answers.items():
        was = waited[at] if at in restored else source[at]
        if not isinstance(answer, Missing) and _written(answer) != _written(was):
            turned[str(at)] = to_json(answer)
    event = ev.Moved(
        t=t,
        by=by,
        old=record.instrument.fingerprint,
        new=new.instrument.fingerprint,
        renamed=dict(renamed),
        left=left,
        still=still,
        back=tuple(map(str, migration.report.restored)),
        turned=turned,
        rows={name: _rows_json(rows) for name, rows in after.rows.items()},
        rows_left={name: _rows_json(rows) for name, rows in after.rows_left.items()},
        **confirmations_there(record, new, renamed)._asdict(),
    )
    if outcome(before, event, record.route.program, new.instrument) != after:
        raise MovingError(
            "The journal could not say what this move does to the case, so it was not moved: "
            "please report this, with both versions of the instrument."
        )
    return event


def outcome(before: CaseState, event: ev.Moved, old: Program, new: Instrument) -> CaseState:
    """The case that a move has led to.

    Args:
        before: the case in the version before.
        event: of the move.
        old: that version.
        new: the version after.
    """
    names = event.renamed
    left = {new_place(at, names): _renamed(one, names) for at, one in before.left_behind.items()}
    why = {read_place(at): sentence for sentence, at in _pairs(event.left)}
    answers: dict[Instance, Answer] = {}
    for at, answer in before.answers.items():
        place = new_place(at, names)
        if place not in why:
            answers[place] = answer
            continue
        earlier = left.get(place)
        left[place] = replace(
            _renamed(given(old, at, answer), names),
            why=why[place],
            earlier=None if earlier is None else replace(earlier, why=ANSWERED_ANEW),
        )
    for place in map(read_place, event.back):
        what = left.pop(place)
        answers[place] = what.answer
        if what.earlier is not None:
            left[place] = what.earlier
    for sentence, text in _pairs(event.still):
        left[read_place(text)] = replace(left[read_place(text)], why=sentence)
    for text, json in event.turned.items():
        item = new.items[read_place(text).item]
        if not isinstance(item, Question):
            raise MovingError(UNTRUE)
        answers[read_place(text)] = from_json(item.kind, json)
    return CaseState(
        answers,
        {name: _rows_kept(rows) for name, rows in event.rows.items()},
        before.interview_date,
        left,
        {name: _rows_kept(rows) for name, rows in event.rows_left.items()},
    )


def moved_note(move: Move, waiting: int) -> str:
    """What an interviewer is told who takes up a case that was moved since."""
    told = counted(waiting, "answer has", "answers have") if waiting else "no answer has"
    return (
        f"It was moved from version {move.old.version} to {move.new.version} since; "
        f"{told} no place in it."
    )


def _renamed(what: LeftBehind, names: Mapping[str, str]) -> LeftBehind:
    earlier = None if what.earlier is None else _renamed(what.earlier, names)
    return replace(what, roster=names.get(what.roster or "", what.roster), earlier=earlier)


def _written(answer: Answer) -> object:
    return (type(answer), answer if isinstance(answer, Missing) else to_json(answer))


def _pairs(told: Mapping[str, Iterable[str]]) -> Iterable[tuple[str, str]]:
    return ((sentence, at) for sentence, places in told.items() for at in places)


def _rows_json(rows: RowsKept) -> ev.Rows:
    return ev.Rows(added=rows.added, standing=tuple(sorted(rows.standing)), order=rows.order)


def _rows_kept(rows: ev.Rows) -> RowsKept:
    return RowsKept(rows.added, frozenset(rows.standing), rows.order)
