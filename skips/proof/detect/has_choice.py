"""Whether a computed value is ever one of its choices."""

from collections.abc import Iterator

from instrument.conditions.nodes import PICKS, Apply, Compare, Comparison, Literal, Node, Type
from instrument.conditions.nodes import Item as ItemNode
from instrument.models import Computed
from instrument.values import Instance
from skips.program import Program
from skips.proof.detect.anywhere import rows_to_ask
from skips.proof.goals import Comes, Goal
from skips.truth import Truth


def has_choice(program: Program, item: Computed, choice: str) -> tuple[Goal, ...]:
    """That a computed value is one of its choices; nothing to ask where a branch says so."""
    if any(isinstance(end, Literal) and end.value == choice for end in ends_of(item)):
        return ()
    is_it = Compare(Comparison.EQ, ItemNode(item.name, Type.CHOICE), Literal(choice, Type.CHOICE))
    instances = [Instance(item.name, row) for row in rows_to_ask(program, item.name)]
    return tuple(Comes(is_it, one.row, Truth.YES, program.slot(one) + 1) for one in instances)


def ends_of(item: Computed) -> list[Node]:
    """The expressions whose value a computed value takes as it is."""
    values = [one.value.tree for one in item.branches]
    if item.expression is not None:
        values.append(item.expression.tree)
    return [end for value in values for end in _ends(value)]


def _ends(node: Node) -> Iterator[Node]:
    """The parts of an expression whose value it can be as it is."""
    if isinstance(node, Apply) and node.function in PICKS:
        for part in node.picked:
            yield from _ends(part)
    else:
        yield node
