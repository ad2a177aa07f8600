"""The state of one case, kept up to date: a change touches what depends on it and nothing else.

Slots to look at again are marked in a row of bytes, and the next one is found by searching for the
next mark: that runs at the speed of memory, needs no heap, and visits slots in the order of the
interview. Since conditions read earlier slots only, one pass forward settles everything.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from instrument.values import Answer, Duration, Missing, Value
from skips.blocks import Block, freeze, let_in, put_back, save, thaw
from skips.cells import Cells
from skips.places import ROOT
from skips.program import ASKABLE, Program
from skips.truth import NO, YES

Was = tuple[int, int, Value | None, str | None, int]
"""What stood in a slot before it changed: slot, universe, value, reason, and own condition."""

_WRITTEN = frozenset({Decimal, Duration})
"""Types of which equal values can be written differently."""


class Moved(NamedTuple):
    """What stood behind a gate before it was moved as a whole."""

    gate: int
    block: Block
    snapshot: Block | None
    """What had been put aside for that gate."""


class Window(NamedTuple):
    """What there was behind the first gate that moved as a whole, and what that calls for."""

    start: int
    """The gate's slot. Slots are visited in order: nothing behind it had changed by then."""
    met: bytearray
    """What was met before, from `start` on."""
    values: dict[int, Value | None]
    """The values of computed slots before they were moved with a gate."""
    due: set[int]
    """Checks to judge again."""


class Trace:
    """All that one change did to the state, in order; enough to report it and to undo it."""

    __slots__ = ("checks", "end", "log", "window")

    def __init__(self) -> None:
        self.end = 0
        """The slot behind the last one that was looked at."""
        self.log: list[Was | Moved] = []
        self.checks: Sequence[int] = ()
        """The checks that turned."""
        self.window: Window | None = None

    def window_from(self, gate: int, cells: Cells) -> Window:
        """The window of the change; it begins at this gate unless one before has moved."""
        if self.window is None:
            self.window = Window(gate, cells.met[gate:], {}, set())
        return self.window


class State:
    """Answers kept, and everything that follows from them."""

    __slots__ = ("_snapshots", "cells", "failing", "program")

    def __init__(self, program: Program) -> None:
        self.program = program
        self.cells = Cells(program.size)
        self.failing = bytearray(len(program.checks))
        """1 for every check that fires."""
        self._snapshots: dict[int, Block] = {}
        """What stood behind every gate that has closed, by its slot."""
        cells = self.cells
        cells.universe[ROOT] = YES
        cells.dirty[ROOT + 1 :] = b"\x01" * (program.size - 1)
        self._settle(ROOT + 1, program.size - 1)

    def put(self, slot: int, answer: Answer | None) -> Trace:
        """Keep an answer (None: take it away) and bring everything up to date."""
        cells = self.cells
        cells.kept[slot] = answer
        cells.dealt[slot] = answer is not None
        cells.dirty[slot] = 1
        return self._settle(slot, slot)

    def put_rows(self, roster: int, rows: frozenset[int]) -> Trace:
        """Set which rows stand in an open roster and bring everything up to date."""
        self.cells.rows[roster] = rows
        self.cells.dirty[roster] = 1
        return self._settle(roster, self._mark_behind(roster))

    def undo(self, slot: int, answer: Answer | None, trace: Trace) -> None:
        """Take back what `put` did to a slot that held `answer` before."""
        cells, roles = self.cells, self.program.roles
        cells.kept[slot] = answer
        cells.dealt[slot] = answer is not None
        for before in reversed(trace.log):
            if isinstance(before, Moved):
                put_back(cells, before.block)
                self._snapshots.pop(before.gate, None)
                if before.snapshot is not None:
                    self._snapshots[before.gate] = before.snapshot
                continue
            at, universe, counted, reason, own = before
            cells.universe[at], cells.own[at] = universe, own
            cells.counted[at], cells.reasons[at] = counted, reason
            if roles[at] == ASKABLE:
                cells.met[at] = universe == YES
                cells.open[at] = universe == YES and counted is None and reason is None
        for number in trace.checks:
            self.failing[number] ^= 1

    def _settle(self, slot: int, last: int) -> Trace:  # noqa: C901 - a call costs as much as a slot
        """Look again at every marked slot, from `slot` on; marks reach up to `last`."""
        program, cells = self.program, self.cells
        dirty, frozen, kept, own = cells.dirty, cells.frozen, cells.kept, cells.own
        universe, counted, reasons = cells.universe, cells.counted, cells.reasons
        gates, conditions, readings = program.gates, program.conditions, program.readings
        trace = Trace()
        log = trace.log
        find = dirty.find
        while (slot := find(1, slot, last + 1)) >= 0:
            dirty[slot] = 0
            if frozen[slot]:
                cells.asleep[slot] = 1
                continue
            condition = conditions[slot]
            wanted = YES if condition is None else condition(cells)
            gate = universe[gates[slot]]
            truth = wanted if wanted < gate else gate
            value: Value | None = None
            reason: str | None = None
            if truth == YES:
                if (reading := readings[slot]) is not None:
                    value = reading(cells)
                elif isinstance(answer := kept[slot], Missing):
                    reason = answer.reason
                else:
                    value = answer
            old_truth, old_value, old_reason = universe[slot], counted[slot], reasons[slot]
            same = reason == old_reason and (value is old_value or _is_same(value, old_value))
            if same and truth == old_truth and wanted == own[slot]:
                continue
            log.append((slot, old_truth, old_value, old_reason, own[slot]))
            own[slot] = wanted
            if not same:
                counted[slot], reasons[slot] = value, reason
                if readers := program.readers[slot]:
                    last = max(last, self._mark(readers))
            if truth != old_truth:
                universe[slot] = truth
                if watchers := program.watchers[slot]:
                    last = max(last, self._mark(watchers))
                if program.behind[slot] is not None:
                    last = max(last, self._move(slot, old_truth, truth, trace))
            if program.roles[slot] == ASKABLE:
                cells.met[slot] = truth == YES
                cells.open[slot] = truth == YES and value is None and reason is None
        trace.end = last + 1
        self._recheck(trace)
        return trace

    def _mark(self, slots: tuple[int, ...]) -> int:
        """Mark slots, given in order, to be looked at again; returns the last one, or 0."""
        dirty, last = self.cells.dirty, 0
        for last in slots:
            dirty[last] = 1
        return last

    def _mark_behind(self, gate: int) -> int:
        """Mark everything directly behind a gate; returns the last slot marked."""
        last = gate
        for start, end, _ in self.program.behind_gate(gate).spans:
            self.cells.dirty[start:end] = b"\x01" * (end - start)
            last = end - 1
        return last

    def _move(self, gate: int, old: int, new: int, trace: Trace) -> int:
        """Move everything behind a gate with it; returns the last slot marked."""
        snapshot = self._snapshots.pop(gate, None)
        if new == NO:
            return self._freeze(gate, trace) if old == YES else self._dim(gate, trace)
        if snapshot is not None:
            return self._thaw(gate, snapshot, new, trace)
        return self._let_in(gate, trace) if new == YES else self._mark_behind(gate)

    def _freeze(self, gate: int, trace: Trace) -> int:
        """An open gate closes: put aside what stands behind it."""
        block = self._log_block(gate, None, trace)
        self._snapshots[gate] = block
        freeze(self.cells, block.start, block.end)
        return max(block.end - 1, self._mark(self.program.behind_gate(gate).readers))

    def _thaw(self, gate: int, snapshot: Block, new: int, trace: Trace) -> int:
        """A gate that had closed is open again, or possibly so: bring back what stood behind it."""
        block = self._log_block(gate, snapshot, trace)
        thaw(self.cells, snapshot)
        if new != YES:
            self._mark_behind(gate)
        return max(block.end - 1, self._mark(self.program.behind_gate(gate).readers))

    def _log_block(self, gate: int, snapshot: Block | None, trace: Trace) -> Block:
        """Save what stands behind a gate, for undoing and for the report."""
        cells, behind = self.cells, self.program.behind_gate(gate)
        window = trace.window_from(gate, cells)
        block = save(cells, gate + 1, behind.end)
        trace.log.append(Moved(gate, block, snapshot))
        window.due.update(behind.checks)
        for slot in behind.computed:
            window.values.setdefault(slot, cells.counted[slot])
        return block

    def _dim(self, gate: int, trace: Trace) -> int:
        """A gate that might have opened does not: nothing behind it counted, so nothing is lost."""
        start, end = gate + 1, self.program.behind_gate(gate).end
        trace.log.append(Moved(gate, save(self.cells, start, end), None))
        self.cells.universe[start:end] = bytes(end - start)
        return self._mark_watchers(gate, trace)

    def _let_in(self, gate: int, trace: Trace) -> int:
        """A gate opens that had not been open before: let in what stands directly behind it."""
        cells, behind = self.cells, self.program.behind_gate(gate)
        trace.window_from(gate, cells)
        for start, end, special in behind.spans:
            trace.log.append(Moved(gate, save(cells, start, end), None))
            let_in(cells, start, end, special)
        return max(behind.end - 1, self._mark_watchers(gate, trace))

    def _mark_watchers(self, gate: int, trace: Trace) -> int:
        """Mark what watches the slots directly behind a gate; returns the last slot marked."""
        program, last = self.program, 0
        for slot in program.behind_gate(gate).watched:
            last = max(last, self._mark(program.watchers[slot]))
            trace.window_from(gate, self.cells).due.update(program.checks_reading[slot])
        return last

    def _recheck(self, trace: Trace) -> None:
        """Judge again the checks that read what changed, and note those that turned, in order.

        A check speaks once its own item has been dealt with, and fires when its condition is *no*.
        """
        cells, failing, reading = self.cells, self.failing, self.program.checks_reading
        due: set[int] = set() if trace.window is None else trace.window.due
        for entry in trace.log:
            if numbers := reading[entry[0]]:
                due.update(numbers)
        if not due:
            return
        turned = trace.checks = []
        for number in sorted(due):
            check = self.program.checks[number]
            slot = check.slot
            dealt_with = cells.counted[slot] is not None or cells.reasons[slot] is not None
            fires = dealt_with and check.condition(cells) == NO
            if fires != failing[number]:
                failing[number] = fires
                turned.append(number)


def _is_same(value: Value | None, other: Value | None) -> bool:
    """Whether two values are equal and read the same: 1.0 and 1.00 are equal and do not."""
    return value == other and (type(value) not in _WRITTEN or str(value) == str(other))
