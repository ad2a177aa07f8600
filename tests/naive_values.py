"""Numbers, dates and functions for the naive evaluator, each in its most literal form."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cache
from typing import Any

from instrument.values import SECONDS_OF_UNIT, Duration, PartialDate
from skips import Truth


def agreed(cases: Iterable[bool]) -> Truth:
    """Yes or no when all cases agree."""
    found = set(cases)
    if len(found) > 1:
        return Truth.UNKNOWN
    return Truth.YES if found == {True} else Truth.NO


def how_many(truths: list[Truth]) -> int | None:
    """How many hold; not known if any is not."""
    return None if Truth.UNKNOWN in truths else sum(truth is Truth.YES for truth in truths)


def calculate(operator: str, left: Any, right: Any) -> Any:
    """Arithmetic within 64 bits, all of it in decimals of 28 digits."""
    if left is None or right is None or (operator == "/" and right == 0):
        return None
    with localcontext() as context:
        context.prec = 28
        a, b = Decimal(left), Decimal(right)
        result = {"+": a.__add__, "-": a.__sub__, "*": a.__mul__, "/": a.__truediv__}[operator](b)
    if not -(2**63) <= result < 2**63:
        return None
    return int(result) if result == result.to_integral_value() else result


def on_values(function: str, *values: Any) -> Any:
    """A function on values, all of them known."""
    match function:
        case "years_between" | "months_between" | "days_between":
            counted = {"years": years_between, "months": months_between, "days": days_between}
            count = counted[function.partition("_")[0]]
            found = {count(a, b) for a in ends(values[0]) for b in ends(values[1])}
            return found.pop() if len(found) == 1 else None
        case "year" | "month":
            return getattr(values[0], function)
        case "taken" | "length":
            return sum(1 for _ in values[0])
        case "round":
            return rounded(*values)
        case "sum":
            total = values[0]
            for value in values[1:]:
                total = calculate("+", total, value)
            return total
        case _:
            return extreme(function, values)


def rounded(number: Any, places: int = 0) -> Any:
    """A number with so many decimal places, by way of its text."""
    if isinstance(number, int):
        return number
    whole, _, rest = f"{abs(number):f}".partition(".")
    digits = int(whole + rest[:places].ljust(places, "0")) + (rest[places : places + 1] >= "5")
    result = Decimal(digits if number >= 0 else -digits).scaleb(-places)
    return within(result if places else int(result))


def amount(duration: Duration | None, unit: str) -> Any:
    """A duration as a number of a unit, from the exact fraction."""
    if duration is None:
        return None
    exact = Fraction(duration.seconds) / SECONDS_OF_UNIT[unit]
    billionths = exact * 10**9
    nearest = Decimal(int(billionths + Fraction(1, 2))).scaleb(-9)
    return within(int(nearest) if nearest == nearest.to_integral_value() else nearest)


def extreme(function: str, values: Sequence[Any]) -> Any:
    """The least or greatest value; of dates the one that is so whatever days they stand for."""
    for value in values:
        if all(value == one or _leads(function, value, one) for one in values):
            return value
    return None


def _leads(function: str, value: Any, other: Any) -> bool:
    pairs = [(a, b) for a in ends(value) for b in ends(other)]
    return all(a <= b if function == "min" else a >= b for a, b in pairs)


def within(number: Any) -> Any:
    """A number that fits 64 bits; nothing otherwise."""
    return number if -(2**63) <= number < 2**63 else None


def ends(value: Any) -> list[Any]:
    """The first and the last day that a date can be; anything else is what it is."""
    return [value.first, value.last] if isinstance(value, PartialDate) else [value]


@cache
def days(value: PartialDate) -> frozenset[date]:
    """Every day that a date can be."""
    count = value.last.toordinal() - value.first.toordinal() + 1
    return frozenset(value.first + timedelta(days=more) for more in range(count))


def years_between(earlier: date, later: date) -> int:
    """Birthdays that lie between two days."""
    birthdays = later.year - earlier.year
    if (later.month, later.day) < (earlier.month, earlier.day):
        birthdays -= 1
    return birthdays


def months_between(earlier: date, later: date) -> int:
    """Times that the day of the month comes round between two days."""
    months = (later.year * 12 + later.month) - (earlier.year * 12 + earlier.month)
    return months - 1 if later.day < earlier.day else months


def days_between(earlier: date, later: date) -> int:
    """Days from one to the other."""
    return later.toordinal() - earlier.toordinal()
