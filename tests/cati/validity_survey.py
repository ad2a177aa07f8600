"""A neutral instrument that asks for its share of valid answers, and ways to answer it."""

from functools import cache

from cati.interview import Interview
from cati.memory import MemoryJournal
from instrument import Instrument, read_files
from instrument.values import Answer, Instance, Missing
from skips import Route, compile_instrument
from tests.cati.household import Clock

VALIDITY = """\
validity:
  share: valid_share
  share_label: Share of valid answers
  enough: enough_answers
  enough_label: Enough answers are valid
  percent: 80
  valid_reasons: [not_sure]
  note: "Table 3. Rule: not sure is an answer."
"""
HEADER = """\
instrument: trips
title: Trips of a household
version: "1.0"
modes: {interview: Telephone interview, record: Record extraction}
record_modes: [record]
missing:
  - {reason: not_sure, code: -1, label: Not sure, key: f8}
  - {reason: declined, code: -2, label: Declined, key: f9}
  - {reason: unread, code: -3, label: Not legible, key: f7}
sections: [home, work]
"""
HOME = """\
section: home
title: Home
items:
  - {statement: hello, say: Hello.}
  - {question: persons, kind: integer, label: Persons, ask: How many people?, range: 0..3}
  - question: home_type
    kind: one_of
    label: Home
    ask: What do you live in?
    choices:
      - {name: house, code: 1, label: A house}
      - {name: other, code: 9, label: Something else, specify: true}
  - {compute: crowded, as: persons > 2, label: Crowded}
  - roster: person
    title: Persons
    size: persons
    at_most: 3
    row_label: Person {row}
    items:
      - {question: age, kind: integer, label: Age, ask: How old?, range: 0..99}
      - {question: works, kind: yes_no, label: Works, ask: Any work?, ask_if: age >= 16}
      - {compute: grown, as: age >= 18, label: Grown}
  - roster: car
    title: Cars
    at_most: 3
    modes: [interview]
    row_label: Car {row}
    items:
      - {question: seats, kind: integer, label: Seats, ask: How many seats?, range: 1..9}
"""
WORK = """\
section: work
title: Work
ask_if: persons > 0
items:
  - {question: far, kind: integer, label: Distance, ask: How far is it?, range: 0..99}
  - {question: by_bus, kind: yes_no, label: By bus, ask: By bus?, ask_if: far > 1}
  - grid: liking
    title: Liking
    ask: How much do you like
    choices:
      - {name: much, code: 1, label: Much}
      - {name: little, code: 2, label: Little}
    items:
      - {item: like_bus, label: Likes the bus, ask: the bus?}
      - {item: like_bike, label: Likes the bicycle, ask: the bicycle?, modes: [interview]}
"""


def files(validity: str = VALIDITY, header: str = HEADER) -> dict[str, bytes]:
    """The files of the instrument, with another declaration or none."""
    texts = {"instrument.yaml": header + validity, "home.yaml": HOME, "work.yaml": WORK}
    return {name: text.encode() for name, text in texts.items()}


@cache
def trips(validity: str = VALIDITY) -> Instrument:
    """The instrument."""
    return read_files(files(validity))


def begun(instrument: Instrument, mode: str = "interview") -> Interview:
    """An interview at its beginning."""
    clock = Clock()
    route = Route(compile_instrument(instrument, mode))
    one = Interview(instrument, route, MemoryJournal(clock), by="ines", now=clock)
    one.begin()
    return one


def give(one: Interview, item: str, answer: Answer | str, row: int = 0) -> None:
    """Answer an item, or give one of the missing reasons as `?REASON`."""
    one.jump(Instance(item, row))
    if isinstance(answer, str) and answer.startswith("?"):
        one.give(Missing(answer[1:]))
    else:
        one.give(answer)
