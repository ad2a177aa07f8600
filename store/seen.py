"""What a person last saw of a study, kept on their computer and outside of the study.

The audit shows what was altered and not that its end was cut off, or that everything was put back
to an earlier state. So each person keeps, in a small file of their own, number and hash of the
newest entry they saw, under a key that comes from their key file; nobody without it can make one.
It is looked at when they unlock, and written anew when they unlock and lock.
"""

import contextlib
import hashlib
import hmac
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select
from sqlmodel import col

from store import audit, canonical
from store.audit import Deed
from store.binding import bind, fingerprint
from store.database import rows
from store.entries import Body
from store.errors import PutBack, StoreError
from store.files import PRIVATE_FOLDER, file_errors, read_limited, write_file
from store.keys import KEY_SIZE, expand, wipe
from store.keystore import Bundle
from store.tables import AuditRow

if TYPE_CHECKING:
    from store.access import Access

MAX_FILE = 1024

Head = tuple[int, bytes]
"""Number and hash of an entry of the audit."""


def path_of(folder: Path, body: Body, person: str) -> Path:
    """Where a person keeps what they saw of a study; the name tells of neither."""
    return folder / f"{fingerprint('seen', body.id, body.kind, person)[:32]}.seen"


def look(folder: Path, body: Body, person: str, keys: Bundle, connection: Connection) -> None:
    """See that all is there that this person has seen.

    Args:
        folder: where seen heads are kept.
        body: the manifest.
        person: their id.
        keys: their keys.
        connection: to the database, in a transaction.

    Raises:
        PutBack: entries are missing or others than they were.
    """
    seen = _read(folder, body, person, keys)
    if seen is None:
        return
    number, digest = seen
    newest, _ = audit.last(connection)
    if newest < number:
        raise PutBack(number - newest)
    if number and _hash_of(connection, number) != digest:
        raise PutBack(None)


def remember(folder: Path, body: Body, person: str, keys: Bundle, newest: Head) -> None:
    """Write down the newest entry, unless the file knows of it or of a later one.

    Raises:
        Unwritable, DiskFull: the file is as it was.
    """
    with contextlib.suppress(PutBack):
        seen = _read(folder, body, person, keys)
        if seen is not None and seen[0] >= newest[0]:
            return
    _write(folder, body, person, keys, newest)


def accept(access: "Access") -> None:
    """Take the study as it is, although it was put back, and note in the audit who did so.

    For a person who was unlocked with `accept_older`, and after a restore on purpose.

    Raises:
        Unwritable, DiskFull: what was seen could not be written down.
    """
    study, keys = access.study, access.keys
    with study.database.write() as connection:
        at, deed = study.now(), Deed.OLDER_STATE_ACCEPTED
        about = access.entry.id
        audit.record(connection, study.body, about, keys.signing, deed, about, at)
        newest = audit.last(connection)
    if study.seen is not None:
        _write(study.seen, study.body, access.entry.id, keys, newest)


def remember_quietly(access: "Access") -> None:
    """The same as `remember` when putting keys away, which must not depend on disk or database."""
    study = access.study
    if study.seen is None:
        return
    with contextlib.suppress(StoreError):
        with study.database.read() as connection:
            newest = audit.last(connection)
        remember(study.seen, study.body, access.entry.id, access.keys, newest)


def _hash_of(connection: Connection, number: int) -> bytes | None:
    found = rows(connection, select(col(AuditRow.hash)).where(col(AuditRow.seq) == number))
    return bytes(found[0][0]) if found else None


def _read(folder: Path, body: Body, person: str, keys: Bundle) -> Head | None:
    """None when nothing was written down yet; PutBack when it was, by someone else."""
    try:
        fields = canonical.decode_object(read_limited(path_of(folder, body, person), MAX_FILE))
        number, digest, mac = fields["seq"], fields["hash"], fields["mac"]
        if type(number) is not int or not isinstance(digest, str) or not isinstance(mac, str):
            raise PutBack(None)
        head = (number, bytes.fromhex(digest))
        if not hmac.compare_digest(bytes.fromhex(mac), _mac(body, person, keys, head)):
            raise PutBack(None)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError):
        raise PutBack(None) from None
    return head


def _write(folder: Path, body: Body, person: str, keys: Bundle, head: Head) -> None:
    number, digest = head
    mac = _mac(body, person, keys, head)
    fields: canonical.JSON = {"seq": number, "hash": digest.hex(), "mac": mac.hex()}
    with file_errors(str(folder)):
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    write_file(path_of(folder, body, person), canonical.encode(fields))


def _mac(body: Body, person: str, keys: Bundle, head: Head) -> bytes:
    key = expand(keys.sealing.raw, "seen heads", KEY_SIZE)
    message = bind("seen head", body.id, body.kind, person, *head)
    mac = hmac.new(key, message, hashlib.sha256).digest()
    wipe(key)
    return mac
