"""The bounds of a question: its range, its units, and how many choices may be taken."""

import re
from decimal import Decimal
from typing import Final

from instrument.choices import EXPORT_CODES
from instrument.drafts import Draft
from instrument.durations import UNITS, unit_of
from instrument.fields import Fields
from instrument.models import NUMBER_KINDS, Kind
from instrument.report import quote
from instrument.texts import Context
from instrument.values import Duration, PartialDate
from instrument.yaml_nodes import Scalar

Bound = int | Decimal | PartialDate | Duration
"""One side of a range."""

_RANGE: Final = re.compile(r"\s*(\S*(?:\s\S+)?)\s*\.\.\s*(\S*(?:\s\S+)?)\s*")
_NUMBER: Final = {
    Kind.INTEGER: re.compile(r"[-+]?[0-9]{1,18}"),
    Kind.DECIMAL: re.compile(r"[-+]?[0-9]{1,15}(\.[0-9]{1,9})?"),
}
RANGED: Final = NUMBER_KINDS | {Kind.DATE, Kind.DURATION}
"""Kinds whose values can be bounded."""
_WANTED: Final = {
    Kind.DATE: "2019-01-01..2019-12-31",
    Kind.DURATION: "5 minutes..10 hours",
}


def read_range(context: Context, fields: Fields, kind: Kind) -> tuple[Bound | None, Bound | None]:
    """The least and the greatest value; numbers begin at 0 unless the author says otherwise.

    Args:
        context: the instrument so far.
        fields: the question.
        kind: its kind, one of `RANGED`.
    """
    least: Bound | None = 0 if kind in NUMBER_KINDS else None
    scalar = fields.scalar("range")
    if scalar is None:
        return least, None
    match = _RANGE.fullmatch(scalar.text)
    sides = [_bound(side, kind) for side in match.groups()] if match else [None, None]
    if match is None or any(
        bound is None and side for bound, side in zip(sides, match.groups(), strict=True)
    ):
        wanted = _WANTED.get(kind, "0..99, 0.. or ..99")
        fields.wrong("range", scalar.source, f"written like {wanted}")
        return least, None
    low, high = sides
    if low is None and not (kind in NUMBER_KINDS and isinstance(high, int | Decimal) and high < 0):
        low = least
    if low is not None and high is not None and _after(low, high):
        fields.report.add(
            "range-order",
            scalar.source,
            f"no value is in the range {quote(scalar.text)}",
            "write the least value first",
        )
    if kind in NUMBER_KINDS:
        _refuse_missing_codes(context, scalar, low, high)
    return low, high


def _bound(side: str, kind: Kind) -> Bound | None:
    """The value that one side of a range means; None if it means none."""
    if not side:
        return None
    match kind:
        case Kind.DATE:
            return _date(side)
        case Kind.DURATION:
            return _duration(side)
        case _:
            if not _NUMBER[kind].fullmatch(side):
                return None
            return int(side) if kind is Kind.INTEGER else Decimal(side)


def _date(side: str) -> PartialDate | None:
    try:
        return PartialDate.parse(side)
    except ValueError:
        return None


def _duration(side: str) -> Duration | None:
    amount, _, word = side.partition(" ")
    unit = unit_of(word)
    try:
        return Duration.parse(f"{amount} {unit}") if unit else None
    except ValueError:
        return None


def _after(low: Bound, high: Bound) -> bool:
    """Whether no value is between two bounds of one kind."""
    match low, high:
        case ((int() | Decimal()), (int() | Decimal())):
            return low > high
        case PartialDate(), PartialDate():
            return low.first > high.last
        case Duration(), Duration():
            return low > high
        case _:
            raise TypeError("bounds of two kinds")


def _refuse_missing_codes(
    context: Context, scalar: Scalar, low: Bound | None, high: Bound | None
) -> None:
    """A value that equals a code for "no value" could not be told from it in the data."""
    taken = [*(reason.code for reason in context.missing), *EXPORT_CODES]
    clash = [
        code
        for code in taken
        if (low is None or not _after(low, code)) and (high is None or not _after(code, high))
    ]
    if clash:
        context.report.add(
            "range-codes",
            scalar.source,
            f"the range {quote(scalar.text)} holds {max(clash)}, a code for a missing value",
            "-1 to -49 and -90 to -99 stand for missing values in data",
        )


def read_counts(fields: Fields, draft: Draft) -> tuple[int, int | None]:
    """How many choices of an any-of question may be taken, at least and at most."""
    if draft.declared.broken:
        return 0, None
    most = max(1, len(draft.choices))
    least_taken = fields.integer("at_least", least=0, most=most)
    most_taken = fields.integer("at_most", least=1, most=most)
    at_least = 1 if least_taken is None else least_taken
    if most_taken is not None and most_taken < at_least:
        fields.report.add(
            "range-order",
            fields.place("at_most"),
            f"'at_most' {most_taken} is less than 'at_least' {at_least}",
        )
    return at_least, most_taken


def read_units(fields: Fields) -> tuple[str, ...]:
    """The units in which a duration can be given, the one of a number alone first."""
    scalars = fields.words("units", required=True)
    units: list[str] = []
    for scalar in scalars or ():
        unit = _known_unit(fields, scalar, UNITS)
        if unit in units:
            fields.report.add(
                "unit-repeated", scalar.source, f"the unit {quote(scalar.text)} is listed twice"
            )
        elif unit is not None:
            units.append(unit)
    if scalars == []:
        fields.report.add(
            "value-empty",
            fields.place("units"),
            f"'units' of {fields.what} lists no unit",
            f"possible here: {', '.join(UNITS)}",
        )
    return tuple(units)


def read_data_unit(fields: Fields, units: tuple[str, ...] | None) -> str | None:
    """The unit that durations have in data.

    Args:
        fields: the item.
        units: those of a question, whose first is taken if it says nothing; None for a computed
            value, which must say its unit.
    """
    scalar = fields.scalar("unit", required=units is None)
    if scalar is None:
        return units[0] if units else None
    return _known_unit(fields, scalar, units or UNITS)


def _known_unit(fields: Fields, scalar: Scalar, known: tuple[str, ...]) -> str | None:
    if scalar.text in known:
        return scalar.text
    says = f"{quote(scalar.text)} is no unit of durations"
    if scalar.text in UNITS:
        says = f"{quote(scalar.text)} is not among the units of {fields.what}"
    fields.report.unknown("unit-unknown", scalar.source, says, scalar.text, known)
    return None
