"""Functions on values as compiled expressions; None stands for not known."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from instrument.conditions.nodes import Apply, Comparison, Function, Literal, Type, type_of
from instrument.values import PartialDate, Value
from skips.arithmetic import (
    Number,
    add,
    amount_in,
    days_between,
    extreme_date,
    months_between,
    round_to,
    years_between,
)
from skips.cells import Cells, Condition, Reading
from skips.truth import UNKNOWN, YES

# The type check has made sure of what each function is given.
_PLAIN: Final[Mapping[Function, Callable[..., Value | None]]] = MappingProxyType(
    {
        Function.YEARS_BETWEEN: years_between,
        Function.MONTHS_BETWEEN: months_between,
        Function.DAYS_BETWEEN: days_between,
        Function.YEAR: lambda date: date.year,
        Function.MONTH: lambda date: date.month,
        Function.TAKEN: len,
        Function.LENGTH: len,
        Function.SUM: lambda *numbers: _total(numbers),
        Function.MIN: lambda *values: min(values),
        Function.MAX: lambda *values: max(values),
    }
)


def apply(node: Apply, parts: list[Reading]) -> Reading:
    """A function whose parts are all expressions: anything but `if`."""
    match node.function:
        case Function.FIRST:
            return _first(parts)
        case Function.ROUND:
            return _rounded(parts[0], _places(node))
        case Function.MIN | Function.MAX if type_of(node) is Type.DATE:
            sign = Comparison.LE if node.function is Function.MIN else Comparison.GE
            return _extreme_date(parts, sign)
        case _:
            return _applied(_PLAIN[node.function], parts)


def choose(condition: Condition, held: Reading, otherwise: Reading) -> Reading:
    """`if(CONDITION, VALUE, VALUE)`"""

    def reading(cells: Cells) -> Value | None:
        truth = condition(cells)
        if truth == UNKNOWN:
            return None
        return held(cells) if truth == YES else otherwise(cells)

    return reading


def amount(duration: Reading, unit: str) -> Reading:
    """`amount(DURATION, UNIT)`"""

    def reading(cells: Cells) -> Value | None:
        value: Any = duration(cells)
        return None if value is None else amount_in(value, unit)

    return reading


def _applied(function: Callable[..., Value | None], parts: list[Reading]) -> Reading:
    """A function that is unknown as soon as one of its parts is."""
    if len(parts) == 1:
        only = parts[0]

        def of_one(cells: Cells) -> Value | None:
            value = only(cells)
            return None if value is None else function(value)

        return of_one

    def of_several(cells: Cells) -> Value | None:
        values = [part(cells) for part in parts]
        return None if None in values else function(*values)

    return of_several


def _first(parts: list[Reading]) -> Reading:
    def reading(cells: Cells) -> Value | None:
        for part in parts:
            value = part(cells)
            if value is not None:
                return value
        return None

    return reading


def _places(node: Apply) -> int:
    places = node.parts[1] if len(node.parts) > 1 else None
    return places.value if isinstance(places, Literal) and isinstance(places.value, int) else 0


def _rounded(part: Reading, places: int) -> Reading:
    def reading(cells: Cells) -> Value | None:
        value: Any = part(cells)
        return None if value is None else round_to(value, places)

    return reading


def _extreme_date(parts: list[Reading], sign: Comparison) -> Reading:
    def reading(cells: Cells) -> Value | None:
        dates = [part(cells) for part in parts]
        known = [date for date in dates if isinstance(date, PartialDate)]
        return extreme_date(known, sign) if len(known) == len(dates) else None

    return reading


def _total(numbers: Sequence[Number]) -> Number | None:
    total: Number | None = 0
    for number in numbers:
        total = None if total is None else add(total, number)
    return total
