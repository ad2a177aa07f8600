"""What an item of a case can hold: a value, or the reason why there is none.

A value is kept in the plainest Python form of its kind:

========== =======================================================
kind       value
========== =======================================================
one_of     ``str``: the name of the choice
yes_no     ``str``: ``"yes"`` or ``"no"``
any_of     ``tuple[str, ...]``: names of choices, in the author's order
integer    ``int``
decimal    ``Decimal``
date       ``PartialDate``
time       ``datetime.time``
duration   ``Duration``
text       ``str``
long_text  ``str``
========== =======================================================

A statement that was read holds ``"read"``. A reason stands beside values and is never one of them.
"""

import calendar
import datetime
import decimal
import re
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

READ = "read"
"""The value of a statement that the interviewer has read aloud."""


class Instance(NamedTuple):
    """One item as it stands in a case: items of a roster stand there once per row."""

    item: str
    row: int = 0
    """The stable id of the roster's row, counted from 1; 0 outside of rosters."""

    def __str__(self) -> str:
        return f"{self.item}[{self.row}]" if self.row else self.item


@dataclass(frozen=True, slots=True)
class Missing:
    """Stands where a value would, and says why there is none."""

    reason: str
    """The name of one of the instrument's missing reasons, such as ``not_sure``."""


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as far as it is known: a year, a month of a year, or a day."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.day is not None and self.month is None:
            raise ValueError("a day needs its month")
        datetime.date(self.year, self.month or 1, self.day or 1)

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Read `2019`, `2019-03` or `2019-03-19`; raises ValueError for anything else."""
        parts = text.split("-")
        if not 1 <= len(parts) <= 3 or [len(part) for part in parts] != [4, 2, 2][: len(parts)]:
            raise ValueError("a date is written 2019-03-19, 2019-03 or 2019")
        if not all(part.isascii() and part.isdigit() for part in parts):
            raise ValueError("a date is written 2019-03-19, 2019-03 or 2019")
        return cls(*(int(part) for part in parts))

    @property
    def first(self) -> datetime.date:
        """The earliest day it can stand for."""
        return datetime.date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> datetime.date:
        """The latest day it can stand for."""
        month = self.month or 12
        return datetime.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def __str__(self) -> str:
        text = f"{self.year:04d}"
        if self.month is not None:
            text += f"-{self.month:02d}"
        if self.day is not None:
            text += f"-{self.day:02d}"
        return text


SECONDS_OF_UNIT: Final[MappingProxyType[str, int]] = MappingProxyType(
    {
        "seconds": 1,
        "minutes": 60,
        "hours": 3_600,
        "days": 86_400,
        "weeks": 604_800,
        "months": 2_629_800,
        "years": 31_557_600,
    }
)
"""Units of durations. A year is 365.25 days and a month a twelfth of it: means of the calendar."""

_EXACT: Final = decimal.Context(prec=60)
"""Enough digits that no amount in any unit is rounded before its last decimal place."""
_LAST_PLACE: Final = Decimal("1e-9")


@dataclass(frozen=True, slots=True, eq=False)
class Duration:
    """How long something lasted, as it was said: an amount and its unit.

    Durations are ordered and equal by their length: 60 minutes are an hour.
    """

    amount: Decimal
    unit: str
    """One of `SECONDS_OF_UNIT`."""

    def __post_init__(self) -> None:
        if self.unit not in SECONDS_OF_UNIT:
            raise ValueError("this is no unit of durations")
        if not self.amount.is_finite() or self.amount < 0:
            raise ValueError("a duration is a number of its unit, 0 or more")

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Read what `str` writes, such as `90 minutes`; raises ValueError for anything else."""
        amount, _, unit = text.partition(" ")
        if not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,9})?", amount, re.ASCII):
            raise ValueError("a duration is written '90 minutes'")
        return cls(Decimal(amount), unit)

    @property
    def seconds(self) -> Decimal:
        """Its length in seconds."""
        return _EXACT.multiply(self.amount, Decimal(SECONDS_OF_UNIT[self.unit]))

    def amount_in(self, unit: str) -> Decimal:
        """Its length in another unit, to at most 9 decimal places."""
        if unit == self.unit:
            return self.amount
        amount = _EXACT.divide(self.seconds, Decimal(SECONDS_OF_UNIT[unit]))
        rounded = amount.quantize(_LAST_PLACE, context=_EXACT)
        return Decimal(f"{rounded:f}".rstrip("0").rstrip("."))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Duration) and self.seconds == other.seconds

    def __lt__(self, other: "Duration") -> bool:
        return self.seconds < other.seconds

    def __le__(self, other: "Duration") -> bool:
        return self.seconds <= other.seconds

    def __gt__(self, other: "Duration") -> bool:
        return self.seconds > other.seconds

    def __ge__(self, other: "Duration") -> bool:
        return self.seconds >= other.seconds

    def __hash__(self) -> int:
        return hash(self.seconds)

    def __str__(self) -> str:
        text = f"{self.amount:f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        return f"{text} {self.unit}"


Value = str | int | Decimal | tuple[str, ...] | PartialDate | datetime.time | Duration
"""What was answered; see the table in this module's docstring."""

Answer = Value | Missing
"""What an instance of an item holds once it has been dealt with."""
