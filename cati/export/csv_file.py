"""Frames as CSV: RFC 4180, UTF-8, one header line, lines ended by CR LF."""

import csv
import re
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from cati.export.columns import Cell, Column
from cati.export.frame import Frame


class Style(StrEnum):
    """How cells are written."""

    CODES = "codes"
    """As they are, for statistical software."""
    LABELS = "labels"
    """Labels in place of codes, for reading."""
    SPREADSHEET = "spreadsheet"
    """Labels, and an apostrophe before texts that a spreadsheet would run as a formula."""


_AHEAD = r"'*(?:(?![\t\r\n])[\s\ufeff\u200b\u2060])*[=+\-@＝＋－＠]"
"""Of what a spreadsheet runs: some programs skip space before they look."""
_RISKY = re.compile(rf"^(?='*[\t\r\n])|(?:^|[;\t\r\n])(?={_AHEAD})")
"""Places in a text where a formula could begin: at its start, and behind what a program that was
told another separator takes for the end of a cell."""
_GUARDED = re.compile(rf"^'(?='*[\t\r\n])|(^|[;\t\r\n])'(?={_AHEAD})")


def render(cell: Cell, column: Column, style: Style) -> str:
    """One cell as text; a cell that is None is empty."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guarded(cell) if style is Style.SPREADSHEET else cell
    if style is not Style.CODES and isinstance(cell, int) and cell in column.values:
        label = column.values[cell]
        return guarded(label) if style is Style.SPREADSHEET else label
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)


def guarded(text: str) -> str:
    """A text with an apostrophe wherever a spreadsheet could find the beginning of a formula.

    Where apostrophes stand already they get one more, so that `unguarded` can take it off again.
    """
    return _RISKY.sub(r"\g<0>'", text)


def unguarded(text: str) -> str:
    """The text that `guarded` made this of."""
    return _GUARDED.sub(r"\1", text)


def write_csv(frame: Frame, path: Path, style: Style) -> None:
    """Write a frame; raises OSError. Spreadsheets get a byte order mark, to know it is UTF-8."""
    encoding = "utf-8-sig" if style is Style.SPREADSHEET else "utf-8"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([column.name for column in frame.columns])
        writer.writerows(zip(*rendered(frame, style), strict=True))


def rendered(frame: Frame, style: Style) -> list[list[str]]:
    """All cells as text, column by column."""
    return [
        _rendered(column, cells, style)
        for column, cells in zip(frame.columns, frame.cells, strict=True)
    ]


def _rendered(column: Column, cells: list[Cell], style: Style) -> list[str]:
    # Codes repeat without end. Decimals are written one by one: 1.5 equals 1.50, in other digits.
    whole = {cell for cell in cells if type(cell) is int}
    once = {cell: render(cell, column, style) for cell in whole}
    return [once[cell] if type(cell) is int else render(cell, column, style) for cell in cells]
