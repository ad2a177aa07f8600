"""The audit: an entry for each action that changes something, hash-chained, signed by its actor.

Entries hold ids, hashes and words of this program, never content. A chain shows alterations and
gaps, not a cut-off end; therefore every submitted case carries, signed, how long the chain was when
it was sealed.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import Connection, insert, select
from sqlmodel import col

from store.binding import bind
from store.clock import from_text, to_text
from store.crypto.keys import SigningSecret, Unopenable
from store.databases.database import rows
from store.databases.pages import pages
from store.databases.tables import AuditRow
from store.record import chain
from store.record.chain import COLUMNS, START, Signers, digest, follows
from store.trust.leaving import require_active
from store.trust.manifest import Body

if TYPE_CHECKING:
    from store.access import Access


class Deed(StrEnum):
    """What can be done; the value stands in the audit."""

    FOUNDED = "study founded"
    PERSON_ADDED = "person added"
    PASSPHRASE_CHANGED = "passphrase changed"  # noqa: S105 - the name of a deed
    INSTRUMENT_ADDED = "instrument added"
    CASE_ADDED = "case added"
    CONTACT_CORRECTED = "contact of a case corrected"
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


Entry: TypeAlias = chain.Entry

CLOCK_SLACK = timedelta(minutes=5)
"""By how much clocks of people who work together differ without a word."""

Signer: TypeAlias = tuple[str, SigningSecret]
"""A person's id and their signing key."""

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

    Raises:
        NotAllowed: by `body`, the manifest as it is in this transaction, the actor takes no part.
    """
    # A study is founded, and taken over, by somebody whom no manifest before names.
    if (person := body.person_by_id(actor)) is not None:
        today = at if person.expires is None else no_earlier(connection, at)
        require_active(person, today.date(), at.date())
    if _is_before_the_newest(connection, at):
        _add(connection, body, actor, secret, Deed.CLOCK_JUMPED, "", at, None)
    _add(connection, body, actor, secret, deed, about, at, second)


def record_by(access: "Access", connection: Connection, deed: Deed, about: str) -> None:
    """As `record`, by the person whose keys these are, and now."""
    study = access.study
    me = (access.entry.id, access.keys.signing)
    record(connection, study.body, *me, deed, about, study.now())


def no_earlier(connection: Connection, at: datetime) -> datetime:
    """This moment, or that of the newest entry where the clock stands before it.

    What ends at some time does not begin again because a clock was set back.
    """
    found = rows(connection, _LAST_AT)
    try:
        return max(at, from_text(found[0][0])) if found else at
    except ValueError:
        return at  # an altered time: the chain does not hold, which others notice


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
    hashed = digest(body, previous, *values, "" if second is None else second[0])
    message = bind("audit signature", hashed)
    connection.execute(
        _ADD,
        {
            "seq": values[0],
            "at": values[1],
            "actor": actor,
            "action": deed.value,
            "object": about,
            "hash": hashed,
            "signature": secret.sign(message),
            "second": "" if second is None else second[0],
            "second_signature": b"" if second is None else second[1].sign(message),
        },
    )


def about_manifests(connection: Connection) -> list[Entry]:
    """The entries that name a manifest, oldest first."""
    query = select(*COLUMNS).where(col(AuditRow.object).contains(" manifest "))
    return [Entry(*row) for row in rows(connection, query.order_by(col(AuditRow.seq)))]


def entries(connection: Connection) -> Iterator[Entry]:
    """All entries, oldest first."""
    query = select(*COLUMNS).order_by(col(AuditRow.seq)).limit(1000)
    for page in pages(connection, query, col(AuditRow.seq), 0):
        for row in page:
            yield Entry(*row)


def newest(
    connection: Connection, body: Body, begins: str, below: int | None = None
) -> Entry | None:
    """The newest entry about `begins` followed by hexadecimal digits; None without any.

    With `below`, the newest of those with a smaller number than that.

    Raises:
        Unopenable: it does not hold, or there may be a newer one, since the chain does not.
    """
    return chain.newest(connection, body, begins, below)


def numbered(connection: Connection, body: Body, seq: int) -> Entry:
    """The entry of that number, which there must be; raises as `newest` does."""
    found = rows(connection, select(*COLUMNS).where(col(AuditRow.seq) == seq))
    if not found:
        raise Unopenable
    entry = Entry(*found[0])
    if not chain.is_sound(connection, body, entry):
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


def numbers_of(connection: Connection, deed: Deed) -> list[int]:
    """Numbers of all entries of a deed, the oldest first."""
    query = select(col(AuditRow.seq)).where(col(AuditRow.action) == deed.value)
    return [row[0] for row in rows(connection, query.order_by(col(AuditRow.seq)))]


def knows(connection: Connection, deed: Deed, begins: str) -> bool:
    """Whether there is an entry of this deed whose object begins so."""
    query = select(col(AuditRow.seq)).where(
        col(AuditRow.action) == deed.value, col(AuditRow.object).startswith(begins, autoescape=True)
    )
    return bool(rows(connection, query.limit(1)))


def problems(body: Body, whole: list[Entry]) -> list[str]:
    """What does not hold in the chain, each as a sentence."""
    found: list[str] = []
    signers = Signers(body)
    previous = START
    for expected, entry in enumerate(whole, start=1):
        if entry.seq != expected:
            found.append(f"The audit lacks entry {expected}.")
            return found
        if not follows(body, previous, entry):
            found.append(f"Entry {entry.seq} of the audit was altered.")
            return found
        if not signers.signed(entry):
            found.append(f"Entry {entry.seq} of the audit is not signed by the person it names.")
        previous = entry.hash
    return found
