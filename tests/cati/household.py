"""A small neutral instrument, and an interview over it that keeps its journal in memory."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from pydantic import JsonValue

from cati.interview import Interview
from cati.memory import MemoryJournal
from instrument import Instrument, read_files
from skips import Route, compile_instrument

HOUSEHOLD: Mapping[str, str] = {
    "instrument.yaml": """
instrument: household
title: Household interview
version: "1.0.0"
modes: {interview: Telephone interview, record: Record extraction}
record_modes: [record]
missing:
  - {reason: not_sure, code: -1, label: Not sure, key: f8}
  - {reason: declined, code: -2, label: Declined, key: f9, modes: [interview]}
  - {reason: not_in_record, code: -3, label: Not in record, key: f9, modes: [record]}
definitions:
  - {term: household, means: People who share a kitchen.}
guides:
  - {guide: who_counts, title: Who counts, items: [people], text: Count those who sleep here.}
summary:
  - {part: who, label: Who lives here, hint: Ages and jobs.}
  - {part: cars, label: What they drive, hint: Cars in use., ask_if: owns_car}
sections: [home, driving]
""",
    "home.yaml": """
section: home
title: Home
items:
  - statement: welcome
    say: I will ask about your household.
  - {question: owns_car, kind: yes_no, label: Owns a car, ask: Do you own a car?}
  - question: people
    kind: integer
    label: People in the household
    ask: How many people live here?
    range: 1..20
    checks:
      - {soft: people <= 12, say: "{people} people is many. Is that right?"}
  - question: adults
    kind: integer
    label: Adults
    ask: How many of them are adults?
    range: 0..20
    checks:
      - {hard: adults <= people, say: "{adults} adults cannot be more than {people} people."}
  - question: rooms
    kind: any_of
    label: Rooms
    ask: Which rooms are there?
    no_missing: [declined]
    choices:
      - {name: kitchen, code: 1, label: Kitchen}
      - {name: bath, code: 2, label: Bath}
      - {name: neither, code: 3, label: Neither, exclusive: true}
  - roster: visitor
    title: Visitors
    label: Visitors
    at_most: 3
    row_label: Visitor {row}
    items:
      - {question: nights, kind: integer, label: Nights, ask: How many nights?, range: 0..31}
  - question: visitors_right
    kind: yes_no
    label: Visitors are complete
    ask: Are these all the visitors?
    ask_if: any(visitor where row >= 1)
    checks:
      - {soft: count(visitor) <= 1, say: "Many visitors. Is that right?"}
""",
    "driving.yaml": """
section: driving
title: Driving
ask_if: owns_car
items:
  - {question: cars, kind: integer, label: Cars, ask: How many cars?, range: 1..9}
  - roster: car
    title: Cars
    label: Cars
    size: cars
    at_most: 3
    row_label: Car {row}
    items:
      - {question: car_year, kind: integer, label: Year built, ask: When was it built?,
         range: 1950..2030}
""",
}


class Clock:
    """A clock that goes on five seconds with every look."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.time += timedelta(seconds=5)
        return self.time


def household() -> Instrument:
    return read_files({name: text.encode() for name, text in HOUSEHOLD.items()})


def new_interview(
    *,
    mode: str = "interview",
    events: Sequence[Mapping[str, JsonValue]] = (),
    known: Sequence[str] = (),
) -> tuple[Interview, MemoryJournal]:
    """An interview that has begun, and its journal."""
    clock = Clock()
    instrument = household()
    journal = MemoryJournal(clock)
    journal.events.extend(dict(event) for event in events)
    interview = Interview(
        instrument,
        Route(compile_instrument(instrument, mode)),
        journal,
        by="ines",
        now=clock,
        events=events,
        known=known,
    )
    interview.begin()
    return interview, journal
