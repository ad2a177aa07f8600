"""Witnesses: led through the engine strictly, said for people, written to files."""

import datetime
from decimal import Decimal

import pytest

from instrument.values import READ, Answer, Duration, Instance, Missing, PartialDate
from skips.proof.witness import NotReplayed, Witness, as_words, from_json, replay, to_json
from tests.scenario import DECLINED, NOT_SURE, place, program

CARS = program(
    """
    - {statement: welcome, say: Good morning.}
    - {question: owns_car, kind: yes_no}
    - question: cars
      kind: integer
      ask_if: owns_car
      range: 1..9
      no_missing: [declined]
    - question: working
      kind: integer
      ask_if: owns_car
      range: 0..9
      checks:
        - {hard: working <= cars, say: More cars work than there are.}
    - question: kinds
      kind: any_of
      ask_if: owns_car
      choices:
        - {name: van, code: 1, label: Van}
        - {name: bus, code: 2, label: Bus}
        - {name: truck, code: 3, label: Truck, ask_if: cars > 2}
    - roster: drivers
      at_most: 3
      ask_if: owns_car
      items:
        - {question: age, kind: integer, range: 0..120}
    - {question: last, kind: text}
    """,
    "interview",
)


def witness(rows: tuple[tuple[str, int], ...] = (), **answers: Answer) -> Witness:
    return Witness(
        "interview", tuple((place(name), answer) for name, answer in answers.items()), rows
    )


def test_what_is_not_named_is_completed_so_that_the_case_goes_on() -> None:
    route = replay(CARS, witness(owns_car="yes", cars=3))
    assert route.counted(Instance("cars")) == 3
    assert route.open_items() == []
    assert not [one for one in route.failing() if one.check.severity == "hard"]


@pytest.mark.parametrize("seed", range(6))
def test_other_seeds_complete_otherwise_and_the_same_each_time(seed: int) -> None:
    first, again = (replay(CARS, witness(owns_car="yes"), seed=seed) for _ in range(2))
    assert [first.kept(one) for one in first.route()] == [again.kept(one) for one in again.route()]


def test_seeds_differ() -> None:
    def given(seed: int) -> tuple[Answer | None, ...]:
        route = replay(CARS, witness(owns_car="yes"), seed=seed)
        return tuple(route.kept(one) for one in route.route())

    assert len({given(seed) for seed in range(6)}) > 2


def test_a_case_is_led_to_a_slot_and_no_further() -> None:
    route = replay(CARS, witness(owns_car="yes"), until=CARS.slot(Instance("working")))
    assert route.first_open() == Instance("working")
    assert route.kept(Instance("cars")) is not None


def test_rows_stand_as_named_once_the_roster_is_come_to() -> None:
    route = replay(CARS, witness((("drivers", 2),), owns_car="yes", age__1=30))
    assert route.rows("drivers") == (1, 2)
    assert route.counted(Instance("age", 1)) == 30


def test_without_completing_the_case_is_led_as_far_as_the_witness_goes() -> None:
    told = witness(welcome=READ, owns_car="yes", cars=NOT_SURE)
    route = replay(CARS, told, complete=False)
    assert route.first_open() == Instance("working")


WRONG: dict[str, tuple[Witness, str]] = {
    "another mode": (Witness("record", ()), "a case of the mode 'record', not 'interview'"),
    "not an item": (witness(boats=1), "'boats' is not an item of 'scenario'"),
    "not asked": (witness(owns_car="no", cars=2), "cars is named and not asked"),
    "out of range": (witness(owns_car="yes", cars=10), "cars does not take its answer: "),
    "not offered": (
        witness(owns_car="yes", cars=2, kinds=("truck",)),
        "kinds does not take its answer: That choice is not offered now.",
    ),
    "a reason that is not accepted": (
        witness(owns_car="yes", cars=DECLINED),
        "cars does not take its answer: 'declined' is not accepted here.",
    ),
    "a hard check": (
        witness(owns_car="yes", cars=1, working=2),
        "the hard check working#1 fires at working",
    ),
    "too many rows": (witness((("drivers", 4),), owns_car="yes"), "drivers cannot have 4 rows"),
    "rows that are not asked": (witness((("drivers", 1),), owns_car="no"), "rows of drivers are"),
    "named twice": (
        Witness("interview", ((place("owns_car"), "yes"), (place("owns_car"), "no"))),
        "it names an item twice",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_the_engine_will_not_have_is_not_replayed(case: str) -> None:
    told, why = WRONG[case]
    with pytest.raises(NotReplayed, match=r".") as caught:
        replay(CARS, told)
    assert why in str(caught.value)
    assert caught.value.named


def test_where_the_case_ends_a_hard_check_may_fire() -> None:
    slot = CARS.slot(Instance("working"))
    route = replay(CARS, witness(owns_car="yes", cars=1, working=2), until=slot)
    assert [one.check.name for one in route.failing()] == ["working#1"]


def test_a_trap_that_the_witness_does_not_name_is_told_apart() -> None:
    trap = program(
        """
        - question: fuel
          kind: yes_no
          no_missing: [not_sure, declined]
          checks:
            - {hard: not answered(fuel), say: Never right.}
        - {question: last, kind: yes_no}
        """,
        "interview",
    )
    with pytest.raises(NotReplayed, match="nothing that was tried") as caught:
        replay(trap, Witness("interview", ((Instance("last"), "yes"),)))
    assert (caught.value.at, caught.value.named) == (Instance("fuel"), False)


ANY = program(
    """
    - question: city
      kind: one_of
      choices: [{name: north, code: 1, label: North}, {name: south, code: 2, label: South}]
    - question: uses
      kind: any_of
      choices: [{name: bus, code: 1, label: Bus}, {name: tram, code: 2, label: Tram}]
    - {question: owns, kind: yes_no}
    - {question: trips, kind: integer}
    - {question: share, kind: decimal}
    - {question: moved, kind: date}
    - {question: leaves, kind: time}
    - {question: takes, kind: duration, units: [minutes]}
    - {question: name, kind: text}
    - {statement: thanks, say: Thank you.}
    - roster: cars
      items:
        - {question: age, kind: integer}
    """,
    "interview",
)
EVERYTHING = Witness(
    "interview",
    (
        (Instance("city"), "north"),
        (Instance("uses"), ("bus", "tram")),
        (Instance("owns"), NOT_SURE),
        (Instance("trips"), 7),
        (Instance("share"), Decimal("2.50")),
        (Instance("moved"), PartialDate(2019, 3)),
        (Instance("leaves"), datetime.time(7, 30)),
        (Instance("takes"), Duration(Decimal(20), "minutes")),
        (Instance("name"), "text"),
        (Instance("thanks"), READ),
        (Instance("age", 1), 3),
        (Instance("age", 2), Missing("declined")),
    ),
    (("cars", 2),),
    PartialDate(2026, 1, 5),
)


def test_a_witness_is_said_in_words() -> None:
    assert as_words(ANY.instrument, EVERYTHING) == [
        "cars has 2 rows",
        "the interview is on 2026-01-05",
        "city is North",
        "uses is Bus, Tram",
        "owns: not sure",
        "trips is 7",
        "share is 2.5",
        "moved is 2019-03",
        "leaves is 07:30",
        "takes is 20 minutes",
        "name is “text”",
        "age (row 1) is 3",
        "age (row 2): declined",
    ]


def test_nothing_taken_is_said() -> None:
    told = Witness("interview", ((Instance("uses"), ()),))
    assert as_words(ANY.instrument, told) == ["uses: none taken"]


def test_a_witness_is_written_and_read_back() -> None:
    json = to_json(EVERYTHING)
    assert json["rows"] == {"cars": 2}
    answers = json["answers"]
    assert isinstance(answers, dict)
    assert answers["age"] == {"1": 3, "2": {"missing": "declined"}}
    read = from_json(ANY.instrument, json)
    assert read == EVERYTHING
    assert replay(ANY, read).counted(Instance("age", 1)) == 3


STRANGE: dict[str, tuple[dict[str, object], str]] = {
    "another part": ({"mode": "interview", "note": ""}, "'note' is no part of a witness"),
    "another mode": ({"mode": "visit"}, "'scenario' has no mode 'visit'"),
    "no item": ({"mode": "interview", "answers": {"x": 1}}, "'x' is not an item"),
    "no row": ({"mode": "interview", "answers": {"age": 1}}, "written by row"),
    "no value": ({"mode": "interview", "answers": {"trips": "many"}}, "'trips': this is not"),
    "no reason": (
        {"mode": "interview", "answers": {"trips": {"missing": "away"}}},
        "'trips' has a missing reason that is none",
    ),
    "no roster": ({"mode": "interview", "rows": {"trips": 1}}, "'trips' is no open roster"),
    "no number": ({"mode": "interview", "rows": {"cars": "two"}}, "the rows of 'cars'"),
    "no date": ({"mode": "interview", "interview_date": "soon"}, "a date is written"),
}


@pytest.mark.parametrize("case", STRANGE)
def test_what_is_no_witness_is_refused_in_a_sentence(case: str) -> None:
    json, why = STRANGE[case]
    with pytest.raises(ValueError, match=r".") as caught:
        from_json(ANY.instrument, json)  # type: ignore[arg-type]
    assert why in str(caught.value)
