"""How long changes to a long roster take; part of `python -m benchmarks.route`."""

import gc
import tracemalloc
from collections.abc import Callable
from random import Random

from benchmarks._instruments import random_value, roster_instrument
from benchmarks._times import figures, heading, timed
from instrument.models import Question
from instrument.values import Instance
from skips import Program, Route, compile_instrument

TURNS = 9


def measure_rosters(rows: int, per_row: int) -> None:
    """Print what changes cost in a roster of `rows` rows with `per_row` items each."""
    for is_open in (False, True):
        instrument = roster_instrument(rows, per_row, is_open=is_open)
        tracemalloc.start()
        program = compile_instrument(instrument)
        program_bytes = tracemalloc.get_traced_memory()[0]
        route = Route(program)
        case_bytes = tracemalloc.get_traced_memory()[0] - program_bytes
        tracemalloc.stop()
        kind = "an open roster" if is_open else "a roster by size"
        print(
            f"\n{kind[0].upper()}{kind[1:]}: at most {rows} rows of {per_row} items, "
            f"{program.size:,} slots; memory: program {program_bytes / 1e6:.1f} MB, "
            f"one case {case_bytes / 1e6:.2f} MB"
        )
        heading()
        _fill(program, route, rows, is_open=is_open)
        gc.collect()
        (_change_open if is_open else _change_sized)(route, rows)
        _change_within(route, rows // 2)


def _fill(program: Program, route: Route, rows: int, *, is_open: bool) -> None:
    """Answer everything, with every row standing."""
    rng = Random(3)
    if is_open:
        for _ in range(rows):
            route.add_row("people")
    else:
        route.answer(Instance("size"), rows)
    while (instance := route.first_open()) is not None:
        question = program.instrument.items[instance.item]
        assert isinstance(question, Question)
        route.answer(instance, random_value(rng, question))


def _change_sized(route: Route, rows: int) -> None:
    size = Instance("size")
    times = _each(
        **{
            f"size {rows} to 3": lambda: route.answer(size, 3),
            f"size 3 to {rows}": lambda: route.answer(size, rows),
            f"size {rows} to {rows - 1}": lambda: route.answer(size, rows - 1),
            f"size {rows - 1} to {rows}": lambda: route.answer(size, rows),
            "preview of 3": lambda: route.preview(size, 3),
        }
    )
    for name, found in times.items():
        print(figures(name, found))


def _change_open(route: Route, rows: int) -> None:
    middle, added = rows // 2, iter(range(rows + 1, 2 * rows))

    def make_room() -> None:
        route.remove_row("people", next(added) - 1)

    times = _each(
        **{
            "remove the row in the middle": lambda: route.remove_row("people", middle),
            "restore it": lambda: route.restore_row("people", middle),
            "remove the last row": make_room,
            "add another": lambda: route.add_row("people"),
        }
    )
    for name, found in times.items():
        print(figures(name, found))


def _change_within(route: Route, row: int) -> None:
    """An answer in a row, read by nothing outside of it and by functions over all rows."""
    own, counted = Instance("q0", row), Instance("age", row)
    times = _each(
        **{
            "answer in a row, read in it": lambda: route.answer(own, "no"),
            "changed back": lambda: route.answer(own, "yes"),
            "read by count, any and sum": lambda: route.answer(counted, 1),
            "read by them, changed back": lambda: route.answer(counted, 8),
        }
    )
    for name, found in times.items():
        print(figures(name, found))


def _each(**actions: Callable[[], object]) -> dict[str, list[float]]:
    """Microseconds of each of some actions, taken in turn."""
    times: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(TURNS):
        for name, action in actions.items():
            times[name].append(timed(action))
    return times
