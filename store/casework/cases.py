"""Cases in the database: the few queries the rest is built from. No keys here."""

from sqlalchemy import (
    Connection,
    Select,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlmodel import col

from store.casework.grants import CaseRecord
from store.crypto.sealing import SealedCase
from store.databases.database import rows
from store.databases.pages import require_ascending
from store.databases.tables import CaseRow, EventRow, IdentityRow, LeaseRow, SealedRow
from store.errors import UnknownCase

# Statements that run for every case or every answer are built once: making them took as long as
# running them.
_ALL: Select[str, str, str, str, str, str, bytes, int, bytes, int] = select(
    col(CaseRow.id),
    col(CaseRow.state),
    col(CaseRow.instrument),
    col(CaseRow.mode),
    col(CaseRow.assignee),
    col(CaseRow.created_by),
    col(CaseRow.signature),
    col(CaseRow.n),
    col(CaseRow.head),
    col(CaseRow.updated),
)
_FIND = _ALL.where(col(CaseRow.id) == bindparam("case"))
_EVENTS = (
    select(col(EventRow.seq), col(EventRow.envelope))
    .where(col(EventRow.case_id) == bindparam("case"))
    .order_by(col(EventRow.seq))
)
_IDENTITY = select(col(IdentityRow.envelope)).where(col(IdentityRow.case_id) == bindparam("case"))
_SEALED = select(col(SealedRow.wrap), col(SealedRow.envelope), col(SealedRow.data_key)).where(
    col(SealedRow.case_id) == bindparam("case")
)
_CALLED = (
    select(col(CaseRow.id))
    .where(col(CaseRow.id) >= bindparam("first"), col(CaseRow.id) < bindparam("behind"))
    .limit(1)
)
_MOVE = (
    update(CaseRow)
    .where(
        col(CaseRow.id) == bindparam("case"),
        col(CaseRow.state) == "open",
        col(CaseRow.n) == bindparam("previous_n"),
        col(CaseRow.head) == bindparam("previous_head"),
        exists().where(
            col(LeaseRow.case_id) == bindparam("case"),
            col(LeaseRow.token) == bindparam("token"),
            col(LeaseRow.holder) != "",
        ),
    )
    .values(n=bindparam("next_n"), head=bindparam("next_head"), updated=bindparam("now"))
)
_INSERT = insert(EventRow)
_ADD = insert(CaseRow)
_ADD_IDENTITY = insert(IdentityRow)
_ADD_LEASE = insert(LeaseRow)
_FREE: dict[str, str | int] = {
    "token": 0,
    "holder": "",
    "boot": "",
    "pid": 0,
    "started": "",
    "since": "",
    "until": 0,
    "away": "",
    "came": "",
}
_RANKS = {"open": 0, "fresh": 1, "submitted": 2, "accepted": 3, "erased": 4}
"""The order of cases in the list of who works on them."""


def find(connection: Connection, case_id: str) -> CaseRecord:
    """A case by its id; UnknownCase when there is none."""
    found = rows(connection, _FIND, {"case": case_id})
    if not found:
        raise UnknownCase("No such case belongs to this study: choose one from the list.")
    return CaseRecord(*found[0])


def every(
    connection: Connection,
    assignee: str | None = None,
    *,
    begins: str = "",
    after: str = "",
    count: int | None = None,
) -> list[CaseRecord]:
    """Cases by id, as many as are asked for.

    Args:
        connection: in a transaction.
        assignee: only those of this person.
        begins: only those whose id begins so.
        after: only those whose id comes behind this.
        count: at most so many.

    Raises:
        DamagedStudy: they do not come by id; whoever asks for the next ones would go in circles.
    """
    query = _ALL if assignee is None else _ALL.where(col(CaseRow.assignee) == assignee)
    if begins:
        query = query.where(col(CaseRow.id) >= begins, col(CaseRow.id) < begins + "g")
    if after:
        query = query.where(col(CaseRow.id) > after)
    query = query.order_by(col(CaseRow.id)).limit(count)
    found = [CaseRecord(*row) for row in rows(connection, query)]
    require_ascending(connection, (one.id for one in found), after)
    return found


def first_to_do(connection: Connection, person: str, *, own: bool, count: int) -> list[CaseRecord]:
    """The first cases to do: the person's before those of others, begun before new before done.

    Args:
        connection: in a transaction.
        person: whose list it is.
        own: only theirs.
        count: at most so many.
    """
    rank = case(_RANKS, value=col(CaseRow.state), else_=_RANKS["submitted"])
    others = case((col(CaseRow.assignee) == person, 0), else_=1)
    query = _ALL.where(col(CaseRow.assignee) == person) if own else _ALL
    query = query.order_by(others, rank, col(CaseRow.id)).limit(count)
    return [CaseRecord(*row) for row in rows(connection, query)]


def counted(connection: Connection, assignee: str | None = None) -> dict[str, int]:
    """How many cases there are in each state, of all or of an assignee."""
    query = select(col(CaseRow.state), func.count()).group_by(col(CaseRow.state))
    if assignee is not None:
        query = query.where(col(CaseRow.assignee) == assignee)
    return {row[0]: row[1] for row in rows(connection, query)}


def ids(connection: Connection, *states: str) -> list[str]:
    """Ids of all cases, or of those in one of the states."""
    query = select(col(CaseRow.id)).order_by(col(CaseRow.id))
    if states:
        query = query.where(col(CaseRow.state).in_(states))
    return [row[0] for row in rows(connection, query)]


def is_short_id_taken(connection: Connection, case_id: str) -> bool:
    """Whether another case would be called the same."""
    first, behind = case_id[:8], case_id[:8] + "g"
    return bool(rows(connection, _CALLED, {"first": first, "behind": behind}))


def add(connection: Connection, case: CaseRecord, identity: bytes) -> None:
    """Insert a new case with its identity and a free lease."""
    connection.execute(
        _ADD,
        {
            "id": case.id,
            "state": case.state,
            "instrument": case.instrument,
            "mode": case.mode,
            "assignee": case.assignee,
            "created_by": case.created_by,
            "signature": case.signature,
            "n": case.n,
            "head": case.head,
            "updated": case.updated,
        },
    )
    connection.execute(_ADD_IDENTITY, {"case_id": case.id, "envelope": identity})
    connection.execute(_ADD_LEASE, {"case_id": case.id, **_FREE})


def begin(connection: Connection, case_id: str, head: bytes, updated: int) -> None:
    """The first opening: from now on there is a journal."""
    connection.execute(
        update(CaseRow)
        .where(col(CaseRow.id) == case_id)
        .values(state="open", n=0, head=head, updated=updated)
    )


def append(
    connection: Connection,
    case_id: str,
    token: int,
    seq: int,
    previous: bytes,
    envelope: bytes,
    head: bytes,
    updated: int,
) -> bool:
    """Add event `seq` behind the link `previous`.

    Returns:
        False, with nothing written, when the token is not the newest or the case ends elsewhere.
    """
    moved = connection.execute(
        _MOVE,
        {
            "case": case_id,
            "token": token,
            "previous_n": seq - 1,
            "previous_head": previous,
            "next_n": seq,
            "next_head": head,
            "now": updated,
        },
    )
    if moved.rowcount != 1:
        return False
    connection.execute(_INSERT, {"case_id": case_id, "seq": seq, "envelope": envelope})
    return True


def events(connection: Connection, case_id: str) -> list[tuple[int, bytes]]:
    """Number and envelope of each event, in order."""
    return [(seq, envelope) for seq, envelope in rows(connection, _EVENTS, {"case": case_id})]


def identity(connection: Connection, case_id: str) -> bytes:
    """Envelope of the identity; empty when the row is missing."""
    found = rows(connection, _IDENTITY, {"case": case_id})
    return found[0][0] if found else b""


def submit(connection: Connection, case_id: str, sealed: SealedCase, updated: int) -> None:
    """Put the sealed case in the place of its journal."""
    connection.execute(
        insert(SealedRow).values(
            case_id=case_id,
            data_key=sealed.data_key,
            wrap=sealed.wrap,
            envelope=sealed.envelope,
        )
    )
    connection.execute(delete(EventRow).where(col(EventRow.case_id) == case_id))
    connection.execute(
        update(CaseRow)
        .where(col(CaseRow.id) == case_id)
        .values(state="submitted", n=0, head=b"", updated=updated)
    )


def accept(connection: Connection, case_id: str, updated: int) -> None:
    """The case was found good."""
    connection.execute(
        update(CaseRow).where(col(CaseRow.id) == case_id).values(state="accepted", updated=updated)
    )


def put_journal(
    connection: Connection, case_id: str, envelopes: list[bytes], head: bytes, updated: int
) -> None:
    """Put a journal in the place of what was stored of it, open or sealed."""
    connection.execute(delete(SealedRow).where(col(SealedRow.case_id) == case_id))
    connection.execute(delete(EventRow).where(col(EventRow.case_id) == case_id))
    if envelopes:
        connection.execute(
            _INSERT,
            [
                {"case_id": case_id, "seq": seq, "envelope": envelope}
                for seq, envelope in enumerate(envelopes, start=1)
            ],
        )
    connection.execute(
        update(CaseRow)
        .where(col(CaseRow.id) == case_id)
        .values(state="open", n=len(envelopes), head=head, updated=updated)
    )


def reassign(
    connection: Connection, case_id: str, assignee: str, created_by: str, signature: bytes
) -> None:
    """Put another assignee into the record, with the signature of who says so."""
    connection.execute(
        update(CaseRow)
        .where(col(CaseRow.id) == case_id)
        .values(assignee=assignee, created_by=created_by, signature=signature)
    )


def correct(
    connection: Connection, case_id: str, created_by: str, signature: bytes, identity: bytes
) -> None:
    """Put another identity in the place of the one there was, and who signed the record with it."""
    connection.execute(
        update(IdentityRow).where(col(IdentityRow.case_id) == case_id).values(envelope=identity)
    )
    connection.execute(
        update(CaseRow)
        .where(col(CaseRow.id) == case_id)
        .values(created_by=created_by, signature=signature)
    )


def sealed(connection: Connection, case_id: str) -> SealedCase | None:
    """The sealed case, or None."""
    found = rows(connection, _SEALED, {"case": case_id})
    return SealedCase(*found[0]) if found else None
