"""A real terminal for a child program, and what the child sends to it that could be obeyed."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[3]
PATIENCE = 90.0

TOKEN = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[P\]X^_][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]?"
    r"|[\x00-\x09\x0b-\x1f\x7f-\x9f]"
)
DRAWING = re.compile(r"\x1b\[(?:\d+;\d+H|0m|(?:\d;)*(?:[34]8;2;\d+;\d+;\d+;?)+m|[1-9](?:;[1-9])*m)")
"""What Textual itself draws with: places of the cursor, true colors, bold, reverse and the like."""


class Terminal:
    """Runs a program in a pseudo terminal of 80 by 24 and keeps everything it sends."""

    def __init__(self, arguments: Sequence[str], environ: dict[str, str] | None = None) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        environment = os.environ | {
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "PYTHONPATH": str(ROOT),
            "TEXTUAL_ANIMATIONS": "none",
        }
        environment.pop("NO_COLOR", None)
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env=environment | (environ or {}),
            start_new_session=True,
        )
        os.close(slave)
        self.raw = b""

    @property
    def output(self) -> str:
        """Everything so far, as a terminal in UTF-8 reads it."""
        return self.raw.decode("utf-8", errors="surrogateescape")

    def send(self, keys: bytes) -> None:
        """Type."""
        os.write(self.master, keys)

    def until(self, words: str) -> None:
        """Read until words were sent (since the beginning)."""
        deadline = time.monotonic() + PATIENCE
        while words not in self.output:
            if time.monotonic() > deadline or not self._read():
                raise AssertionError(f"{words!r} did not come; the end was {self.raw[-2000:]!r}")

    def until_end(self) -> int:
        """Read until the program ends; its exit code."""
        while self._read():
            pass
        return self.process.wait(PATIENCE)

    def until_stopped(self) -> None:
        """Read until the program is stopped, as by a signal."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            ended, status = os.waitpid(self.process.pid, os.WUNTRACED | os.WNOHANG)
            if ended:
                assert os.WIFSTOPPED(status)
                return
            if select.select([self.master], [], [], 0.05)[0]:
                self._read()
        raise AssertionError("the program was not stopped")

    def close(self) -> None:
        """End the program if it still runs."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        os.close(self.master)

    def _read(self) -> bool:
        ready, _, _ = select.select([self.master], [], [], PATIENCE)
        if not ready:
            return False
        try:
            found = os.read(self.master, 65536)
        except OSError:  # the other side is closed
            return False
        self.raw += found
        return bool(found)


def obeyed(output: str, harmless: Iterable[str]) -> list[str]:
    """What in an output a terminal obeys or hides, other than drawing and what is harmless.

    `harmless` are the sequences of the same program with innocent texts.
    """
    known = set(harmless)
    found = [token for token in TOKEN.findall(output) if not DRAWING.fullmatch(token)]
    found = [token for token in found if token not in known]
    hidden = ("Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    return found + [letter for letter in output if unicodedata.category(letter) in hidden]


def tokens(output: str) -> set[str]:
    """The sequences in an output."""
    return set(TOKEN.findall(output))
