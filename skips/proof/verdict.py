"""What a question about all cases comes to."""

from enum import StrEnum


class Verdict(StrEnum):
    """Whether something can be so in a case."""

    POSSIBLE = "possible"
    IMPOSSIBLE = "impossible"
    UNDECIDED = "undecided"
    """It could not be settled within the limits."""
