"""A terminal for tests: tmux at a fixed size, driven by keys, read by what stands on the screen."""

import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from uuid import uuid4

PATIENCE = 30.0
"""Seconds to wait for the screen before giving up; the machine may be busy."""

LOOK = 0.03
"""Seconds between two looks."""


class NotShown(Exception):
    """The screen did not come to show what was waited for; holds what it showed instead."""


class Terminal:
    """A tmux server of its own with one window; killed when the block ends."""

    def __init__(
        self, command: str, folder: Path, environment: dict[str, str], columns: int, lines: int
    ) -> None:
        """Start `command` (a shell line) in `folder` at `columns` by `lines`."""
        self._server = f"cati-{uuid4().hex[:12]}"
        # A configuration of the person who runs this must not change the keys.
        self._tmux = [shutil.which("tmux") or "tmux", "-L", self._server, "-f", "/dev/null"]
        exports = "".join(f"export {name}='{value}'; " for name, value in environment.items())
        size = ["-x", str(columns), "-y", str(lines)]
        line = f"{exports}cd '{folder}' && {command}; printf 'ended with %s\\n' $?; sleep 3600"
        self._call("new-session", "-d", *size, line)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        subprocess.run([*self._tmux, "kill-server"], check=False, capture_output=True)

    def screen(self) -> str:
        """What stands on the screen, line by line, without colors."""
        return self._call("capture-pane", "-p")

    def press(self, *keys: str) -> None:
        """Press keys as tmux names them: Enter, F8, C-q, y."""
        self._call("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type a text, letter by letter as it is."""
        self._call("send-keys", "-l", "--", text)

    def wait(self, shown: Callable[[str], bool], what: str, patience: float = PATIENCE) -> str:
        """Wait until the screen satisfies a condition; returns the screen.

        Raises:
            NotShown: it did not within `patience` seconds.
        """
        end = time.monotonic() + patience
        while True:
            screen = self.screen()
            if shown(screen):
                return screen
            if time.monotonic() > end:
                raise NotShown(f"waited for {what}; the screen shows:\n{screen}")
            time.sleep(LOOK)

    def wait_for(self, *words: str, patience: float = PATIENCE) -> str:
        """Wait until all the words stand on the screen, however they are wrapped."""
        return self.wait(
            lambda screen: all(squeezed(word) in squeezed(screen) for word in words),
            " and ".join(map(repr, words)),
            patience,
        )

    def _call(self, *words: str) -> str:
        done = subprocess.run([*self._tmux, *words], check=True, capture_output=True, text=True)
        return done.stdout


def squeezed(screen: str) -> str:
    """A screen without white space, sidebar and borders, so that wrapping does not matter."""
    lines = (line.split("│", 2) for line in screen.split("\n"))
    return "".join("".join(parts[min(1, len(parts) - 1)].split()) for parts in lines)
