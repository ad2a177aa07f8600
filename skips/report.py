"""What a change did, told in instances of items."""

from collections.abc import Iterable, Iterator
from itertools import compress

from instrument.values import Instance
from skips.cells import Cells
from skips.change import Change, Computation, Failing
from skips.program import ASKABLE, COMPUTED, Program
from skips.state import Moved, Trace
from skips.truth import YES


def report(program: Program, cells: Cells, trace: Trace, failing: Iterable[Failing]) -> Change:
    """A trace in the words of a `Change`; `failing` are the checks that fire since."""
    entered, left = _moved(program, cells, trace)
    dealt = cells.dealt
    return Change(
        _named(program, entered),
        _named(program, left),
        _named(program, [slot for slot in left if dealt[slot]]),
        _named(program, [slot for slot in entered if dealt[slot]]),
        tuple(_computations(program, cells, trace)),
        tuple(failing),
    )


def _moved(program: Program, cells: Cells, trace: Trace) -> tuple[list[int], list[int]]:
    """The askable slots that came onto the route, and those that went off it."""
    entered: list[int] = []
    left: list[int] = []
    start = program.size if trace.window is None else trace.window.start
    for entry in trace.log:
        if isinstance(entry, Moved):
            continue
        slot, old = entry[0], entry[1]
        if program.roles[slot] == ASKABLE and slot < start:
            new = cells.universe[slot]
            if new != old and YES in (new, old):
                (entered if new == YES else left).append(slot)
    if trace.window is not None:
        # Slots behind a gate may have moved with it and then again on their own: only the
        # difference between before and now tells.
        size = trace.end - start
        old_met = int.from_bytes(trace.window.met[:size], "little")
        new_met = int.from_bytes(cells.met[start : trace.end], "little")
        entered += _set_in((new_met & ~old_met).to_bytes(size, "little"), start)
        left += _set_in((old_met & ~new_met).to_bytes(size, "little"), start)
    return entered, left


def _set_in(flags: bytes, offset: int) -> Iterator[int]:
    """The places that are set in a row of flags."""
    start, end = flags.find(1), flags.rfind(1) + 1
    return compress(range(offset + start, offset + end), flags[start:end]) if end else iter(())


def _named(program: Program, slots: list[int]) -> tuple[Instance, ...]:
    instances = program.instances
    return tuple([instances[slot] for slot in slots])  # type: ignore[misc]


def _computations(program: Program, cells: Cells, trace: Trace) -> Iterator[Computation]:
    """Computed values that became another."""
    before = {} if trace.window is None else dict(trace.window.values)
    for entry in trace.log:
        if not isinstance(entry, Moved) and program.roles[entry[0]] == COMPUTED:
            before.setdefault(entry[0], entry[2])
    for slot in sorted(before):
        if before[slot] != cells.counted[slot]:
            instance = program.instances[slot]
            assert instance is not None
            yield Computation(instance, before[slot], cells.counted[slot])
