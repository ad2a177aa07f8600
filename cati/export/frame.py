"""From case documents to a rectangle: one row a case, and in every cell a value or a reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from cati.export.columns import (
    CUT,
    MAX_TEXT_BYTES,
    MAX_WHOLE,
    STATUS_CODES,
    Cell,
    Column,
    Field,
    Storage,
    fits_sav,
    storable,
)
from cati.export.errors import ExportError
from cati.export.layout import ExportCase, Layout, case_cells
from cati.export.rows import in_places
from cati.export.summaries import summary_cells
from instrument.models import Computed, Question
from instrument.values import Instance

_AT_ONCE: Final = 100
"""Rows turned into columns together: few enough to stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle of cells, column by column."""

    columns: tuple[Column, ...]
    cells: tuple[list[Cell], ...]
    """One list a column, one cell a case."""

    @property
    def height(self) -> int:
        """How many rows it has."""
        return len(self.cells[0])

    def texts_cut(self) -> list[tuple[str, int]]:
        """The texts that a .sav file cannot hold in full: column and row, counted from 0."""
        return [
            (column.name, row)
            for column, status in zip(self.columns, self.cells[1:], strict=False)
            if column.status_beside
            for row, code in enumerate(status)
            if code == CUT
        ]

    def numbers_rounded(self) -> int:
        """How many whole numbers a .sav file can only hold rounded; codes of choices are small."""
        return sum(
            type(cell) is int and not -MAX_WHOLE <= cell <= MAX_WHOLE
            for column, cells in zip(self.columns, self.cells, strict=True)
            if column.storage is Storage.NUMBER and max(column.values, default=-1) < 0
            for cell in cells
        )


def build_frame(layout: Layout, cases: Iterable[ExportCase]) -> Frame:
    """All cases in their order; raises ExportError, naming the case, for one that does not fit."""
    columns = layout.columns
    # Nearly every cell is a number, and there are millions of them: only texts are looked at.
    texts = [i for i, column in enumerate(columns) if column.storage is Storage.TEXT]
    rows: list[list[Cell]] = []
    cells: tuple[list[Cell], ...] = tuple([] for _ in columns)
    seen: set[str] = set()
    for case in cases:
        if case.case_id in seen:
            raise ExportError(f"Case {_short(case)} is there twice; export each case once.")
        seen.add(case.case_id)
        row = _row(layout, case)
        for i in texts:
            row[i] = _storable(row[i], columns[i], case)
        rows.append(row)
        if len(rows) == _AT_ONCE:
            _turn(rows, cells)
    if not seen:
        raise ExportError("There is nothing to export: no case has been submitted yet.")
    _turn(rows, cells)
    return Frame(columns, cells)


def _turn(rows: list[list[Cell]], cells: tuple[list[Cell], ...]) -> None:
    """Move rows to the ends of the columns."""
    for column, part in zip(cells, zip(*rows, strict=True), strict=bool(rows)):
        column.extend(part)
    rows.clear()


def _row(layout: Layout, case: ExportCase) -> list[Cell]:
    _check_instrument(layout, case)
    try:
        row = list(case_cells(case, layout))
        entries = _entries(layout, case)
        if layout.open_rosters:
            entries = in_places(layout.open_rosters, case.document, entries)
        summary: tuple[Cell, ...] = ()
        if layout.summary_columns:
            summary = summary_cells(layout.instrument, case.document, entries)
    except (LookupError, TypeError, ValueError):
        raise ExportError(
            f"Case {_short(case)} is not a case document that this version of cati can read; "
            f"export with the version that it was submitted with."
        ) from None
    _check_items(layout, case, entries)
    for field in layout.fields:
        entry = entries.get(field.at)
        status = entry.get("s") if entry else None
        # Most items of most cases have no value; those that have one are worth a call.
        cells = field.by_status.get(status) if isinstance(status, str) else None
        row += _cells(field, entry, layout, case) if cells is None else cells
    row += summary
    return row


def _check_instrument(layout: Layout, case: ExportCase) -> None:
    told = case.document.get("instrument")
    name = told.get("name") if isinstance(told, dict) else None
    version = told.get("version") if isinstance(told, dict) else None
    fingerprint = told.get("fingerprint") if isinstance(told, dict) else None
    if fingerprint != layout.instrument.fingerprint:
        raise ExportError(
            f"Case {_short(case)} was collected with {name} {version}, not with this "
            f"{layout.instrument.name} {layout.instrument.version}; export each version on its own."
        )


def _entries(layout: Layout, case: ExportCase) -> dict[Instance, Mapping[str, JsonValue]]:
    found: dict[Instance, Mapping[str, JsonValue]] = {}
    answers, known = case.document["answers"], layout.known
    if not isinstance(answers, list):
        raise TypeError
    for entry in answers:
        if not isinstance(entry, dict):
            raise TypeError
        item, row = entry["q"], entry["r"]
        if not isinstance(item, str) or not isinstance(row, int):
            raise TypeError
        found[known.get((item, row)) or Instance(item, row)] = entry
    if len(found) != len(answers):
        raise ValueError
    return found


def _check_items(
    layout: Layout, case: ExportCase, entries: Mapping[Instance, Mapping[str, JsonValue]]
) -> None:
    """Every answer must have its column, or be left out on purpose."""
    for at in sorted(entries.keys() - layout.known.keys()):
        if at.item not in layout.dropped:
            raise ExportError(
                f"Case {_short(case)} has an entry for {at}, which the instrument does not; "
                f"check that the right version of the instrument is installed."
            )


def _cells(
    field: Field, entry: Mapping[str, JsonValue] | None, layout: Layout, case: ExportCase
) -> tuple[Cell, ...]:
    if entry is None:
        item = layout.instrument.items[field.at.item]
        if isinstance(item, Question | Computed) and case.document["mode"] not in item.modes:
            return field.lacking[STATUS_CODES["not_applicable"]]
        raise ExportError(f"Case {_short(case)} says nothing about {field.at}; it is not complete.")
    try:
        match entry["s"]:
            case "answered":
                cells = field.cells(field.decode(entry["v"]))
            case "missing":
                cells = field.lacking[field.reasons[str(entry["m"])]]
            case status:
                cells = field.lacking[STATUS_CODES[str(status)]]
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError):
        raise ExportError(
            f"Case {_short(case)} holds something at {field.at} that its kind of item cannot hold; "
            f"check that the right version of the instrument is installed."
        ) from None
    return cells


def _storable(cell: Cell, column: Column, case: ExportCase) -> Cell:
    """The cell as files can hold it; raises ExportError if they cannot."""
    if not isinstance(cell, str):
        return cell
    text = storable(cell)
    if not column.status_beside and not fits_sav(text):
        raise ExportError(
            f"Case {_short(case)} has a text in {column.name} of more than {MAX_TEXT_BYTES} "
            f"bytes, which is the most that .sav files hold."
        )
    return text


def _short(case: ExportCase) -> str:
    return case.case_id[:8]
