"""The rows of a list of choices, as they are drawn and clicked."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.widget import Widget

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


class ChoiceRows(Widget):
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
        self._drawn: tuple[int, list[Content]] | None = None

    def show(self, rows: Sequence[Row]) -> None:
        """Show rows."""
        before = len(self._drawn[1]) if self._drawn else -1
        self._rows, self._drawn = list(rows), None
        # Only another number of lines moves what stands around.
        self.refresh(layout=before != len(self._lines(self.size.width)))

    def region_of(self, number: int) -> Region | None:
        """Where a choice stands among the rows."""
        self._lines(self.size.width)
        for found, (start, end) in zip(self._rows, self._tops, strict=True):
            if found.number == number:
                return Region(0, start, self.size.width, end - start)
        return None

    def render(self) -> Content:
        """All rows."""
        return Content("\n").join(self._lines(self.size.width))

    def get_content_height(
        self,
        container: Size,  # noqa: ARG002 (Textual's signature)
        viewport: Size,  # noqa: ARG002
        width: int,
    ) -> int:
        """As many lines as the labels need."""
        return len(self._lines(width))

    def on_click(self, event: events.Click) -> None:
        """Take the choice under the mouse."""
        for row, (start, end) in zip(self._rows, self._tops, strict=True):
            if start <= event.y < end:
                self.post_message(self.Clicked(row.number))

    def _lines(self, width: int) -> list[Content]:
        if self._drawn is None or self._drawn[0] != width:
            self._drawn = (width, self._drawn_at(width))
        return self._drawn[1]

    def _drawn_at(self, width: int) -> list[Content]:
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
