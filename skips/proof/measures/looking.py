"""Who looks at what: the trees of each slot, cut into parts that look at few slots each."""

from collections.abc import Iterator
from typing import NamedTuple

from instrument.conditions.nodes import (
    And,
    Apply,
    CountTrue,
    Function,
    Node,
    Not,
    Or,
    OverRows,
    children,
    walk,
)
from instrument.models import Computed, Question, Roster
from skips.compile import Compiler
from skips.errors import CompileError
from skips.places import Places, Scope
from skips.program import Program
from skips.proof.depends import Dependencies
from skips.proof.leading import leader_of


class Part(NamedTuple):
    """A piece of a tree, with where it looks from."""

    node: Node
    scope: Scope


class Looking:
    """The trees of a program's slots, by what they are for."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.depends = Dependencies(program)
        self._leader = leader_of(program)

    def own(self, slot: int) -> Part | None:
        """A slot's own condition."""
        found = self._leader.owned(slot)
        if found is None:
            return None
        return Part(found[0], Scope.at(self.program.places, found[1]))

    def exists(self, slot: int) -> bool:
        """Whether what stands there exists in the mode."""
        return self._leader.exists(slot)

    def row(self, slot: int) -> tuple[int, int] | None:
        """Of a row's gate: the slot of its roster, and the row's number."""
        found = self._leader.rows.get(slot)
        if found is None:
            return None
        return self.program.places.rosters[found[0]].slot, found[1]

    def hard(self, slot: int) -> Iterator[Part]:
        """The hard checks of a slot."""
        for number in self._leader.hard.get(slot, ()):
            check = self.program.checks[number]
            yield Part(
                check.check.condition.tree,
                Scope.at(self.program.places, check.instance.row),
            )

    def offers(self, slot: int) -> Iterator[tuple[str, Part]]:
        """The choices of a slot that are not always offered, with their conditions."""
        item = self.program.items[slot]
        if isinstance(item, Question):
            scope = Scope.at(self.program.places, self._leader.row_of(slot))
            for choice in item.choices:
                if choice.ask_if is not None:
                    yield choice.name, Part(choice.ask_if.tree, scope)

    def branches(self, slot: int) -> Iterator[tuple[Part | None, Part]]:
        """Of computed values, and of rosters with a size: each condition with its expression."""
        item = self.program.items[slot]
        scope = Scope.at(self.program.places, self._leader.row_of(slot))
        if isinstance(item, Roster) and item.size is not None:
            yield None, Part(item.size.tree, scope)
        if isinstance(item, Computed):
            if item.expression is not None:
                yield None, Part(item.expression.tree, scope)
            for one in item.branches:
                when = None if one.when is None else Part(one.when.tree, scope)
                yield when, Part(one.value.tree, scope)

    def parts(self, slot: int) -> Iterator[Part]:
        """Every tree of a slot."""
        own = self.own(slot)
        if own is not None:
            yield own
        yield from self.hard(slot)
        yield from (part for _, part in self.offers(slot))
        for when, value in self.branches(slot):
            if when is not None:
                yield when
            yield value


def is_wide(node: Node) -> bool:
    """Whether something in it is taken apart: functions over rows, and counts of conditions."""
    return any(
        isinstance(one, OverRows | CountTrue)
        or (isinstance(one, Apply) and one.function is Function.IF)
        for one in walk(node)
    )


def leaves(part: Part) -> Iterator[Part]:
    """The pieces that are looked at whole."""
    node, scope = part
    if isinstance(node, And | Or | Not):
        for child in children(node):
            yield from leaves(Part(child, scope))
    elif not is_wide(node):
        yield part
    elif isinstance(node, OverRows):
        for row in range(1, scope.places.rosters[node.roster].roster.at_most + 1):
            inner = scope.into(node.roster, row)
            yield from (
                leaf
                for child in (node.where, node.value)
                if child is not None
                for leaf in leaves(Part(child, inner))
            )
    else:
        for child in children(node):
            yield from leaves(Part(child, scope))


def slots_of(part: Part) -> frozenset[int]:
    """The slots that a piece looks at."""
    compiler = Compiler(part.scope)
    try:
        compiler.truth(part.node)
    except CompileError:
        compiler.value(part.node)
    return frozenset(compiler.reads | compiler.watches)


def seen_at(places: Places, part: Part) -> frozenset[int]:
    """All slots that a tree looks at, rows of open rosters only as far as they can stand."""
    found: set[int] = set()
    for leaf in leaves(part):
        found |= slots_of(leaf)
    found |= _rosters(places, part.node)
    return frozenset(found)


def _rosters(places: Places, node: Node) -> set[int]:
    found: set[int] = set()
    for one in walk(node):
        if isinstance(one, OverRows):
            place = places.rosters[one.roster]
            found |= {place.slot, *place.gates[: place.roster.at_most]}
    return found
