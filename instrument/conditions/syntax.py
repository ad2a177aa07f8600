"""A condition as it was typed, before anybody has looked up its names.

Each part knows where it begins (`at`), how many parts it has (`size`) and how deep they are nested.
"""

from dataclasses import dataclass
from decimal import Decimal

from instrument.values import Duration, PartialDate


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What every part has."""

    at: int
    size: int = 1
    depth: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Word(Part):
    """The name of an item or of a choice."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted(Part):
    """A text in quotes."""

    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Part):
    """A number, with its sign."""

    value: int | Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Date(Part):
    """A date with its month, perhaps with its day."""

    value: PartialDate


@dataclass(frozen=True, slots=True, kw_only=True)
class Span(Part):
    """A duration: a number and its unit."""

    value: Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Negation(Part):
    """`not PART` (`operator` is `not`) or `-PART`."""

    operator: str
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(Part):
    """Parts with `and` or `or` between them."""

    operator: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair(Part):
    """Two parts with a comparison, `has`, or an arithmetic sign between them."""

    operator: str
    operator_at: int
    left: Part
    right: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership(Part):
    """`PART in (PART, …)`, or `not in`."""

    left: Part
    options: tuple[Part, ...]
    negated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Part):
    """`NAME(PART, … where PART)`"""

    name: str
    arguments: tuple[Part, ...]
    where: Part | None
