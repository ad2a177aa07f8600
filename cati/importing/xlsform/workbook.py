"""A workbook file to sheets of cells with their addresses, through pyxform's own reading.

The file comes from somewhere else: its size is judged before anything of it is unpacked, and
whatever the libraries underneath stumble over ends as one sentence.
"""

import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import ParseError

from cati.importing.errors import ImportingError
from cati.importing.outline import Lost

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
"""What the libraries raise over files that are broken; they promise no base of their own."""


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
    """Formulas that no program has worked out."""


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
        sheets = _sheets(file, content)
    except ImportingError:
        raise
    except _TROUBLE as error:
        raise ImportingError(
            f"{file}: this workbook cannot be read ({type(error).__name__}); open it in a "
            "spreadsheet program and save it as .xlsx again."
        ) from None
    why = "no spreadsheet program has worked it out; open the workbook in one and save it"
    lost = tuple(Lost(cell, "formula", "", why) for cell in formulas if not _filled(sheets, cell))
    return Workbook(sheets, lost)


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
    from openpyxl import load_workbook

    assert archive.fp is not None
    archive.fp.seek(0)
    with _without_warnings():
        book = load_workbook(io.BytesIO(archive.fp.read()), read_only=True)
    found = [
        f"{sheet.title.lower()}!{cell.coordinate}"
        for sheet in book.worksheets
        for row in sheet.iter_rows(max_row=MAX_ROWS)
        for cell in row
        if cell.data_type == "f"
    ]
    book.close()
    return tuple(found)


def _filled(sheets: Mapping[str, Sheet], address: str) -> bool:
    """Whether a cell holds a value."""
    name, _, place = address.partition("!")
    match = re.fullmatch(r"([A-Z]+)([0-9]+)", place)
    sheet = sheets.get(name)
    if sheet is None or match is None:
        return True  # on a sheet that no form has
    header = next((key for key, letter in sheet.columns.items() if letter == match[1]), None)
    row = next((row for row in sheet.rows if row.number == int(match[2])), None)
    return header is not None and row is not None and header in row.cells


def _sheets(file: Path, content: bytes) -> dict[str, Sheet]:
    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import xlsx_to_dict

    try:
        with _without_warnings():
            read = xlsx_to_dict(io.BytesIO(content))
            letters = _letters(content)
    except PyXFormError as error:
        says = " ".join(str(error).split()).rstrip(".")
        raise ImportingError(f"{file}: the workbook cannot be read: {says}.") from None
    found: dict[str, Sheet] = {}
    for name, rows in read.items():
        if name == "sheet_names" or name.endswith("_header") or not isinstance(rows, list):
            continue
        headers = [key for one in read.get(f"{name}_header") or [] for key in one]
        places = letters.get(name) or next(iter(letters.values()))
        columns = dict(zip(headers, places, strict=False))
        kept = tuple(
            Row(number, {key: str(text)[:MAX_CELL] for key, text in cells.items() if text})
            for number, cells in enumerate(rows, 2)
            if any(cells.values())
        )
        found[name] = Sheet(name, columns, kept)
    if "survey" not in found:
        there = ", ".join(read["sheet_names"]) or "none"
        raise ImportingError(f"{file}: an XLSForm has a sheet 'survey'; the sheets are: {there}.")
    heads = {head.strip().lower() for head in found["survey"].columns}
    if not heads & {"type", "command"}:
        raise ImportingError(f"{file}: the sheet 'survey' has no column 'type'.")
    return found


def _letters(content: bytes) -> dict[str, list[str]]:
    """Letters of the columns that have a header, by sheet: pyxform does not keep them."""
    from openpyxl import load_workbook
    from openpyxl.utils import get_column_letter

    def letters(row: list[object]) -> list[str]:
        return [get_column_letter(n) for n, text in enumerate(row, 1) if str(text or "").strip()]

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    found = {
        sheet.title.lower(): letters(list(next(sheet.iter_rows(max_row=1, values_only=True), ())))
        for sheet in book.worksheets
    }
    book.close()
    return found


def _without_warnings() -> "warnings.catch_warnings[None]":
    """Keep openpyxl from warning of what it skips: a form needs none of it."""
    return warnings.catch_warnings(action="ignore")
