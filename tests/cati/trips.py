"""A small instrument about trips, with an answer to each kind of item: for what versions change."""

from collections.abc import Mapping
from decimal import Decimal

from instrument import READ, Answer, Instance, Instrument, Missing, read_files
from skips import Route, compile_instrument

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
