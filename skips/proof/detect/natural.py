"""The reading that most authors have in mind: what was not asked is not that.

`heating != gas` is unknown of somebody whose heating was not asked about, and an item with that
condition is not asked. Most authors mean that somebody without heating does not heat with gas. In
the natural reading each comparison holds only where what it reads was asked, so that its opposite
holds elsewhere. Where an answer is missing, the two readings are the same: not known.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from instrument.conditions.nodes import (
    PSEUDO_ITEMS,
    Amount,
    And,
    Apply,
    Arithmetic,
    Compare,
    Comparison,
    CountTrue,
    Function,
    In,
    Item,
    Literal,
    Negate,
    Node,
    Not,
    Or,
    OverRows,
    StatusFunction,
    StatusTest,
    children,
    type_of,
    walk,
)
from instrument.conditions.nodes import Type as NodeType

Names = Callable[[str], bool]
"""Which items the reading is meant for."""


def natural(node: Node, wanted: Names = lambda _: True) -> Node:
    """A condition in the natural reading of the items that are wanted; the same if none is read."""
    match node:
        case Not(part=part):
            return _turned(node, natural(part, wanted))
        case And(parts=parts) | Or(parts=parts):
            return _flat(node, [natural(part, wanted) for part in parts])
        case StatusTest() | Literal():
            return node
        case OverRows():
            return natural_value(node, wanted)
        case _:
            return _guarded(node, wanted)


def natural_value(node: Node, wanted: Names = lambda _: True) -> Node:
    """An expression whose inner conditions are in the natural reading."""
    match node:
        case OverRows(where=where, value=value):
            if where is not None:
                where = natural(where, wanted)
            if value is not None:
                value = natural_value(value, wanted)
                where = _all([*_guards(value, wanted), *([] if where is None else [where])])
            return replace(node, where=where, value=value)
        case CountTrue(parts=parts):
            return replace(node, parts=tuple(natural(part, wanted) for part in parts))
        case Apply(function=Function.IF, parts=(condition, *parts)):
            inner = [natural_value(part, wanted) for part in parts]
            return replace(node, parts=(natural(condition, wanted), *inner))
        case Apply(parts=parts):
            return replace(node, parts=tuple(natural_value(part, wanted) for part in parts))
        case Arithmetic(left=left, right=right):
            left, right = natural_value(left, wanted), natural_value(right, wanted)
            return replace(node, left=left, right=right)
        case Negate(part=part):
            return replace(node, part=natural_value(part, wanted))
        case Amount(duration=duration):
            return replace(node, duration=natural_value(duration, wanted))
        case _:
            return natural(node, wanted) if _is_condition(node) else node


def natural_counts(node: Node, wanted: Names = lambda _: True) -> Node:
    """An expression in which only what is counted and looked over is in the natural reading.

    Of those who were not asked, nothing counts; all else stays as the author wrote it.
    """
    match node:
        case OverRows() | CountTrue():
            return natural_value(node, wanted)
        case Not(part=part) | Negate(part=part):
            return replace(node, part=natural_counts(part, wanted))
        case And(parts=parts) | Or(parts=parts) | Apply(parts=parts):
            return replace(node, parts=tuple(natural_counts(part, wanted) for part in parts))
        case Compare(left=left, right=right) | Arithmetic(left=left, right=right):
            left, right = natural_counts(left, wanted), natural_counts(right, wanted)
            return replace(node, left=left, right=right)
        case _:
            return node


def can_differ(node: Node) -> bool:
    """Whether the natural reading can be yes where a condition as it is written is not.

    Where nothing is turned around and nothing counted, what was not asked makes both unknown or no.
    """
    return any(
        isinstance(one, Not | CountTrue | OverRows)
        or (isinstance(one, Compare) and one.operator is Comparison.NE)
        or (isinstance(one, In) and one.negated)
        or (isinstance(one, Apply) and one.function is Function.IF)
        for one in walk(node)
    )


def without(node: Node, wanted: Names) -> Node:
    """A condition made to hold only of those who were asked what it reads of the wanted items.

    What an author writes to leave the others out knowingly.
    """
    match node:
        case And(parts=parts) | Or(parts=parts):
            return _flat(node, [without(part, wanted) for part in parts])
        case _:
            names = [name for name in values_read(node) if wanted(name)]
            if not names:
                return node
            guard = [_asked(name) for name in names]
            return _flat(And((*guard, node)), [*guard, node])


def values_read(node: Node) -> list[str]:
    """The items whose value an expression reads, each once, from left to right."""
    return list(dict.fromkeys(_values(node)))


def _values(node: Node) -> Iterator[str]:
    # Trees are at most 32 levels deep.
    if isinstance(node, Item) and node.name not in PSEUDO_ITEMS:
        yield node.name
    for child in children(node):
        yield from _values(child)


def _guarded(node: Node, wanted: Names) -> Node:
    """A comparison that is no where it reads what was not asked; of a negative one the opposite."""
    guards = list(_guards(node, wanted))
    inner = node
    if isinstance(node, Compare):
        left, right = natural_value(node.left, wanted), natural_value(node.right, wanted)
        inner = replace(node, left=left, right=right)
    elif isinstance(node, In):
        inner = replace(node, left=natural_value(node.left, wanted))
    elif isinstance(node, Apply):
        inner = natural_value(node, wanted)
    if not guards:
        return inner
    negative = (isinstance(node, Compare) and node.operator is Comparison.NE) or (
        isinstance(node, In) and node.negated
    )
    if negative:
        return Or((*(Not(guard) for guard in guards), inner))
    return And((*guards, inner))


def _guards(node: Node, wanted: Names) -> Iterator[Node]:
    """What must have been asked for an expression to have a value, its inner conditions aside."""
    match node:
        case Item(name=name):
            if name not in PSEUDO_ITEMS and wanted(name):
                yield _asked(name)
        case OverRows() | CountTrue() | StatusTest() | Literal():
            return
        case Apply(function=Function.IF | Function.FIRST):
            # One part with a value is enough.
            found = [list(_guards(part, wanted)) for part in node.picked]
            if all(found):
                yield _any([_all(part) or part[0] for part in found])
        case _:
            seen: list[Node] = []
            for child in children(node):
                for guard in _guards(child, wanted):
                    if guard not in seen:
                        seen.append(guard)
                        yield guard


def _turned(node: Not, part: Node) -> Node:
    """`not` of a part in the natural reading; of a guarded comparison as people would write it."""
    if isinstance(part, And) and not isinstance(node.part, And):
        *guards, inner = part.parts
        return Or((*(Not(guard) for guard in guards), replace(node, part=inner)))
    return replace(node, part=part)


def _flat(node: And | Or, parts: Iterable[Node]) -> Node:
    """Parts joined as in a condition, without parentheses that are not needed."""
    joined: list[Node] = []
    for part in parts:
        if isinstance(part, And | Or) and type(part) is type(node):
            joined += part.parts
        else:
            joined.append(part)
    return replace(node, parts=tuple(joined))


def _asked(name: str) -> Node:
    return StatusTest(StatusFunction.ASKED, name)


def _all(parts: Iterable[Node]) -> Node | None:
    every = tuple(parts)
    if len(every) < 2:
        return every[0] if every else None
    return And(every)


def _any(parts: list[Node]) -> Node:
    return parts[0] if len(parts) == 1 else Or(tuple(parts))


def _is_condition(node: Node) -> bool:
    return type_of(node) is NodeType.BOOLEAN and not isinstance(node, Literal | Item)
