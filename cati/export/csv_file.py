"""Frames as CSV: RFC 4180, UTF-8, one header line, lines ended by CR LF."""

import csv
from collections.abc import Iterator
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


RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a text must not begin with in a spreadsheet."""


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
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(RISKY) else text


def write_csv(frame: Frame, path: Path, style: Style) -> None:
    """Write a frame; raises OSError. Spreadsheets get a byte order mark, to know it is UTF-8."""
    encoding = "utf-8-sig" if style is Style.SPREADSHEET else "utf-8"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([column.name for column in frame.columns])
        writer.writerows(_rows(frame, style))


def _rows(frame: Frame, style: Style) -> Iterator[list[str]]:
    for row in zip(*frame.cells, strict=True):
        yield [render(cell, column, style) for cell, column in zip(row, frame.columns, strict=True)]
