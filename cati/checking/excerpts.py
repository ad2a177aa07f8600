"""The lines of an instrument's files that findings are about, each with a mark under the place."""

from pathlib import Path
from typing import Final

from rich.cells import cell_len

from cati.safe import display_safe
from instrument.source import Source

BEFORE: Final = 12
"""Cells of a line that are kept in front of the place where it is too long."""
_CUT: Final = "…"


class Excerpts:
    """Lines of the files in a folder; each file is read once."""

    def __init__(self, folder: Path, width: int) -> None:
        self._folder = folder
        self._width = width
        """Cells of a line on the screen."""
        self._lines: dict[str, list[str]] = {}

    def at(self, source: Source) -> list[str]:
        """The line of a place, behind its number, and a line with a mark; none if it is gone."""
        lines = self._of_file(source.file)
        if not 1 <= source.line <= len(lines):
            return []
        line = lines[source.line - 1]
        number = f"{source.line:>6} | "
        shown, mark = _window(
            display_safe(line[: source.column - 1]).replace("\n", " "),
            display_safe(line[source.column - 1 :]).replace("\n", " ").rstrip(),
            self._width - len(number),
        )
        return [f"{number}{shown}", f"{'':>6} | {' ' * mark}^"]

    def _of_file(self, name: str) -> list[str]:
        if name not in self._lines:
            try:
                content = (self._folder / name).read_bytes()
            except OSError:
                content = b""
            self._lines[name] = content.decode("utf-8", "replace").splitlines()
        return self._lines[name]


def _window(before: str, after: str, width: int) -> tuple[str, int]:
    """So much of a line as fits, and how many cells stand in front of the place."""
    if cell_len(before) + cell_len(after) <= width:
        return before + after, cell_len(before)
    if cell_len(before) > BEFORE:
        before = _CUT + fitting(before[::-1], BEFORE)[::-1]
    room = width - cell_len(before)
    if cell_len(after) > room:
        after = fitting(after, room - 1) + _CUT
    return before + after, cell_len(before)


def fitting(text: str, room: int) -> str:
    """So many characters from the front of a text as fit into some cells."""
    taken = 0
    for at, character in enumerate(text):
        taken += cell_len(character)
        if taken > room:
            return text[:at]
    return text
