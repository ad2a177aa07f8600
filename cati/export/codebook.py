"""The codebook: every column with its label, and every code with its own."""

import csv
from pathlib import Path

from cati.export.columns import HIGHEST_CODE, LOWEST_CODE, Column
from cati.export.csv_file import guarded
from cati.export.errors import ExportMismatch
from cati.export.layout import Layout

HEADER = (
    "variable",
    "label",
    "type",
    "measure",
    "unit",
    "item",
    "row",
    "code",
    "code_label",
    "missing",
    "note",
)


def write_codebook(layout: Layout, path: Path) -> None:
    """Write the codebook and read it back; raises OSError, ExportMismatch."""
    rows = [list(HEADER), *(row for column in layout.columns for row in _rows(column))]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\r\n").writerows(rows)
    with path.open(encoding="utf-8", newline="") as file:
        if list(csv.reader(file, strict=True)) != rows:
            raise ExportMismatch(path.name, "a line is not what was written")


def _rows(column: Column) -> list[list[str]]:
    item, row = (column.at.item, str(column.at.row or "")) if column.at else ("", "")
    begin = [
        column.name,
        guarded(column.label),
        column.storage.value,
        column.measure.value,
        guarded(column.unit),
        item,
        row,
    ]
    note = guarded(" ".join(filter(None, (column.rule, column.note))))
    if not column.values:
        return [[*begin, "", "", "", note]]
    return [
        [*begin, str(code), guarded(label), _is_missing(code, column), note]
        for code, label in column.values.items()
    ]


def _is_missing(code: int, column: Column) -> str:
    return "yes" if column.has_codes and LOWEST_CODE <= code <= HIGHEST_CODE else "no"
