"""Expressions that may read what was not asked, and the goals that show it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from instrument.conditions.nodes import (
    Compare,
    Comparison,
    Literal,
    Node,
    Not,
    Or,
    OverRows,
    RosterFunction,
    StatusFunction,
    StatusTest,
    Type,
)
from instrument.models import Computed, Expression, Item, Roster, Section
from instrument.values import Instance
from skips.program import Program
from skips.proof.detect.anywhere import rows_to_ask
from skips.proof.detect.front import instance_of, slot_of_section
from skips.proof.detect.natural import (
    Names,
    can_differ,
    natural,
    natural_counts,
    values_read,
)
from skips.proof.goals import (
    All,
    Any_,
    Asked,
    Comes,
    Empty,
    Goal,
    ItemIs,
    Not_,
    RosterIs,
    RowAsked,
    SectionIs,
)
from skips.truth import Truth

if TYPE_CHECKING:
    from skips.proof.settle import Settler


class Role(Enum):
    """What an expression is for."""

    CONDITION = "condition"
    """Its owner is asked where it is yes."""
    BRANCH = "branch"
    """A branch decides where it is yes."""
    PASSED = "passed"
    """A branch that does not hold leaves the decision to those behind it, of which one does."""
    VALUE = "value"
    """A computed value, or the size of a roster."""


@dataclass(frozen=True, slots=True)
class Reader:
    """An expression that may read what was not asked, and what would show it."""

    of: Item | Section
    role: Role
    expression: Expression
    branch: int
    """Of a branch: which one, from 1."""
    rows: tuple[int, ...]
    goals: tuple[Goal, ...]
    """One for each of the rows; none where it cannot be."""

    @property
    def tree(self) -> Node:
        """The expression's meaning."""
        return self.expression.tree

    @property
    def place(self) -> str:
        """What an acknowledgement names."""
        return f"{self.of.name}#{self.branch}" if self.branch else self.of.name

    def reread(self, wanted: Names) -> Node:
        """The expression in the natural reading."""
        read = natural_counts if self.role is Role.VALUE else natural
        return read(self.tree, wanted)


def readers(settler: "Settler") -> Iterator[Reader]:
    """Every expression of the sections looked at; those that cannot be such have no goals."""
    program = settler.program
    for section in settler.instrument.sections:
        if not settler.looks_at(section.name):
            continue
        if section.ask_if is not None:
            slot = slot_of_section(program, section)
            made = tuple(_unknown_and_yes(program, [], section.ask_if.tree, 0, slot))
            yield Reader(section, Role.CONDITION, section.ask_if, 0, (0,), made)
        for item in section.items:
            yield from _of_item(program, section, item)
            if isinstance(item, Roster):
                yield from _of_rows(program, item)
                for inner in item.items:
                    yield from _of_item(program, section, inner)


def _of_item(program: Program, section: Section, item: Item) -> Iterator[Reader]:
    if program.mode not in item.modes:
        return
    rows = (0,) if isinstance(item, Roster) else tuple(rows_to_ask(program, item.name))
    places = [(row, program.slot(instance_of(item, row))) for row in rows]
    roster = program.instrument.roster_of.get(item.name)
    if item.ask_if is not None:
        goals: list[Goal] = []
        for row, slot in places:
            gate: Goal = SectionIs(section.name)
            if roster is not None:
                gate = RowAsked(roster.name, row)
            goals += _unknown_and_yes(program, [gate], item.ask_if.tree, row, slot)
        yield Reader(item, Role.CONDITION, item.ask_if, 0, rows, tuple(goals))
    value = None
    if isinstance(item, Computed):
        value = item.expression
        yield from _of_branches(program, item, places)
    elif isinstance(item, Roster):
        value = item.size
    if value is not None and natural_counts(value.tree) != value.tree:
        goals = [
            _empty_and_not(program, instance_of(item, row), value.tree, slot)
            for row, slot in places
        ]
        yield Reader(item, Role.VALUE, value, 0, rows, tuple(goals))


def _of_rows(program: Program, roster: Roster) -> Iterator[Reader]:
    if roster.row_if is None or program.mode not in roster.modes:
        return
    rows = tuple(rows_to_ask(program, roster.name))
    goals: list[Goal] = []
    for row in rows:
        slot = program.places.rosters[roster.name].gates[row - 1]
        stands: list[Goal] = [RosterIs(roster.name)]
        if roster.size is not None:
            enough = Compare(Comparison.GE, roster.size.tree, Literal(row, Type.NUMBER))
            stands.append(Comes(enough, 0, Truth.YES, slot))
        goals += _unknown_and_yes(program, stands, roster.row_if.tree, row, slot)
    yield Reader(roster, Role.CONDITION, roster.row_if, 0, rows, tuple(goals))


def _of_branches(
    program: Program, item: Computed, places: Sequence[tuple[int, int]]
) -> Iterator[Reader]:
    rows = tuple(row for row, _ in places)
    whens = [one.when for one in item.branches if one.when is not None]
    for number, when in enumerate(whens):
        holds: list[Goal] = []
        passes: list[Goal] = []
        for row, slot in places:
            before: list[Goal] = [
                Asked(Instance(item.name, row)),
                *(Comes(one.tree, row, Truth.NO, slot) for one in whens[:number]),
            ]
            holds += _unknown_and_yes(program, before, when.tree, row, slot)
            later = tuple(Comes(one.tree, row, Truth.YES, slot) for one in whens[number + 1 :])
            if later:
                before.append(Any_(later))
                passes += _unknown_and(Truth.NO, program, before, when.tree, row, slot)
        yield Reader(item, Role.BRANCH, when, number + 1, rows, tuple(holds))
        yield Reader(item, Role.PASSED, when, number + 1, rows, tuple(passes))


def _unknown_and_yes(
    program: Program, also: Sequence[Goal], tree: Node, row: int, slot: int
) -> list[Goal]:
    """That a condition is unknown and would be taken for yes; nothing where that cannot be."""
    if not can_differ(tree):
        return []
    return _unknown_and(Truth.YES, program, also, tree, row, slot)


def _unknown_and(
    truth: Truth, program: Program, also: Sequence[Goal], tree: Node, row: int, slot: int
) -> list[Goal]:
    """That a condition is unknown and comes to a truth in the natural reading."""
    reread = natural(tree)
    if reread == tree or not _may_be_unasked(program, tree):
        return []
    return [
        All(
            (
                *also,
                Comes(tree, row, Truth.UNKNOWN, slot),
                Comes(reread, row, truth, slot),
                *_settled(program, tree, row, slot),
            )
        )
    ]


def _empty_and_not(program: Program, instance: Instance, tree: Node, slot: int) -> Goal:
    """That a value is empty and would not be, if what was not asked counted for nothing."""
    row = instance.row
    reread = natural_counts(tree)
    return All(
        (
            Asked(instance),
            Empty(tree, row, slot),
            Not_(Empty(reread, row, slot)),
            *_settled(program, tree, row, slot),
        )
    )


def _may_be_unasked(program: Program, tree: Node) -> bool:
    instrument = program.instrument
    return any(
        program.mode not in instrument.items[name].modes
        or instrument.items[name].ask_if is not None
        or instrument.section_of[name].ask_if is not None
        or name in instrument.roster_of
        for name in values_read(tree)
    )


def _settled(program: Program, tree: Node, row: int, slot: int) -> Iterator[Goal]:
    """That it is known of what a condition reads whether it was asked.

    Where that is not known, since an answer before it is missing, unknown is what it should be.
    """
    for name in values_read(tree):
        instance = here(program, name, row)
        if instance is not None:
            yield Not_(ItemIs(instance, Truth.UNKNOWN))
        elif (known := _known_in_all_rows(program, name)) is not None:
            yield Comes(known, row, Truth.YES, slot)


def _known_in_all_rows(program: Program, name: str) -> Node | None:
    """That it is known in every row of a roster whether an item is asked there."""
    item = program.instrument.items[name]
    if item.ask_if is None or program.mode not in item.modes:
        return None
    asked = StatusTest(StatusFunction.ASKED, name)
    roster = program.instrument.roster_of[name].name
    return OverRows(RosterFunction.ALL, roster, where=Or((asked, Not(item.ask_if.tree))))


def here(program: Program, name: str, row: int) -> Instance | None:
    """The instance that a name means from a row; None for items of a roster looked over."""
    if name not in program.instrument.roster_of:
        return Instance(name)
    return Instance(name, row) if row else None
