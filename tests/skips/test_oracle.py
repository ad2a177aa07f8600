"""The engine agrees with the naive evaluator, and would be caught if it did not.

`CATI_SOAK=20000` takes that many steps in place of a few hundred.
"""

import os
from collections.abc import Iterator
from random import Random
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings

from instrument.models import Choice, Question, Roster
from instrument.values import Answer, Value
from skips import Route
from skips.blocks import Block, let_in, put_back
from skips.cells import Cells, Condition
from skips.gates import Span
from skips.offers import _conditions
from skips.over_rows import Row
from skips.overview import Overview
from skips.places import DATE, RosterPlace
from skips.program import Program
from skips.readings import row_stands
from skips.state import State, Trace
from skips.truth import YES
from tests.skips.campaign import run
from tests.skips.oracle import live
from tests.strategies import randoms

SOAK = int(os.environ.get("CATI_SOAK", "0"))
STEPS = 12

random_lives = settings(
    max_examples=max(60, SOAK // STEPS),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@random_lives
@given(randoms)
def test_engine_and_naive_evaluator_agree_after_every_step(rng: Random) -> None:
    live(rng, STEPS)


def test_the_walk_meets_what_it_is_there_for() -> None:
    """Parked and restored answers, unknown universes, failing checks, rows: all are met."""
    met: set[str] = set()
    for seed in range(60):
        both = live(Random(seed), 12)
        met |= set(both.picture.statuses.values())
        met |= {f"truth {truth}" for truth in both.picture.truths.values()}
        met |= {"failing"} if both.picture.failing else set()
        met |= {"rows"} if any(both.naive.rows.values()) else set()
        met |= {"date"} if both.naive.interview_date else set()
        for one, truth in both.picture.truths.items():
            item = both.instrument.items[one.item]
            if isinstance(item, Question):
                few = len(both.picture.offered(one)) < len(item.choices)
                met |= {"choice withheld"} if few else set()
            elif isinstance(item, Roster) and item.row_if is not None and one.row:
                met |= {f"row {truth}"}
    assert met >= {
        *("answered", "missing", "not_applicable", "parked", "not_reached"),
        *("truth 0", "truth 1", "truth 2", "failing", "rows"),
        *("date", "choice withheld", "row 0", "row 1", "row 2"),
    }


def is_caught(seed: int = 1) -> bool:
    """Whether a walk of some length disagrees; rare faults name a seed near one that shows them."""
    try:
        run(10_000, seed)
    except AssertionError:
        return True
    return False


def test_control_a_forgotten_dependency_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    begin = State.__init__

    def forgetful(state: State, program: Program) -> None:
        program.readers = [slots[:1] for slots in program.readers]
        begin(state, program)

    monkeypatch.setattr(State, "__init__", forgetful)
    assert is_caught()


def test_control_a_check_left_alone_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    recheck = State._recheck

    def forgetful(state: State, trace: Trace) -> None:
        short = Trace()
        short.log = trace.log[:1]
        recheck(state, short)
        trace.checks = short.checks

    monkeypatch.setattr(State, "_recheck", forgetful)
    assert is_caught()


def test_control_a_thaw_that_forgets_what_was_noted_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def hasty(cells: Cells, block: Block) -> None:
        put_back(cells, block)
        cells.asleep[block.start : block.end] = bytes(block.end - block.start)

    monkeypatch.setattr("skips.state.thaw", hasty)
    assert is_caught(seed=240)


def test_control_letting_in_without_a_look_at_conditions_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def generous(cells: Cells, span: Span) -> None:
        cells.own[span.at] = bytes([YES]) * len(span.special)
        let_in(cells, span)

    monkeypatch.setattr("skips.state.let_in", generous)
    assert is_caught()


def test_control_unknown_taken_for_yes_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def hasty(slot: int, wanted: object) -> object:
        def condition(cells: Cells) -> int:
            value = cells.counted[slot]
            return YES if value is None or value == wanted else 0

        return condition

    monkeypatch.setattr("skips.compile.equals", hasty)
    assert is_caught()


def test_control_a_preview_that_leaves_a_trace_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    undo = State.undo

    def sloppy(state: State, slot: int, answer: Answer | None, trace: Trace) -> None:
        del trace.log[1:]
        undo(state, slot, answer, trace)

    monkeypatch.setattr(State, "undo", sloppy)
    assert is_caught()


def test_control_a_removed_row_that_still_counts_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    put_rows = Route._put_rows
    monkeypatch.setattr(
        Route,
        "_put_rows",
        lambda route, place, rows: put_rows(route, place, rows | route._standing(place)),
    )
    assert is_caught()


def test_control_a_row_asked_whatever_its_condition_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def generous(place: RosterPlace, row: int, wanted: Condition | None) -> Condition:
        del wanted
        return row_stands(place, row)

    monkeypatch.setattr("skips.wiring.row_asked", generous)
    assert is_caught()


def test_control_an_uncertain_row_taken_for_none_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def certain(cells: Cells, rows: list[Row]) -> Iterator[int]:
        for gate, where, _ in rows:
            if cells.universe[gate] == YES:
                yield YES if where is None else where(cells)

    monkeypatch.setattr("skips.over_rows._truths", certain)
    assert is_caught()


def test_control_a_choice_hidden_by_not_knowing_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def strict(program: Program, cells: Cells, item: Question, row: int) -> tuple[Choice, ...]:
        found = _conditions(program, item, row)
        return tuple(
            one for one in item.choices if one.name not in found or found[one.name](cells) == YES
        )

    monkeypatch.setattr("skips.route.offered", strict)
    assert is_caught()


def test_control_sections_that_are_not_added_up_again_are_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refresh = Overview._refresh
    drawn: set[int] = set()

    def once(overview: Overview) -> None:
        if id(overview) not in drawn:
            drawn.add(id(overview))
            refresh(overview)

    monkeypatch.setattr(Overview, "_refresh", once)
    assert is_caught()


def test_control_a_date_that_wakes_nobody_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    put = State.put

    def quiet(state: State, slot: int, answer: Answer | None) -> Trace:
        if slot != DATE:
            return put(state, slot, answer)
        state.cells.counted[slot] = cast(Value | None, answer)
        return Trace()

    monkeypatch.setattr(State, "put", quiet)
    assert is_caught()
