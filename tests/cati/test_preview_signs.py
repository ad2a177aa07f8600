"""What the signs of a preview find."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from cati.interview import Interview, NotOnRoute
from cati.memory import MemoryJournal
from cati.walk_signs import named_place, roster_to_extend, worked_out
from instrument import READ, Answer, Instance, Instrument, Missing, read_files
from skips import Route, compile_instrument
from tests.cati.household import Clock

HEADER = """
instrument: trips
title: Trips
version: "1.0.0"
modes: {interview: Telephone interview, record: Record extraction}
missing:
  - {reason: not_sure, code: -1, label: Not sure, key: f8}
  - {reason: declined, code: -2, label: Declined, key: f9}
choices:
  often: [{name: yes, code: 1, label: Always}, {name: no, code: 2, label: Never}]
sections: [travel]
"""
TRAVEL = """
section: travel
title: Travel
items:
  - {statement: hello, say: Good day.}
  - {question: trips, kind: integer, label: Trips, ask: How many trips?, range: 0..50}
  - question: means
    kind: any_of
    label: Means
    ask: How do you travel?
    choices: [{name: bus, code: 1, label: Bus}, {name: car, code: 2, label: Car}]
  - {question: often, kind: yes_no, label: Often, ask: Often?}
  - {question: far, kind: decimal, label: Distance, ask: How far?, unit: km, ask_if: often}
  - {compute: many, as: trips > 9, label: Many trips}
  - {compute: per_week, kind: decimal, as: trips / 2, label: Trips a week, unit: trips}
  - roster: people
    title: People who come along
    row_label: "Person {row}"
    at_most: 4
    items:
      - {question: age, kind: integer, label: Age, ask: How old?, range: 0..120}
"""
ANSWERS: Mapping[Instance, Answer] = {
    Instance("hello"): READ,
    Instance("trips"): 12,
    Instance("means"): ("bus", "car"),
    Instance("often"): "no",
    Instance("far"): Decimal("2.5"),
    Instance("age", 1): 40,
    Instance("age", 3): Missing("declined"),
}


def read(travel: str = TRAVEL, header: str = HEADER) -> Instrument:
    return read_files({"instrument.yaml": header.encode(), "travel.yaml": travel.encode()})


def answered() -> Route:
    route = Route(compile_instrument(read(), "interview"))
    for _ in range(3):
        route.add_row("people")
    for instance, answer in ANSWERS.items():
        route.answer(instance, answer)
    return route


def interview() -> Interview:
    clock = Clock()
    found = Interview(read(), answered(), MemoryJournal(clock), by="preview", now=clock)
    found.begin()
    assert found.place == Instance("age", 2)
    return found


PLACES: Mapping[str, str] = {
    "trips": "trips",
    " age ": "age[1]",
    "age 2": "age[2]",
    "age[3]": "age[3]",
    "people": "age[1]",
    "people 3": "age[3]",
    "travel": "hello",
    "far": "",
    "many": "'many' is worked out and asked of nobody: = shows it.",
    "tripps": "There is no item 'tripps'. Did you mean trips?",
    "zebra": "There is no item 'zebra'.",
    "age 4": "",
    "age 9": "'people' has no row 9.",
    "people 4": "'people' has no row 4.",
    "a b c": "Behind ! stands the name of an item, and perhaps a row: !age 2.",
}


@pytest.mark.parametrize("said", PLACES)
def test_an_item_is_found_by_its_name(said: str) -> None:
    begun = interview()
    begun.jump(Instance("trips"))
    try:
        found = str(named_place(begun, said))
    except NotOnRoute as error:
        found = str(error)
    if PLACES[said]:
        assert found == PLACES[said]
    else:
        assert found.endswith(".")


def test_an_item_of_a_roster_is_first_looked_for_in_the_row_in_place() -> None:
    here = interview()
    here.jump(Instance("age", 3))
    assert named_place(here, "age") == Instance("age", 3)
    assert named_place(here, "travel") == Instance("hello")


def test_what_is_worked_out_is_shown_with_its_label_and_unit() -> None:
    shown = interview()
    assert list(worked_out(shown)) == ["many = yes (Yes)", "per_week = 6 trips"]
    shown.jump(Instance("trips"))
    shown.clear()
    assert list(worked_out(shown)) == ["Nothing has been worked out yet."]


def test_the_roster_that_takes_a_row_is_found() -> None:
    assert roster_to_extend(interview(), "") == "people"
    assert roster_to_extend(interview(), "people") == "people"
    with pytest.raises(NotOnRoute, match=r"Say which: \+people"):
        roster_to_extend(interview(), "trips")
