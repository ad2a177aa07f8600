"""A change of the manifest and its entry in the audit: both, or neither, whenever the power goes.

The new manifest is first put beside the one in place, then the entry is committed, and then it
takes its place. Whoever finds one beside the other asks the audit: it takes its place if the newest
entry about a manifest names it, and otherwise the change never happened. Where the audit was
altered, nobody can say, and both stay as they are.
"""

from pathlib import Path

from sqlalchemy import Connection

from store.crypto.keys import Unopenable
from store.databases.database import Database
from store.errors import StoreError
from store.files import file_errors, read_limited, sync_folder, write_file
from store.trust import following, manifest

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
    waiting = _read(path)
    if waiting is not None:
        try:
            entry = following.newest(connection, waiting)
        except Unopenable:
            return
    with file_errors(manifest.FILE_NAME):
        if waiting is not None and entry is not None and following.is_about(entry, waiting):
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
