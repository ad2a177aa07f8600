"""Comparisons as compiled conditions; a side that is not known makes them not known."""

import operator
from collections.abc import Callable
from typing import Any

from instrument.conditions.nodes import Comparison
from instrument.values import PartialDate, Value
from skips.arithmetic import compare_dates
from skips.cells import Cells, Condition, Reading
from skips.truth import NO, UNKNOWN, YES

# The type check has made sure that both sides are of one kind, so that any pair can be compared.
_OPERATORS: dict[Comparison, Callable[[Any, Any], bool]] = {
    Comparison.EQ: operator.eq,
    Comparison.NE: operator.ne,
    Comparison.LT: operator.lt,
    Comparison.LE: operator.le,
    Comparison.GT: operator.gt,
    Comparison.GE: operator.ge,
}


def equals(slot: int, wanted: Value) -> Condition:
    """`ITEM == CONSTANT`"""

    def condition(cells: Cells) -> int:
        value = cells.counted[slot]
        if value is None:
            return UNKNOWN
        return YES if value == wanted else NO

    return condition


def compare(sign: Comparison, left: Reading, right: Reading, *, dates: bool) -> Condition:
    """`VALUE == VALUE` and its sisters."""
    if dates:
        return _compare_dates(sign, left, right)
    holds = _OPERATORS[sign]

    def condition(cells: Cells) -> int:
        first, second = left(cells), right(cells)
        if first is None or second is None:
            return UNKNOWN
        return YES if holds(first, second) else NO

    return condition


def _compare_dates(sign: Comparison, left: Reading, right: Reading) -> Condition:
    def condition(cells: Cells) -> int:
        first, second = left(cells), right(cells)
        if first is None or second is None:
            return UNKNOWN
        assert isinstance(first, PartialDate)
        assert isinstance(second, PartialDate)
        return compare_dates(sign, first, second)

    return condition


def is_among(reading: Reading, options: frozenset[Value]) -> Condition:
    """`VALUE in (CONSTANT, …)`"""

    def condition(cells: Cells) -> int:
        value = reading(cells)
        if value is None:
            return UNKNOWN
        return YES if value in options else NO

    return condition


def is_among_dates(reading: Reading, options: tuple[PartialDate, ...]) -> Condition:
    """`DATE in (DATE, …)`; a date known in part may leave it open."""

    def condition(cells: Cells) -> int:
        value = reading(cells)
        if value is None:
            return UNKNOWN
        assert isinstance(value, PartialDate)
        return max(compare_dates(Comparison.EQ, value, option) for option in options)

    return condition
