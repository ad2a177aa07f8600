"""A workbook file to sheets of cells with their addresses, through pyxform's own reading.

The file comes from somewhere else: its size is judged before anything of it is unpacked, and
whatever the libraries underneath stumble over ends as one sentence.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from cati.importing.errors import ImportingError
from cati.importing.outline import Lost
from cati.importing.xlsform.cells import EMPTY, TooWide, open_book, said, used_rows

MAX_FILE: Final = 20 * 1024 * 1024
"""Largest file, in bytes."""
MAX_UNPACKED: Final = 64 * 1024 * 1024
"""Most bytes that a workbook may unpack to."""
MAX_ENTRIES: Final = 2_000
"""Most parts of a workbook."""
MAX_ROWS: Final = 20_000
"""Most rows of one sheet."""
MAX_CELLS: Final = 1_000_000
"""Most cells of one sheet."""
MAX_CELL: Final = 32_767
"""Longest text of a cell, in characters: what spreadsheets take."""

_MANY: Final = "a form of that size is none that can be asked"
_OLD: Final = bytes.fromhex("d0cf11e0a1b11ae1")
"""How files of the old binary format begin (and workbooks with a password)."""
_TROUBLE: Final = (
    zipfile.BadZipFile, zlib.error, ParseError, struct.error, KeyError, ValueError, TypeError,
    IndexError, AttributeError, AssertionError, OverflowError, NotImplementedError, EOFError,
    OSError, RuntimeError, MemoryError, LookupError,
)  # fmt: skip
"""What the libraries raise over files that are broken; they promise no base of their own.

Among them `NotImplementedError`, with which zipfile answers a way of packing that it does not know.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet that holds something."""

    number: int
    """As a spreadsheet counts, from 1."""
    cells: Mapping[str, str]
    """Header to text; empty cells are not there."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet with headers in its first row."""

    name: str
    columns: Mapping[str, str]
    """Header to letter of its column."""
    rows: tuple[Row, ...]

    def cell(self, row: int, header: str | None = None) -> str:
        """How people call a cell: `survey!D12`; without a header the row."""
        return f"{self.name}!{self.columns.get(header or '', '')}{row}"


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of an XLSForm."""

    sheets: Mapping[str, Sheet]
    """`survey` and whichever of `choices`, `settings`, `external_choices`, … there are."""
    lost: tuple[Lost, ...]
    """Formulas that no program has worked out, and what stands outside of the tables."""


def read_workbook(file: Path) -> Workbook:
    """Read the sheets of an XLSForm (.xlsx).

    Raises:
        ImportingError: it is no workbook, one that cannot be read, too large, or without a sheet
            `survey`.
    """
    if not file.exists():
        raise ImportingError(f"{file}: no such file.")
    if not file.is_file():
        raise ImportingError(f"{file}: this is not a file; name the workbook itself.")
    if file.stat().st_size > MAX_FILE:
        raise ImportingError(f"{file}: larger than {MAX_FILE // 2**20} MiB; {_MANY}.")
    content = file.read_bytes()
    formulas = _judge(file, content)
    try:
        sheets, outside = _sheets(file, content)
    except ImportingError:
        raise
    except TooWide as error:
        raise ImportingError(f"{file}: {error}") from None
    except _TROUBLE as error:
        raise ImportingError(
            f"{file}: this workbook cannot be read ({type(error).__name__}); open it in a "
            "spreadsheet program and save it as .xlsx again."
        ) from None
    why = "no spreadsheet program has worked it out; open the workbook in one and save it"
    beside = {cell for one in outside for cell in one.cell.split(", ")}
    empty = [cell for cell in _unfilled(sheets, formulas) if cell not in beside]
    lost = [Lost(cell, "formula", "", why) for cell in empty]
    return Workbook(sheets, (*lost, *outside))


def _judge(file: Path, content: bytes) -> tuple[str, ...]:
    """Refuse what is no .xlsx or too large to unpack; the addresses of cells with formulas."""
    if content.startswith(_OLD):
        raise ImportingError(
            f"{file}: this workbook is of the old kind (.xls) or has a password; save it as .xlsx "
            "without one."
        )
    if not zipfile.is_zipfile(io.BytesIO(content)):
        raise ImportingError(f"{file}: this is no workbook; save the form as .xlsx.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if "xl/workbook.xml" not in names:
                raise ImportingError(f"{file}: this is no workbook; save the form as .xlsx.")
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise ImportingError(
                    f"{file}: this workbook holds macros, which a form does not need; save it as "
                    ".xlsx without them."
                )
            unpacked = sum(entry.file_size for entry in entries)
            if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED:
                raise ImportingError(
                    f"{file}: it unpacks to {unpacked / 2**20:,.0f} MiB in {len(entries):,} parts; "
                    f"at most {MAX_UNPACKED // 2**20} MiB in {MAX_ENTRIES:,} parts are read."
                )
            return _formulas(file, archive)
    except ImportingError:
        raise
    except TooWide as error:
        raise ImportingError(f"{file}: {error}") from None
    except _TROUBLE:
        raise ImportingError(f"{file}: this workbook is damaged; save it as .xlsx again.") from None


_ROW: Final = re.compile(rb"<(?:\w+:)?row[\s>/]")
_CELL: Final = re.compile(rb"<(?:\w+:)?c[\s>/]")


def _formulas(file: Path, archive: zipfile.ZipFile) -> tuple[str, ...]:
    """Addresses of cells with formulas; refuses sheets with too many rows or cells."""
    with_formulas = False
    for entry in archive.infolist():
        if not re.fullmatch(r"xl/worksheets/[^/]*\.xml", entry.filename):
            continue
        with archive.open(entry) as stream:
            # An entry may lie about its size: no more is unpacked than it says.
            xml = stream.read(entry.file_size + 1)
        rows, cells = len(_ROW.findall(xml)), len(_CELL.findall(xml))
        if rows > MAX_ROWS or cells > MAX_CELLS or len(xml) > entry.file_size:
            raise ImportingError(
                f"{file}: a sheet has {rows:,} rows and {cells:,} cells; at most {MAX_ROWS:,} and "
                f"{MAX_CELLS:,} are read. Delete the rows that hold nothing."
            )
        with_formulas = with_formulas or bool(re.search(rb"<(?:\w+:)?f[\s>/]", xml))
    return _addresses(archive) if with_formulas else ()


def _addresses(archive: zipfile.ZipFile) -> tuple[str, ...]:
    assert archive.fp is not None
    archive.fp.seek(0)
    with open_book(archive.fp.read(), with_formulas=True) as book:
        return tuple(
            f"{sheet.title.lower()}!{cell.coordinate}"
            for sheet in book.worksheets
            for _, row in used_rows(sheet)
            for cell in row
            if cell.data_type == "f"
        )


def _unfilled(sheets: Mapping[str, Sheet], addresses: Sequence[str]) -> Iterator[str]:
    """The addresses, on sheets of a form, of cells that hold no value."""
    filled = {
        f"{name}!{sheet.columns[header]}{row.number}"
        for name, sheet in sheets.items()
        for row in sheet.rows
        for header in row.cells
    }
    for address in addresses:
        if address.partition("!")[0] in sheets and address not in filled:
            yield address


def _sheets(file: Path, content: bytes) -> tuple[dict[str, Sheet], list[Lost]]:
    """The sheets of a form, and what stands in the workbook outside of their tables."""
    from pyxform.constants import SUPPORTED_SHEET_NAMES, SURVEY

    found: dict[str, Sheet] = {}
    lost: list[Lost] = []
    with open_book(content) as book:
        titles = book.sheetnames
        for sheet in book.worksheets:
            name = sheet.title.lower()
            if name not in SUPPORTED_SHEET_NAMES and len(titles) == 1:
                name = SURVEY
            if name in found:
                raise ImportingError(f"{file}: two sheets are called '{name}'; take one away.")
            if name in SUPPORTED_SHEET_NAMES:
                found[name], outside = _table(file, name, sheet)
                lost += outside
            elif _holds_something(sheet):
                why = "XLSForm knows no sheet of this name"
                lost.append(Lost(f"{sheet.title}!1", f"sheet {sheet.title}", "", why))
    if "survey" not in found:
        there = ", ".join(titles) or "none"
        raise ImportingError(f"{file}: an XLSForm has a sheet 'survey'; the sheets are: {there}.")
    heads = {head.strip().lower() for head in found["survey"].columns}
    if not heads & {"type", "command"}:
        raise ImportingError(f"{file}: the sheet 'survey' has no column 'type'.")
    return found, lost


def _table(file: Path, name: str, sheet: Any) -> tuple[Sheet, list[Lost]]:
    """One sheet as pyxform reads it, however far its rows and columns are apart.

    pyxform takes 60 empty rows, or 20 empty columns, for the end. It is given what is used only.
    """
    from openpyxl.utils import get_column_letter
    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import get_excel_column_headers, get_excel_rows

    try:
        used = list(used_rows(sheet))
        first = used.pop(0)[1] if used and used[0][0] == 1 else ()
        places = [place for place, cell in enumerate(first) if said(cell)]
        headers = get_excel_column_headers(" ".join(said(first[one]).split()) for one in places)
        cells = [(number, tuple(_at(row, one) for one in places)) for number, row in used]
        kept = [(number, row) for number, row in cells if any(said(cell) for cell in row)]
        texts = get_excel_rows(headers, (row for _, row in kept), lambda cell, *_: said(cell))
    except TooWide as error:
        raise ImportingError(f"{file}: sheet '{name}': {error}") from None
    except PyXFormError as error:
        says = " ".join(str(error).split()).rstrip(".")
        raise ImportingError(f"{file}: the workbook cannot be read: {says}.") from None
    columns = {
        header: get_column_letter(place + 1) for header, place in zip(headers, places, strict=True)
    }
    rows = tuple(
        Row(number, {key: text[:MAX_CELL] for key, text in one.items() if text})
        for (number, _), one in zip(kept, texts, strict=True)
    )
    return Sheet(name, columns, rows), _outside(name, used, frozenset(places))


def _outside(
    name: str, rows: Sequence[tuple[int, Sequence[Any]]], places: frozenset[int]
) -> list[Lost]:
    """What stands under no heading: one loss for each column, with all of its cells."""
    from openpyxl.utils import get_column_letter

    found: dict[int, dict[str, str]] = {}
    for number, row in rows:
        for place, cell in enumerate(row):
            if place not in places and (text := said(cell)):
                at = f"{name}!{get_column_letter(place + 1)}{number}"
                found.setdefault(place, {})[at] = text
    why = "there is no heading in row 1 of this column"
    return [
        Lost(
            ", ".join(texts), "cell" if len(texts) == 1 else "cells", "; ".join(texts.values()), why
        )
        for _, texts in sorted(found.items())
    ]


def _at(row: Sequence[Any], place: int) -> Any:
    return row[place] if place < len(row) else EMPTY


def _holds_something(sheet: Any) -> bool:
    return any(said(cell) for _, row in used_rows(sheet) for cell in row)
