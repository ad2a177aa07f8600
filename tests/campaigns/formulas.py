"""Texts that a spreadsheet would run, exported and opened: `python -m tests.campaigns.formulas`.

Hundreds of texts stand as answers, as what was specified, in a summary and as labels. The export
for spreadsheets must hold none that a program takes for a formula, whichever character it takes
for the separator, and give every text back unchanged. LibreOffice opens the files where it is
installed; a reader of our own that knows how cells begin looks in any case. The control opens the
export for statistical software in the same way, and has openpyxl write the texts into cells.
"""

import argparse
import csv
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import openpyxl
from pydantic import JsonValue

from cati.export import ExportCase, Format, Profile, export_cases
from cati.export.csv_file import unguarded
from instrument import Instrument, read_files
from tests.campaigns.support import tell
from tests.cati.export.jobs import JOBS, case

OFFICE = shutil.which("soffice")
SEPARATORS = {"comma": 44, "semicolon": 59, "tab": 9}
TEXT_COLUMNS = ("title", "duties", "summary_work")

_BEGINNINGS = (
    *("=", "+", "-", "@", "＝", "＋", "－", "＠", "==", "=-", "+=", "'=", "''="),
    *(" =", "\t=", "\n=", "\r=", "\xa0=", "\ufeff=", "\u200b=", '"=', ";=", ",=", "x;=", "x\t="),
)
_BODIES = (
    *("1+1", "A1", "SUM(A1:A9)", 'HYPERLINK("https://example.org","x")', "cmd|' /C calc'!A0"),
    *("IMPORTXML(A1)", "WEBSERVICE(A2)", 'DDE("a";"b";"c")', "5", "1;=1+1", "1\t=2+2", '1"=1+1'),
)


def payloads() -> list[str]:
    """Every beginning with every body; no two alike."""
    return list(dict.fromkeys(a + b for a, b in product(_BEGINNINGS, _BODIES)))


@dataclass
class Figures:
    """What was found."""

    texts: int = 0
    cells: int = 0
    changed: int = 0
    """Texts that did not come back."""
    run: dict[str, int] = field(default_factory=dict)
    """Formulas by who looked."""


LABELS = {"Farm": "=1+1", '"Shop, counter"': '"@SUM(A1:A9)"'}


def exported(texts: list[str], folder: Path, *formats: Format) -> dict[Format, Path]:
    """Export a case for each text, which stands in three columns."""
    files = dict(JOBS)
    for label, formula in LABELS.items():
        files["work.yaml"] = files["work.yaml"].replace(f"label: {label}", f"label: {formula}")
    read = read_files({name: text.encode() for name, text in files.items()})
    made = [_case(number, text, read) for number, text in enumerate(texts)]
    report = export_cases(read, made, folder, profile=Profile.FULL, formats=formats)
    return dict(zip(formats, report.files, strict=False))


def _case(number: int, text: str, read: Instrument) -> ExportCase:
    drawn = case(number, texts=[text])
    answers = drawn.document["answers"]
    assert isinstance(answers, list)
    said: list[JsonValue] = [
        {"q": one["q"], "r": one["r"], "s": "answered", "v": text}
        if isinstance(one, dict) and one["q"] in TEXT_COLUMNS
        else one
        for one in answers
    ]
    instrument: dict[str, JsonValue] = {
        "name": read.name,
        "version": read.version,
        "fingerprint": read.fingerprint,
    }
    document: dict[str, JsonValue] = {
        **drawn.document,
        "instrument": instrument,
        "answers": said,
        "summary": {"work": text},
    }
    return ExportCase(drawn.case_id, drawn.submitted_at, document)


def cells(path: Path, encoding: str) -> Iterator[tuple[str, str]]:
    """Column and text of each cell."""
    with path.open(encoding=encoding, newline="") as file:
        for row in csv.DictReader(file):
            yield from row.items()


def changed(path: Path, encoding: str, texts: list[str]) -> int:
    """How many of the texts are not in their cells when the guard is taken off."""
    found: dict[str, list[str]] = {name: [] for name in TEXT_COLUMNS}
    for column, cell in cells(path, encoding):
        if column in found:
            found[column].append(unguarded(cell))
    return sum(
        wanted != got
        for column in found.values()
        for wanted, got in zip(texts, column, strict=True)
    )


def begin_like_formulas(path: Path, encoding: str) -> int:
    """How many cells begin with what some spreadsheet runs; numbers may be negative."""
    return sum(
        cell.lstrip(" \t\r\n\xa0\ufeff\u200b")[:1] in tuple("=+-@＝＋－＠")
        for _, cell in cells(path, encoding)
        if cell and not _is_number(cell)
    )


def _is_number(cell: str) -> bool:
    return cell.replace(".", "", 1).removeprefix("-").isdigit()


def formulas_in_office(path: Path, separator: int, folder: Path) -> int:
    """How many cells are formulas once LibreOffice has opened a file with this separator."""
    folder.mkdir(parents=True)
    shutil.copy(path, folder / "opened.csv")
    subprocess.run(
        [
            OFFICE or "soffice",
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            f"--infilter=CSV:{separator},34,76,1",
            *("--convert-to", "xlsx", "--outdir", str(folder), str(folder / "opened.csv")),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    book = openpyxl.load_workbook(folder / "opened.xlsx")
    return sum(cell.data_type == "f" for row in book.worksheets[0].iter_rows() for cell in row)


def formulas_by_openpyxl(texts: list[str]) -> int:
    """How many of the texts openpyxl makes formulas of."""
    sheet = openpyxl.Workbook().active
    assert sheet is not None
    return sum(sheet.cell(1, 1, text).data_type == "f" for text in texts if text.isprintable())


def campaign(folder: Path, texts: list[str], *, office: bool) -> tuple[Figures, Figures]:
    """Figures of the export for spreadsheets, and of the control."""
    files = exported(texts, folder / "out", Format.SPREADSHEET, Format.CSV)
    sheet, plain = files[Format.SPREADSHEET], files[Format.CSV]
    safe, control = Figures(texts=len(texts)), Figures(texts=len(texts))
    safe.cells = sum(1 for _ in cells(sheet, "utf-8-sig"))
    safe.changed = changed(sheet, "utf-8-sig", texts)
    safe.run["cells that begin so"] = begin_like_formulas(sheet, "utf-8-sig")
    control.run["cells that begin so"] = begin_like_formulas(plain, "utf-8")
    control.run["openpyxl"] = formulas_by_openpyxl(texts)
    for name, code in SEPARATORS.items() if office else ():
        safe.run[f"LibreOffice, {name}"] = formulas_in_office(sheet, code, folder / f"s{code}")
    if office:
        control.run["LibreOffice, comma"] = formulas_in_office(plain, 44, folder / "c44")
    return safe, control


def passed(safe: Figures, control: Figures) -> bool:
    """Nothing ran, everything came back, and each control found formulas."""
    return not safe.changed and not any(safe.run.values()) and all(control.run.values())


def main() -> int:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--without-office", action="store_true", help="do not start LibreOffice")
    office = OFFICE is not None and not parser.parse_args().without_office
    with tempfile.TemporaryDirectory() as folder:
        safe, control = campaign(Path(folder), payloads(), office=office)
    tell(f"{safe.texts} texts in {len(TEXT_COLUMNS)} columns, {safe.cells:,} cells")
    tell(f"  did not come back  {safe.changed}")
    for name, count in safe.run.items():
        tell(f"  run: {name:<24} {count}")
    for name, count in control.run.items():
        tell(f"  control: {name:<20} {count}")
    if not office:
        tell("  LibreOffice is not installed: nothing was opened with it")
    return int(not passed(safe, control))


if __name__ == "__main__":
    sys.exit(main())
