"""The door to a database: our own transactions, our own errors, whichever database it is.

The driver never begins a transaction by itself. What is read inside of `write` still holds when it
commits, and `read` gives one consistent view. Leaving a block without an error commits; when
`write` has been left, the change is on the disk. `sqlite.py` and `postgres.py` beside this file are
the two databases; `server.py` opens the one that a study folder names.
"""

import contextlib
import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import ClassVar, Literal, TypeVarTuple, cast

from sqlalchemy import Connection, Row, Select
from sqlalchemy.exc import SQLAlchemyError, StatementError
from sqlmodel import SQLModel

from store.databases.tables import TABLES
from store.errors import DamagedStudy, StoreBusy, StoreError

Columns = TypeVarTuple("Columns")

HURRY = 4.0
"""Seconds that putting the keys away waits for a database."""

FOREIGN = (SQLAlchemyError, sqlite3.Error, UnicodeError)
"""What the libraries raise for a disk, a file or a server that is not well."""


class Database(ABC):
    """An open database of one study. May be used from several threads; they take turns."""

    kind: ClassVar[Literal["sqlite", "postgres"]]

    def __init__(self) -> None:
        self._turn = threading.RLock()
        self._inside = False
        self._closed = False
        self._hurry: float | None = None
        self.arriving: Callable[[Connection], None] | None = None
        """Called at the beginning of each transaction but an append, before anything is read."""

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """One durable transaction, alone with the study. Left by an exception, nothing remains."""
        with self._transaction(self._begin_write) as connection:
            yield connection

    @contextlib.contextmanager
    def append(self) -> Iterator[Connection]:
        """Like `write`, but beside the appends of others.

        Only for statements that check by themselves all that they depend on, as the one that puts
        an event behind the last link of a journal does.
        """
        with self._transaction(self._begin_append, arrives=False) as connection:
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

        Who puts the keys away must not wait for a server that does not answer.
        """
        self._hurry = seconds
        try:
            yield
        finally:
            self._hurry = None

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

    def _begin_append(self) -> Connection:
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
    def _my_turn(self) -> Iterator[None]:
        # Whoever has the turn is hurried as well, and gives it back within that time.
        if not self._turn.acquire(timeout=-1 if self._hurry is None else 2 * self._hurry):
            raise StoreBusy("The database of the study is busy: wait a moment and repeat.")
        try:
            yield
        finally:
            self._turn.release()

    @contextlib.contextmanager
    def _transaction(
        self, begin: Callable[[], Connection], *, arrives: bool = True
    ) -> Iterator[Connection]:
        with self._my_turn(), translated(self._ours):
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
        called = "study.db" if connection.dialect.name == "sqlite" else "The database of the study"
        raise DamagedStudy(f"{called} is damaged: restore it from a backup.")
    return found


def make_tables(connection: Connection) -> None:
    """Make all tables, in a database that has none."""
    tables = [SQLModel.metadata.tables[str(table.__tablename__)] for table in TABLES]
    SQLModel.metadata.create_all(connection, tables=tables)
