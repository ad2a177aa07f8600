"""How many faults planted in `skips` the tests find: `python -m tests.campaigns.mutants`.

mutmut writes the mutants and plays the tests against them; here a sample of them is drawn from
every file by its share, and counted. To be started in a checkout, where it keeps its work in the
folder `mutants`; a second run uses what the first has written.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from random import Random

FOLDER = Path("mutants")
SKIPPED = {34, 37}
"""Exit codes of mutants that are no code that could run."""
KILLED = {1, 3}
OUT_OF_TIME = {24, 36, 152, 255, -24}
BEGINNING = "skips.program.*"
"""Few mutants, run first: mutmut writes those of all files then, and times new tests."""


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
    with (FOLDER / "mutmut.log").open("w") as log:
        done = subprocess.run(command, env=environment, stdout=log, stderr=log, check=False)
    if done.returncode != 0:
        sys.exit(f"mutmut stopped with {done.returncode}; mutants/mutmut.log says why.")


def outcomes() -> dict[str, dict[str, int | None]]:
    """File to its mutants, each with its exit code, or None where it has not been tried."""
    found = {}
    for path in sorted(FOLDER.glob("skips/**/*.py.meta")):
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


def run(size: int, seed: int, children: int) -> list[Count]:
    """Draw a sample, try it, and print what became of it."""
    # Names are drawn from what is there now, not from what was there before the code changed.
    mutmut("run", "--max-children", str(children), BEGINNING)
    names = {file: list(codes) for file, codes in outcomes().items()}
    sample = drawn(names, size, Random(seed))
    chosen = [name for mutants in sample.values() for name in mutants]
    mutmut("run", "--max-children", str(children), *chosen)
    found = outcomes()
    rows = counts(found, sample)
    print(f"{'file':28}{'mutants':>8}{'tried':>7}{'killed':>8}{'hanging':>9}{'share':>7}")
    print(*(row.row() for row in rows), sep="\n")
    low, high = interval(rows[-1].found, rows[-1].tried)
    print(f"95 % interval {low:.1%} to {high:.1%}; seed {seed}")
    for file, mutants in sample.items():
        for name in mutants:
            if found[file][name] not in SKIPPED | KILLED | OUT_OF_TIME:
                print(f"alive ({found[file][name]}): mutmut show {name}")
    return rows


def main() -> int:
    """Read the arguments and run; 1 when fewer are found than asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--size", type=int, default=400, help="mutants to try")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--children", type=int, default=2, help="processes at a time")
    parser.add_argument("--least", type=float, default=0.0, help="share that must be found")
    arguments = parser.parse_args()
    rows = run(arguments.size, arguments.seed, arguments.children)
    return int(rows[-1].found < arguments.least * rows[-1].tried)


if __name__ == "__main__":
    sys.exit(main())
