"""The erasure ledger: what was destroyed, chained and signed, so that no backup brings it back.

An entry names the random id of a case (or all identities), a reason from a fixed list, when and by
whom; nothing else is left of what it is about. Backups carry the ledger; a restore applies the
newest one that is known before anyone can open the study.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Select, delete, insert, select, update
from sqlmodel import col

from store.binding import bind
from store.canonical import JSON
from store.casework.grants import CaseRecord, is_erased, was_manager
from store.clock import from_text, to_text
from store.crypto.keys import Unopenable, sha256
from store.databases.database import rows
from store.databases.tables import (
    AuditRow,
    CaseRow,
    ErasureRow,
    EventRow,
    GrantRow,
    IdentityRow,
    LeaseRow,
    SealedRow,
)
from store.erasing.confirmed import unconfirmed
from store.errors import NotAllowed
from store.record.audit import Deed
from store.trust.entries import pack, unpack
from store.trust.giving import Signer
from store.trust.manifest import Body

START = bytes(32)
CASE, IDENTITIES = "case", "identities"
ERASING = frozenset({Deed.CASE_ERASED.value, Deed.IDENTITIES_ERASED.value})

_ALL: Select[int, str, str, str, str, str, bytes, bytes, str, bytes] = select(
    col(ErasureRow.seq),
    col(ErasureRow.scope),
    col(ErasureRow.case_id),
    col(ErasureRow.reason),
    col(ErasureRow.at),
    col(ErasureRow.actor),
    col(ErasureRow.hash),
    col(ErasureRow.signature),
    col(ErasureRow.second),
    col(ErasureRow.second_signature),
)
_HELD = (IdentityRow, GrantRow, EventRow, SealedRow, LeaseRow)
"""What belongs to a case besides its row."""


class Reason(StrEnum):
    """Why something was erased; never free text."""

    WITHDRAWN = "withdrawn"
    """The respondent, or their agency, withdrew."""
    MISTAKE = "mistake"
    """It should not have been collected or added."""
    ORDERED = "ordered"
    """An authority or a court demands it."""
    FINISHED = "finished"
    """The study no longer needs it."""


@dataclass(frozen=True)
class Erasure:
    """One entry of the ledger."""

    seq: int
    scope: str
    """`case` or `identities`."""
    case_id: str
    """Empty when the scope is `identities`."""
    reason: str
    at: str
    actor: str
    """Person id of the data manager."""
    hash: bytes
    signature: bytes
    second: str
    """Person id of who confirmed it; empty where one person was enough."""
    second_signature: bytes

    def as_json(self) -> JSON:
        """The entry as it stands in a certificate."""
        return {
            "seq": self.seq,
            "scope": self.scope,
            "case": self.case_id,
            "reason": self.reason,
            "at": self.at,
            "actor": self.actor,
            "hash": self.hash.hex(),
            "signature": pack(self.signature),
            "second": self.second,
            "second_signature": pack(self.second_signature),
        }

    @classmethod
    def from_json(cls, value: JSON) -> "Erasure":
        """Back from `as_json`; ValueError when it is not that."""
        match value:
            case {
                "seq": int(seq),
                "scope": str(scope),
                "case": str(case_id),
                "reason": str(reason),
                "at": str(at),
                "actor": str(actor),
                "hash": str(digest),
                "signature": str(signature),
                "second": str(second),
                "second_signature": str(second_signature),
                **rest,
            } if not rest and type(seq) is int:
                return cls(
                    seq,
                    scope,
                    case_id,
                    reason,
                    at,
                    actor,
                    bytes.fromhex(digest),
                    unpack(signature),
                    second,
                    unpack(second_signature),
                )
            case _:
                raise ValueError("not an entry of the erasure ledger")


def last(connection: Connection) -> tuple[int, bytes]:
    """Number and hash of the newest entry; 0 and zeros when nothing was ever erased."""
    newest = select(col(ErasureRow.seq), col(ErasureRow.hash)).order_by(col(ErasureRow.seq).desc())
    found = rows(connection, newest.limit(1))
    return (found[0][0], found[0][1]) if found else (0, START)


def entries(connection: Connection) -> list[Erasure]:
    """The whole ledger, oldest first."""
    found = rows(connection, _ALL.order_by(col(ErasureRow.seq)))
    return [Erasure(*row) for row in found]


def record(
    connection: Connection,
    body: Body,
    signer: Signer,
    second: Signer | None,
    what: tuple[str, str, Reason],
    at: datetime,
) -> Erasure:
    """Add an entry in the caller's transaction; `what` is scope, case id and reason."""
    seq, previous = last(connection)
    scope, case_id, reason = what
    confirmed = "" if second is None else second[0]
    values = (seq + 1, scope, case_id, reason.value, to_text(at), signer[0])
    digest = _digest(body, previous, *values, confirmed)
    message = bind("erasure signature", digest)
    confirmation = b"" if second is None else second[1].sign(message)
    made = Erasure(*values, digest, signer[1].sign(message), confirmed, confirmation)
    insert_entry(connection, made)
    return made


def insert_entry(connection: Connection, entry: Erasure) -> None:
    """Put an entry, made here or known from elsewhere, behind the last one."""
    connection.execute(insert(ErasureRow).values(**vars(entry)))


def destroy(connection: Connection, entry: Erasure) -> None:
    """Delete what the entry says was destroyed; harmless when it is gone already."""
    if entry.scope == CASE:
        for table in _HELD:
            column = SQL_CASE_ID[table]
            connection.execute(delete(table).where(column == entry.case_id))
        connection.execute(
            update(CaseRow)
            .where(col(CaseRow.id) == entry.case_id)
            .values(
                state="erased",
                instrument="",
                mode="",
                assignee="",
                created_by="",
                signature=b"",
                n=0,
                head=b"",
                updated=0,
            )
        )
        return
    connection.execute(delete(GrantRow).where(col(GrantRow.what) == "identity"))
    found = rows(connection, select(col(IdentityRow.case_id), col(IdentityRow.envelope)))
    for case_id, envelope in found:
        if not is_erased(envelope):
            connection.execute(
                update(IdentityRow)
                .where(col(IdentityRow.case_id) == case_id)
                .values(envelope=sha256(envelope))
            )


SQL_CASE_ID = {
    IdentityRow: col(IdentityRow.case_id),
    GrantRow: col(GrantRow.case_id),
    EventRow: col(EventRow.case_id),
    SealedRow: col(SealedRow.case_id),
    LeaseRow: col(LeaseRow.case_id),
}


def require_kept(connection: Connection, case: CaseRecord) -> None:
    """Raise NotAllowed for a case that was erased, also where its rows were put back."""
    known = select(col(ErasureRow.seq)).where(
        col(ErasureRow.scope) == CASE, col(ErasureRow.case_id) == case.id
    )
    if case.state == "erased" or rows(connection, known.limit(1)):
        raise NotAllowed(f"Case {case.short_id} was erased: nothing of it is left.")


def require_identity_kept(connection: Connection, case: CaseRecord) -> None:
    """Raise Unopenable for an identity that is here although those of all cases were erased."""
    if case.id in _stripped(connection, case.id):
        raise Unopenable


def put_back(connection: Connection, identities: Mapping[str, bytes]) -> set[str]:
    """Those of these cases, by id with the identity's envelope, that were erased and are here."""
    known = select(col(ErasureRow.case_id)).where(col(ErasureRow.scope) == CASE)
    there = {one for one, envelope in identities.items() if not is_erased(envelope)}
    erased = {row[0] for row in rows(connection, known)} & set(identities)
    return erased | (there & _stripped(connection))


def _stripped(connection: Connection, only: str | None = None) -> set[str]:
    """Ids of the cases that were there when identities were erased, here, for the last time.

    A case that a packet brought is not among them: what it brings was erased where it comes from.
    """
    of_all = select(col(ErasureRow.at)).where(col(ErasureRow.scope) == IDENTITIES)
    last = rows(connection, of_all.order_by(col(ErasureRow.seq).desc()).limit(1))
    if not last:
        return set()
    deed = select(col(AuditRow.seq)).where(col(AuditRow.action) == Deed.IDENTITIES_ERASED.value)
    here = rows(connection, deed.order_by(col(AuditRow.seq).desc()).limit(1))
    added = select(col(AuditRow.object)).where(col(AuditRow.action) == Deed.CASE_ADDED.value)
    # A restored study knows of it by the ledger alone.
    before = col(AuditRow.seq) < here[0][0] if here else col(AuditRow.at) < last[0][0]
    if only is not None:
        added = added.where(col(AuditRow.object) == only)
    return {row[0] for row in rows(connection, added.where(before))}


def chain_problems(body: Body, chain: Sequence[Erasure]) -> list[str]:
    """What does not hold in a ledger, each as a sentence."""
    found: list[str] = []
    previous = START
    for expected, entry in enumerate(chain, start=1):
        values = (entry.seq, entry.scope, entry.case_id, entry.reason, entry.at, entry.actor)
        if entry.seq != expected:
            return [*found, f"The erasure ledger lacks entry {expected}."]
        if not _is_sound(entry) or _digest(body, previous, *values, entry.second) != entry.hash:
            return [*found, f"Entry {expected} of the erasure ledger was altered."]
        if not _is_signed(body, entry):
            found.append(
                f"Entry {expected} of the erasure ledger is not signed by the data manager it "
                "names."
            )
        previous = entry.hash
    return found


def problems(connection: Connection, body: Body) -> tuple[list[str], frozenset[str]]:
    """Check the ledger and that what it names is gone.

    Returns:
        A sentence for each thing that does not hold, and the ids of the cases that are erased as
        the ledger says, of which there is nothing more to check.
    """
    chain = entries(connection)
    found = chain_problems(body, chain)
    found += [
        f"Entry {seq} of the erasure ledger was confirmed by nobody else, and somebody could have."
        for seq in unconfirmed(connection, body, chain)
    ]
    deeds = select(col(AuditRow.action), col(AuditRow.object))
    done = rows(connection, deeds.where(col(AuditRow.action).in_(sorted(ERASING))))
    found += untold(((action, about) for action, about in done), chain)
    present = dict(rows(connection, select(col(CaseRow.id), col(CaseRow.state))))
    held = _held(connection)
    sound: set[str] = set()
    for case_id in sorted({entry.case_id for entry in chain if entry.scope == CASE}):
        if case_id not in present:
            continue  # a ledger may know of cases that were added after a backup was made
        if present[case_id] != "erased" or case_id in held:
            found.append(f"Case {case_id[:8]} was erased, and parts of it are here again.")
        else:
            sound.add(case_id)
    stripped = _stripped(connection)
    if stripped:
        granted = select(col(GrantRow.case_id)).where(col(GrantRow.what) == "identity")
        there = {row[0] for row in rows(connection, granted.distinct())}
        envelopes = select(col(IdentityRow.case_id), col(IdentityRow.envelope))
        there |= {one for one, envelope in rows(connection, envelopes) if not is_erased(envelope)}
        found += [
            f"The identity of case {case_id[:8]} was erased, and is here again."
            for case_id in sorted(there & stripped)
        ]
    if not any(entry.scope == IDENTITIES for entry in chain):
        without = rows(connection, select(col(IdentityRow.case_id), col(IdentityRow.envelope)))
        found += [
            f"The identity of case {case_id[:8]} was taken away, and the erasure ledger does not "
            "know of it."
            for case_id, envelope in without
            if is_erased(envelope)
        ]
    return found, frozenset(sound)


def untold(deeds: Iterable[tuple[str, str]], chain: Sequence[Erasure]) -> list[str]:
    """Erasures that an audit knows of and a ledger does not, each as a sentence.

    Args:
        deeds: what was done and about what, as entries of the audit say it.
        chain: the ledger.
    """
    told = {(one.scope, one.case_id) for one in chain}
    found = []
    for action, about in deeds:
        case_id = about.partition(" ")[0] if action == Deed.CASE_ERASED.value else ""
        scope = CASE if case_id else IDENTITIES
        if action in ERASING and (scope, case_id) not in told:
            what = f"case {case_id[:8]}" if case_id else "all identities"
            found.append(f"The erasure ledger lacks the erasure of {what}.")
    return found


def continues(shorter: Sequence[Erasure], longer: Sequence[Erasure]) -> bool:
    """Whether the longer ledger begins with the shorter one."""
    return len(shorter) <= len(longer) and all(
        one.hash == other.hash for one, other in zip(shorter, longer, strict=False)
    )


def _held(connection: Connection) -> set[str]:
    """Ids of all cases of which there is more than the row."""
    found: set[str] = set()
    for column in SQL_CASE_ID.values():
        found |= {row[0] for row in rows(connection, select(column).distinct())}
    return found


def _is_sound(entry: Erasure) -> bool:
    try:
        from_text(entry.at)
        Reason(entry.reason)
    except ValueError:
        return False
    return (entry.scope == CASE) == bool(entry.case_id) and entry.scope in (CASE, IDENTITIES)


def _is_signed(body: Body, entry: Erasure) -> bool:
    message = bind("erasure signature", entry.hash)
    actor, second = body.person_by_id(entry.actor), body.person_by_id(entry.second)
    if actor is None or not actor.public.verifies(entry.signature, message):
        return False
    if entry.second and (
        second is None or not second.public.verifies(entry.second_signature, message)
    ):
        return False
    return was_manager(actor)


def _digest(
    body: Body,
    previous: bytes,
    seq: int,
    scope: str,
    case_id: str,
    reason: str,
    at: str,
    actor: str,
    second: str,
) -> bytes:
    parts = (previous, seq, scope, case_id, reason, at, actor, second)
    return sha256(bind("erasure", body.id, body.kind, *parts))
