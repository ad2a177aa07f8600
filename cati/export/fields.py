"""From an item of the instrument to the columns that hold its answers."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import cast

from pydantic import JsonValue

from cati.export.bounds import never_negative
from cati.export.columns import (
    ANSWERED,
    HIGHEST_CODE,
    LOWEST_CODE,
    NOT_EXACT,
    STATUS_LABELS,
    TEXT_LABELS,
    Cell,
    Column,
    Field,
    Profile,
    Storage,
    status_of_text,
)
from cati.export.errors import ExportError
from cati.export.names import composed, indicator, stem, tidy
from instrument.entry import from_json
from instrument.models import (
    NUMBER_KINDS,
    TEXT_KINDS,
    Choice,
    Computed,
    Instrument,
    Kind,
    Measure,
    Question,
    Sensitivity,
)
from instrument.values import Duration, Instance, PartialDate, Value

Cells = Callable[[Value], tuple[Cell, ...]]

DURATIONS_IN = "minutes"
"""Durations are written in this unit where the instrument names none."""

_YES_NO = {"yes": (1, "Yes"), "no": (0, "No")}


def field_of(
    item: Question | Computed, row: int, instrument: Instrument, profile: Profile
) -> Field:
    """The columns of an item (in a roster: of one row).

    Raises ExportError if a code of a choice is among those kept for the reasons of missing values.
    """
    reasons = _reasons(item, instrument)
    labels = dict(reasons.values()) | dict(STATUS_LABELS)
    at = Instance(item.name, row)
    columns, cells = _columns(item, at, labels, instrument, profile)
    return Field(
        at,
        columns,
        cells,
        {name: code for name, (code, _) in reasons.items()},
        lambda json: _decoded(item.kind, json),
        {code: tuple(column.empty(code) for column in columns) for code in labels},
    )


def _decoded(kind: Kind, json: object) -> Value:
    """A value of the case document; a computed decimal may have come out as a whole number."""
    if kind is Kind.DECIMAL and isinstance(json, int) and not isinstance(json, bool):
        return Decimal(json)
    return from_json(kind, cast("JsonValue", json))


def left_out(item: Question | Computed, profile: Profile) -> str | None:
    """Why a profile leaves an item out altogether; None if it does not."""
    if profile is Profile.FULL:
        return None
    if item.variable.sensitivity is Sensitivity.IDENTIFYING:
        return "identifying"
    if item.kind in TEXT_KINDS or item.variable.sensitivity is Sensitivity.FREE_TEXT:
        return "free text"
    return None


def _reasons(item: Question | Computed, instrument: Instrument) -> dict[str, tuple[int, str]]:
    """The missing reasons that an item can hold in any of its modes, with code and label."""
    if isinstance(item, Computed):
        return {}
    return {
        reason.name: (reason.code, tidy(reason.label))
        for mode in item.modes
        for reason in instrument.reasons_for(item, mode)
    }


def _columns(
    item: Question | Computed,
    at: Instance,
    labels: Mapping[int, str],
    instrument: Instrument,
    profile: Profile,
) -> tuple[tuple[Column, ...], Cells]:
    if item.kind is Kind.ANY_OF:
        return _indicators(item, at, labels)
    if item.kind in {Kind.ONE_OF, Kind.YES_NO}:
        return _choice(item, at, labels)
    if item.kind is Kind.DATE:
        return _date(item, at, labels, profile)
    if item.kind is Kind.TIME:
        return _time(item, at, labels)
    if item.kind is Kind.DURATION:
        return _duration(item, at, labels)
    if item.kind in NUMBER_KINDS and never_negative(item, instrument):
        decimals = 2 if item.kind is Kind.DECIMAL else 0
        column = _column(item, at, values=labels, has_codes=True, decimals=decimals)
        return (column,), lambda value: (cast("int | Decimal", value),)
    return _beside_status(item, at, labels)


def _column(
    item: Question | Computed,
    at: Instance,
    *,
    end: str = "",
    label_end: str = "",
    storage: Storage = Storage.NUMBER,
    measure: Measure | None = None,
    values: Mapping[int, str] | None = None,
    has_codes: bool = False,
    decimals: int = 0,
    status_beside: bool = False,
) -> Column:
    row = f" [row {at.row}]" if at.row else ""
    label = tidy(item.variable.label)
    return Column(
        name=stem(at) + end,
        label=composed(label, row, label_end) if row or label_end else label,
        storage=storage,
        measure=measure or item.variable.measure,
        values=dict(sorted((values or {}).items(), reverse=True)),
        has_codes=has_codes,
        decimals=decimals,
        unit=item.variable.unit or "",
        note=tidy(item.variable.note or ""),
        status_beside=status_beside,
        at=at,
    )


def _codes(item: Question | Computed) -> dict[str, tuple[int, str]]:
    """Choice to code and label, checked against the codes of missing values."""
    choices: tuple[Choice, ...] = item.choices
    if not choices:
        return dict(_YES_NO)
    for choice in choices:
        if LOWEST_CODE <= choice.code <= HIGHEST_CODE:
            raise ExportError(
                f"The choice {choice.name} of item {item.name} has the code {choice.code}, and "
                f"codes from {LOWEST_CODE} to {HIGHEST_CODE} are kept for missing values; "
                f"give it another."
            )
    return {choice.name: (choice.code, tidy(choice.label)) for choice in choices}


def _choice(
    item: Question | Computed, at: Instance, labels: Mapping[int, str]
) -> tuple[tuple[Column, ...], Cells]:
    codes = _codes(item)
    column = _column(item, at, values=dict(codes.values()) | dict(labels), has_codes=True)
    return (column,), lambda value: (codes[cast("str", value)][0],)


def _indicators(
    item: Question | Computed, at: Instance, labels: Mapping[int, str]
) -> tuple[tuple[Column, ...], Cells]:
    codes = _codes(item)
    columns = []
    for name, (code, label) in codes.items():
        column = _column(
            item,
            at,
            end=indicator(stem(at), name, code).removeprefix(stem(at)),
            label_end=f": {label}",
            measure=Measure.NOMINAL,
            values={0: "Not chosen", 1: "Chosen"} | dict(labels),
            has_codes=True,
        )
        columns.append(column)

    def cells(value: Value) -> tuple[Cell, ...]:
        taken = set(cast("tuple[str, ...]", value))
        if not taken <= codes.keys():
            raise LookupError
        return tuple(int(name in taken) for name in codes)

    return tuple(columns), cells


def _date(
    item: Question | Computed, at: Instance, labels: Mapping[int, str], profile: Profile
) -> tuple[tuple[Column, ...], Cells]:
    """Year, month and day apart, so that a date that is known in part is data, too."""
    parts = ["year", "month", "day"]
    if profile is Profile.ANALYSIS:
        quasi = item.variable.sensitivity is Sensitivity.QUASI_IDENTIFYING
        parts = parts[: 1 if quasi else 2]
    in_part = dict(labels) | {NOT_EXACT: "Not known that exactly"}
    columns = tuple(
        _column(
            item,
            at,
            end=f"_{part}",
            label_end=f" ({part})",
            values=labels if part == "year" else in_part,
            has_codes=True,
        )
        for part in parts
    )

    def cells(value: Value) -> tuple[Cell, ...]:
        date = cast("PartialDate", value)
        whole = (date.year, date.month, date.day)
        return tuple(NOT_EXACT if part is None else part for part in whole[: len(parts)])

    return columns, cells


def _time(
    item: Question | Computed, at: Instance, labels: Mapping[int, str]
) -> tuple[tuple[Column, ...], Cells]:
    """Seconds since midnight, which is how SPSS keeps a time."""
    column = _column(item, at, label_end=" (seconds since midnight)", values=labels, has_codes=True)

    def cells(value: Value) -> tuple[Cell, ...]:
        time = cast("datetime.time", value)
        return (time.hour * 3600 + time.minute * 60 + time.second,)

    return (column,), cells


def _duration(
    item: Question | Computed, at: Instance, labels: Mapping[int, str]
) -> tuple[tuple[Column, ...], Cells]:
    """The amount in the unit of the variable, whatever unit was said."""
    unit = unit_of_durations(item)
    column = replace(_column(item, at, values=labels, has_codes=True, decimals=2), unit=unit)

    def cells(value: Value) -> tuple[Cell, ...]:
        return (cast("Duration", value).amount_in(unit).normalize(),)

    return (column,), cells


def unit_of_durations(item: Question | Computed) -> str:
    """The unit in which the durations of an item are written as numbers."""
    named = item.variable.unit or next(iter(item.units if isinstance(item, Question) else ()), None)
    return named or DURATIONS_IN


def _beside_status(
    item: Question | Computed, at: Instance, labels: Mapping[int, str]
) -> tuple[tuple[Column, ...], Cells]:
    """A text, or a number that any code could be: why there is none stands in a second column."""
    text = item.kind in TEXT_KINDS
    column = _column(
        item,
        at,
        storage=Storage.TEXT if text else Storage.NUMBER,
        decimals=2 if item.kind is Kind.DECIMAL else 0,
        status_beside=text,
    )
    status = _column(
        item,
        at,
        end="_status",
        label_end=" (status)",
        measure=Measure.NOMINAL,
        values=dict(TEXT_LABELS if text else {ANSWERED: "Answered"}) | dict(labels),
        has_codes=True,
    )

    def cells(value: Value) -> tuple[Cell, ...]:
        return cast("Cell", value), status_of_text(value) if isinstance(value, str) else ANSWERED

    return (column, status), cells
