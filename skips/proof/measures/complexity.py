"""How much a section's routing asks of those who read it: its cyclomatic complexity.

McCabe's number of a program is its decisions plus one (*A Complexity Measure*, IEEE Transactions on
Software Engineering, 1976). Here a section is the program: each condition on which something is
asked or not is as many decisions as it has parts that can hold or not (Myers's extension, 1977,
which counts the parts of compound conditions), and a roster's loop is one more. Each choice that
is not always offered, and each branch of a computed value, is decided in the same way.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from instrument.conditions.nodes import And, CountTrue, Node, Not, Or, OverRows, children
from instrument.models import Computed, Instrument, Item, Question, Roster, Section


@dataclass(frozen=True, slots=True)
class Complexity:
    """Of one section."""

    section: str
    items: int
    """All that stand in it; those of a roster once, as its author wrote them."""
    gates: int
    """Conditions in it on which something is asked or not: its own, and those of its items."""
    decisions: int
    """Parts of conditions, and loops."""

    @property
    def cyclomatic(self) -> int:
        """Decisions plus one."""
        return self.decisions + 1


def complexities(instrument: Instrument, mode: str) -> tuple[Complexity, ...]:
    """The complexity of every section in a mode, in the order of the interview."""
    return tuple(_of_section(instrument, section, mode) for section in instrument.sections)


def parts(node: Node) -> int:
    """How many parts of a condition can hold or not: what `and`, `or` and `not` join."""
    if isinstance(node, And | Or | Not | CountTrue):
        return sum(parts(one) for one in children(node))
    inner = node.where if isinstance(node, OverRows) else None
    return 1 if inner is None else max(1, parts(inner))


def _of_section(instrument: Instrument, section: Section, mode: str) -> Complexity:
    items = [
        item
        for own, _, item in instrument.walk()
        if own.name == section.name and mode in item.modes
    ]
    gates = [] if section.ask_if is None else [section.ask_if.tree]
    gates += [item.ask_if.tree for item in items if item.ask_if is not None]
    decisions = sum(map(parts, gates))
    decisions += sum(isinstance(item, Roster) for item in items)
    decisions += sum(parts(node) for item in items for node in _decided(item))
    return Complexity(section.name, len(items), len(gates), decisions)


def _decided(item: Item) -> Iterator[Node]:
    """What is decided at an item besides whether it is asked."""
    match item:
        case Question():
            yield from (one.ask_if.tree for one in item.choices if one.ask_if is not None)
        case Computed():
            yield from (one.when.tree for one in item.branches if one.when is not None)
        case Roster() if item.row_if is not None:
            yield item.row_if.tree
        case _:
            return
