"""Dates over all cases: each is the days from its first to its last one."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import z3

from instrument.conditions.nodes import Comparison, Function
from instrument.values import PartialDate
from skips.proof.terms import MONTHS, DateTerm, NumberTerm, pick_term
from skips.proof.three import FALSE, TRUE, Three, both, conj, either, neg, pick, same

_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LAST_YEAR: Final = 9999
_MOST_DAYS: Final = 3_652_058
"""Between the first and the last day that there is."""
_NEAR: Final = (1901, 2099)
"""Years among which every fourth has a February 29."""
_CENTURIES_LEFT_OUT: Final = 15
"""How many years before those could be divided by four and had no February 29."""

Day = tuple[z3.ArithRef, z3.ArithRef, z3.ArithRef]


def constant(date: PartialDate) -> DateTerm:
    """A date that is always the same."""
    return DateTerm(
        TRUE,
        z3.IntVal(date.year),
        z3.IntVal(date.month or 1),
        z3.IntVal(date.day or 1),
        TRUE if date.month else FALSE,
        TRUE if date.day else FALSE,
        is_near(date, date),
    )


def is_near(first: object, last: object) -> bool:
    """Whether the years of all dates from one to another are simple ones.

    Args:
        first: a `PartialDate`; anything else stands for no bound.
        last: the same.
    """
    return (
        isinstance(first, PartialDate)
        and isinstance(last, PartialDate)
        and first.year >= _NEAR[0]
        and last.year <= _NEAR[1]
    )


def first_day(date: DateTerm) -> Day:
    """The earliest day that a date can stand for."""
    return date.year, date.month, date.day


def last_day(date: DateTerm) -> Day:
    """The latest day that a date can stand for."""
    month = pick(date.has_month, date.month, z3.IntVal(MONTHS))
    # Without a month the last one is December, which always has 31 days.
    length = days_in_month(date.year, date.month, near=date.near)
    days = pick(date.has_month, length, z3.IntVal(31))
    return date.year, month, pick(date.has_day, date.day, days)


def days_in_month(year: z3.ArithRef, month: z3.ArithRef, *, near: bool) -> z3.ArithRef:
    """How many days a month has."""
    if z3.is_int_value(month) and month.as_long() != 2:
        return z3.IntVal(_DAYS[month.as_long() - 1])
    february = pick(is_leap(year, near=near), z3.IntVal(29), z3.IntVal(28))
    if z3.is_int_value(month):
        return february
    short = z3.Or(month == 4, month == 6, month == 9, month == 11)
    return pick(month == 2, february, pick(short, z3.IntVal(30), z3.IntVal(31)))


def is_leap(year: z3.ArithRef, *, near: bool) -> z3.BoolRef:
    """A year has a February 29."""
    if z3.is_int_value(year):
        number = year.as_long()
        leap = number % 4 == 0 and (number % 100 != 0 or number % 400 == 0)
        return TRUE if leap else FALSE
    if near:
        return year % 4 == 0
    return both(year % 4 == 0, either(year % 100 != 0, year % 400 == 0))


def is_before(left: Day, right: Day) -> z3.BoolRef:
    """A day lies before another.

    Said part by part: of one number made of all three the solver would have to find out that days
    and months never reach as far as a year.
    """
    return _in_order(left, right, left[2] < right[2])


def is_not_after(left: Day, right: Day) -> z3.BoolRef:
    """A day lies before another or is the same."""
    return _in_order(left, right, left[2] <= right[2])


def _in_order(left: Day, right: Day, days: z3.BoolRef) -> z3.BoolRef:
    months = either(left[1] < right[1], both(left[1] == right[1], days))
    return either(left[0] < right[0], both(left[0] == right[0], months))


def exists(date: DateTerm) -> z3.BoolRef:
    """There is such a date, and what it does not say stands at 1."""
    return conj(
        [
            date.year >= 1,
            date.year <= _LAST_YEAR,
            date.month >= 1,
            date.month <= MONTHS,
            date.day >= 1,
            date.day <= days_in_month(date.year, date.month, near=date.near),
            z3.Implies(date.has_day, date.has_month),
            z3.Implies(neg(date.has_month), date.month == 1),
            z3.Implies(neg(date.has_day), date.day == 1),
        ]
    )


def compare(sign: Comparison, left: DateTerm, right: DateTerm) -> Three:
    """A comparison, settled where it comes out alike for all days that both dates can be."""
    match sign:
        case Comparison.LT:
            found = _before(left, right)
        case Comparison.GE:
            found = _turned(_before(left, right))
        case Comparison.GT:
            found = _before(right, left)
        case Comparison.LE:
            found = _turned(_before(right, left))
        case Comparison.EQ:
            found = _same(left, right)
        case Comparison.NE:
            found = _turned(_same(left, right))
    known = both(left.known, right.known)
    return Three(both(known, found.yes), both(known, found.no))


def _before(left: DateTerm, right: DateTerm) -> Three:
    return Three(
        is_before(last_day(left), first_day(right)), is_not_after(last_day(right), first_day(left))
    )


def _same(left: DateTerm, right: DateTerm) -> Three:
    apart = either(
        is_before(last_day(left), first_day(right)), is_before(last_day(right), first_day(left))
    )
    return Three(conj([left.has_day, right.has_day, neg(apart)]), apart)


def _turned(three: Three) -> Three:
    return Three(three.no, three.yes)


def identical(left: DateTerm, right: DateTerm) -> z3.BoolRef:
    """Two dates say the same, to the same precision."""
    return conj(
        [
            left.year == right.year,
            left.month == right.month,
            left.day == right.day,
            same(left.has_month, right.has_month),
            same(left.has_day, right.has_day),
        ]
    )


def extreme(dates: Sequence[DateTerm], sign: Comparison) -> DateTerm:
    """The date that surely is `<=` (or `>=`) all others; not known where days leave it open."""
    leads = [
        conj(
            either(identical(date, one), compare(sign, date, one).yes)
            for place, one in enumerate(dates)
            if place != at
        )
        for at, date in enumerate(dates)
    ]
    result = dates[-1]
    for date, first in zip(reversed(dates[:-1]), reversed(leads[:-1]), strict=True):
        picked = pick_term(first, date, result)
        assert isinstance(picked, DateTerm)
        result = picked
    known = conj([*(date.known for date in dates), either(*leads)])
    return replace(result, known=known)


def between(function: Function, earlier: DateTerm, later: DateTerm) -> NumberTerm:
    """`years_between`, `months_between` and `days_between`."""
    known = both(earlier.known, later.known)
    if function is Function.DAYS_BETWEEN:
        known = conj([known, earlier.has_day, later.has_day])
        days = ordinal(first_day(later), near=later.near) - ordinal(
            first_day(earlier), near=earlier.near
        )
        days = _signed(days, first_day(earlier), first_day(later), least=1)
        return NumberTerm(known, days, -_MOST_DAYS, _MOST_DAYS)
    count: Callable[[Day, Day], z3.ArithRef]
    if function is Function.YEARS_BETWEEN:
        count, most = _completed_years, _LAST_YEAR
    else:
        count, most = _completed_months, _LAST_YEAR * MONTHS
    fewest = _counted(count, last_day(earlier), first_day(later))
    known_days = both(earlier.has_day, later.has_day)
    greatest = _counted(count, first_day(earlier), last_day(later))
    return NumberTerm(both(known, either(known_days, fewest == greatest)), fewest, -most, most)


def _counted(count: Callable[[Day, Day], z3.ArithRef], earlier: Day, later: Day) -> z3.ArithRef:
    return _signed(count(earlier, later), earlier, later, least=0)


def _signed(number: z3.ArithRef, earlier: Day, later: Day, *, least: int) -> z3.ArithRef:
    """What lies between two days, with a sign that shows in the order of the days.

    This adds nothing that would not follow, but only after the whole calendar was gone through.

    Args:
        number: what lies between.
        earlier: the first day.
        later: the second one.
        least: what lies at least between days that are not the same and in order.
    """
    forth = z3.If(number >= least, number, least)
    back = z3.If(number <= -1, number, -1)
    turned = z3.If(is_before(later, earlier), back, z3.IntVal(0) if least else forth)
    return z3.If(is_before(earlier, later), forth, turned) if least else turned


def _completed_years(earlier: Day, later: Day) -> z3.ArithRef:
    same_month = both(later[1] == earlier[1], later[2] < earlier[2])
    not_yet = either(later[1] < earlier[1], same_month)
    return later[0] - earlier[0] - z3.If(not_yet, 1, 0)


def _completed_months(earlier: Day, later: Day) -> z3.ArithRef:
    months = (later[0] - earlier[0]) * MONTHS + later[1] - earlier[1]
    return months - z3.If(later[2] < earlier[2], 1, 0)


def ordinal(day: Day, *, near: bool) -> z3.ArithRef:
    """The number of a day, counted from the first of January of the year 1."""
    year, month, number = day
    before = year - 1
    leaps = before / 4 - (_CENTURIES_LEFT_OUT if near else before / 100 - before / 400)
    return before * 365 + leaps + _days_before(month) + number + z3.If(
        both(is_leap(year, near=near), month > 2), 1, 0
    )  # fmt: skip


def _days_before(month: z3.ArithRef) -> z3.ArithRef:
    """Days of the months before one, in a year without a February 29."""
    result: z3.ArithRef = z3.IntVal(sum(_DAYS[:11]))
    for number in range(11, 0, -1):
        result = z3.If(month == number, sum(_DAYS[: number - 1]), result)
    return result
