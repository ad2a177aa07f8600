"""The last look at every line before it goes to the terminal.

Widgets of Textual print the escape sequences in their text. What people wrote is made safe where
it becomes content (`cati.widgets.words`); this filter sits behind all widgets, so that a place that
was forgotten cannot reach the terminal either. It keeps the width of a line, since the layout is
settled by then.
"""

from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from cati.safe import REPLACEMENT, display_safe


@lru_cache(4096)
def _cleaned(text: str) -> str:
    shown = display_safe(text).replace("\n", "")
    missing = cell_len(text) - cell_len(shown)
    return shown if missing == 0 else _in_place(text)


def _in_place(text: str) -> str:
    """Character by character: what is not safe becomes as wide a run of `�`."""
    kept = []
    for character in text:
        safe = display_safe(character).replace("\n", "")
        width = cell_len(character)
        kept.append(safe if cell_len(safe) == width else REPLACEMENT * width)
    return "".join(kept)


class SafeLines(LineFilter):
    """Takes out of every segment what a terminal could obey."""

    def apply(
        self,
        segments: list[Segment],
        background: Color,  # noqa: ARG002 (Textual's signature)
    ) -> list[Segment]:
        """The segments with their text made safe; nothing else changes."""
        if all(text.isascii() and text.isprintable() for text, _, _ in segments):
            return segments
        return [
            segment
            if segment.control or (text := _cleaned(segment.text)) == segment.text
            else Segment(text, segment.style)
            for segment in segments
        ]
