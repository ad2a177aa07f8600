"""What a change did, told in instances of items."""

from collections.abc import Iterable
from itertools import compress

from instrument.values import Instance, Value
from skips.blocks import Frozen, Moved, Spread
from skips.cells import Cells
from skips.change import Change, Computation, Failing
from skips.program import ASKABLE, COMPUTED, Program
from skips.state import Trace
from skips.truth import YES


def report(program: Program, cells: Cells, trace: Trace, failing: Iterable[Failing]) -> Change:
    """A trace in the words of a `Change`; `failing` are the checks that fire since."""
    told = _Told(program, cells)
    if trace.moves:
        told.blocks_and_slots(trace)
    else:
        told.slots(trace)
    return Change(
        tuple(told.entered),
        tuple(told.left),
        tuple(told.parked),
        tuple(told.restored),
        told.computations(),
        tuple(failing),
    )


class _Told:
    """What has been read of a trace so far."""

    def __init__(self, program: Program, cells: Cells) -> None:
        self.program = program
        self.cells = cells
        self.entered: list[Instance] = []
        self.left: list[Instance] = []
        self.parked: list[Instance] = []
        self.restored: list[Instance] = []
        self.computed: dict[int, Value | None] = {}
        """What each computed slot held before all."""

    def slots(self, trace: Trace) -> None:
        """Read a trace of single slots."""
        roles = self.program.roles
        for slot, old, value, _, _ in trace.log:  # type: ignore[misc]
            if roles[slot] == ASKABLE:
                self._slot(slot, old)
            elif roles[slot] == COMPUTED:
                self.computed[slot] = value

    def blocks_and_slots(self, trace: Trace) -> None:
        """Read a trace in which something moved with its gate.

        Slots come in order. What stands behind a gate that moved is told with it: nothing there was
        on the route before it opened, and nothing is after it closed.
        """
        roles, reach, computed = self.program.roles, 0, self.computed
        for entry in trace.log:
            if isinstance(entry, Moved):
                if entry.gate >= reach:
                    reach = self._block(entry)
                if not isinstance(entry, Spread):
                    start, counted = entry.block.start, entry.before
                    for slot in self.program.behind_gate(entry.gate).computed:
                        computed.setdefault(slot, counted[slot - start])
            elif roles[entry[0]] == COMPUTED:
                computed.setdefault(entry[0], entry[2])
            elif entry[0] >= reach and roles[entry[0]] == ASKABLE:
                self._slot(entry[0], entry[1])

    def computations(self) -> tuple[Computation, ...]:
        """The computed values that became another."""
        counted, instances = self.cells.counted, self.program.instances
        return tuple(
            Computation(instances[slot], value, counted[slot])  # type: ignore[arg-type]
            for slot, value in self.computed.items()
            if value != counted[slot]
        )

    def _slot(self, slot: int, old: int) -> None:
        """An askable slot of which something changed."""
        new = self.cells.universe[slot]
        if new == old or YES not in (new, old):
            return
        instance: Instance = self.program.instances[slot]  # type: ignore[assignment]
        dealt = self.cells.dealt[slot]
        (self.entered if new == YES else self.left).append(instance)
        if dealt:
            (self.restored if new == YES else self.parked).append(instance)

    def _block(self, entry: Moved) -> int:
        """What moved with a gate that stands behind no other such gate; returns where it ends."""
        start, end = entry.gate + 1, self.program.behind_gate(entry.gate).end
        if isinstance(entry, Frozen):
            met, moved, dealt = entry.block.met, self.left, self.parked
        else:
            met, moved, dealt = self.cells.met[start:end], self.entered, self.restored
        instances = self.program.instances[start:end]
        moved += compress(instances, met)  # type: ignore[arg-type]
        both = int.from_bytes(met, "little") & int.from_bytes(self.cells.dealt[start:end], "little")
        if both:
            dealt += compress(instances, both.to_bytes(end - start, "little"))  # type: ignore[arg-type]
        return end
