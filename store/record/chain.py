"""The hash chain of the audit: what an entry is bound to, and walking it.

Whoever opens a case or relies on a manifest asks for the newest note about it, so a note that was
taken out of the middle must not go unnoticed. Therefore the chain is walked whole when somebody
unlocks, and from there on as it grows. Checking every signature would take a hundred times as long:
checked is the newest entry of each person, which signs for all that stood before it. So nobody can
alter an entry before the last one of anybody else without that one's key. Entries that name a
manifest are few, and decide who takes part, so each of them is checked: one that somebody added
without a key does not begin to count because the one it names signs another behind it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from sys import intern
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, select
from sqlmodel import col

from store.binding import bind
from store.crypto.keys import Unopenable, sha256
from store.databases.database import rows
from store.databases.pages import pages
from store.databases.tables import AuditRow
from store.trust.manifest import Body

START = bytes(32)
"""What the first entry follows."""
COLUMNS = (
    col(AuditRow.seq),
    col(AuditRow.at),
    col(AuditRow.actor),
    col(AuditRow.action),
    col(AuditRow.object),
    col(AuditRow.hash),
    col(AuditRow.signature),
    col(AuditRow.second),
    col(AuditRow.second_signature),
)
_PAGE = 2000
_LINKS = select(*COLUMNS[:6], col(AuditRow.second)).order_by(col(AuditRow.seq)).limit(_PAGE)
_JOURNAL, _MANIFEST = " journal ", " manifest "


@dataclass(frozen=True)
class Entry:
    """One line of the audit."""

    seq: int
    at: str
    actor: str
    action: str
    object: str
    hash: bytes
    signature: bytes
    second: str = ""
    """Who confirmed it; empty where one person is enough."""
    second_signature: bytes = b""


@dataclass
class Walked:
    """What the walk found, up to the entry `number`."""

    number: int = 0
    digest: bytes = START
    doubtful: int = 0
    """The last entry at which something did not hold; 0 when all of it did."""
    notes: dict[str, list[tuple[int, bytes, str]]] = field(default_factory=dict)
    """Number, hash and action of the entries about each journal, by how their objects begin."""
    manifest: int = 0
    """The newest entry that names a manifest; 0 without one."""
    unsigned: int = 0
    """The first entry that names a manifest and is not signed; 0 without one."""


_WALKED: WeakKeyDictionary[Engine, Walked] = WeakKeyDictionary()
"""By database, as long as it is open."""


def cover(connection: Connection, body: Body) -> Walked:
    """Walk the chain as far as it goes now; what was walked before is not walked again.

    Takes about half a second for 100,000 entries the first time.
    """
    walked = _WALKED.pop(connection.engine, Walked())  # kept again once all of it was looked at
    if walked.number and _hash(connection, walked.number) != walked.digest:
        walked = Walked()  # a transaction that was undone, or one that somebody put back
    latest, named = _walk(connection, body, walked)
    signers = Signers(body)
    for number in latest.values():
        if number > walked.doubtful and not signers.signed(_entry(connection, number)):
            walked.doubtful = number
    if not walked.unsigned:
        unsigned = (n for n in named if not signers.signed(_entry(connection, n)))
        walked.unsigned = next(unsigned, 0)
    if not (walked.doubtful or walked.unsigned):  # else to be looked at anew the next time
        _WALKED[connection.engine] = walked
    return walked


def newest(connection: Connection, body: Body, begins: str, below: int | None) -> Entry | None:
    """The newest entry about a journal (`C journal `), of those below a number where one is given.

    Raises:
        Unopenable: it does not hold; or there may be a newer one, since the chain does not.
    """
    walked = cover(connection, body)
    known = walked.notes.get(begins, [])
    found = next((one for one in reversed(known) if below is None or one[0] < below), None)
    if found is None and not walked.doubtful:
        return None
    if found is None or found[0] <= walked.doubtful:
        raise Unopenable
    entry = _entry(connection, found[0])
    if entry.hash != found[1] or not is_sound(connection, body, entry):
        raise Unopenable
    return entry


def doubt(connection: Connection, body: Body) -> int | None:
    """An entry that leaves it open which manifest is the newest; None while there is no doubt."""
    walked = cover(connection, body)
    altered = walked.doubtful if walked.doubtful >= walked.manifest else 0
    return walked.unsigned or altered or None


def is_sound(connection: Connection, body: Body, entry: Entry) -> bool:
    """Whether it follows the one before it, and is signed."""
    previous = _hash(connection, entry.seq - 1) or START
    return follows(body, previous, entry) and Signers(body).signed(entry)


class Signers:
    """The keys of who signs, each made ready once: nearly all a long chain takes is signatures."""

    def __init__(self, body: Body) -> None:
        """For the people of this manifest."""
        self._body = body
        self._keys: dict[str, Callable[[bytes, bytes], bool]] = {}

    def signed(self, entry: Entry) -> bool:
        """Whether the actor signed it, and who confirmed it, if anyone did."""
        message = bind("audit signature", entry.hash)
        if not self._verifies(entry.actor, entry.signature, message):
            return False
        return not entry.second or self._verifies(entry.second, entry.second_signature, message)

    def _verifies(self, who: str, signature: bytes, message: bytes) -> bool:
        if who not in self._keys:
            person = self._body.person_by_id(who)
            if person is None:
                return False
            self._keys[who] = person.public.verifier
        return self._keys[who](signature, message)


def follows(body: Body, previous: bytes, entry: Entry) -> bool:
    """Whether the hash of an entry is over what it says and over the one before it."""
    values = (entry.seq, entry.at, entry.actor, entry.action, entry.object, entry.second)
    return digest(body, previous, *values) == entry.hash


def digest(
    body: Body, previous: bytes, seq: int, at: str, actor: str, action: str, about: str, second: str
) -> bytes:
    """The hash of an entry, 32 bytes."""
    # Entries of format 1 knew no second person; theirs must go on fitting.
    confirmed = (second,) if second else ()
    entry = bind("audit", body.id, body.kind, previous, seq, at, actor, action, about, *confirmed)
    return sha256(entry)


def _walk(connection: Connection, body: Body, walked: Walked) -> tuple[dict[str, int], list[int]]:
    """Go on with a walk, over what is new.

    Returns:
        The newest entry of each person, and all that name a manifest.
    """
    latest: dict[str, int] = {}
    named: list[int] = []
    for page in pages(connection, _LINKS, col(AuditRow.seq), walked.number):
        for seq, at, actor, action, about, found, second in page:
            expected = digest(body, walked.digest, seq, at, actor, action, about, second)
            if seq != walked.number + 1 or found != expected:
                walked.doubtful = seq
            walked.number, walked.digest = seq, found
            latest[actor] = seq
            case, journal, _ = about.partition(_JOURNAL)
            if journal:
                walked.notes.setdefault(case + journal, []).append((seq, found, intern(action)))
            elif _MANIFEST in about:
                walked.manifest = seq
                named.append(seq)
    return latest, named


def _entry(connection: Connection, number: int) -> Entry:
    found = rows(connection, select(*COLUMNS).where(col(AuditRow.seq) == number))
    if not found:
        raise Unopenable
    return Entry(*found[0])


def _hash(connection: Connection, number: int) -> bytes | None:
    found = rows(connection, select(col(AuditRow.hash)).where(col(AuditRow.seq) == number))
    return found[0][0] if found else None
