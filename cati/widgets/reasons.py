"""The missing reasons a question accepts, each with its key."""

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from cati.keys import key_shown
from cati.question_view import ReasonLine
from cati.widgets.choice_rows import TAKEN
from cati.widgets.words import joined, named


class Reasons(Widget):
    """All of them in a line; the one that is taken is told by a bar."""

    class Chosen(Message):
        """The mouse took a reason."""

        def __init__(self, name: str) -> None:
            self.name = name
            super().__init__()

    def __init__(self) -> None:
        super().__init__()
        self._reasons: tuple[ReasonLine, ...] = ()
        self._places: list[tuple[int, int, str]] = []
        self.taken: str | None = None

    def offer(self, reasons: Sequence[ReasonLine]) -> None:
        """Offer other reasons; none of them is taken."""
        self._reasons, self.taken = tuple(reasons), None
        self.refresh()

    def retell(self, reasons: Sequence[ReasonLine]) -> None:
        """Show the same reasons in other words; one that is taken stays so."""
        self._reasons = tuple(reasons)
        self.refresh()

    def by_key(self, key: str) -> str | None:
        """The reason that a key gives, if any."""
        return next((reason.name for reason in self._reasons if reason.key == key), None)

    def take(self, name: str | None) -> None:
        """Show one reason as taken, or none."""
        self.taken = name
        self.refresh()

    def render(self) -> Content:
        """Keys and labels."""
        line, self._places = Content(""), []
        for reason in self._reasons:
            taken = reason.name == self.taken
            key = Content.styled(key_shown(reason.key), "bold")
            piece = joined("▌ " if taken else "  ", key, "  ", named(reason.label), " ")
            start = line.cell_length
            self._places.append((start, start + piece.cell_length, reason.name))
            line = joined(line, piece.stylize(TAKEN) if taken else piece, "   ")
        return line

    def on_click(self, event: events.Click) -> None:
        """Take the reason under the mouse."""
        for start, end, name in self._places:
            if start <= event.x < end:
                self.post_message(self.Chosen(name))
