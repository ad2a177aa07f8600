"""The rows of a grid with the answers so far: as many as there is room for."""

from textual.content import Content
from textual.widget import Widget

from cati.question_view import GridLine, GridView
from cati.widgets.words import joined, named

LEAST = 3
"""Rows that stay in sight, however long the question is: the one before, this one, the next."""


WIDEST = 76
"""Cells of a row at most, so that the eye finds the answer of a row in a wide window, too."""


class GridRows(Widget):
    """A line a row; the row in place is always among them."""

    def __init__(self) -> None:
        super().__init__()
        self._view: GridView | None = None

    def show(self, view: GridView | None) -> None:
        """Show the rows of a grid, or nothing."""
        self._view = view
        self.display = view is not None
        self.refresh()

    @property
    def rows(self) -> int:
        """How many rows there are to show."""
        return len(self._view.lines) if self._view else 0

    def render(self) -> Content:
        """The rows around the one in place."""
        if self._view is None or not self.size.height:
            return Content("")
        first = first_shown(self._view.here, self.rows, self.size.height)
        lines = self._view.lines[first : first + self.size.height]
        return Content("\n").join([_line(line, min(WIDEST, self.size.width)) for line in lines])


def first_shown(here: int, rows: int, room: int) -> int:
    """The first of the rows shown, from 0: as far as possible one row before `here` is seen."""
    before = 1 if room > 1 else 0
    return max(0, min(here - before, rows - room))


def _line(line: GridLine, width: int) -> Content:
    style = "bold" if line.here else ""
    sign = "▸" if line.here else "✓" if line.answer else "·"
    answer = named(line.answer, style, width=max(1, width // 3))
    text = named(line.text, style, width=width - answer.cell_length - 4)
    gap = " " * (width - 2 - text.cell_length - answer.cell_length)
    return joined(f"{sign} ", text, gap, answer)
