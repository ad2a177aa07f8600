"""How long one answer takes at any size of instrument, against working everything out each time.

`python -m benchmarks.route [SIZE …]` prints, for instruments of 100, 1,000 and 10,000 items (50,000
when asked for), a scripted interview in which now and then an earlier gate changes.
"""

import gc
import sys
import tracemalloc
from collections.abc import Callable
from random import Random
from statistics import median, quantiles
from time import thread_time_ns
from typing import NamedTuple

from benchmarks._instruments import MODE, gated_instrument, random_value, realistic_instrument
from instrument.models import Question
from instrument.values import Answer, Instance, Missing
from skips import Program, Route, compile_instrument
from skips.cells import Cells
from skips.places import ROOT
from skips.program import ASKABLE
from skips.truth import YES
from tests.naive import Naive

SIZES = (100, 1_000, 10_000)
FLIP_EVERY = 60
SAMPLES_OF_FULL = 60
SAMPLES_OF_NAIVE = 5


class Step(NamedTuple):
    """One answer of a scripted interview."""

    instance: Instance
    answer: Answer
    is_flip: bool


def script(program: Program, seed: int = 1) -> list[Step]:
    """An interview from start to end, going back to change an earlier gate now and then."""
    rng, route = Random(seed), Route(program)
    steps: list[Step] = []
    gates: list[Instance] = []
    while (instance := route.first_open()) is not None and len(steps) < 20_000:
        question = program.instrument.items[instance.item]
        assert isinstance(question, Question)
        step = Step(instance, random_value(rng, question), is_flip=False)
        if gates and len(steps) % FLIP_EVERY == FLIP_EVERY - 1:
            gate = rng.choice(gates[-20:])
            step = Step(gate, "no" if route.kept(gate) == "yes" else "yes", is_flip=True)
        elif instance.item.endswith("_q0"):
            gates.append(instance)
        route.answer(step.instance, step.answer)
        steps.append(step)
    return steps


def settle_all(program: Program, route: Route) -> Cells:
    """Every compiled condition once more, from the answers alone."""
    cells, kept = Cells(program.size), route.state.cells.kept
    cells.rows = route.state.cells.rows
    cells.universe[ROOT] = YES
    for slot in range(1, program.size):
        truth, condition = cells.universe[program.gates[slot]], program.conditions[slot]
        if truth and condition is not None:
            truth = min(truth, condition(cells))
        cells.universe[slot] = truth
        if truth == YES:
            answer = kept[slot]
            if (reading := program.readings[slot]) is not None:
                cells.counted[slot] = reading(cells)
            elif isinstance(answer, Missing):
                cells.reasons[slot] = answer.reason
            else:
                cells.counted[slot] = answer
            cells.met[slot] = program.roles[slot] == ASKABLE
            cells.open[slot] = cells.met[slot] and answer is None
    return cells


def timed(action: Callable[[], object]) -> float:
    """Microseconds of processor time that something takes, with about 0.5 for looking at the clock.

    Processor time, since other programs on the machine would otherwise be measured, too.
    """
    start = thread_time_ns()
    action()
    return (thread_time_ns() - start) / 1_000


def figures(name: str, times: list[float]) -> str:
    """Median, 95th and 99th percentile, and the worst, of times in µs."""
    cuts = quantiles(times, n=100, method="inclusive") if len(times) > 1 else times * 99
    return (
        f"  {name:<34}{median(times):>10.1f}{cuts[94]:>10.1f}{cuts[98]:>10.1f}{max(times):>11.1f}"
        f"   of {len(times)}"
    )


def measure(size: int) -> None:
    """Print the figures of one size."""
    instrument = realistic_instrument(size)
    compile_ms = timed(lambda: compile_instrument(instrument)) / 1_000
    tracemalloc.start()
    program = compile_instrument(instrument)
    program_mb = tracemalloc.get_traced_memory()[0] / 1e6
    route = Route(program)
    route_mb = tracemalloc.get_traced_memory()[0] / 1e6 - program_mb
    tracemalloc.stop()
    fresh_ms = timed(lambda: Route(program)) / 1_000
    steps = script(program)
    plain: list[float] = []
    flips: list[float] = []
    previews: list[float] = []
    full: list[float] = []
    naive_times: list[float] = []
    naive = Naive(instrument, MODE)
    every = max(1, len(steps) // SAMPLES_OF_FULL)
    every_naive = max(1, len(steps) // SAMPLES_OF_NAIVE)
    gc.collect()
    for at, (instance, answer, is_flip) in enumerate(steps):
        previews.append(timed(lambda: route.preview(instance, answer)))  # noqa: B023

        def answer_and_go_on() -> None:
            route.answer(instance, answer)  # noqa: B023
            route.following(instance)  # noqa: B023

        (flips if is_flip else plain).append(timed(answer_and_go_on))
        naive.answers[instance] = answer
        if at % every == 0:
            full.append(timed(lambda: settle_all(program, route)))
        if at % every_naive == 0:
            naive_times.append(timed(naive.picture))
    print(f"\n{len(instrument.items):,} items, {program.size:,} slots, {len(steps):,} answers")
    print(
        f"  compile {compile_ms:.0f} ms; first settling {fresh_ms:.1f} ms; "
        f"memory: program {program_mb:.1f} MB, one case {route_mb:.2f} MB"
    )
    print(f"  {'µs':<34}{'median':>10}{'p95':>10}{'p99':>10}{'worst':>11}")
    print(figures("answer and next item", plain))
    print(figures("answer that flips a gate", flips) if flips else "  no gate to flip at this size")
    print(figures("preview of the same", previews))
    print(figures("all conditions again, compiled", full))
    print(figures("naive evaluator", naive_times))
    print(
        f"  all again / incremental = {median(full) / median(plain):,.0f}; "
        f"naive / incremental = {median(naive_times) / median(plain):,.0f}; "
        f"preview / answer = {sum(previews) / (sum(plain) + sum(flips)):.2f}"
    )


def measure_flip(size: int) -> None:
    """Print how long a gate takes that `size` items stand behind."""
    program = compile_instrument(gated_instrument(size))
    route, rng, gate = Route(program), Random(2), Instance("gate")
    route.answer(gate, "yes")
    while (instance := route.first_open()) is not None:
        question = program.instrument.items[instance.item]
        assert isinstance(question, Question)
        route.answer(instance, random_value(rng, question))
    gc.collect()
    off, on, looks = [], [], []
    for _ in range(20):
        looks.append(timed(lambda: route.preview(gate, "no")))
        off.append(timed(lambda: route.answer(gate, "no")))
        on.append(timed(lambda: route.answer(gate, "yes")))
    print(f"\nA gate in front of {size:,} answered items")
    print(f"  {'µs':<34}{'median':>10}{'p95':>10}{'p99':>10}{'worst':>11}")
    print(figures("parking them", off))
    print(figures("restoring them", on))
    print(figures("preview of parking", looks))


def main() -> None:
    """Measure every size."""
    for size in tuple(map(int, sys.argv[1:])) or SIZES:
        measure(size)
    measure_flip(5_000)


if __name__ == "__main__":
    main()
