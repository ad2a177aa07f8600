"""XLSForms become instruments."""

from pathlib import Path

from cati.importing.errors import ImportingError
from cati.importing.report import ImportReport, report_on
from cati.importing.settle import Settled, settle
from cati.importing.xlsform.build import Built, build
from cati.importing.xlsform.form import read_form
from cati.importing.xlsform.workbook import read_workbook

__all__ = ["import_xlsform"]


def import_xlsform(file: Path) -> tuple[Settled, ImportReport]:
    """Turn the workbook of an XLSForm into the files of an instrument that loads.

    Raises:
        ImportingError: it cannot be read, or nothing of it can be carried over.
    """
    try:
        form = read_form(read_workbook(file))
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in {"pyxform", "openpyxl"}:
            raise
        raise ImportingError(
            "Reading XLSForms needs pyxform and openpyxl: install cati with the extra 'authoring'."
        ) from None
    built = build(form, file.stem)
    try:
        settled = settle(built.outline)
    except ImportingError as error:
        raise ImportingError(f"{file}: {error}") from None
    carried = _carried(built, settled)
    return settled, report_on(settled, carried=carried, total=built.total, renamed=built.renamed)


def _carried(built: Built, settled: Settled) -> int:
    """Rows of the form whose item is in the instrument, or that needed none."""
    there = set(settled.instrument.items)
    for section in settled.outline.sections:
        there |= {item.name for item in section.items}
        there |= {inner.name for item in section.items for inner in item.items}
    return sum(1 for name in built.made.values() if not name or name in there)
