"""What a person last saw of a study, kept on their computer and outside of the study.

The audit shows what was altered and not that its end was cut off, or that everything was put back
to an earlier state. So each person keeps, in a small file of their own, number and hash of the
newest entry they saw, under a key that comes from their key file; nobody without it can make one.
It is looked at when they unlock, and written anew when they unlock and lock.

A person may have the study in several databases (the office's, and that of a laptop), each with an
audit of its own. Which one it is, the first entry tells: nobody can put another signed one in its
place by writing to the disk, and a backup that was restored still has it.
"""

import contextlib
import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from store import audit, canonical
from store.audit import Deed
from store.binding import bind, fingerprint
from store.entries import Body
from store.errors import PutBack, StoreError
from store.files import PRIVATE_FOLDER, file_errors, read_limited, write_file
from store.keys import KEY_SIZE, Unopenable, expand, wipe
from store.keystore import Bundle

if TYPE_CHECKING:
    from store.access import Access

MAX_FILE = 1024

Head = tuple[int, bytes]
"""Number and hash of an entry of the audit."""


@dataclass(frozen=True)
class Place:
    """Whose it is, and of which database."""

    folder: Path
    body: Body
    person: str
    origin: str
    """Hash (hexadecimal) of the first entry of the audit; empty where none is sound."""

    @property
    def path(self) -> Path:
        """The file; its name tells of nothing."""
        parts = (self.body.id, self.body.kind, self.person, self.origin)
        return self.folder / f"{fingerprint('seen', *parts)[:32]}.seen"


def _place(folder: Path, body: Body, person: str, connection: Connection) -> Place:
    try:
        return Place(folder, body, person, audit.numbered(connection, body, 1).hash.hex())
    except Unopenable:
        return Place(folder, body, person, "")


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
    place = _place(folder, body, person, connection)
    seen = _read(place, keys)
    if seen is None and not place.origin:
        raise PutBack(None)  # every study has such an entry: it was taken out, or altered
    if seen is None:
        return
    number, digest = seen
    newest, _ = audit.last(connection)
    if newest < number:
        raise PutBack(number - newest)
    if number and audit.hash_of(connection, number) != digest:
        raise PutBack(None)


def remember(folder: Path, body: Body, person: str, keys: Bundle, connection: Connection) -> None:
    """Write down the newest entry, unless the file knows of it or of a later one.

    Raises:
        Unwritable, DiskFull: the file is as it was.
    """
    place, newest = _place(folder, body, person, connection), audit.last(connection)
    with contextlib.suppress(PutBack):
        seen = _read(place, keys)
        if seen is not None and seen[0] >= newest[0]:
            return
    _write(place, keys, newest)


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
        place = _place(study.seen, study.body, about, connection) if study.seen else None
    if place is not None:
        _write(place, keys, newest)


def remember_quietly(access: "Access") -> None:
    """The same as `remember` when putting keys away, which must not depend on disk or database."""
    study = access.study
    if study.seen is None:
        return
    with contextlib.suppress(StoreError), study.database.read() as connection:
        remember(study.seen, study.body, access.entry.id, access.keys, connection)


def _read(place: Place, keys: Bundle) -> Head | None:
    """None when nothing was written down yet; PutBack when it was, by someone else."""
    try:
        fields = canonical.decode_object(read_limited(place.path, MAX_FILE))
        number, digest, mac = fields["seq"], fields["hash"], fields["mac"]
        if type(number) is not int or not isinstance(digest, str) or not isinstance(mac, str):
            raise PutBack(None)
        head = (number, bytes.fromhex(digest))
        if not hmac.compare_digest(bytes.fromhex(mac), _mac(place, keys, head)):
            raise PutBack(None)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError):
        raise PutBack(None) from None
    return head


def _write(place: Place, keys: Bundle, head: Head) -> None:
    number, digest = head
    mac = _mac(place, keys, head)
    fields: canonical.JSON = {"seq": number, "hash": digest.hex(), "mac": mac.hex()}
    with file_errors(str(place.folder)):
        place.folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    write_file(place.path, canonical.encode(fields))


def _mac(place: Place, keys: Bundle, head: Head) -> bytes:
    key = expand(keys.sealing.raw, "seen heads", KEY_SIZE)
    body = place.body
    message = bind("seen head", body.id, body.kind, place.person, place.origin, *head)
    mac = hmac.new(key, message, hashlib.sha256).digest()
    wipe(key)
    return mac
