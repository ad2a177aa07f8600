"""Laws of moving a case to another version, on random instruments and random changes of them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from instrument.judging import check_value
from instrument.models import Computed, Instrument, Question, Statement
from instrument.values import Instance, Missing
from skips import Program, Route, compile_instrument, migration
from skips.case_state import CaseState
from skips.fitting import Fit
from skips.migration import dropped_name, migrate, new_place, route_of, state_of
from tests.naive import Naive, Picture
from tests.naive_migration import naive_case, naive_migrate, told
from tests.random_conditions import MODES
from tests.skips.laws import answers_in
from tests.skips.oracle import Both, failing
from tests.strategies import Put, random_edit, random_instrument, randoms
from tests.versions import allowed, another_version, back

few = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def edited(rng: Random, route: Route, steps: int = 14) -> None:
    """Let random things happen to a case; questions take what they are given."""
    items = route.instrument.items
    askable = [one for one in route.instances() if not isinstance(items[one.item], Computed)]
    for _ in range(steps):
        edit = random_edit(rng, route.instrument, askable)
        if isinstance(edit, Put):
            if takes(route, edit):
                route.answer(edit.instance, edit.answer)
        elif edit is not None and hasattr(edit, "verb"):
            row(route, edit)
        elif edit is not None:
            route.set_interview_date(edit.date)
    for name in [one for one, place in route.program.places.rosters.items() if place.is_open]:
        if rng.random() < 0.5:
            shown = list(route.shown_rows(name))
            rng.shuffle(shown)
            route.order_rows(name, shown)


def takes(route: Route, edit: Put) -> bool:
    item, answer = route.instrument.items[edit.instance.item], edit.answer
    if not isinstance(item, Question) or answer is None:
        return True
    if isinstance(answer, Missing):
        return answer.reason in {one.name for one in route.instrument.reasons_for(item, route.mode)}
    return check_value(item, answer) is None


def row(route: Route, edit: Any) -> None:
    added, standing = route.row_order(edit.roster), route.rows(edit.roster)
    if edit.verb == "add" and route.has_room(edit.roster):
        if len(added) < len(route.program.places.rosters[edit.roster].gates):
            route.add_row(edit.roster)
    elif edit.verb == "remove" and edit.row in standing:
        route.remove_row(edit.roster, edit.row)


def moves(rng: Random, times: int) -> tuple[list[Any], Counter[str]]:
    """A case through several versions, with edits in each: every move, and what was met."""
    instrument = random_instrument(rng)
    mode = rng.choice(MODES)
    program = compile_instrument(instrument, mode)
    route = Route(program)
    edited(rng, route)
    made: list[Any] = []
    case, met = state_of(route), Counter[str]()
    before: tuple[Program, dict[str, str]] | None = None
    for _ in range(times):
        if before is not None and rng.random() < 0.4:
            other, renamed = before
        else:
            version = another_version(rng, program.instrument)
            other, renamed = compile_instrument(version.instrument, mode), version.renamed
        names = allowed(case, renamed) | dropped(rng, program, other, renamed, len(made) + 1)
        before = program, back(names, len(made) + 2)
        moved = migrate(case, program, other, names)
        made.append((case, program, other, names, moved))
        met.update(field for field in moved.report.__slots__ if getattr(moved.report, field))
        met.update(["renamed"] * bool(names))
        met.update("dropped" for one in moved.case.left_behind if "~" in one.item)
        met.update(name for name in ("returned",) if returned(moved, names))
        met.update(["rows left"] * bool(moved.case.rows_left))
        met.update("earlier" for one in moved.case.left_behind.values() if one.earlier)
        program, route = other, route_of(other, moved.case)
        edited(rng, route)
        case = state_of(route, moved.case.left_behind, moved.case.rows_left)
    return made, met


def dropped(
    rng: Random, old: Program, new: Program, renamed: dict[str, str], move: int
) -> dict[str, str]:
    """Names that other items have from now on."""
    both = [
        name
        for name in old.instrument.items
        if name in new.instrument.items and name not in {*renamed, *renamed.values()}
    ]
    chosen = rng.sample(both, 1) if both and rng.random() < 0.3 else []
    return {name: dropped_name(name, move) for name in chosen}


def agree(rng: Random, times: int = 3) -> Counter[str]:
    """Moves agree with the naive statement, nothing is lost, and what is reported is so."""
    made, met = moves(rng, times)
    for case, old, new, names, moved in made:
        naive = naive_migrate(
            naive_case(case, old.instrument), old.instrument, new.instrument, old.mode, names
        )
        assert told(naive_case(moved.case, new.instrument)) == told(naive)
        assert state_of(route_of(new, moved.case)).answers == moved.case.answers
        report_is_right(case, old, new, names, moved)
        assert answers_in(moved.case) == answers_in(case), (
            "an answer is neither kept nor left behind"
        )
        same = migrate(moved.case, new, new)
        assert same.case == moved.case, "moving to the same version changes something"
        carried = same.report.carried
        assert same.report == migration.MigrationReport(carried=carried)
        assert set(carried) == set(moved.case.answers)
    return met


def returned(moved: migration.Migration, names: dict[str, str]) -> bool:
    """Whether an answer is back whose question had been dropped."""
    there = {new for old, new in names.items() if "~" in old}
    return any(at.item in there for at in moved.report.restored)


def picture(instrument: Instrument, mode: str, case: CaseState) -> Picture:
    naive = Naive(instrument, mode)
    naive.answers = dict(case.answers)
    naive.rows = {name: set(rows.standing) for name, rows in case.rows.items()}
    naive.interview_date = case.interview_date
    return naive.picture()


def report_is_right(
    case: CaseState, old: Program, new: Program, names: dict[str, str], moved: migration.Migration
) -> None:
    report, after = moved.report, moved.case
    was = picture(old.instrument, old.mode, case)
    now = picture(new.instrument, new.mode, after)
    source = {new_place(at, names): at for at in was.statuses}
    on, on_before = set(now.route), {at for at in source if source[at] in was.route}
    order = list(now.statuses)
    held = [at for at in order if at in after.answers]
    carried = [at for at in held if source.get(at) in case.answers]
    assert list(report.carried) == carried
    assert list(report.restored) == [at for at in held if at not in carried]
    words = [(at, changes_of(old, new, source[at], at, names)) for at in carried]
    assert {at: set(one) for at, one in report.reworded} == {at: one for at, one in words if one}
    assert [at for at, _ in report.reworded] == [at for at, one in words if one]
    assert list(report.parked) == [at for at in carried if at in on_before - on]
    assert list(report.unparked) == [at for at in carried if at in on - on_before]
    assert list(report.opened) == [at for at in now.open if at not in on_before]
    assert list(report.asked_again) == [
        at for at in now.open if at in on_before and source[at] in case.answers
    ]
    assert {at for at, _ in report.left_behind} == {
        new_place(at, names) for at in case.answers
    } - set(carried)
    assert all(why.endswith((".", "?")) and why for _, why in report.left_behind)
    assert list(report.computed) == [
        (at, was.values.get(source.get(at, at)) if at in source else None, now.values.get(at))
        for at in order
        if isinstance(new.instrument.items[at.item], Computed)
        and (was.values.get(source[at]) if at in source else None) != now.values.get(at)
    ]
    fired = {(at, check.severity, check.condition.text) for at, check, _ in was.failing}
    assert list(report.failing) == [
        one
        for one in failing(now)
        if (source.get(one.instance), one.check.severity, one.check.condition.text) not in fired
    ]


def changes_of(
    old: Program, new: Program, was: Instance, now: Instance, names: dict[str, str]
) -> set[str]:
    """What reads otherwise; texts of random instruments fill in nothing that gets another name."""
    one: Any = old.instrument.items[was.item]
    other: Any = new.instrument.items[now.item]
    changes = set()
    texts = {
        str(item.wordings[old.mode].ask) for item in (one, other) if item.wordings.get(old.mode)
    }
    if len(texts) == 2:
        changes.add("the statement" if isinstance(other, Statement) else "the question")
    if isinstance(one, Question) and isinstance(other, Question) and one.choices and other.choices:
        first = {choice.name: (choice.label, choice.code) for choice in one.choices}
        then = {choice.name: (choice.label, choice.code) for choice in other.choices}
        if more := ", ".join(name for name in then if name not in first):
            changes.add(f"more choices: {more}")
        if gone := ", ".join(name for name in first if name not in then):
            changes.add(f"choices that are gone: {gone}")
        shared = sorted(first.keys() & then.keys())
        changes |= {f"the label of '{name}'" for name in shared if first[name][0] != then[name][0]}
        changes |= {f"the code of '{name}'" for name in shared if first[name][1] != then[name][1]}
        if sorted(shared, key=list(first).index) != sorted(shared, key=list(then).index):
            changes.add("the order of the choices")
    return changes


# --- laws -----------------------------------------------------------------------------------------


@few
@given(randoms)
def test_it_does_what_the_naive_statement_says(rng: Random) -> None:
    agree(rng)


def test_the_moves_meet_what_they_are_there_for() -> None:
    met = Counter[str]()
    for seed in range(60):
        met += agree(Random(seed))
    wanted = {*migration.MigrationReport.__slots__, "renamed", "rows left", "earlier"}
    wanted |= {"dropped", "returned"}
    assert {one for one in wanted if met[one] < 2} == set()


@few
@given(randoms)
def test_a_route_and_its_values_are_the_same_case(rng: Random) -> None:
    both = Both(random_instrument(rng), rng.choice(MODES))
    edited(rng, both.route, 25)
    case = state_of(both.route)
    again = route_of(both.route.program, case)
    assert state_of(again) == case
    twin = Both(both.instrument, both.mode)
    looks, twin.route = both.looks(), again
    assert twin.looks() == looks
    for name in case.rows:
        assert again.row_order(name) == both.route.row_order(name)


@few
@given(randoms)
def test_there_and_back_is_the_case_that_was(rng: Random) -> None:
    instrument = random_instrument(rng)
    program = compile_instrument(instrument, rng.choice(MODES))
    route = Route(program)
    edited(rng, route, 25)
    case = state_of(route)
    steps: list[tuple[Program, dict[str, str]]] = []
    there, at = case, program
    for _ in range(rng.randint(1, 3)):
        version = another_version(rng, at.instrument)
        other = compile_instrument(version.instrument, program.mode)
        names = allowed(there, version.renamed)
        names |= dropped(rng, at, other, version.renamed, len(steps) + 1)
        steps.append((at, names))
        there, at = migrate(there, at, other, names).case, other
        assert answers_in(there) == answers_in(case)
    for move, (before, names) in enumerate(reversed(steps), start=len(steps) + 1):
        there, at = migrate(there, at, before, back(names, move)).case, before
    assert there == case


# --- controls -------------------------------------------------------------------------------------


Plant = Callable[[pytest.MonkeyPatch], None]


def forget_a_row(patch: pytest.MonkeyPatch) -> None:
    first = migration._first
    patch.setattr(migration, "_first", lambda order, added: first(order, added)[:1])


def forget_rows_that_wait(patch: pytest.MonkeyPatch) -> None:
    rows = migration._rows
    patch.setattr(migration, "_rows", lambda *parts: (rows(*parts)[0], {}))


def drop_parked_answers(patch: pytest.MonkeyPatch) -> None:
    real = migrate

    def hasty(case: CaseState, old: Program, new: Program, names: Any = None) -> Any:
        route = route_of(old, case)
        counted = {at: one for at, one in case.answers.items() if route.on_route(at)}
        return real(replace(case, answers=counted), old, new, names)

    patch.setitem(globals(), "migrate", hasty)


def keep_a_choice_that_is_gone(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("skips.fitting._fit_choices", lambda item, taken: Fit(taken))


def forget_what_was_left_before(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(migration, "_superseded", lambda what: None)


def carry_into_rows_of_another_roster(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("skips.fitting._misplaced", lambda program, at, roster: "")


def say_nothing_of_other_words(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("skips.migration_report.reworded", lambda *parts: ())


FAULTS: tuple[Plant, ...] = (
    forget_a_row,
    forget_rows_that_wait,
    drop_parked_answers,
    keep_a_choice_that_is_gone,
    forget_what_was_left_before,
    carry_into_rows_of_another_roster,
    say_nothing_of_other_words,
)


def search() -> None:
    for seed in range(60):
        agree(Random(seed))


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__)
def test_control_a_planted_fault_is_caught(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    with pytest.raises((AssertionError, LookupError)):
        search()
