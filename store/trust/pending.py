"""A change of the manifest and its entry in the audit: both, or neither, whenever the power goes.

The new manifest is first put beside the one in place, then the entry is committed, and then it
takes its place. Whoever finds one beside the other asks the audit: it takes its place if the newest
entry about a manifest names it, and otherwise the change never happened.
"""

from pathlib import Path

from sqlalchemy import Connection, select
from sqlmodel import col

from store.databases.database import Database, rows
from store.databases.tables import AuditRow
from store.errors import StoreError
from store.files import file_errors, read_limited, sync_folder, write_file
from store.trust import manifest

FILE_NAME = "study.yaml.next"


def put_beside(folder: Path, data: bytes) -> None:
    """Make a new manifest durable without putting it in place; inside the change's transaction."""
    write_file(folder / FILE_NAME, data)


def settle(folder: Path, database: Database) -> None:
    """End a change, one way or the other. Does nothing where none was begun."""
    if (folder / FILE_NAME).exists():
        with database.write() as connection:  # whoever is in the midst of a change has the lock
            settle_within(folder, connection)


def settle_within(folder: Path, connection: Connection) -> None:
    """The same in the caller's transaction."""
    path = folder / FILE_NAME
    if not path.exists():
        return
    newest = _newest_note(connection)
    with file_errors(manifest.FILE_NAME):
        happened = _read(path)
        if happened and newest == manifest.audit_note(newest.partition(" ")[0], happened):
            path.replace(folder / manifest.FILE_NAME)
        else:
            path.unlink()
        sync_folder(folder)


def _read(path: Path) -> manifest.Signed | None:
    """The manifest there; None when it is none, and so was never committed."""
    try:
        return manifest.read(read_limited(path, manifest.MAX_SIZE))
    except (StoreError, ValueError):
        return None


def _newest_note(connection: Connection) -> str:
    """What the audit last noted about a manifest."""
    query = select(col(AuditRow.object)).where(col(AuditRow.object).contains(" manifest "))
    found = rows(connection, query.order_by(col(AuditRow.seq).desc()).limit(1))
    return found[0][0] if found else ""
