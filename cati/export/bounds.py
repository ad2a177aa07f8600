"""Whether a number can be negative, in which case it may look like the code of a missing value."""

from decimal import Decimal

from instrument.conditions.nodes import (
    Amount,
    Apply,
    Arithmetic,
    CountTrue,
    Function,
    Item,
    Literal,
    Node,
    Operator,
    OverRows,
    RosterFunction,
)
from instrument.models import Computed, Instrument, Question

_COUNTED = frozenset({Function.YEAR, Function.MONTH, Function.TAKEN, Function.LENGTH})
_BETWEEN = frozenset({Function.YEARS_BETWEEN, Function.MONTHS_BETWEEN, Function.DAYS_BETWEEN})


def never_negative(item: Question | Computed, instrument: Instrument) -> bool:
    """Whether a number item can only hold 0 or more; False where that is not certain."""
    if isinstance(item, Question):
        return isinstance(item.minimum, int | Decimal) and item.minimum >= 0
    values = [branch.value.tree for branch in item.branches]
    if item.expression is not None:
        values.append(item.expression.tree)
    return all(_at_least_zero(value, instrument) for value in values)


def _at_least_zero(node: Node, instrument: Instrument) -> bool:
    match node:
        case Literal(value=int() | Decimal() as value):
            return value >= 0
        case Item(name="row"):
            return True
        case Item(name=name):
            item = instrument.items[name]
            return isinstance(item, Question | Computed) and never_negative(item, instrument)
        case Arithmetic(operator=Operator.MINUS):
            return False
        case Arithmetic(left=left, right=right):
            return _at_least_zero(left, instrument) and _at_least_zero(right, instrument)
        case CountTrue() | OverRows(function=RosterFunction.COUNT):
            return True
        case Amount():
            return True
        case Apply(function=function, parts=parts):
            if function in _COUNTED:
                return True
            values = parts[:1] if function is Function.ROUND else node.picked
            return function not in _BETWEEN and all(
                _at_least_zero(value, instrument) for value in values
            )
        case OverRows(value=value) if value is not None:
            return _at_least_zero(value, instrument)
        case _:
            return False
