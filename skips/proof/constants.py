"""What the conditions of an instrument compare each item with."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from instrument.conditions.nodes import (
    Apply,
    Arithmetic,
    Compare,
    Function,
    In,
    Item,
    Literal,
    Node,
    Operator,
    OverRows,
    walk,
)
from instrument.models import Computed, Expression, Instrument, Question, Roster


@dataclass(frozen=True, slots=True)
class Constants:
    """By item."""

    of: dict[str, tuple[Literal, ...]] = field(default_factory=dict)
    """Constants that some condition compares the item with, or something worked out from it."""
    relatives: dict[str, tuple[Node, ...]] = field(default_factory=dict)
    """What the item is equal to at the boundary of some comparison, in terms of other items."""


def constants_of(instrument: Instrument) -> Constants:
    """What every condition and calculation of an instrument compares its items with."""
    literals: dict[str, dict[Literal, None]] = {}
    relatives: dict[str, dict[Node, None]] = {}
    for expression in expressions(instrument):
        over = _inside_rows(expression.tree)
        for node in walk(expression.tree):
            if isinstance(node, In):
                _note(literals, node.left, node.options)
            if not isinstance(node, Compare):
                continue
            found = [one for one in walk(node) if isinstance(one, Literal)]
            _note(literals, node, found)
            if node not in over:
                for item, tree in _boundaries(node):
                    relatives.setdefault(item, {})[tree] = None
    return Constants(
        {name: tuple(found) for name, found in literals.items()},
        {name: tuple(found) for name, found in relatives.items()},
    )


def expressions(instrument: Instrument) -> Iterator[Expression]:
    """Every condition and calculation of an instrument; fills are none."""
    for section in instrument.sections:
        if section.ask_if is not None:
            yield section.ask_if
    for _, _, item in instrument.walk():
        if item.ask_if is not None:
            yield item.ask_if
        match item:
            case Question():
                yield from (one.ask_if for one in item.choices if one.ask_if is not None)
                yield from (check.condition for check in item.checks)
            case Computed():
                if item.expression is not None:
                    yield item.expression
                for branch in item.branches:
                    if branch.when is not None:
                        yield branch.when
                    yield branch.value
            case Roster():
                yield from (one for one in (item.size, item.row_if) if one is not None)
            case _:
                pass


def _note(
    literals: dict[str, dict[Literal, None]], side: Node, found: tuple[Literal, ...] | list[Literal]
) -> None:
    for node in walk(side):
        if isinstance(node, Item):
            literals.setdefault(node.name, {}).update(dict.fromkeys(found))


def _inside_rows(tree: Node) -> frozenset[Node]:
    """Comparisons that stand within a function over rows: what they read is no item's own row."""
    return frozenset(
        inner
        for node in walk(tree)
        if isinstance(node, OverRows)
        for inner in walk(node)
        if isinstance(inner, Compare)
    )


def _boundaries(node: Compare) -> Iterator[tuple[str, Node]]:
    """Each item that stands alone, or in a sum, with what makes both sides equal."""
    for side, other in ((node.left, node.right), (node.right, node.left)):
        yield from _solved(side, other)


def _solved(side: Node, other: Node) -> Iterator[tuple[str, Node]]:
    match side:
        case Item(name=name):
            if not isinstance(other, Literal):
                yield name, other
        case Arithmetic(operator=Operator.PLUS, left=left, right=right):
            yield from _solved(left, Arithmetic(Operator.MINUS, other, right))
            yield from _solved(right, Arithmetic(Operator.MINUS, other, left))
        case Arithmetic(operator=Operator.MINUS, left=left, right=right):
            yield from _solved(left, Arithmetic(Operator.PLUS, other, right))
            yield from _solved(right, Arithmetic(Operator.MINUS, left, other))
        case Arithmetic(operator=Operator.TIMES, left=left, right=right):
            yield from _solved(left, Arithmetic(Operator.DIVIDE, other, right))
            yield from _solved(right, Arithmetic(Operator.DIVIDE, other, left))
        case Apply(function=Function.SUM, parts=parts) if len(parts) > 1:
            for at, part in enumerate(parts):
                rest = (*parts[:at], *parts[at + 1 :])
                total = rest[0] if len(rest) == 1 else Apply(Function.SUM, rest)
                yield from _solved(part, Arithmetic(Operator.MINUS, other, total))
        case _:
            return
