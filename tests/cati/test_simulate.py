"""Random respondents: repeatable, and obedient to routing, ranges and checks."""

import json
from collections.abc import Mapping
from typing import Any, cast

import pytest

from cati.library import shipped_instruments
from cati.marginals import read_marginals, shipped_marginals
from cati.practice import PracticeError
from cati.simulate import Habits, Stuck, simulate
from instrument import Instrument, read_files, read_instrument
from instrument.entry import check_value, from_json
from instrument.models import Question
from skips import compile_instrument

HOUSEHOLD = {
    "instrument.yaml": b"""\
instrument: household
title: Household
version: "1"
modes: {interview: Interview}
missing:
  - {reason: not_sure, code: -1, label: Not sure, key: f8}
summary:
  - {part: all, label: Everything, hint: Write.}
sections: [home]
""",
    "home.yaml": b"""\
section: home
title: Home
items:
  - {statement: hello, say: Hello.}
  - {question: people, kind: integer, label: People, ask: How many?, range: 1..9, no_missing: all}
  - {question: cars, kind: integer, label: Cars, ask: How many cars?, range: 0..9,
     checks: [{hard: cars <= people, say: More cars than people.}]}
  - {question: drives, kind: yes_no, label: Drives, ask: Do you drive?, ask_if: cars > 0}
  - question: colors
    kind: any_of
    label: Colors
    ask: Which colors?
    choices:
      - {name: red, code: 1, label: Red}
      - {name: blue, code: 2, label: Blue}
      - {name: green, code: 3, label: Green}
      - {name: nothing, code: 4, label: None, exclusive: true}
    at_most: 2
  - {question: bought, kind: date, label: Bought, ask: When?, range: 2010-01-01..2019-12-31}
  - {question: price, kind: decimal, label: Price, ask: How much?, range: 0.5..99.5}
  - {question: leaves, kind: time, label: Leaves, ask: When do you leave?}
  - {question: why, kind: text, label: Why, ask: Why?, max_length: 30}
  - roster: trips
    title: Trips
    label: Trips
    at_most: 3
    row_label: "Trip {row}"
    items:
      - {question: far, kind: integer, label: Far, ask: How far?, range: "0..", unit: miles}
""",
}


@pytest.fixture(scope="module")
def household() -> Instrument:
    return read_files(HOUSEHOLD)


@pytest.fixture(scope="module")
def njov4() -> Instrument:
    return read_instrument(shipped_instruments()["njov4"])


def answers(document: Mapping[str, object]) -> list[dict[str, Any]]:
    """What a case document says of each item."""
    return cast(list[dict[str, Any]], document["answers"])


def test_one_seed_is_one_case(household: Instrument) -> None:
    first, again = (simulate(household, "interview", 7) for _ in range(2))
    assert first == again
    assert simulate(household, "interview", 8) != first


def test_values_are_within_what_each_question_takes(household: Instrument) -> None:
    for seed in range(60):
        document = simulate(household, "interview", seed)
        for one in answers(document):
            if one["s"] == "answered":
                item = household.items[one["q"]]
                assert isinstance(item, Question)
                assert check_value(item, from_json(item.kind, one["v"])) is None


def test_routing_and_hard_checks_are_obeyed(household: Instrument) -> None:
    asked = skipped = 0
    for seed in range(60):
        by_name = {one["q"]: one for one in answers(simulate(household, "interview", seed))}
        cars, drives = by_name["cars"], by_name["drives"]
        if cars["s"] == "answered":
            assert cars["v"] <= by_name["people"]["v"]
        if cars.get("v"):
            assert drives["s"] in ("answered", "missing")
            asked += 1
        else:
            assert drives["s"] not in ("answered", "missing")
            skipped += 1
    assert asked
    assert skipped


def test_nobody_lacks_an_answer_that_must_be_given(household: Instrument) -> None:
    habits = Habits(missing=1.0)
    document = simulate(household, "interview", 3, habits=habits)
    status = {one["q"]: one["s"] for one in answers(document) if not one["r"]}
    assert status["people"] == "answered"
    assert status["cars"] == "missing"


def test_second_thoughts_park_answers(household: Instrument) -> None:
    habits = Habits(second_thought=0.5)
    parked = [
        one
        for seed in range(40)
        for one in answers(simulate(household, "interview", seed, habits=habits))
        if one["s"] == "parked"
    ]
    assert parked


def test_weights_steer_the_choices(household: Instrument) -> None:
    habits = Habits(missing=0, marginals={"drives": {"yes": 1, "no": 0}})
    for seed in range(30):
        document = simulate(household, "interview", seed, habits=habits)
        drives = next(one for one in answers(document) if one["q"] == "drives")
        assert drives.get("v", "yes") == "yes"


def test_a_check_that_nothing_meets_is_named() -> None:
    trap = HOUSEHOLD["home.yaml"].replace(
        b"range: 1..9, no_missing: all}",
        b"range: 1..9, no_missing: all, checks: [{hard: people > 9, say: More.}]}",
    )
    instrument = read_files({**HOUSEHOLD, "home.yaml": trap})
    with pytest.raises(Stuck, match="people"):
        simulate(instrument, "interview", 1)


@pytest.mark.parametrize("mode", ["interview", "record"])
def test_the_shipped_instrument_is_simulated_to_its_end(mode: str, njov4: Instrument) -> None:
    program = compile_instrument(njov4, mode)
    habits = Habits(marginals=shipped_marginals(njov4))
    sections = set()
    for seed in range(25):
        document = simulate(njov4, mode, seed, habits=habits, program=program)
        json.dumps(document)
        sections |= {
            njov4.section_of[one["q"]].name for one in answers(document) if one["s"] == "answered"
        }
    only_spoken = {"closing"}
    assert sections == {section.name for section in njov4.sections} - only_spoken


def test_weights_are_held_against_the_instrument(
    household: Instrument, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("weights") / "marginals.yaml"
    file.write_text("instrument: household\nweights:\n  drives: {yes: 3, no: 1}\n")
    assert read_marginals(file, household) == {"drives": {"yes": 3.0, "no": 1.0}}
    file.write_text("instrument: household\nweights:\n  drives: {maybe: 3}\n  age: {yes: -1}\n")
    with pytest.raises(PracticeError) as caught:
        read_marginals(file, household)
    said = str(caught.value)
    assert f"{file}:3:12: 'drives' has no choice 'maybe'" in said
    assert f"{file}:4:3: 'age' is no question with choices" in said
