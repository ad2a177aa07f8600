"""A long search for a disagreement: `python -m tests.skips.campaign --steps 200000 [--seed 1]`."""

import argparse
import sys
from random import Random

from tests.skips.oracle import live

STEPS_PER_CASE = 25


def run(steps: int, seed: int) -> int:
    """Live through random cases; returns the steps taken. A disagreement names its seed."""
    taken = 0
    while taken < steps:
        try:
            live(Random(seed), STEPS_PER_CASE)
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
    arguments = parser.parse_args()
    taken = run(arguments.steps, arguments.seed)
    sys.stdout.write(f"{taken} steps, no disagreement.\n")


if __name__ == "__main__":
    main()
