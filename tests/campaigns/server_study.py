"""A study on a server for campaigns: made quickly, opened quickly by children that are killed.

Deriving a key from a passphrase takes long on purpose. What was derived once is kept in the memory
of the campaign and found there by its forked children, so that a kill costs little.
"""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from store import JSON, Access, Role, Study, open_study
from store.crypto import keystore
from tests.store.made import add_case, found, passphrase
from tests.store.postgres_server import Server

PEOPLE = {
    "dan": frozenset({Role.ADMINISTRATOR, Role.DATA_MANAGER}),
    "ina": frozenset({Role.INTERVIEWER}),
}
_known: dict[object, tuple[bytes, bytes]] = {}
_real = keystore._derive


def derive_once() -> None:
    """From now on, in this process and its forked children, a key is derived once."""

    def derive(fields: dict[str, JSON], passphrase: str) -> tuple[bytearray, bytes]:
        question = (keystore._context(fields), str(fields["salt"]), passphrase)
        if question not in _known:
            derived, commitment = _real(fields, passphrase)
            _known[question] = bytes(derived), commitment
        key, commitment = _known[question]
        return bytearray(key), commitment

    patch.object(keystore, "_derive", derive).start()


def make_study(folder: Path, cases: int, server: Server | None) -> list[str]:
    """A study with that many cases of ina, on a server or in a file; ids of the cases."""
    database = None if server is None else server.url(server.new_database())
    study = found(folder, everyone=PEOPLE, database=database)
    try:
        manager = study.unlock("dan", passphrase("dan"))
        return [add_case(manager, f"Household {number}", "ina") for number in range(cases)]
    finally:
        study.close()


@contextmanager
def as_ina(folder: Path) -> Iterator[Access]:
    """The study as its interviewer has it."""
    study: Study = open_study(folder)
    try:
        yield study.unlock("ina", passphrase("ina"))
    finally:
        study.close()


def problems(folder: Path) -> tuple[str, ...]:
    """What a verification by the data manager finds."""
    study = open_study(folder)
    try:
        return study.unlock("dan", passphrase("dan")).verify().problems
    finally:
        study.close()


@dataclass
class Child:
    """A forked program that reports numbers, one a line, on a pipe."""

    pid: int
    pipe: int
    said: bytes = b""

    def listen(self) -> list[str]:
        """Every whole line so far, without waiting."""
        os.set_blocking(self.pipe, False)
        while True:
            try:
                part = os.read(self.pipe, 65_536)
            except BlockingIOError:
                break
            if not part:
                break
            self.said += part
        return self.said.decode().split("\n")[:-1]

    def kill(self) -> list[str]:
        """End it at once; every whole line it said."""
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        said = self.listen()
        os.close(self.pipe)
        return said


def start(work: Callable[[Callable[[str], None]], None]) -> Child:
    """Run `work` in a forked child; it gets a function that reports a line."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return Child(pid, reading)
    code = 1
    try:
        os.close(reading)
        secrets.randbits(8)
        work(lambda line: _say(writing, line))
        code = 0
    except BaseException as error:
        _say(writing, f"failed {type(error).__name__} {error}")
        raise
    finally:
        os._exit(code)


def _say(pipe: int, line: str) -> None:
    os.write(pipe, line.encode() + b"\n")
