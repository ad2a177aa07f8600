"""A small instrument on households for the tests of the reader, and ways to change it."""

from instrument import Instrument, InstrumentError, Problem, Question, read_files

HEADER = """\
instrument: household
title: Household survey
version: "1.0.0"
modes: {interview: Telephone interview, record: Record extraction}
record_modes: [record]
missing:
  - {reason: not_sure, code: -1, label: Not sure, key: f8}
  - {reason: declined, code: -2, label: Declined, key: f9, modes: [interview]}
  - {reason: not_in_record, code: -3, label: Not in record, key: f9, modes: [record]}
choices:
  tenures:
    - {name: owned, code: 1, label: Owned}
    - {name: rented, code: 2, label: Rented}
    - {name: other, code: 9, label: Another arrangement, specify: true}
definitions:
  - {term: household, means: Everybody who lives together.}
guides:
  - {guide: who_counts, title: Who counts, items: [size], text: "1. Those who sleep here."}
summary:
  - {part: who, label: Who lives there, hint: Write about everybody in a sentence.}
sections: [home, people]
"""

HOME = """\
section: home
title: Home
items:
  - statement: intro
    say: These questions are about your home.
    record: {say: Look at the first page.}
  - question: size
    kind: integer
    label: Persons in the household
    ask: How many people live here?
    range: 1..20
    unit: people
    checks:
      - {soft: size <= 10, say: "Is {size} right?"}
      - {hard: size >= 1, say: Somebody must live here.}
  - question: tenure
    kind: one_of
    label: Tenure
    ask: Is this home owned or rented?
    instruct: Read the list.
    read_choices: true
    choices: tenures
  - question: pets
    kind: any_of
    label: Pets
    ask: Which pets live here?
    at_most: 2
    choices:
      - {name: dog, code: 1, label: Dog}
      - {name: cat, code: 2, label: Cat}
      - {name: none, code: 3, label: None of these, exclusive: true}
    no_missing: [declined]
  - compute: crowded
    as: size > 5 and tenure == rented
    label: Crowded home
"""

PEOPLE = """\
section: people
title: People
ask_if: size >= 2
items:
  - roster: people
    title: People in the household
    size: size
    at_most: 5
    row_label: Person {row}
    items:
      - {question: age, kind: integer, label: Age, ask: "Age of person {row}?", range: 0..120}
      - {question: works, kind: yes_no, label: Works, ask: Does he or she work?, ask_if: age >= 16}
  - question: moved
    kind: date
    label: Moved in
    ask: "When did the {size | several} of you move in?"
    range: 1990-01-01..2019-12-31
    ask_if: any(people where age >= 18 and works)
  - question: rent
    kind: decimal
    label: Rent
    ask: What is the rent?
    ask_if: tenure == rented
    range: 0..99999.99
    unit: dollars
    sensitivity: quasi_identifying
    note: Table 1
  - {question: home_by, kind: time, label: Home by, ask: Home by when?, modes: [interview]}
  - question: street
    kind: text
    label: Street
    ask: Which street?
    sensitivity: identifying
    no_missing: all
  - {question: story, kind: long_text, label: Story, ask: What else?, max_length: 500}
"""

Files = dict[str, bytes]


def files(header: str = HEADER, home: str = HOME, people: str = PEOPLE) -> Files:
    """The files of the household survey, or of one changed in part."""
    return {
        "instrument.yaml": header.encode(),
        "home.yaml": home.encode(),
        "people.yaml": people.encode(),
    }


def household() -> Instrument:
    """The household survey."""
    return read_files(files())


def changed(old: str, new: str) -> Files:
    """The household survey with one piece of text replaced, which must stand there exactly once."""
    whole = files()
    holding = [name for name, content in whole.items() if old.encode() in content]
    assert len(holding) == 1, f"{old!r} stands in {holding}"
    assert whole[holding[0]].count(old.encode()) == 1, f"{old!r} stands there more than once"
    return whole | {holding[0]: whole[holding[0]].replace(old.encode(), new.encode())}


def problems(of: Files) -> tuple[Problem, ...]:
    """Everything the reader says about some files; nothing if it reads them."""
    try:
        read_files(of)
    except InstrumentError as error:
        return error.problems
    return ()


def one_section(items: str) -> Files:
    """An instrument of one section with the given items, without modes and missing reasons."""
    header = 'instrument: one\ntitle: One\nversion: "1"\nsections: [only]\n'
    return {
        "instrument.yaml": header.encode(),
        "only.yaml": f"section: only\ntitle: Only\nitems:\n{items}".encode(),
    }


def question(instrument: Instrument, name: str) -> Question:
    """A question by name."""
    item = instrument.items[name]
    assert isinstance(item, Question)
    return item
