"""A page to read: help, definitions, a guide."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from cati.screens.base import Dialog
from cati.widgets.hanging import Piece, Texts


def entry(heading: str, text: str) -> tuple[Piece, Piece]:
    """A text under its heading."""
    return Piece(heading, style="bold $primary", apart=True), Piece(text, "  ")


class Page(Dialog[None]):
    """Paragraphs under headings, scrolled by the arrows and page keys."""

    def __init__(self, heading: str, pieces: Sequence[Piece]) -> None:
        super().__init__()
        self.heading = heading
        self._pieces = pieces

    def parts(self) -> ComposeResult:
        """Headings and texts."""
        with VerticalScroll(id="page"):
            yield Texts(self._pieces)

    def offers(self) -> Content:
        """Close, scroll."""
        return self.offer(("cancel", "Close"), ("↑ ↓ PgUp PgDn", "Scroll"))

    def on_mount(self) -> None:
        """Ready to scroll."""
        self.query_one("#page").focus()

    def on_key(self, event: events.Key) -> None:
        """The keys that open a page close it, too."""
        if event.key in ("enter", "f1", "f3"):
            event.stop()
            self.dismiss(None)
