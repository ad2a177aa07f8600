"""How far a check has come: one line on the terminal, drawn again and again, gone at the end."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TextIO

from cati.checking.excerpts import fitting
from cati.safe import one_line

if TYPE_CHECKING:
    from instrument import Instrument
    from skips.proof.proving import Progress

EVERY: Final = 0.1
"""Seconds between two drawings."""
_CLEAR: Final = "\r\x1b[K"


class ProgressLine:
    """Draws the line; where there is no terminal, or one that cannot, nothing."""

    def __init__(self, instrument: "Instrument", stream: TextIO | None) -> None:
        self._instrument = instrument
        self._stream = stream
        self._at: dict[str, Progress] = {}
        """By mode, as several can be proved at once."""
        self._drawn = float("-inf")

    def show(self, progress: "Progress") -> None:
        """Take in how far a mode has come, and draw it unless that was done just now."""
        self._at[progress.mode] = progress
        if self._stream is None or time.monotonic() - self._drawn < EVERY:
            return
        self._drawn = time.monotonic()
        width = shutil.get_terminal_size().columns - 1
        self._stream.write(_CLEAR + fitting(self.text(), width))
        self._stream.flush()

    def text(self) -> str:
        """The line: each mode with its section, how many are done, and the questions settled."""
        return one_line(" | ".join(self._of_mode(one) for one in self._at.values()))

    def clear(self) -> None:
        """Take the line away."""
        if self._stream is not None and self._at:
            self._stream.write(_CLEAR)
            self._stream.flush()

    def _of_mode(self, one: "Progress") -> str:
        label = self._instrument.modes[one.mode]
        number = f" ({one.section_number} of {one.sections})" if one.sections else ""
        settled = f", {one.done:,} of {one.of:,} settled" if one.of else ""
        return f"{label}: {one.section}{number}{settled}"


@contextmanager
def progress_line(instrument: "Instrument") -> Iterator[ProgressLine]:
    """A line on standard error, taken away when the block ends, however it does."""
    drawable = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    line = ProgressLine(instrument, sys.stderr if drawable else None)
    try:
        yield line
    finally:
        line.clear()
