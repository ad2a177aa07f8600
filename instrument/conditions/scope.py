"""What a condition can name, and from where it looks."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from instrument.conditions.nodes import Type
from instrument.source import Source
from instrument.spelling import Speller


class Role(StrEnum):
    """What sort of item a name stands for, as messages call it."""

    QUESTION = "question"
    STATEMENT = "statement"
    COMPUTED = "computed value"
    GRID = "grid"
    ROSTER = "roster"


class Declared(NamedTuple):
    """An item as conditions know it."""

    name: str
    role: Role
    place: int
    """Its number in the order of the interview."""
    end: int
    """Of rosters the place of its last item; otherwise `place`."""
    source: Source
    roster: str | None = None
    """The roster it stands in."""
    type: Type | None = None
    """Type of its value; None for what has no value, and when `broken`."""
    choices: tuple[str, ...] = ()
    """Names of its choices, of yes/no questions `yes` and `no`."""
    codes: tuple[int, ...] = ()
    """Codes of its choices in data, in the same order."""
    whole: bool = False
    """Its numbers are integers."""
    broken: bool = False
    """Something about it has been reported already, so that its type is not known."""
    rows: tuple[str, ...] = ()
    """Of grids: the names of their rows."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything that has a name in an instrument."""

    items: Mapping[str, Declared]
    reasons: frozenset[str]
    """Missing reasons."""
    broken: frozenset[str] = frozenset()
    """Names that were meant for items and are not usable as such."""
    misnamed: bool = False
    """Whether an item has a name that cannot be one: other names may be meant for it."""
    complete: bool = True
    """False when a file could not be read: an unknown name may then stand in that file."""
    speller: Speller = field(default_factory=Speller)

    def may_be_misnamed(self, name: str, meant: str) -> bool:
        """Whether an unknown name is probably an item's whose own name was refused.

        Args:
            name: the name.
            meant: what else it was probably meant to be; nothing if it is like no other.
        """
        return self.misnamed and (not meant or bool(self.speller.near(name, self.broken)))


@dataclass(frozen=True, slots=True)
class View:
    """The place from which a condition reads."""

    place: int
    """Items with a smaller place can be read."""
    rosters: frozenset[str] = frozenset()
    """Rosters in whose rows it stands."""
    own: bool = False
    """The item at `place` can be read, too: checks may."""
    over: bool = False
    """It stands inside a roster function."""

    def into(self, roster: str) -> "View":
        """The view of what stands inside a function over a roster."""
        return replace(self, rosters=self.rosters | {roster}, over=True)

    def sees(self, item: Declared) -> bool:
        """Whether an item comes early enough."""
        return item.end < self.place or (self.own and item.place == self.place)
