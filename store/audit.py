"""The audit: an entry for each action that changes something, hash-chained, signed by its actor.

Entries hold ids, hashes and words of this program, never content. A chain shows alterations and
gaps, not a cut-off end; therefore every submitted case carries, signed, how long the chain was when
it was sealed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from sqlalchemy import Connection, insert, select, true
from sqlmodel import col

from store.binding import bind
from store.clock import to_text
from store.database import rows
from store.keys import SigningSecret, Unopenable, sha256
from store.manifest import Body
from store.tables import AuditRow


class Deed(StrEnum):
    """What can be done; the value stands in the audit."""

    FOUNDED = "study founded"
    PERSON_ADDED = "person added"
    PASSPHRASE_CHANGED = "passphrase changed"  # noqa: S105 - the name of a deed
    INSTRUMENT_ADDED = "instrument added"
    CASE_ADDED = "case added"
    CASE_BEGUN = "case begun"
    CASE_RESUMED = "case resumed"
    CASE_TAKEN_OVER = "case taken over"
    CASE_RELEASED = "case released"
    CASE_SUBMITTED = "case submitted"
    CASE_READ = "submitted case read"
    CASES_READ = "submitted cases read"
    CASE_LENT = "submitted case lent for review"
    CASE_ACCEPTED = "case accepted"
    CASE_RETURNED = "case returned"
    CASE_REOPENED = "accepted case reopened"
    CASE_REASSIGNED = "case reassigned"
    LEASE_ENDED = "lease ended by another"
    REOPENING_REQUESTED = "reopening requested"
    ERASURE_REQUESTED = "erasure requested"
    CASE_ERASED = "case erased"
    IDENTITIES_ERASED = "identities erased"
    PERSON_SUSPENDED = "person suspended"
    PERSON_RESUMED = "person resumed"
    PERSON_REMOVED = "person removed"
    PERSON_REENROLLED = "person enrolled again"
    ROLES_CHANGED = "roles changed"
    EXPIRY_SET = "last day of a person set"
    OLDER_STATE_ACCEPTED = "older state accepted"
    UNDERTAKING_ACCEPTED = "confidentiality undertaking accepted"
    POLICY_CHANGED = "policy changed"
    DATA_KEY_CHANGED = "data key changed"
    CASES_REWRAPPED = "cases wrapped to the new data key"
    SHEETS_MADE = "recovery sheets made"
    SHEETS_REHEARSED = "recovery sheets rehearsed"
    SHEETS_USED = "recovery sheets used"
    BACKUP_MADE = "backup made"
    BACKUP_RESTORED = "backup restored"
    MIGRATED = "database migrated"
    PACKET_SENT = "packet sent"
    PACKET_RECEIVED = "packet received"
    CASE_BROUGHT = "case brought by a packet"
    JOURNAL_RECEIVED = "journal received by a packet"
    CASE_RECEIVED = "submitted case received by a packet"
    CASE_TAKEN_BACK = "case taken back from another computer"
    CLOCK_JUMPED = "clock jumped"
    EXPORTED = "cases exported"
    NOTICE_PUBLISHED = "notice published"


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


START = bytes(32)

CLOCK_SLACK = timedelta(minutes=5)
"""By how much clocks of people who work together differ without a word."""

Signer: TypeAlias = tuple[str, SigningSecret]
"""A person's id and their signing key."""

_COLUMNS = (
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
_ADD = insert(AuditRow)
_LAST = select(col(AuditRow.seq), col(AuditRow.hash)).order_by(col(AuditRow.seq).desc()).limit(1)
_LAST_AT = select(col(AuditRow.at)).order_by(col(AuditRow.seq).desc()).limit(1)


def last(connection: Connection) -> tuple[int, bytes]:
    """Number and hash of the last entry; 0 and zeros when there is none."""
    found = rows(connection, _LAST)
    return (found[0][0], found[0][1]) if found else (0, START)


def record(
    connection: Connection,
    body: Body,
    actor: str,
    secret: SigningSecret,
    deed: Deed,
    about: str,
    at: datetime,
    second: Signer | None = None,
) -> None:
    """Add an entry in the caller's transaction; `second` is who confirms what takes two people.

    Where the clock stands before the newest entry by more than `CLOCK_SLACK`, an entry first says
    so.
    """
    if _is_before_the_newest(connection, at):
        _add(connection, body, actor, secret, Deed.CLOCK_JUMPED, "", at, None)
    _add(connection, body, actor, secret, deed, about, at, second)


def _is_before_the_newest(connection: Connection, at: datetime) -> bool:
    found = rows(connection, _LAST_AT)
    # Such texts sort as their times do, and an altered one is no reason to refuse an entry.
    return bool(found) and to_text(at + CLOCK_SLACK) < found[0][0]


def _add(
    connection: Connection,
    body: Body,
    actor: str,
    secret: SigningSecret,
    deed: Deed,
    about: str,
    at: datetime,
    second: Signer | None,
) -> None:
    seq, previous = last(connection)
    values = (seq + 1, to_text(at), actor, deed.value, about)
    digest = _digest(body, previous, *values, "" if second is None else second[0])
    message = bind("audit signature", digest)
    connection.execute(
        _ADD,
        {
            "seq": values[0],
            "at": values[1],
            "actor": actor,
            "action": deed.value,
            "object": about,
            "hash": digest,
            "signature": secret.sign(message),
            "second": "" if second is None else second[0],
            "second_signature": b"" if second is None else second[1].sign(message),
        },
    )


def manifests(connection: Connection, limit: int | None = None) -> list[str]:
    """Hashes (hexadecimal) of the manifests that the audit knows, the newest first."""
    noted = " manifest "
    query = select(col(AuditRow.object)).where(col(AuditRow.object).contains(noted))
    found = rows(connection, query.order_by(col(AuditRow.seq).desc()).limit(limit))
    return [row[0].partition(noted)[2] for row in found]


def entries(connection: Connection) -> Iterator[Entry]:
    """All entries, oldest first."""
    after = 0
    while True:
        page = rows(
            connection,
            select(*_COLUMNS)
            .where(col(AuditRow.seq) > after)
            .order_by(col(AuditRow.seq))
            .limit(1000),
        )
        if not page:
            return
        for row in page:
            yield Entry(*row)
        after = page[-1][0]


def newest(
    connection: Connection, body: Body, begins: str, below: int | None = None
) -> Entry | None:
    """The newest entry about `begins` followed by hexadecimal digits; None without any.

    With `below`, the newest of those with a smaller number than that.

    Raises:
        Unopenable: it does not follow the entry before it, or its actor did not sign it.
    """
    found = rows(
        connection,
        select(*_COLUMNS)
        .where(
            col(AuditRow.object) >= begins,
            col(AuditRow.object) < begins + "g",
            true() if below is None else col(AuditRow.seq) < below,
        )
        .order_by(col(AuditRow.seq).desc())
        .limit(1),
    )
    return _sound(connection, body, Entry(*found[0])) if found else None


def numbered(connection: Connection, body: Body, seq: int) -> Entry:
    """The entry of that number, which there must be; raises as `newest` does."""
    found = rows(connection, select(*_COLUMNS).where(col(AuditRow.seq) == seq))
    if not found:
        raise Unopenable
    return _sound(connection, body, Entry(*found[0]))


def _sound(connection: Connection, body: Body, entry: Entry) -> Entry:
    before = rows(connection, select(col(AuditRow.hash)).where(col(AuditRow.seq) == entry.seq - 1))
    previous = before[0][0] if before else START
    if not _follows(body, previous, entry) or not _Signers(body).signed(entry):
        raise Unopenable
    return entry


def hash_of(connection: Connection, number: int) -> bytes | None:
    """The hash of an entry; None when there is none of that number."""
    found = rows(connection, select(col(AuditRow.hash)).where(col(AuditRow.seq) == number))
    return found[0][0] if found else None


def newest_of(connection: Connection, begins: str, deed: Deed) -> int | None:
    """Number of the newest entry of a deed whose object is `begins` and more; None without any."""
    found = rows(
        connection,
        select(col(AuditRow.seq))
        .where(
            col(AuditRow.object) >= begins,
            col(AuditRow.object) < begins + "g",
            col(AuditRow.action) == deed.value,
        )
        .order_by(col(AuditRow.seq).desc())
        .limit(1),
    )
    return found[0][0] if found else None


def problems(body: Body, chain: list[Entry]) -> list[str]:
    """What does not hold in the chain, each as a sentence."""
    found: list[str] = []
    signers = _Signers(body)
    previous = START
    for expected, entry in enumerate(chain, start=1):
        if entry.seq != expected:
            found.append(f"The audit lacks entry {expected}.")
            return found
        if not _follows(body, previous, entry):
            found.append(f"Entry {entry.seq} of the audit was altered.")
            return found
        if not signers.signed(entry):
            found.append(f"Entry {entry.seq} of the audit is not signed by the person it names.")
        previous = entry.hash
    return found


class _Signers:
    """The keys of who signs, each made ready once: nearly all a long chain takes is signatures."""

    def __init__(self, body: Body) -> None:
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


def _follows(body: Body, previous: bytes, entry: Entry) -> bool:
    values = (entry.seq, entry.at, entry.actor, entry.action, entry.object, entry.second)
    return _digest(body, previous, *values) == entry.hash


def _digest(
    body: Body, previous: bytes, seq: int, at: str, actor: str, action: str, about: str, second: str
) -> bytes:
    # Entries of format 1 knew no second person; theirs must go on fitting.
    confirmed = (second,) if second else ()
    entry = bind("audit", body.id, body.kind, previous, seq, at, actor, action, about, *confirmed)
    return sha256(entry)
