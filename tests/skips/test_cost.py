"""What an answer costs does not grow with the instrument: counted, not timed."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from benchmarks._instruments import HERE, realistic_instrument, roster_instrument
from benchmarks.route import Step, script
from instrument.conditions import nodes as n
from instrument.models import Check, Expression, Instrument, Item, Kind, Question, Text
from instrument.values import Answer, Instance
from skips import Program, Route, compile_instrument
from skips.places import ROOT
from skips.state import State, Trace
from tests.scenario import inline_instrument


class Marks(bytearray):
    """The row of marks of a case, which counts how many are looked at."""

    visits = 0

    def __setitem__(self, at: Any, value: Any) -> None:
        super().__setitem__(at, value)
        self.visits += value == 0


@dataclass
class Cost:
    """What some answers cost."""

    visits: int
    """Slots looked at again."""
    calls: Counter[str]
    """How often conditions and checks were worked out."""


def counted(calls: Counter[str], kind: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def wrapper(*arguments: Any) -> Any:
        calls[kind] += 1
        return function(*arguments)

    return wrapper


def cost(program: Program, steps: list[Step]) -> Cost:
    """Answer all steps on a fresh case and count."""
    route, calls = Route(program), Counter[str]()
    marks = route.state.cells.dirty = Marks(route.state.cells.dirty)
    conditions, checks = program.conditions, program.checks
    program.conditions = [
        None if one is None else counted(calls, "condition", one) for one in conditions
    ]
    program.checks = [
        replace(one, condition=counted(calls, "check", one.condition)) for one in checks
    ]
    try:
        for instance, answer, _ in steps:
            route.answer(instance, answer)
            route.minutes_left()
    finally:
        program.conditions, program.checks = conditions, checks
    return Cost(marks.visits, calls)


def with_checks(instrument: Instrument) -> Instrument:
    """Gives every question for a number a check that reads it."""
    return instrument.model_copy(
        update={
            "sections": tuple(
                section.model_copy(update={"items": tuple(map(checked, section.items))})
                for section in instrument.sections
            )
        }
    )


def checked(item: Item) -> Item:
    if not isinstance(item, Question) or item.kind is not Kind.INTEGER:
        return item
    tree = n.Compare(n.Comparison.LT, n.Item(item.name, n.Type.NUMBER), n.Literal(5, n.Type.NUMBER))
    check = Check(
        source=HERE,
        name=f"{item.name}#1",
        severity="soft",
        condition=Expression(source=HERE, text=str(tree), tree=tree),
        say=Text(source=HERE, raw="Is that so?", pieces=("Is that so?",)),
    )
    return item.model_copy(update={"checks": (check,)})


def program_of(size: int) -> Program:
    return compile_instrument(with_checks(realistic_instrument(size)))


def growth() -> dict[str, float]:
    """What an interview costs with 10,000 items, of what it costs with 500 of them."""
    small, large = program_of(500), program_of(10_000)
    steps = script(small)
    few, many = cost(small, steps), cost(large, steps)
    assert few.visits > len(steps) / 3
    assert min(few.calls["condition"], few.calls["check"]) > len(steps) / 10
    return {
        "visits": many.visits / few.visits,
        **{kind: many.calls[kind] / few.calls[kind] for kind in ("condition", "check")},
    }


def test_an_answer_costs_the_same_at_any_size() -> None:
    """A little more is paid where gates of the last sections have more sections to open."""
    assert all(0.9 < ratio < 1.3 for ratio in growth().values())


def test_control_an_engine_that_looks_at_everything_again_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def thorough(state: State, slot: int, answer: Answer | None) -> Trace:
        cells, trace = state.cells, Trace()
        cells.kept[slot], cells.dealt[slot] = answer, answer is not None
        for at in range(ROOT + 1, state.program.size):
            cells.dirty[at] = 1
        state._settle([], state.program.size - 1, trace, search=True)
        return trace

    program, large = program_of(100), program_of(1_000)
    steps = script(program)[:20]
    monkeypatch.setattr(State, "put", thorough)
    assert cost(large, steps).visits > 8 * cost(program, steps).visits


@pytest.mark.parametrize("rows", [20, 400])
def test_a_change_in_a_row_looks_at_that_row_only(rows: int) -> None:
    program = compile_instrument(roster_instrument(rows, 10, is_open=True))
    route = Route(program)
    for _ in range(rows):
        route.add_row("people")
        route.answer(Instance("q0", len(route.rows("people"))), "yes")
    marks = route.state.cells.dirty = Marks(route.state.cells.dirty)
    changes: list[tuple[Callable[[], object], int]] = [
        (lambda: route.answer(Instance("age", rows // 2), 3), 3),
        (lambda: route.remove_row("people", 3), 5),
        (lambda: route.restore_row("people", 3), 20),
    ]
    for change, most in changes:
        before = marks.visits
        change()
        assert 0 < marks.visits - before <= most


def test_an_answer_that_reads_the_same_wakes_nobody() -> None:
    program = compile_instrument(
        inline_instrument("""
        - {question: rent, kind: decimal}
        - {compute: yearly, kind: decimal, as: rent * 12}
        - {question: dear, kind: yes_no, ask_if: yearly > 9000}
        """)
    )
    route, rent = Route(program), Instance("rent")
    route.answer(rent, Decimal("1.50"))
    marks = route.state.cells.dirty = Marks(route.state.cells.dirty)
    route.answer(rent, Decimal("1.5") + Decimal("0.00"))
    assert marks.visits == 0
    route.answer(rent, Decimal("1.5"))
    assert marks.visits == 2, "it is written otherwise, and so is what follows from it"
    route.answer(rent, Decimal("1.500"))
    route.answer(rent, Decimal("1.6"))
    assert marks.visits > 4


def test_another_row_looks_at_no_row_but_itself() -> None:
    program = compile_instrument(
        inline_instrument("""
        - {question: size, kind: integer}
        - roster: people
          size: size
          at_most: 100
          items: [{question: age, kind: integer}, {question: job, kind: yes_no, ask_if: age > 17}]
        """)
    )
    route, size = Route(program), Instance("size")
    route.answer(size, 50)
    marks = route.state.cells.dirty = Marks(route.state.cells.dirty)
    route.answer(size, 51)
    assert route.rows("people")[-1] == 51
    assert 0 < marks.visits <= 5
    route.answer(size, 49)
    assert 0 < marks.visits <= 10
    route.answer(size, None)
    assert marks.visits > 50, "without a size every row is another matter"
