"""Where the time of one answer goes: `python -m benchmarks.profile_answer [SIZE]`.

The parts of an answer are measured beside a bare incremental loop over the same index and the same
compiled conditions, which keeps no log, parks nothing, and can neither be undone nor report.
"""

import gc
import sys
from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from statistics import median
from time import thread_time_ns
from typing import Any

from benchmarks._instruments import realistic_instrument
from benchmarks._times import figures, heading, timed
from benchmarks.route import Step, script
from instrument.values import Answer, Instance, Missing
from skips import Program, Route, compile_instrument
from skips.blocks import Moved
from skips.cells import Cells, Condition
from skips.places import ROOT
from skips.program import ASKABLE
from skips.report import report
from skips.state import State, Trace
from skips.truth import YES

PASSES = 7
REPEATS = 100_000

WHY = """\
Why it cannot go much lower in plain Python: the bare loop is the least that finds out what an
answer changes. Each slot that it looks at costs a closure or two for its condition and some ten
reads and writes of lists, and a call, a read and a step of a heap each cost what is printed as a
unit above. What an answer takes beyond the bare loop buys parked answers, previews and reports: one
tuple of what stood before per slot that changed, and one call each to find the item, to keep the
answer, to judge checks and to report. Where many slots change, moving them as blocks wins that
back. No part depends on the size of the instrument. To be quicker, fewer slots would have to be
looked at, which conditions decide, or the loop be written in another language."""


class Bare:
    """The least that keeps a route up to date; no parking, no log, no report."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.cells = Cells(program.size)
        self.cells.universe[ROOT] = YES
        behind: list[list[int]] = [[] for _ in program.gates]
        for slot, gate in enumerate(program.gates[1:], start=1):
            behind[gate].append(slot)
        self.woken = [
            tuple(sorted({*program.watchers[slot], *behind[slot]})) for slot in range(program.size)
        ]
        self.settle(list(range(1, program.size)))

    def put(self, slot: int, answer: Answer) -> None:
        """Keep an answer and settle what follows; all answers are values here."""
        cells = self.cells
        cells.kept[slot] = answer
        if cells.universe[slot] == YES:
            assert not isinstance(answer, Missing)
            cells.counted[slot] = answer
            self.settle(list(self.program.readers[slot]))

    def settle(self, agenda: list[int]) -> None:
        """Look at the slots of an agenda and at all that is woken by them."""
        program, cells, woken = self.program, self.cells, self.woken
        universe, counted, kept = cells.universe, cells.counted, cells.kept
        gates, conditions, readings = program.gates, program.conditions, program.readings
        readers, last = program.readers, -1
        while agenda:
            slot = heappop(agenda)
            if slot == last:
                continue
            last = slot
            truth, condition = universe[gates[slot]], conditions[slot]
            if truth and condition is not None:
                truth = min(truth, condition(cells))
            value: Any = None
            if truth == YES:
                reading = readings[slot]
                value = kept[slot] if reading is None else reading(cells)
            if value != counted[slot]:
                counted[slot] = value
                for reader in readers[slot]:
                    heappush(agenda, reader)
            if truth != universe[slot]:
                universe[slot] = truth
                for one in woken[slot]:
                    heappush(agenda, one)

    def met(self) -> list[Instance | None]:
        """What the interviewer meets."""
        program, universe = self.program, self.cells.universe
        return [
            program.instances[slot]
            for slot in range(program.size)
            if program.roles[slot] == ASKABLE and universe[slot] == YES
        ]


Answering = Callable[[Step], object]


def quietest(begin: Callable[[], Answering], steps: Sequence[Step]) -> list[float]:
    """Per step, the shortest time of several interviews, in µs."""
    found: list[float] = []
    for _ in range(PASSES):
        answer = begin()
        gc.collect()
        times = [timed(lambda: answer(step)) for step in steps]  # noqa: B023
        found = list(map(min, found, times)) if found else times
    return found


def unit(action: Callable[[], object]) -> float:
    """Nanoseconds that one call of something takes, with the call."""
    best = float("inf")
    for _ in range(5):
        start = thread_time_ns()
        for _ in range(REPEATS):
            action()
        best = min(best, (thread_time_ns() - start) / REPEATS)
    return best


def traces(program: Program, steps: Sequence[Step]) -> list[Trace]:
    """What each step did to the state."""
    state = State(program)
    return [state.put(program.slot(step.instance), step.answer) for step in steps]


def calls(program: Program, steps: Sequence[Step]) -> list[list[Condition]]:
    """The conditions and readings that each step works out."""
    done: list[Condition] = []

    def noted(function: Any) -> Any:
        def wrapper(cells: Cells) -> Any:
            done.append(function)
            return function(cells)

        return wrapper

    state, by_step = State(program), []
    conditions, readings = program.conditions, program.readings
    program.conditions = [None if one is None else noted(one) for one in conditions]
    program.readings = [None if one is None else noted(one) for one in readings]
    for step in steps:
        state.put(program.slot(step.instance), step.answer)
        by_step.append(done[:])
        done.clear()
    program.conditions, program.readings = conditions, readings
    return by_step


def main() -> None:
    """Print the parts, the floor and the units."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    program = compile_instrument(realistic_instrument(size))
    steps = script(program)
    print(f"{size:,} items, {len(steps):,} answers, the quietest of {PASSES} interviews each")
    heading()
    whole = _print_answers(program, steps)
    _print_parts(program, steps, whole)
    _print_units(program, steps)
    print("\n" + WHY)


def _print_answers(program: Program, steps: Sequence[Step]) -> list[float]:
    bares: list[Bare] = []
    routes: list[Route] = []

    def bare() -> Answering:
        bares.append(Bare(program))
        return lambda step: bares[-1].put(program.slot(step.instance), step.answer)

    def full() -> Answering:
        routes.append(Route(program))
        return lambda step: routes[-1].answer(step.instance, step.answer)

    floor, whole = quietest(bare, steps), quietest(full, steps)
    assert bares[-1].met() == routes[-1].route(), "the bare loop comes to another route"
    print(figures("bare incremental loop", floor))
    print(figures("answer with log and report", whole))
    ratio = median([one / other for one, other in zip(whole, floor, strict=True)])
    print(
        f"  answer / bare loop, clock included: {ratio:.2f} in the median, "
        f"{sum(whole) / sum(floor):.2f} in all"
    )
    return whole


def _print_parts(program: Program, steps: Sequence[Step], whole: list[float]) -> None:
    def put() -> Answering:
        state = State(program)
        return lambda step: state.put(program.slot(step.instance), step.answer)

    done, worked_out, cells = traces(program, steps), calls(program, steps), State(program).cells
    by_step = {id(step): at for at, step in enumerate(steps)}

    def conditions() -> Answering:
        return lambda step: [one(cells) for one in worked_out[by_step[id(step)]]]

    def reporting() -> Answering:
        return lambda step: _report(program, cells, done[by_step[id(step)]])

    settled = quietest(put, steps)
    clock = quietest(lambda: lambda _: None, steps)
    parts = {
        "looking at the clock": clock,
        "finding the item's slot": _less(
            quietest(lambda: lambda step: program.slot(step.instance), steps), clock
        ),
        "conditions and readings": _less(quietest(conditions, steps), clock),
        "report of the change": _less(quietest(reporting, steps), clock),
    }
    rest = list(whole)
    for times in parts.values():
        rest = _less(rest, times)
    parts["marks, statuses, log, moves"] = rest
    heading("parts, µs")
    for name, times in parts.items():
        share = sum(times) / sum(whole)
        print(f"{figures(name, times)}, {share:.0%} of all time")
    print(figures("for comparison: all but the report", settled))


def _report(program: Program, cells: Cells, trace: Trace) -> object:
    return report(program, cells, trace, ()) if len(trace.log) > 1 else None


def _less(times: Sequence[float], others: Sequence[float]) -> list[float]:
    return [max(0.0, one - other) for one, other in zip(times, others, strict=True)]


def _print_units(program: Program, steps: Sequence[Step]) -> None:
    done = traces(program, steps)
    changed = [sum(not isinstance(one, Moved) for one in trace.log) for trace in done]
    worked_out = [len(one) for one in calls(program, steps)]
    moves = sum(trace.moves for trace in done)
    print(
        f"\n  an answer changes {sum(changed) / len(steps):.1f} slots and works out "
        f"{sum(worked_out) / len(steps):.1f} conditions and values on average; "
        f"{moves} gates moved in {len(steps):,} answers"
    )
    slots, instance, cells = program.places.slots, steps[0].instance, State(program).cells
    condition = next(one for one in program.conditions if one is not None)
    heap = [5, 7, 9]
    dirty, nothing = bytearray(program.size), unit(lambda: None)

    def push_and_pop() -> None:
        heappush(heap, 6)
        heappop(heap)

    units: dict[str, Callable[[], object]] = {
        "look an item up in a dict": lambda: slots[instance],
        "read one place of a list": lambda: cells.counted[5],
        "one condition": lambda: condition(cells),
        "push and pop of a heap": push_and_pop,
        "search the next mark, 100 slots on": lambda: dirty.find(1, 0, 100),
        "copy 50 slots of a row of bytes": lambda: dirty[100:150],
    }
    print(f"  ns: an empty call {nothing:.0f}", end="")
    for name, action in units.items():
        print(f"; {name} {max(0.0, unit(action) - nothing):.0f}", end="")
    print()


if __name__ == "__main__":
    main()
