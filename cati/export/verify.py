"""Reading files back and holding them against the frame, cell by cell and label by label.

Every CSV file is read by two parsers that share no code (polars and the standard library), every
.sav file by pyreadstat. What differs is named by file, row and column, and never shown.
"""

import csv
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from cati.export.columns import Column, Storage
from cati.export.csv_file import Style, rendered
from cati.export.errors import ExportMismatch
from cati.export.frame import Frame
from cati.export.sav_file import MISSING_RANGE, as_polars, title, value_labels


def verify_csv(frame: Frame, path: Path, style: Style) -> int:
    """Compare a CSV file with its frame; the number of cells compared. Raises ExportMismatch."""
    csv.field_size_limit(sys.maxsize)
    expected = rendered(frame, style)
    for header, columns in (_by_polars(path), _by_standard_library(path, style)):
        _compare_header(frame, header, path)
        for column, wanted, found in zip(frame.columns, expected, columns, strict=True):
            _compare(path, column, wanted, found)
    return 2 * len(frame.columns) * frame.height


def verify_sav(frame: Frame, path: Path, file_label: str) -> int:
    """Compare a .sav file with its frame, labels and all; the number of cells compared.

    Raises ExportMismatch.
    """
    import pyreadstat

    try:
        data, meta = pyreadstat.read_sav(
            str(path), user_missing=True, output_format="polars", disable_datetime_conversion=True
        )
    except (pyreadstat.PyreadstatError, pyreadstat.ReadstatError, UnicodeError) as error:
        raise ExportMismatch(path.name, "the file could not be read back") from error
    _compare_header(frame, meta.column_names, path)
    if (meta.file_label or "") != title(file_label):
        raise ExportMismatch(path.name, "the title of the file is another one")
    expected = as_polars(frame)
    for column in frame.columns:
        _compare_description(path, column, meta)
        wanted, found = expected[column.name], data[column.name]
        if wanted.dtype != found.dtype or not wanted.equals(found):
            _compare(path, column, wanted.to_list(), found.to_list())
    return len(frame.columns) * frame.height


def _by_polars(path: Path) -> tuple[list[str], list[list[str]]]:
    import polars

    try:
        data = polars.read_csv(
            path,
            infer_schema=False,
            empty_string_is_null=False,
            encoding="utf8",
        )
    except polars.exceptions.PolarsError as error:
        raise ExportMismatch(path.name, "the file could not be read back") from error
    header = [name.removeprefix("\ufeff") for name in data.columns]
    return header, [column.to_list() for column in data.iter_columns()]


def _by_standard_library(path: Path, style: Style) -> tuple[list[str], list[list[str]]]:
    encoding = "utf-8-sig" if style is Style.SPREADSHEET else "utf-8"
    try:
        with path.open(encoding=encoding, newline="") as file:
            header, *rows = csv.reader(file, strict=True)
        return header, [list(column) for column in zip(*rows, strict=True)]
    except (csv.Error, UnicodeError, ValueError) as error:
        raise ExportMismatch(path.name, "the file could not be read back") from error


def _compare_header(frame: Frame, found: Iterable[str], path: Path) -> None:
    if list(found) != [column.name for column in frame.columns]:
        raise ExportMismatch(path.name, "the names of the columns differ")


def _compare(path: Path, column: Column, wanted: Sequence[object], found: Sequence[object]) -> None:
    if len(wanted) != len(found):
        raise ExportMismatch(path.name, "the number of rows differs", column=column.name)
    if list(wanted) == list(found):
        return
    row = next(i for i, pair in enumerate(zip(wanted, found, strict=True)) if pair[0] != pair[1])
    raise ExportMismatch(
        path.name, "the cell is not what was exported", row=row + 1, column=column.name
    )


def _compare_description(path: Path, column: Column, meta: Any) -> None:
    name = column.name
    ranges = [dict(MISSING_RANGE)] if column.has_codes else []
    number = column.storage is Storage.NUMBER
    described = {
        "label": (column.label, meta.column_names_to_labels[name]),
        "value labels": (value_labels(column), meta.variable_value_labels.get(name, {})),
        "codes of missing values": (ranges, meta.missing_ranges.get(name, [])),
        "measure": (column.measure.value, meta.variable_measure[name]),
        "width": (column.width, meta.variable_display_width[name]),
        "storage": ("double" if number else "string", meta.readstat_variable_types[name]),
    }
    for what, (wanted, found) in described.items():
        if wanted != found:
            raise ExportMismatch(path.name, f"its {what} differs", column=name)
