"""What a change did, told in instances of items."""

from collections.abc import Iterable
from itertools import compress

from instrument.values import Instance, Value
from skips.blocks import Frozen, Moved, Thawed
from skips.cells import Cells
from skips.change import Change, Computation, Failing
from skips.program import ASKABLE, COMPUTED, Program
from skips.state import Trace, Was
from skips.truth import YES

_Sorted = tuple[list[Instance], list[Instance], list[Instance], list[Instance]]
"""What entered, left, was parked, was restored; filled in the order of the interview."""


def report(program: Program, cells: Cells, trace: Trace, failing: Iterable[Failing]) -> Change:
    """A trace in the words of a `Change`; `failing` are the checks that fire since."""
    told: _Sorted = ([], [], [], [])
    before = (_blocks_and_slots if trace.moves else _slots)(program, cells, trace, told)
    entered, left, parked, restored = told
    computed = _computations(program, cells, before) if before else ()
    return Change(
        tuple(entered), tuple(left), tuple(parked), tuple(restored), computed, tuple(failing)
    )


def _slots(program: Program, cells: Cells, trace: Trace, told: _Sorted) -> dict[int, Value | None]:
    """Read a trace of single slots; returns what each computed slot in it held before."""
    roles = program.roles
    before: dict[int, Value | None] = {}
    log: list[Was] = trace.log  # type: ignore[assignment]
    for slot, old, value, _, _ in log:
        if roles[slot] == ASKABLE:
            _slot(program, cells, slot, old, told)
        elif roles[slot] == COMPUTED:
            before[slot] = value
    return before


def _blocks_and_slots(
    program: Program, cells: Cells, trace: Trace, told: _Sorted
) -> dict[int, Value | None]:
    """Read a trace in which something moved with its gate.

    Slots come in order. What stands behind a gate that moved is told with it: nothing there was on
    the route before it opened, and nothing is after it closed.
    """
    roles, reach = program.roles, 0
    before: dict[int, Value | None] = {}
    for entry in trace.log:
        if not isinstance(entry, Moved):
            slot, old, value, _, _ = entry
            if roles[slot] == COMPUTED:
                before.setdefault(slot, value)
            elif slot >= reach and roles[slot] == ASKABLE:
                _slot(program, cells, slot, old, told)
            continue
        if entry.gate >= reach:
            reach = _block(program, cells, entry, told)
        if isinstance(entry, Frozen):
            counted, start = entry.block.counted, entry.block.start
            for slot in program.behind_gate(entry.gate).computed:
                before.setdefault(slot, counted[slot - start])
        elif isinstance(entry, Thawed):
            for slot in program.behind_gate(entry.gate).computed:
                before.setdefault(slot, None)
    return before


def _slot(program: Program, cells: Cells, slot: int, old: int, told: _Sorted) -> None:
    """An askable slot of which something changed."""
    new = cells.universe[slot]
    if new == old or YES not in (new, old):
        return
    entered, left, parked, restored = told
    instance: Instance = program.instances[slot]  # type: ignore[assignment]
    (entered if new == YES else left).append(instance)
    if cells.dealt[slot]:
        (restored if new == YES else parked).append(instance)


def _block(program: Program, cells: Cells, entry: Moved, told: _Sorted) -> int:
    """What moved with a gate that stands behind no other such gate; returns where it ends."""
    start, end = entry.gate + 1, program.behind_gate(entry.gate).end
    entered, left, parked, restored = told
    if isinstance(entry, Frozen):
        met, moved, dealt = entry.block.met, left, parked
    else:
        met, moved, dealt = cells.met[start:end], entered, restored
    instances = program.instances[start:end]
    moved += compress(instances, met)  # type: ignore[arg-type]
    both = int.from_bytes(met, "little") & int.from_bytes(cells.dealt[start:end], "little")
    if both:
        dealt += compress(instances, both.to_bytes(end - start, "little"))  # type: ignore[arg-type]
    return end


def _computations(
    program: Program, cells: Cells, before: dict[int, Value | None]
) -> tuple[Computation, ...]:
    """The computed values that became another."""
    counted, instances = cells.counted, program.instances
    return tuple(
        [
            Computation(instances[slot], value, counted[slot])  # type: ignore[arg-type]
            for slot, value in before.items()
            if value != counted[slot]
        ]
    )
