"""Settling goals: rehearsals first, then the solver, whose witnesses are led through the engine."""

import subprocess
import sys
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instrument.models import Computed, Question, Roster
from instrument.values import Answer, Instance, PartialDate
from skips.program import Program
from skips.proof.check import check
from skips.proof.detectors import Detector, Scope
from skips.proof.findings import Finding
from skips.proof.goals import (
    All,
    Asked,
    Comes,
    Decides,
    Fires,
    Given,
    Goal,
    ItemIs,
    Not_,
    Offered,
    Own,
    Reason,
    RosterIs,
    SectionIs,
    Stuck,
    Took,
)
from skips.proof.leading import leader_of
from skips.proof.prover import Outcome
from skips.proof.rehearsal import Rehearser
from skips.proof.settle import Settler, WrongWitness
from skips.proof.verdict import Verdict
from skips.proof.witness import Witness, as_words, replay
from skips.truth import Truth
from tests.scenario import inline_instrument
from tests.strategies import random_instrument

CARS = inline_instrument(
    """
    - {question: name, kind: text}
    - {question: owns_car, kind: yes_no}
    - {question: cars, kind: integer, range: 1..9, ask_if: owns_car}
    - {question: color, kind: text, ask_if: owns_car}
    - {question: rents, kind: yes_no}
    - {question: parks, kind: yes_no, ask_if: owns_car or rents}
    - {question: why, kind: text, ask_if: cars > 3 and parks}
    - {question: nobody, kind: text, ask_if: cars > 3 and not owns_car}
    """
)


def at(name: str, row: int = 0) -> Instance:
    return Instance(name, row)


def words(settler: Settler, goal: Goal) -> list[str]:
    """The witness of a goal, as people read it."""
    witness = settler.settle([goal])[goal].witness
    assert witness is not None
    return as_words(settler.instrument, witness)


# --- what comes out -------------------------------------------------------------------------------


def test_a_witness_names_what_matters_and_nothing_else() -> None:
    settler = Settler(CARS, "interview")
    assert words(settler, Asked(at("cars"))) == ["owns_car is Yes"]
    assert words(settler, Asked(at("why"))) == ["owns_car is Yes", "cars is 4", "parks is Yes"]
    assert words(settler, Asked(at("name"))) == []


def test_of_two_answers_of_which_either_does_one_is_named() -> None:
    settler = Settler(CARS, "interview")
    assert words(settler, Asked(at("parks"))) in (["owns_car is Yes"], ["rents is Yes"])


def test_a_hard_check_shows_with_the_answer_at_which_it_fires() -> None:
    instrument = inline_instrument(
        """
        - {question: rooms, kind: integer, range: 0..5}
        - question: beds
          kind: integer
          range: 1..9
          checks: [{hard: beds <= rooms, say: More beds than rooms.}]
        """
    )
    settler, goal = Settler(instrument, "interview"), Fires(0)
    witness = settler.settle([goal])[goal].witness
    assert witness is not None
    route = replay(settler.program, witness, until=goal.before(settler.program))
    assert [one.check.name for one in route.failing()] == ["beds#1"]
    assert [name.item for name, _ in witness.answers] == ["rooms", "beds"]


def test_the_day_and_the_rows_are_named_where_they_matter() -> None:
    instrument = inline_instrument(
        """
        - {question: early, kind: yes_no, ask_if: interview_date < 2021-01-01}
        - roster: people
          at_most: 4
          items: [{question: age, kind: integer}]
        - {question: crowd, kind: yes_no, ask_if: count(people) > 3}
        """
    )
    settler = Settler(instrument, "interview")
    (day,) = words(settler, Asked(at("early")))
    assert day.startswith("the interview is on 2020-")
    assert words(settler, Asked(at("crowd"))) == ["people has 4 rows"]


def test_what_cannot_be_is_proved_and_what_is_settled_is_remembered() -> None:
    told: list[tuple[int, int]] = []
    settler = Settler(CARS, "interview", on_progress=lambda done, of: told.append((done, of)))
    goals: list[Goal] = [Asked(at("nobody")), Asked(at("why")), Asked(at("nobody"))]
    first = settler.settle(goals)
    assert first[goals[0]].verdict is Verdict.IMPOSSIBLE
    assert first[goals[1]].by == "rehearsal"
    assert told == [(1, 2), (2, 2)]
    assert settler.asked == 1
    assert settler.settle(goals) == first
    assert settler.asked == 1


def test_rehearsals_of_one_call_settle_goals_of_the_next() -> None:
    settler = Settler(CARS, "interview")
    settler.settle([Asked(at("why")), Asked(at("cars")), Asked(at("nobody"))])
    held = settler._rehearser.held
    later = settler.settle([Took(at("owns_car"), "yes"), Asked(at("color"))])
    assert {one.by for one in later.values()} == {"rehearsal"}
    assert settler._rehearser.held == held


# --- the solver's word ----------------------------------------------------------------------------


class _Says:
    """A solver that says one thing."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome

    def ask(self, *_: Any, **__: Any) -> Outcome:
        return self.outcome


def told(outcome: Outcome) -> Settler:
    settler = Settler(CARS, "interview")
    settler.__dict__["prover"] = _Says(outcome)
    return settler


NOT_SO: dict[str, tuple[tuple[Instance, Answer], ...]] = {
    "it is not so there": ((at("owns_car"), "yes"),),
    "cars is named and not asked": ((at("owns_car"), "no"), (at("cars"), 4)),
}


@pytest.mark.parametrize("why", NOT_SO)
def test_a_witness_that_does_not_show_it_is_never_shown(why: str) -> None:
    outcome = Outcome(Verdict.POSSIBLE, Witness("interview", NOT_SO[why]))
    with pytest.raises(WrongWitness, match=why):
        told(outcome).settle([Asked(at("nobody"))])


@pytest.mark.parametrize("why", NOT_SO)
def test_what_formulas_only_enclose_is_undecided_when_it_does_not_replay(why: str) -> None:
    outcome = Outcome(Verdict.POSSIBLE, Witness("interview", NOT_SO[why]), exact=False)
    settler, goal = told(outcome), Asked(at("nobody"))
    assert settler.settle([goal])[goal].verdict is Verdict.UNDECIDED
    assert settler.undecided == [goal]


def test_what_the_solver_gives_up_is_undecided() -> None:
    settler, goal = told(Outcome(Verdict.UNDECIDED)), Asked(at("nobody"))
    settled = settler.settle([goal])[goal]
    assert (settled.verdict, settled.by, settled.witness) == (Verdict.UNDECIDED, "proof", None)


def test_an_item_that_stops_every_case_is_taken_in_when_it_is_in_the_way() -> None:
    instrument = inline_instrument(
        """
        - question: fuel
          kind: yes_no
          no_missing: [not_sure, declined]
          checks: [{hard: not answered(fuel), say: Never right.}]
        - {question: last, kind: yes_no}
        """
    )
    settler = Settler(instrument, "interview")
    goals: list[Goal] = [Asked(at("fuel")), Asked(at("last")), Stuck(at("fuel"))]
    settled = settler.settle(goals)
    assert [settled[goal].is_possible for goal in goals] == [True, False, True]


SOLVERLESS = """
import sys
sys.modules["z3"] = None
from instrument.values import Instance
from skips.proof import aims, goals, rehearsal, settle, witness
from tests.scenario import inline_instrument
assert not any(name.split(".")[0] == "z3" for name in sys.modules if name != "z3")
instrument = inline_instrument('''
- {question: owns, kind: yes_no}
- {question: cars, kind: integer, ask_if: owns}
- {question: never, kind: integer, ask_if: cars > 1 and not owns}
''')
settler = settle.Settler(instrument, "interview")
goal = goals.Asked(Instance("cars"))
assert settler.settle([goal])[goal].is_possible
try:
    settler.settle([goals.Asked(Instance("never"))])
except settle.ProofUnavailable as error:
    assert "cati[prove]" in str(error), error
else:
    raise SystemExit("it was proved without a solver")
"""


def test_without_the_solver_rehearsals_work_and_one_sentence_says_what_is_missing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SOLVERLESS], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


# --- whole random instruments ---------------------------------------------------------------------


def goals_of(program: Program) -> Iterator[Goal]:  # noqa: C901 (a list)
    """All goals that an instrument's items, sections and checks suggest; none of spare rows."""
    for slot, instance in enumerate(program.instances):
        item = program.items[slot]
        if instance is None or item is None or _is_spare(program, instance):
            continue
        if isinstance(item, Roster):
            yield from (RosterIs(item.name, truth) for truth in Truth)
            continue
        for truth in Truth:
            yield from (ItemIs(instance, truth), Own(instance, truth))
            if item.ask_if is not None:
                yield Comes(item.ask_if.tree, instance.row, truth, slot)
        if isinstance(item, Question):
            for choice in item.choices:
                yield from (Took(instance, choice.name), Offered(instance, choice.name))
            palette = leader_of(program).palette(slot)
            assert palette is not None
            for answer in palette.answers[::4]:
                yield All((Given(instance, answer), Not_(Reason(instance, "declined"))))
            yield from (Stuck(instance), Reason(instance))
        elif isinstance(item, Computed):
            yield from (Decides(instance, branch) for branch in range(len(item.branches)))
    for section in program.instrument.sections:
        yield from (SectionIs(section.name, truth) for truth in Truth)
    for number, one in enumerate(program.checks):
        if not _is_spare(program, one.instance):
            yield Fires(number)


def _is_spare(program: Program, instance: Instance) -> bool:
    roster = program.places.roster_of.get(instance.item)
    return roster is not None and instance.row > program.places.rosters[roster].roster.at_most


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6))
def test_engine_and_solver_say_the_same_of_random_instruments(seed: int) -> None:
    random = Random(seed)
    instrument = random_instrument(random)
    settler = Settler(instrument, random.choice(list(instrument.modes)), seconds=2)
    program, world = settler.program, settler.world
    goals = list(goals_of(program))
    settled = settler.settle(random.sample(goals, min(len(goals), 60)))

    for goal, one in settled.items():
        before = goal.before(program)
        if one.by == "rehearsal" and random.random() < 0.3:
            outcome = settler.prover.ask(
                goal.claim(world), before=before, about=sorted(goal.about(program))
            )
            assert outcome.verdict is not Verdict.IMPOSSIBLE, goal
        if one.is_possible:
            assert one.witness is not None
            assert goal.holds(replay(program, one.witness, until=before)), goal

    # What was proved impossible is not met by chance, either.
    never = {goal: goal.judge(program) for goal, one in settled.items() if not one.is_possible}
    rehearser = Rehearser(program, seed + 1)
    for _ in range(12):
        run = rehearser.rehearse()
        for goal, judge in never.items():
            if settled[goal].verdict is Verdict.IMPOSSIBLE and goal.before(program) <= run.reached:
                assert not goal.is_conclusive(program) or not judge(run.route.state), goal


def test_a_solver_that_leaves_something_out_would_be_noticed() -> None:
    """The control of the one above: a claim that forgets the gate is possible, and is caught."""
    settler = Settler(CARS, "interview")

    class Forgetful(Asked):
        def _claim(self, world: Any) -> Any:
            return world.universe(world.program.slot(at("name"))).yes

    with pytest.raises(WrongWitness):
        settler.settle([Forgetful(at("nobody"))])


def test_the_interview_takes_place_on_an_ordinary_day_unless_it_matters() -> None:
    settler, goal = Settler(CARS, "interview"), Asked(at("cars"))
    witness = settler.settle([goal])[goal].witness
    assert witness is not None
    assert witness.interview_date is None
    assert replay(settler.program, witness).interview_date == PartialDate(2026, 1, 5)


ROUNDED = ("a / 3 + a / 3 + a / 3 == 1", "a / b * b == a and a == 1 and b == 3")


@pytest.mark.parametrize("condition", ROUNDED)
def test_what_is_rounded_in_a_universe_only_encloses(condition: str) -> None:
    instrument = inline_instrument(
        f"""
        - {{question: a, kind: integer, range: 1..1000, no_missing: all}}
        - {{question: b, kind: integer, range: 1..9, no_missing: all}}
        - {{question: q, kind: yes_no, ask_if: {condition}}}
        - {{question: after, kind: yes_no, ask_if: asked(q)}}
        """
    )
    settler, goal = Settler(instrument, "interview"), Asked(at("after"))
    assert settler.settle([goal])[goal].verdict is not Verdict.POSSIBLE
    assert not settler.doubted
    whole = Settler(CARS, "interview")
    assert whole.prover.ask(Asked(at("cars")).claim(whole.world), before=9, about=[1]).exact


def test_a_lenient_settler_keeps_what_it_got_wrong_and_goes_on() -> None:
    settler, goal = Settler(CARS, "interview", strict=False), Asked(at("nobody"))
    witness = Witness("interview", NOT_SO["it is not so there"])
    settler.__dict__["prover"] = _Says(Outcome(Verdict.POSSIBLE, witness))
    assert settler.settle([goal])[goal].verdict is Verdict.UNDECIDED
    assert settler.doubted == [goal]


def test_our_own_mistake_is_a_note_that_asks_to_be_told() -> None:
    def find(settler: Settler) -> Iterator[Finding]:
        settler.doubted.append(Asked(at("cars")))
        yield from ()

    report = check(CARS, detectors=[Detector("doubting", find, Scope.SECTION)])
    (note,) = (one for one in report.findings if one.code == "undecided")
    assert (note.place, note.severity) == ("cars", "note")
    assert "please report this" in note.hint


@pytest.mark.parametrize("condition", ["a / 3 * 3 > 8", "b / 3 * 4.8 > 8", "c / 3 * 1.4 > d / 3"])
def test_what_rounding_adds_is_within_the_bounds(condition: str) -> None:
    instrument = inline_instrument(
        f"""
        - {{question: a, kind: integer, range: 0..8, no_missing: all}}
        - {{question: b, kind: integer, range: 0..5, no_missing: all}}
        - {{question: c, kind: integer, range: 0..20, no_missing: all}}
        - {{question: d, kind: integer, range: 28..40, no_missing: all}}
        - {{question: q, kind: yes_no, ask_if: {condition}}}
        """
    )
    settler, goal = Settler(instrument, "interview"), Asked(at("q"))
    slot = goal.before(settler.program)
    claim = goal.claim(settler.world)
    outcome = settler.prover.ask(claim, before=slot, about=goal.about(settler.program))
    assert outcome.verdict is not Verdict.IMPOSSIBLE
