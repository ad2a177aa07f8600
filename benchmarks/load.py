"""How long an instrument takes to load: from YAML, and from the cache.

The floors, in the same run, are the C parser of YAML alone (its events, nothing built) and the
stock C loader, which builds dicts and lists and knows nothing of instruments. Times are of this
process's CPU, in seconds, the least of a few rounds.

    python -m benchmarks.load [--items 10000] [--rounds 3]
"""

import argparse
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import yaml

import instrument
from instrument import instrument_files, read_files
from instrument.cache import dump, load, read_cached
from skips import compile_instrument

SECTION_SIZE = 50
KINDS = ("yes_no",) * 5 + ("one_of",) * 4 + ("integer",) * 3 + ("any_of",) * 2
CHOICES = ("none", "some", "many", "all")


def least(rounds: int, work: Callable[[], object]) -> float:
    """Seconds of CPU that a piece of work takes."""
    times = []
    for _ in range(rounds):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
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


def measure(what: str, files: dict[str, bytes], rounds: int) -> None:
    """Print the times of one instrument."""
    read = read_files(files)
    kept = dump(read)
    floor = least(rounds, lambda: _events(files))
    times = {
        "YAML events alone (floor)": floor,
        "stock C loader (peer)": least(rounds, lambda: _stock(files)),
        "read from YAML": least(rounds, lambda: read_files(files)),
        "read from the cache": least(rounds, lambda: load(kept)),
        "compile": least(rounds, lambda: compile_instrument(read)),
    }
    size = sum(map(len, files.values()))
    print(f"{what}: {len(read.items):,} items, {size / 1e6:.2f} MB, cache {len(kept) / 1e6:.2f} MB")
    for name, seconds in times.items():
        print(f"  {name:<28}{seconds:8.3f} s  {seconds / floor:6.1f} × floor")
    cold = times["read from YAML"] + times["compile"]
    warm = times["read from the cache"] + times["compile"]
    print(f"  load and compile: {cold:.3f} s cold, {warm:.3f} s from the cache")


def _folder(files: dict[str, bytes], rounds: int) -> None:
    """The same through folders and files, as the program does it."""
    with TemporaryDirectory() as place:
        folder, cache = Path(place) / "instrument", Path(place) / "cache"
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        first = least(1, lambda: read_cached(folder, cache))
        again = least(rounds, lambda: read_cached(folder, cache))
        print(f"  with files: {first:.3f} s the first time, then {again:.3f} s")


def main() -> None:
    """Measure the shipped case instrument and a generated one."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    home = Path(instrument.__file__).parent
    measure("N-JOV4, case", instrument_files(home / "njov4"), options.rounds)
    files = written(options.items)
    measure("Generated", files, options.rounds)
    _folder(files, options.rounds)


if __name__ == "__main__":
    main()
