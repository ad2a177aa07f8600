"""A long search for a disagreement: `python -m tests.skips.campaign --steps 200000 [--seed 1]`.

With `--kept` every program comes out of the cache.
"""

import argparse
import sys
from random import Random

from skips import compile_instrument
from tests.skips.oracle import from_the_cache, live

STEPS_PER_CASE = 25


def run(steps: int, seed: int, *, kept: bool = False) -> int:
    """Live through random cases; returns the steps taken. A disagreement names its seed.

    With `kept` every program comes out of the cache.
    """
    compiled = from_the_cache if kept else compile_instrument
    taken = 0
    while taken < steps:
        try:
            live(Random(seed), STEPS_PER_CASE, compiled)
        except AssertionError:
            sys.stderr.write(f"Disagreement with seed {seed}; {taken} steps agreed before it.\n")
            raise
        taken += STEPS_PER_CASE
        seed += 1
    return taken


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description="Engine against naive evaluator, step by step.")
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kept", action="store_true", help="take every program from the cache")
    arguments = parser.parse_args()
    taken = run(arguments.steps, arguments.seed, kept=arguments.kept)
    sys.stdout.write(f"{taken} steps, no disagreement.\n")


if __name__ == "__main__":
    main()
