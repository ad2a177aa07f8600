"""How many faults planted in `skips` or `store` the tests find.

    python -m tests.campaigns.mutants [--package store] [--size 400]

mutmut writes the mutants and plays the tests against them; here a sample of them is drawn from
every file by its share, and counted. To be started in a checkout, where it keeps its work in the
folder `mutants`; a second run uses what the first has written. mutmut reads its settings where it
is started: those for `skips` stand in `pyproject.toml`, and for `store` a copy of the checkout is
made in `mutants/of-store`, with settings of its own.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

FOLDER = Path("mutants")
QUICK = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""Where tests put their files: in memory where there is such a place, as waiting for a disk shows
nothing here."""
SKIPPED = {24, 34, 37, 152, -24}
"""Exit codes of mutants that are no code that could run, or whose time on the wall ran out, which
on a busy machine says nothing."""
KILLED = {1, 3}
OUT_OF_TIME = {36}
"""That a test took too much of the processor is said by `mutant_tests`. Not 255, as which mutmut
counts runs that never began: such mutants stay alive here."""
BEGINNINGS = {"skips": "skips.program.*", "store": "store.team.second.*"}
"""Few mutants of few tests, run first: mutmut writes those of all files then, and times new tests.
"""
LEFT_OUT = (
    "postgres",
    "onto_server",
    "is_killed",
    "killed_at_any_step",
    "leave_no_key_in_memory",
    "read_only_file",
    "erased_cases_are_found_nowhere",
)
"""Tests of the store, by parts of their names, that are not played: on a server the same code is
reached, and each run would start one; the others start processes of their own, for many seconds."""
STORE = {
    "source_paths": ["store"],
    "also_copy": ["cati", "skips", "instrument", "benchmarks", "docs", "LICENSE"],
    "pytest_add_cli_args_test_selection": ["tests/store"],
    "pytest_add_cli_args": [
        "-p",
        "tests.campaigns.mutant_tests",
        "-k",
        " and ".join(f"not {one}" for one in LEFT_OUT),
        "--ignore=tests/store/test_kill.py",
    ],
    # Only a server is asked by these.
    "do_not_mutate": [
        "store/databases/answering.py",
        "store/databases/postgres*.py",
        "store/databases/server.py",
        "store/team/joining.py",
        "store/trust/mirror.py",
        "store/waiting/spool.py",
    ],
}
"""Settings of mutmut for the store. Which tests reach which function it finds out by itself."""
STORE_TOO = {"process_isolation": "forkserver", "timeout_multiplier": "60.0"}


@dataclass(frozen=True)
class Count:
    """What became of the mutants of one file, or of all."""

    file: str
    mutants: int
    tried: int
    killed: int
    """By a test that failed."""
    out_of_time: int
    """By a test that did not come to its end."""

    @property
    def found(self) -> int:
        """Mutants that the tests found, either way."""
        return self.killed + self.out_of_time

    def row(self) -> str:
        """A line of the table."""
        share = f"{self.found / self.tried:7.1%}" if self.tried else "      -"
        numbers = f"{self.mutants:8}{self.tried:7}{self.killed:8}{self.out_of_time:9}"
        return f"{self.file:28}{numbers}{share}"


def mutmut(*arguments: str) -> None:
    """Run mutmut beside this interpreter; its own messages go to a file of the folder."""
    FOLDER.mkdir(exist_ok=True)
    # So that tests draw the same examples and find sets in the same order each time.
    environment = {**os.environ, "CI": "true", "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-m", "mutmut", *arguments]
    with (FOLDER / "mutmut.log").open("w") as log, TemporaryDirectory(dir=QUICK) as place:
        # Servers run as another user, who has to get there.
        Path(place).chmod(0o755)
        environment["TMPDIR"] = place
        done = subprocess.run(command, env=environment, stdout=log, stderr=log, check=False)
    if done.returncode != 0:
        sys.exit(f"mutmut stopped with {done.returncode}; mutants/mutmut.log says why.")


def enter_store() -> None:
    """Make a copy of the checkout with settings for the store, or renew it, and go there."""
    there = FOLDER / "of-store"
    for name in (*STORE["source_paths"], *STORE["also_copy"], "tests"):
        here, copy = Path(name), there / name
        if here.is_dir():
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(here, copy, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(here, copy)
    project = Path("pyproject.toml").read_text(encoding="utf-8")
    # Without settings of its own there, mutmut looks into the other file.
    without = re.sub(r"(?ms)^\[tool\.mutmut\]\n.*?(?=^#|^\[)", "", project)
    (there / "pyproject.toml").write_text(without, encoding="utf-8")
    lists = [f"{name} =\n    " + "\n    ".join(values) for name, values in STORE.items()]
    plain = [f"{name} = {value}" for name, value in STORE_TOO.items()]
    settings = "\n".join(["[mutmut]", *lists, *plain])
    (there / "setup.cfg").write_text(settings + "\n", encoding="utf-8")
    os.chdir(there)


def outcomes(package: str) -> dict[str, dict[str, int | None]]:
    """File to its mutants, each with its exit code, or None where it has not been tried."""
    found = {}
    for path in sorted(FOLDER.glob(f"{package}/**/*.py.meta")):
        codes = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
        if codes:
            found[str(path.relative_to(FOLDER).with_suffix(""))] = codes
    return found


def drawn(names: Mapping[str, list[str]], size: int, rng: Random) -> dict[str, list[str]]:
    """About `size` mutants, of each file by its share of all and at least one."""
    everything = sum(map(len, names.values()))
    sample = {}
    for file, mutants in names.items():
        wanted = max(1, round(size * len(mutants) / everything))
        sample[file] = sorted(rng.sample(sorted(mutants), min(wanted, len(mutants))))
    return sample


def counts(
    found: Mapping[str, Mapping[str, int | None]], sample: Mapping[str, list[str]]
) -> list[Count]:
    """What became of the mutants of the sample, by file, and of all at the end."""
    rows = []
    for file, codes in found.items():
        tried = [codes[name] for name in sample[file] if codes[name] not in SKIPPED]
        killed = sum(code in KILLED for code in tried)
        late = sum(code in OUT_OF_TIME for code in tried)
        rows.append(Count(file, len(codes), len(tried), killed, late))
    return [
        *rows,
        Count(
            "all",
            sum(row.mutants for row in rows),
            sum(row.tried for row in rows),
            sum(row.killed for row in rows),
            sum(row.out_of_time for row in rows),
        ),
    ]


def interval(found: int, tried: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's interval for a share; 95 % by default. A sample by files makes it no wider."""
    share, square = found / tried, z * z
    middle = (share + square / (2 * tried)) / (1 + square / tried)
    half = z / (1 + square / tried) * sqrt(share * (1 - share) / tried + square / (4 * tried**2))
    return middle - half, middle + half


def run(package: str, size: int, seed: int, children: int) -> list[Count]:
    """Draw a sample, try it, and print what became of it."""
    # Names are drawn from what is there now, not from what was there before the code changed.
    mutmut("run", "--max-children", str(children), BEGINNINGS[package])
    names = {file: list(codes) for file, codes in outcomes(package).items()}
    sample = drawn(names, size, Random(seed))
    chosen = [name for mutants in sample.values() for name in mutants]
    mutmut("run", "--max-children", str(children), *chosen)
    found = outcomes(package)
    rows = counts(found, sample)
    print(f"{'file':28}{'mutants':>8}{'tried':>7}{'killed':>8}{'hanging':>9}{'share':>7}")
    print(*(row.row() for row in rows), sep="\n")
    low, high = interval(rows[-1].found, rows[-1].tried)
    print(f"95 % interval {low:.1%} to {high:.1%}; seed {seed}; shown in {Path.cwd()}")
    for file, mutants in sample.items():
        for name in mutants:
            if found[file][name] not in SKIPPED | KILLED | OUT_OF_TIME:
                print(f"alive ({found[file][name]}): mutmut show {name}")
    return rows


def main() -> int:
    """Read the arguments and run; 1 when fewer are found than asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--package", choices=sorted(BEGINNINGS), default="skips")
    parser.add_argument("--size", type=int, default=400, help="mutants to try")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--children", type=int, default=2, help="processes at a time")
    parser.add_argument("--least", type=float, default=0.0, help="share that must be found")
    arguments = parser.parse_args()
    if arguments.package == "store":
        enter_store()
    rows = run(arguments.package, arguments.size, arguments.seed, arguments.children)
    return int(rows[-1].found < arguments.least * rows[-1].tried)


if __name__ == "__main__":
    sys.exit(main())
