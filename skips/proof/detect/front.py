"""What stands in front of an item: every condition that must be yes for it to be asked."""

from collections.abc import Iterator
from dataclasses import dataclass

from instrument.conditions.nodes import And, Node
from instrument.models import Expression, Item, Roster, Section
from instrument.source import Source
from instrument.values import Instance
from skips.program import Program
from skips.proof.detect.words import section_named
from skips.proof.goals import Comes, Goal, RowAsked
from skips.truth import Truth


@dataclass(frozen=True, slots=True)
class Part:
    """One of the things that must be so."""

    goal: Goal
    node: Node | None
    """The condition; None for "the row is asked"."""
    row: int
    """From where the condition is looked at."""
    of: str
    """Whose it is, such as `section 'Cars'`; empty for the item's own."""
    source: Source


def conjuncts(node: Node) -> Iterator[Node]:
    """The parts of a condition that must all be yes."""
    if isinstance(node, And):
        for part in node.parts:
            yield from conjuncts(part)
    else:
        yield node


def parts_of(condition: Expression | None, slot: int, row: int = 0, of: str = "") -> list[Part]:
    """What a condition wants of a case that has come to a slot.

    Args:
        condition: None wants nothing.
        slot: where it is judged.
        row: from where it is looked at.
        of: whose it is.
    """
    if condition is None:
        return []
    return [
        Part(Comes(node, row, Truth.YES, slot), node, row, of, condition.source)
        for node in conjuncts(condition.tree)
    ]


def parts_before(program: Program, instance: Instance) -> list[Part]:
    """What the section, the roster and the row of an instance want; its own condition aside."""
    instrument, slot = program.instrument, program.slot(instance)
    section = instrument.section_of[instance.item]
    parts = parts_of(section.ask_if, slot, of=section_named(section))
    roster = instrument.roster_of.get(instance.item)
    if roster is not None:
        of = f"roster '{roster.title}'"
        parts += parts_of(roster.ask_if, slot, of=of)
        goal = RowAsked(roster.name, instance.row)
        parts.append(Part(goal, None, instance.row, f"row {instance.row} of {of}", roster.source))
    return parts


def instance_of(item: Item, row: int) -> Instance:
    """An item in a row; rosters stand outside of their rows."""
    return Instance(item.name, 0 if isinstance(item, Roster) else row)


def slot_of_section(program: Program, section: Section) -> int:
    """The slot of a section's gate."""
    return next(one.gate for one in program.sections if one.section is section)
