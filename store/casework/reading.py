"""Opening a submitted case with the study's data key, or as far as it was granted for review."""

from typing import TYPE_CHECKING

from sqlalchemy import Connection

from store.canonical import JSON
from store.casework import cases, grants, progress
from store.casework.grants import CaseRecord
from store.casework.moves import is_version_of
from store.casework.progress import Noted
from store.clock import from_text
from store.crypto.keys import Unopenable, wipe
from store.crypto.sealing import (
    OpenedCase,
    case_context,
    journal_digest,
    open_case,
    open_identity,
    submission_key,
)
from store.erasing import ledger
from store.errors import DamagedCase, Locked, NotAllowed
from store.record import audit
from store.record.audit import Deed
from store.study import name_of
from store.trust.entries import DATA
from store.trust.manifest import Body, unpack
from store.trust.roles import Action, not_in_state
from store.values import CaseState, SubmittedCase

if TYPE_CHECKING:
    from store.access import Access


def read_submitted(access: "Access", case_id: str) -> tuple[SubmittedCase, OpenedCase]:
    """Open a submitted case, verify who signed it, and open its identity.

    Returns:
        The case, and what its interviewer signed.

    Raises:
        NotAllowed: not submitted yet.
        DamagedCase: not what its interviewer signed, or not the case it stands for.
    """
    body = access.study.body
    if access.data_key is None:
        raise Locked
    with access.study.database.read() as connection:
        case = sealed_record(connection, case_id)
        envelope = cases.identity(connection, case_id)
        try:
            opened = unseal(connection, access, case, envelope)
            who = _identity(connection, access, case, envelope)
            order = _order(connection, case, opened)
            return _value(case, opened, who, name_of(body, case.assignee), order), opened
        except (Unopenable, KeyError, TypeError, ValueError):
            raise DamagedCase(case.short_id) from None


def _identity(
    connection: Connection, access: "Access", case: CaseRecord, envelope: bytes
) -> dict[str, JSON]:
    """Label and identity; both empty once the identities of the study were erased."""
    if grants.is_erased(envelope):
        return {"label": "", "identity": {}}
    ledger.require_identity_kept(connection, case)
    body = access.study.body
    key = grants.case_key(connection, body, case, "identity", access.holders())
    if key is None:
        raise Unopenable
    try:
        return open_identity(key, (body.id, body.kind, case.id), envelope)
    finally:
        wipe(key)


def sealed_record(connection: Connection, case_id: str) -> CaseRecord:
    """The record of a case that was handed in; NotAllowed for any other."""
    case = cases.find(connection, case_id)
    ledger.require_kept(connection, case)
    if case.state not in ("submitted", "accepted"):
        raise NotAllowed(not_in_state(Action.READ_SUBMITTED, case.short_id, case.state))
    return case


def unseal(
    connection: Connection, access: "Access", case: CaseRecord, envelope: bytes
) -> OpenedCase:
    """Open a submitted case with the data key, or by a grant to the review key or to this person.

    Raises:
        NotAllowed: this person holds none of them, or what was lent to them has ended.
        Unopenable, KeyError: not what its interviewer signed, or not the case it stands for.
    """
    body = access.study.body
    ledger.require_kept(connection, case)
    grants.require_record(body, case, envelope)
    grants.require_given(connection, body, case, identity=not grants.is_erased(envelope))
    noted = progress.newest(connection, body, case)
    if noted is None or progress.state_of_case(noted) != case.state:
        raise Unopenable
    stored, signer = cases.sealed(connection, case.id), body.person_by_id(case.assignee)
    if stored is None or signer is None:
        raise Unopenable
    key = submission_key_of(connection, access, case)
    try:
        opened = open_case(
            stored.envelope, _place(body, case), signer.public, unpack(body.data_key), key
        )
    finally:
        wipe(key)
    if not is_version_of(body, in_use(case, opened), case.instrument):
        raise Unopenable
    if not is_as_noted(body, case, opened, noted):
        raise Unopenable  # it was handed in again since
    return opened


def is_as_noted(body: Body, case: CaseRecord, opened: OpenedCase, noted: Noted) -> bool:
    """Whether a sealed case is the one that the audit knows to have been handed in last."""
    count, head = opened.header["events"], opened.header["journal_head"]
    if type(count) is not int or not isinstance(head, str):
        return False
    # Sealed without its journal by 0.1, a case has of it only where it ended.
    end = bytes.fromhex(head) if opened.journal is None else journal_digest(opened.journal)
    return progress.state(progress.place_of(body, case), count, end) == noted.state


def submission_key_of(connection: Connection, access: "Access", case: CaseRecord) -> bytearray:
    """The key of a sealed case, as this person reaches it; raises as `unseal` does."""
    stored = cases.sealed(connection, case.id)
    if stored is None:
        raise Unopenable
    body = access.study.body
    if stored.data_key not in body.key_names(DATA):
        raise Unopenable  # also where a grant would open it: nobody else could any more
    if (data_key := access.secrets.get(stored.data_key)) is not None:
        context = case_context(_place(body, case), unpack(body.data_key))
        return submission_key(stored.wrap, context, data_key)
    return _granted_key(connection, access, case)


def _place(body: Body, case: CaseRecord) -> dict[str, JSON]:
    """What the header of a sealed case must name."""
    return {
        "study": body.id,
        "kind": body.kind,
        "case": case.id,
        "instrument": case.instrument,
        "mode": case.mode,
        "submitted_by": case.assignee,
    }


def _granted_key(connection: Connection, access: "Access", case: CaseRecord) -> bytearray:
    """The key of a sealed case as it was granted for review or lent."""
    ended, now = False, audit.no_earlier(connection, access.study.now())
    for recipient, secret in access.holders():
        given = grants.find(connection, case.id, "submission", recipient)
        if given is None:
            continue
        if given.has_ended(now):
            ended = True
            continue
        return grants.unwrap(access.study.body, case, given, secret)
    if ended:
        raise NotAllowed(
            f"The time for which case {case.short_id} was lent to you has ended: "
            "ask a data manager."
        )
    raise NotAllowed(
        f"Case {case.short_id} is not yours to review: "
        "a data manager can let you read it, with `cati review lend`."
    )


def in_use(case: CaseRecord, opened: OpenedCase) -> str:
    """The version that a case was handed in with; cases sealed by 0.1 could not move."""
    return str(opened.header.get("in_use", case.instrument))


def _order(connection: Connection, case: CaseRecord, opened: OpenedCase) -> int:
    """Entries of the audit before a case was handed in here, or brought here by a packet."""
    order, head = opened.header["audit_seq"], opened.header["audit_head"]
    if type(order) is not int:
        raise Unopenable
    here = audit.hash_of(connection, order)
    if here is None or here.hex() != head:
        received = audit.newest_of(connection, f"{case.id} journal ", Deed.CASE_RECEIVED)
        return order if received is None else received
    return order


def _value(
    case: CaseRecord, opened: OpenedCase, who: dict[str, JSON], signer: str, order: int
) -> SubmittedCase:
    events = opened.header["events"]
    label, identity = who["label"], who["identity"]
    if type(events) is not int:
        raise Unopenable
    if not isinstance(label, str) or not isinstance(identity, dict):
        raise Unopenable
    return SubmittedCase(
        id=case.id,
        short_id=case.short_id,
        mode=case.mode,
        instrument=in_use(case, opened),
        document=opened.document,
        submitted_by=signer,
        submitted_at=from_text(str(opened.header["submitted_at"])),
        events=events,
        order=order,
        label=label,
        identity=identity,
        state=sealed_state(case),
    )


def sealed_state(case: CaseRecord) -> CaseState:
    """`submitted` or `accepted`."""
    return "accepted" if case.state == "accepted" else "submitted"
