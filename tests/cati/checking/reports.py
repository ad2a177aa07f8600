"""A small instrument in a folder, and a report on it with one finding of every sort."""

from pathlib import Path

from instrument import Instrument, read_instrument
from instrument.models import Question
from instrument.source import Source
from instrument.values import Instance, Missing
from skips.proof.check import Report
from skips.proof.findings import Finding, finding
from skips.proof.witness import Witness

FILES = {
    "instrument.yaml": """
instrument: household
title: Household
version: "1.0"
modes: {interview: Telephone interview, record: Case record}
missing:
  - {reason: not_sure, code: -1, label: Not sure, key: f8}
sections: [home]
""",
    "home.yaml": """
section: home
title: Home
items:
  - {question: people, kind: integer, label: People, ask: How many people live here?, range: 1..9}
  - question: cars
    kind: yes_no
    label: Cars
    ask_if: people > 9 # nobody
    ask: Is there a car?
""",
}


def written(folder: Path) -> Path:
    """The folder with the instrument's files in it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def findings_on(read: Instrument) -> tuple[Finding, Finding, Finding]:
    """An error, a warning with a witness in one mode, and a note that is acknowledged."""
    people, cars = read.items["people"], read.items["cars"]
    assert isinstance(cars, Question)
    assert cars.ask_if is not None
    answers = ((Instance("people"), 9), (Instance("cars"), Missing("not_sure")))
    return (
        finding(
            "item-unreachable",
            cars.ask_if.source,
            "cars",
            "'cars' (Cars) is asked of nobody: people > 9",
            "correct the condition, or leave the question out",
            related=((people.source, "'people' takes 1 to 9"),),
        ),
        finding(
            "fill-empty",
            people.source,
            "people",
            "the text of 'people' can have a gap",
            "give the fill a fallback",
            modes=("record",),
            witness=Witness("record", answers),
            shows="It reads “How many”.",
        ),
        finding("check-never", Source("home.yaml", 3, 1), "people#1", "it never fires", ""),
    )


def report_on(folder: Path) -> Report:
    """The report on the instrument in a folder."""
    read = read_instrument(written(folder))
    error, warning, note = findings_on(read)
    return Report(
        read,
        tuple(read.modes),
        ("home",),
        (error, warning),
        ((note, "Kept for the next wave."),),
        1.26,
        2,
    )
