"""The cells of a workbook through openpyxl, the used ones only and all of them."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

MAX_NUMBER: Final = 1_048_576
"""The last row that spreadsheets have."""
MAX_AREA: Final = 5_000_000
"""Most cells of a sheet, those between the left edge and the last one of each row counted."""


class _Empty:
    """A cell that is not there."""

    value = None


EMPTY: Final = _Empty()


class TooWide(Exception):
    """The cells of a sheet stand too far apart; the text says where and what to do."""


@contextmanager
def open_book(content: bytes, *, with_formulas: bool = False) -> Iterator[Any]:
    """A workbook of openpyxl, read as it goes.

    Args:
        content: the file.
        with_formulas: formulas themselves, in place of the values they came to last.
    """
    from openpyxl import load_workbook

    with warnings.catch_warnings(action="ignore"):  # of what it skips: a form needs none of it
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=not with_formulas)
        try:
            yield book
        finally:
            book.close()


def used_rows(sheet: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The rows of a sheet that hold a cell with something in it, and their numbers from 1.

    Raises:
        TooWide: a cell stands below or beside what can be read.
    """
    sheet.reset_dimensions()  # what a file says of its own size need not be true
    area = 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        area += len(row)
        if number > MAX_NUMBER:
            raise TooWide(f"a row is below {MAX_NUMBER:,}, the last that spreadsheets have.")
        if area > MAX_AREA:
            raise TooWide(
                f"up to row {number:,} its rows are {area:,} cells wide in all; at most "
                f"{MAX_AREA:,} are read. Delete what stands far to the right."
            )
        if any(cell.value is not None for cell in row):
            yield number, row


def said(cell: Any) -> str:
    """The text of a cell, in pyxform's spelling of numbers, dates and truth values."""
    from pyxform.xls2json_backends import is_empty, xlsx_value_to_str

    value = cell.value.strip() if isinstance(cell.value, str) else cell.value
    return "" if is_empty(value) else str(xlsx_value_to_str(value))
