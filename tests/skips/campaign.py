"""A long search for a disagreement: `python -m tests.skips.campaign --steps 200000 [--seed 1]`.

A step is a change, a move, a look ahead or around after which everything was compared. With
`--kept` every program comes out of the cache; with `--wide` open rosters have more rows.
"""

import argparse
import sys
from collections import Counter
from random import Random

from skips import compile_instrument
from tests.skips.life import Life, begin
from tests.skips.oracle import from_the_cache
from tests.skips.steps import STEPS

STEPS_PER_CASE = 40


def walk(seed: int, *, kept: bool = False, wide: bool = False) -> Life:
    """One case that random things happen to. A disagreement says what they were."""
    rng = Random(seed)
    life = begin(rng, from_the_cache if kept else compile_instrument, wide=wide)
    choices, weights = list(STEPS), list(STEPS.values())
    try:
        # Cases in which little can happen take few steps, however often something is tried.
        for step in rng.choices(choices, weights, k=STEPS_PER_CASE):
            step(life, rng)
            if life.taken >= STEPS_PER_CASE:
                break
    except Exception as error:
        error.add_note(f"Seed {seed}, after these steps:")
        for one in life.story:
            error.add_note(f"  {one}"[:200])
        raise
    return life


def run(
    steps: int,
    seed: int,
    *,
    kept: bool = False,
    wide: bool = False,
    met: Counter[str] | None = None,
) -> int:
    """Live through random cases, one seed after the other; returns the steps taken.

    With `kept` every program comes out of the cache; with `wide` open rosters have room for more
    rows. What happened is added to `met`.
    """
    taken = 0
    while taken < steps:
        life = walk(seed, kept=kept, wide=wide)
        taken += life.taken
        seed += 1
        if met is not None:
            met.update(life.met)
    return taken


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description="Engine against naive evaluator, step by step.")
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kept", action="store_true", help="take every program from the cache")
    parser.add_argument("--wide", action="store_true", help="let open rosters have more rows")
    arguments = parser.parse_args()
    met = Counter[str]()
    how = {"kept": arguments.kept, "wide": arguments.wide}
    taken = run(arguments.steps, arguments.seed, **how, met=met)
    found = ", ".join(f"{what} {times}" for what, times in met.most_common())
    sys.stdout.write(f"{taken} steps, no disagreement. Met: {found}.\n")


if __name__ == "__main__":
    main()
