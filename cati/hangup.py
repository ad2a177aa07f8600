"""The end of the program when its terminal goes away.

A window that is closed, or a line that drops, sends SIGHUP, but only to the program that leads the
session: one that waits for us, as make does, does not pass it on. So the terminal is watched, too.
The event loop may by then be stuck in
a write that nobody will ever read, so a handler in the loop alone is not enough: the keys would
stay in the memory of a process that nobody sees, and it would go on using the processor.
"""

import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL

PATIENCE = 3.0
"""Seconds for an orderly end; what is acknowledged is on the disk in any case."""

ENDED_BY = 128
"""A shell's way of telling an end by a signal: this much, and the signal's number."""


def end_on_hangup(orderly: Callable[[], object], *, patience: float = PATIENCE) -> None:
    """On SIGHUP, SIGTERM or a terminal that is gone call `orderly`; end after `patience` seconds.

    The process ends then whether or not `orderly` has come to anything.

    Args:
        orderly: asks for the end from whatever thread it is called in, without waiting for it.
        patience: seconds.
    """

    def end(number: int) -> None:
        last_word = threading.Timer(patience, os._exit, (ENDED_BY + number,))
        last_word.daemon = True
        last_word.start()
        orderly()

    def gone(number: int, _: FrameType | None) -> None:
        end(number)

    for number in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, gone)
    if sys.__stdin__ is not None and sys.__stdin__.isatty():
        watch = (sys.__stdin__.fileno(), lambda: end(signal.SIGHUP))
        threading.Thread(target=_watch, args=watch, name="terminal", daemon=True).start()


def _watch(terminal: int, gone: Callable[[], object]) -> None:
    """Wait, for as long as it takes, until a terminal is gone."""
    waiting = select.poll()
    # Nothing is asked for: the kernel reports a hangup in any case, and keys are left to the app.
    waiting.register(terminal, 0)
    while not any(told & GONE for _, told in waiting.poll()):
        pass
    gone()
