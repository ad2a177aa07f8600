"""SQLite: one connection, known settings, checked before anything is believed.

Settings are set and read back; a study whose database does not take them is not opened. `write`
begins IMMEDIATE, so that only one program writes at a time.
"""

import contextlib
import os
import random
import sqlite3
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Literal
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import StaticPool

from store.databases.database import Database, make_tables, translated
from store.databases.tables import APPLICATION_ID, SCHEMA_VERSION
from store.errors import (
    DamagedStudy,
    DiskFull,
    NewerFormat,
    OlderFormat,
    StoreBusy,
    StoreError,
    Unwritable,
)

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

ASK_AGAIN = (0.001, 0.012)
"""Seconds after which we ask again for the turn to write, at random within."""
ROUNDS = 2
"""Times the busy timeout after which we give up."""

_UNWRITABLE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


class SqliteDatabase(Database):
    """An open `study.db`."""

    kind: ClassVar[Literal["sqlite", "postgres"]] = "sqlite"

    def __init__(self, path: Path) -> None:
        """Open an existing database and check that it is ours and as we wrote it.

        Raises:
            DamagedStudy, NewerFormat, OlderFormat, Unwritable, StoreBusy: nothing was changed.
        """
        super().__init__()
        self.path = path
        self._waits = _patience()
        _require_file(path)
        self._engine = _engine(path)
        try:
            with translated(self._ours):
                self._connection = self._engine.connect()
            self._check()
        except BaseException:
            self._engine.dispose()
            raise

    @classmethod
    def create(cls, path: Path, mode: int = 0o600) -> "SqliteDatabase":
        """Make an empty database with all tables; the path must not exist yet."""
        path.touch(mode=mode, exist_ok=False)
        engine = _engine(path)
        try:
            with translated(ours), engine.connect() as connection:
                connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
                make_tables(connection)
        finally:
            engine.dispose()
        return cls(path)

    def integrity(self) -> list[str]:
        """What SQLite's own check finds; empty when it finds nothing."""
        with self.read() as connection:
            found = connection.execute(text("PRAGMA integrity_check(10)")).scalars().all()
        return [] if found == ["ok"] else [f"SQLite reports: {line}." for line in found]

    def server_now(self) -> datetime | None:
        """None: no server's clock here."""
        return None

    def close(self) -> None:
        """Let go of the file."""
        with self._turn:
            self._closed = True
            self._connection.close()
            self._engine.dispose()

    def _begin_write(self) -> Connection:
        # SQLite keeps no queue, and whoever waits asks ten times a second: among many writers some
        # would wait in vain. So we ask ourselves, and oftener.
        until = time.monotonic() + ROUNDS * _patience() / 1000
        self._wait_at_most(0)
        try:
            while True:
                try:
                    self._connection.exec_driver_sql("BEGIN IMMEDIATE")
                except OperationalError as error:
                    over = time.monotonic() > min(until, self._hurry or until)
                    if not isinstance(ours(error), StoreBusy) or over:
                        raise
                    time.sleep(random.uniform(*ASK_AGAIN))  # noqa: S311 - no secret
                else:
                    return self._connection
        finally:
            self._wait_at_most(self._left())

    def _begin_read(self) -> Connection:
        self._wait_at_most(self._left())
        self._connection.exec_driver_sql("BEGIN")
        return self._connection

    def _left(self) -> int:
        """Milliseconds for which statements, COMMIT included, wait for another program."""
        if (hurry := self._hurry) is None:
            return _patience()
        return min(_patience(), max(0, round((hurry - time.monotonic()) * 1000)))

    def _wait_at_most(self, milliseconds: int) -> None:
        if milliseconds != self._waits:
            driver: Any = self._connection.connection.dbapi_connection
            driver.execute(f"PRAGMA busy_timeout = {milliseconds}")
            self._waits = milliseconds

    def _ours(self, error: BaseException) -> StoreError:
        return ours(error)

    def _check(self) -> None:
        """Settings, version and schema; then whether it can be written."""
        with self._turn, translated(self._ours):
            application = self._connection.execute(text("PRAGMA application_id")).scalar()
            version = self._connection.execute(text("PRAGMA user_version")).scalar()
            if application != APPLICATION_ID:
                raise DamagedStudy("study.db is not a database of cati: restore it from a backup.")
            if not isinstance(version, int) or version > SCHEMA_VERSION:
                raise NewerFormat(
                    "study.db was written by a newer release of cati: update cati to open it."
                )
            if 1 <= version < SCHEMA_VERSION:
                raise OlderFormat
            for name, wanted in PRAGMAS.items():
                if self._connection.execute(text(f"PRAGMA {name}")).scalar() != wanted:
                    raise StoreError(
                        f"SQLite does not keep the setting {name} that durable saving needs: "
                        "use a local disk and a current SQLite."
                    )
            if version != SCHEMA_VERSION or schema(self._connection) != expected_schema():
                raise DamagedStudy(
                    "The tables in study.db are not those of cati: restore it from a backup."
                )
        # SQLite would begin to write and not complain before it does; the journal is made beside.
        if not all(os.access(place, os.W_OK) for place in (self.path, self.path.parent)):
            raise _unwritable()
        with self.write():
            pass  # takes the write lock and gives it back: fails where nothing can be written


@contextlib.contextmanager
def connected(path: Path, *, empty: bool = False) -> Iterator[Connection]:
    """A database file of whatever format, with our settings; transactions are the caller's.

    Args:
        path: an existing file.
        empty: it may be one without content, to be filled.

    Raises:
        StoreError: in the place of what the libraries raise inside of the block.
    """
    if not empty:
        _require_file(path)
    engine = _engine(path)
    try:
        with translated(ours), engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def ours(error: BaseException) -> StoreError:
    """One of our errors for what SQLite or a damaged file raised."""
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


def schema(connection: Connection) -> list[tuple[str, ...]]:
    """Every table, index, view and trigger; a planted trigger shows up here."""
    found = connection.execute(
        text("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema ORDER BY 1, 2")
    )
    return [tuple(str(value) for value in row) for row in found]


def expected_schema() -> list[tuple[str, ...]]:
    """What `schema` gives for a new database."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    try:
        with engine.begin() as connection:
            make_tables(connection)
            return schema(connection)
    finally:
        engine.dispose()


def _patience() -> int:
    """Milliseconds for which whoever is in no hurry waits for another program."""
    return int(PRAGMAS["busy_timeout"])


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
