"""What a person last saw of a study, kept on their computer and outside of the study.

The audit shows what was altered and not that its end was cut off, or that everything was put back
to an earlier state. So each person keeps, in a small file of their own, number and hash of the
newest entry they saw, under a key that comes from their key file; nobody without it can make one.
It is looked at when they unlock, and written anew when they unlock and lock.

A person may have the study in several databases (the office's, and that of a laptop), each with an
audit of its own. Which one it is, the first entry tells: the founder founded the study, or
this person received the first packet. What was restored from a backup still has it, and is told
from the study that the backup was made of by its newest entry of a restore: so a drill is
remembered apart. Of what was restored and never seen, what was seen of the one before it has to be
there. A second small file keeps which database a folder held, so that another one in its place is
told.
"""

import contextlib
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from store import canonical
from store.binding import bind, fingerprint
from store.crypto.keys import KEY_SIZE, Unopenable, expand, wipe
from store.crypto.keystore import Bundle
from store.errors import PutBack, StoreError
from store.files import PRIVATE_FOLDER, file_errors, read_limited, write_file
from store.record import audit
from store.record.audit import Deed
from store.trust import taking_part
from store.trust.entries import Body
from store.trust.roles import Role

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
    origins: tuple[str, ...]
    """Hash (hexadecimal) of the first entry of the audit, empty where none is sound; behind it, in
    what was restored, that of the restore. The newest restore first, and at last without any."""
    study: str
    """The study's folder, as an absolute path."""

    @property
    def origin(self) -> str:
        """What names the database."""
        return self.origins[0]

    @property
    def before(self) -> tuple["Place", ...]:
        """What it was restored from, and what that was restored from; the newest first."""
        rest = (self.origins[number:] for number in range(1, len(self.origins)))
        return tuple(replace(self, origins=origins) for origins in rest)

    @property
    def path(self) -> Path:
        """The file for the head; its name tells of nothing."""
        parts = (self.body.id, self.body.kind, self.person, self.origin)
        return self.folder / f"{fingerprint('seen', *parts)[:32]}.seen"

    @property
    def folder_path(self) -> Path:
        """The file for the database that the study's folder held."""
        parts = (self.body.id, self.body.kind, self.person, self.study)
        return self.folder / f"{fingerprint('seen in', *parts)[:32]}.held"


def _place(folder: Path, body: Body, person: str, at: Path, connection: Connection) -> Place:
    first = _first(body, person, connection)
    restored = [digest for _, digest in restores(connection, body)] if first else []
    return Place(folder, body, person, _origins(first, restored), str(at.absolute()))


def _origins(first: str, restored: Sequence[bytes]) -> tuple[str, ...]:
    return (*(f"{first}:{digest.hex()}" for digest in reversed(restored)), first)


def _first(body: Body, person: str, connection: Connection) -> str:
    try:
        first = audit.numbered(connection, body, 1)
    except Unopenable:
        return ""
    begun = {Deed.FOUNDED.value: body.founder, Deed.PACKET_RECEIVED.value: person}
    return first.hash.hex() if begun.get(first.action) == first.actor else ""


def restores(connection: Connection, body: Body) -> tuple[Head, ...]:
    """Every time that this database was restored, as the audit says, the oldest first.

    Only what an administrator of the time signed: otherwise whoever can write the folder would make
    another database of an older state.
    """
    found: list[Head] = []
    for number in audit.numbers_of(connection, Deed.BACKUP_RESTORED):
        with contextlib.suppress(Unopenable):
            entry = audit.numbered(connection, body, number)
            if taking_part.was(connection, body, entry, Role.ADMINISTRATOR):
                found.append((number, entry.hash))
    return tuple(found)


def look(
    folder: Path,
    body: Body,
    person: str,
    keys: Bundle,
    connection: Connection,
    at: Path | None = None,
) -> None:
    """See that all is there that this person has seen.

    Args:
        folder: where seen heads are kept.
        body: the manifest.
        person: their id.
        keys: their keys.
        connection: to the database, in a transaction.
        at: the study's folder, which must hold the database it held; None where it may be any.

    Raises:
        PutBack: entries are missing or others than they were, or it is another database.
    """
    place = _place(folder, body, person, at or folder, connection)
    newest, _ = audit.last(connection)
    held = "" if at is None else _held(place, keys)
    if held and held not in place.origins:
        raise PutBack(None)
    seen = _nearest(place, keys)
    if seen is None and not place.origin:
        raise PutBack(None)  # every study has such an entry: it was taken out, or altered
    in_place_of = [_read(one, keys) for one in place.before if one.origin == held]
    for number, digest in filter(None, (seen, *in_place_of)):
        if newest < number:
            raise PutBack(number - newest)
        if number and audit.hash_of(connection, number) != digest:
            raise PutBack(None)


def _nearest(place: Place, keys: Bundle) -> Head | None:
    """What was seen of a database, or else of the nearest of those that it was restored from."""
    return next((seen for one in (place, *place.before) if (seen := _read(one, keys))), None)


def is_less(
    folder: Path,
    body: Body,
    person: str,
    keys: Bundle,
    trail: Sequence[Head],
    restored: Sequence[Head],
) -> bool:
    """Whether an audit, as number and hash of every entry, lacks what this person has seen.

    `restored` are those of its entries that say it was restored; see `restores`.
    """
    hashes = dict(trail)
    origins = _origins(hashes.get(1, b"").hex(), [digest for _, digest in restored])
    try:
        seen = _nearest(Place(folder, body, person, origins, ""), keys)
    except PutBack:
        return True
    return seen is not None and seen[0] > 0 and hashes.get(seen[0]) != seen[1]


def remember(
    folder: Path,
    body: Body,
    person: str,
    keys: Bundle,
    connection: Connection,
    at: Path,
    *,
    looked: bool = True,
) -> None:
    """Write down the newest entry, unless the file knows of it or of a later one.

    And which database the folder `at` holds, unless another is written down that it was not
    restored from. `looked` is whether `look` found nothing missing just now.

    Raises:
        Unwritable, DiskFull: the file is as it was.
    """
    place, newest = _place(folder, body, person, at, connection), audit.last(connection)
    with contextlib.suppress(PutBack):
        held = _held(place, keys)
        if held not in ("", place.origin) and not looked:
            return  # it came there since they unlocked: who unlocks next is told
        if place.origin and held in ("", *place.origins[1:]):
            _write_held(place, keys)
    with contextlib.suppress(PutBack):
        seen = _read(place, keys)
        if seen is not None and seen[0] >= newest[0]:
            return
    _write(place, keys, newest)


def begin(folder: Path, access: "Access", at: Path) -> None:
    """Write down what a study begins with whose folder was just made, and will be at `at`.

    Quietly: that a folder of this computer cannot be written is no reason not to begin.
    """
    study, keys = access.study, access.keys
    with contextlib.suppress(StoreError), study.database.read() as connection:
        place = _place(folder, study.body, access.entry.id, at, connection)
        _write(place, keys, audit.last(connection))
        _write_held(place, keys)


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
        known = study.seen
        place = _place(known, study.body, about, study.folder, connection) if known else None
    if place is not None:
        _write(place, keys, newest)
        _write_held(place, keys)


def remember_quietly(access: "Access") -> None:
    """The same as `remember` when putting keys away, which must not depend on disk or database."""
    study = access.study
    if study.seen is None:
        return
    with contextlib.suppress(StoreError), study.database.read() as connection:
        me = access.entry.id
        remember(study.seen, study.body, me, access.keys, connection, study.folder, looked=False)


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
    fields: dict[str, canonical.JSON] = {"seq": number, "hash": digest.hex(), "mac": mac.hex()}
    _put(place, place.path, fields)


def _held(place: Place, keys: Bundle) -> str:
    """The origin of the database that the folder held; empty when nothing was written down."""
    try:
        fields = canonical.decode_object(read_limited(place.folder_path, MAX_FILE))
        origin, mac = fields["origin"], fields["mac"]
        if not isinstance(origin, str) or not isinstance(mac, str):
            raise PutBack(None)
        if not hmac.compare_digest(bytes.fromhex(mac), _folder_mac(place, keys, origin)):
            raise PutBack(None)
    except FileNotFoundError:
        return ""
    except (OSError, ValueError, KeyError):
        raise PutBack(None) from None
    return origin


def _write_held(place: Place, keys: Bundle) -> None:
    mac = _folder_mac(place, keys, place.origin)
    _put(place, place.folder_path, {"origin": place.origin, "mac": mac.hex()})


def _put(place: Place, path: Path, fields: dict[str, canonical.JSON]) -> None:
    with file_errors(str(place.folder)):
        place.folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    write_file(path, canonical.encode(fields))


def _mac(place: Place, keys: Bundle, head: Head) -> bytes:
    return _keyed(place, keys, "seen head", place.origin, *head)


def _folder_mac(place: Place, keys: Bundle, origin: str) -> bytes:
    return _keyed(place, keys, "seen in", place.study, origin)


def _keyed(place: Place, keys: Bundle, what: str, *about: str | int | bytes) -> bytes:
    key = expand(keys.sealing.raw, "seen heads", KEY_SIZE)
    message = bind(what, place.body.id, place.body.kind, place.person, *about)
    mac = hmac.new(key, message, hashlib.sha256).digest()
    wipe(key)
    return mac
