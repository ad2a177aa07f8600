"""Files that are looked at while somebody may be typing."""

import os
import select
import sys
import time
from collections import deque
from pathlib import Path
from typing import Final

import typer

EVERY: Final = 0.3
"""Seconds between two looks."""
_REST: Final = 0.1
"""Seconds for which files must stay as they are before they are read."""


class Watch:
    """Tells when the YAML files of a folder are not what they were."""

    def __init__(self, folder: Path) -> None:
        """Begin with the files as they are."""
        self._folder = folder
        self._seen = self._stamps()

    def changed(self) -> bool:
        """Whether a file was written, added or taken away since this was last said.

        Editors write in steps: it is said once the files have rested for a moment.
        """
        now = self._stamps()
        if now == self._seen:
            return False
        while (later := self._after_a_rest()) != now:
            now = later
        self._seen = now
        return True

    def _after_a_rest(self) -> frozenset[tuple[str, int, int]]:
        time.sleep(_REST)
        return self._stamps()

    def _stamps(self) -> frozenset[tuple[str, int, int]]:
        """Name, time and size of each file; a file that goes away meanwhile is none."""
        found = set()
        for path in self._folder.glob("*.y*ml"):
            try:
                status = path.stat()
            except OSError:
                continue
            found.add((path.name, status.st_mtime_ns, status.st_size))
        return frozenset(found)


class Lines:
    """Lines from standard input, in front of which a watch is heard."""

    def __init__(self, watch: Watch | None) -> None:
        """Read lines; without a watch there is nothing to hear."""
        self._watch = watch
        self._typed: deque[str] = deque()
        self._rest = b""

    def next(self) -> str | None:
        """The next line; None if the watched files changed first.

        Raises:
            typer.Abort: there are no more lines.
        """
        if self._watch is None:
            return self._prompt()
        if not _can_wait():
            return None if self._watch.changed() else self._prompt()
        typer.echo("> ", nl=False)
        while not self._typed:
            if self._watch.changed():
                self._forget()
                typer.echo()
                return None
            if select.select([0], [], [], EVERY)[0]:
                self._take()
        return self._typed.popleft()

    def _prompt(self) -> str:
        typed: str = typer.prompt(">", default="", show_default=False, prompt_suffix=" ")
        return typed

    def _take(self) -> None:
        content = os.read(0, 4096)
        if not content:
            raise typer.Abort
        *lines, self._rest = (self._rest + content).split(b"\n")
        self._typed.extend(line.decode(errors="replace") for line in lines)

    def _forget(self) -> None:
        """Put away a line that was begun for a question that is shown anew."""
        import termios

        self._rest = b""
        termios.tcflush(0, termios.TCIFLUSH)


def _can_wait() -> bool:
    """Whether standard input is a terminal that can be waited for together with a clock."""
    return os.name == "posix" and sys.stdin.isatty()
