"""Where everything of an instrument stands in the flat lists of a case."""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from instrument.conditions.nodes import INTERVIEW_DATE
from instrument.models import Roster, Section
from instrument.values import Instance

ROOT: Final = 0
"""The slot that is always on the route; sections stand behind it."""
DATE: Final = 1
"""The slot of the interview's date, which conditions read like an answer."""


@dataclass(frozen=True, slots=True)
class SectionPlace:
    """A section: its gate and everything below it."""

    section: Section
    gate: int
    """The slot of its gate; its items follow it directly."""
    end: int
    """The slot behind its last item."""


@dataclass(frozen=True, slots=True)
class RosterPlace:
    """A roster: its own slot, and one gate per row."""

    roster: Roster
    slot: int
    gates: tuple[int, ...]
    """The slots of its rows' gates; the items of a row follow their gate directly."""

    @property
    def is_open(self) -> bool:
        """Whether the interviewer decides how many rows there are."""
        return self.roster.size is None and self.roster.rows is None


@dataclass(slots=True)
class Places:
    """Slots of instances and rosters, filled while an instrument is laid out."""

    slots: dict[Instance, int] = field(default_factory=dict)
    """The slot of every question, statement, computed value and roster."""
    rosters: dict[str, RosterPlace] = field(default_factory=dict)
    roster_of: dict[str, str] = field(default_factory=dict)
    """The roster of every item that stands in one: its name means the same row's item there."""


class Scope(NamedTuple):
    """From where an expression looks at a case."""

    places: Places
    row: int = 0
    """What `row` means: the row it stands in, or the innermost one it looks over; 0 outside."""
    home: int = 0
    """The row that the expression stands in."""
    over: tuple[tuple[str, int], ...] = ()
    """Rosters that are being looked over, each with the row looked at; the innermost comes last."""

    @classmethod
    def at(cls, places: Places, row: int) -> "Scope":
        """The scope of an item's own expressions."""
        return cls(places, row, row)

    def into(self, roster: str, row: int) -> "Scope":
        """The scope within a function over a roster, at one of its rows."""
        return Scope(self.places, row, self.home, (*self.over, (roster, row)))

    def slot(self, name: str) -> int:
        """The slot that a name means here; KeyError when it means nothing."""
        if name == INTERVIEW_DATE:
            return DATE
        roster = self.places.roster_of.get(name)
        if roster is None:
            return self.places.slots[Instance(name)]
        return self.places.slots[Instance(name, dict(self.over).get(roster, self.home))]
