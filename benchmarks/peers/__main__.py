"""The same interview through other engines and ours: times, memory, and how far they agree.

`python -m benchmarks.peers [--sizes 100,1000] [--engines lunatic,rxeval] [--seconds-per-run 20]
[--seed 0]`

Peers are installed by name and exact version into a folder of the person's cache, or the one that
CATI_PEERS names. What cannot be installed or does not finish is said, and the rest goes on.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.peers import form as forms
from benchmarks.peers.engines import (
    ROOT,
    Engine,
    NotInstalled,
    chosen,
    command,
    prepare,
    surroundings,
)
from benchmarks.peers.figures import Agreement, Run, agreement_table, exponents, run_of, table
from benchmarks.peers.form import Json
from benchmarks.peers.ours import after
from benchmarks.peers.variants import compare

SIZES = "100,1000,10000,50000"
SECONDS = 20.0
LOADING = 300.0
"""Seconds that an engine has for loading and reporting, on top of FACTOR times those to answer."""
FACTOR = 4
"""On a busy machine a second of processor time takes longer than one."""


class DidNotFinish(Exception):
    """A peer program ended without a result; the message says how."""


def main() -> None:
    """Measure every engine at every size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=SIZES, help="items, with commas between")
    parser.add_argument("--engines", default="", help="beginnings of names, with commas between")
    parser.add_argument(
        "--seconds-per-run", type=float, default=SECONDS, help="of processor time, for the answers"
    )
    parser.add_argument("--seed", type=int, default=0, help="of another form and script")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    try:
        engines = chosen([one.strip() for one in options.engines.split(",")])
    except ValueError as error:
        parser.error(str(error))
    engines = _ready(engines)
    runs: dict[int, list[Run]] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            forms.write(size, Path(folder), options.seed)
            able = [engine for engine in engines if size <= engine.most_items]
            runs[size] = measure(size, able, Path(folder), options.seconds_per_run)
    print("\nGrowth with the size, as an exponent (0: constant, 1: in proportion)\n")
    print(exponents(runs))
    print()
    for run in runs[sizes[0]]:
        print(f"{run.engine} ({run.version}): {run.note}.")


def measure(size: int, engines: list[Engine], folder: Path, seconds: float) -> list[Run]:
    """Lead one interview through all engines and print what came of it."""
    form = json.loads((folder / "form.json").read_text(encoding="utf-8"))
    steps = json.loads((folder / "script.json").read_text(encoding="utf-8"))["steps"]
    runs: list[Run] = []
    failures: dict[str, str] = {}
    agreements: list[Agreement] = []
    for engine in engines:
        try:
            result = lead(engine, folder, seconds)
        except DidNotFinish as error:
            if engine.is_ours:
                raise SystemExit(f"Our own engine {error}, and all is compared with it.") from None
            failures[engine.name] = str(error)
            continue
        if (run := run_of(engine.name, result, len(steps))) is None:
            failures[engine.name] = f"gave no answer within {seconds:.0f} s"
            continue
        runs.append(run)
        told = f"{size:,} items, {run.engine}: load {run.load:,.0f} ms, answer {run.median:,.0f} µs"
        print(told, file=sys.stderr)
        agreements.append(agreement(engine.name, form, steps, result))
    print(f"\n{size:,} items, {len(steps):,} answers, {sum(step[2] for step in steps)} flips\n")
    print(table(runs))
    for name, why in failures.items():
        print(f"\n{name} has no figures: {why}.")
    print()
    print(agreement_table(agreements))
    return runs


def lead(engine: Engine, folder: Path, seconds: float) -> Json:
    """The result of one peer program."""
    allowed = LOADING + FACTOR * seconds
    try:
        done = subprocess.run(
            command(engine, folder / "form.json", folder / "script.json", seconds),
            cwd=ROOT,
            env=surroundings(engine),
            capture_output=True,
            text=True,
            timeout=allowed,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise DidNotFinish(f"was not ready within {allowed:.0f} s") from None
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "Error" in line or "error" in line]
        raise DidNotFinish(f"ended early ({said[0].strip()[:120] if said else done.returncode})")
    result: Json = json.loads(done.stdout)
    return result


def agreement(engine: str, form: Json, steps: list[list[Any]], result: Json) -> Agreement:
    """A peer's result against our engine after the same number of steps."""
    taken = steps[: result["steps_done"]]
    # An empty list is an answer here; in other engines it is the same as none.
    given = {name: value for name, value, _ in taken}
    held = {name for name, value in result["values"].items() if value != []}
    again = {name for name in result["relevant"] if given.get(name, []) != []} - held
    return Agreement(
        engine,
        len(taken),
        compare(form, taken, after(form, taken), result["relevant"], again),
        len(again),
        sum(value != [] for value in given.values()),
    )


def _ready(engines: list[Engine]) -> list[Engine]:
    """The engines whose packages are there; of the others it is said why they are left out."""
    missing: dict[str, str] = {}
    for engine in engines:
        if engine.folder not in missing:
            try:
                prepare(engine)
                continue
            except NotInstalled as error:
                missing[engine.folder] = str(error)
        print(f"Left out: {engine.name}, since {missing[engine.folder]}.")
    return [engine for engine in engines if engine.folder not in missing]


if __name__ == "__main__":
    main()
