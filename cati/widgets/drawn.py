"""Widgets whose lines follow from their width alone, and are worked out once for each."""

from abc import abstractmethod

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget


class Drawn(Widget):
    """Lines below one another, as high as there are lines."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn: tuple[int, list[Content]] | None = None

    @abstractmethod
    def drawn_at(self, width: int) -> list[Content]:
        """All lines, none wider than `width` cells."""

    def lines_at(self, width: int) -> list[Content]:
        """The same, from memory where they were drawn at this width last."""
        if self._drawn is None or self._drawn[0] != width:
            self._drawn = (width, self.drawn_at(width))
        return self._drawn[1]

    def drawn_anew(self) -> bool:
        """What is shown has changed: forget the lines; whether their number is another now."""
        before = len(self._drawn[1]) if self._drawn else -1
        self._drawn = None
        return before != len(self.lines_at(self.size.width))

    def render(self) -> Content:
        """All lines."""
        return Content("\n").join(self.lines_at(self.size.width))

    def get_content_height(
        self,
        container: Size,  # noqa: ARG002 (Textual's signature)
        viewport: Size,  # noqa: ARG002
        width: int,
    ) -> int:
        """As many lines as there are at this width."""
        return len(self.lines_at(width))
