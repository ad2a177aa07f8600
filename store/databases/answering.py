"""Ends waiting for a server that stopped answering while the way to it stands.

A stopped server process neither answers nor closes the connection, and no limit of its own ends a
statement then. So each statement is watched from here: one that is not answered in time has its
connection shut down, and fails as one whose network broke does.
"""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Engine, event

LOOK = 0.1
"""Seconds between two looks at the clock."""


class Watch:
    """Over the statements of one database, of which one runs at a time."""

    def __init__(self, is_late: Callable[[float], bool]) -> None:
        """`is_late`: whether to give up what has waited since then; asked again and again."""
        self._is_late = is_late
        self._guard = threading.Lock()
        self._since: float | None = None
        self._socket = -1
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def over(self, engine: Engine) -> None:
        """Watch every statement of an engine."""
        event.listen(engine, "before_cursor_execute", self._begin)
        event.listen(engine, "after_cursor_execute", self._done)
        event.listen(engine, "handle_error", self._done)

    def close(self) -> None:
        """Watch no longer."""
        self._ended.set()

    def _begin(self, connection: Any, *_: Any) -> None:
        driver = connection.connection.dbapi_connection
        with self._guard:
            self._socket = -1 if driver.closed else driver.fileno()
            self._since = time.monotonic()
        if self._thread is None:
            self._thread = threading.Thread(target=self._look, name="answering", daemon=True)
            self._thread.start()

    def _done(self, *_: Any) -> None:
        with self._guard:
            self._since = None

    def _look(self) -> None:
        while not self._ended.wait(LOOK):
            with self._guard:
                if self._since is not None and self._is_late(self._since):
                    self._since = None
                    _shut_down(self._socket)


@contextlib.contextmanager
def ending(handle: int, seconds: float) -> Iterator[None]:
    """Around what waits at a socket that is not watched yet."""
    timer = threading.Timer(seconds, _shut_down, [handle])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _shut_down(handle: int) -> None:
    """Let whoever waits at a socket find its end; the socket stays theirs to close."""
    if handle < 0:
        return
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(handle)) as way:
        way.shutdown(socket.SHUT_RDWR)
