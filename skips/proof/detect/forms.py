"""What the form of two conditions tells of them, without asking about any case."""

from decimal import Decimal
from typing import Final

from instrument.conditions.nodes import And, Compare, Comparison, In, IsYes, Literal, Node, Not

_UP_TO: Final = frozenset({Comparison.LT, Comparison.LE})
_FROM: Final = frozenset({Comparison.GT, Comparison.GE})


def parts_of(condition: Node) -> tuple[Node, ...]:
    """What must all hold for a condition to hold."""
    return condition.parts if isinstance(condition, And) else (condition,)


def implies(first: Node, second: Node) -> bool:
    """Whether the second surely holds where the first does; False where that is not plain."""
    return all(
        any(one == other or _is_narrower(one, other) for one in parts_of(first))
        for other in parts_of(second)
    )


def excludes(first: Node, second: Node) -> bool:
    """Whether the two surely never hold at once; False where that is not plain."""
    return any(_contradict(one, other) for one in parts_of(first) for other in parts_of(second))


def _is_narrower(one: Node, other: Node) -> bool:
    """`x <= 9` is narrower than `x <= 12`, `x >= 9` than `x >= 5`."""
    match one, other:
        case (
            Compare(operator=sign, left=left, right=Literal(value=(int() | Decimal()) as bound)),
            Compare(operator=as_sign, left=of, right=Literal(value=(int() | Decimal()) as wider)),
        ) if left == of and sign is as_sign:
            return (sign in _UP_TO and bound <= wider) or (sign in _FROM and bound >= wider)
        case _:
            return False


def _contradict(one: Node, other: Node) -> bool:
    """`x` and `not x`, or `x == a` and `x == b`."""
    if one == Not(other) or other == Not(one):
        return True
    values, others = _values(one), _values(other)
    return (
        values is not None
        and others is not None
        and values[0] == others[0]
        and not values[1] & others[1]
    )


def _values(node: Node) -> tuple[Node, frozenset[object]] | None:
    """What an expression can be for a condition to hold, where it names choices or texts."""
    match node:
        case Compare(operator=Comparison.EQ, left=left, right=Literal(value=str() as value)):
            return left, frozenset({value})
        case In(left=left, negated=False) if all(isinstance(o.value, str) for o in node.options):
            return left, frozenset(option.value for option in node.options)
        case IsYes(item=item):
            return item, frozenset({"yes"})
        case _:
            return None
