"""A way to a PostgreSQL server that breaks when it is told to: a proxy on a socket of its own."""

import re
import select
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from store.databases import server

SOCKET = ".s.PGSQL.5432"


class Way:
    """Carries bytes to a server and back until it is cut.

    Attributes:
        folder: where programs find the server, by way of this.
        lose_answer: let the next COMMIT reach the server, and cut before its answer comes back.
        lose_commit: cut before the next COMMIT reaches the server.
        left: cut after so many more pieces of data; None means never.
    """

    def __init__(self, target: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cati-way-"))
        self._target = target / SOCKET
        self.lose_answer = self.lose_commit = False
        self.left: int | None = None
        self._whole = True
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._guard = threading.Lock()
        self._names: dict[socket.socket, bytes] = {}
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.folder / SOCKET))
        self._listener.listen(32)
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Drop every connection, and let no new one through."""
        with self._guard:
            self._whole = False
            for pair in self._pairs:
                for end in pair:
                    with suppress(OSError):
                        end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Let new connections through again, without any plan to break."""
        self.lose_answer = self.lose_commit = False
        self.left = None
        self._whole = True

    def close(self) -> None:
        """End it."""
        self.cut()
        self._listener.close()
        shutil.rmtree(self.folder)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            try:
                if not self._whole:
                    raise OSError
                far.connect(str(self._target))
            except OSError:
                near.close()
                far.close()
                continue
            threading.Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        with self._guard:
            self._pairs.add((near, far))
        try:
            while self._whole:
                ready, _, _ = select.select([near, far], [], [], 60)
                for end in ready:
                    if not self._pass(end, near, far):
                        return
        except (OSError, ValueError):
            pass
        finally:
            with self._guard:
                self._pairs.discard((near, far))
                self._names.pop(near, None)
            near.close()
            far.close()

    def _pass(self, end: socket.socket, near: socket.socket, far: socket.socket) -> bool:
        """Carry one piece; False when this connection is over."""
        data = end.recv(65_536)
        if not data:
            return False
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                self.cut()
                return False
        commits = end is near and self._commits(near, data)
        if commits and self.lose_commit:
            self.cut()
            return False
        (far if end is near else near).sendall(data)
        if commits and self.lose_answer:
            far.recv(65_536)
            self.cut()
            return False
        return True

    def _commits(self, near: socket.socket, data: bytes) -> bool:
        """Whether a piece lets a COMMIT run, in full or by the name it was prepared under."""
        if (prepared := re.search(rb"P....(\w+)\0COMMIT\0", data, re.DOTALL)) is not None:
            self._names[near] = prepared[1]
        elif b"COMMIT\0" in data:
            return True
        name = self._names.get(near)
        return (
            name is not None and re.search(rb"B....\0" + name + rb"\0", data, re.DOTALL) is not None
        )


@contextmanager
def by_way(folder: Path) -> Iterator[Way]:
    """Let a study's folder name its server by way of a proxy."""
    at = server.named(folder)
    assert at is not None
    way = Way(Path(at.host))
    server.name(folder, replace(at, host=str(way.folder)))
    try:
        yield way
    finally:
        server.name(folder, at)
        way.close()
