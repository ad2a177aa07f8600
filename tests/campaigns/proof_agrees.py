"""The proof's formulas say what the engine says: `python -m tests.campaigns.proof_agrees`.

In random states of random instruments everything is compared: universes, own conditions, values,
missing reasons, checks, choices offered, and what a question takes. Of smaller instruments all
cases there can be are led through the engine, and the solver must find possible exactly what came
of one of them. The control plants faults in the encoding, each of which must be noticed.
"""

import argparse
import sys
from random import Random
from unittest.mock import patch

import z3

from skips.program import ASKABLE
from skips.proof.prover import Prover
from skips.proof.verdict import Verdict
from skips.proof.world import World
from skips.truth import NO, UNKNOWN, YES
from tests.campaigns.support import tell
from tests.random_conditions import MODES
from tests.skips.proof.agreement import Comparison, compared, is_ordinary, random_state
from tests.skips.proof.exhaustive import Cases, TooMany, small_instrument
from tests.skips.proof.faults import FAULTS
from tests.strategies import random_instrument

_CASES_SHARE = 10
"""One in so many instruments is gone through as a whole."""
_CONTROL_TRIES = 400
_SHOWN = 20


def agreement(seed: int, states: int = 4) -> Comparison:
    """What comes of some cases of one random instrument."""
    rng = Random(seed)
    world = World(random_instrument(rng), rng.choice(MODES))
    found = Comparison()
    for _ in range(states):
        route = random_state(rng, world)
        if is_ordinary(world, route):
            found.add(compared(world, route))
    return found


def exhausted(seed: int) -> Comparison:
    """What comes of all cases of one small instrument."""
    found = Comparison()
    world = World(small_instrument(Random(seed)), "interview")
    try:
        cases = Cases(world.program)
    except TooMany:
        return found
    prover = Prover(world)

    def ask(what: str, claim: z3.BoolRef, slot: int, *, wanted: bool) -> None:
        outcome = prover.ask(claim, before=slot, about=range(slot + 1))
        found.compared += 1
        if (outcome.verdict is Verdict.POSSIBLE) == wanted:
            return
        if not outcome.exact and outcome.verdict is not Verdict.IMPOSSIBLE:
            found.inexact += 1
        else:
            found.disagreements.append(f"seed {seed}, {what}: {outcome}, engine {wanted}")

    for slot in range(world.program.size):
        if slot in world.depends.spare:
            continue
        name, universe = world.called(slot), world.universe(slot)
        for truth, claim in ((NO, universe.no), (UNKNOWN, universe.unknown), (YES, universe.yes)):
            wanted = truth in cases.universes[slot]
            ask(f"universe of {name} is {truth}", claim, slot, wanted=wanted)
        if world.program.roles[slot] == ASKABLE:
            ask(f"stuck at {name}", world.stuck(slot), slot, wanted=slot in cases.stuck)
    for number, check in enumerate(world.program.checks):
        if check.check.severity == "hard" and check.slot not in world.depends.spare:
            wanted = number in cases.hard
            ask(f"{check.check.name} fires", world.fires(number), check.slot, wanted=wanted)
    return found


def unnoticed() -> list[str]:
    """The planted faults that no comparison notices."""
    missed = []
    for fault, (first, where, name, wrong) in FAULTS.items():
        with patch.object(where, name, wrong):
            tries = range(first, first + _CONTROL_TRIES)
            if not any(agreement(seed, states=2).disagreements for seed in tries):
                missed.append(fault)
    return missed


def main() -> int:
    """Compare, and print the figures; 1 when something disagrees."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--size", type=int, default=200, help="random instruments")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--control", action="store_true", help="plant faults, which are noticed")
    arguments = parser.parse_args()
    if arguments.control:
        missed = unnoticed()
        tell(f"{len(FAULTS)} faults planted, {len(FAULTS) - len(missed)} noticed")
        for fault in missed:
            tell(f"  not noticed: {fault}")
        return 1 if missed else 0
    states, cases = Comparison(), Comparison()
    for seed in range(arguments.seed, arguments.seed + arguments.size):
        states.add(agreement(seed))
        if seed % _CASES_SHARE == 0:
            cases.add(exhausted(seed))
    for what, found in (("random states", states), ("all cases", cases)):
        tell(
            f"{what}: {found.compared:,} comparisons, {found.inexact:,} of what is only enclosed "
            f"differ, {len(found.disagreements):,} disagreements"
        )
        for disagreement in found.disagreements[:_SHOWN]:
            tell(f"  {disagreement}")
    return 1 if states.disagreements or cases.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
