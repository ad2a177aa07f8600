"""Aiming: what a rehearsal had better answer for goals to come about."""

from collections.abc import Sequence
from random import Random

from skips.program import Program
from skips.proof.goals import Goal
from skips.proof.rehearsal import Wishes


def wishes_for(
    program: Program, goals: Sequence[Goal], random: Random
) -> tuple[Wishes, list[Goal]]:
    """Wishes that suit as many of the goals together as can be, and those goals."""
    del program, random
    return Wishes(), list(goals)
