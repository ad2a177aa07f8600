"""On a server the study's common files stand in the database too, and each folder follows them.

Manifest, instruments and notices: all of them are signed, so the server is not believed, only asked
for copies. A folder takes what is newer and valid; an older manifest put back on the server changes
nothing here. Key files never go there. On SQLite there is one folder, and nothing to do.
"""

import contextlib
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, func, insert, select
from sqlmodel import col

from store.databases.database import Database, rows
from store.databases.tables import FileRow
from store.errors import DamagedStudy, DiskFull, StoreError, Unwritable
from store.files import (
    PRIVATE_FOLDER,
    file_errors,
    read_limited,
    replace_folder,
    sync_folder,
    write_file,
)
from store.trust import following, manifest
from store.trust.manifest import InstrumentEntry

if TYPE_CHECKING:
    from store.study import Study

INSTRUMENTS = "instruments"
_FOREVER = ("id", "kind", "founder", "data_key", "founding")
"""What no later manifest of a study changes."""
_NOTICE = re.compile(r"notices/[a-z0-9][a-z0-9._-]{0,150}\.json")


def keep(connection: Connection, path: str, content: bytes) -> None:
    """Put a file's new content on the server, in the caller's transaction."""
    if connection.dialect.name == "sqlite":
        return
    connection.execute(delete(FileRow).where(col(FileRow.path) == path))
    connection.execute(insert(FileRow).values(path=path, content=content))


def keep_all(database: Database, files: Mapping[str, bytes]) -> None:
    """Put files on the server, all or none."""
    if database.kind == "sqlite":
        return
    with database.write() as connection:
        for path, content in files.items():
            keep(connection, path, content)


def kept(connection: Connection, path: str) -> bytes | None:
    """What the server holds under a path; None when nothing."""
    query = select(col(FileRow.content)).where(col(FileRow.path) == path)
    found = rows(connection, query)
    return found[0][0] if found else None


def refresh(study: "Study") -> None:
    """Take the instruments and notices that the server holds and the folder lacks.

    Raises:
        DamagedStudy: the server holds a manifest that is none, or of another study.
        StoreError: the server cannot be asked, or the folder cannot be written.
    """
    if study.database.kind == "sqlite":
        return
    with study.database.read() as connection:
        found = connection.execute(select(col(FileRow.path), func.sha256(col(FileRow.content))))
        digests = {str(path): bytes(digest).hex() for path, digest in found}
        for entry in study.body.instruments:
            _refresh_instrument(study, connection, entry, digests)
        for path in sorted(filter(_NOTICE.fullmatch, digests)):
            _refresh_notice(study, connection, path, digests[path])


def follow(study: "Study") -> None:
    """From now on, take a newer manifest at the beginning of each transaction on a server.

    Who was removed on another computer is then refused here with their next deed, and who was added
    there is known when their signatures are met.
    """
    if study.database.kind == "sqlite":
        return
    seen = b""

    def look(connection: Connection) -> None:
        nonlocal seen
        query = select(func.sha256(col(FileRow.content)))
        digest = connection.execute(query.where(col(FileRow.path) == manifest.FILE_NAME)).scalar()
        if digest is None or bytes(digest) == seen:
            return
        if _refresh_manifest(study, connection):
            seen = bytes(digest)

    study.database.arriving = look


def _refresh_manifest(study: "Study", connection: Connection) -> bool:
    """Take a newer manifest; False while it is known here and cannot be written here.

    One that a former administrator signed is left where it is; a verification tells of it.
    """
    data = kept(connection, manifest.FILE_NAME)
    path = study.folder / manifest.FILE_NAME
    try:
        here = read_limited(path, manifest.MAX_SIZE)
    except (OSError, ValueError):
        here = b""
    if data is None or data == here:
        return True
    newer = manifest.read(data)
    theirs, ours = newer.body, study.body
    same = [getattr(theirs, name) == getattr(ours, name) for name in _FOREVER]
    if not all(same) or theirs.person_by_id(theirs.founder) is None:
        raise DamagedStudy(
            "The server holds the manifest of another study: do not go on, and tell the "
            "administrator and the data manager."
        )
    known = newer == study.signed
    if known or (theirs.version > ours.version and following.may_take(connection, ours, newer)):
        try:
            write_file(path, data)
        except (DiskFull, Unwritable):
            # Who was suspended elsewhere is refused here also where the folder takes no files.
            study.adopt(newer)
            return False
    return True


def _refresh_instrument(
    study: "Study", connection: Connection, entry: InstrumentEntry, digests: Mapping[str, str]
) -> None:
    """Take an approved instrument that is missing here; files that are not as approved stay."""
    from store.study import instrument_is_sound

    folder = study.folder / INSTRUMENTS / entry.fingerprint
    paths = {f"{INSTRUMENTS}/{entry.fingerprint}/{path}": path for path in entry.files}
    if instrument_is_sound(folder, entry) or any(
        digests.get(there) != entry.files[path] for there, path in paths.items()
    ):
        return
    files = ((path, kept(connection, there) or b"") for there, path in paths.items())
    replace_folder(folder, files, lambda filled: instrument_is_sound(filled, entry))


def _refresh_notice(study: "Study", connection: Connection, path: str, digest: str) -> None:
    """Take a notice that a data manager signed; another is left where it is."""
    from store import notices

    target = study.folder / path
    try:
        if sha256(read_limited(target, notices.MAX_SIZE)).hexdigest() == digest:
            return
    except (OSError, ValueError):
        pass
    data = kept(connection, path) or b""
    try:
        notices.require_signed(study, target.stem, data)
    except StoreError:
        return
    # What cannot be put in its place is told by a verification; the study opens without it.
    with contextlib.suppress(StoreError), file_errors(f"the folder {notices.FOLDER}"):
        target.parent.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        sync_folder(study.folder)
        write_file(target, data)
