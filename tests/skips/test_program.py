"""How an instrument is laid out and compiled, and what compiling refuses."""

from random import Random

import pytest

from instrument.conditions.nodes import Item, Literal, Type
from instrument.models import Expression, Instrument, Question
from instrument.values import Instance
from skips import CompileError, Route, RouteError, compile_instrument
from skips.places import ROOT
from tests.random_conditions import HERE
from tests.scenario import inline_instrument
from tests.strategies import random_instrument


def with_condition(instrument: Instrument, at: int, expression: Expression) -> Instrument:
    """The instrument with another condition on one item of its first section."""
    section = instrument.sections[0]
    items = list(section.items)
    items[at] = items[at].model_copy(update={"ask_if": expression})
    section = section.model_copy(update={"items": tuple(items)})
    return instrument.model_copy(update={"sections": (section,)})


def test_slots_stand_in_the_order_of_the_interview_behind_their_gates() -> None:
    program = compile_instrument(
        inline_instrument("""
            - {question: size, kind: integer}
            - roster: people
              size: size
              at_most: 2
              items: [{question: age, kind: integer}, {question: job, kind: yes_no}]
            - {question: last, kind: yes_no}
        """)
    )
    named = [instance for instance in program.instances if instance is not None]
    rows = [Instance(name, row) for row in (1, 2) for name in ("age", "job")]
    assert named == [Instance("size"), Instance("people"), *rows, Instance("last")]
    for slot in range(1, program.size):
        assert ROOT <= program.gates[slot] < slot


def test_what_is_read_always_stands_before_what_reads_it() -> None:
    for seed in range(60):
        program = compile_instrument(random_instrument(Random(seed)), "interview")
        for slot in range(program.size):
            for reader in (*program.readers[slot], *program.watchers[slot]):
                assert reader > slot


def test_a_condition_that_reads_a_later_item_is_refused() -> None:
    instrument = inline_instrument("""
        - {question: early, kind: yes_no}
        - {question: late, kind: yes_no}
    """)
    tree = Item("late", Type.CHOICE)
    broken = with_condition(instrument, 0, Expression(source=HERE, text="late", tree=tree))
    with pytest.raises(CompileError, match="'early' reads 'late', which does not stand before it"):
        compile_instrument(broken)


def test_a_condition_that_reads_nothing_known_is_refused() -> None:
    instrument = inline_instrument("- {question: only, kind: yes_no}")
    tree = Item("nothing", Type.CHOICE)
    broken = with_condition(instrument, 0, Expression(source=HERE, text="nothing", tree=tree))
    with pytest.raises(CompileError, match="'nothing' is no item that can be read here"):
        compile_instrument(broken)


def test_an_unknown_mode_is_refused() -> None:
    instrument = inline_instrument("- {question: only, kind: yes_no}")
    with pytest.raises(RouteError, match="no mode 'letter'; it has interview, record"):
        compile_instrument(instrument, "letter")


def test_routes_of_one_program_know_nothing_of_each_other() -> None:
    program = compile_instrument(inline_instrument("- {question: only, kind: yes_no}"))
    one, other = Route(program), Route(program)
    one.answer(Instance("only"), "yes")
    assert other.kept(Instance("only")) is None
    assert isinstance(program.items[program.slot(Instance("only"))], Question)


def test_a_constant_condition_is_what_it_says() -> None:
    instrument = inline_instrument("- {question: only, kind: yes_no}")
    for word, asked in (("yes", True), ("no", False)):
        tree = Literal(word, Type.CHOICE)
        constant = with_condition(instrument, 0, Expression(source=HERE, text=word, tree=tree))
        assert Route(compile_instrument(constant)).on_route(Instance("only")) is asked
