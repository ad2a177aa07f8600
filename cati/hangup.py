"""The end of the program when its terminal goes away.

A window that is closed, or a line that drops, sends SIGHUP. The event loop may by then be stuck in
a write that nobody will ever read, so a handler in the loop alone is not enough: the keys would
stay in the memory of a process that nobody sees, and it would go on using the processor.
"""

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

PATIENCE = 3.0
"""Seconds for an orderly end; what is acknowledged is on the disk in any case."""

ENDED_BY = 128
"""A shell's way of telling an end by a signal: this much, and the signal's number."""


def end_on_hangup(orderly: Callable[[], object], *, patience: float = PATIENCE) -> None:
    """On SIGHUP or SIGTERM call `orderly`, and end the process after `patience` seconds anyway.

    Args:
        orderly: asks for the end from whatever thread it is called in, without waiting for it.
        patience: seconds.
    """

    def gone(number: int, _: FrameType | None) -> None:
        last_word = threading.Timer(patience, os._exit, (ENDED_BY + number,))
        last_word.daemon = True
        last_word.start()
        orderly()

    for number in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, gone)
