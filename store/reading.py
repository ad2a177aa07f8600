"""Opening a submitted case with the study's data key."""

from typing import TYPE_CHECKING

from store import cases, grants
from store.canonical import JSON
from store.clock import from_text
from store.errors import DamagedCase, Locked, NotAllowed
from store.keys import Unopenable, wipe
from store.moves import is_version_of
from store.sealing import OpenedCase, open_case, open_identity
from store.study import name_of
from store.values import SubmittedCase

if TYPE_CHECKING:
    from store.access import Access


def read_submitted(access: "Access", case_id: str) -> tuple[SubmittedCase, dict[str, JSON]]:
    """Open a submitted case, verify who signed it, and open its identity.

    Returns:
        The case, and the header that was signed with it.

    Raises:
        NotAllowed: not submitted yet.
        DamagedCase: not what its interviewer signed, or not the case it stands for.
    """
    body, data_key = access.study.body, access.data_key
    if data_key is None:
        raise Locked
    with access.study.database.read() as connection:
        case = cases.find(connection, case_id)
        stored, envelope = cases.sealed(connection, case_id), cases.identity(connection, case_id)
        if case.state != "submitted":
            raise NotAllowed(f"Case {case.short_id} was not submitted yet.")
        try:
            grants.require_record(body, case, envelope)
            signer = body.person_by_id(case.assignee)
            identity_key = grants.case_key(connection, body, case, "identity", access.holders())
            if signer is None or stored is None or identity_key is None:
                raise Unopenable
            place: dict[str, JSON] = {
                "study": body.id,
                "kind": body.kind,
                "case": case.id,
                "instrument": case.instrument,
                "mode": case.mode,
                "submitted_by": case.assignee,
            }
            opened = open_case(stored, place, signer.public, data_key)
            if not is_version_of(body, _in_use(case, opened), case.instrument):
                raise Unopenable
            who = open_identity(identity_key, (body.id, body.kind, case.id), envelope)
            wipe(identity_key)
            return _value(case, opened, who, name_of(body, case.assignee)), opened.header
        except (Unopenable, KeyError, TypeError, ValueError):
            raise DamagedCase(case.short_id) from None


def _in_use(case: grants.CaseRecord, opened: OpenedCase) -> str:
    """The version that a case was handed in with; cases sealed by 0.1 could not move."""
    return str(opened.header.get("in_use", case.instrument))


def _value(
    case: grants.CaseRecord, opened: OpenedCase, who: dict[str, JSON], signer: str
) -> SubmittedCase:
    events, order = opened.header["events"], opened.header["audit_seq"]
    label, identity = who["label"], who["identity"]
    if type(events) is not int or type(order) is not int:
        raise Unopenable
    if not isinstance(label, str) or not isinstance(identity, dict):
        raise Unopenable
    return SubmittedCase(
        id=case.id,
        short_id=case.short_id,
        mode=case.mode,
        instrument=_in_use(case, opened),
        document=opened.document,
        submitted_by=signer,
        submitted_at=from_text(str(opened.header["submitted_at"])),
        events=events,
        order=order,
        label=label,
        identity=identity,
    )
