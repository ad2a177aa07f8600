"""The list of cases, with label and identity where the keys of the person reach."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, select
from sqlmodel import col

from store.canonical import JSON
from store.casework import cases, grants, progress
from store.casework.grants import CaseRecord, Grant
from store.crypto.keys import SealingSecret, Unopenable, sha256, wipe
from store.crypto.sealing import open_identity
from store.databases.database import rows
from store.databases.tables import GrantRow, IdentityRow
from store.erasing import ledger
from store.study import name_of
from store.trust.entries import Body
from store.values import CaseCard, CaseState

if TYPE_CHECKING:
    from store.access import Access

_PART = 500
"""Cases that are looked up at once."""
_UNKNOWN = "someone unknown"
_BEFORE = ("fresh", "open")
"""As long as a case is in one of these, its assignee holds its identity."""


@dataclass(frozen=True)
class Queue:
    """The first cases to do, and how many there are."""

    cards: list[CaseCard]
    to_do: int
    """Cases of this person that are new or begun."""
    in_all: int


def list_cases(
    access: "Access",
    *,
    mine_only: bool = False,
    begins: str = "",
    after: str = "",
    count: int | None = None,
    labels: bool = True,
) -> list[CaseCard]:
    """Cases by id as this person may see them; see `Access.cases`.

    Only what this person's keys are to open is looked at closely: of the others the list shows
    what stands in clear, and verification tells whether somebody signed that.
    """
    assignee = access.entry.id if mine_only else None
    with access.study.database.read() as connection:
        records = cases.every(connection, assignee, begins=begins, after=after, count=count)
        if not labels:
            return _cards(access, records, None)
        few = mine_only or bool(begins) or count is not None
        reached = _reached_of(connection, access, records, few)
        returned = _returned(connection, access, records)
    return _cards(access, records, reached, returned)


def first_cases(access: "Access", *, mine_only: bool, count: int) -> Queue:
    """What `Access.queue` shows; no more cases are read than are shown, however many there are."""
    me = access.entry.id
    with access.study.database.read() as connection:
        mine = cases.counted(connection, me)
        every = mine if mine_only else cases.counted(connection)
        records = cases.first_to_do(connection, me, own=mine_only, count=count)
        reached = _reached_of(connection, access, records, True)
        returned = _returned(connection, access, records)
    to_do = sum(mine.get(state, 0) for state in _BEFORE)
    return Queue(_cards(access, records, reached, returned), to_do, sum(every.values()))


_Reached = dict[str, tuple[bytes, Grant | None]]
"""Of cases by id: the envelope of the identity, and a grant of its key."""


def _returned(
    connection: Connection, access: "Access", records: list[CaseRecord]
) -> dict[str, str]:
    """Login names of who returned each of the cases that were not handed in again."""
    body = access.study.body
    asked = [one.id for one in records if one.state == "open"]
    found = progress.returned(connection, body, asked)
    return {one: name_of(body, person) for one, person in found.items()}


def _cards(
    access: "Access",
    records: list[CaseRecord],
    reached: _Reached | None,
    returned: Mapping[str, str] = MappingProxyType({}),
) -> list[CaseCard]:
    """Cards of these cases; without what is reached none is looked into."""
    body, me = access.study.body, access.entry.id
    manager, holders = access.data_key is not None, dict(access.holders())
    names = {person.id: person.name for person in body.people}
    moments = {one: datetime.fromtimestamp(one, UTC) for one in {case.updated for case in records}}
    listed: list[CaseCard] = []
    for case in records:
        known, damaged, erased = None, False, False
        if reached is not None and _opens(case, me, manager):
            try:
                known = _open(access, body, holders, case, reached.get(case.id))
                erased = known is None
            except Unopenable:
                damaged = True
        name = names.get(case.assignee, _UNKNOWN)
        at = moments[case.updated]
        card = _card(case, name, case.assignee == me, at, known, damaged)
        if erased or case.id in returned:
            by = returned.get(case.id, "")
            card = replace(card, contact_erased=erased, returned_by=by)
        listed.append(card)
    return listed


def _opens(case: CaseRecord, me: str, manager: bool) -> bool:
    """Whether this person's keys are to open the identity of the case."""
    return case.state != "erased" and (manager or (case.assignee == me and case.state in _BEFORE))


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
    body: Body,
    holders: dict[str, SealingSecret],
    case: CaseRecord,
    reached: tuple[bytes, Grant | None] | None,
) -> tuple[str, dict[str, JSON]] | None:
    """Label and identity of a case whose identity was granted to this person; None once erased."""
    if reached is None:
        raise Unopenable
    envelope, given = reached
    if grants.is_erased(envelope):
        grants.require_record(body, case, envelope)
        return None
    if given is None:
        raise Unopenable
    seen = sha256(grants.record_message(body, case, envelope) + case.signature)
    record, who = access.known.get(case.id, (b"", {}))
    if record != seen:
        grants.require_record(body, case, envelope)
        key = grants.unwrap(body, case, given, holders[given.recipient])
        who = open_identity(key, (body.id, body.kind, case.id), envelope)
        wipe(key)
        access.known[case.id] = (seen, who)
    label, identity = who.get("label"), who.get("identity")
    if not isinstance(label, str) or not isinstance(identity, dict):
        raise Unopenable
    return label, identity


def _reached_of(
    connection: Connection, access: "Access", records: list[CaseRecord], few: bool
) -> _Reached:
    """What this person's keys are to open of these cases; `few` of many are looked up by id."""
    me, manager = access.entry.id, access.data_key is not None
    wanted = sorted(one.id for one in records if _opens(one, me, manager))
    recipients = [name for name, _ in access.holders()]
    found = _reached(connection, recipients, wanted if few or not manager else None)
    for erased in ledger.put_back(connection, {one: known for one, (known, _) in found.items()}):
        del found[erased]
    return found


def _reached(connection: Connection, recipients: list[str], only: list[str] | None) -> _Reached:
    """Identities, each with its grant to one of these recipients.

    Args:
        connection: in a transaction.
        recipients: who may have been granted it.
        only: ids of the cases wanted; None for all. Few of many are looked up one by one, since
            going through the grants of all takes seconds.
    """
    found: _Reached = {}
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
