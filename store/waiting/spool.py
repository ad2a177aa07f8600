"""Events that a server could not take: kept on this computer until it can.

When the network or the server is gone, an event that was sealed as for the database goes to a file
of its case instead, and counts as saved here. The file holds what the database would hold, and the
case's keys sealed to the person and to the study's data key, so that it can be read even when the
case has gone on without it. Each program writes a file of its own (by case, person and token) and
only ever adds to it; who takes files up renames them first, and a writer who finds its file gone
begins another, so that neither waits for the other, and nothing is written where nobody looks any
more.
"""

import base64
import contextlib
import os
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from store import canonical
from store.binding import bind
from store.canonical import JSON
from store.casework import cases
from store.casework.journal import Place, open_event
from store.crypto.keys import KEY_SIZE, CaseKeys, SealingSecret, Unopenable, seal_to, wipe
from store.erasing.cleaning import SPOOL as FOLDER
from store.errors import Locked
from store.files import file_errors, private_folder, read_limited, write_file
from store.trust.entries import DATA, family_of
from store.trust.manifest import Body
from store.values import JournalEntry

if TYPE_CHECKING:
    from store.access import Access

MAX_SIZE = 256 * 1024 * 1024
TAKEN = ".taken"
DAMAGED = ".damaged"
FORMAT = 2
"""Format 1 had the keys sealed to the person alone."""
_KEYS_SIZE = 2 * KEY_SIZE + 8


@dataclass(frozen=True)
class Record:
    """A sealed event behind the link `previous`; `updated` as in the row of its case."""

    seq: int
    previous: bytes
    envelope: bytes
    updated: int


@dataclass(frozen=True)
class Whose:
    """What a spool is bound to."""

    place: Place
    person: str
    token: int

    @property
    def name(self) -> str:
        """Of its file; all three stand in clear in the database, too."""
        return f"{self.place.case}-{self.person}-{self.token}"

    def info(self) -> bytes:
        """What its keys are sealed for."""
        place = self.place
        names = (place.study, place.kind, place.case, place.instrument, self.person)
        return bind("spool", *names, self.token)


class Spool:
    """What one open case could not hand to the server yet."""

    def __init__(self, study: Path, whose: Whose) -> None:
        self._whose = whose
        self.path = study / FOLDER / whose.name
        self._size = 0
        self.records: list[tuple[Record, bytes]] = []
        """What waits, in order, each with the link behind it."""

    def keep(self, record: Record, head: bytes, keys: CaseKeys, body: Body) -> None:
        """Add an event; it is on this computer's disk when this returns.

        Args:
            record: the event.
            head: the link behind it.
            keys: of the case.
            body: the manifest, with the keys of the person and of the study.

        Raises:
            DiskFull, Unwritable: it was not kept.
        """
        line = _line(_of_record(record))
        if not (self.records and self._add(line)):
            waiting = [_line(_of_record(one)) for one, _ in self.records]
            content = b"".join((_line(self._header(keys, body)), *waiting, line))
            private_folder(self.path.parent)
            write_file(self.path, content)
            self._size = len(content)
        self.records.append((record, head))

    def waits(self, event_seq: int) -> bool:
        """Whether the event of that number waits."""
        return any(record.seq == event_seq for record, _ in self.records)

    def into(
        self, connection: Connection, token: int, records: Sequence[tuple[Record, bytes]]
    ) -> bool:
        """Hand the first of what waits to the database, in a transaction alone with the study.

        What is there already, since a commit came through whose answer did not, is not written
        again.

        Returns:
            False when the token is not the newest, or the journal ends where none of ours did.
        """
        case_id = self._whose.place.case
        case = cases.find(connection, case_id)
        ends = [(records[0][0].seq - 1, records[0][0].previous)]
        ends += [(record.seq, head) for record, head in records]
        if (case.n, case.head) not in ends:
            return False
        for record, head in records[ends.index((case.n, case.head)) :]:
            if not append(connection, case_id, token, record, head):
                return False
        return True

    def forget(self, count: int) -> None:
        """The first of what waits is elsewhere now; the file goes with the last.

        A file that stays holds more than what waits: who takes it up passes over the rest.
        """
        del self.records[:count]
        if not self.records:
            with contextlib.suppress(OSError):
                self.path.unlink(missing_ok=True)

    def _header(self, keys: CaseKeys, body: Body) -> dict[str, JSON]:
        secret = bytearray().join((keys.encrypt, keys.chain, keys.key_id))
        if keys.wiped:  # by another thread, which locks
            wipe(secret)
            raise Locked
        place, person = self._whose.place, body.person_by_id(self._whose.person)
        info, data_key = self._whose.info(), body.data_key_name
        try:
            own = b"" if person is None else seal_to(person.public.sealing, secret, info)
            study = seal_to(body.public_key(data_key), secret, info)
        finally:
            wipe(secret)
        return {
            "format": FORMAT,
            "study": place.study,
            "kind": place.kind,
            "case": place.case,
            "instrument": place.instrument,
            "person": self._whose.person,
            "token": self._whose.token,
            "keys": _text(own),
            "data_key": data_key,
            "data": _text(study),
        }

    def _add(self, line: bytes) -> bool:
        """Add a line to the file; False when somebody took the file up meanwhile."""
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND)
        except FileNotFoundError:
            return False
        with file_errors(f"the folder {FOLDER}"), os.fdopen(handle, "wb", buffering=0) as file:
            # What a full disk let through of a line before this one.
            os.ftruncate(handle, self._size)
            if file.write(line) != len(line):
                os.ftruncate(handle, self._size)
                raise OSError(28, "")
            os.fsync(handle)
            try:
                still = os.path.samestat(self.path.stat(), os.fstat(handle))
            except FileNotFoundError:
                return False
        self._size += len(line)
        return still


@dataclass(frozen=True)
class Left:
    """A spool that a program left behind."""

    path: Path
    whose: Whose
    sealed_keys: bytes
    """To the person; empty where they are to open it no more."""
    data_key: str
    """Name of the data key that the same are sealed to; empty in format 1."""
    sealed_for_study: bytes
    records: tuple[Record, ...]
    sound: bool = True
    """Every whole line is as it was written; one that was being written was never acknowledged."""

    def forget(self) -> None:
        """Delete it, since all that it held is elsewhere; a damaged one is kept and not read."""
        with contextlib.suppress(OSError):
            if self.sound:
                self.path.unlink(missing_ok=True)
            else:
                self.path.rename(self.path.with_suffix(DAMAGED))

    def keys(self, access: "Access") -> CaseKeys:
        """The case's keys as they were; Unopenable when they are not for this person."""
        secret, sealed = access.keys.sealing, self.sealed_keys
        if self.whose.person != access.entry.id or not sealed:
            found = data_secrets(access).get(self.data_key)
            if found is None:
                raise Unopenable
            secret, sealed = found, self.sealed_for_study
        raw = secret.open(sealed, self.whose.info(), _KEYS_SIZE)
        half = 2 * KEY_SIZE
        return CaseKeys(raw[:KEY_SIZE], raw[KEY_SIZE:half], bytes(raw[half:]))


def data_secrets(access: "Access") -> dict[str, SealingSecret]:
    """The study's data keys that this person holds, by name; none but a data manager's."""
    return {name: one for name, one in access.secrets.items() if family_of(name) == DATA}


def left(study: Path, person: str, case_id: str = "") -> list[Left]:
    """The readable spools on this computer of a person, of one case or of all; oldest first.

    An empty `person` means everybody, an empty `case_id` every case.
    """
    found = []
    for path in sorted((study / FOLDER).glob(f"{case_id or '*'}-{person or '*'}-*")):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            if path.suffix == DAMAGED:
                continue
            spool = _read(path)
            if person in ("", spool.whose.person) and path.name.startswith(spool.whose.name):
                found.append(spool)
    return sorted(found, key=lambda one: (one.whose.place.case, one.whose.token, one.path.name))


def claim(
    study: Path, person: str, case_id: str, tokens: Collection[int] | None = None
) -> list[Left]:
    """Take the spools of a case away from whoever may still be writing them, and read them.

    To be called by who holds the case now. What another program adds from here on goes to a new
    file, under a token that is refused. With `tokens` only those under them, by who does not hold
    the case: under a newer one somebody may just be going on.
    """
    for path in sorted((study / FOLDER).glob(f"{case_id}-{person}-*")):
        if tokens is not None and path.name.rpartition("-")[2] not in map(str, tokens):
            continue
        if path.suffix not in (TAKEN, DAMAGED):
            with contextlib.suppress(OSError):
                path.rename(path.with_name(f"{path.name}.{secrets.token_hex(6)}{TAKEN}"))
    found = left(study, person, case_id)
    return [one for one in found if tokens is None or one.whose.token in tokens]


def in_order(spools: Iterable[Left]) -> list[Record]:
    """Their records by number, each once."""
    every = {(record.seq, record.envelope): record for one in spools for record in one.records}
    return [every[key] for key in sorted(every)]


def opened(spool: Left, access: "Access") -> list[JournalEntry]:
    """What a person can read of a spool of theirs, and a data manager of anybody's.

    The keys are those of the spool, so it does not matter what became of the case.

    Raises:
        Unopenable: its keys are not this person's; none or not all is what was written.
    """
    keys = spool.keys(access)
    try:
        read = []
        for record in spool.records:
            at = (record.seq, record.previous, record.envelope)
            one = open_event(keys, spool.whose.place, *at)
            read.append(JournalEntry(record.seq, one.at, str(one.event_id), one.event))
        return read
    finally:
        keys.wipe()


def append(connection: Connection, case_id: str, token: int, record: Record, head: bytes) -> bool:
    """Put a record behind the journal of a case; False where that has gone on otherwise."""
    return cases.append(
        connection,
        case_id,
        token,
        record.seq,
        record.previous,
        record.envelope,
        head,
        record.updated,
    )


def without_person(data: bytes) -> bytes | None:
    """A spool that only data managers open; None when nobody would.

    Args:
        data: of its file.
    """
    first, end, rest = data.partition(b"\n")
    try:
        header = canonical.decode_object(first.partition(b" ")[2])
    except ValueError:
        return None
    if not (end and header.get("data")):
        return None
    return _line(header | {"keys": ""}) + rest


def _read(path: Path) -> Left:
    """Read a file, up to the first line that is not as it was written.

    Raises:
        OSError, ValueError, KeyError, TypeError: it is not a spool.
    """
    whole = read_limited(path, MAX_SIZE).split(b"\n")[:-1]
    lines = []
    for line in whole:
        digest, _, content = line.partition(b" ")
        if digest != _digest(content):
            break
        lines.append(canonical.decode_object(content))
    if not lines or lines[0]["format"] not in (1, FORMAT):
        raise ValueError("not a spool")
    head, *rest = lines
    place = Place(*(_str(head[name]) for name in ("study", "kind", "case", "instrument")))
    whose = Whose(place, _str(head["person"]), _int(head["token"]))
    records = tuple(
        Record(
            _int(one["seq"]),
            bytes.fromhex(_str(one["previous"])),
            base64.b64decode(_str(one["envelope"]), validate=True),
            _int(one["updated"]),
        )
        for one in rest
    )
    own, study = (
        base64.b64decode(_str(head.get(name, "")), validate=True) for name in ("keys", "data")
    )
    data_key = _str(head.get("data_key", ""))
    return Left(path, whose, own, data_key, study, records, sound=len(lines) == len(whole))


def _of_record(record: Record) -> dict[str, JSON]:
    return {
        "seq": record.seq,
        "previous": record.previous.hex(),
        "envelope": _text(record.envelope),
        "updated": record.updated,
    }


def _line(fields: dict[str, JSON]) -> bytes:
    content = canonical.encode(fields)
    return _digest(content) + b" " + content + b"\n"


def _digest(content: bytes) -> bytes:
    return sha256(content).hexdigest().encode()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _str(value: JSON) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _int(value: JSON) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("not a number")
    return value
