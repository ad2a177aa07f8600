"""Goals: the engine and the solver mean the same by each of them."""

import pytest

from instrument.conditions.nodes import Node
from instrument.models import Computed, Question
from instrument.values import Instance
from skips.proof.goals import (
    All,
    Any_,
    Asked,
    Comes,
    Decides,
    Empty,
    Fires,
    Given,
    Goal,
    ItemIs,
    Not_,
    Offered,
    Own,
    Reason,
    RosterIs,
    RowAsked,
    SectionIs,
    Stuck,
    Took,
)
from skips.proof.prover import Prover
from skips.proof.settle import Settler
from skips.proof.verdict import Verdict
from skips.proof.witness import Witness, replay
from skips.proof.world import World
from skips.truth import Truth
from tests.scenario import DECLINED, NOT_SURE, inline_instrument

TRIPS = inline_instrument(
    """
    home:
      - {question: age, kind: integer, range: 0..99}
      - {question: drives, kind: yes_no, ask_if: age >= 18, no_missing: [declined]}
      - {compute: young, kind: yes_no, as: age < 18}
      - compute: stage
        kind: one_of
        choices:
          - {name: child, code: 1, label: Child}
          - {name: adult, code: 2, label: Adult}
          - {name: other, code: 3, label: Other}
        branches:
          - {when: age < 18, is: child}
          - {when: age >= 0, is: adult}
          - {otherwise: other}
      - question: way
        kind: one_of
        choices:
          - {name: foot, code: 1, label: On foot}
          - {name: car, code: 2, label: By car, ask_if: drives}
      - question: years
        kind: integer
        range: 0..99
        ask_if: drives
        checks:
          - {hard: years <= age, say: Longer than a life.}
          - {hard: years >= 0, say: Never.}
          - {soft: years <= 80, say: "Really?"}
    trips:
      ask_if: way == car or way == foot
      items:
        - {question: n, kind: integer, range: 0..2}
        - roster: trip
          size: n
          at_most: 3
          items:
            - {question: far, kind: yes_no}
    never:
      ask_if: young and drives
      items:
        - {question: nobody, kind: yes_no}
    """
)
SETTLER = Settler(TRIPS, "interview", rehearsals=16)
PROGRAM = SETTLER.program
NO, UNKNOWN, YES = Truth.NO, Truth.UNKNOWN, Truth.YES


def at(name: str, row: int = 0) -> Instance:
    return Instance(name, row)


def tree(name: str) -> Node:
    item = TRIPS.items[name]
    assert item.ask_if is not None
    return item.ask_if.tree


def value(name: str) -> Node:
    item = TRIPS.items[name]
    assert isinstance(item, Computed)
    assert item.expression is not None
    return item.expression.tree


END = PROGRAM.size
HARD, HARD_NEVER, SOFT = (
    next(at for at, one in enumerate(PROGRAM.checks) if one.check.name == f"years#{number}")
    for number in (1, 2, 3)
)

CAN_BE: list[Goal] = [
    Asked(at("drives")),
    Asked(at("far", 2)),
    ItemIs(at("drives"), NO),
    ItemIs(at("drives"), UNKNOWN),
    ItemIs(at("years"), UNKNOWN),
    SectionIs("trips"),
    SectionIs("trips", UNKNOWN),
    RosterIs("trip"),
    RosterIs("trip", UNKNOWN),
    RowAsked("trip", 2),
    Own(at("drives"), YES),
    Own(at("drives"), UNKNOWN),
    Offered(at("way"), "car"),
    Took(at("way"), "car"),
    Took(at("drives"), "no"),
    Given(at("age"), 17),
    Given(at("age"), DECLINED),
    Given(at("drives"), NOT_SURE),
    Reason(at("drives")),
    Reason(at("drives"), "not_sure"),
    Comes(tree("drives"), 0, NO, END),
    Comes(tree("drives"), 0, UNKNOWN, END),
    Empty(value("young"), 0, END),
    Decides(at("stage"), 0),
    Decides(at("stage"), 1),
    Fires(HARD),
    Fires(SOFT),
    All((Asked(at("years")), Took(at("way"), "foot"))),
    Any_((Asked(at("nobody")), Asked(at("years")))),
    Not_(Asked(at("years"))),
    Not_(Any_((Asked(at("years")), Took(at("way"), "foot")))),
    All((Comes(value("young"), 0, NO, END), Not_(Asked(at("years"))))),
]
CANNOT_BE: list[Goal] = [
    Asked(at("far", 3)),
    Asked(at("nobody")),
    SectionIs("never"),
    ItemIs(at("age"), NO),
    RowAsked("trip", 3),
    Own(at("nobody"), NO),
    Given(at("age"), 100),
    Reason(at("drives"), "declined"),
    All((Comes(value("young"), 0, YES, END), Asked(at("drives")))),
    Decides(at("stage"), 2),
    Fires(HARD_NEVER),
    Stuck(at("years")),
    All((Took(at("way"), "car"), Took(at("drives"), "no"))),
    Any_((Asked(at("nobody")), Asked(at("far", 3)))),
    Not_(Asked(at("age"))),
    All((Asked(at("far", 2)), Not_(RowAsked("trip", 1)))),
]


@pytest.fixture(scope="module")
def prover() -> Prover:
    return Prover(World(TRIPS, "interview"))


@pytest.mark.parametrize("goal", CAN_BE, ids=str)
def test_what_can_be_so_is_so_in_a_case_of_the_solver(goal: Goal, prover: Prover) -> None:
    before = goal.before(PROGRAM)
    outcome = prover.ask(goal.claim(prover.world), before=before, about=goal.about(PROGRAM))
    assert outcome.verdict is Verdict.POSSIBLE
    assert outcome.witness is not None
    assert goal.holds(replay(PROGRAM, outcome.witness, until=before))


@pytest.mark.parametrize("goal", CAN_BE, ids=str)
def test_what_can_be_so_is_settled_with_a_witness(goal: Goal) -> None:
    settled = SETTLER.settle([goal])[goal]
    assert settled.is_possible
    assert settled.witness is not None
    for seed in range(3):
        route = replay(PROGRAM, settled.witness, seed=seed, until=goal.before(PROGRAM))
        assert goal.holds(route), seed


@pytest.mark.parametrize("goal", CANNOT_BE, ids=str)
def test_what_cannot_be_so_is_proved(goal: Goal) -> None:
    settled = SETTLER.settle([goal])[goal]
    assert (settled.verdict, settled.by) == (Verdict.IMPOSSIBLE, "proof")
    assert settled.witness is None


def test_a_goal_does_not_hold_of_every_case() -> None:
    nothing = replay(PROGRAM, Witness("interview", ((at("age"), DECLINED),)))
    held = [goal for goal in CAN_BE if goal.holds(nothing)]
    assert 0 < len(held) < len(CAN_BE)


def test_what_is_said_of_an_answer_is_judged_behind_the_item() -> None:
    way, check = PROGRAM.slot(at("way")), PROGRAM.slot(at("years"))
    assert Asked(at("way")).before(PROGRAM) == way
    assert Took(at("way"), "car").before(PROGRAM) == way + 1
    assert (Fires(HARD).before(PROGRAM), Fires(SOFT).before(PROGRAM)) == (check, check + 1)


TRAP = inline_instrument(
    """
    - {question: rooms, kind: integer, range: 0..5}
    - question: beds
      kind: integer
      range: 1..9
      no_missing: [not_sure, declined]
      checks:
        - {hard: beds <= rooms, say: More beds than rooms.}
    - question: free
      kind: text
      no_missing: [not_sure, declined]
      checks:
        - {hard: rooms != 3, say: Not three.}
    """
)


@pytest.mark.parametrize(("name", "rooms", "conclusive"), [("beds", 0, True), ("free", 3, False)])
def test_a_trap_is_found_with_the_state_that_is_one(
    name: str, rooms: int, *, conclusive: bool
) -> None:
    settler, goal = Settler(TRAP, "interview"), Stuck(at(name))
    settled = settler.settle([goal])[goal]
    assert settled.is_possible
    assert settled.by == ("rehearsal" if conclusive else "proof")
    assert settled.witness is not None
    assert dict(settled.witness.answers)[at("rooms")] == rooms


def test_questions_of_the_table_have_checks() -> None:
    item = TRIPS.items["years"]
    assert isinstance(item, Question)
    assert [one.severity for one in item.checks] == ["hard", "hard", "soft"]
