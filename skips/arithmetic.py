"""Numbers and dates as conditions see them; None stands for not known.

Whole numbers stay exact. A quotient that is whole is a whole number again, any other is a `Decimal`
of 28 digits. What leaves 64 bits, and a division by zero, is not known.
"""

import datetime
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

from instrument.conditions.nodes import Comparison, Operator
from instrument.values import Duration, PartialDate
from skips.truth import NO, UNKNOWN, YES

Number = int | Decimal

LARGEST = 2**63 - 1
SMALLEST = -(2**63)

# A context of our own: the process-wide one may trap or round otherwise.
_CONTEXT = Context(prec=28, traps=[])


def bounded(number: Number | None) -> Number | None:
    """The number itself, or None when it is no number or does not fit 64 bits."""
    if number is None or (isinstance(number, Decimal) and not number.is_finite()):
        return None
    return number if SMALLEST <= number <= LARGEST else None


def add(left: Number, right: Number) -> Number | None:
    """`left + right`"""
    if isinstance(left, int) and isinstance(right, int):
        return bounded(left + right)
    return bounded(_CONTEXT.add(Decimal(left), Decimal(right)))


def subtract(left: Number, right: Number) -> Number | None:
    """`left - right`"""
    if isinstance(left, int) and isinstance(right, int):
        return bounded(left - right)
    return bounded(_CONTEXT.subtract(Decimal(left), Decimal(right)))


def multiply(left: Number, right: Number) -> Number | None:
    """`left * right`"""
    if isinstance(left, int) and isinstance(right, int):
        return bounded(left * right)
    return bounded(_CONTEXT.multiply(Decimal(left), Decimal(right)))


def divide(left: Number, right: Number) -> Number | None:
    """`left / right`; None when dividing by zero."""
    if right == 0:
        return None
    if isinstance(left, int) and isinstance(right, int) and left % right == 0:
        return bounded(left // right)
    return bounded(_CONTEXT.divide(Decimal(left), Decimal(right)))


OPERATIONS: dict[Operator, Callable[[Number, Number], Number | None]] = {
    Operator.PLUS: add,
    Operator.MINUS: subtract,
    Operator.TIMES: multiply,
    Operator.DIVIDE: divide,
}


def whole(number: Number) -> int:
    """The nearest whole number, halves away from zero; for computed values of kind integer."""
    if isinstance(number, int):
        return number
    return int(number.to_integral_value(rounding=ROUND_HALF_UP))


def round_to(number: Number, places: int) -> Number | None:
    """A number with so many decimal places, halves away from zero; whole when there are none."""
    if isinstance(number, int):
        return number
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _CONTEXT)
    return bounded(rounded if places or not rounded.is_finite() else int(rounded))


def amount_in(duration: Duration, unit: str) -> Number | None:
    """A duration as a number of a unit, to at most 9 decimal places."""
    number = bounded(duration.amount_in(unit))
    return int(number) if number is not None and number == int(number) else number


def compare_dates(operator: Comparison, left: PartialDate, right: PartialDate) -> int:
    """Whether a comparison holds for all (YES), none (NO) or some of the days two dates can be."""
    match operator:
        case Comparison.LT:
            return _before(left, right)
        case Comparison.GE:
            return YES - _before(left, right)
        case Comparison.GT:
            return _before(right, left)
        case Comparison.LE:
            return YES - _before(right, left)
        case Comparison.EQ:
            return _same(left, right)
        case Comparison.NE:
            return YES - _same(left, right)


def years_between(earlier: PartialDate, later: PartialDate) -> int | None:
    """Completed years from one date to another; None when that depends on days not known.

    Negative when `later` lies before `earlier`: -1 for anything up to a year before.
    """
    fewest = _completed_years(earlier.last, later.first)
    most = _completed_years(earlier.first, later.last)
    return fewest if fewest == most else None


def months_between(earlier: PartialDate, later: PartialDate) -> int | None:
    """Completed months from one date to another; None when that depends on days not known.

    Negative when `later` lies before `earlier`: -1 for anything up to a month before.
    """
    fewest = _completed_months(earlier.last, later.first)
    most = _completed_months(earlier.first, later.last)
    return fewest if fewest == most else None


def days_between(earlier: PartialDate, later: PartialDate) -> int | None:
    """Days from one date to another, negative backwards; None unless both days are known."""
    if earlier.day is None or later.day is None:
        return None
    return (later.first - earlier.first).days


def extreme_date(dates: Sequence[PartialDate], sign: Comparison) -> PartialDate | None:
    """The date that surely is `<=` (or `>=`) all others; None when days not known leave it open."""
    for date in dates:
        if all(date == one or compare_dates(sign, date, one) == YES for one in dates):
            return date
    return None


def _before(left: PartialDate, right: PartialDate) -> int:
    if left.last < right.first:
        return YES
    return NO if left.first >= right.last else UNKNOWN


def _same(left: PartialDate, right: PartialDate) -> int:
    if left.last < right.first or right.last < left.first:
        return NO
    return YES if left.day is not None and right.day is not None else UNKNOWN


def _completed_years(earlier: datetime.date, later: datetime.date) -> int:
    not_yet = (later.month, later.day) < (earlier.month, earlier.day)
    return later.year - earlier.year - not_yet


def _completed_months(earlier: datetime.date, later: datetime.date) -> int:
    months = 12 * (later.year - earlier.year) + later.month - earlier.month
    return months - (later.day < earlier.day)
