"""The rows of a list of choices, as they are drawn and clicked."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.geometry import Region
from textual.message import Message

from cati.widgets.drawn import Drawn
from cati.widgets.hanging import hang

TAKEN = "bold $aloud on $taken"


@dataclass(frozen=True)
class Row:
    """One choice as it is drawn."""

    number: int
    lead: Content
    label: str
    taken: bool
    style: str = ""


class ChoiceRows(Drawn):
    """The rows; whether a choice is taken is told by signs and not by color alone."""

    class Clicked(Message):
        """The mouse took a choice."""

        def __init__(self, number: int) -> None:
            self.number = number
            super().__init__()

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Row] = []
        self._tops: list[tuple[int, int]] = []

    def show(self, rows: Sequence[Row]) -> None:
        """Show rows."""
        self._rows = list(rows)
        self.refresh(layout=self.drawn_anew())  # only more or fewer lines move what is around

    def region_of(self, number: int) -> Region | None:
        """Where a choice stands among the rows."""
        self.lines_at(self.size.width)
        for found, (start, end) in zip(self._rows, self._tops, strict=True):
            if found.number == number:
                return Region(0, start, self.size.width, end - start)
        return None

    def on_click(self, event: events.Click) -> None:
        """Take the choice under the mouse."""
        for row, (start, end) in zip(self._rows, self._tops, strict=True):
            if start <= event.y < end:
                self.post_message(self.Clicked(row.number))

    def drawn_at(self, width: int) -> list[Content]:
        """All rows."""
        lines: list[Content] = []
        self._tops = []
        for row in self._rows:
            drawn = hang(row.label, row.lead, width, row.style)
            if row.taken:
                drawn = [line.extend_right(max(0, width - line.cell_length)) for line in drawn]
                drawn = [line.stylize(TAKEN) for line in drawn]
            self._tops.append((len(lines), len(lines) + len(drawn)))
            lines += drawn
        return lines
