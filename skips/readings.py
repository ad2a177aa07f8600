"""How the values are worked out that nobody is asked for: computed values and sizes of rosters."""

from decimal import Decimal

from instrument.models import Computed, Kind
from instrument.values import Value
from skips.arithmetic import bounded, whole
from skips.cells import Cells, Condition, Reading
from skips.compile import Compiler, constant
from skips.places import RosterPlace
from skips.truth import NO, UNKNOWN, YES


def never(cells: Cells) -> int:
    """The condition of an item that does not exist in the mode."""
    del cells
    return NO


def row_stands(place: RosterPlace, row: int) -> Condition:
    """Whether a row of a roster on the route is one of those that there are."""
    roster = place.slot

    def by_hand(cells: Cells) -> int:
        return YES if row in cells.rows.get(roster, ()) else NO

    def by_size(cells: Cells) -> int:
        size = cells.counted[roster]
        if size is None:
            return UNKNOWN
        assert isinstance(size, int)
        return YES if row <= size else NO

    return by_hand if place.is_open else by_size


def row_asked(place: RosterPlace, row: int, wanted: Condition | None) -> Condition:
    """Whether a row stands and its roster's `row_if`, where it has one, wants it."""
    stands = row_stands(place, row)
    if wanted is None:
        return stands

    def condition(cells: Cells) -> int:
        truth = stands(cells)
        return min(truth, wanted(cells)) if truth else NO

    return condition


def roster_size(place: RosterPlace, compiler: Compiler) -> Reading:
    """How many rows a roster on the route has, within 0 and its `at_most`."""
    roster, slot = place.roster, place.slot
    if place.is_open:
        return lambda cells: len(cells.rows.get(slot, ()))
    if roster.size is None:
        rows = min(roster.rows or 0, roster.at_most)
        return constant(rows)
    reading, at_most = compiler.value(roster.size.tree), roster.at_most

    def size(cells: Cells) -> int | None:
        number = reading(cells)
        return None if number is None else max(0, min(int(number), at_most))  # type: ignore[arg-type]

    return size


def computed_value(item: Computed, compiler: Compiler) -> Reading:
    """How a computed value is worked out, in the form of its kind."""
    if item.expression is not None:
        reading = compiler.value(item.expression.tree)
    else:
        reading = _first_branch(
            [
                (
                    None if branch.when is None else compiler.truth(branch.when.tree),
                    compiler.value(branch.value.tree),
                )
                for branch in item.branches
            ]
        )
    if item.kind is Kind.INTEGER:
        return lambda cells: _as_whole(reading(cells))
    if item.kind is Kind.DECIMAL:
        return lambda cells: _as_decimal(reading(cells))
    return reading


def _first_branch(branches: list[tuple[Condition | None, Reading]]) -> Reading:
    def reading(cells: Cells) -> Value | None:
        for when, value in branches:
            truth = YES if when is None else when(cells)
            if truth == YES:
                return value(cells)
            if truth == UNKNOWN:
                return None
        return None

    return reading


def _as_whole(value: Value | None) -> int | None:
    """A computed number of kind integer, rounded to a whole one."""
    assert value is None or isinstance(value, int | Decimal)
    number = bounded(value)
    return None if number is None else whole(number)


def _as_decimal(value: Value | None) -> Decimal | None:
    """A computed number of kind decimal."""
    assert value is None or isinstance(value, int | Decimal)
    number = bounded(value)
    return None if number is None else Decimal(number)
