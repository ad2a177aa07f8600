"""A small neutral instrument with every kind of question, in a real study folder."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from instrument import Instrument, instrument_files, read_instrument
from instrument.values import Answer, Missing
from store import InstrumentFiles, KdfCost, NewPerson, Role, Study, create_study, open_study

ONE_CASE = {"Household 1": "interview"}
PASSPHRASE = "a quiet household"
NAME = "ines"

FILES: Mapping[str, str] = {
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
  - {part: who, label: Who lives here, hint: "Ages and jobs, no names."}
  - {part: cars, label: What they drive, hint: Cars in use.}
sections: [home, work, driving, others]
""",
    "home.yaml": """
section: home
title: Home
items:
  - statement: welcome
    say: I will ask about your household. There are no right or wrong answers.
  - question: owns_car
    kind: yes_no
    label: Owns a car
    ask: Do you own a car?
    help: A leased car counts, too.
  - question: people
    kind: integer
    label: People in the household
    ask: How many people live here?
    instruct: Count those who sleep here at least four nights a week.
    probe: Your best estimate is fine.
    range: 1..20
    unit: people
    checks:
      - {soft: people <= 12, say: "{people} people is many. Is that right?"}
  - question: adults
    kind: integer
    label: Adults
    ask: How many of the {people} are adults?
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
      - {name: neither, code: 9, label: Neither, exclusive: true}
""",
    "work.yaml": """
section: work
title: Work
items:
  - question: job
    kind: one_of
    label: Occupation
    ask: What is your occupation?
    choices:
      - {name: baker, code: 1, label: Baker}
      - {name: butcher, code: 2, label: Butcher}
      - {name: carpenter, code: 3, label: Carpenter}
      - {name: driver, code: 4, label: Driver}
      - {name: farmer, code: 5, label: Farmer}
      - {name: gardener, code: 6, label: Gardener}
      - {name: nurse, code: 7, label: Nurse}
      - {name: painter, code: 8, label: Painter}
      - {name: plumber, code: 9, label: Plumber}
      - {name: teacher, code: 10, label: Teacher}
      - {name: welder, code: 11, label: Welder}
      - {name: other, code: 97, label: Something else, specify: true}
  - {question: since, kind: date, label: Working since, ask: Since when?,
     range: 1950-01-01..2030-12-31}
  - {question: starts, kind: time, label: Start of work, ask: When does work begin?}
  - {question: pay, kind: decimal, label: Hourly pay, ask: What is the pay per hour?, range: 0..500,
     unit: dollars}
  - {question: duties, kind: long_text, label: Duties, ask: What do you do at work?}
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
    "others.yaml": """
section: others
title: Others
items:
  - {question: visitors, kind: yes_no, label: Visitors, ask: Do you often have visitors?}
  - roster: visitor
    title: Visitors
    label: Visitors
    at_most: 3
    row_label: Visitor {row}
    ask_if: visitors
    items:
      - {question: visits, kind: integer, label: Visits a month, ask: How often?, range: 0..99}
""",
}


UNSURE = Missing("not_sure")

TO_PEOPLE: dict[str, Answer] = {"owns_car": "yes"}
TO_ROOMS = TO_PEOPLE | {"people": 5, "adults": 3}
TO_JOB = TO_ROOMS | {"rooms": ("kitchen",)}
TO_SINCE = TO_JOB | {"job": "baker"}
TO_DUTIES = TO_SINCE | {"since": UNSURE, "starts": UNSURE, "pay": UNSURE}
TO_CARS = TO_DUTIES | {"duties": UNSURE}
TO_THE_END = TO_CARS | {"cars": 1, "car_year": 2001, "visitors": "no"}
"""Answers that lead up to an item, in their order."""


def write_instrument(folder: Path, files: Mapping[str, str] = FILES) -> Instrument:
    """The instrument written to a folder, and read."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return read_instrument(folder)


def household_study(
    folder: Path,
    labels: Mapping[str, str] = {"Household 1": "interview"},
    files: Mapping[str, str] = FILES,
) -> Study:
    """A practice study with one person in every role and a case for each label (to mode)."""
    read = write_instrument(folder / "source", files)
    person = NewPerson(NAME, frozenset(Role), PASSPHRASE)
    study = create_study(
        folder / "study", title="Households", kind="practice", people=[person], cost=KdfCost.FLOOR
    )
    access = study.unlock(NAME, PASSPHRASE)
    taken = InstrumentFiles(
        read.name, read.version, read.fingerprint, instrument_files(folder / "source")
    )
    access.add_instrument(taken)
    for label, mode in labels.items():
        access.add_case(
            label=label,
            identity={"contact": "Jordan Example", "agency": "Example Town"},
            instrument=read.fingerprint,
            mode=mode,
            assignee=NAME,
        )
    access.lock()
    return study


@contextmanager
def a_copy(made: Path, folder: Path) -> Iterator[Study]:
    """A study that was made once, to be changed in another folder."""
    shutil.copytree(made, folder / "study")
    with closing(open_study(folder / "study")) as study:
        yield study
