"""PostgreSQL: one connection, checked each time it is made, and made anew when it broke.

`write` takes an advisory lock of the study for itself, so that what it reads still holds when it
commits, as on SQLite; `append` shares that lock with other appends. Each statement sees what was
committed before it (READ COMMITTED), therefore all that came before the lock. `read` is one
REPEATABLE READ view. No value is ever cast in SQL, and none stands in a message of ours.
"""

import contextlib
import time
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from store.databases.answering import Watch
from store.databases.database import Database, translated
from store.databases.postgres_rules import (
    connect,
    require_extra,
    require_rules,
    require_tables,
    unreachable,
)
from store.databases.server import Place
from store.errors import DamagedStudy, DiskFull, StoreBusy, StoreError, Unreachable, Unwritable

STUDY_LOCK = 0x63617469
"""Of the advisory lock; one database holds one study."""

ANSWERS_WITHIN = 25.0
"""Seconds for a statement of a change; longer than the server lets it wait for a lock."""
READS_WITHIN = 65.0
"""Seconds for one that only reads; longer than the server lets it run."""

SLOW = 1.0
"""Seconds; what is refused sooner than this may be tried again at once."""
PAUSE = 5.0
"""Seconds for which a way that swallows calls is left alone."""

_LOCK = f"SELECT pg_advisory_xact_lock({STUDY_LOCK})"
_SHARED = f"SELECT pg_advisory_xact_lock_shared({STUDY_LOCK})"
_WRITE = f"BEGIN ISOLATION LEVEL READ COMMITTED; {_LOCK}"
_APPEND = f"BEGIN ISOLATION LEVEL READ COMMITTED; {_SHARED}"
# Who only reads keeps nobody waiting, and may think for long between two questions.
_READ = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
    "SET LOCAL idle_in_transaction_session_timeout = '10min'"
)
_SETTLED = f"BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; {_LOCK}"


class PostgresDatabase(Database):
    """A study on a server."""

    kind: ClassVar[Literal["sqlite", "postgres"]] = "postgres"

    def __init__(self, at: Place) -> None:
        """Connect, and check the server, its settings and our tables.

        Raises:
            StoreError: one sentence on what is wrong; nothing was changed.
        """
        super().__init__()
        self.place = at
        self._engine = engine(at)
        self._watch = Watch(self._is_late)
        self._watch.over(self._engine)
        self._answers_within = ANSWERS_WITHIN
        self._connection: Connection | None = None
        self._not_before = 0.0
        try:
            with translated(self._ours):
                self._connect()
        except BaseException:
            self._watch.close()
            self._engine.dispose()
            raise

    def integrity(self) -> list[str]:
        """What differs from the tables as we made them; a server checks its pages by itself."""
        with self.read() as connection:
            try:
                require_tables(connection)
            except DamagedStudy as error:
                return [str(error)]
            broken = connection.execute(
                text("SELECT coalesce(sum(checksum_failures), 0) FROM pg_stat_database")
            ).scalar_one()
        return [f"The server counts {broken} damaged pages."] if broken else []

    def server_now(self) -> datetime | None:
        """The time by the server's clock."""
        with self.read() as connection:
            return now(connection)

    def close(self) -> None:
        """Let go of the connection."""
        with self._turn:
            self._closed = True
            self._drop()
            self._watch.close()
            self._engine.dispose()

    def _begin_write(self) -> Connection:
        return self._begin(_WRITE)

    def _begin_append(self, within: float | None) -> Connection:
        if within is None:
            return self._begin(_APPEND)
        if self._connection is None or self._connection.invalidated:
            raise unreachable(self.place)
        self._answers_within = within
        return self._try_begin(_APPEND)

    def _begin_read(self) -> Connection:
        return self._begin(_READ, READS_WITHIN)

    def _begin_settled(self) -> Connection:
        return self._begin(_SETTLED)

    def _is_late(self, since: float) -> bool:
        now = time.monotonic()
        hurry = now if self._hurry is None else self._hurry
        return now - since > self._answers_within or now > hurry

    def _begin(self, statement: str, within: float | None = None) -> Connection:
        """Begin; a connection that broke while it was idle is replaced, since nothing was on it.

        One that was waited for is not: who has waited once does not wait for a call as well.
        """
        longest = within or ANSWERS_WITHIN
        self._answers_within = min(longest, self.patience or longest)
        begun = time.monotonic()
        try:
            return self._try_begin(statement)
        except DBAPIError as error:
            if not error.connection_invalidated or time.monotonic() - begun > SLOW:
                raise
        return self._try_begin(statement)

    def _try_begin(self, statement: str) -> Connection:
        connection = self._connect()
        try:
            connection.exec_driver_sql(statement)
        except DBAPIError:
            # BEGIN may be done where the lock behind it was not given.
            with contextlib.suppress(SQLAlchemyError):
                connection.exec_driver_sql("ROLLBACK")
            raise
        return connection

    def _commit(self, connection: Connection) -> None:
        # Where a statement failed and the error went unheeded, COMMIT would quietly undo all.
        if _has_failed(connection):
            raise StoreError("The last change was not saved: repeat it.")
        super()._commit(connection)

    def _connect(self) -> Connection:
        """The connection, made anew when it broke."""
        if self._connection is not None and not self._connection.invalidated:
            return self._connection
        self._drop()
        connection = self._dial()
        try:
            require_rules(connection, self.place)
            require_tables(connection)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _dial(self) -> Connection:
        """A new connection; a way that just swallowed a call is not tried again at once.

        Who locks the study must not wait for each of its open cases in turn.
        """
        begun = time.monotonic()
        if begun < self._not_before or self._hurry is not None:
            raise unreachable(self.place)
        try:
            return self._engine.connect()
        except StoreError:
            if time.monotonic() - begun > SLOW:
                self._not_before = time.monotonic() + PAUSE
            raise

    def _drop(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(SQLAlchemyError):
                self._connection.close()
            self._connection = None

    def _ours(self, error: BaseException) -> StoreError:
        return ours(error)


def engine(at: Place) -> Engine:
    """Connections to a place, with our settings, in autocommit: we begin and commit ourselves."""
    require_extra()
    return create_engine(
        "postgresql+psycopg://",
        creator=lambda: connect(at),
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        use_native_hstore=False,
    )


def now(connection: Connection) -> datetime:
    """The time by the server's clock, also inside a long transaction."""
    found = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    assert isinstance(found, datetime)
    return found.astimezone(UTC)


_BUSY = {"55P03", "40P01", "40001", "57014", "53300", "25P03"}
_FULL = {"53100", "53400"}
_DISK = {"58030"}
_GONE = {"57P01", "57P02", "57P03", "57P05", "25P04"}
_REFUSED = {"42501"}
_READ_ONLY = {"25006"}
_DAMAGED = {"42P01", "42703", "42804", "XX001", "XX002"}


def ours(error: BaseException) -> StoreError:
    """One of our errors for what the server or the way to it raised."""
    original = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(original, "sqlstate", None) or ""
    if state in _BUSY:
        return StoreBusy("The database server is busy: wait a moment and repeat.")
    if state in _FULL:
        return DiskFull(
            "The disk of the database server is full, so the last change was not saved; all "
            "earlier ones are: tell whoever runs the server, and repeat."
        )
    if state in _DISK:
        return StoreError(
            "The disk of the database server reported an error, so the last change was not saved: "
            "tell whoever runs the server."
        )
    if state in _REFUSED:
        return Unwritable(
            "Your login on the database server may not do this, so nothing was changed: ask "
            "whoever runs the server for the role that your work needs, such as "
            "`GRANT cati_interviewer TO …`."
        )
    if state in _READ_ONLY:
        return Unwritable(
            "The database server takes no changes now, so nothing was changed: tell whoever runs "
            "it."
        )
    if state in _DAMAGED:
        return DamagedStudy(
            "The database of the study is damaged or not as cati made it: tell whoever runs the "
            "server."
        )
    if state in _GONE or state.startswith("08") or _is_operational(original):
        return Unreachable(
            "The connection to the database server broke, so it is not known whether the last "
            "change was saved: check the network and repeat."
        )
    return StoreError(
        "The database server reported an error"
        + (f" ({state})" if state.isalnum() else "")
        + ", so the last change was not saved: tell whoever runs the server."
    )


def _is_operational(error: object) -> bool:
    from psycopg import InterfaceError, OperationalError

    return isinstance(error, InterfaceError | OperationalError)


def _has_failed(connection: Connection) -> bool:
    from psycopg.pq import TransactionStatus

    driver: Any = connection.connection.dbapi_connection
    return bool(driver.info.transaction_status == TransactionStatus.INERROR)
