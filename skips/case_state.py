"""A case as values alone: what was answered, which rows there are, and what was left behind.

A `Route` follows from these and an instrument; nothing else of a case decides what is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from instrument.values import Answer, Instance, PartialDate
from skips.program import Program
from skips.route import Route
from skips.row_order import reordered


@dataclass(frozen=True, slots=True)
class RowsKept:
    """The rows of an open roster."""

    added: int
    """How many there ever were; their ids are 1 to this."""
    standing: frozenset[int]
    """Those that are not removed."""
    order: tuple[int, ...]
    """All of them in the order of their places on show."""


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """An answer that the version in use has no place for; it is kept for ever."""

    answer: Answer
    kind: str
    """The kind of question that it was given to, or `statement`."""
    why: str
    """Why the version in use does not take it, in a sentence without the answer."""
    unit: str | None = None
    """Of numbers: what they count."""
    roster: str | None = None
    """The roster that the question stood in, by its name in the version in use if it has one."""
    earlier: "LeftBehind | None" = None
    """An older answer to the same question that was left behind before this one was given."""
    label: str = field(default="", compare=False)
    """What data people read of the question."""
    version: str = field(default="", compare=False)
    """The version of the instrument in which the answer last had its place."""


@dataclass(frozen=True, slots=True)
class CaseState:
    """All of a case that routing goes by, and what waits for a version that takes it."""

    answers: Mapping[Instance, Answer]
    """Everything answered that has a place, whether or not it counts now."""
    rows: Mapping[str, RowsKept]
    """Of each open roster that ever had a row."""
    interview_date: PartialDate | None = None
    left_behind: Mapping[Instance, LeftBehind] = field(default_factory=dict)
    """By the name of the question, as the version in use calls it if it has one of that name."""
    rows_left: Mapping[str, RowsKept] = field(default_factory=dict)
    """Of rosters with rows that cannot stand in the version in use: those would stand again."""


def state_of(
    route: Route,
    left_behind: Mapping[Instance, LeftBehind] | None = None,
    rows_left: Mapping[str, RowsKept] | None = None,
) -> CaseState:
    """What a route was built from, together with what is left behind."""
    kept = ((instance, route.kept(instance)) for instance in route.instances())
    rows = {
        name: RowsKept(len(order), standing_rows(route, name), order)
        for name, place in route.program.places.rosters.items()
        if place.is_open and (order := route.row_order(name))
    }
    return CaseState(
        {instance: answer for instance, answer in kept if answer is not None},
        rows,
        route.interview_date,
        dict(left_behind or {}),
        _still_waiting(rows, rows_left or {}),
    )


def route_of(program: Program, case: CaseState) -> Route:
    """The route of a case under the version that it is in; `state_of` gives the case back.

    Raises:
        RouteError: the instrument has no place for an answer or a row.
    """
    return filled(Route(program), case)


def filled(route: Route, case: CaseState) -> Route:
    """The same, on a route that nothing has happened to yet."""
    for name, rows in case.rows.items():
        route.set_rows(name, rows.order, rows.standing)
    if case.interview_date is not None:
        route.set_interview_date(case.interview_date)
    for instance, answer in case.answers.items():
        route.answer(instance, answer)
    return route


def united(now: RowsKept | None, waiting: RowsKept | None) -> RowsKept:
    """All rows that there were, those now standing and those that would stand again."""
    if now is None or waiting is None:
        found = now or waiting
        assert found is not None
        return found
    # Rows that wait keep their places, whatever became of the order of the others meanwhile.
    every = range(1, max(now.added, waiting.added) + 1)
    order = reordered(waiting.order, every, (), now.order)
    assert order is not None, "the rows that there are are among all that there were"
    return RowsKept(max(now.added, waiting.added), now.standing | waiting.standing, order)


def _still_waiting(
    rows: Mapping[str, RowsKept], left: Mapping[str, RowsKept]
) -> dict[str, RowsKept]:
    """What waits of rows once some stand again, others were added, or their order is another."""
    waiting = {}
    for name, before in left.items():
        wanted, now = united(rows.get(name), before), rows.get(name)
        waits = before.standing - now.standing if now else before.standing
        if waits or now is None or now.added < wanted.added:
            waiting[name] = RowsKept(wanted.added, waits, wanted.order)
    return waiting


def standing_rows(route: Route, roster: str) -> frozenset[int]:
    """The rows of an open roster that are not removed, whether or not they are asked."""
    slot = route.program.places.rosters[roster].slot
    return route.state.cells.rows.get(slot, frozenset())
