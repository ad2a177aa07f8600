"""A page to read: help, definitions, a guide."""

from collections.abc import Iterator, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from cati.screens.base import Dialog
from cati.widgets.hanging import Piece, Texts


class Page(Dialog[None]):
    """Paragraphs under headings, scrolled by the arrows and page keys."""

    def __init__(self, heading: str, parts: Sequence[tuple[str, str]]) -> None:
        """Take pairs of heading and text; a text without heading follows the one before."""
        super().__init__()
        self.heading = heading
        self._parts = parts

    def parts(self) -> ComposeResult:
        """Headings and texts."""
        with VerticalScroll(id="page"):
            yield Texts(list(_pieces(self._parts)))

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


def _pieces(parts: Sequence[tuple[str, str]]) -> Iterator[Piece]:
    for heading, text in parts:
        if heading:
            yield Piece(heading, style="bold $primary", apart=True)
        if text:
            yield Piece(text, "  ")
