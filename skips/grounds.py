"""What makes a condition or a value what it is: the smallest part of it, and the answers read.

A proof names slots such that the condition cannot become another as long as these read the same,
whatever happens elsewhere. Of *and* that is *no* one part suffices, of *or* that is *no* all are
needed, and so on; where several parts would do, the one that reads the fewest answers is taken.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from instrument.conditions.nodes import (
    INTERVIEW_DATE,
    And,
    Apply,
    CountTrue,
    Function,
    Item,
    Literal,
    Node,
    Not,
    Or,
    OverRows,
    RosterFunction,
    StatusFunction,
    StatusTest,
    Type,
    children,
    type_of,
)
from instrument.models import Computed
from skips.cells import Cells
from skips.compile import Compiler
from skips.places import DATE, RosterPlace, Scope
from skips.truth import NO, UNKNOWN, YES


class Fact(NamedTuple):
    """One slot that was read."""

    slot: int
    row: int = 0
    """The row, where it is not the one that the condition stands in."""
    asked: bool = False
    """Whether only this was read of it: is it on the route?"""


class Proof(NamedTuple):
    """Why a condition is at least, or at most, what it is."""

    tree: Node | None
    """The part of the condition that decides; None where nothing needs to be shown."""
    facts: tuple[Fact, ...]


_NOTHING = Proof(None, ())


class Grounds:
    """Finds proofs, seen from one place of a case."""

    def __init__(self, cells: Cells, scope: Scope) -> None:
        self.cells = cells
        self.scope = scope

    def truth(self, tree: Node) -> int:
        """What a condition comes to."""
        return Compiler(self.scope).truth(tree)(self.cells)

    def value(self, tree: Node) -> object:
        """What an expression comes to."""
        return Compiler(self.scope).value(tree)(self.cells)

    def proof(self, tree: Node, *, up: bool) -> Proof:
        """Why a condition is at least (`up`) or at most what it is now."""
        truth = self.truth(tree)
        if truth == (NO if up else YES):
            return _NOTHING
        match tree:
            case Not(part=part):
                inner = self.proof(part, up=not up)
                assert inner.tree is not None
                return Proof(replace(tree, part=inner.tree), inner.facts)
            case And(parts=parts) | Or(parts=parts):
                if isinstance(tree, And) == up:
                    return self._all_of(tree, up=up)
                return _shortest(
                    self.proof(one, up=up) for one in parts if self.truth(one) == truth
                )
            case OverRows():
                return Proof(tree, _once(self._some_rows(tree, up=up)))
            case _:
                return Proof(tree, _once(self._leaf(tree)))

    def exact(self, tree: Node) -> Iterator[Fact]:
        """What keeps a condition as it is."""
        yield from self.proof(tree, up=True).facts
        yield from self.proof(tree, up=False).facts

    def settled(self, tree: Node) -> Iterator[Fact]:
        """What keeps the value of an expression as it is."""
        match tree:
            case Literal() | Item(name="row"):
                return
            case Item(name=name):
                yield self._fact(name)
            case Apply(function=Function.IF, parts=(condition, held, otherwise)):
                truth = self.truth(condition)
                yield from self.exact(condition)
                if truth != UNKNOWN:
                    yield from self.settled(held if truth == YES else otherwise)
            case Apply(function=Function.FIRST, parts=parts):
                for part in parts:
                    yield from self.settled(part)
                    if self.value(part) is not None:
                        return
            case CountTrue(parts=parts):
                for part in parts:
                    yield from self.exact(part)
            case OverRows() if type_of(tree) is Type.NUMBER:
                yield from self._number_over_rows(tree)
            case _ if type_of(tree) is Type.BOOLEAN:
                yield from self.exact(tree)
            case _:
                yield from self._all_or_first_unknown(tree)

    def worked_out(self, item: Computed) -> Iterator[Fact]:
        """What keeps a computed value as it is, as long as it is on the route."""
        if item.expression is not None:
            yield from self.settled(item.expression.tree)
        for branch in item.branches:
            truth = YES
            if branch.when is not None:
                truth = self.truth(branch.when.tree)
                yield from self.exact(branch.when.tree)
            if truth == YES:
                yield from self.settled(branch.value.tree)
            if truth != NO:
                return

    # --- inside ------------------------------------------------------------------------------

    def _all_of(self, tree: And | Or, *, up: bool) -> Proof:
        """A proof of all parts; as the whole is, so is each of them at least, or at most."""
        found = [self.proof(part, up=up) for part in tree.parts]
        trees = tuple(proof.tree for proof in found if proof.tree is not None)
        facts = _once(fact for proof in found for fact in proof.facts)
        return Proof(replace(tree, parts=trees), facts)

    def _leaf(self, tree: Node) -> Iterator[Fact]:
        """What keeps a condition as it is that has no conditions within."""
        match tree:
            case StatusTest(function=function, item=name):
                yield self._fact(name, asked=function is StatusFunction.ASKED)
            case Item() | Apply() | Literal():
                yield from self.settled(tree)
            case _:
                yield from self._all_or_first_unknown(tree)

    def _all_or_first_unknown(self, tree: Node) -> Iterator[Fact]:
        """All parts; of those that make the whole unknown, one is enough."""
        parts = list(children(tree))
        unknown = next((part for part in parts if self.value(part) is None), None)
        for part in parts if unknown is None else (unknown,):
            yield from self.settled(part)

    def _fact(self, name: str, *, asked: bool = False) -> Fact:
        if name == INTERVIEW_DATE:
            return Fact(DATE)
        roster = self.scope.places.roster_of.get(name)
        row = dict(self.scope.over).get(roster, 0) if roster else 0
        return Fact(self.scope.slot(name), row, asked)

    # --- rows --------------------------------------------------------------------------------

    def _some_rows(self, tree: OverRows, *, up: bool) -> Iterator[Fact]:
        """`any` and `all`: one row that decides, or every row."""
        place = self.scope.places.rosters[tree.roster]
        where = tree.where
        assert where is not None
        if self._is_unsettled(place):
            yield Fact(place.slot)
            return
        truth = self.truth(tree)
        if (tree.function is RosterFunction.ANY) == up:
            rows = (
                (Fact(gate, row, asked=True), *self._where(place, row, where, up=up))
                for row, gate in self._taking_part(place)
                if self._row_truth(place, row, where) == truth
            )
            yield from min(rows, key=len)
            return
        yield from self._every_row(place)
        for row, _ in self._taking_part(place):
            yield from self._where(place, row, where, up=up)

    def _where(self, place: RosterPlace, row: int, where: Node, *, up: bool) -> tuple[Fact, ...]:
        """What keeps a row's condition up or down; nothing for a row that may not be asked."""
        if self.cells.universe[place.gates[row - 1]] != YES:
            return ()
        return self._in_row(place, row).proof(where, up=up).facts

    def _row_truth(self, place: RosterPlace, row: int, where: Node) -> int:
        gate = self.cells.universe[place.gates[row - 1]]
        return self._in_row(place, row).truth(where) if gate == YES else gate

    def _number_over_rows(self, tree: OverRows) -> Iterator[Fact]:
        """`count`, `sum`, `min` and `max`: every row, and the values of those that count."""
        place = self.scope.places.rosters[tree.roster]
        if self._is_unsettled(place):
            yield Fact(place.slot)
            return
        yield from self._every_row(place)
        for row, gate in self._taking_part(place):
            if self.cells.universe[gate] != YES:
                continue
            inner, counts = self._in_row(place, row), YES
            if tree.where is not None:
                counts = inner.truth(tree.where)
                yield from inner.exact(tree.where)
            if tree.value is not None and counts == YES:
                yield from inner.settled(tree.value)

    def _every_row(self, place: RosterPlace) -> Iterator[Fact]:
        """Which rows there are and which of them are asked."""
        yield Fact(place.slot)
        if self.cells.universe[place.slot] != NO:
            for row, gate in enumerate(place.gates, start=1):
                yield Fact(gate, row, asked=True)

    def _taking_part(self, place: RosterPlace) -> Iterator[tuple[int, int]]:
        """Rows that are asked or may be, with their gates."""
        for row, gate in enumerate(place.gates, start=1):
            if self.cells.universe[gate] != NO:
                yield row, gate

    def _in_row(self, place: RosterPlace, row: int) -> "Grounds":
        return Grounds(self.cells, self.scope.into(place.roster.name, row))

    def _is_unsettled(self, place: RosterPlace) -> bool:
        truth = self.cells.universe[place.slot]
        return truth == UNKNOWN or (truth == YES and self.cells.counted[place.slot] is None)


def _shortest(proofs: Iterable[Proof]) -> Proof:
    return min(proofs, key=lambda proof: len(proof.facts))


def _once(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Facts in the order they were read, each once."""
    return tuple(dict.fromkeys(facts))
