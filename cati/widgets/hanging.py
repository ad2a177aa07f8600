"""A text that hangs beside a short lead: `Probe   Your best estimate is fine.`"""

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from cati.widgets.words import said

NARROWEST = 8
"""Cells that the text gets at least, however wide the lead is."""


class Hanging(Widget):
    """A lead, and a text wrapped to the right of it."""

    def __init__(self, text: str, lead: str = "", *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._text = said(text)
        self._lead = lead

    def lead(self) -> Content:
        """What stands before the first line."""
        return Content.styled(self._lead, "bold")

    def render(self) -> Content:
        """The lead and the wrapped text."""
        lead = self.lead()
        blank = Content(" " * lead.cell_length)
        return Content("\n").join(
            (blank if number else lead) + line
            for number, line in enumerate(self._lines(self.size.width))
        )

    def get_content_height(
        self,
        container: Size,  # noqa: ARG002 (Textual's signature)
        viewport: Size,  # noqa: ARG002
        width: int,
    ) -> int:
        """As many lines as the text needs."""
        return len(self._lines(width))

    def _lines(self, width: int) -> list[Content]:
        room = max(NARROWEST, width - self.lead().cell_length)
        return [
            piece
            for line in self._text.split("\n", allow_blank=True)
            for piece in (line.wrap(room) if line.plain else [line])
        ]
