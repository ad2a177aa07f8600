"""Goals: something that can be so in a case, said both to the engine and to the solver."""

from skips.proof.combined import All, Any_, Not_
from skips.proof.condition_goals import Comes, Decides, Empty, Fires, Stuck
from skips.proof.goal import Goal, Judge, reads
from skips.proof.item_goals import (
    Asked,
    Given,
    ItemIs,
    Offered,
    Own,
    Reason,
    RosterIs,
    RowAsked,
    SectionIs,
    Took,
)

__all__ = [
    "All",
    "Any_",
    "Asked",
    "Comes",
    "Decides",
    "Empty",
    "Fires",
    "Given",
    "Goal",
    "ItemIs",
    "Judge",
    "Not_",
    "Offered",
    "Own",
    "Reason",
    "RosterIs",
    "RowAsked",
    "SectionIs",
    "Stuck",
    "Took",
    "reads",
]
