"""The list of cases, with label and identity where the keys of the person reach."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, select
from sqlmodel import col

from store import cases, grants
from store.canonical import JSON
from store.database import rows
from store.grants import CaseRecord, Grant
from store.keys import SealingSecret, Unopenable, sha256, wipe
from store.sealing import open_identity
from store.study import name_of
from store.tables import GrantRow, IdentityRow
from store.values import CaseCard, CaseState

if TYPE_CHECKING:
    from store.access import Access

_PART = 500
"""Cases that are looked up at once."""
_UNKNOWN = "someone unknown"
_BEFORE = ("fresh", "open")
"""As long as a case is in one of these, its assignee holds its identity."""


def list_cases(access: "Access", *, mine_only: bool = False) -> list[CaseCard]:
    """All cases as this person may see them. A damaged one is listed and marked, not hidden.

    With `mine_only` those that are assigned to them, which is quick however many there are.

    Only what this person's keys are to open is looked at closely: of the others the list shows
    what stands in clear, and verification tells whether somebody signed that.
    """
    me, manager = access.entry.id, access.data_key is not None
    holders = dict(access.holders())
    with access.study.database.read() as connection:
        records = cases.every(connection, me if mine_only else None)
        mine = {one.id for one in records if one.assignee == me and one.state in _BEFORE}
        few = mine_only or not manager
        wanted = {one.id for one in records} if manager else mine
        reached = _reached(connection, list(holders), sorted(wanted) if few else None)
    names = {person.id: person.name for person in access.study.body.people}
    moments = {one.updated: datetime.fromtimestamp(one.updated, UTC) for one in records}
    listed: list[CaseCard] = []
    for case in records:
        known, damaged = None, False
        if case.state != "erased" and (manager or case.id in mine):
            try:
                known = _open(access, holders, case, reached.get(case.id))
            except Unopenable:
                damaged = True
        name = names.get(case.assignee, _UNKNOWN)
        at = moments[case.updated]
        listed.append(_card(case, name, case.assignee == me, at, known, damaged))
    return listed


def describe(
    access: "Access",
    case: CaseRecord,
    known: tuple[str, dict[str, JSON]] | None,
    damaged: bool,
) -> CaseCard:
    """One line of the list."""
    name = name_of(access.study.body, case.assignee)
    at = datetime.fromtimestamp(case.updated, UTC)
    return _card(case, name, case.assignee == access.entry.id, at, known, damaged)


def _card(
    case: CaseRecord,
    assignee: str,
    mine: bool,
    updated: datetime,
    known: tuple[str, dict[str, JSON]] | None,
    damaged: bool,
) -> CaseCard:
    state = case.state if case.state in ("accepted", "erased", *_BEFORE) else "submitted"
    label, identity = known or (None, None)
    return CaseCard(
        id=case.id,
        short_id=case.short_id,
        state=cast(CaseState, state),
        mode=case.mode,
        instrument=case.instrument,
        events=case.n,
        updated=updated,
        assignee=assignee,
        mine=mine,
        label=label,
        identity=identity,
        damaged=damaged,
    )


def _open(
    access: "Access",
    holders: dict[str, SealingSecret],
    case: CaseRecord,
    reached: tuple[bytes, Grant | None] | None,
) -> tuple[str, dict[str, JSON]] | None:
    """Label and identity of a case whose identity was granted to this person; None once erased."""
    body = access.study.body
    if reached is None:
        raise Unopenable
    envelope, given = reached
    if grants.is_erased(envelope):
        grants.require_record(body, case, envelope)
        return None
    if given is None:
        raise Unopenable
    seen = sha256(grants.record_message(body, case, envelope) + case.signature)
    if (who := access.known.get(seen)) is None:
        grants.require_record(body, case, envelope)
        key = grants.unwrap(body, case, given, holders[given.recipient])
        who = open_identity(key, (body.id, body.kind, case.id), envelope)
        wipe(key)
        access.known[seen] = who
    label, identity = who.get("label"), who.get("identity")
    if not isinstance(label, str) or not isinstance(identity, dict):
        raise Unopenable
    return label, identity


def _reached(
    connection: Connection, recipients: list[str], only: list[str] | None
) -> dict[str, tuple[bytes, Grant | None]]:
    """Identities, each with its grant to one of these recipients.

    Args:
        connection: in a transaction.
        recipients: who may have been granted it.
        only: ids of the cases wanted; None for all. Few of many are looked up one by one, since
            going through the grants of all takes seconds.
    """
    found: dict[str, tuple[bytes, Grant | None]] = {}
    parts = [None] if only is None else [only[n : n + _PART] for n in range(0, len(only), _PART)]
    for part in parts:
        identities = select(col(IdentityRow.case_id), col(IdentityRow.envelope))
        granted = select(
            col(GrantRow.case_id),
            col(GrantRow.what),
            col(GrantRow.recipient),
            col(GrantRow.wrap),
            col(GrantRow.granted_by),
            col(GrantRow.signature),
            col(GrantRow.expires),
        ).where(col(GrantRow.what) == "identity", col(GrantRow.recipient).in_(recipients))
        if part is not None:
            identities = identities.where(col(IdentityRow.case_id).in_(part))
            granted = granted.where(col(GrantRow.case_id).in_(part))
        given = {row[0]: Grant(*row[1:]) for row in rows(connection, granted)}
        found |= {row[0]: (row[1], given.get(row[0])) for row in rows(connection, identities)}
    return found
