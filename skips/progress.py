"""How far the interview has come."""

from enum import StrEnum
from typing import NamedTuple


class SectionState(StrEnum):
    """How things stand with a section."""

    DONE = "done"
    """Everything on its route has been dealt with."""
    OPEN = "open"
    """Begun."""
    AHEAD = "ahead"
    """On the route or possibly so, and not begun."""
    OFF = "off"
    """Nothing in it is asked."""


class SectionProgress(NamedTuple):
    """One line of the list of sections."""

    name: str
    title: str
    state: SectionState
    answered: int
    """Items on the route that have been dealt with."""
    total: int
    """Items on the route as it stands."""
