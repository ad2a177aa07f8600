"""Whose case it is: giving one to someone else, and ending the hold of a program on one."""

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from store import canonical
from store.canonical import JSON
from store.casework import cases, grants, lease, progress
from store.casework.grants import CaseRecord
from store.casework.journal import first_head, replay
from store.casework.progress import Noted, place_of
from store.casework.returning import give_identity, require_interviewer
from store.crypto.keys import CaseKeys, Unopenable, wipe
from store.crypto.sealing import open_identity, require_label, seal_identity
from store.erasing import ledger
from store.errors import DamagedCase, NotAllowed
from store.record import audit
from store.record.audit import Deed
from store.trust.roles import Action

if TYPE_CHECKING:
    from store.access import Access


class Assignments:
    """Assignments of one study, with the keys and roles of one person."""

    def __init__(self, access: "Access") -> None:
        """Use `Access.assignments`."""
        self._access = access

    def reassign(self, case_id: str, name: str) -> None:
        """Give a case that is not handed in to another interviewer. For data managers.

        Whatever program holds it loses it. The journal goes on; its key is granted anew from the
        data key, and is replaced when the new assignee opens the case.

        Args:
            case_id: which case.
            name: login name of an interviewer who takes part.

        Raises:
            NotAllowed: handed in, theirs already, away on another computer, or not to an
                interviewer who takes part.
            DamagedCase: what is stored of it does not hold; nothing was changed.
        """
        self._access.require(Action.REASSIGN_FRESH, Action.REASSIGN_OPEN)
        access = self._access
        with access.study.database.write() as connection:
            # As it is in this transaction: they may have been suspended a moment ago.
            body, person = access.study.body, require_interviewer(access, name)
            case = cases.find(connection, case_id)
            begun = case.state != "fresh"
            access.require_case(Action.REASSIGN_OPEN if begun else Action.REASSIGN_FRESH, case)
            _require_here(connection, case)
            if case.assignee == person.id:
                raise NotAllowed(f"Case {case.short_id} is assigned to {name} already.")
            try:
                envelope = cases.identity(connection, case_id)
                grants.require_record(body, case, envelope)
                if grants.is_erased(envelope):
                    raise NotAllowed(
                        f"Whom to call about case {case.short_id} was erased: it can no longer be "
                        "given to someone else."
                    )
                noted = progress.newest(connection, body, case)
                if case.state != progress.state_of_case(noted):
                    raise Unopenable
                given_by = "" if noted is None else noted.returned_by
                grants.require_given(connection, body, case, given_by)
                key = _sound_key(connection, access, case, noted) if begun else None
                case = give_identity(connection, access, case, person, envelope)
                if key is not None:
                    grants.forget_answers(connection, case_id)
                    me = (access.entry.id, access.keys.signing)
                    for recipient in (person.id, body.data_key_name):
                        grants.grant(connection, body, case_id, "answers", recipient, key, *me)
                    wipe(key)
            except (Unopenable, KeyError):
                raise DamagedCase(case.short_id) from None
            lease.end(connection, case_id)
            place = place_of(body, case)
            audit.record_by(
                self._access,
                connection,
                Deed.CASE_REASSIGNED,
                progress.note(place, case.n, case.head, person.id),
            )

    def contact(self, case_id: str) -> tuple[str, dict[str, JSON]]:
        """Label and identity of a case as they stand; raises as `correct`, and changes nothing."""
        with self._access.study.database.read() as connection:
            return self._known(connection, self._correctable(connection, case_id))[1]

    def correct(self, case_id: str, label: str, identity: dict[str, JSON]) -> None:
        """Put a label and an identity in the place of those of a case. For data managers.

        They are sealed under the identity key that there is, so everyone who reads the old ones
        reads the new ones. Whatever program holds the case goes on; it shows them at the next
        opening.

        Args:
            case_id: a case in any state but erased.
            label: one line, as for `Access.add_case`.
            identity: contact and agency, whole.

        Raises:
            NotAllowed: away on another computer, or the contact was erased.
            InvalidInput: the label or the identity cannot be kept.
            DamagedCase: what is stored of it does not hold; nothing was changed.
        """
        require_label(label)
        canonical.encode(identity)
        access = self._access
        with access.study.database.write() as connection:
            case = self._correctable(connection, case_id)
            body, (key, _) = access.study.body, self._known(connection, case, keep=True)
            content: dict[str, JSON] = {"label": label, "identity": identity}
            envelope = seal_identity(key, (body.id, body.kind, case_id), content)
            wipe(key)
            case = replace(case, created_by=access.entry.id)
            signature = access.keys.signing.sign(grants.record_message(body, case, envelope))
            cases.correct(connection, case_id, case.created_by, signature, envelope)
            audit.record_by(self._access, connection, Deed.CONTACT_CORRECTED, case_id)

    def _correctable(self, connection: Connection, case_id: str) -> CaseRecord:
        self._access.require(Action.CORRECT_CONTACT)
        case = cases.find(connection, case_id)
        self._access.require_case(Action.CORRECT_CONTACT, case)
        if lease.away(connection, case_id):
            raise NotAllowed(
                f"Case {case.short_id} is away on another computer: its contact can be corrected "
                "once it is back."
            )
        return case

    def _known(
        self, connection: Connection, case: CaseRecord, *, keep: bool = False
    ) -> tuple[bytearray, tuple[str, dict[str, JSON]]]:
        """The identity key (wiped unless it is kept), and what it opens."""
        body, envelope = self._access.study.body, cases.identity(connection, case.id)
        try:
            grants.require_record(body, case, envelope)
            if grants.is_erased(envelope):
                raise NotAllowed(f"Whom to call about case {case.short_id} was erased.")
            ledger.require_identity_kept(connection, case)
            key = grants.case_key(connection, body, case, "identity", self._access.holders())
            if key is None:
                raise Unopenable
            who = open_identity(key, (body.id, body.kind, case.id), envelope)
        except (Unopenable, KeyError):
            raise DamagedCase(case.short_id) from None
        if not keep:
            wipe(key)
        label, identity = who.get("label"), who.get("identity")
        if not isinstance(label, str) or not isinstance(identity, dict):
            raise DamagedCase(case.short_id)
        return key, (label, identity)

    def end_lease(self, case_id: str) -> None:
        """End the hold of a program on a case: what it writes from now on is refused.

        Raises:
            NotAllowed: no program holds it.
        """
        with self._access.study.database.write() as connection:
            case = cases.find(connection, case_id)
            self._access.require_case(Action.END_LEASE, case)
            if not lease.end(connection, case_id):
                raise NotAllowed(f"No program holds case {case.short_id}.")
            audit.record_by(self._access, connection, Deed.LEASE_ENDED, case_id)


def _require_here(connection: Connection, case: CaseRecord) -> None:
    """Raise NotAllowed while the case is on another computer."""
    if lease.away(connection, case.id):
        raise NotAllowed(
            f"Case {case.short_id} is away on another computer: take it back before it is given "
            "to someone else."
        )


def _sound_key(
    connection: Connection, access: "Access", case: CaseRecord, noted: Noted | None
) -> bytearray:
    """The answers key of an open case, whose journal is held against row and audit."""
    body = access.study.body
    key = grants.case_key(connection, body, case, "answers", access.holders())
    if key is None or noted is None:
        raise Unopenable
    keys, place = CaseKeys.derive(key), place_of(body, case)
    try:
        journal = replay(keys, place, cases.events(connection, case.id), case.n, case.head)
        links = [first_head(keys, place), *(event.head for event in journal)]
    finally:
        keys.wipe()
    if not progress.is_kept(noted, place, links):
        raise Unopenable
    return key
