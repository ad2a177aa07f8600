"""The state of one case, kept up to date: a change touches what depends on it and nothing else.

Slots to look at again are marked in a row of bytes, and the next one is found by searching for the
next mark: that runs at the speed of memory, needs no heap, and visits slots in the order of the
interview. Since conditions read earlier slots only, one pass forward settles everything.
"""

from decimal import Decimal
from typing import NamedTuple

from instrument.values import Answer, Missing, Value
from skips.cells import Cells
from skips.program import ROOT, Program, Role
from skips.truth import NO, YES


class Was(NamedTuple):
    """What stood in a slot before it changed."""

    slot: int
    universe: int
    counted: Value | None
    reason: str | None


class Trace(NamedTuple):
    """All that one change did to the state, in order; enough to report it and to undo it."""

    slots: list[Was]
    checks: list[int]
    """The checks that turned."""


class State:
    """Answers kept, and everything that follows from them."""

    __slots__ = ("_dirty", "cells", "failing", "kept", "met", "open", "program")

    def __init__(self, program: Program) -> None:
        size = program.size
        self.program = program
        self.cells = Cells(size)
        self.kept: list[Answer | None] = [None] * size
        """What each askable slot was given, counted or not."""
        self.met = bytearray(size)
        """1 where the interviewer meets something: askable and on the route."""
        self.open = bytearray(size)
        """1 where an answer is wanting: met, and nothing kept."""
        self.failing = bytearray(len(program.checks))
        """1 for every check that fires."""
        self._dirty = bytearray(size)
        self.cells.universe[ROOT] = YES
        self.settle_all()

    def put(self, slot: int, answer: Answer | None) -> Trace:
        """Keep an answer (None: take it away) and bring everything up to date."""
        self.kept[slot] = answer
        self._dirty[slot] = 1
        return self._settle(slot, slot)

    def put_rows(self, roster: int, rows: frozenset[int]) -> Trace:
        """Set which rows stand in an open roster and bring everything up to date."""
        self.cells.rows[roster] = rows
        last = self._mark_behind(roster)
        self._dirty[roster] = 1
        return self._settle(roster, max(roster, last))

    def settle_all(self) -> Trace:
        """Look again at everything, as at the start; later changes never need it."""
        size = self.program.size
        self._dirty[ROOT + 1 :] = b"\x01" * (size - 1)
        return self._settle(ROOT + 1, size - 1)

    def undo(self, trace: Trace) -> None:
        """Put back what a change found; answers and rows are for the caller to put back first."""
        cells, roles = self.cells, self.program.roles
        for slot, universe, counted, reason in trace.slots:
            cells.universe[slot] = universe
            cells.counted[slot] = counted
            cells.reasons[slot] = reason
            if roles[slot] == Role.ASKABLE:
                self._place(slot)
        for number in trace.checks:
            self.failing[number] ^= 1

    def _settle(self, slot: int, last: int) -> Trace:
        """Look again at every marked slot, from `slot` on; marks reach up to `last`."""
        program, cells, dirty, kept = self.program, self.cells, self._dirty, self.kept
        universe, counted, reasons = cells.universe, cells.counted, cells.reasons
        gates, conditions, readings = program.gates, program.conditions, program.readings
        was: list[Was] = []
        find = dirty.find
        while (slot := find(1, slot, last + 1)) >= 0:
            dirty[slot] = 0
            truth = universe[gates[slot]]
            if truth and (condition := conditions[slot]) is not None:
                truth = min(truth, condition(cells))
            value: Value | None = None
            reason: str | None = None
            if truth == YES:
                if (reading := readings[slot]) is not None:
                    value = reading(cells)
                elif isinstance(answer := kept[slot], Missing):
                    reason = answer.reason
                else:
                    value = answer
            before = Was(slot, universe[slot], counted[slot], reasons[slot])
            moved = truth != before.universe
            if moved or reason != before.reason or not _is_same(value, before.counted):
                universe[slot], counted[slot], reasons[slot] = truth, value, reason
                was.append(before)
                last = max(last, self._spread(slot, moved))
        return Trace(was, self._recheck(was))

    def _spread(self, slot: int, moved: bool) -> int:
        """Mark what reads a slot that changed; returns the last slot marked."""
        program, dirty = self.program, self._dirty
        if program.roles[slot] == Role.ASKABLE:
            self._place(slot)
        last = 0
        for last in program.dependents[slot]:
            dirty[last] = 1
        return max(last, self._mark_behind(slot)) if moved else last

    def _place(self, slot: int) -> None:
        """Note whether the interviewer meets an askable slot, and whether it wants an answer."""
        cells = self.cells
        met = cells.universe[slot] == YES
        self.met[slot] = met
        self.open[slot] = met and cells.counted[slot] is None and cells.reasons[slot] is None

    def _mark_behind(self, gate: int) -> int:
        """Mark everything directly behind a gate; returns the last slot marked, or 0."""
        last = 0
        for start, end, ones in self.program.spans[gate]:
            self._dirty[start:end] = ones
            last = end - 1
        return last

    def _recheck(self, was: list[Was]) -> list[int]:
        """Judge again the checks that read what changed; returns those that turned, in order.

        A check speaks once its own item has been dealt with, and fires when its condition is *no*.
        """
        cells, failing, reading = self.cells, self.failing, self.program.checks_reading
        turned = []
        for number in sorted({number for before in was for number in reading[before.slot]}):
            check = self.program.checks[number]
            slot = check.slot
            dealt_with = cells.counted[slot] is not None or cells.reasons[slot] is not None
            fires = dealt_with and check.condition(cells) == NO
            if fires != failing[number]:
                failing[number] = fires
                turned.append(number)
        return turned


def _is_same(value: Value | None, other: Value | None) -> bool:
    """Whether two values are equal and read the same: 1.0 and 1.00 are equal and do not."""
    if value is other:
        return True
    return value == other and (type(value) is not Decimal or str(value) == str(other))
