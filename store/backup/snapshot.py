"""A copy of a study as it is at one moment: manifest, database, instruments and notices."""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, insert, select
from sqlmodel import SQLModel

from store.backup import backup_file
from store.databases.sqlite import SqliteDatabase
from store.databases.tables import TABLES, FileRow
from store.errors import DamagedStudy, DiskFull, StoreBusy, StoreError
from store.files import PRIVATE_FOLDER
from store.trust import manifest

DATABASE = "study.db"
PATIENCE = 30.0
"""Seconds after which a database that others keep busy is given up."""
_PAGES = 2_000
_ROWS = 500


def copy_files(study: Path, target: Path) -> None:
    """Copy manifest, instruments and notices of a study folder into a new folder.

    What does not belong into a backup stays behind: keys, journals of SQLite, strangers. What lies
    beside the database, `beside.py` copies.

    Raises:
        OSError: something cannot be read or written.
    """
    target.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    sources = [study / manifest.FILE_NAME]
    for inner in ("instruments", "notices"):
        sources += [path for path in sorted((study / inner).rglob("*")) if path.is_file()]
    for source in sources:
        name = source.relative_to(study).as_posix()
        if backup_file.belongs(name) and not source.is_symlink():
            place = target / name
            place.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            shutil.copyfile(source, place)


def copy_database(source: Path, target: Path) -> None:
    """Copy a SQLite database through SQLite's own backup, whoever else works on it.

    Raises:
        StoreBusy, DiskFull, DamagedStudy: the copy is of no use.
    """
    target.touch(mode=0o600, exist_ok=False)
    until = time.monotonic() + PATIENCE

    def progress(status: int, _remaining: int, _total: int) -> None:
        if time.monotonic() > until and status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise StoreBusy("Another program keeps study.db busy: wait a moment and repeat.")

    with (
        _copying(),
        closing(connect(source, "rw")) as origin,
        closing(connect(target, "rw")) as copy,
    ):
        # The copy is synced as a part of the backup's file; until then nothing depends on it.
        copy.execute("PRAGMA journal_mode = OFF").fetchall()
        copy.execute("PRAGMA synchronous = OFF").fetchall()
        origin.backup(copy, pages=_PAGES, progress=progress, sleep=0.02)


def heads(database: Path) -> tuple[int, dict[str, int], tuple[int, str], tuple[int, str]]:
    """What a copied database of any released format says of itself.

    Returns:
        Version of its schema; number of cases by state; number and hash (hexadecimal) of the last
        entry of the audit, and of the erasure ledger.

    Raises:
        DamagedStudy: it is not a sound database of cati.
    """
    with _copying(), closing(connect(database, "ro")) as connection:
        checked = connection.execute("PRAGMA integrity_check(1)").fetchone()
        ours = connection.execute("PRAGMA application_id").fetchone()
        if checked != ("ok",) or ours != (0x63617469,):
            raise DamagedStudy("study.db is damaged: restore it from a backup.")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        cases = connection.execute('SELECT state, count(*) FROM "case" GROUP BY 1 ORDER BY 1')
        counted = {str(state): int(count) for state, count in cases}
        ends = [
            connection.execute(f"SELECT seq, hash FROM {table} ORDER BY seq DESC LIMIT 1")  # noqa: S608 - one of two words
            if _has(connection, table)
            else None
            for table in ("audit", "erasure")
        ]
        found = [None if end is None else end.fetchone() for end in ends]
    audit_end, ledger_end = ((0, bytes(32)) if row is None else row for row in found)
    return (
        int(version),
        counted,
        (int(audit_end[0]), bytes(audit_end[1]).hex()),
        (int(ledger_end[0]), bytes(ledger_end[1]).hex()),
    )


def states(database: Path) -> dict[str, str]:
    """The state of each case of a copied database of any released format, by id.

    Raises:
        DamagedStudy: it is not a sound database of cati.
    """
    with _copying(), closing(connect(database, "ro")) as connection:
        found = connection.execute('SELECT id, state FROM "case"').fetchall()
        return {str(case_id): str(state) for case_id, state in found}


def _has(connection: sqlite3.Connection, table: str) -> bool:
    query = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?"
    return connection.execute(query, (table,)).fetchone() is not None


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """A connection of its own to a database file that exists; `mode` is `ro` or `rw`."""
    uri = f"file:{quote(str(path.absolute()))}?mode={mode}"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=10)


@contextmanager
def _copying() -> Iterator[None]:
    """Let only our own errors out."""
    ours: StoreError | None = None
    try:
        yield
    except sqlite3.Error as error:
        ours = _told(error)
    except (TypeError, ValueError):
        ours = DamagedStudy("study.db is damaged: restore it from a backup.")
    if ours is not None:
        raise ours from None


def _told(error: sqlite3.Error) -> StoreError:
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None
    if primary == sqlite3.SQLITE_FULL:
        return DiskFull("There is no room for a copy of study.db: free some space and repeat.")
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreBusy("Another program keeps study.db busy: wait a moment and repeat.")
    if primary in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
        return StoreError("study.db could not be copied: check both disks and repeat.")
    return DamagedStudy("study.db is damaged: restore it from a backup.")


def copy_rows(source: Connection, target: Path) -> None:
    """Copy a study from a server into a SQLite database of its own.

    Args:
        source: in a transaction that keeps others from writing.
        target: must not exist yet.

    Raises:
        StoreError: the copy is of no use.
    """
    copy = SqliteDatabase.create(target)
    try:
        with copy.write() as sink:
            for table in TABLES:
                if table is FileRow:
                    continue  # these are files of the folder, and copied as such
                columns = SQLModel.metadata.tables[str(table.__tablename__)]
                for page in source.execute(select(columns)).mappings().partitions(_ROWS):
                    sink.execute(insert(columns), [dict(row) for row in page])
    finally:
        copy.close()
