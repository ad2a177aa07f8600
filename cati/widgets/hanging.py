"""Texts that hang beside a short lead: `Probe   Your best estimate is fine.`"""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from cati.widgets.drawn import Drawn
from cati.widgets.words import said

NARROWEST = 8
"""Cells that a text gets at least, however wide its lead is."""


@dataclass(frozen=True)
class Piece:
    """One text, with what stands before its first line, and its style."""

    text: str
    lead: str = ""
    style: str = ""
    apart: bool = False
    """Whether an empty line stands before it."""


def hang(text: str, lead: Content, width: int, style: str = "") -> list[Content]:
    """The lines of a text wrapped to the right of its lead."""
    room = max(NARROWEST, width - lead.cell_length)
    lines = [
        piece
        for line in said(text, style).split("\n", allow_blank=True)
        for piece in (line.wrap(room) if line.plain else [line])
    ]
    blank = Content(" " * lead.cell_length)
    return [(blank if number else lead) + line for number, line in enumerate(lines)]


class Texts(Drawn):
    """Pieces of text below one another."""

    def __init__(self, pieces: Sequence[Piece] = ()) -> None:
        super().__init__()
        self._pieces = tuple(pieces)

    def show(self, pieces: Sequence[Piece]) -> None:
        """Show other pieces."""
        self._pieces = tuple(pieces)
        self.drawn_anew()
        self.refresh(layout=True)

    def drawn_at(self, width: int) -> list[Content]:
        """All pieces."""
        lines: list[Content] = []
        for piece in self._pieces:
            if piece.apart and lines:
                lines.append(Content(""))
            lead = Content.styled(piece.lead, f"bold {piece.style}".strip())
            lines += hang(piece.text, lead, width, piece.style)
        return lines
