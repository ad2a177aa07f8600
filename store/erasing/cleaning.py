"""After an erasure: not a byte of the deleted rows stays in the database's files."""

import contextlib
import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from store.backup.snapshot import connect
from store.databases.database import Database
from store.databases.sqlite import PRAGMAS, SqliteDatabase
from store.moving.put_away import put_away
from store.trust.entries import Body

DRAFTS = "drafts"
ASIDE = "aside"
"""Packets with what was not taken, one file for each case."""
SPOOL = "spool"
"""Entries that a server could not take."""
_BEFORE = "study.db.before-*"


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


def forget_beside(folder: Path, case_id: str) -> tuple[Path, ...]:
    """Delete what was kept beside the database.

    That is the drafts of a case, what packets brought of it too late, and what an upgrade kept of
    before.

    Args:
        folder: of the study.
        case_id: of which case; empty where no case was erased.

    Returns:
        What could not be deleted now.
    """
    kept: list[Path] = []
    if case_id:
        for beside in (folder / DRAFTS, folder / ASIDE, folder / SPOOL):
            kept += sorted(beside.glob(f"*{case_id}*"))
    left: list[Path] = []
    for found in (*kept, *sorted(folder.glob(_BEFORE))):
        try:
            found.unlink(missing_ok=True)
        except OSError:
            left.append(found)
    return tuple(left)


def kept_beside(folder: Path) -> set[str]:
    """Ids of the cases of which drafts or spools are in a study folder."""
    found = (path.name for one in (DRAFTS, SPOOL) for path in (folder / one).glob("*-*-*"))
    return {name.partition("-")[0] for name in found}


def forget_unsaved(folder: Path, case_id: str) -> None:
    """Delete the drafts and spools of a case; what cannot be deleted now stays."""
    for beside in (folder / DRAFTS, folder / SPOOL):
        for found in sorted(beside.glob(f"*{case_id}*")):
            with contextlib.suppress(OSError):
                found.unlink()


def forget_handed_in(
    folder: Path, body: Body, case_id: str, person: str, keep: Collection[str] = ()
) -> None:
    """After a submission: nothing beside the database opens the case for who handed it in.

    What packets brought of it too late is put away for data managers, and from what an upgrade kept
    of before the grants of this person go. What cannot be written now stays.

    Args:
        folder: of the study.
        body: the manifest.
        case_id: which case.
        person: id of who handed it in.
        keep: names of files that a data manager has just put aside.
    """
    for packet in sorted((folder / ASIDE).glob(f"*{case_id}*")):
        if packet.name not in keep:
            put_away(packet, body, case_id)
    for kept in sorted(folder.glob(_BEFORE)):
        with contextlib.suppress(sqlite3.Error), closing(connect(kept, "rw")) as connection:
            for name, value in PRAGMAS.items():
                connection.execute(f"PRAGMA {name} = {value}").fetchall()
            forget = 'DELETE FROM "grant" WHERE case_id = ? AND recipient = ?'
            connection.execute(forget, (case_id, person))
