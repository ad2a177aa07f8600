"""Which choices are offered, in which order a case sees them, and which rows are asked."""

from collections import Counter

import pytest

from instrument.models import Choice
from skips import RouteError, Status, shown_order
from tests.random_conditions import HERE
from tests.scenario import NOT_SURE, Scenario, place

TRAVEL = """
    - {question: owns_car, kind: yes_no}
    - {question: age, kind: integer}
    - question: way
      kind: one_of
      choices:
        - {name: car, code: 1, label: By car, ask_if: owns_car}
        - {name: bus, code: 2, label: By bus}
        - {name: bike, code: 3, label: By bike, ask_if: age >= 6}
    - roster: trips
      rows: 2
      items:
        - question: other_way
          kind: any_of
          choices:
            - {name: car, code: 1, label: By car, ask_if: owns_car}
            - {name: first_trip, code: 2, label: None before, ask_if: row == 1}
            - {name: bus, code: 3, label: By bus}
"""


def offered(interview: Scenario, name: str) -> list[str]:
    return [choice.name for choice in interview.route_.offered(place(name))]


def test_choices_are_offered_unless_their_condition_is_no() -> None:
    interview = Scenario(TRAVEL)
    assert offered(interview, "way") == ["car", "bus", "bike"]
    interview.answer(owns_car="no", age=4)
    assert offered(interview, "way") == ["bus"]
    interview.answer(owns_car=NOT_SURE, age=6)
    assert offered(interview, "way") == ["car", "bus", "bike"]


def test_what_is_offered_may_differ_by_row() -> None:
    interview = Scenario(TRAVEL).answer(owns_car="no")
    assert offered(interview, "other_way__1") == ["first_trip", "bus"]
    assert offered(interview, "other_way__2") == ["bus"]


def test_items_without_choices_offer_none() -> None:
    interview = Scenario(TRAVEL)
    assert offered(interview, "age") == []
    assert offered(interview, "owns_car") == ["yes", "no"]
    with pytest.raises(RouteError):
        offered(interview, "nothing")


def test_an_answer_whose_choice_fell_away_is_refused_by_a_hard_check() -> None:
    interview = Scenario(TRAVEL).answer(owns_car="yes", way="car")
    assert interview.route_.failing() == []
    interview.answer(owns_car="no")
    (failing,) = interview.last.failing
    assert (failing.instance, failing.check.severity) == (place("way"), "hard")
    assert interview.answer(way="bus").complaints == []


# --- order ----------------------------------------------------------------------------------------


def choice(name: str, **more: bool) -> Choice:
    return Choice(source=HERE, name=name, code=1, label=name, **more)


CHOICES = (
    choice("a", fixed=True),
    *(choice(name) for name in "bcdef"),
    choice("none", exclusive=True),
    choice("other", specify=True),
)


def names(seed: str, question: str = "q", choices: tuple[Choice, ...] = CHOICES) -> list[str]:
    return [one.name for one in shown_order(choices, seed, question)]


def test_an_order_is_the_same_each_time_and_another_for_other_cases_and_questions() -> None:
    assert names("seed") == ["a", "f", "c", "e", "d", "b", "none", "other"]
    assert names("seed") == names("seed")
    assert len({tuple(names(f"seed {at}")) for at in range(50)}) > 30
    assert names("seed", "q") != names("seed", "r")


def test_fixed_exclusive_and_specified_choices_keep_their_places() -> None:
    for at in range(30):
        order = names(str(at))
        assert (order[0], order[-2:]) == ("a", ["none", "other"])
        assert sorted(order[1:6]) == list("bcdef")


def test_every_choice_comes_first_about_equally_often() -> None:
    firsts = Counter(names(str(at))[1] for at in range(1_000))
    assert set(firsts) == set("bcdef")
    assert max(firsts.values()) < 260


# --- rows -----------------------------------------------------------------------------------------

CHILDREN = """
    - {question: size, kind: integer, range: 0..9}
    - {question: except, kind: integer, range: 1..9}
    - roster: children
      size: size
      at_most: 4
      row_if: row != except
      items: [{question: school, kind: yes_no}]
    - {compute: pupils, kind: integer, as: count(children where school)}
    - {compute: listed, kind: integer, as: count(children)}
"""


def test_rows_are_asked_when_their_condition_is_yes() -> None:
    interview = Scenario(CHILDREN).answer(size=3)
    assert interview.route == ["size", "except"]
    assert interview.status("school__1") is Status.NOT_REACHED
    interview.answer(**{"except": 2})
    assert interview.route == ["size", "except", "school__1", "school__3"]
    assert interview.route_.rows("children") == (1, 3)
    assert interview.status("school__2") is Status.NOT_APPLICABLE
    assert interview.counted["listed"] == 2
    interview.answer(school__1="yes", school__3="no")
    assert interview.counted["pupils"] == 1
    interview.answer(**{"except": 1})
    assert interview.last.parked == (place("school__1"),)
    assert interview.route == ["size", "except", "school__2", "school__3"]
    assert interview.why("school__1") == (
        "Not asked: except is 1, and row 1 of “Children” is asked when row != except. "
        "Its answer is kept aside and counts again once it is asked."
    )
    assert interview.why("school__4").endswith("this is row 4 of “Children”, which has 3 rows.")


def test_rows_added_by_hand_take_room_whether_or_not_they_are_asked() -> None:
    interview = Scenario("""
        - {question: only_first, kind: yes_no}
        - roster: pets
          at_most: 2
          row_if: not only_first or row == 1
          items: [{question: animal, kind: text}]
    """).answer(only_first="yes")
    assert interview.route_.has_room("pets")
    interview.add_row("pets").add_row("pets")
    assert interview.route_.rows("pets") == (1,)
    assert interview.route_.rows("pets", removed=True) == (1, 2)
    assert not interview.route_.has_room("pets")
    interview.answer(only_first="no")
    assert interview.last.entered == (place("animal__2"),)
    assert interview.route_.rows("pets") == (1, 2)
