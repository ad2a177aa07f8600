"""The CSV of a data dictionary: bytes in, fields out, each knowing its row."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from cati.importing.errors import ImportingError

MAX_BYTES: Final = 20 * 1024 * 1024
"""Largest file, in bytes; the largest dictionaries in use have about 5 MB."""
MAX_FIELDS: Final = 20_000
"""Most fields of a dictionary."""

_LONGEST_CELL: Final = 200_000


class Column(StrEnum):
    """The columns of a data dictionary, by their raw names."""

    NAME = "field_name"
    FORM = "form_name"
    HEADER = "section_header"
    TYPE = "field_type"
    LABEL = "field_label"
    CHOICES = "select_choices_or_calculations"
    NOTE = "field_note"
    VALIDATION = "text_validation_type_or_show_slider_number"
    MINIMUM = "text_validation_min"
    MAXIMUM = "text_validation_max"
    IDENTIFIER = "identifier"
    BRANCHING = "branching_logic"
    REQUIRED = "required_field"
    ALIGNMENT = "custom_alignment"
    NUMBER = "question_number"
    MATRIX = "matrix_group_name"
    RANKING = "matrix_ranking"
    ANNOTATION = "field_annotation"


FIELD_TYPES: Final = frozenset(
    {
        "text", "notes", "radio", "dropdown", "checkbox", "yesno", "truefalse", "calc",
        "descriptive", "slider", "file", "sql", "signature", "textarea", "select",
    }
)  # fmt: skip
"""What the column of types can hold; `textarea` and `select` are older words."""

_NEEDED: Final = (Column.NAME, Column.TYPE, Column.LABEL)
_TITLES: Final = {
    "variablefieldname": Column.NAME,
    "variable": Column.NAME,
    "choicescalculationsorsliderlabels": Column.CHOICES,
    "choicesorcalculations": Column.CHOICES,
    "choicescalculationsorsliderlabel": Column.CHOICES,
    "textvalidationtypeorshowslidernumber": Column.VALIDATION,
    "textvalidationtype": Column.VALIDATION,
    "branchinglogicshowfieldonlyif": Column.BRANCHING,
    "questionnumbersurveysonly": Column.NUMBER,
    "matrixranking": Column.RANKING,
}
_SEPARATORS: Final = ",;\t"


@dataclass(frozen=True, slots=True)
class Field:
    """One row of a dictionary."""

    row: int
    """As a spreadsheet counts: the header is row 1."""
    texts: Mapping[Column, str]
    """What stands in it, without space around; columns that are empty may be left out."""
    letters: Mapping[Column, str]
    """The letter of each column that the file has."""
    broken: str = ""
    """Why nothing but its name can be used."""

    def __getitem__(self, column: Column) -> str:
        return self.texts.get(column, "")

    def cell(self, column: Column) -> str:
        """Where a column of this row stands, such as `L12`."""
        return f"{self.letters.get(column, '?')}{self.row}"


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A data dictionary as read."""

    fields: tuple[Field, ...]
    strange: tuple[str, ...] = ()
    """Headings of columns that no data dictionary has; what stands under them was not read."""
    encoding: str = "UTF-8"


def read_dictionary(path: Path) -> Dictionary:
    """Read the CSV of a data dictionary.

    Raises:
        ImportingError: the file cannot be read as one; the text says what to do.
        OSError: there is no such file, or it may not be read.
    """
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise ImportingError(
            f"{path.name} has {size // 1024 // 1024:,} MiB; a data dictionary of at most "
            f"{MAX_BYTES // 1024 // 1024} MiB can be read: check that it is one."
        )
    return parse_dictionary(path.read_bytes(), path.name)


def parse_dictionary(content: bytes, name: str) -> Dictionary:
    """Read the bytes of a data dictionary.

    Args:
        content: the file.
        name: what it is called in messages.

    Raises:
        ImportingError: it is no data dictionary.
    """
    text, encoding = _decode(content, name)
    first = re.split(r"[\r\n]", text, maxsplit=1)[0]
    found = [_header(_first_row(first, sign)) for sign in _SEPARATORS]
    fitting = max(range(len(found)), key=lambda at: len(found[at]))
    rows = _rows(text, _SEPARATORS[fitting], name)
    if not rows:
        raise ImportingError(f"{name} is empty: export the data dictionary from REDCap again.")
    columns = found[fitting]
    if not all(column in columns for column in _NEEDED):
        columns = _by_place(rows) or columns
    _refuse_other_tables(columns, rows[0], name)
    at = {place: column for column, place in columns.items()}
    letters = {column: _letter(place) for column, place in columns.items()}
    strange = tuple(
        heading.strip()
        for place, heading in enumerate(rows[0])
        if heading.strip() and place not in at
    )
    fields = tuple(
        _field(number, row, at, letters, len(rows[0]))
        for number, row in enumerate(rows[1:], 2)
        if any(cell.strip() for cell in row)
    )
    if not fields:
        raise ImportingError(f"{name} has a heading and no fields: there is nothing to import.")
    if len(fields) > MAX_FIELDS:
        raise ImportingError(
            f"{name} has {len(fields):,} fields; at most {MAX_FIELDS:,} can be read: "
            "export fewer forms at a time."
        )
    return Dictionary(fields, strange, encoding)


def _field(
    number: int,
    row: Sequence[str],
    at: Mapping[int, Column],
    letters: Mapping[Column, str],
    width: int,
) -> Field:
    """One row; cells beyond the last column shift the others, so that none can be trusted."""
    texts = {at[place]: cell.strip() for place, cell in enumerate(row) if place in at}
    if len(row) > width:
        why = f"its row has {len(row)} cells and the heading {width}: quotes inside are not doubled"
        return Field(number, {Column.NAME: texts.get(Column.NAME, "")}, letters, why)
    return Field(number, texts, letters)


def _decode(content: bytes, name: str) -> tuple[str, str]:
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ImportingError(
            f"{name} is a workbook or an archive, not a CSV file: "
            "export the data dictionary from REDCap as CSV, or save the sheet as CSV."
        )
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ()
    for encoding in (*encodings, "utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}.get(encoding, "UTF-16")
    raise ImportingError(f"{name} is not a text: save the data dictionary as 'CSV UTF-8'.")


def _first_row(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _rows(text: str, separator: str, name: str) -> list[list[str]]:
    """All rows; a last row of our own tells whether a quote was left open before it."""
    last = "\x01"
    text = text if text.endswith("\n") else f"{text}\n"
    reader = csv.reader(io.StringIO(f"{text}{last}\n", newline=""), delimiter=separator)
    rows: list[list[str]] = []
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        for row in reader:
            rows.append(row)
            if len(rows) > MAX_FIELDS * 2:
                raise ImportingError(
                    f"{name} has more than {MAX_FIELDS * 2:,} rows: check that it is a dictionary."
                )
    except csv.Error:
        rows.append([])
    finally:
        csv.field_size_limit(before)
    if rows[-1] != [last]:
        raise ImportingError(
            f"{name}, near row {len(rows)}: a quote is opened and not closed. "
            "Export the data dictionary from REDCap again, or mend the quotes."
        )
    return rows[:-1]


def _header(row: Sequence[str]) -> dict[Column, int]:
    """Which column stands where, by the headings of either form."""
    found: dict[Column, int] = {}
    for place, heading in enumerate(row):
        said = re.sub(r"[^a-z]", "", heading.lower().removeprefix("\ufeff"))
        for column in Column:
            if said == column.value.replace("_", "") or _TITLES.get(said) is column:
                found.setdefault(column, place)
    return found


def _by_place(rows: Sequence[Sequence[str]]) -> dict[Column, int]:
    """The columns by their order, if the types of fields stand where they should.

    Exports of a REDCap in another language have translated headings in the same order.
    """
    types = list(Column).index(Column.TYPE)
    full = [row for row in rows[1:] if len(row) == len(Column) and any(row)]
    if not full or any(row[types].strip() not in FIELD_TYPES for row in full):
        return {}
    return {column: place for place, column in enumerate(Column)}


def _refuse_other_tables(columns: Mapping[Column, int], first: Sequence[str], name: str) -> None:
    missing = [column for column in _NEEDED if column not in columns]
    if not missing:
        return
    titles = {
        Column.NAME: "Variable / Field Name",
        Column.TYPE: "Field Type",
        Column.LABEL: "Field Label",
    }
    wanted = ", ".join(f"'{titles[column]}'" for column in missing)
    found = f"its {len(first)} columns lack {wanted}"
    raise ImportingError(
        f"{name} is no data dictionary of REDCap: {found}. "
        "In REDCap, choose Data Dictionary, Download the current data dictionary."
    )


def _letter(place: int) -> str:
    """The letters that a spreadsheet gives a column."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
