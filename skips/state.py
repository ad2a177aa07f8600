"""The state of one case, kept up to date: a change touches what depends on it and nothing else.

Slots to look at again are marked in a row of bytes. A few marks are taken from a heap, in the order
of the interview; once a gate moves, which marks whole stretches, the next mark is searched for at
the speed of memory. Since conditions read earlier slots only, one pass forward settles everything.
"""

from collections.abc import Sequence
from decimal import Decimal
from heapq import heappop, heappush

from instrument.values import Answer, Duration, Missing, Value
from skips.blocks import Block, Frozen, Moved, Spread, Thawed, freeze, let_in, move_back, save, thaw
from skips.cells import Cells
from skips.gates import Behind
from skips.places import ROOT
from skips.program import ASKABLE, ROSTER, Program
from skips.truth import NO, UNKNOWN, YES

Was = tuple[int, int, Value | None, str | None, int]
"""What stood in a slot before it changed: slot, universe, value, reason, and own condition."""

_WRITTEN = frozenset({Decimal, Duration})
"""Types of which equal values can be written differently."""


class Trace:
    """All that one change did to the state, in order; enough to report it and to undo it."""

    __slots__ = ("checks", "log", "moves")

    def __init__(self) -> None:
        self.log: list[Was | Moved] = []
        self.moves = 0
        """How many entries of the log are of what moved with its gate."""
        self.checks: Sequence[int] = ()
        """The checks that turned."""


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
        if program.fresh is None:
            self._begin()
            program.fresh = self.cells.copy()
        else:
            self.cells = program.fresh.copy()

    def _begin(self) -> None:
        """Settle a case without answers: no gate has closed by then, and no check fires."""
        cells, size = self.cells, self.program.size
        cells.universe[ROOT] = YES
        cells.dirty[ROOT + 1 :] = b"\x01" * (size - 1)
        self._settle([], size - 1, Trace(), search=True)

    def put(self, slot: int, answer: Answer | None) -> Trace:
        """Keep an answer (None: take it away) and bring everything up to date."""
        cells, trace = self.cells, Trace()
        cells.kept[slot] = answer
        cells.dealt[slot] = answer is not None
        if cells.universe[slot] != YES:
            cells.asleep[slot] = cells.frozen[slot]
            return trace
        # On the route it stays there: what an item is asked for stands before it.
        value: Value | None = None
        reason: str | None = None
        if isinstance(answer, Missing):
            reason = answer.reason
        else:
            value = answer
        old_value, old_reason = cells.counted[slot], cells.reasons[slot]
        if reason == old_reason and (value is old_value or _is_same(value, old_value)):
            return trace
        trace.log.append((slot, YES, old_value, old_reason, cells.own[slot]))
        cells.counted[slot], cells.reasons[slot] = value, reason
        cells.changed[slot] = 1
        if self.program.roles[slot] == ASKABLE:
            cells.open[slot] = answer is None
        if readers := self.program.readers[slot]:
            self._settle(list(readers), self._mark(readers), trace)
        self._recheck(trace)
        return trace

    def put_rows(self, roster: int, rows: frozenset[int]) -> Trace:
        """Set which rows stand in an open roster and bring everything up to date."""
        cells, trace = self.cells, Trace()
        other = cells.rows.get(roster, frozenset()) ^ rows
        cells.rows[roster] = rows
        cells.dirty[roster] = 1
        gates = self.program.roster_at(roster).gates
        last = self._mark(sorted(gates[row - 1] for row in other))
        self._settle([], max(roster, last), trace, search=True)
        self._recheck(trace)
        return trace

    def undo(self, slot: int, answer: Answer | None, trace: Trace) -> None:
        """Take back what `put` did to a slot that held `answer` before."""
        cells, roles = self.cells, self.program.roles
        cells.kept[slot] = answer
        cells.dealt[slot] = answer is not None
        for before in reversed(trace.log):
            if isinstance(before, Moved):
                move_back(cells, before, self._snapshots)
                end = self.program.behind_gate(before.gate).end
                cells.changed[before.gate + 1 : end] = b"\x01" * (end - before.gate - 1)
                continue
            at, universe, counted, reason, own = before
            cells.changed[at] = 1
            cells.universe[at], cells.own[at] = universe, own
            cells.counted[at], cells.reasons[at] = counted, reason
            if roles[at] == ASKABLE:
                cells.met[at] = universe == YES
                cells.open[at] = universe == YES and counted is None and reason is None
        for number in trace.checks:
            self.failing[number] ^= 1

    def _settle(  # noqa: C901
        self, agenda: list[int], last: int, trace: Trace, *, search: bool = False
    ) -> None:
        """Look again at every marked slot, in order.

        Args:
            agenda: the marked slots, in order; changed here.
            last: the last slot marked.
            trace: what is done is noted there.
            search: marks are searched for, and the agenda means nothing. That is so from the first
                move of a gate on: it marks rows of slots at once.
        """
        # One long loop, since to call a function costs as much as a slot does.
        program, cells = self.program, self.cells
        dirty, frozen, kept, own = cells.dirty, cells.frozen, cells.kept, cells.own
        universe, counted, reasons = cells.universe, cells.counted, cells.reasons
        changed, roles = cells.changed, program.roles
        gates, conditions, readings = program.gates, program.conditions, program.readings
        log, find, slot = trace.log, dirty.find, 0
        while True:
            if search:
                slot = find(1, slot, last + 1)
                if slot < 0:
                    return
            elif agenda:
                slot = heappop(agenda)
            else:
                return
            dirty[slot] = 0
            if frozen[slot]:
                cells.asleep[slot] = 1
                continue
            condition = conditions[slot]
            wanted = YES if condition is None else condition(cells)
            truth = universe[gates[slot]]
            if wanted < truth:
                truth = wanted
            old_truth = universe[slot]
            value: Value | None = None
            reason: str | None = None
            if truth == YES:
                if (reading := readings[slot]) is not None:
                    value = reading(cells)
                elif isinstance(answer := kept[slot], Missing):
                    reason = answer.reason
                else:
                    value = answer
            elif truth == old_truth and wanted == own[slot]:
                continue
            old_value, old_reason = counted[slot], reasons[slot]
            same = reason == old_reason and (value is old_value or _is_same(value, old_value))
            if same and truth == old_truth and wanted == own[slot]:
                continue
            log.append((slot, old_truth, old_value, old_reason, own[slot]))
            own[slot] = wanted
            changed[slot] = 1
            role = roles[slot]
            if role == ASKABLE:
                cells.met[slot] = truth == YES
                cells.open[slot] = truth == YES and value is None and reason is None
            if not same:
                counted[slot], reasons[slot] = value, reason
                if marks := program.readers[slot]:
                    for mark in marks:
                        if not dirty[mark]:
                            dirty[mark] = 1
                            heappush(agenda, mark)
                    if marks[-1] > last:
                        last = marks[-1]
                if role == ROSTER:
                    last = max(last, self._mark_rows(slot, old_value, value))
                    search = True
            if truth != old_truth:
                universe[slot] = truth
                if marks := program.watchers[slot]:
                    last = max(last, self._mark(marks))
                    search = True
                if program.behind[slot] is not None:
                    last = max(last, self._move(slot, old_truth, truth, trace))
                    search = True

    def _mark(self, slots: Sequence[int]) -> int:
        """Mark slots, given in order, to be looked at again; returns the last one, or 0."""
        dirty, last = self.cells.dirty, 0
        for last in slots:
            dirty[last] = 1
        return last

    def _mark_rows(self, roster: int, old: Value | None, new: Value | None) -> int:
        """Mark the rows of which a new size says something else; returns the last slot marked."""
        place = self.program.roster_at(roster)
        if place.is_open:
            return 0
        gates = place.gates
        if isinstance(old, int) and isinstance(new, int):
            gates = gates[min(old, new) : max(old, new)]
        return self._mark(gates)

    def _mark_behind(self, gate: int) -> int:
        """Mark everything directly behind a gate; returns the last slot marked."""
        behind = self.program.behind_gate(gate)
        for at, special in behind.spans:
            self.cells.dirty[at] = b"\x01" * len(special)
        return behind.end - 1

    def _move(self, gate: int, old: int, new: int, trace: Trace) -> int:
        """Move everything behind a gate with it; returns the last slot marked."""
        if new == UNKNOWN and gate not in self._snapshots:
            return self._mark_behind(gate)
        behind = self.program.behind_gate(gate)
        self.cells.changed[gate + 1 : behind.end] = b"\x01" * (behind.end - gate - 1)
        trace.moves += 1
        if old == YES:
            return self._freeze(gate, behind, trace)
        if gate in self._snapshots:
            return self._thaw(gate, behind, new, trace)
        return self._spread(gate, behind, new, trace)

    def _freeze(self, gate: int, behind: Behind, trace: Trace) -> int:
        """An open gate closes: put aside what stands behind it."""
        block = self._snapshots[gate] = save(self.cells, gate + 1, behind.end)
        trace.log.append(Frozen(gate, block))
        freeze(self.cells, block.start, block.end)
        return max(block.end - 1, self._mark(behind.readers))

    def _thaw(self, gate: int, behind: Behind, new: int, trace: Trace) -> int:
        """A gate that had closed is open again, or possibly so: bring back what stood behind it."""
        block = self._snapshots.pop(gate)
        trace.log.append(Thawed(gate, block, self.cells.asleep[block.start : block.end]))
        thaw(self.cells, block)
        if new != YES:
            self._mark_behind(gate)
        return max(block.end - 1, self._mark(behind.readers))

    def _spread(self, gate: int, behind: Behind, new: int, trace: Trace) -> int:
        """A gate behind which nothing has counted so far opens, or turns out to be closed."""
        cells, start, end = self.cells, gate + 1, behind.end
        trace.log.append(Spread(gate, cells.universe[start:end]))
        if new == NO:
            cells.universe[start:end] = bytes(end - start)
        else:
            for span in behind.spans:
                let_in(cells, span)
        last, watchers = end - 1, self.program.watchers
        for slot in behind.watched:
            last = max(last, self._mark(watchers[slot]))
        return last

    def _recheck(self, trace: Trace) -> None:
        """Judge again the checks that read what changed, and note those that turned, in order.

        A check speaks once its own item has been dealt with, and fires when its condition is *no*.
        """
        reading = self.program.checks_reading
        due: set[int] = set()
        for entry in trace.log:
            if isinstance(entry, Moved):
                behind = self.program.behind_gate(entry.gate)
                if not isinstance(entry, Spread):
                    due.update(behind.checks)
                for slot in behind.watched:
                    due.update(reading[slot])
            elif numbers := reading[entry[0]]:
                due.update(numbers)
        if not due:
            return
        cells, failing = self.cells, self.failing
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
