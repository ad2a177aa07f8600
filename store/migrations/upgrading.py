"""Bringing the database of a study folder to this release: backed up, at once, and held against it.

The write lock is held from before the backup until the end, so that the backup is exactly what the
migrations begin from. Everything else is one transaction: whenever it ends early, the database is
the one of before.
"""

import contextlib
import hashlib
import os
import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from store import migrations
from store.binding import bind
from store.clock import Clock, utc_now
from store.databases.processes import Process, is_running
from store.databases.sqlite import FILE_NAME, connected, expected_schema, schema
from store.databases.tables import APPLICATION_ID
from store.errors import DamagedStudy, NewerFormat, StoreBusy, StoreError
from store.files import PRIVATE_FILE, file_errors, sync_folder
from store.record import audit
from store.record.audit import Deed
from store.study import read_manifest
from store.trust.manifest import Body
from store.trust.roles import Action, require
from store.trust.unlocking import open_keys


@dataclass(frozen=True)
class Upgraded:
    """What an upgrade did."""

    before: int
    """Format of the database as it was found."""
    after: int
    backup: Path | None
    """The database as it was, beside the new one; None when there was nothing to do."""


def format_of(folder: Path) -> int:
    """The format of a study's database, read without changing anything.

    Raises:
        DamagedStudy, NewerFormat, Unwritable: no database of cati, or of a later release.
    """
    with connected(folder / FILE_NAME) as connection:
        return _version(connection)


def upgrade(folder: Path, name: str, passphrase: str, *, now: Clock = utc_now) -> Upgraded:
    """Bring a study's database to this release, by an administrator.

    Returns:
        Before and after; with nothing to do both are the same and nothing was changed.

    Raises:
        NotAllowed, WrongPassphrase, TooSoon, DamagedKeyFile: it is not for this person.
        StoreBusy: a program that is running has a case open.
        StoreError: it could not be done; the database is the one of before.
    """
    _, signed = read_manifest(folder)
    body = signed.body
    person = body.person(name)
    require(Action.MIGRATE, person.roles if person.is_active(now().date()) else ())
    found = format_of(folder)
    keys, _, _ = open_keys(folder, body, person, passphrase, now)
    try:
        if not migrations.needed(found):
            return Upgraded(found, found, None)
        with connected(folder / FILE_NAME) as connection, _one_transaction(connection):
            version = _version(connection)
            _require_own(connection, body)
            _require_at_rest(connection)
            backup = _back_up(folder, version)
            _migrate(connection, version)
            about = f"format {version} to {migrations.current()}"
            audit.record(connection, body, person.id, keys.signing, Deed.MIGRATED, about, now())
    finally:
        keys.wipe()
    return Upgraded(version, migrations.current(), backup)


def _migrate(connection: Connection, version: int) -> None:
    """Run the migrations and compare: all that was there must be there, in the tables of today."""
    kept = _columns(connection)
    before = _digest(connection, kept)
    migrations.run(connection, version)
    faults = [
        _digest(connection, kept) != before,
        schema(connection) != expected_schema(),
        connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None,
        not _is_sound(connection),
    ]
    if any(faults):
        raise DamagedStudy(
            "study.db could not be brought to this release without loss, so it was left as it is: "
            "run a verification with the release that wrote it, or restore it from a backup."
        )


def _back_up(folder: Path, version: int) -> Path:
    """A copy of the database beside it, read back and compared before it gets its name."""
    target = folder / f"{FILE_NAME}.before-{migrations.current()}"
    building = folder / f".{target.name}.{secrets.token_hex(6)}"
    with file_errors(target.name):
        try:
            os.close(os.open(building, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE))
            with connected(folder / FILE_NAME) as original, connected(building, empty=True) as copy:
                raw_copy, raw = _raw(copy), _raw(original)
                raw.backup(raw_copy)
                tables = _columns(original)
                same = _digest(original, tables) == _digest(copy, tables)
                if not (same and _version(copy) == version and _is_sound(copy)):
                    raise StoreError(
                        "The backup that an upgrade begins with could not be verified, so nothing "
                        "was changed: check the disk and repeat."
                    )
            with building.open("rb") as file:
                os.fsync(file.fileno())
            building.replace(target)
            sync_folder(folder)
        finally:
            # Also what an upgrade left that was killed: only one at a time comes here.
            for left in folder.glob(f".{target.name}.*"):
                with contextlib.suppress(OSError):
                    left.unlink()
    return target


@contextlib.contextmanager
def _one_transaction(connection: Connection) -> Iterator[None]:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        yield
        connection.exec_driver_sql("COMMIT")
    except BaseException:
        with contextlib.suppress(Exception):
            connection.exec_driver_sql("ROLLBACK")
        raise


def _version(connection: Connection) -> int:
    application = connection.exec_driver_sql("PRAGMA application_id").scalar()
    version = connection.exec_driver_sql("PRAGMA user_version").scalar()
    if application != APPLICATION_ID or not isinstance(version, int) or version < 1:
        raise DamagedStudy("study.db is not a database of cati: restore it from a backup.")
    if version > migrations.current():
        raise NewerFormat(
            "study.db was written by a newer release of cati: update cati to open it."
        )
    return version


def _require_own(connection: Connection, body: Body) -> None:
    found = connection.exec_driver_sql("SELECT study, kind FROM meta").all()
    if [tuple(row) for row in found] != [(body.id, body.kind)]:
        raise DamagedStudy(
            "study.db belongs to another study than the manifest: restore both from one backup."
        )


def _require_at_rest(connection: Connection) -> None:
    """An earlier release that still runs would go on writing to tables that are no longer there."""
    held = connection.exec_driver_sql(
        "SELECT boot, pid, started FROM lease WHERE holder != ''"
    ).all()
    if any(is_running(Process(str(boot), int(pid), str(started))) for boot, pid, started in held):
        raise StoreBusy(
            "A case of this study is open in a program that is running: close cati everywhere and "
            "repeat."
        )


def _columns(connection: Connection) -> dict[str, list[str]]:
    """Every table with its columns, the key first."""
    tables = connection.exec_driver_sql(
        "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
    ).scalars()
    return {
        table: [
            str(row[1]) for row in connection.exec_driver_sql(f'PRAGMA table_info("{table}")').all()
        ]
        for table in tables.all()
    }


def _digest(connection: Connection, tables: dict[str, list[str]]) -> bytes:
    """Over every value in these columns, with its type."""
    digest = hashlib.sha256()
    for table, columns in tables.items():
        names = ", ".join(f'"{column}"' for column in columns)
        order = ", ".join(str(at) for at in range(1, len(columns) + 1))
        query = f'SELECT {names} FROM "{table}" ORDER BY {order}'  # noqa: S608 - names of our own
        digest.update(bind("table", table, len(columns)))
        for row in connection.exec_driver_sql(query):
            digest.update(repr(tuple(row)).encode())
    return digest.digest()


def _is_sound(connection: Connection) -> bool:
    found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalars().all()
    return found == ["ok"]


def _raw(connection: Connection) -> sqlite3.Connection:
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw
