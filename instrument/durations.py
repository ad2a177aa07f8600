"""Durations as people type them and as the screen shows them."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from instrument.values import SECONDS_OF_UNIT, Duration

UNITS: Final = tuple(SECONDS_OF_UNIT)
"""All units, the smallest first."""
MOST_AMOUNT: Final = Decimal(10) ** 15
"""Amounts are below this."""
MOST_PLACES: Final = 9
"""Decimal places that an amount may have."""

_SHORT: Final = {
    "seconds": ("s", "sec", "secs"),
    "minutes": ("m", "min", "mins"),
    "hours": ("h", "hr", "hrs"),
    "days": ("d",),
    "weeks": ("w", "wk", "wks"),
    "months": ("m", "mo", "mos", "mth", "mths"),
    "years": ("y", "yr", "yrs"),
}
"""What is typed for a unit beside its name; `m` is minutes or months, as the question has it."""
_AMOUNT: Final = r"[0-9]{1,15}(?:\.[0-9]{0,9})?|\.[0-9]{1,9}"
_NUMBER: Final = re.compile(_AMOUNT)
_CLOCK: Final = re.compile(r"([0-9]{1,15}):([0-9]{2})")
_PART: Final = re.compile(rf"({_AMOUNT})\s*([a-z]+)\.?(?:\s*(?:,|\band\b))*\s*")
_GROUPED: Final = re.compile(r"(?<![0-9.])([0-9]{1,3}(?:,[0-9]{3})+)(?![0-9])")
_EXAMPLES: Final = (30, 20, 10, 5, 3, 2, 1, 45, 60, 90, 150, 300, 600)
"""Amounts to show, the first that is possible."""
_MINUTES_OF_HOUR: Final = 60


class DurationError(ValueError):
    """A typed text means no duration; says how to write one."""


def singular(unit: str) -> str:
    """The word for one of a unit: `hour`."""
    return unit.removesuffix("s")


def unit_of(word: str) -> str | None:
    """The unit that a word names in full, in the singular or the plural."""
    return (
        word if word in SECONDS_OF_UNIT else f"{word}s" if f"{word}s" in SECONDS_OF_UNIT else None
    )


def read_duration(
    text: str,
    units: Sequence[str],
    least: Duration | None = None,
    most: Duration | None = None,
) -> Duration:
    """The duration that a text means: `90`, `90 min`, `1 h 30 min`, `1:30`, `2 weeks`.

    A number alone is in the first unit; hours and minutes parted by a colon need both among the
    units. Several parts, from the largest unit down, become one amount in the smallest they name.

    Args:
        text: what was typed.
        units: the units that can be used, from `UNITS`.
        least: the shortest that is asked for; like `most` it only chooses the examples of a
            message, and is not judged here.
        most: the longest.

    Raises:
        DurationError: it means none.
    """
    typed = _GROUPED.sub(lambda match: match[1].replace(",", ""), " ".join(text.casefold().split()))
    if _NUMBER.fullmatch(typed):
        parts = [(Decimal(typed), units[0])]
    elif (match := _CLOCK.fullmatch(typed)) and {"hours", "minutes"} <= set(units):
        if int(match[2]) >= _MINUTES_OF_HOUR:
            raise DurationError("After the colon come minutes, from 00 to 59.")
        parts = [(Decimal(match[1]), "hours"), (Decimal(match[2]), "minutes")]
    else:
        try:
            parts = list(_parts(typed, units))
        except DurationError as error:
            raise DurationError(f"{error}{how_to_write(units, least, most)}") from None
    return _together(parts)


def _parts(typed: str, units: Sequence[str]) -> Iterator[tuple[Decimal, str]]:
    """Amounts and units, each unit smaller than the one before.

    Raises:
        DurationError: it is none; says what to do before it is said how to write one.
    """
    words = _words(units)
    at = 0
    last = len(UNITS)
    while at < len(typed):
        match = _PART.match(typed, at)
        unit = words.get(match[2]) if match else None
        if match is None or unit is None:
            raise DurationError("")
        if UNITS.index(unit) >= last:
            raise DurationError("Write the larger unit first. ")
        last = UNITS.index(unit)
        yield Decimal(match[1]), unit
        at = match.end()


def _words(units: Sequence[str]) -> MappingProxyType[str, str]:
    """Every word that means one of some units; a word that could mean two of them means none."""
    meant: dict[str, str] = {}
    unclear: set[str] = set()
    for unit in units:
        for word in (unit, singular(unit), *_SHORT[unit]):
            if meant.setdefault(word, unit) != unit:
                unclear.add(word)
    return MappingProxyType({word: unit for word, unit in meant.items() if word not in unclear})


def _together(parts: Sequence[tuple[Decimal, str]]) -> Duration:
    """Several parts as one amount of the smallest unit."""
    smallest = parts[-1][1]
    amount = sum((Duration(part, unit).amount_in(smallest) for part, unit in parts), Decimal(0))
    if amount >= MOST_AMOUNT:
        raise DurationError("That duration is too long.")
    return Duration(amount, smallest)


def how_to_write(
    units: Sequence[str], least: Duration | None = None, most: Duration | None = None
) -> str:
    """A sentence with an example of a duration in each of some units.

    Args:
        units: the units; one in which no example is from `least` to `most` is left out.
        least: the shortest that is asked for; None for any.
        most: the longest; None for any.
    """
    examples = [one for unit in units if (one := _example(unit, least, most)) is not None]
    bound = least or most
    if not examples and bound is not None:
        examples = [Duration(bound.amount_in(units[0]), units[0])]
    *first, last = map(show_duration, examples)
    return f"Write a duration like {', '.join(first)}{' or ' if first else ''}{last}."


def _example(unit: str, least: Duration | None, most: Duration | None) -> Duration | None:
    """A round duration in a unit that is within bounds; None if there is none."""
    for amount in _EXAMPLES:
        example = Duration(Decimal(amount), unit)
        if (least is None or example >= least) and (most is None or example <= most):
            return example
    return None


def show_duration(duration: Duration) -> str:
    """A duration in words: `90 minutes`, `1 hour`."""
    text = str(duration)
    return singular(text) if duration.amount == 1 else text
