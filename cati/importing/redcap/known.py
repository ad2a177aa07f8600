"""What logic and piping need to know of the fields of a dictionary."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Sort(StrEnum):
    """What a field holds, as messages call it."""

    NUMBER = "a number"
    TEXT = "a text"
    DATE = "a date"
    TIME = "a time"
    CHOICE = "one choice"
    YES_NO = "yes or no"
    BOXES = "boxes to tick"


@dataclass(frozen=True, slots=True)
class Known:
    """A field that was carried over."""

    foreign: str
    """Its name in the dictionary."""
    name: str
    """The name of its item."""
    place: int
    """Its number in the dictionary, from 0."""
    sort: Sort
    choices: Mapping[str, str] = field(default_factory=dict)
    """Code in the dictionary to name of the choice."""
    numbers: Mapping[str, Decimal] = field(default_factory=dict)
    """Code in the dictionary to its value, of codes that are numbers."""
    whole: bool = False
    """Of numbers: whether it can only be an integer."""
    computed: bool = False
    """Whether it is worked out; such an item never has a missing reason."""


@dataclass(slots=True)
class Fields:
    """All fields of a dictionary, by name; filled while they are read."""

    known: dict[str, Known] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)
    """Field to why it has no item."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Missing data code of the project to missing reason."""
