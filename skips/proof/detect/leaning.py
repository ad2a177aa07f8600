"""Which answers a condition leans on, however far around, and who asks whether one is missing."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from instrument.conditions.nodes import Node, StatusFunction, StatusTest, names_read, walk
from instrument.models import (
    Computed,
    Expression,
    Item,
    Question,
    Roster,
    Section,
)
from instrument.values import Instance
from skips.program import Program
from skips.proof.constants import expressions
from skips.proof.detect.anywhere import rows_to_ask
from skips.proof.detect.front import instance_of
from skips.proof.goals import Asked, Goal, SectionIs


class Lack(NamedTuple):
    """A missing reason."""

    name: str
    label: str


Reasons = tuple[Lack, ...]
"""Missing reasons that come to the same."""


class Leaning:
    """Looks up what leans on what in one instrument."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.instrument = program.instrument
        self._below: dict[str, frozenset[str]] = {}

    def below(self, names: Iterable[str]) -> set[str]:
        """These items and all that decides whether they are asked and what they come to."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self._directly(name) - found
        return found

    def values_below(self, name: str) -> set[str]:
        """An item and, of computed values, all that they are worked out from."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                item = self.instrument.items[one]
                if isinstance(item, Computed):
                    waiting += [read for tree in _values(item) for read in names_read(tree)]
        return found

    def _directly(self, name: str) -> frozenset[str]:
        """What an item's universe and value read."""
        if name not in self._below:
            item = self.instrument.items[name]
            trees = [*_own(item), *_gates(self.instrument.section_of[name])]
            roster = self.instrument.roster_of.get(name)
            if roster is not None:
                trees += [*_own(roster)]
            self._below[name] = frozenset(read for tree in trees for read in names_read(tree))
        return self._below[name]

    def can_be_missing(self, names: Iterable[str]) -> list[Question]:
        """The questions among some items that accept a missing reason, in order."""
        mode = self.program.mode
        wanted = set(names)
        return [
            item
            for item in self.instrument.items.values()
            if item.name in wanted
            and isinstance(item, Question)
            and mode in item.modes
            and self.instrument.reasons_for(item, mode)
        ]

    def reasons(self, question: Question) -> tuple[Reasons, ...]:
        """The missing reasons of a question; apart where some condition tells one from another."""
        taken = self.instrument.reasons_for(question, self.program.mode)
        every = tuple(Lack(one.name, one.label) for one in taken)
        if question.name in self._told_apart:
            return tuple((one,) for one in every)
        return (every,) if every else ()

    @cached_property
    def _told_apart(self) -> frozenset[str]:
        return frozenset(
            node.item
            for one in expressions(self.instrument)
            for node in walk(one.tree)
            if isinstance(node, StatusTest) and node.reason is not None
        )

    def is_checked(self, question: Question) -> bool:
        """Whether a check asks whether the answer is missing: then the author has thought of it."""
        return question.name in self._checked

    @cached_property
    def _checked(self) -> frozenset[str]:
        return frozenset(
            name
            for item in self.instrument.items.values()
            if isinstance(item, Question)
            for check in item.checks
            for name in _asked_whether_missing(check.condition.tree)
        )

    def thought_of(self, question: Question) -> tuple[Goal, ...]:
        """That something is asked in whose condition the missing answer is thought of."""
        return self._thought_of.get(question.name, ())

    @cached_property
    def _thought_of(self) -> dict[str, tuple[Goal, ...]]:
        found: dict[str, tuple[Goal, ...]] = {}
        for condition, goals in self._conditions():
            names = {
                below
                for name in self._missing_tested(condition.tree)
                for below in self.values_below(name)
            }
            for name in names:
                found[name] = (*found.get(name, ()), *goals)
        return found

    def _conditions(self) -> Iterator[tuple[Expression, tuple[Goal, ...]]]:
        """The conditions of what is asked, with the goals that it is."""
        for section in self.instrument.sections:
            if section.ask_if is not None and is_asked_of(section, self.program.mode):
                yield section.ask_if, (SectionIs(section.name),)
        for item in self.instrument.items.values():
            if item.ask_if is None or isinstance(item, Computed):
                continue
            if self.program.mode in item.modes:
                rows = (0,) if isinstance(item, Roster) else rows_to_ask(self.program, item.name)
                yield item.ask_if, tuple(Asked(instance_of(item, row)) for row in rows)

    def _missing_tested(self, tree: Node) -> set[str]:
        """The items of which a condition asks, itself or by a computed value, if one is missing."""
        found: set[str] = set()
        for name in (name for read in names_read(tree) for name in self.values_below(read)):
            item = self.instrument.items[name]
            if isinstance(item, Computed):
                for value in _values(item):
                    found.update(_asked_whether_missing(value))
        found.update(_asked_whether_missing(tree))
        return found

    def first(self, question: Question) -> Instance:
        """A question as it stands in a case; in the first row of a roster."""
        return Instance(question.name, 1 if question.name in self.instrument.roster_of else 0)


def is_asked_of(block: Section | Roster, mode: str) -> bool:
    """Whether anybody meets anything of a section or roster: not of one of computed values only."""
    if isinstance(block, Roster) and mode not in block.modes:
        return False
    return any(not isinstance(item, Computed) and mode in item.modes for item in block.items)


def _own(item: Item) -> Iterator[Node]:
    """The expressions that decide whether an item is asked, and its value."""
    if item.ask_if is not None:
        yield item.ask_if.tree
    if isinstance(item, Computed):
        yield from _values(item)
    elif isinstance(item, Roster):
        yield from (one.tree for one in (item.size, item.row_if) if one is not None)


def _values(item: Computed) -> Iterator[Node]:
    if item.expression is not None:
        yield item.expression.tree
    for branch in item.branches:
        if branch.when is not None:
            yield branch.when.tree
        yield branch.value.tree


def _gates(section: Section) -> Iterator[Node]:
    if section.ask_if is not None:
        yield section.ask_if.tree


def _asked_whether_missing(tree: Node) -> Iterator[str]:
    """The items of which a condition asks whether they have an answer or a missing reason."""
    for node in walk(tree):
        if isinstance(node, StatusTest) and node.function is not StatusFunction.ASKED:
            yield node.item
