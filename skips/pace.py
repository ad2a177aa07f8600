"""How long an item takes: a prior from the length of its text, until recorded times are known.

Interviewers are trained to read aloud at two words per second (Fowler and Mangione, *Standardized
Survey Interviewing*, 1990). The time to answer and to enter the answer is this project's own
estimate by kind; a record is not read aloud, and looking something up takes longer than saying it.
"""

from instrument.models import Computed, Item, Kind, Question, Roster, Statement, Text

WORDS_PER_SECOND = 2.0

SECONDS_TO_ANSWER: dict[Kind, float] = {
    Kind.ONE_OF: 4.0,
    Kind.ANY_OF: 8.0,
    Kind.YES_NO: 2.5,
    Kind.INTEGER: 4.0,
    Kind.DECIMAL: 5.0,
    Kind.DATE: 6.0,
    Kind.TIME: 5.0,
    Kind.DURATION: 6.0,
    Kind.TEXT: 10.0,
    Kind.LONG_TEXT: 45.0,
}

SECONDS_TO_LOOK_UP = 12.0
"""In a record mode, in place of reading aloud."""


def expected_seconds(item: Item, mode: str, *, from_record: bool) -> float:
    """Seconds that an item takes in a mode; 0 for what nobody is asked."""
    match item:
        case Computed() | Roster():
            return 0.0
        case Statement():
            wording = item.wordings.get(mode)
            return 0.0 if wording is None else _reading(wording.ask, from_record=from_record)
        case Question():
            wording = item.wordings.get(mode)
            if wording is None:
                return 0.0
            seconds = SECONDS_TO_ANSWER[item.kind] + _reading(wording.ask, from_record=from_record)
            return seconds if from_record else seconds + _read_around(item, mode)


def _read_around(question: Question, mode: str) -> float:
    """Seconds for what is read aloud besides the question: its choices, and the stem of its grid.

    A grid's stem and choices are read once, before its first row.
    """
    grid = question.grid
    if grid is not None and grid.number > 1:
        return 0.0
    words = 0
    if grid is not None and mode in grid.stem:
        words += _words(grid.stem[mode].raw)
    if question.read_choices:
        words += sum(_words(choice.label) for choice in question.choices if choice.read)
    return words / WORDS_PER_SECOND


def _reading(text: Text, *, from_record: bool) -> float:
    return SECONDS_TO_LOOK_UP if from_record else _words(text.raw) / WORDS_PER_SECOND


def _words(text: str) -> int:
    return len(text.split())
