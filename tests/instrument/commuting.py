"""A small instrument on getting to work: grids, durations, masks, choices that come and go."""

from typing import Final

from instrument import Instrument, read_files
from tests.instrument.household import Files

HEADER: Final = """\
instrument: commuting
title: Getting to work
version: "1"
modes: {interview: Telephone interview, record: Record extraction}
record_modes: [record]
missing:
  - {reason: not_sure, code: -1, label: Not sure, key: f8}
choices:
  importance:
    - {name: very, code: 1, label: Very important}
    - {name: somewhat, code: 2, label: Somewhat important}
    - {name: not_at_all, code: 3, label: Not at all important, read: false}
  ways:
    - {name: car, code: 1, label: By car, ask_if: has_car}
    - {name: bus, code: 2, label: By bus}
    - {name: bike, code: 3, label: On a bicycle, ask_if: distance <= 20 or fit}
    - {name: other, code: 8, label: Some other way, specify: true, fixed: true}
    - {name: home, code: 9, label: Works at home, read: false, fixed: true}
sections: [way]
"""
WAY: Final = """\
section: way
title: The way to work
items:
  - {question: has_car, kind: yes_no, label: Has a car, ask: Is there a car?}
  - {question: distance, kind: integer, label: Distance, ask: How far is it?, unit: miles}
  - {question: fit, kind: yes_no, label: Fit, ask: Do you like to move?}
  - question: way
    kind: one_of
    label: Way to work
    ask: How do you get to work?
    read_choices: true
    shuffle: true
    choices: ways
    checks:
      - {soft: not way == bike or distance < 15, say: That is far.}
  - question: tried
    kind: any_of
    label: Ways tried
    ask: Which ways have you tried?
    choices: ways
  - question: commute
    kind: duration
    label: Time to work
    ask: How long does it take?
    units: [minutes, hours]
    unit: hours
    range: 5 minutes..10 hours
  - {question: since, kind: duration, label: Since, ask: Since when?, units: [months, years]}
  - {question: zip, kind: text, label: ZIP code, ask: Which ZIP code?, mask: 99999-9999}
  - {question: why, kind: long_text, label: Why, ask: Why?, code_later: true}
  - grid: reasons
    title: Reasons
    ask: How important is each of these to you?
    instruct: Read each one.
    record: {ask: Look for these., help: Page 2.}
    choices: importance
    ask_if: way != home
    no_missing: [not_sure]
    sensitivity: quasi_identifying
    items:
      - {item: price, ask: The price?, label: Price}
      - item: speed
        ask: The time it takes?
        label: Speed
        instruct: Door to door.
        ask_if: distance > 1 and fit
        checks:
          - {soft: speed == price, say: "Less than the price?"}
      - {item: sleep, ask: More sleep?, label: Sleep, modes: [interview], note: Own item}
  - roster: jobs
    title: Other jobs
    rows: 3
    row_label: "Job {row}"
    row_if: row <= 2 or fit
    items:
      - grid: week
        title: The week
        ask: On how many days do you go there?
        kind: integer
        range: 0..5
        unit: days
        items:
          - {item: days_car, ask: By car?, label: Days by car}
          - {item: days_bus, ask: "By bus, and not by car on {days_car}?", label: Days by bus}
  - compute: total
    kind: duration
    as: commute
    unit: minutes
    label: Time
  - compute: usual
    kind: one_of
    choices: ways
    as: way
    label: Usual way
"""


def files(header: str = HEADER, way: str = WAY) -> Files:
    """The files of the survey on commuting."""
    return {"instrument.yaml": header.encode(), "way.yaml": way.encode()}


def commuting() -> Instrument:
    """The survey on commuting."""
    return read_files(files())


def changed(old: str, new: str) -> Files:
    """The survey with one piece of text replaced, which must stand there exactly once."""
    assert (HEADER + WAY).count(old) == 1, f"{old!r} does not stand there exactly once"
    return files(HEADER.replace(old, new), WAY.replace(old, new))
