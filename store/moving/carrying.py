"""A case out of the database onto its way, and back into a database: bytes as they are stored."""

from collections.abc import Iterable
from typing import cast

from sqlalchemy import Connection, delete
from sqlmodel import col

from store.casework import cases, grants, progress
from store.casework.grants import CaseRecord, Grant
from store.casework.handed_in import goes_on_from
from store.casework.journal import first_head, replay
from store.casework.moves import version_in_use
from store.casework.progress import Noted
from store.casework.rekeying import entries_of
from store.crypto.keys import CaseKeys, SealingSecret, Unopenable, wipe
from store.crypto.sealing import SealedCase
from store.databases.tables import CaseRow, EventRow, GrantRow, IdentityRow, LeaseRow, SealedRow
from store.moving.packet_file import Carried, CarriedGrant, CarriedSealed, CarriedState
from store.trust.entries import Body

Holders = list[tuple[str, SealingSecret]]


def carry(
    connection: Connection,
    case: CaseRecord,
    noted: Noted | None,
    *,
    token: int,
    ticket: str | None,
    stays: bool,
) -> Carried:
    """A case as it is stored, with the place that it is on its way from."""
    sealed = cases.sealed(connection, case.id)
    given = sorted(grants.of_case(connection, case.id), key=lambda one: (one.what, one.recipient))
    return Carried(
        id=case.id,
        state=cast(CarriedState, case.state),
        instrument=case.instrument,
        mode=case.mode,
        assignee=case.assignee,
        created_by=case.created_by,
        signature=case.signature,
        n=case.n,
        head=case.head,
        updated=case.updated,
        identity=cases.identity(connection, case.id),
        grants=tuple(CarriedGrant(**vars(one)) for one in given),
        events=tuple(envelope for _, envelope in cases.events(connection, case.id)),
        sealed=None
        if sealed is None
        else CarriedSealed(data_key=sealed.data_key, wrap=sealed.wrap, envelope=sealed.envelope),
        token=token,
        ticket=ticket,
        stays=stays,
        returned_by=noted.returned_by or None if noted is not None else None,
        ended=None if noted is None else noted.state,
    )


def record(carried: Carried) -> CaseRecord:
    """The row of a carried case."""
    return CaseRecord(
        id=carried.id,
        state=carried.state,
        instrument=carried.instrument,
        mode=carried.mode,
        assignee=carried.assignee,
        created_by=carried.created_by,
        signature=carried.signature,
        n=carried.n,
        head=carried.head,
        updated=carried.updated,
    )


def put(connection: Connection, carried: Carried) -> None:
    """A carried case in the place of whatever is stored of it; its lease is free, with token 0."""
    for table, column in (
        (GrantRow, col(GrantRow.case_id)),
        (EventRow, col(EventRow.case_id)),
        (SealedRow, col(SealedRow.case_id)),
        (IdentityRow, col(IdentityRow.case_id)),
        (LeaseRow, col(LeaseRow.case_id)),
        (CaseRow, col(CaseRow.id)),
    ):
        connection.execute(delete(table).where(column == carried.id))
    cases.add(connection, record(carried), carried.identity)
    put_grants(connection, carried, ("identity", "answers", "submission"))
    if carried.state == "open":
        put_journal(connection, carried)


def put_journal(connection: Connection, carried: Carried) -> None:
    """The journal of a carried case in the place of the one that is stored."""
    cases.put_journal(connection, carried.id, list(carried.events), carried.head, carried.updated)


def put_sealed(connection: Connection, carried: Carried) -> None:
    """The sealed case in the place of the journal."""
    if carried.sealed is None:
        raise Unopenable
    sealed = SealedCase(carried.sealed.wrap, carried.sealed.envelope, carried.sealed.data_key)
    cases.submit(connection, carried.id, sealed, carried.updated)


def put_grants(connection: Connection, carried: Carried, whats: Iterable[str]) -> None:
    """Store the grants of these kinds that came with a case."""
    for given in carried.grants:
        if given.what in whats:
            grants.store(connection, carried.id, Grant(**given.model_dump()))


def require_sound(
    connection: Connection, body: Body, case_id: str, holders: Holders
) -> tuple[CaseRecord, Noted | None]:
    """Raise Unopenable unless all that can be checked of a case with these keys holds.

    Returns:
        Its row, and the newest note of it.
    """
    case, envelope = cases.find(connection, case_id), cases.identity(connection, case_id)
    grants.require_record(body, case, envelope)
    noted = progress.newest(connection, body, case)
    returned_by = "" if noted is None else noted.returned_by
    has_identity = not grants.is_erased(envelope)
    grants.require_given(connection, body, case, returned_by, has_identity)
    is_sealed = cases.sealed(connection, case_id) is not None
    stored = cases.events(connection, case_id)
    if case.state != progress.state_of_case(noted) or len(stored) != case.n:
        raise Unopenable
    if is_sealed != (case.state in ("submitted", "accepted")):
        raise Unopenable
    if case.state == "open":
        _require_journal(connection, body, case, noted, holders)
    elif stored or case.head:
        raise Unopenable
    return case, noted


def goes_on(
    connection: Connection, body: Body, case: CaseRecord, handed: str | None, holders: Holders
) -> bool:
    """Whether the journal of a case begins with what was handed in, as far as these keys tell.

    Args:
        connection: in a transaction.
        body: the manifest.
        case: its row; it was found sound.
        handed: what `handed_in` says.
        holders: recipients of grants, and their secrets.
    """
    if handed is None:
        return True
    if case.state != "open":
        return False
    key = grants.case_key(connection, body, case, "answers", holders)
    if key is None:
        return True
    keys, place = CaseKeys.derive(key), progress.place_of(body, case)
    try:
        journal = replay(keys, place, cases.events(connection, case.id), case.n, case.head)
    finally:
        wipe(key)
        keys.wipe()
    return goes_on_from(handed, place, entries_of(journal))


def _require_journal(
    connection: Connection, body: Body, case: CaseRecord, noted: Noted | None, holders: Holders
) -> None:
    place = progress.place_of(body, case)
    if noted is None:
        raise Unopenable
    if noted.at_rest and progress.state(place, case.n, case.head) != noted.state:
        raise Unopenable
    key = grants.case_key(connection, body, case, "answers", holders)
    if key is None:
        return
    keys = CaseKeys.derive(key)
    try:
        journal = replay(keys, place, cases.events(connection, case.id), case.n, case.head)
        links = [first_head(keys, place), *(event.head for event in journal)]
        version_in_use(body, case.instrument, (event.event for event in journal))
    finally:
        wipe(key)
        keys.wipe()
    if not progress.is_kept(noted, place, links):
        raise Unopenable
