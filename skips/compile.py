"""Conditions to native closures: the tree is walked once, to evaluate is plain calls over lists."""

from collections.abc import Callable
from decimal import Decimal

from instrument.conditions.nodes import (
    ROW,
    Amount,
    And,
    Apply,
    Arithmetic,
    Compare,
    Comparison,
    CountTrue,
    Function,
    Has,
    In,
    IsYes,
    Item,
    Literal,
    Negate,
    Node,
    Not,
    Operator,
    Or,
    OverRows,
    RosterFunction,
    StatusFunction,
    StatusTest,
    Type,
    type_of,
)
from instrument.values import PartialDate, Value
from skips.arithmetic import OPERATIONS
from skips.cells import Cells, Condition, Reading
from skips.comparing import compare, equals, is_among, is_among_dates
from skips.errors import CompileError
from skips.functions import amount, apply, choose
from skips.over_rows import Row, all_rows, any_row, count_rows, extreme_of_rows, sum_rows
from skips.places import Scope
from skips.truth import NO, UNKNOWN, YES

_BOOLEAN = (IsYes, Not, And, Or, Compare, In, Has, StatusTest)
_TRUTH_WORDS = ("no", None, "yes")


class Compiler:
    """Compiles the expressions of one place.

    `reads` gathers the slots whose answer they look at, `watches` those of which they only ask
    whether they are on the route.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.reads: set[int] = set()
        self.watches: set[int] = set()

    def truth(self, node: Node) -> Condition:
        """A condition to a function giving NO, UNKNOWN or YES."""
        match node:
            case Not(part=part):
                inner = self.truth(part)
                return lambda cells: YES - inner(cells)
            case And(parts=parts):
                return _all_of([self.truth(part) for part in parts])
            case Or(parts=parts):
                return _any_of([self.truth(part) for part in parts])
            case IsYes(item=item):
                return equals(self._slot(item.name), "yes")
            case Compare():
                return self._compare(node)
            case In():
                return self._in(node)
            case Has(item=item, choice=choice):
                return _has(self._slot(item.name), choice)
            case StatusTest():
                return self._status(node)
            case OverRows(function=RosterFunction.ANY | RosterFunction.ALL):
                roster, rows = self._rows(node)
                return (any_row if node.function is RosterFunction.ANY else all_rows)(roster, rows)
            case Item() | Literal() | Apply():
                return _is_yes(self.value(node))
            case _:
                raise CompileError(f"'{node}' is not a condition")

    def value(self, node: Node) -> Reading:
        """An expression to a function giving its value, or None when it is not known."""
        match node:
            case Literal(value=value):
                return constant(value)
            case Item(name=name):
                return self._item(name)
            case Arithmetic(operator=operator, left=left, right=right):
                return _calculate(OPERATIONS[operator], self.value(left), self.value(right))
            case Negate(part=part):
                return _calculate(OPERATIONS[Operator.MINUS], constant(0), self.value(part))
            case CountTrue(parts=parts):
                return _count_true([self.truth(part) for part in parts])
            case Apply(function=Function.IF, parts=(condition, *parts)):
                return choose(self.truth(condition), *[self.value(part) for part in parts])
            case Apply(parts=parts):
                return apply(node, [self.value(part) for part in parts])
            case Amount(duration=duration, unit=unit):
                return amount(self.value(duration), unit)
            case OverRows() if type_of(node) is Type.NUMBER:
                return self._number_over_rows(node)
            case _:
                truth = self.truth(node)
                return lambda cells: _TRUTH_WORDS[truth(cells)]

    def _place(self, name: str) -> int:
        try:
            return self.scope.slot(name)
        except KeyError:
            raise CompileError(f"'{name}' is no item that can be read here") from None

    def _slot(self, name: str) -> int:
        slot = self._place(name)
        self.reads.add(slot)
        return slot

    def _item(self, name: str) -> Reading:
        if name == ROW:
            return constant(self.scope.row)
        slot = self._slot(name)
        return lambda cells: cells.counted[slot]

    def _compare(self, node: Compare) -> Condition:
        """The common form, an item against a constant, gets a closure without inner calls."""
        left, right = node.left, node.right
        dates = Type.DATE in (type_of(left), type_of(right))
        if (
            isinstance(left, Item)
            and left.name != ROW
            and isinstance(right, Literal)
            and node.operator is Comparison.EQ
            and not dates
        ):
            return equals(self._slot(left.name), right.value)
        return compare(node.operator, self.value(left), self.value(right), dates=dates)

    def _in(self, node: In) -> Condition:
        options = tuple(option.value for option in node.options)
        reading = self.value(node.left)
        if type_of(node.left) is Type.DATE:
            dates = tuple(option for option in options if isinstance(option, PartialDate))
            inner = is_among_dates(reading, dates)
        else:
            inner = is_among(reading, frozenset(options))
        return (lambda cells: YES - inner(cells)) if node.negated else inner

    def _status(self, node: StatusTest) -> Condition:
        reason = node.reason
        if node.function is StatusFunction.ASKED:
            watched = self._place(node.item)
            self.watches.add(watched)
            return lambda cells: YES if cells.universe[watched] == YES else NO
        slot = self._slot(node.item)
        match node.function:
            case StatusFunction.ANSWERED:
                return lambda cells: NO if cells.counted[slot] is None else YES
            case StatusFunction.MISSING if reason is None:
                return lambda cells: NO if cells.reasons[slot] is None else YES
            case _:
                return lambda cells: YES if cells.reasons[slot] == reason else NO

    def _number_over_rows(self, node: OverRows) -> Reading:
        roster, rows = self._rows(node)
        match node.function:
            case RosterFunction.COUNT:
                return count_rows(roster, rows)
            case RosterFunction.SUM:
                return sum_rows(roster, rows)
            case _:
                pick = min if node.function is RosterFunction.MIN else max
                return extreme_of_rows(roster, rows, pick=pick)

    def _rows(self, node: OverRows) -> tuple[int, list[Row]]:
        """The roster's slot, and per row its gate with what is looked at in it."""
        try:
            place = self.scope.places.rosters[node.roster]
        except KeyError:
            raise CompileError(f"'{node.roster}' is no roster that can be read here") from None
        self.reads.add(place.slot)
        self.watches.update((place.slot, *place.gates))
        rows = []
        for number, gate in enumerate(place.gates, start=1):
            inner = Compiler(self.scope.into(node.roster, number))
            where = None if node.where is None else inner.truth(node.where)
            value = None if node.value is None else inner.value(node.value)
            rows.append(Row(gate, where, value))
            self.reads |= inner.reads
            self.watches |= inner.watches
        return place.slot, rows


def constant(value: Value | None) -> Reading:
    """An expression that is always the same."""

    def reading(_: Cells) -> Value | None:
        return value

    return reading


def _all_of(parts: list[Condition]) -> Condition:
    def condition(cells: Cells) -> int:
        result = YES
        for part in parts:
            truth = part(cells)
            if not truth:
                return NO
            if truth < result:
                result = truth
        return result

    return condition


def _any_of(parts: list[Condition]) -> Condition:
    def condition(cells: Cells) -> int:
        result = NO
        for part in parts:
            truth = part(cells)
            if truth == YES:
                return YES
            if truth > result:
                result = truth
        return result

    return condition


def _is_yes(reading: Reading) -> Condition:
    def condition(cells: Cells) -> int:
        value = reading(cells)
        if value is None:
            return UNKNOWN
        return YES if value == "yes" else NO

    return condition


def _has(slot: int, choice: str) -> Condition:
    def condition(cells: Cells) -> int:
        taken = cells.counted[slot]
        if taken is None:
            return UNKNOWN
        assert isinstance(taken, tuple)
        return YES if choice in taken else NO

    return condition


def _count_true(parts: list[Condition]) -> Reading:
    def reading(cells: Cells) -> int | None:
        truths = [part(cells) for part in parts]
        return None if UNKNOWN in truths else truths.count(YES)

    return reading


def _calculate(
    operation: Callable[[int | Decimal, int | Decimal], int | Decimal | None],
    left: Reading,
    right: Reading,
) -> Reading:
    def reading(cells: Cells) -> int | Decimal | None:
        first, second = left(cells), right(cells)
        if first is None or second is None:
            return None
        assert isinstance(first, int | Decimal)
        assert isinstance(second, int | Decimal)
        return operation(first, second)

    return reading
