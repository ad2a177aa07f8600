"""A page to read: help, definitions, a guide."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cati.screens.base import Dialog
from cati.widgets.hanging import Hanging
from cati.widgets.words import said


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
            for heading, text in self._parts:
                if heading:
                    yield Static(said(heading), classes="heading", markup=False)
                if text:
                    yield Hanging(text, "  ")

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
