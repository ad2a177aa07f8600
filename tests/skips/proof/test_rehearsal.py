"""Rehearsals: cases led by the rules, that see what there is to see."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from instrument.models import Question
from instrument.values import READ, Answer, Instance, Missing, PartialDate
from skips.compilation import compile_instrument
from skips.program import Program
from skips.proof.aims import aim
from skips.proof.goals import All, Asked, Decides, Fires, Goal, Not_, RowAsked, Took
from skips.proof.leading import leader_of
from skips.proof.rehearsal import Rehearsed, Rehearser, rehearse
from skips.proof.settle import Settler
from skips.proof.witness import replay
from tests.scenario import inline_instrument, program
from tests.strategies import random_instrument

Answers = dict[str, set[Answer]]


def seen(of: Program, runs: int) -> Answers:
    """What some rehearsals answered at each item."""
    rehearser, found = Rehearser(of), Answers()
    for _ in range(runs):
        for instance, answer in rehearser.rehearse().witness().answers:
            found.setdefault(instance.item, set()).add(answer)
    return found


def breaches(of: Program, run: Rehearsed) -> list[str]:
    """What a rehearsal did that no interviewer can do."""
    leader, state, found = leader_of(of), run.route.state, []
    for instance in run.route.route():
        slot = of.slot(instance)
        answer = run.route.kept(instance)
        if slot >= run.reached:
            continue
        if answer is None:
            found.append(f"{instance} was passed over")
        elif leader.objection(state, slot, answer) is not None:
            found.append(f"{instance} does not take {answer}")
        elif leader.firing(state, slot):
            found.append(f"a hard check of {instance} fires")
    return found


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_a_rehearsal_goes_where_an_interviewer_can_go(seed: int) -> None:
    of = compile_instrument(random_instrument(Random(seed)))
    rehearser = Rehearser(of, seed)
    for _ in range(4):
        run = rehearser.rehearse()
        assert breaches(of, run) == []
        assert (run.stuck is None) == (run.reached == of.size)
        told = run.witness()
        led = replay(of, told, complete=False, until=run.reached)
        assert [led.kept(one) for one, _ in told.answers] == [one for _, one in told.answers]
        assert (
            led.state.cells.universe[: run.reached] == run.route.state.cells.universe[: run.reached]
        )


def test_a_breach_would_be_noticed() -> None:
    of = program("- {question: age, kind: integer, range: 0..9}", "interview")
    run = rehearse(of)
    run.route.answer(Instance("age"), 10)
    assert breaches(of, run) == ["age does not take 10"]
    run.route.answer(Instance("age"), None)
    assert breaches(of, run) == ["age was passed over"]


def test_the_same_seed_gives_the_same_case() -> None:
    of = compile_instrument(random_instrument(Random(7)))
    assert [rehearse(of, seed).witness() for seed in range(6)] == [
        rehearse(of, seed).witness() for seed in range(6)
    ]


VARIED = program(
    """
    - {question: age, kind: integer, range: 0..99}
    - {question: adult, kind: yes_no, ask_if: age >= 18}
    - {question: part, kind: integer}
    - {question: other, kind: integer}
    - question: total
      kind: integer
      range: 0..999
      no_missing: [not_sure, declined]
      checks:
        - {hard: total == part + other, say: The parts do not add up.}
    - question: uses
      kind: any_of
      choices:
        - {name: bus, code: 1, label: Bus}
        - {name: tram, code: 2, label: Tram}
        - {name: none, code: 3, label: None, exclusive: true}
    - {question: moved, kind: date}
    - {question: late, kind: yes_no, ask_if: moved > 2019-06-30}
    - roster: cars
      at_most: 4
      items:
        - {question: doors, kind: integer}
    """,
    "interview",
)


def test_rehearsals_see_boundaries_reasons_and_each_choice() -> None:
    found = seen(VARIED, 40)
    assert {17, 18, 0, 99} <= found["age"]
    assert {Missing("not_sure"), Missing("declined")} <= found["age"]
    assert {("bus",), ("tram",), ("none",), ("bus", "tram")} <= found["uses"]
    days = {PartialDate(2019, 6, 29), PartialDate(2019, 6, 30), PartialDate(2019, 7, 1)}
    assert days <= found["moved"]
    assert PartialDate(2019, 6) in found["moved"]


def test_rehearsals_have_short_and_long_rosters() -> None:
    rehearser = Rehearser(VARIED)
    counts = {len(rehearser.rehearse().route.rows("cars")) for _ in range(30)}
    assert {0, 4} <= counts


def test_what_a_check_wants_in_terms_of_other_answers_is_found() -> None:
    rehearser = Rehearser(VARIED)
    runs = [rehearser.rehearse() for _ in range(20)]
    assert {run.stuck for run in runs} == {None}
    sums = {run.route.counted(Instance("total")) for run in runs}
    assert len(sums) > 3


def test_hard_checks_that_fired_are_noted_with_the_answer() -> None:
    run = Rehearser(VARIED).rehearse()
    number = next(at for at, one in enumerate(VARIED.checks) if one.check.name == "total#1")
    slot = VARIED.checks[number].slot
    state = run.route.state
    assert not state.failing[number]
    state.put(slot, run.refused[number])
    assert state.failing[number]


def test_a_trap_stops_a_rehearsal_where_it_is() -> None:
    of = program(
        """
        - {question: rooms, kind: integer, range: 1..9}
        - question: beds
          kind: yes_no
          no_missing: [not_sure, declined]
          checks: [{hard: rooms > 9, say: Never.}]
        - {question: last, kind: yes_no}
        """,
        "interview",
    )
    runs = [rehearse(of, seed) for seed in range(8)]
    stopped = [run for run in runs if run.stuck is not None]
    assert {run.stuck for run in stopped} == {Instance("beds")}
    assert {run.reached for run in stopped} == {of.slot(Instance("beds"))}
    assert all(run.route.kept(Instance("last")) is None for run in stopped)


DEEP = inline_instrument(
    """
    front:
      - {question: code, kind: integer, range: 0..9999}
      - {question: site, kind: integer, range: 0..9999}
      - {compute: near, kind: yes_no, as: "code == 4711 and site in (17, 18)"}
      - compute: band
        kind: one_of
        choices:
          - {name: low, code: 1, label: Low}
          - {name: high, code: 2, label: High}
        branches:
          - {when: site == 18, is: high}
          - {otherwise: low}
      - {question: size, kind: integer, range: 0..500}
    behind:
      ask_if: near and band == high
      items:
        - {question: known, kind: yes_no}
        - {question: born, kind: date, ask_if: known}
        - {question: second, kind: yes_no, ask_if: not answered(born) and asked(born)}
        - roster: people
          size: size - 400
          at_most: 6
          items:
            - {question: old, kind: yes_no}
        - {question: any_old, kind: yes_no, ask_if: any(people where old)}
        - question: weight
          kind: integer
          checks: [{soft: weight * 3 + code != 4999, say: "Sure?"}]
    """
)


class _NoSolver:
    """Fails whoever asks it."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"the solver was wanted: {name}")


def test_goals_that_chance_would_never_meet_are_aimed_at() -> None:
    settler = Settler(DEEP, "interview", rehearsals=8)
    settler.__dict__["world"] = settler.__dict__["prover"] = _NoSolver()
    goals: list[Goal] = [
        Asked(Instance("known")),
        Asked(Instance("second")),
        Asked(Instance("old", 5)),
        RowAsked("people", 6),
        Asked(Instance("any_old")),
        Decides(Instance("band"), 0),
        All((Took(Instance("old", 2), "yes"), Not_(Took(Instance("old", 1), "yes")))),
        All((Asked(Instance("second")), Asked(Instance("any_old")))),
    ]
    settled = settler.settle(goals)
    assert {one.by for one in settled.values()} == {"rehearsal"}


def test_one_rehearsal_aims_at_goals_that_go_together() -> None:
    of = compile_instrument(DEEP, "interview")
    goals: list[Goal] = [Asked(Instance("old", 5)), Asked(Instance("second"))]
    aimed = aim(of, goals, Random(1))
    assert set(aimed.aimed) == set(goals)
    run = Rehearser(of).rehearse(aimed.wishes)
    assert all(goal.holds(run.route) for goal in goals)


def test_what_contradicts_itself_is_not_aimed_at() -> None:
    of = program(
        """
        - {question: age, kind: integer, range: 0..99}
        - {question: never, kind: yes_no, ask_if: age < 10 and age > 20}
        """,
        "interview",
    )
    goal = Asked(Instance("never"))
    aimed = aim(of, [goal], Random(1))
    assert (aimed.aimed, aimed.hopeless) == ([], [goal])


def test_soft_checks_are_aimed_at_through_arithmetic() -> None:
    settler = Settler(DEEP, "interview", rehearsals=8)
    settler.__dict__["world"] = settler.__dict__["prover"] = _NoSolver()
    number = next(
        at for at, one in enumerate(settler.program.checks) if one.check.name == "weight#1"
    )
    goal = All((Fires(number), Asked(Instance("any_old"))))
    witness = settler.settle([goal])[goal].witness
    assert witness is not None
    given = dict(witness.answers)
    assert (given[Instance("code")], given[Instance("site")]) == (4711, 18)


def test_palettes_fit_their_questions() -> None:
    leader = leader_of(VARIED)
    for slot, item in enumerate(VARIED.items):
        if isinstance(item, Question):
            palette = leader.palette(slot)
            assert palette is not None
            state = rehearse(VARIED).route.state
            assert [one for one in palette.answers if leader.objection(state, slot, one)] == []
    assert READ not in seen(VARIED, 1)["age"]
