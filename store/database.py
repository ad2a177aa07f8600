"""The door to SQLite: one connection, known settings, our own transactions, our own errors.

Settings are set and read back; a study whose database does not take them is not opened. The
driver never begins a transaction by itself: `write` begins IMMEDIATE, so what is read inside
still holds when it commits, and `read` gives one consistent view. Leaving a block without an
error commits; when `write` has been left, the change is on the disk.
"""

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVarTuple, cast
from urllib.parse import quote

from sqlalchemy import Connection, Engine, Row, Select, create_engine, event, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError
from sqlalchemy.pool import StaticPool
from sqlmodel import SQLModel

from store.errors import DamagedStudy, DiskFull, NewerFormat, StoreBusy, StoreError, Unwritable
from store.tables import APPLICATION_ID, SCHEMA_VERSION, TABLES

Columns = TypeVarTuple("Columns")

FILE_NAME = "study.db"
MIN_DATABASE = 512

PRAGMAS: dict[str, int | str] = {
    "busy_timeout": 10_000,
    "journal_mode": "truncate",
    "synchronous": 3,  # EXTRA
    "fullfsync": 1,
    "checkpoint_fullfsync": 1,
    "secure_delete": 1,
    "foreign_keys": 1,
    "cell_size_check": 1,
    "trusted_schema": 0,
    "temp_store": 2,  # memory
    "mmap_size": 0,
}
"""What must hold on our connection, as SQLite reports it."""

_FOREIGN = (SQLAlchemyError, sqlite3.Error, UnicodeError)
"""What the libraries raise for a disk or a file that is not well."""

_UNWRITABLE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


class Database:
    """An open `study.db`. May be used from several threads; they take turns."""

    def __init__(self, path: Path) -> None:
        """Open an existing database and check that it is ours and as we wrote it.

        Raises:
            DamagedStudy, NewerFormat, Unwritable, StoreBusy: nothing was changed.
        """
        self.path = path
        self._turn = threading.RLock()
        self._inside = False
        _require_file(path)
        self._engine = _engine(path)
        try:
            with translated():
                self._connection = self._engine.connect()
            self._check()
        except BaseException:
            self._engine.dispose()
            raise

    @classmethod
    def create(cls, path: Path, mode: int = 0o600) -> "Database":
        """Make an empty database with all tables; the path must not exist yet."""
        path.touch(mode=mode, exist_ok=False)
        engine = _engine(path)
        try:
            with translated(), engine.connect() as connection:
                connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
                _make_tables(connection)
        finally:
            engine.dispose()
        return cls(path)

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """One durable transaction. Left by an exception, nothing of it remains."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view of the database."""
        with self._transaction("BEGIN") as connection:
            yield connection

    def integrity(self) -> list[str]:
        """What SQLite's own check finds; empty when it finds nothing."""
        with self.read() as connection:
            found = connection.execute(text("PRAGMA integrity_check(10)")).scalars().all()
        return [] if found == ["ok"] else [str(line) for line in found]

    def close(self) -> None:
        """Let go of the file."""
        with self._turn:
            self._connection.close()
            self._engine.dispose()

    @contextlib.contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        with self._turn, translated():
            if self._connection.closed:
                raise StoreError("The study was closed: open it again.")
            if self._inside:
                raise RuntimeError("a transaction inside a transaction")
            self._connection.exec_driver_sql(begin)
            self._inside = True
            try:
                yield self._connection
                self._connection.exec_driver_sql("COMMIT")
            except BaseException:
                # SQLite may have rolled back by itself (disk full, read error).
                with contextlib.suppress(SQLAlchemyError):
                    self._connection.exec_driver_sql("ROLLBACK")
                raise
            finally:
                self._inside = False

    def _check(self) -> None:
        """Settings, version and schema; then whether it can be written."""
        with self._turn, translated():
            ours = self._connection.execute(text("PRAGMA application_id")).scalar()
            version = self._connection.execute(text("PRAGMA user_version")).scalar()
            if ours != APPLICATION_ID:
                raise DamagedStudy("study.db is not a database of cati: restore it from a backup.")
            if not isinstance(version, int) or version > SCHEMA_VERSION:
                raise NewerFormat(
                    "study.db was written by a newer release of cati: update cati to open it."
                )
            for name, wanted in PRAGMAS.items():
                if self._connection.execute(text(f"PRAGMA {name}")).scalar() != wanted:
                    raise StoreError(
                        f"SQLite does not keep the setting {name} that durable saving needs: "
                        "use a local disk and a current SQLite."
                    )
            if version != SCHEMA_VERSION or _schema(self._connection) != _expected_schema():
                raise DamagedStudy(
                    "The tables in study.db are not those of cati: restore it from a backup."
                )
        if not os.access(self.path.parent, os.W_OK):
            raise _unwritable()  # the journal beside the database could not be made
        with self.write():
            pass  # takes the write lock and gives it back: fails where nothing can be written


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Let only our own errors out, without the parameters or the text of those below."""
    ours: StoreError | None = None
    try:
        yield
    except _FOREIGN as error:
        ours = _ours(error)
    if ours is not None:
        raise ours from None


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
        raise DamagedStudy("study.db is damaged: restore it from a backup.")
    return found


def _ours(error: BaseException) -> StoreError:
    if isinstance(error, StatementError):
        # Python keeps it as the context of ours; what it was about must not go along.
        error.params = error.statement = None
    original = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(original, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None
    if primary == sqlite3.SQLITE_FULL:
        return DiskFull(
            "The disk is full, so the last change was not saved; all earlier ones are: "
            "free some space and repeat."
        )
    if primary in _UNWRITABLE:
        return _unwritable()
    if primary in _BUSY:
        return StoreBusy("Another program keeps study.db busy: wait a moment and repeat.")
    if primary == sqlite3.SQLITE_IOERR:
        return StoreError(
            "The disk reported an error, so the last change was not saved: check the disk."
        )
    return DamagedStudy("study.db is damaged: restore it from a backup.")


def _unwritable() -> Unwritable:
    return Unwritable(
        "study.db cannot be written, so nothing was changed: "
        "make the study folder and its files writable and repeat."
    )


def _require_file(path: Path) -> None:
    try:
        size = path.stat().st_size
    except OSError:
        raise DamagedStudy(
            "study.db is missing from the study folder or cannot be read: restore it from a backup."
        ) from None
    if size < MIN_DATABASE:
        raise DamagedStudy("study.db is empty or cut off: restore it from a backup.")


def _engine(path: Path) -> Engine:
    uri = f"file:{quote(str(path.absolute()))}?mode=rw"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)

    engine = create_engine(
        "sqlite://",
        creator=connect,
        poolclass=StaticPool,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _settings(connection: sqlite3.Connection, _: object) -> None:
        for name, value in PRAGMAS.items():
            connection.execute(f"PRAGMA {name} = {value}").fetchall()

    return engine


def _make_tables(connection: Connection) -> None:
    tables = [SQLModel.metadata.tables[str(table.__tablename__)] for table in TABLES]
    SQLModel.metadata.create_all(connection, tables=tables)


def _schema(connection: Connection) -> list[tuple[str, ...]]:
    """Every table, index, view and trigger; a planted trigger shows up here."""
    rows = connection.execute(
        text("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema ORDER BY 1, 2")
    )
    return [tuple(str(value) for value in row) for row in rows]


def _expected_schema() -> list[tuple[str, ...]]:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    try:
        with engine.begin() as connection:
            _make_tables(connection)
            return _schema(connection)
    finally:
        engine.dispose()
