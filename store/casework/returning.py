"""A sealed case becomes an open one again: its journal under a new key, its identity in reach."""

from dataclasses import replace
from typing import TYPE_CHECKING, cast
from uuid import uuid4

from sqlalchemy import Connection

from store.canonical import JSON
from store.casework import cases, grants, lease, progress
from store.casework.grants import CaseRecord, Grant
from store.casework.reading import unseal
from store.casework.rekeying import put_journal
from store.crypto.keys import Unopenable, wipe
from store.errors import NotAllowed
from store.trust.entries import PersonEntry, unpack
from store.trust.roles import Role
from store.values import JournalEntry

if TYPE_CHECKING:
    from store.access import Access


def put_back(
    connection: Connection,
    access: "Access",
    case: CaseRecord,
    comments: dict[str, JSON],
    to: str | None,
) -> str:
    """Put the journal of a sealed case back and end the sealed case; see `Reviews.give_back`.

    Returns:
        The note for the audit: where the journal ends now, and whose case it is.

    Raises:
        NotAllowed: there is no journal to put back, or nobody who could go on.
        Unopenable, KeyError, TypeError, ValueError: it is not what its interviewer signed.
    """
    body, now = access.study.body, access.study.now()
    me = (access.entry.id, access.keys.signing)
    envelope = cases.identity(connection, case.id)
    if grants.is_erased(envelope):
        raise NotAllowed(
            f"Whom to call about case {case.short_id} was erased: it can no longer be returned."
        )
    opened = unseal(connection, access, case, envelope)
    if opened.journal is None:
        raise NotAllowed(
            f"Case {case.short_id} was sealed by an earlier release, without its journal: "
            "it cannot be returned."
        )
    person = _who_goes_on(access, case, to)
    if person.id == case.assignee:
        grants.store(connection, case.id, _identity_grant(case, opened.header["identity_grant"]))
    else:
        case = give_identity(connection, access, case, person, envelope)
    grants.forget_submission(connection, case.id)
    count = len(opened.journal)
    last = JournalEntry(count + 1, now, str(uuid4()), comments)
    keys, journal = put_journal(connection, body, case, [*opened.journal, last], me, now)
    keys.wipe()
    # A program that never learned that the case was handed in must not go on writing it.
    lease.end(connection, case.id)
    # What was kept in the sealed case may be no grant: then it stays sealed, as it was.
    case = cases.find(connection, case.id)
    grants.require_given(connection, body, case, returned_by=access.entry.id)
    return progress.note(
        progress.place_of(body, case), len(journal), journal[-1].head, case.assignee
    )


def give_identity(
    connection: Connection,
    access: "Access",
    case: CaseRecord,
    person: PersonEntry,
    envelope: bytes,
) -> CaseRecord:
    """Make someone else the assignee: the record signed anew, the identity granted to them alone.

    Raises:
        NotAllowed: not by a data manager.
        Unopenable: the identity was not granted as it should be.
    """
    body, me, signing = access.study.body, access.entry.id, access.keys.signing
    if access.data_key is None:
        raise NotAllowed("Only a data manager can give a case to someone else.")
    key = grants.case_key(connection, body, case, "identity", access.holders())
    if key is None:
        raise Unopenable
    grants.forget_person(connection, case.id, case.assignee)
    case = replace(case, assignee=person.id, created_by=me)
    signature = signing.sign(grants.record_message(body, case, envelope))
    cases.reassign(connection, case.id, person.id, me, signature)
    grants.grant(connection, body, case.id, "identity", person.id, key, me, signing)
    wipe(key)
    return replace(case, signature=signature)


def require_interviewer(access: "Access", name: str) -> PersonEntry:
    """The person of that name, who must be an interviewer and take part now; else NotAllowed."""
    person = access.study.body.person(name)
    if Role.INTERVIEWER not in person.roles:
        raise NotAllowed(f"{name} is not an interviewer: assign the case to one.")
    if not person.is_active(access.study.today()):
        raise NotAllowed(f"{name} does not take part at present: assign the case to someone else.")
    return person


def _who_goes_on(access: "Access", case: CaseRecord, to: str | None) -> PersonEntry:
    if to is not None:
        return require_interviewer(access, to)
    person = access.study.body.person_by_id(case.assignee)
    if person is None:
        raise Unopenable
    if Role.INTERVIEWER in person.roles and person.is_active(access.study.today()):
        return person
    raise NotAllowed(
        f"{person.name}, who submitted case {case.short_id}, does not take part at present: "
        "a data manager can return it to someone else."
    )


def _identity_grant(case: CaseRecord, kept: JSON) -> Grant:
    """The interviewer's grant as it was before the submission; signed by who gave it."""
    fields = cast(dict[str, str], kept)
    wrap, signature = unpack(fields["wrap"]), unpack(fields["signature"])
    return Grant("identity", case.assignee, wrap, str(fields["granted_by"]), signature)
