"""Values of each kind that are worth answering, ordinary ones first, and what is next to one."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import combinations
from types import MappingProxyType
from typing import Final

from instrument.conditions.nodes import Literal
from instrument.masks import example
from instrument.models import Kind, Question
from instrument.values import Duration, PartialDate, Value

ORDINARY_DAY: Final = PartialDate(2026, 1, 5)
"""A date where any would do."""
SUBSETS: Final = 6
"""Of how many choices every subset is worth trying."""
_SPREAD: Final = 60
"""How far numbers without an upper bound usually go above their lower one."""


def span(question: Question) -> tuple[int, int]:
    """The whole numbers between which an ordinary number lies."""
    least, most = question.minimum, question.maximum
    assert not isinstance(least, PartialDate | Duration)
    assert not isinstance(most, PartialDate | Duration)
    low = None if least is None else int(Decimal(least).to_integral_value(ROUND_CEILING))
    high = None if most is None else int(Decimal(most).to_integral_value(ROUND_FLOOR))
    if low is None:
        low = 0 if high is None or high >= 0 else high - _SPREAD
    if high is None:
        high = low + _SPREAD
    return min(low, high), high


def near(question: Question, base: Value) -> Iterator[Value]:
    """A value in the form of a question, and those next to it."""
    match question.kind, base:
        case Kind.INTEGER, int() | Decimal():
            whole = int(base // 1)
            yield from (whole, whole + 1, whole - 1)
        case Kind.DECIMAL, int() | Decimal():
            yield from (Decimal(base), Decimal(base) + 1, Decimal(base) - 1)
        case Kind.DATE, PartialDate():
            yield from near_dates(base)
        case Kind.DURATION, Duration():
            yield from _near_durations(question, base)
        case ((Kind.ONE_OF | Kind.YES_NO | Kind.TEXT | Kind.LONG_TEXT), str()):
            yield base
        case Kind.TIME, datetime.time():
            yield from _near_times(base)
        case _:
            return


def near_dates(date: PartialDate) -> Iterator[PartialDate]:
    """A date, and days before, behind and within it."""
    yield date
    yield of_day(date.first)
    for day, step in ((date.first, -1), (date.last, 1), (date.last, 0)):
        moved = moved_day(day, step)
        if moved is not None:
            yield of_day(moved)
    yield PartialDate(date.year, date.month) if date.month else PartialDate(date.year)
    yield PartialDate(date.year)


def moved_day(day: datetime.date, days: int) -> datetime.date | None:
    """A day some days later; None where the calendar has none."""
    try:
        return day + datetime.timedelta(days=days)
    except OverflowError:
        return None


def of_day(day: datetime.date) -> PartialDate:
    """A day as a date that is known in full."""
    return PartialDate(day.year, day.month, day.day)


def _near_times(time: datetime.time) -> Iterator[datetime.time]:
    minute = time.hour * 60 + time.minute
    for one in (minute, minute + 1, minute - 1):
        if 0 <= one < 24 * 60:
            yield datetime.time(one // 60, one % 60)


def _near_durations(question: Question, duration: Duration) -> Iterator[Duration]:
    for unit in dict.fromkeys((duration.unit, *question.units)):
        if unit not in question.units:
            continue
        amount = duration.amount_in(unit)
        for one in (amount, amount + 1, amount - 1):
            if one >= 0:
                yield Duration(one, unit)


# --- values of each kind, ordinary ones first -----------------------------------------------------


def _choice(question: Question, _: Iterable[Literal]) -> Iterator[Value]:
    yield from (choice.name for choice in question.choices)


def _yes_no(_: Question, __: Iterable[Literal]) -> Iterator[Value]:
    yield from ("no", "yes")


def _choices(question: Question, _: Iterable[Literal]) -> Iterator[Value]:
    """Each choice alone, all together, none, and each subset where there are few choices."""
    alone = [choice.name for choice in question.choices if choice.exclusive]
    others = [choice.name for choice in question.choices if not choice.exclusive]
    yield from ((name,) for name in others)
    yield from ((name,) for name in alone)
    yield ()
    yield tuple(others)
    least = max(question.at_least, 2)
    most = question.at_most or len(others)
    for size in dict.fromkeys((least, most, max(0, most - 1))):
        yield tuple(others[:size])
        yield tuple(others[len(others) - size :]) if size <= len(others) else tuple(others)
    if len(question.choices) <= SUBSETS:
        for size in range(len(others) + 1):
            yield from combinations(others, size)
    for at in range(len(others)):
        # A window that slides brings every choice into a subset of the size that is wanted.
        window = {others[(at + step) % len(others)] for step in range(least)}
        yield tuple(name for name in others if name in window)


def _numbers(question: Question, known: Iterable[Literal]) -> Iterator[int | Decimal]:
    low, high = span(question)
    yield from (low, min(low + 1, high))
    for one in known:
        if isinstance(one.value, int | Decimal):
            yield from (one.value, one.value - 1, one.value + 1)
    yield from (high, max(low, high - 1), (low + high) // 2, 0, 1, 2)
    for bound in (question.minimum, question.maximum):
        if isinstance(bound, int | Decimal):
            yield bound


def _integer(question: Question, known: Iterable[Literal]) -> Iterator[Value]:
    for number in _numbers(question, known):
        yield int(number // 1)
        yield int(-(-number // 1))


def _decimal(question: Question, known: Iterable[Literal]) -> Iterator[Value]:
    yield from (Decimal(number) for number in _numbers(question, known))
    low, high = span(question)
    yield (Decimal(low) + Decimal(high)) / 2 + Decimal("0.5")


def _date(question: Question, known: Iterable[Literal]) -> Iterator[Value]:
    bounds = [one for one in (question.minimum, question.maximum) if isinstance(one, PartialDate)]
    yield from (of_day(bound.first) for bound in bounds)
    yield ORDINARY_DAY
    for one in known:
        if isinstance(one.value, PartialDate):
            yield from near_dates(one.value)
        elif isinstance(one.value, int) and 1 <= one.value <= 9_998:
            # Years stand in conditions as numbers, too: years_between(birth, …) and year(birth).
            yield from _years(one.value)
    for bound in bounds:
        yield from near_dates(bound)
    yield from near_dates(ORDINARY_DAY)
    yield from (PartialDate(2024, 2, 29), PartialDate(2000, 1, 1), PartialDate(1970))


def _years(number: int) -> Iterator[PartialDate]:
    if number > 1_000:
        yield from (PartialDate(number, 6, 15), PartialDate(number))
        yield from (PartialDate(number - 1, 12, 31), PartialDate(number + 1, 1, 1))
    elif number < 200:
        day = ORDINARY_DAY.first
        base = day.replace(year=day.year - number)
        for step in (0, 1, -1):
            yield of_day(base + datetime.timedelta(days=step))


def _time(_: Question, known: Iterable[Literal]) -> Iterator[Value]:
    yield datetime.time(12)
    for one in known:
        if isinstance(one.value, datetime.time):
            yield from _near_times(one.value)
    yield from (datetime.time(0), datetime.time(23, 59))


def _duration(question: Question, known: Iterable[Literal]) -> Iterator[Value]:
    yield from (Duration(Decimal(1), unit) for unit in question.units)
    for bound in (question.minimum, question.maximum):
        if isinstance(bound, Duration):
            yield from _near_durations(question, bound)
    for one in known:
        if isinstance(one.value, Duration):
            yield from _near_durations(question, one.value)
        elif isinstance(one.value, int | Decimal) and one.value >= 0:
            yield from (Duration(Decimal(one.value), unit) for unit in question.units)
    yield from (Duration(Decimal(0), unit) for unit in question.units)


def _text(question: Question, known: Iterable[Literal]) -> Iterator[Value]:
    yield example(question.mask) if question.mask is not None else "text"
    yield "t"
    for one in known:
        if isinstance(one.value, str):
            yield one.value
        elif isinstance(one.value, int):
            yield from ("t" * size for size in range(one.value - 1, one.value + 2) if 0 < size < 99)


Maker = Callable[[Question, Iterable[Literal]], Iterator[Value]]
"""Gives values for a question, from the constants that conditions compare it with."""

ORDINARY: Final[MappingProxyType[Kind, Maker]] = MappingProxyType(
    {
        Kind.ONE_OF: _choice,
        Kind.YES_NO: _yes_no,
        Kind.ANY_OF: _choices,
        Kind.INTEGER: _integer,
        Kind.DECIMAL: _decimal,
        Kind.DATE: _date,
        Kind.TIME: _time,
        Kind.DURATION: _duration,
        Kind.TEXT: _text,
        Kind.LONG_TEXT: _text,
    }
)
