"""A program forked into a terminal of its own, driven by keys: quick, since it is imported once."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

PATIENCE = 15.0
"""Seconds to wait for words before the rest of the keys is given up; the machine may be busy."""

Step = tuple[str, bytes]
"""Words to wait for (`""` is anything), and the keys to press then."""


@dataclass(frozen=True)
class Ended:
    """How a forked program ended."""

    output: bytes
    """Everything it sent to the terminal, on either way out."""
    code: int
    """Exit code; negative for a signal."""
    driven: bool
    """Whether all the keys could be pressed."""


class Forked:
    """A child of this process in a pseudo terminal of 80 by 24; ended when the block ends."""

    def __init__(self, work: Callable[[], int]) -> None:
        """Fork; the child does `work` and ends with the number that it returns."""
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            _be_child(work)
        self.output = b""
        self._since = 0
        self._status: int | None = None

    def __enter__(self) -> "Forked":
        return self

    def __exit__(self, *_: object) -> None:
        if self._status is None:
            os.kill(self.pid, signal.SIGKILL)
            self.wait()
        os.close(self.master)

    def read(self, patience: float) -> bool:
        """Read what comes within so many seconds; whether anything did."""
        if not select.select([self.master], [], [], patience)[0]:
            return False
        try:
            found = os.read(self.master, 65536)
        except OSError:  # the other side is closed
            return False
        self.output += found
        return bool(found)

    def until(self, words: str, patience: float = PATIENCE) -> bool:
        """Read until words come, counted from the last keys on; whether they did."""
        end = time.monotonic() + patience
        while words.encode() not in self.output[self._since :]:
            if not self.read(max(0.0, end - time.monotonic())):
                return False
        return True

    def press(self, keys: bytes) -> None:
        """Type."""
        self._since = len(self.output)
        os.write(self.master, keys)

    def wait(self) -> int:
        """Wait for the end, and say how it came."""
        if self._status is None:
            self._status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self._status

    def finish(self) -> int:
        """Read until it ends by itself, or else is asked to; its exit code."""
        for number in (None, signal.SIGTERM, signal.SIGKILL):
            if number is not None:
                os.kill(self.pid, number)
            end = time.monotonic() + PATIENCE
            while time.monotonic() < end:
                if not self.read(0.2) and _has_ended(self.pid):
                    while self.read(0.0):
                        pass
                    return self.wait()
        return self.wait()


def drive(work: Callable[[], int], steps: Sequence[Step]) -> Ended:
    """Fork, press the keys as their words come, and read to the end."""
    with Forked(work) as child:
        driven = True
        for words, keys in steps:
            if words and not child.until(words):
                driven = False
                if not _has_ended(child.pid):
                    child.press(b"\x11")  # leave
                break
            child.press(keys)
        code = child.finish()
        return Ended(child.output, code, driven)


def _has_ended(pid: int) -> bool:
    """Whether a child has ended; it is left to be waited for."""
    flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
    return os.waitid(os.P_PID, pid, flags) is not None


def _be_child(work: Callable[[], int]) -> None:
    code = 70
    try:
        # The names of the standard ways out may stand for files of a test runner.
        for number, name in enumerate(("stdin", "stdout", "stderr")):
            mode = "r" if number == 0 else "w"
            stream = os.fdopen(number, mode, closefd=False, encoding="utf-8", newline=None)
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        os.environ.update({"TERM": "xterm-256color", "COLORTERM": "truecolor"})
        code = work()
    except BaseException as error:  # noqa: BLE001 (as Python itself does)
        # What Python does at the end of a program that failed.
        sys.excepthook(type(error), error, error.__traceback__)
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
