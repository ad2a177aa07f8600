"""Imports workbooks from anywhere and prints what came of each: `python -m … FILES…`.

One line for each file: whether what was written loads, how many of its elements were carried over,
how many features were reported. A traceback is a fault of ours, and none may occur.
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path

from cati.importing.errors import ImportingError
from cati.importing.saving import save
from cati.importing.xlsform import import_xlsform
from instrument import read_instrument


def main(files: list[str]) -> int:
    """Import every file; 0 if each was carried over or refused with a sentence."""
    totals: Counter[str] = Counter()
    for name in sorted(files):
        file = Path(name)
        totals["files"] += 1
        try:
            settled, report = import_xlsform(file)
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
