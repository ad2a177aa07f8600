"""Which parts of a condition decide alone: what MC/DC asks of a set of tests, with three values.

A part is what `and`, `or` and `not` join. It decides alone where the others leave it to it: those
joined to it by `and` are yes, and those joined by `or` are not. Then the condition is yes when the
part is, and not yes when it is no or unknown. One interview for each shows it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from instrument.conditions.nodes import And, Node, Not, Or


@dataclass(frozen=True)
class Part:
    """A part of a condition, and what leaves it to the part."""

    tree: Node
    """As it counts: a `not` before it, or before what it stands in, belongs to it."""
    yes: tuple[Node, ...]
    """These are yes."""
    not_yes: tuple[Node, ...]
    """None of these is."""


def parts(tree: Node) -> list[Part]:
    """The parts of a condition, from left to right; none of a condition that is but one."""
    plain = _pushed(tree, negated=False)
    return list(_parts(plain, (), ())) if isinstance(plain, And | Or) else []


def _parts(tree: Node, yes: tuple[Node, ...], not_yes: tuple[Node, ...]) -> Iterator[Part]:
    match tree:
        case And(parts=joined) | Or(parts=joined):
            for at, part in enumerate(joined):
                others = (*joined[:at], *joined[at + 1 :])
                if isinstance(tree, And):
                    yield from _parts(part, (*yes, *others), not_yes)
                else:
                    yield from _parts(part, yes, (*not_yes, *others))
        case _:
            yield Part(tree, yes, not_yes)


def _pushed(tree: Node, *, negated: bool) -> Node:
    """A condition that means the same, with `not` before single parts only."""
    match tree:
        case Not(part=part):
            return _pushed(part, negated=not negated)
        case And(parts=joined) | Or(parts=joined):
            pushed = tuple(_pushed(part, negated=negated) for part in joined)
            return Or(pushed) if isinstance(tree, And) == negated else And(pushed)
        case _:
            return Not(tree) if negated else tree
