"""What can be so of each slot, and pieces of trees as sets of cases.

What looks at few slots is asked of the compiled condition for each combination of what those can
be, so that every piece means exactly what it means on a route.
"""

from collections.abc import Callable, Mapping
from math import prod
from typing import Any, Final, NamedTuple

from instrument.conditions.nodes import (
    Compare,
    Has,
    In,
    IsYes,
    Node,
    StatusTest,
)
from instrument.values import Value
from skips.cells import Cells
from skips.compile import Compiler
from skips.program import Program
from skips.proof.measures.answers import OFF, Option, Sight, is_simple
from skips.proof.measures.diagrams import ALL, NOTHING, Diagrams, TooLarge
from skips.proof.measures.looking import Part, slots_of
from skips.truth import NO, YES

COMBINATIONS: Final = 6_000
"""Of what several slots can be, gone through for one piece."""
MOST_VALUES: Final = 400
"""Different values of one expression."""
_FRESH: Final = 4_096
"""Levels for each slot: its own, and those of what is left open there."""
_TRUTHS: Final = (IsYes, Compare, In, Has, StatusTest)


class Three(NamedTuple):
    """A condition as two sets; in neither it is unknown."""

    yes: int
    no: int


class AnyValue:
    """Stands for a value that could be any."""


ANY: Final = AnyValue()
Values = dict[Value | AnyValue | None, int]
"""By value the cases in which an expression has it; together they are all cases."""


def is_truth(node: Node) -> bool:
    """Whether a piece is looked at as a condition; others are looked at for their value."""
    return isinstance(node, _TRUTHS)


def sight_of(part: Part, slot: int, cells: Cells) -> Sight:
    """The way in which a piece that looks at one slot alone sees what is there.

    Args:
        part: the piece.
        slot: which it looks at.
        cells: to look in; what stands in the slot is lost.
    """
    compiler = Compiler(part.scope)
    look: Callable[[Cells], object] = (
        compiler.truth(part.node) if is_truth(part.node) else compiler.value(part.node)
    )

    def seen(value: Value | None, reason: str | None) -> object:
        cells.universe[slot] = YES
        cells.counted[slot], cells.reasons[slot] = value, reason
        return look(cells)

    return Sight(part.node, seen)


class Cases:
    """Sets of cases; `options` says by slot what can be so of it."""

    def __init__(self, program: Program, diagrams: Diagrams) -> None:
        self.program = program
        self.diagrams = diagrams
        self.options: dict[int, list[Option]] = {}
        self.is_on: dict[int, int] = {}
        """Gates that have no variable: the slot that says for them whether they are open."""
        self.left_open: list[int] = []
        """Levels of what was left open since this was last emptied."""
        self.slot = 0
        """The slot at which is looked."""
        self.cells = Cells(program.size)

    def declare(self, slot: int, options: list[Option]) -> None:
        """Say what can be so of a slot."""
        self.options[slot] = options
        self.diagrams.declare(slot * _FRESH, len(options))

    @staticmethod
    def level(slot: int) -> int:
        """The level of a slot's variable."""
        return slot * _FRESH

    def where(self, slot: int, holds: Callable[[Option], bool]) -> int:
        """The cases in which something holds of a slot."""
        if slot not in self.options:
            return ALL if holds(Option(YES if slot in self.is_on else NO)) else NOTHING
        numbers = [at for at, one in enumerate(self.options[slot]) if holds(one)]
        return self.diagrams.is_one_of(self.level(slot), numbers)

    def gate(self, slot: int) -> Three:
        """The universe of a gate."""
        slot = self.is_on.get(slot, slot)
        return Three(
            self.where(slot, lambda one: one.universe == YES),
            self.where(slot, lambda one: one.universe == NO),
        )

    # --- joining ---------------------------------------------------------------------------------

    def all_of(self, parts: list[Three]) -> Three:
        """Kleene's `and`."""
        sets = self.diagrams
        return Three(sets.all_of(one.yes for one in parts), sets.any_of(one.no for one in parts))

    def any_of(self, parts: list[Three]) -> Three:
        """Kleene's `or`."""
        sets = self.diagrams
        return Three(sets.any_of(one.yes for one in parts), sets.all_of(one.no for one in parts))

    def unknown(self, one: Three) -> int:
        """The cases in which a condition is neither."""
        return self.diagrams.opposite(self.diagrams.either(one.yes, one.no))

    def free(self) -> Three:
        """A condition that can come to anything."""
        level = self.slot * _FRESH + len(self.left_open) + 1
        self.left_open.append(level)
        self.diagrams.declare(level, 3)
        return Three(self.diagrams.is_one_of(level, (YES,)), self.diagrams.is_one_of(level, (NO,)))

    def free_in(self, cases: int, truth: Three) -> Three:
        """A condition that can also come to anything in some cases."""
        if cases == NOTHING:
            return truth
        free, sets = self.free(), self.diagrams
        return Three(
            sets.either(truth.yes, sets.both(cases, free.yes)),
            sets.either(truth.no, sets.both(cases, free.no)),
        )

    def chosen(self, branches: list[tuple[int, Values]]) -> Values:
        """The values of several expressions, each in its own cases."""
        found: Values = {}
        for cases, values in branches:
            for value, those in values.items():
                both = self.diagrams.both(cases, those)
                found[value] = self.diagrams.either(found.get(value, NOTHING), both)
        return filled(found)

    # --- pieces that look at few slots -----------------------------------------------------------

    def outcomes(self, part: Part, look: Callable[[Cells], object]) -> dict[Any, int]:
        """By outcome the cases in which a piece comes to it; ANY where it could be any."""
        slots = sorted(slots_of(part))
        options = [self.options.get(slot, [OFF]) for slot in slots]
        if prod(map(len, options)) > COMBINATIONS:
            raise TooLarge
        is_alone = len(slots) == 1 and is_truth(part.node) and is_simple(part.node)
        cells = self.cells

        def built(at: int, could_be_any: bool) -> Mapping[Any, int]:
            if at == len(slots):
                return {ANY if could_be_any else look(cells): ALL}
            slot = slots[at]
            by_option = []
            for one in options[at]:
                cells.universe[slot] = one.universe
                cells.counted[slot], cells.reasons[slot] = one.value, one.reason
                loose = one.is_wild or (not one.is_exact and not is_alone)
                by_option.append(built(at + 1, could_be_any or loose))
            every = dict.fromkeys(key for part in by_option for key in part)
            if slot not in self.options:
                return by_option[0]
            return {
                outcome: self.diagrams.choose(
                    self.level(slot), tuple(one.get(outcome, NOTHING) for one in by_option)
                )
                for outcome in every
            }

        found = dict(built(0, False))
        if len(found) > MOST_VALUES:
            raise TooLarge
        return found


def filled(values: Values) -> Values:
    """Values without those that there are no cases of."""
    return {value: cases for value, cases in values.items() if cases != NOTHING}
