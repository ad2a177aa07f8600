"""How long one answer takes at any size of instrument, against working everything out each time.

`python -m benchmarks.route [SIZE …]` leads, on instruments of 100 to 50,000 items, a scripted
interview of at most 5,000 answers in which now and then an earlier gate changes; then it changes
the gate of one large section and the rows of a long roster.
"""

import gc
import sys
import tracemalloc
from collections.abc import Callable
from random import Random
from statistics import median
from typing import NamedTuple

from benchmarks._instruments import MODE, gated_instrument, random_value, realistic_instrument
from benchmarks._rosters import measure_rosters
from benchmarks._times import figures, heading, timed
from instrument.models import Question
from instrument.values import Answer, Instance, Missing
from skips import Program, Route, compile_instrument
from skips.cells import Cells
from skips.change import NO_CHANGE
from skips.places import ROOT
from skips.program import ASKABLE
from skips.truth import YES
from tests.naive import Naive

SIZES = (100, 1_000, 10_000, 50_000)
PASSES = 5
MOST_STEPS = 5_000
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
    while (instance := route.first_open()) is not None and len(steps) < MOST_STEPS:
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


def measure(size: int) -> None:
    """Print the figures of one size."""
    instrument = realistic_instrument(size)
    compile_ms = timed(lambda: compile_instrument(instrument)) / 1_000
    tracemalloc.start()
    program = compile_instrument(instrument)
    program_bytes = tracemalloc.get_traced_memory()[0]
    route = Route(program)
    route_bytes = tracemalloc.get_traced_memory()[0] - program_bytes
    tracemalloc.stop()
    assert route.open_count
    fresh_ms = timed(lambda: Route(program)) / 1_000
    steps = script(program)
    print(f"\n{len(instrument.items):,} items, {program.size:,} slots, {len(steps):,} answers")
    print(
        f"  compile {compile_ms:.0f} ms; first settling {fresh_ms:.1f} ms; "
        f"memory: program {program_bytes / size:,.0f} B an item, one case {route_bytes / size:,.0f}"
    )
    heading()
    answers = measure_answers(program, steps)
    measure_again(program, steps, answers)
    measure_keys(program, steps)


def measure_answers(program: Program, steps: list[Step]) -> float:
    """Print what answers take, read and previewed; returns the median of one without flips.

    The interview is led several times. What is held against the budgets pools all of them. A
    machine with other work to do makes single answers slow (its caches are cold then), so the least
    time of each answer stands below: a percentile of those minima is not one of answers.
    """
    passes = [_answers(program, steps) for _ in range(PASSES)]
    plain = [at for at, step in enumerate(steps) if not step.is_flip]
    flips = [at for at, step in enumerate(steps) if step.is_flip]
    least = [min(times[at] for times, _ in passes) for at in range(len(steps))]
    read = [min(reads[at] for _, reads in passes) for at in range(len(steps))]
    without_flips = [times[at] for times, _ in passes for at in plain]
    print(figures("answer and next item, all", [one for times, _ in passes for one in times]))
    print(figures("without flips", without_flips))
    if flips:
        print(figures("flips of a gate", [times[at] for times, _ in passes for at in flips]))
    print(figures(f"all, least of {PASSES} of each", least))
    print(figures(f"without flips, least of {PASSES}", [least[at] for at in plain]))
    print(figures(f"reading the change, least of {PASSES}", read))
    looks, changes = _previews(program, steps)
    print(figures("preview of a change", looks))
    print(figures("the change alone, right after it", changes))
    print(
        f"  preview / change = {sum(looks) / sum(changes):.2f} of all time, "
        f"{median(looks) / median(changes):.2f} in the median"
    )
    return median(without_flips)


def _answers(program: Program, steps: list[Step]) -> tuple[list[float], list[float]]:
    """Microseconds of each answer with the next item, and of reading what it changed."""
    route, times, reads = Route(program), [], []
    gc.collect()
    for instance, answer, _ in steps:
        change = NO_CHANGE

        def answer_and_go_on() -> None:
            nonlocal change
            change = route.answer(instance, answer)  # noqa: B023
            route.following(instance)  # noqa: B023

        times.append(timed(answer_and_go_on))
        reads.append(timed(lambda: [len(part) for part in change]))  # noqa: B023
    return times, reads


def _previews(program: Program, steps: list[Step]) -> tuple[list[float], list[float]]:
    """Microseconds of foreseeing each change, and of the same change made right afterwards."""
    route, looks, changes = Route(program), [], []
    gc.collect()
    for instance, answer, _ in steps:
        looks.append(timed(lambda: route.preview(instance, answer)))  # noqa: B023
        changes.append(timed(lambda: route.answer(instance, answer)))  # noqa: B023
    return looks, changes


def measure_again(program: Program, steps: list[Step], plain: float) -> None:
    """Print what it takes to work out everything again, now and then in the interview."""
    route, naive = Route(program), Naive(program.instrument, MODE)
    full: list[float] = []
    naive_times: list[float] = []
    every = max(1, len(steps) // SAMPLES_OF_FULL)
    every_naive = max(1, len(steps) // SAMPLES_OF_NAIVE)
    for at, (instance, answer, _) in enumerate(steps):
        route.answer(instance, answer)
        naive.answers[instance] = answer
        if at % every == 0:
            full.append(timed(lambda: settle_all(program, route)))
        if at % every_naive == 0:
            naive_times.append(timed(naive.picture))
    print(figures("all conditions again, compiled", full))
    print(figures("naive evaluator", naive_times))
    print(
        f"  all again / incremental = {median(full) / plain:,.0f}; "
        f"naive / incremental = {median(naive_times) / plain:,.0f}"
    )


def measure_keys(program: Program, steps: list[Step]) -> None:
    """Print what the screen asks for at a key press takes, each time after one more answer."""
    route = Route(program)
    asked: dict[str, Callable[[Instance], object]] = {
        "minutes_left": lambda _: route.minutes_left(),
        "sections": lambda _: route.sections(),
        "has_undecided_section": lambda _: route.has_undecided_section(),
        "open_count": lambda _: route.open_count,
        "first_open": lambda _: route.first_open(),
        "following": route.following,
        "preceding": route.preceding,
        "place_in_section": route.place_in_section,
        "status": route.status,
        "failing, of one item": route.failing,
        "failing, of all": lambda _: route.failing(),
    }
    times: dict[str, list[float]] = {name: [] for name in asked}
    first = timed(route.sections)
    names = list(asked)
    for at, (instance, answer, _) in enumerate(steps[: 40 * len(names)]):
        route.answer(instance, answer)
        name = names[at % len(names)]
        times[name].append(timed(lambda: asked[name](instance)))  # noqa: B023
    heading("after an answer, µs")
    for name, found in times.items():
        if found:
            print(figures(name, found))
    print(f"  sections for the first time: {first / 1_000:.1f} ms")


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
    off, on, looks, unsure, sure = [], [], [], [], []
    for _ in range(20):
        looks.append(timed(lambda: route.preview(gate, "no")))
        off.append(timed(lambda: route.answer(gate, "no")))
        on.append(timed(lambda: route.answer(gate, "yes")))
        unsure.append(timed(lambda: route.answer(gate, None)))
        sure.append(timed(lambda: route.answer(gate, "yes")))
    print(f"\nA gate in front of {size:,} answered items")
    heading()
    print(figures("parking them", off))
    print(figures("restoring them", on))
    print(figures("preview of parking", looks))
    print(figures("the gate's answer taken away", unsure))
    print(figures("and given again", sure))


def main() -> None:
    """Measure every size."""
    for size in tuple(map(int, sys.argv[1:])) or SIZES:
        measure(size)
    measure_flip(5_000)
    measure_rosters(rows=500, per_row=50)


if __name__ == "__main__":
    main()
