"""Workbooks out of tables that can be read: a line for each row, cells parted by bars."""

from pathlib import Path

from openpyxl import Workbook


def table(text: str) -> list[list[str | None]]:
    """The rows of a table written as `| type | name |`; empty cells are None."""
    rows = []
    for line in text.strip().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        rows.append([cell.replace("¦", "|") or None for cell in cells])
    return rows


def workbook(path: Path, **sheets: str) -> Path:
    """Write a workbook with the given sheets and return where it is."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, text in sheets.items():
        sheet = book.create_sheet(name)
        for row in table(text):
            sheet.append(row)
    book.save(path)
    return path


def read_sheets(file: Path) -> dict[str, str]:
    """The sheets that a file holds: a line with the name of each, its table, an empty line."""
    parts = file.read_text(encoding="utf-8").strip().split("\n\n")
    return dict(part.split("\n", 1) for part in parts)
