"""Whether a version of an instrument has a place for an answer that was given in another one.

An answer fits where nothing has to be invented and nothing is lost: what is kept can be turned back
into exactly what was given.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from instrument.judging import check_value, in_order
from instrument.models import (
    CHOICE_KINDS,
    NUMBER_KINDS,
    Computed,
    Kind,
    Question,
    Roster,
    Statement,
)
from instrument.values import Answer, Instance, Missing, Value
from skips.case_state import LeftBehind
from skips.program import Program

STATEMENT: Final = "statement"
"""Stands for the kind of what is read aloud."""


class Fit(NamedTuple):
    """An answer as a version keeps it, or why it does not."""

    answer: Answer | None
    why: str = ""


def given(program: Program, at: Instance, answer: Answer) -> LeftBehind:
    """An answer together with what it was given to; `why` is still empty."""
    item = program.instrument.items[at.item]
    question = item if isinstance(item, Question) else None
    return LeftBehind(
        answer,
        STATEMENT if question is None else question.kind.value,
        "",
        unit=_unit(question) if question else None,
        roster=program.places.roster_of.get(at.item),
        label=question.variable.label if question else "",
        version=program.instrument.version,
    )


def fit(program: Program, at: Instance, what: LeftBehind) -> Fit:
    """An answer as an instrument keeps it at an instance, if it does.

    Args:
        program: the instrument.
        at: where it would stand.
        what: the answer, and what it was given to in another version.
    """
    item = program.instrument.items.get(at.item)
    if item is None:
        return Fit(None, "There is no such question any more.")
    if isinstance(item, Roster):
        return Fit(None, "It is a roster now.")
    if isinstance(item, Computed):
        return Fit(None, "It is worked out now, and nobody is asked.")
    if why := _misplaced(program, at, what.roster):
        return Fit(None, why)
    if isinstance(item, Statement):
        read = what.kind == STATEMENT
        return Fit(what.answer) if read else Fit(None, "It is only read aloud now.")
    if what.kind == STATEMENT:
        return Fit(None, "It is a question now, and was only read aloud.")
    if isinstance(what.answer, Missing):
        accepted = {reason.name for reason in program.instrument.reasons_for(item, program.mode)}
        why = "" if what.answer.reason in accepted else "That reason is not accepted any more."
        return Fit(None, why) if why else Fit(what.answer)
    return _fit_value(item, what.answer, Kind(what.kind), what.unit)


def _misplaced(program: Program, at: Instance, roster: str | None) -> str:
    """Why an answer given in a roster, or outside of any, has no place there now; else empty."""
    here = program.places.roster_of.get(at.item)
    if here != roster:
        if here is None:
            return "It is asked once now, and was asked in every row."
        if roster is None:
            return f"It is asked in every row of '{here}' now, and was asked once."
        return f"It is asked in the rows of '{here}' now, which are others."
    if here is not None and at.row > len(program.places.rosters[here].gates):
        return f"There cannot be so many rows of '{here}' any more."
    return ""


def _fit_value(item: Question, value: Value, was: Kind, unit: str | None) -> Fit:
    """A value as a question keeps it."""
    same = was is item.kind
    turn: Callable[[Any], Value | None] | None = _same if same else _TURNS.get((was, item.kind))
    if turn is None:
        return Fit(None, f"It was of the kind {was}, and is of the kind {item.kind} now.")
    if unit != _unit(item):
        return Fit(
            None, f"It was in {unit or 'no unit'}, and is in {_unit(item) or 'no unit'} now."
        )
    turned = turn(value)
    if turned is None:
        return Fit(None, f"As an answer of the kind {item.kind} it would not be the same.")
    if item.kind not in CHOICE_KINDS:
        why = check_value(item, turned)
        return Fit(None, why) if why else Fit(turned)
    return _fit_choices(item, turned)


def _fit_choices(item: Question, taken: Value) -> Fit:
    names = frozenset(taken if isinstance(taken, tuple) else (str(taken),))
    if not names <= item.choice.keys():
        return Fit(None, "A choice that was taken is gone.")
    if isinstance(taken, tuple):
        taken = in_order(item, names)
        if len(taken) > 1 and any(item.choice[name].exclusive for name in taken):
            return Fit(None, "What was taken cannot be taken together any more.")
    why = check_value(item, taken)
    return Fit(None, why) if why else Fit(taken)


def _unit(item: Question) -> str | None:
    """What a number counts; durations have their unit with them."""
    return item.variable.unit if item.kind in NUMBER_KINDS else None


def _same(value: Value) -> Value:
    return value


def _only(taken: tuple[str, ...]) -> Value | None:
    return taken[0] if len(taken) == 1 else None


def _whole(number: Decimal) -> Value | None:
    whole = int(number)
    return whole if str(whole) == f"{number:f}" else None


def _alone(taken: str) -> Value:
    return (taken,)


_TURNS: Final[Mapping[tuple[Kind, Kind], Callable[[Any], Value | None]]] = {
    (Kind.YES_NO, Kind.ONE_OF): _same,
    (Kind.ONE_OF, Kind.YES_NO): _same,
    (Kind.YES_NO, Kind.ANY_OF): _alone,
    (Kind.ONE_OF, Kind.ANY_OF): _alone,
    (Kind.ANY_OF, Kind.YES_NO): _only,
    (Kind.ANY_OF, Kind.ONE_OF): _only,
    (Kind.INTEGER, Kind.DECIMAL): Decimal,
    (Kind.DECIMAL, Kind.INTEGER): _whole,
    (Kind.TEXT, Kind.LONG_TEXT): _same,
    (Kind.LONG_TEXT, Kind.TEXT): _same,
}
"""From one kind to another; each has its way back, and None stands for what it would lose."""
