"""Decks: all that can be covered is, and what is expected is what an instrument does."""

import itertools
from functools import cache

import pytest

from instrument import Instrument
from instrument.conditions.nodes import Node
from instrument.models import Question
from instrument.values import Instance
from skips import Program, compile_instrument
from skips.compile import Compiler
from skips.places import Scope
from skips.proof.deck.compare import first_difference
from skips.proof.deck.interview import Judging
from skips.proof.deck.make import Deck, make
from skips.proof.deck.parts import parts
from skips.proof.deck.script import Script, interview_of, script_of
from skips.proof.deck.target import Kind
from skips.proof.deck.targets import targets
from skips.truth import NO, UNKNOWN, YES
from tests.scenario import NOT_SURE, Scenario, inline_instrument

TRIPS = """
travel:
  items:
    - {question: trips, kind: integer, range: 0..400,
       checks: [{soft: trips <= 300, say: So many.}]}
    - {question: abroad, kind: integer, range: 0..400, ask_if: trips > 0,
       checks: [{hard: abroad <= trips, say: Not more than all.}]}
    - compute: traveler
      kind: one_of
      choices:
        - {name: never, code: 1, label: Never}
        - {name: home, code: 2, label: At home}
        - {name: far, code: 3, label: Far}
      branches:
        - {when: trips == 0, is: never}
        - {when: abroad >= 2 and trips >= 5, is: far}
        - {otherwise: home}
    - question: how
      kind: any_of
      ask_if: traveler in (home, far)
      choices:
        - {name: car, code: 1, label: Car, ask_if: trips < 200}
        - {name: train, code: 2, label: Train}
        - {name: plane, code: 3, label: Plane}
    - question: why_none
      kind: text
      ask_if: missing(how, declined) or (trips == 0 and not asked(how))
companions:
  ask_if: traveler == far or how has plane
  items:
    - {question: alone, kind: yes_no}
    - roster: people
      title: People
      at_most: 3
      row_label: Person {row}
      ask_if: not alone
      items:
        - {question: age, kind: integer, range: 0..110}
        - {question: works, kind: yes_no, ask_if: age >= 16}
    - {compute: workers, kind: integer, as: count(people where works)}
    - {question: thanks, kind: yes_no, ask_if: workers > 0 or trips > 399}
    - {question: never_asked, kind: yes_no, ask_if: trips == 0}
"""


@cache
def trips() -> Instrument:
    return inline_instrument(TRIPS)


@cache
def deck() -> Deck:
    return make(trips(), "interview")


@cache
def program() -> Program:
    return compile_instrument(trips(), "interview")


@cache
def scripts() -> tuple[Script, ...]:
    return tuple(script_of(program(), one.interview, one.why) for one in deck().tests)


def test_every_kind_is_covered_as_far_as_it_can_be() -> None:
    coverage = {one.kind: (one.covered, one.possible, one.undecided) for one in deck().coverage}
    assert set(coverage) == set(Kind)
    for kind, (covered, possible, undecided) in coverage.items():
        assert covered == possible > 0, kind
        assert undecided == 0, kind
    assert not deck().uncovered
    assert len(deck().tests) <= 16


def test_what_cannot_be_is_proved_and_named() -> None:
    words = {target.words for target in deck().impossible}
    assert "never_asked is asked" in words
    assert "never_asked: trips == 0 is yes" in words
    assert "traveler: branch 3 decides" not in words


def test_the_targets_are_covered_by_what_the_files_hold() -> None:
    """Read from the scripts alone, not by the goals that the deck was made with."""
    steps = [step for script in scripts() for step in script.steps]
    names = {step.instance.item for step in steps}
    worked_out = {one.instance.item for script in scripts() for one in script.computed}
    assert names | worked_out == set(trips().items) - {"people", "never_asked"}
    # Choices and missing reasons that conditions name.
    given = {(step.instance.item, step.given) for step in steps}
    taken = {(name, one) for name, said in given if isinstance(said.answer, tuple)
             for one in said.answer}  # fmt: skip
    assert ("how", "plane") in taken
    assert {"yes", "no"} <= {said.answer for name, said in given if name == "alone"}
    assert "declined" in {said.missing for name, said in given if name == "how"}
    for item in ("trips", "abroad", "alone", "age", "works"):
        assert any(name == item and said.missing for name, said in given), item
    # Both sides of a limit, each branch and none, and each check.
    assert {0, 1, 300, 301, 399, 400} <= {said.answer for name, said in given if name == "trips"}
    values = {
        one.value for script in scripts() for one in script.computed
        if one.instance.item == "traveler"
    }  # fmt: skip
    assert values == {"never", "home", "far", None}
    assert {name for step in steps for name in step.confirms} == {"trips#1"}
    refused = [(step, one) for step in steps for one in step.refused]
    assert {name for _, one in refused for name in one.by} == {"abroad#1"}
    # Unknown outcomes show in what stays unknown.
    unknown = {place.item for script in scripts() for place, _ in script.unknown}
    assert {"abroad", "how", "alone"} <= unknown


def test_why_names_what_no_other_interview_covers() -> None:
    judging = Judging(program(), targets(program()))
    covered = [judging.of(one.interview) for one in deck().tests]
    for at, (one, covers) in enumerate(zip(deck().tests, covered, strict=True)):
        others = frozenset[int]().union(*covered[:at], *covered[at + 1 :])
        assert one.why == tuple(judging.targets[n].words for n in sorted(covers - others))
        assert one.why, "an interview that brings nothing is left out"


def test_scripts_are_replayed_without_a_difference_and_hold_their_interview() -> None:
    for script, one in zip(scripts(), deck().tests, strict=True):
        assert first_difference(program(), script) is None
        assert interview_of(trips(), script) == one.interview


def test_the_same_seed_gives_the_same_deck() -> None:
    again = make(trips(), "interview")
    assert [one.interview for one in again.tests] == [one.interview for one in deck().tests]
    other = make(trips(), "interview", seed=2)
    assert [one.interview for one in other.tests] != [one.interview for one in deck().tests]


EDITS = {
    # An edit: the item at which it is noticed first, by some interview.
    ("ask_if: trips > 0", "ask_if: trips >= 0"): {"abroad", "traveler"},
    ("abroad >= 2 and", "abroad >= 2 or"): {"traveler"},
    ("trips >= 5", "trips >= 6"): {"traveler"},
    ("trips >= 5", "trips > 3"): {"traveler"},
    ("soft: trips <= 300", "soft: trips < 300"): {"trips"},
    ("hard: abroad <= trips", "hard: abroad < trips"): {"abroad"},
    ("hard: abroad", "soft: abroad"): {"abroad"},
    ("traveler == far or", "traveler == far and"): {"alone"},
    ("how has plane", "how has train"): {"alone"},
    ("ask_if: trips < 200", "ask_if: trips <= 200"): {"how"},
    ("missing(how, declined)", "missing(how)"): {"why_none"},
    ("trips == 0 and not asked(how)", "trips == 0"): set(),
    ("ask_if: age >= 16", "ask_if: age > 16"): {"works[1]", "works[2]", "works[3]"},
    ("count(people where works)", "count(people where not works)"): {"workers"},
    ("workers > 0 or", "workers > 1 or"): {"thanks"},
    ("trips > 399", "trips > 398"): {"thanks"},
    ("at_most: 3", "at_most: 2"): {"people"},
    ("otherwise: home", "otherwise: far"): {"traveler"},
    ("question: thanks", "question: goodbye"): {"thanks", "goodbye"},
    ("kind: integer, range: 0..110", "kind: integer, range: 0..15"): {"age[1]", "age[2]", "age[3]"},
}


@pytest.mark.parametrize(("old", "new"), EDITS)
def test_a_changed_instrument_is_noticed_where_it_is_changed(old: str, new: str) -> None:
    assert TRIPS.count(old) == 1
    edited = compile_instrument(inline_instrument(TRIPS.replace(old, new)), "interview")
    found = {
        difference.item
        for script in scripts()
        if (difference := first_difference(edited, script)) is not None
    }
    assert found <= EDITS[old, new], found
    # Whoever makes no trip is never asked how: that part means nothing.
    assert found or not EDITS[old, new], "no interview notices it"


# --- MC/DC ----------------------------------------------------------------------------------------

CONDITIONS = {
    "a": 0,
    "not a": 0,
    "a and b": 2,
    "not (a and b)": 2,
    "a or b and c": 3,
    "not (a or not (b and c))": 3,
    "(a or b) and (c or not d)": 4,
    "a and not missing(b) and (c or answered(d))": 4,
}
"""Conditions, each with its number of parts."""


@pytest.mark.parametrize("text", CONDITIONS)
def test_a_part_decides_alone_just_where_the_others_leave_it_to_it(text: str) -> None:
    """Against the meaning: whatever the part is, the condition is yes when it is and only then."""
    asked = "".join(f"- {{question: {name}, kind: yes_no}}\n" for name in "abcd")
    interview = Scenario(f"{asked}- {{question: last, kind: yes_no, ask_if: '{text}'}}")
    item = interview.instrument.items["last"]
    assert isinstance(item, Question)
    assert item.ask_if is not None
    tree = item.ask_if.tree
    found = parts(tree)
    assert len(found) == CONDITIONS[text]

    def truth(node: Node) -> int:
        condition = Compiler(Scope.at(interview.route_.program.places, 0)).truth(node)
        return condition(interview.route_.state.cells)

    left_to_it = dict.fromkeys(range(len(found)), 0)
    for answers in itertools.product(("yes", "no", NOT_SURE), repeat=4):
        for name, answer in zip("abcd", answers, strict=True):
            interview.answer(**{name: answer})
        for number, part in enumerate(found):
            left = all(truth(one) == YES for one in part.yes) and all(
                truth(one) in (NO, UNKNOWN) for one in part.not_yes
            )
            if left:
                left_to_it[number] |= 1 if truth(part.tree) == YES else 2
                assert (truth(tree) == YES) == (truth(part.tree) == YES)
    assert set(left_to_it.values()) <= {3}, "each part decides alone, both ways"


def test_a_place_of_the_roster_is_named_with_its_row() -> None:
    rows = [one for script in scripts() for one in script.rows]
    assert {one.instance for one in rows} == {Instance("people")}
    assert {step.instance for script in scripts() for step in script.steps} >= {Instance("age", 1)}


def test_the_day_of_an_interview_is_kept_where_a_check_alone_reads_it() -> None:
    bought = inline_instrument(
        """
        - question: bought
          kind: date
          range: 2024-01-01..2030-12-31
          checks: [{hard: bought <= interview_date, say: That is still to come.}]
        """
    )
    deck = make(bought, "interview")
    assert deck.tests
    assert not deck.uncovered
    assert all(one.interview.witness.interview_date is not None for one in deck.tests)
