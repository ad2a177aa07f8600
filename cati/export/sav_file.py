"""Frames as SPSS system files, through pyreadstat."""

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from cati.export.columns import HIGHEST_CODE, LOWEST_CODE, MAX_TEXT_BYTES, Column, Storage, fits_sav
from cati.export.frame import Frame

if TYPE_CHECKING:
    import polars

MISSING_RANGE: Final = MappingProxyType({"lo": float(LOWEST_CODE), "hi": float(HIGHEST_CODE)})
MAX_TITLE_BYTES = 64


def title(text: str) -> str:
    """A title as long as the file's header takes it."""
    return text.encode()[:MAX_TITLE_BYTES].decode(errors="ignore").rstrip()


def write_sav(frame: Frame, path: Path, file_label: str) -> None:
    """Write a frame with labels, user-missing codes, measures and display; raises OSError."""
    import pyreadstat

    columns = frame.columns
    pyreadstat.write_sav(
        as_polars(frame),
        str(path),
        file_label=title(file_label),
        row_compress=True,
        column_labels=[column.label for column in columns],
        variable_value_labels={
            column.name: value_labels(column) for column in columns if column.values
        },
        missing_ranges={
            column.name: [{"lo": MISSING_RANGE["lo"], "hi": MISSING_RANGE["hi"]}]
            for column in columns
            if column.has_codes
        },
        variable_measure={column.name: column.measure.value for column in columns},
        variable_display_width={column.name: column.width for column in columns},
        variable_format={
            column.name: f"F{column.width}.{column.decimals}"
            for column in columns
            if column.storage is Storage.NUMBER
        },
    )


def value_labels(column: Column) -> dict[float, str]:
    """Its value labels as the file keeps them: every number is a double."""
    return {float(code): label for code, label in column.values.items()}


def cut(text: str) -> str:
    """A text as far as a .sav file holds it, cut between two characters."""
    if fits_sav(text):
        return text
    return text.encode()[:MAX_TEXT_BYTES].decode(errors="ignore").rstrip(" ")


def as_polars(frame: Frame) -> "polars.DataFrame":
    """The frame in the two types that a .sav file has, texts as long as it takes them."""
    import polars

    series = []
    for column, cells in zip(frame.columns, frame.cells, strict=True):
        if column.storage is Storage.TEXT:
            texts = [cut(cell) if isinstance(cell, str) else cell for cell in cells]
            series.append(polars.Series(column.name, texts, dtype=polars.String))
        else:
            # Whole numbers, which nearly all are, need no conversion one by one.
            whole = set(map(type, cells)) == {int}
            numbers = cells if whole else [cell if cell is None else float(cell) for cell in cells]
            series.append(polars.Series(column.name, numbers, dtype=polars.Float64))
    return polars.DataFrame(series)
