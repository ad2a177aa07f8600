"""A page to read: help, definitions, a guide."""

import re
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


_MARKER = re.compile(r"(?:\d{1,2}[.)]|[-•*])\s+")
"""What a line of a list begins with."""

FULL = 0.7
"""Of the longest line: a shorter one was ended where it ends on purpose."""


def flowing(text: str) -> tuple[Piece, ...]:
    """A text in paragraphs that fill the width, however its lines are broken in the file.

    A line goes on with the next, unless that begins an entry of a list, or a sentence after one
    that ended, or stands behind an empty or a short line.
    """
    lines = [line.strip() for line in text.splitlines()]
    longest = max(map(len, lines), default=0)
    pieces: list[str] = []
    before = ""
    for line in lines:
        ended = before.endswith((".", "!", "?", ":", "”", '"')) and not line[:1].islower()
        apart = not before or ended or len(before) < FULL * longest or _MARKER.match(line)
        if line and apart:
            pieces.append(line)
        elif line:
            pieces[-1] += f" {line}"
        before = line
    return tuple(_paragraph(piece) for piece in pieces)


def _paragraph(words: str) -> Piece:
    """One that begins an entry of a list hangs under its first word."""
    marker = _MARKER.match(words)
    lead = marker.group() if marker else ""
    return Piece(words[len(lead) :], f"  {lead}")


def headed(heading: str, text: str) -> tuple[Piece, ...]:
    """A text of an instrument under its heading, in paragraphs."""
    return Piece(heading, style="bold $primary", apart=True), *flowing(text)


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
