"""What a deck is to cover, one thing at a time."""

from dataclasses import dataclass
from enum import StrEnum

from skips.proof.goal import Goal


class Kind(StrEnum):
    """Kinds of things that a deck covers, in the order in which they are counted."""

    ITEM = "items asked"
    CHOICE = "choices that route"
    MISSING = "missing answers that route"
    CONDITION = "outcomes of conditions"
    PART = "parts that decide alone"
    LIMIT = "limits of comparisons"
    BRANCH = "branches of computed values"
    CHECK = "checks, firing and quiet"


@dataclass(frozen=True)
class Target:
    """One thing to cover, in any row of a roster where it stands in one."""

    kind: Kind
    words: str
    """What is so in an interview that covers it: `age is asked`."""
    goals: tuple[Goal, ...]
    """One for each row where it can be so; any of them will do."""
    refused: bool = False
    """Whether it is so only while an answer stands that a hard check then refuses."""
