"""Conditions with parts of them put in other words, such as a roster with so many rows."""

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from itertools import product
from typing import Final

from instrument.conditions.nodes import (
    Compare,
    Comparison,
    IsYes,
    Item,
    Literal,
    Node,
    OverRows,
    RosterFunction,
    Type,
    walk,
)
from instrument.models import Computed, Instrument

_ONE: Final = Literal(1, Type.NUMBER)
ALWAYS: Final = Compare(Comparison.EQ, _ONE, _ONE)
NEVER: Final = Compare(Comparison.NE, _ONE, _ONE)


def substituted(tree: Node, change: Callable[[Node], Node | None]) -> Node:
    """A tree in which every part is put in other words for which there are some; outermost first.

    Args:
        tree: a condition or calculation.
        change: other words for a part; None leaves it as it is.
    """
    found = change(tree)
    if found is not None:
        return found
    parts: dict[str, object] = {}
    for one in fields(tree):
        value = getattr(tree, one.name)
        if isinstance(value, tuple) and any(isinstance(part, Node) for part in value):
            parts[one.name] = tuple(substituted(part, change) for part in value)
        elif isinstance(value, Node) and not isinstance(tree, IsYes):
            parts[one.name] = substituted(value, change)
    return replace(tree, **parts) if parts else tree  # type: ignore[arg-type]


def spelled_out(instrument: Instrument, tree: Node) -> Node:
    """A condition in which computed values that look over rows are put as their expressions.

    Those that are worked out for some cases only, or by branches, stay.
    """

    def expression(node: Node) -> Node | None:
        name = node.item.name if isinstance(node, IsYes) else getattr(node, "name", None)
        if not isinstance(node, IsYes | Item):
            return None
        item = instrument.items.get(str(name))
        if not isinstance(item, Computed) or item.expression is None or item.ask_if is not None:
            return None
        inner = substituted(item.expression.tree, expression)
        return inner if any(isinstance(one, OverRows) for one in walk(inner)) else None

    return substituted(tree, expression)


def with_rows(instrument: Instrument, tree: Node, most: int) -> Iterator[Node] | None:
    """A condition for every way that the rows which it looks over can come out.

    What is asked of the rows is not looked at: each number of them and each answer to `any` and
    `all` counts as possible.

    Args:
        instrument: whose rosters they are.
        tree: the condition.
        most: more ways than these are too many.

    Returns:
        None when they are too many, or when a sum or an extreme of the rows can be any number.
    """
    overs = list(dict.fromkeys(node for node in walk(tree) if isinstance(node, OverRows)))
    ways: list[list[Node]] = []
    total = 1
    for over in overs:
        match over.function:
            case RosterFunction.COUNT:
                at_most = getattr(instrument.items[over.roster], "at_most")  # noqa: B009
                ways.append([Literal(number, Type.NUMBER) for number in range(at_most + 1)])
            case RosterFunction.ANY | RosterFunction.ALL:
                ways.append([ALWAYS, NEVER])
            case _:
                return None
        total *= len(ways[-1])
    if total > most:
        return None
    return (
        substituted(tree, dict(zip(overs, way, strict=True)).get)  # type: ignore[arg-type]
        for way in product(*ways)
    )
