"""A neutral instrument with every kind of item, and made-up case documents for it."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random

from pydantic import JsonValue

from cati.export import ExportCase
from instrument import Instrument, read_files
from instrument.models import Computed, Kind, Question, Roster

JOBS = {
    "instrument.yaml": """
instrument: jobs
title: Jobs and journeys
version: "2.1"
modes: {interview: Telephone interview, record: Record extraction}
record_modes: [record]
languages: {en: English, fr: Français}
missing:
  - {reason: not_sure, code: -1, label: Not sure, key: f8}
  - {reason: declined, code: -2, label: Declined, key: f9, modes: [interview]}
  - {reason: not_in_record, code: -3, label: Not in record, key: f9, modes: [record]}
summary:
  - {part: work, label: What the work is, hint: Kind of job and hours.}
  - {part: way, label: The way to work, hint: How long it takes.}
sections: [work, way]
""",
    "work.yaml": """
section: work
title: Work
items:
  - {statement: intro, say: I will ask about work.}
  - {question: has_job, kind: yes_no, label: Has a job, ask: Do you have a job?}
  - question: sector
    kind: one_of
    label: "Sector, \\"main\\" job; <é>"
    ask: In which sector?
    note: Table 1
    choices:
      - {name: farm, code: 1, label: Farm}
      - {name: shop, code: 2, label: "Shop, counter"}
      - {name: other, code: 90, label: Other, specify: true}
  - question: tools
    kind: any_of
    label: Tools used
    ask: Which tools?
    choices:
      - {name: hands, code: 1, label: Hands}
      - {name: machine, code: 2, label: Machine}
      - {name: none_of_these, code: 9, label: None of these, exclusive: true}
  - {question: hours, kind: integer, label: Hours a week, ask: How many hours?,
     range: 0..168, unit: hours}
  - {question: balance, kind: integer, label: Balance of the account, ask: What is the balance?,
     range: -5000..-100}
  - {question: pay, kind: decimal, label: Pay an hour, ask: What is the pay?,
     range: 0..500, unit: dollars}
  - {question: started, kind: date, label: Start of the job, ask: When did it start?}
  - {question: born, kind: date, label: Born, ask: When were you born?,
     sensitivity: quasi_identifying}
  - {question: commute, kind: duration, label: Way to work, ask: How long is the way to work?,
     units: [minutes, hours], unit: hours, note: Both ways}
  - {question: rises, kind: time, label: Time of rising, ask: When do you rise?}
  - {question: title, kind: text, label: Job title, ask: What is the job?}
  - {question: duties, kind: long_text, label: Duties, ask: What do you do there?}
  - {question: plate, kind: integer, label: Number on the badge, ask: What is the number?,
     range: 1..9999, sensitivity: identifying}
  - {compute: weekly, kind: decimal, as: hours * pay, label: Pay a week}
  - {compute: left, kind: integer, as: 168 - hours, label: Hours left}
  - {compute: works_long, as: hours > 40, label: Works long}
""",
    "way.yaml": """
section: way
title: The way
ask_if: has_job
items:
  - {question: legs, kind: integer, label: Legs of the way, ask: How many legs?, range: 0..3}
  - {question: seen, kind: yes_no, label: Seen in person, ask: Was it seen?, modes: [interview]}
  - roster: trip
    title: Legs
    label: Legs
    size: legs
    at_most: 3
    row_label: Leg {row}
    items:
      - {question: leg_minutes, kind: integer, label: Minutes of the leg, ask: How long?,
         range: 0..600}
      - {question: leg_by, kind: any_of, label: Means, ask: By what?,
         choices: [{name: foot, code: 1, label: Foot}, {name: bus, code: 2, label: Bus}]}
      - {question: leg_note, kind: text, label: Note on the leg, ask: Anything else?}
      - {question: leg_day, kind: date, label: Day of the leg, ask: When?}
""",
}

TEXTS = [
    "plain",
    'with "quotes", commas; and\ttabs',
    "two\nlines\r\nand\rthree",
    "=1+1",
    "+1",
    "-5",
    "@SUM(A1)",
    "＝1+1",
    "'quoted",
    " leading space",
    "ünïcödé 😀 中文",
    "\ufeffmark",
    "NA",
    "null",
    "#N/A",
    '"',
    '""',
    ",",
    "x" * 300,
    "é" * 5_000,
    "-90",
    "0",
]


@cache
def jobs() -> Instrument:
    return read_files({name: text.encode() for name, text in JOBS.items()})


def places(instrument: Instrument, mode: str) -> Iterator[tuple[Question | Computed, int]]:
    """Every instance that a document of this mode speaks of."""
    for section in instrument.sections:
        for item in section.items:
            if isinstance(item, Roster):
                for row in range(1, item.at_most + 1):
                    for inner in item.items:
                        if isinstance(inner, Question | Computed) and mode in inner.modes:
                            yield inner, row
            elif isinstance(item, Question | Computed) and mode in item.modes:
                yield item, 0


def value(item: Question | Computed, random: Random, texts: Iterable[str] = TEXTS) -> JsonValue:
    """A value that the item could hold, in the form of the case document."""
    names = [choice.name for choice in item.choices]
    match item.kind:
        case Kind.YES_NO:
            return random.choice(["yes", "no"])
        case Kind.ONE_OF:
            return random.choice(names)
        case Kind.ANY_OF:
            return [name for name in names if random.random() < 0.5]
        case Kind.INTEGER:
            if item.name == "balance":
                return random.randint(-900, -100)
            return random.randint(-900 if item.name == "left" else 1, 900)
        case Kind.DECIMAL:
            return f"{random.randint(0, 99_999)}.{random.randint(0, 99):02d}"
        case Kind.DATE:
            return random.choice(["2019", "2019-03", "2019-03-19", "1987-12-01"])
        case Kind.TIME:
            return random.choice(["09:30:00", "23:59:00", "00:00:00"])
        case Kind.DURATION:
            return random.choice(["90 minutes", "1.5 hours", "0 minutes", "100 minutes", "7 hours"])
        case _:
            return random.choice(list(texts))


def entry(
    item: Question | Computed, row: int, mode: str, random: Random, texts: Iterable[str] = TEXTS
) -> dict[str, JsonValue]:
    """One entry of a case document with a status drawn at random."""
    at: dict[str, JsonValue] = {"q": item.name, "r": row}
    reasons = [r.name for r in jobs().reasons_for(item, mode)] if isinstance(item, Question) else []
    draw = random.random()
    if draw < 0.6:
        return at | {"s": "answered", "v": value(item, random, texts)}
    if draw < 0.75 and reasons:
        return at | {"s": "missing", "m": random.choice(reasons)}
    return at | {"s": random.choice(["not_applicable", "parked", "not_reached"])}


def case(number: int, seed: int = 0, texts: Iterable[str] = TEXTS) -> ExportCase:
    """A case with random statuses and values; the same for the same number and seed."""
    random = Random(f"{seed}/{number}")
    mode = random.choice(["interview", "record"])
    instrument = jobs()
    document: dict[str, JsonValue] = {
        "format": "cati-case/1",
        "instrument": {
            "name": instrument.name,
            "version": instrument.version,
            "fingerprint": instrument.fingerprint,
        },
        "mode": mode,
        "language": random.choice(["en", "fr"]),
        "interview_date": random.choice(["2026-11-09", "2026-12-31"]),
        "seed": f"{random.getrandbits(64):016x}",
        "interviewer": random.choice(["ines", "omar2"]),
        "answers": [
            entry(item, row, mode, random, texts) for item, row in places(instrument, mode)
        ],
        "rows": {"trip": [1, 2]},
        "summary": {"work": random.choice(list(texts))} if random.random() < 0.9 else {},
        "minutes": random.randint(0, 90),
    }
    submitted = datetime(2026, 11, 20, 14, 0, tzinfo=UTC) + timedelta(minutes=number)
    return ExportCase(f"case-{number:05d}", submitted, document)


def cases(count: int, seed: int = 0) -> list[ExportCase]:
    return [case(number, seed) for number in range(count)]
