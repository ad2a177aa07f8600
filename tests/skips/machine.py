"""All that can happen to a case, as a state machine that Hypothesis drives and shrinks.

Its rules are the steps of `tests.skips.steps`. Each of them compares everything with the naive
evaluator whenever something was done; the machine does it once more after every rule, so that no
step can forget to.
"""

from random import Random
from typing import Any

from hypothesis import note
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.skips.life import Life, begin
from tests.skips.steps import STEPS, Step
from tests.strategies import randoms


class CaseMachine(RuleBasedStateMachine):
    """A case on a random instrument."""

    life: Life

    @initialize(rng=randoms)
    def begin(self, rng: Random) -> None:
        """Draw an instrument and begin a case on it."""
        self.life = begin(rng)

    @invariant()
    def is_as_the_naive_evaluator_says(self) -> None:
        """Everything is compared, and every law holds."""
        self.life.compare()


def _rule(step: Step) -> Any:
    def take(machine: CaseMachine, rng: Random) -> None:
        told = len(machine.life.story)
        try:
            step(machine.life, rng)
        finally:
            for one in machine.life.story[told:]:
                note(f"    {one}"[:300])

    take.__name__ = take.__qualname__ = step.__name__
    return rule(rng=randoms)(take)


for one_step in STEPS:
    setattr(CaseMachine, one_step.__name__, _rule(one_step))
