"""Dates and times of day as people type them (US order) and as the screen shows them."""

import datetime
import re
from typing import Final

from instrument.values import PartialDate

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_SHORTEST_MONTH: Final = 3

_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{1,2})(?:-([0-9]{1,2}))?")
_YEAR: Final = re.compile(r"([0-9]{4})")
_MONTH_YEAR: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{4})")
_US: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_WORD_FIRST: Final = re.compile(
    r"([a-z]+)\.?\s+(?:([0-9]{1,2})(?:st|nd|rd|th)?\s*,?\s+)?([0-9]{4})"
)
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?\s+([a-z]+)\.?,?\s+([0-9]{4})")
_TIME: Final = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?\s*(?:([ap])\.?\s?m?\.?)?")
_DAY_NUMBERS: Final = {"noon": datetime.time(12), "midnight": datetime.time(0)}

NOON_HOUR: Final = 12


class DateError(ValueError):
    """A typed text means no date or time; says how to write one."""


def read_date(text: str) -> PartialDate:
    """The date that a text means: a day, a month of a year, or a year.

    Reads `3/19/2019`, `3/2019`, `mar 2019`, `march 19, 2019`, `19 march 2019`, `2019-03-19`,
    `2019-03` and `2019`. The year has four digits, so that nothing is guessed.

    Raises:
        DateError: it means none.
    """
    typed = " ".join(text.casefold().split())
    numbers = _date_numbers(typed)
    if numbers is None:
        raise DateError("Write a date like 3/19/2019, March 2019 or 2019.")
    try:
        return PartialDate(*numbers)
    except ValueError:
        raise DateError("There is no such date; the month comes first, as in 3/19/2019.") from None


def _date_numbers(typed: str) -> tuple[int, int | None, int | None] | None:
    """Year, month and day of a text."""
    if match := _YEAR.fullmatch(typed):
        return int(match[1]), None, None
    if match := _ISO.fullmatch(typed):
        return int(match[1]), int(match[2]), int(match[3]) if match[3] else None
    if match := _MONTH_YEAR.fullmatch(typed):
        return int(match[2]), int(match[1]), None
    if match := _US.fullmatch(typed):
        return int(match[3]), int(match[1]), int(match[2])
    if (match := _WORD_FIRST.fullmatch(typed)) and (month := _month(match[1])):
        return int(match[3]), month, int(match[2]) if match[2] else None
    if (match := _DAY_FIRST.fullmatch(typed)) and (month := _month(match[2])):
        return int(match[3]), month, int(match[1])
    return None


def _month(word: str) -> int | None:
    """The number of a month by its name or at least three letters of it."""
    if len(word) < _SHORTEST_MONTH:
        return None
    if word == "sept":
        return 9
    for number, month in enumerate(_MONTHS, 1):
        if month.startswith(word):
            return number
    return None


def read_time(text: str) -> datetime.time:
    """The time of day that a text means: `2:30 pm`, `2 pm`, `14:30`, `noon`.

    Raises:
        DateError: it means none.
    """
    typed = " ".join(text.casefold().split())
    if typed in _DAY_NUMBERS:
        return _DAY_NUMBERS[typed]
    match = _TIME.fullmatch(typed)
    if match is None or (match[2] is None and match[3] is None):
        raise DateError("Write a time like 2:30 pm or 14:30.")
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3]:
        if not 1 <= hour <= NOON_HOUR:
            raise DateError("With am or pm, the hour is from 1 to 12.")
        hour = hour % NOON_HOUR + (NOON_HOUR if match[3] == "p" else 0)
    try:
        return datetime.time(hour, minute)
    except ValueError:
        raise DateError("There is no such time of day; write 2:30 pm or 14:30.") from None


def show_date(date: PartialDate) -> str:
    """A date in words: `March 19, 2019`, `March 2019`, `2019`."""
    if date.month is None:
        return f"{date.year:04d}"
    month = _MONTHS[date.month - 1].capitalize()
    if date.day is None:
        return f"{month} {date.year:04d}"
    return f"{month} {date.day}, {date.year:04d}"


def show_time(time: datetime.time) -> str:
    """A time of day as Americans write it: `2:30 pm`."""
    hour = time.hour % NOON_HOUR or NOON_HOUR
    return f"{hour}:{time.minute:02d} {'am' if time.hour < NOON_HOUR else 'pm'}"
