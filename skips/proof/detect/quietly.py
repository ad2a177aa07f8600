"""Settling what only words a finding, or what nobody needs to hear of if it stays open."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from skips.proof.goals import Goal

if TYPE_CHECKING:
    from skips.proof.settle import Settled, Settler


def settle_quietly(settler: "Settler", goals: Iterable[Goal]) -> "dict[Goal, Settled]":
    """Settle goals; those that stay open are not reported to the author as undecided."""
    before = len(settler.undecided)
    settled = settler.settle(goals)
    del settler.undecided[before:]
    return settled
