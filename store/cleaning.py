"""After an erasure: not a byte of the deleted rows stays in the database's files."""

import contextlib
import sqlite3
from contextlib import closing
from pathlib import Path

from store.database import Database
from store.snapshot import connect
from store.sqlite import PRAGMAS, SqliteDatabase

DRAFTS = "drafts"


def clean(database: Database) -> bool:
    """Write a SQLite database anew, from its live rows alone.

    Deleting overwrites already (`secure_delete`); what pages kept when rows were moved between them
    goes now. It needs room for a second copy and nobody else at work, so it may fail: the erasure
    stands, and it can be repeated.

    Returns:
        Whether it was done. A server cleans up by itself in time (`VACUUM` of PostgreSQL).
    """
    if not isinstance(database, SqliteDatabase):
        return False
    with contextlib.suppress(sqlite3.Error), closing(connect(database.path, "rw")) as connection:
        for name, value in PRAGMAS.items():
            connection.execute(f"PRAGMA {name} = {value}").fetchall()
        connection.execute("VACUUM")
        return True
    return False


def forget_drafts(folder: Path, case_id: str) -> None:
    """Delete what was kept beside the database of a case; `folder` is that of the study."""
    for found in sorted((folder / DRAFTS).glob(f"*{case_id}*")):
        with contextlib.suppress(OSError):
            found.unlink()
