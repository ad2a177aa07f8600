"""The list of cases, with label and identity where the keys of the person reach."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, select
from sqlmodel import col

from store import cases, grants
from store.canonical import JSON
from store.database import rows
from store.grants import CaseRecord, Grant
from store.keys import Unopenable, sha256, wipe
from store.sealing import open_identity
from store.study import name_of
from store.tables import GrantRow
from store.values import CaseCard, CaseState

if TYPE_CHECKING:
    from store.access import Access

_BEFORE = ("fresh", "open")
"""As long as a case is in one of these, its assignee holds its identity."""


def list_cases(access: "Access") -> list[CaseCard]:
    """All cases as this person may see them. A damaged one is listed and marked, not hidden."""
    with access.study.database.read() as connection:
        records = cases.every(connection)
        envelopes = dict(cases.identities(connection))
        given = _grants(connection, [recipient for recipient, _ in access.holders()])
    listed: list[CaseCard] = []
    for case in records:
        try:
            known = _open(access, case, envelopes.get(case.id, b""), given.get(case.id))
            listed.append(describe(access, case, known, False))
        except Unopenable:
            listed.append(describe(access, case, None, True))
    return listed


def describe(
    access: "Access",
    case: CaseRecord,
    known: tuple[str, dict[str, JSON]] | None,
    damaged: bool,
) -> CaseCard:
    """One line of the list."""
    state = case.state if case.state in ("accepted", "erased", *_BEFORE) else "submitted"
    label, identity = known or (None, None)
    return CaseCard(
        id=case.id,
        short_id=case.short_id,
        state=cast(CaseState, state),
        mode=case.mode,
        instrument=case.instrument,
        events=case.n,
        updated=datetime.fromtimestamp(case.updated, UTC),
        assignee=name_of(access.study.body, case.assignee),
        mine=case.assignee == access.entry.id,
        label=label,
        identity=identity,
        damaged=damaged,
    )


def _open(
    access: "Access", case: CaseRecord, envelope: bytes, given: Grant | None
) -> tuple[str, dict[str, JSON]] | None:
    body = access.study.body
    if case.state == "erased":
        return None
    if grants.is_erased(envelope):
        grants.require_record(body, case, envelope)
        return None
    seen = sha256(grants.record_message(body, case, envelope) + case.signature)
    if (who := access.known.get(seen)) is None:
        grants.require_record(body, case, envelope)
        if given is None:
            _require_no_claim(access, case)
            return None
        key = grants.unwrap(body, case, given, dict(access.holders())[given.recipient])
        who = open_identity(key, (body.id, body.kind, case.id), envelope)
        wipe(key)
        access.known[seen] = who
    elif given is None:
        _require_no_claim(access, case)
        return None
    label, identity = who.get("label"), who.get("identity")
    if not isinstance(label, str) or not isinstance(identity, dict):
        raise Unopenable
    return label, identity


def _require_no_claim(access: "Access", case: CaseRecord) -> None:
    """Raise Unopenable when this person should hold a grant and does not."""
    if access.data_key is not None or (case.assignee == access.entry.id and case.state in _BEFORE):
        raise Unopenable


def _grants(connection: Connection, recipients: list[str]) -> dict[str, Grant]:
    """For each case one grant of its identity to any of these recipients."""
    query = select(
        col(GrantRow.case_id),
        col(GrantRow.what),
        col(GrantRow.recipient),
        col(GrantRow.wrap),
        col(GrantRow.granted_by),
        col(GrantRow.signature),
        col(GrantRow.expires),
    ).where(col(GrantRow.what) == "identity", col(GrantRow.recipient).in_(recipients))
    return {row[0]: Grant(*row[1:]) for row in rows(connection, query)}
