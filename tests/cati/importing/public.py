"""Imports workbooks from anywhere and prints what came of each: `python -m … FILES…`.

Workbooks of the old kind are saved anew first, as a person would. One line for each file: whether
what was written loads, how many of its elements were carried over, how many features were reported.
A traceback is a fault of ours, and none may occur.
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path

from openpyxl import Workbook
from pyxform.xls2json_backends import xls_value_to_unicode
from xlrd import open_workbook

from cati.importing.errors import ImportingError
from cati.importing.saving import save
from cati.importing.xlsform import import_xlsform
from instrument import read_instrument


def as_new(file: Path, folder: Path) -> Path:
    """The workbook itself, or an .xlsx with the cells of one of the old kind."""
    if file.suffix != ".xls":
        return file
    old = open_workbook(str(file))
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for sheet in old.sheets():
        copy = book.create_sheet(sheet.name)
        for row in sheet.get_rows():
            copy.append(
                [xls_value_to_unicode(cell.value, cell.ctype, old.datemode) or None for cell in row]
            )
    book.save(folder / f"{file.stem}.xlsx")
    return folder / f"{file.stem}.xlsx"


def main(files: list[str]) -> int:
    """Import every file; 0 if each was carried over or refused with a sentence."""
    totals: Counter[str] = Counter()
    for name in sorted(files):
        file = Path(name)
        totals["files"] += 1
        try:
            with tempfile.TemporaryDirectory() as folder:
                settled, report = import_xlsform(as_new(file, Path(folder)))
        except ImportingError as error:
            totals["refused"] += 1
            print(f"{file.name}: refused: {error}")
            continue
        with tempfile.TemporaryDirectory() as folder:
            save(settled.files, Path(folder))
            items = len(read_instrument(Path(folder)).items)
        totals["loads"] += 1
        totals["carried"] += report.carried
        totals["elements"] += report.total
        totals["lost"] += len(report.lost)
        totals["remarks"] += len(report.remarks)
        totals["items"] += items
        print(
            f"{file.name}: loads, {report.carried} of {report.total} elements as {items} items, "
            f"{len(report.lost)} lost, {len(report.remarks)} to be read again"
        )
    print(", ".join(f"{what} {number}" for what, number in totals.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
