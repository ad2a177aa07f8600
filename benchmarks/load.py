"""How long an instrument takes to load, from YAML and from the cache, and what an open case holds.

The floors, in the same run, are the C parser of YAML alone (its events, nothing built) and the
stock C loader, which builds dicts and lists and knows nothing of instruments. Times are of this
process's CPU, in seconds, the least of a few rounds. Nothing of an instrument is looked at when a
case is opened from the cache; what it costs to look at all of it then stands in a line of its own.

    python -m benchmarks.load [--items 10000 50000] [--rounds 3] [--no-memory]
"""

import argparse
import gc
import time
import tracemalloc
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from random import Random
from resource import getpagesize
from tempfile import TemporaryDirectory

import yaml

import instrument
from instrument import instrument_files, read_files
from instrument.cache import dump, key_of, read_cached
from skips import Route, compile_instrument
from skips.kept import dump as dump_program
from skips.kept import program_of

SECTION_SIZE = 50
KINDS = ("yes_no",) * 5 + ("one_of",) * 4 + ("integer",) * 3 + ("any_of",) * 2
CHOICES = ("none", "some", "many", "all")


def least(rounds: int, work: Callable[[], object]) -> float:
    """Seconds of CPU that a piece of work takes; to let go of what it made is no part of it."""
    times = []
    for _ in range(rounds):
        begun = time.process_time()
        made = work()
        times.append(time.process_time() - begun)
        del made
    return min(times)


def written(size: int, seed: int = 0) -> dict[str, bytes]:
    """The YAML of an instrument of `size` items in sections of 50, half of them conditional."""
    rng = Random(seed)
    names = [f"s{at}" for at in range(max(1, size // SECTION_SIZE))]
    head = ["instrument: generated", "title: Generated", 'version: "1"', "choices:", "  amounts:"]
    head += [
        f"    - {{name: {name}, code: {code}, label: {name.title()}}}"
        for code, name in enumerate(CHOICES)
    ]
    head += ["sections:", *(f"  - {name}" for name in names)]
    files = {"instrument.yaml": "\n".join(head)}
    for at, name in enumerate(names):
        gate = f"ask_if: s{rng.randrange(max(0, at - 5), at)}_q0\n" if at % 4 else ""
        files[f"{name}.yaml"] = (
            f"section: {name}\ntitle: Part {at}\n{gate}items:\n{_items(rng, name)}"
        )
    return {name: text.encode() for name, text in files.items()}


def _items(rng: Random, section: str) -> str:
    known: list[tuple[str, str]] = []
    lines: list[str] = []
    for place in range(SECTION_SIZE):
        name, kind = f"{section}_q{place}", rng.choice(KINDS) if place else "yes_no"
        near = known[-12:]
        if near and rng.random() < 1 / 12:
            lines += [f"  - compute: {name}", f"    label: Value {place}"]
            lines += [f"    as: {_condition(rng, near)}"]
            kind = "yes_no"
        else:
            lines += [f"  - question: {name}", f"    kind: {kind}", f"    label: Value {place}"]
            lines += [f"    ask: How about number {place}, in the year before this one?"]
            if near and rng.random() < 0.5:
                lines += [f"    ask_if: {_condition(rng, near)}"]
            lines += ["    choices: amounts"] * (kind in ("one_of", "any_of"))
            lines += ["    range: 0..99"] * (kind == "integer")
        known.append((name, kind))
    return "\n".join(lines) + "\n"


def _condition(rng: Random, near: list[tuple[str, str]]) -> str:
    parts = [_part(rng, *rng.choice(near)) for _ in range(rng.choice((1, 1, 2, 3)))]
    return rng.choice((" and ", " or ")).join(parts)


def _part(rng: Random, name: str, kind: str) -> str:
    match kind:
        case "yes_no":
            return name
        case "one_of":
            return f"{name} in ({', '.join(rng.sample(CHOICES, 2))})"
        case "any_of":
            return f"{name} has {rng.choice(CHOICES)}"
        case _:
            return f"{name} {rng.choice(('>=', '<'))} {rng.randint(2, 6)}"


def _events(files: Mapping[str, bytes]) -> None:
    for content in files.values():
        for _ in yaml.parse(content, Loader=yaml.CSafeLoader):
            pass


def _stock(files: Mapping[str, bytes]) -> None:
    for content in files.values():
        yaml.load(content, Loader=yaml.CSafeLoader)


def measure(what: str, files: dict[str, bytes], rounds: int, *, with_memory: bool) -> None:
    """Print the times of one instrument, and the memory of a case on it."""
    times = _cold(what, files, rounds)
    floor = times["YAML events alone (floor)"]
    gc.collect()
    with TemporaryDirectory() as place:
        folder, cache = Path(place) / "instrument", Path(place) / "cache"
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        times["all that, with files, and kept"] = least(1, lambda: opened(folder, cache))
        for part, seconds in _warm(folder, cache, rounds).items():
            times[f"cache: {part}"] = seconds
        for name, seconds in times.items():
            print(f"  {name:<34}{seconds:8.3f} s  {seconds / floor:6.1f} × floor")
        if with_memory:
            _print_memory(folder, cache)


def _cold(what: str, files: dict[str, bytes], rounds: int) -> dict[str, float]:
    """Seconds of the parts of opening without the cache."""
    read = read_files(files)
    program = compile_instrument(read)
    size, kept, kept_program = sum(map(len, files.values())), dump(read), dump_program(program)
    print(
        f"{what}: {len(read.items):,} items, {size / 1e6:.2f} MB of YAML; in the cache "
        f"{len(kept) / 1e6:.2f} MB, and {len(kept_program) / 1e6:.2f} MB for the program of a mode"
    )
    return {
        "YAML events alone (floor)": least(rounds, lambda: _events(files)),
        "stock C loader (peer)": least(rounds, lambda: _stock(files)),
        "read from YAML": least(rounds, lambda: read_files(files)),
        "compile": least(rounds, lambda: compile_instrument(read)),
        "first route": least(rounds, lambda: Route(replace(program, fresh=None))),
    }


def opened(folder: Path, cache: Path | None) -> Route:
    """A case without answers, as the program opens one."""
    return Route(program_of(read_cached(folder, cache), None, cache))


def _warm(folder: Path, cache: Path, rounds: int) -> dict[str, float]:
    """Seconds of the parts of opening from the cache, and of all of it."""
    read = read_cached(folder, cache)
    program = program_of(read, None, cache)
    return {
        "read and hash the YAML": least(rounds, lambda: key_of(instrument_files(folder))),
        "that, and the instrument": least(rounds, lambda: read_cached(folder, cache)),
        "the program": least(rounds, lambda: program_of(read, None, cache)),
        "a route": least(rounds, lambda: Route(program)),
        "ALL (budget: 0.2 s)": least(rounds, lambda: opened(folder, cache)),
        "and all items looked at": least(1, lambda: _look_at_all(opened(folder, cache))),
    }


def _look_at_all(route: Route) -> None:
    """Make every item and compile every condition."""
    program, cells = route.program, route.state.cells
    for slot in range(program.size):
        for made in (program.conditions[slot], program.readings[slot]):
            if made is not None:
                made(cells)


def _print_memory(folder: Path, cache: Path) -> None:
    """The memory of one open case, each way in a process of its own."""
    spawned = get_context("spawn")
    for what, place in (("read from YAML", None), ("from the cache", cache)):
        with ProcessPoolExecutor(1, spawned) as alone:
            grown = alone.submit(_resident, folder, place).result()
        with ProcessPoolExecutor(1, spawned) as alone:
            traced = alone.submit(_traced, folder, place).result()
        print(
            f"  memory of an open case, {what}: {traced / 1e6:.0f} MB held (tracemalloc), "
            f"{grown / 1e6:.0f} MB more of the process (RSS)"
        )


def _resident(folder: Path, cache: Path | None) -> int:
    """Bytes by which a process grows that opens a case."""

    def now() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * getpagesize()

    before = now()
    route = opened(folder, cache)
    grown = now() - before
    del route
    return grown


def _traced(folder: Path, cache: Path | None) -> int:
    """Bytes held by what a case needs when it is open."""
    tracemalloc.start()
    route = opened(folder, cache)
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    del route
    return held


def main() -> None:
    """Measure the shipped case instrument and generated ones."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--items", type=int, nargs="*", default=[10_000, 50_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-memory", action="store_true", help="measure times alone")
    options = parser.parse_args()
    with_memory = not options.no_memory
    home = Path(instrument.__file__).parent
    files = instrument_files(home / "njov4")
    measure("N-JOV4, case", files, options.rounds, with_memory=with_memory)
    for size in options.items:
        measure("Generated", written(size), options.rounds, with_memory=with_memory)


if __name__ == "__main__":
    main()
