"""What can be said over the rows of a roster.

Only rows that stand and are on the route take part. A roster that is not applicable has no rows;
where it is not known whether one applies, or how many rows it has, all about it is not known. A row
of which it is not known whether it is asked counts as one about which nothing is known.
"""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import compress
from typing import NamedTuple

from skips.arithmetic import add
from skips.cells import Cells, Condition, Reading
from skips.truth import NO, UNKNOWN, YES


class Row(NamedTuple):
    """One possible row, with what is looked at in it."""

    gate: int
    where: Condition | None
    value: Reading | None


def any_row(roster: int, rows: list[Row]) -> Condition:
    """`any(ROSTER where …)`: Kleene's `or` over the rows."""

    def condition(cells: Cells) -> int:
        if _is_unsettled(cells, roster):
            return UNKNOWN
        result = NO
        for truth in _truths(cells, rows):
            if truth == YES:
                return YES
            result = max(result, truth)
        return result

    return condition


def all_rows(roster: int, rows: list[Row]) -> Condition:
    """`all(ROSTER where …)`: Kleene's `and` over the rows; holds of no rows."""

    def condition(cells: Cells) -> int:
        if _is_unsettled(cells, roster):
            return UNKNOWN
        result = YES
        for truth in _truths(cells, rows):
            if truth == NO:
                return NO
            result = min(result, truth)
        return result

    return condition


def count_rows(roster: int, rows: list[Row]) -> Reading:
    """`count(ROSTER where …)`; not known when that is so of any row's `where`."""

    def reading(cells: Cells) -> int | None:
        if _is_unsettled(cells, roster):
            return None
        truths = list(_truths(cells, rows))
        return None if UNKNOWN in truths else truths.count(YES)

    return reading


def sum_rows(roster: int, rows: list[Row]) -> Reading:
    """`sum(ROSTER, VALUE where …)`; 0 of no rows, not known when that is so of any row's value."""

    def reading(cells: Cells) -> int | Decimal | None:
        numbers = _numbers(cells, roster, rows)
        if numbers is None:
            return None
        total: int | Decimal = 0
        for number in numbers:
            larger = add(total, number)
            if larger is None:
                return None
            total = larger
        return total

    return reading


def extreme_of_rows(
    roster: int, rows: list[Row], pick: Callable[[Iterable[int | Decimal]], int | Decimal]
) -> Reading:
    """`min(ROSTER, VALUE where …)` and `max(…)`; not known of no rows."""

    def reading(cells: Cells) -> int | Decimal | None:
        numbers = _numbers(cells, roster, rows)
        return pick(numbers) if numbers else None

    return reading


def _is_unsettled(cells: Cells, roster: int) -> bool:
    truth = cells.universe[roster]
    return truth == UNKNOWN or (truth == YES and cells.counted[roster] is None)


def _truths(cells: Cells, rows: list[Row]) -> Iterator[int]:
    universe = cells.universe
    for gate, where, _ in _possible(cells, rows):
        if universe[gate] == YES:
            yield YES if where is None else where(cells)
        else:
            yield UNKNOWN


def _possible(cells: Cells, rows: list[Row]) -> Iterator[Row]:
    """The rows that are asked or of which it is not known; the gates stand equally far apart."""
    if len(rows) < 2:
        return compress(rows, [cells.universe[row.gate] for row in rows])
    first, second, last = rows[0].gate, rows[1].gate, rows[-1].gate
    return compress(rows, cells.universe[first : last + 1 : second - first])


def _numbers(cells: Cells, roster: int, rows: list[Row]) -> list[int | Decimal] | None:
    """The values of the rows that take part; None when a row or a value is not known."""
    if _is_unsettled(cells, roster):
        return None
    numbers: list[int | Decimal] = []
    for gate, where, value in _possible(cells, rows):
        truth = cells.universe[gate]
        if truth == YES and where is not None:
            truth = where(cells)
        if truth == NO:
            continue
        assert value is not None
        number = value(cells)
        if truth == UNKNOWN or number is None:
            return None
        assert isinstance(number, int | Decimal)
        numbers.append(number)
    return numbers
