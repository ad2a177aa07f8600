"""Whatever happens to a case in whatever order, the engine says what the naive evaluator says.

`CATI_SOAK=20000` takes that many steps in place of a few hundred. Faults planted in each kind of
step must be found.
"""

import json
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from instrument.values import Answer, Instance
from skips import Change, Failing, Program, Route
from skips.case_state import CaseState, route_of
from skips.kept import dump
from skips.migration import migrate
from skips.state import State, Trace
from tests.skips.campaign import run
from tests.skips.machine import CaseMachine

SOAK = int(os.environ.get("CATI_SOAK", "0"))
STEPS_OF_A_CASE = 20

machine_settings = settings(
    max_examples=max(15, SOAK // STEPS_OF_A_CASE),
    stateful_step_count=STEPS_OF_A_CASE,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

unshrunk = settings(machine_settings, phases=(Phase.generate,), max_examples=60, database=None)


def test_a_case_is_what_the_naive_evaluator_says_whatever_happens() -> None:
    run_state_machine_as_test(CaseMachine, settings=machine_settings)


def test_they_agree_along_a_seeded_walk_that_meets_what_its_steps_are_there_for() -> None:
    met = Counter[str]()
    assert run(2_000, seed=300, met=met) >= 2_000
    assert {what for what, times in met.items() if times} >= {
        *("changed back", "preview of a change", "parked and restored", "another order"),
        *("unsettled soft check", "moved", "moved back", "left behind", "rows left"),
        "restored by a move",
    }


# --- controls -------------------------------------------------------------------------------------


Plant = Callable[[pytest.MonkeyPatch], None]


def a_move_that_drops_a_parked_answer(patch: pytest.MonkeyPatch) -> None:
    def hasty(case: CaseState, old: Program, new: Program, names: Any = None) -> Any:
        route = route_of(old, case)
        counted = {at: one for at, one in case.answers.items() if route.on_route(at)}
        return migrate(replace(case, answers=counted), old, new, names)

    patch.setattr("tests.skips.steps.migrate", hasty)


_rows = Route.rows


def _in_order(route: Route, name: str, **how: bool) -> tuple[int, ...]:
    rows = _rows(route, name, **how)
    order = route._order.get(name, ())
    return tuple(sorted(rows, key=lambda row: order.index(row) if row in order else row))


def an_order_that_changes_the_rows(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Route, "rows", _in_order)


def reopening_that_loses_a_removed_row(patch: pytest.MonkeyPatch) -> None:
    set_rows = Route.set_rows

    def careless(
        route: Route, roster: str, order: Sequence[int], standing: frozenset[int]
    ) -> Change:
        most = max(standing, default=0)
        return set_rows(route, roster, [row for row in order if row <= most], standing)

    patch.setattr(Route, "set_rows", careless)


def a_kept_program_with_one_reader_missing(patch: pytest.MonkeyPatch) -> None:
    def altered(program: Program) -> bytes:
        written = json.loads(dump(program))
        return json.dumps(written | {"readers": written["readers"][1:]}).encode()

    patch.setattr("tests.skips.oracle.dump_program", altered)


def unsettled_checks_without_the_soft_ones(patch: pytest.MonkeyPatch) -> None:
    def hard(route: Route, is_confirmed: Callable[[Failing], bool]) -> Failing | None:
        del is_confirmed
        return next((one for one in route.failing() if one.check.severity == "hard"), None)

    patch.setattr(Route, "first_unsettled", hard)


def confirmed_checks_that_are_unsettled_still(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        Route, "first_unsettled", lambda route, is_confirmed: next(iter(route.failing()), None)
    )


def a_removed_row_that_loses_its_answers(patch: pytest.MonkeyPatch) -> None:
    remove = Route.remove_row

    def forgetful(route: Route, roster: str, row: int) -> Change:
        change = remove(route, roster, row)
        for one in route.set_aside():
            if one.row == row and route.program.places.roster_of.get(one.item) == roster:
                route.answer(one, None)
        return change

    patch.setattr(Route, "remove_row", forgetful)


def a_preview_that_keeps_the_answer(patch: pytest.MonkeyPatch) -> None:
    undo = State.undo

    def sloppy(state: State, slot: int, answer: Answer | None, trace: Trace) -> None:
        kept = state.cells.kept[slot]
        undo(state, slot, answer, trace)
        if not trace.log:
            state.cells.kept[slot], state.cells.dealt[slot] = kept, kept is not None

    patch.setattr(State, "undo", sloppy)


def going_on_that_leaves_out_what_has_an_answer(patch: pytest.MonkeyPatch) -> None:
    following = Route.following

    def hasty(route: Route, instance: Instance | None) -> Instance | None:
        found = following(route, instance)
        while found is not None and route.kept(found) is not None:
            found = following(route, found)
        return found

    patch.setattr(Route, "following", hasty)


def a_case_opened_without_its_date(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        "tests.skips.steps.route_of",
        lambda program, case: route_of(program, replace(case, interview_date=None)),
    )


FAULTS: tuple[Plant, ...] = (
    a_move_that_drops_a_parked_answer,
    an_order_that_changes_the_rows,
    reopening_that_loses_a_removed_row,
    a_kept_program_with_one_reader_missing,
    unsettled_checks_without_the_soft_ones,
    confirmed_checks_that_are_unsettled_still,
    a_removed_row_that_loses_its_answers,
    a_preview_that_keeps_the_answer,
    going_on_that_leaves_out_what_has_an_answer,
    a_case_opened_without_its_date,
)


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__)
def test_control_a_planted_fault_is_caught(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        run(5_000, seed=7)


def test_control_the_machine_finds_a_planted_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    going_on_that_leaves_out_what_has_an_answer(monkeypatch)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(CaseMachine, settings=unshrunk)
