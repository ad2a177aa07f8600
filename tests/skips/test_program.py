"""How an instrument is laid out and compiled, and what compiling refuses."""

from random import Random

import pytest

from instrument.conditions.nodes import Item, Literal, Type
from instrument.models import Expression, Instrument, Question
from instrument.values import Instance
from skips import CompileError, Route, RouteError, compile_instrument
from skips.gates import Behind, Span, _spans
from skips.pace import expected_seconds
from skips.places import ROOT
from tests.random_conditions import HERE
from tests.scenario import Scenario, inline_instrument
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


WIRED = """
    one:
      - {question: size, kind: integer}
      - roster: people
        size: size
        at_most: 3
        items:
          - {question: age, kind: integer}
          - {compute: grown, kind: yes_no, as: age >= 18}
          - {question: job, kind: yes_no, ask_if: grown}
      - question: last
        kind: yes_no
        ask_if: asked(size)
        checks: [{soft: "any(people where job)", say: Really}]
    two:
      ask_if: last
      items:
        - {question: more, kind: yes_no, ask_if: size > 1}
        - {statement: thanks, say: Thanks.}
"""


def test_what_stands_behind_each_gate_and_who_looks_at_whom() -> None:
    program = compile_instrument(inline_instrument(WIRED))
    row = Span(slice(6, 9, 1), b"\0\1\0")
    behind = {slot: one for slot, one in enumerate(program.behind) if one is not None}
    assert behind == {
        2: Behind(
            18,
            (Span(slice(3, 5, 1), b"\0\1"), Span(slice(17, 18, 1), b"\0")),
            computed=(7, 11, 15),
            watched=(3, 4),
            readers=(18, 19),
            checks=(0,),
        ),
        4: Behind(17, (Span(slice(5, 14, 4), b"\1\1\1"),), (7, 11, 15), (5, 9, 13), (), (0,)),
        5: Behind(9, (row,), (7,), (), (), (0,)),
        9: Behind(13, (row._replace(at=slice(10, 13, 1)),), (11,), (), (), (0,)),
        13: Behind(17, (row._replace(at=slice(14, 17, 1)),), (15,), (), (), (0,)),
        18: Behind(21, (Span(slice(19, 21, 1), b"\0\0"),), (), (), (), ()),
    }
    assert [(one.gate, one.end) for one in program.sections] == [(2, 18), (18, 21)]
    assert program.gates == [0, 0, 0, 2, 2, 4, 5, 5, 5, 4, 9, 9, 9, 4, 13, 13, 13, 2, 0, 18, 18]
    assert list(program.roles) == [0, 4, 0, 1, 3, *[0, 1, 2, 1] * 3, 1, 0, 1, 1]
    looked_at = {slot: one for slot, one in enumerate(program.readers) if one}
    assert looked_at == {
        3: (4, 19),
        6: (7,),
        7: (8,),
        10: (11,),
        11: (12,),
        14: (15,),
        15: (16,),
    } | {17: (18,)}
    assert {slot: one for slot, one in enumerate(program.watchers) if one} == {3: (17,)}
    read = {slot for slot, numbers in enumerate(program.checks_reading) if numbers == (0,)}
    assert read == {4, 5, 8, 9, 12, 13, 16, 17}
    assert [slot for slot, one in enumerate(program.seconds) if not one] == [
        *(0, 1, 2, 4, 5, 7, 9, 11, 13, 15, 18),
    ]


def test_runs_of_slots_are_as_few_as_they_can_be() -> None:
    found = _spans([3, 5, 7, 8, 9, 20], [slot == 8 for slot in range(21)])
    assert [(one.at, one.special) for one in found] == [
        (slice(3, 8, 2), b"\1\1\1"),
        (slice(8, 10, 1), b"\0\1"),
        (slice(20, 21, 1), b"\1"),
    ]


def test_an_open_roster_has_twice_the_rows_that_can_stand_in_it() -> None:
    program = compile_instrument(
        inline_instrument("- {roster: pets, at_most: 3, items: [{question: name, kind: text}]}")
    )
    assert len(program.places.rosters["pets"].gates) == 6


def test_an_item_that_reads_itself_is_refused() -> None:
    instrument = inline_instrument("- {question: only, kind: yes_no}")
    tree = Item("only", Type.CHOICE)
    broken = with_condition(instrument, 0, Expression(source=HERE, text="only", tree=tree))
    with pytest.raises(CompileError, match="'only' reads 'only', which does not stand before it"):
        compile_instrument(broken)


@pytest.mark.parametrize("mode", ["interview", "record"])
def test_a_program_expects_the_seconds_of_its_mode(mode: str) -> None:
    program = compile_instrument(inline_instrument("- {question: only, kind: yes_no}"), mode)
    item = program.instrument.items["only"]
    wanted = expected_seconds(item, mode, from_record=mode == "record")
    assert program.seconds[program.slot(Instance("only"))] == wanted > 0


def test_a_fill_is_compiled_once() -> None:
    text = "- {question: n, kind: integer}\n- {statement: s, say: 'Twice {n} is {n * 2}.'}"
    interview = Scenario(text).answer(n=2)
    assert interview.text("s") == "Twice 2 is 4."
    fills = interview.route_.program.fills
    made = {key: reading for key, (_, reading) in fills.items()}
    assert interview.answer(n=3).text("s") == "Twice 3 is 6."
    assert len(fills) == len(made) == 2
    assert all(fills[key][1] is reading for key, reading in made.items())
