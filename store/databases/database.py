"""The door to a database: our own transactions, our own errors, whichever database it is.

The driver never begins a transaction by itself. What is read inside of `write` still holds when it
commits, and `read` gives one consistent view. Leaving a block without an error commits; when
`write` has been left, the change is on the disk. `sqlite.py` and `postgres.py` beside this file are
the two databases; `server.py` opens the one that a study folder names.
"""

import contextlib
import sqlite3
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import ClassVar, Literal, Protocol, TypeVarTuple, cast

from sqlalchemy import Connection, Row, Select
from sqlalchemy.exc import SQLAlchemyError, StatementError
from sqlmodel import SQLModel

from store.databases.tables import TABLES
from store.errors import DamagedStudy, StoreBusy, StoreError

Columns = TypeVarTuple("Columns")

HURRY = 0.6
"""Seconds that putting the keys away waits for a database, in all."""

GRACE = 0.1
"""Seconds that whoever is hurried may need to notice it."""

BUSY = "The database of the study is busy: wait a moment and repeat."

FOREIGN = (SQLAlchemyError, sqlite3.Error, UnicodeError)
"""What the libraries raise for a disk, a file or a server that is not well."""


class Turn(Protocol):
    """A lock, whether or not its holder may take it twice."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take it; False when it did not come free in time."""

    def release(self) -> None:
        """Give it back."""


class Database(ABC):
    """An open database of one study. May be used from several threads; they take turns."""

    kind: ClassVar[Literal["sqlite", "postgres"]]

    def __init__(self) -> None:
        self._turn = threading.RLock()
        self._inside = False
        self._closed = False
        self._hurries: list[float] = []
        self._patient: list[None] = []
        self._patience: float | None = None
        self.arriving: Callable[[Connection], None] | None = None
        """Called at the beginning of each transaction but an append, before anything is read."""

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """One durable transaction, alone with the study. Left by an exception, nothing remains."""
        with self._transaction(self._begin_write) as connection:
            yield connection

    @contextlib.contextmanager
    def append(self, within: float | None = None) -> Iterator[Connection]:
        """Like `write`, but beside the appends of others.

        Only for statements that check by themselves all that they depend on, as the one that puts
        an event behind the last link of a journal does.

        Args:
            within: seconds to wait for the turn, and for each answer of a server. A server whose
                connection is gone counts as gone then: to call it anew takes too long.
        """
        begin = partial(self._begin_append, within)
        with self._transaction(begin, arrives=False, within=within) as connection:
            yield connection

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view of the database."""
        with self._transaction(self._begin_read) as connection:
            yield connection

    @contextlib.contextmanager
    def settled(self) -> Iterator[Connection]:
        """A view in which every write that we gave up on has happened, or never will.

        To be asked after a write that reported an error: a server may still be at it. Changes
        nothing.
        """
        with self._transaction(self._begin_settled) as connection:
            yield connection

    def arrive(self, connection: Connection) -> None:
        """Let `arriving` see the database, in an append, where it did not at the beginning."""
        if self.arriving is not None:
            self.arriving(connection)

    @contextlib.contextmanager
    def hurried(self, seconds: float = HURRY) -> Iterator[None]:
        """Meanwhile nothing here waits for long, whichever thread asks: what would, fails.

        Who puts the keys away must not wait for a server that does not answer, nor call one anew.
        All that is done within this block has the same seconds together.
        """
        until = time.monotonic() + seconds
        self._hurries.append(until)  # each thread its own: they may end in any order
        try:
            yield
        finally:
            self._hurries.remove(until)

    @property
    def _hurry(self) -> float | None:
        """When whoever is hurried gives up."""
        return min(tuple(self._hurries), default=None)

    @property
    def patience(self) -> float | None:
        """Seconds that somebody at a screen waits for one answer of a server.

        None is as long as it takes.
        """
        return None if self._patient else self._patience

    @patience.setter
    def patience(self, seconds: float | None) -> None:
        self._patience = seconds

    @contextlib.contextmanager
    def patient(self) -> Iterator[None]:
        """Meanwhile answers are waited for as long as it takes, whatever `patience` says."""
        self._patient.append(None)
        try:
            yield
        finally:
            self._patient.pop()

    @contextlib.contextmanager
    def turn_of(self, lock: Turn, within: float | None = None) -> Iterator[None]:
        """Take a lock whose holder may be waiting for this database.

        Raises:
            StoreBusy: the holder did not give it back within these seconds, or in a hurry.
        """
        # Whoever has it is hurried as well; the watch over a server looks up now and then only.
        left = [] if self._hurry is None else [max(self._hurry - time.monotonic(), 0.0) + GRACE]
        left += [] if within is None else [within]
        if not lock.acquire(timeout=min(left, default=-1)):
            raise StoreBusy(BUSY)
        try:
            yield
        finally:
            lock.release()

    def look(self) -> None:
        """Let `arriving` see the database now; inside of a transaction it has."""
        if self.arriving is None:
            return
        with self._turn:
            if not self._inside:
                with self.read():
                    pass

    @abstractmethod
    def integrity(self) -> list[str]:
        """What the database's own check finds, a sentence each; empty when it finds nothing."""

    @abstractmethod
    def server_now(self) -> datetime | None:
        """The time by the server's clock; None where there is no server."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the file or the connection."""

    @abstractmethod
    def _begin_write(self) -> Connection:
        """Begin a transaction, and say on which connection."""

    def _begin_append(self, within: float | None) -> Connection:  # noqa: ARG002 - no server here
        return self._begin_write()

    @abstractmethod
    def _begin_read(self) -> Connection:
        """Begin a transaction that sees the database as it is now."""

    def _begin_settled(self) -> Connection:
        return self._begin_read()

    def _commit(self, connection: Connection) -> None:
        connection.exec_driver_sql("COMMIT")

    @abstractmethod
    def _ours(self, error: BaseException) -> StoreError:
        """One of our errors for one of the libraries'."""

    @contextlib.contextmanager
    def _transaction(
        self,
        begin: Callable[[], Connection],
        *,
        arrives: bool = True,
        within: float | None = None,
    ) -> Iterator[Connection]:
        with self.turn_of(self._turn, within), translated(self._ours):
            if self._closed:
                raise StoreError("The study was closed: open it again.")
            if self._inside:
                raise RuntimeError("a transaction inside a transaction")
            connection = begin()
            self._inside = True
            try:
                if arrives:
                    self.arrive(connection)
                yield connection
                self._commit(connection)
            except BaseException:
                # It may be rolled back already: disk full, read error, connection gone.
                with contextlib.suppress(SQLAlchemyError):
                    connection.exec_driver_sql("ROLLBACK")
                raise
            finally:
                self._inside = False


@contextlib.contextmanager
def translated(ours: Callable[[BaseException], StoreError]) -> Iterator[None]:
    """Let only our own errors out, without the parameters or the text of those below."""
    told: StoreError | None = None
    try:
        yield
    except FOREIGN as error:
        if isinstance(error, StatementError):
            # Python keeps it as the context of ours; what it was about must not go along.
            error.params = error.statement = None
        told = ours(error)
    if told is not None:
        raise told from None


def rows(
    connection: Connection,
    statement: Select[*Columns],
    parameters: Mapping[str, str] | None = None,
) -> list[Row[*Columns]]:
    """Run a query and see to it that every value has the type of its column.

    SQLite checks types when it writes and not when it reads; a damaged page can hold anything.
    """
    try:
        found = list(connection.execute(statement, parameters).all())
        types = [column.type.python_type for column in statement.selected_columns]
        sound = all(
            [type(value) for value in cast(tuple[object, ...], row)] == types for row in found
        )
    except (TypeError, ValueError, OverflowError):
        sound = False
    if not sound:
        raise damaged(connection)
    return found


def damaged(connection: Connection) -> DamagedStudy:
    """What is said of a database that holds what was never written."""
    called = "study.db" if connection.dialect.name == "sqlite" else "The database of the study"
    return DamagedStudy(f"{called} is damaged: restore it from a backup.")


def make_tables(connection: Connection) -> None:
    """Make all tables, in a database that has none."""
    tables = [SQLModel.metadata.tables[str(table.__tablename__)] for table in TABLES]
    SQLModel.metadata.create_all(connection, tables=tables)
