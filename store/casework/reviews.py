"""The second look at submitted cases: read, accept, return, lend.

A case that is due for review is sealed to the data key and, by one more grant, to the review key,
which supervisors hold; neither they nor the sealed case reach the identity. A return puts the
journal back under a new answers key and the identity within reach of the interviewer again, in one
transaction with the end of the sealed case.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select
from sqlmodel import col

from store import canonical
from store.canonical import JSON
from store.casework import cases, grants, progress, returning
from store.casework.grants import CaseRecord
from store.casework.progress import Noted
from store.casework.reading import in_use, sealed_record, sealed_state, submission_key_of, unseal
from store.clock import from_text, quarter, to_text
from store.crypto.keys import Unopenable, wipe
from store.databases.database import rows
from store.databases.tables import GrantRow
from store.erasing import ledger
from store.erasing.cleaning import forget_unsaved
from store.errors import DamagedCase, InvalidInput, NotAllowed
from store.record import audit
from store.record.audit import Deed
from store.study import name_of
from store.trust.entries import REVIEW, family_of
from store.trust.roles import Action, Role
from store.values import DueCase, ReviewedCase

if TYPE_CHECKING:
    from store.access import Access

MAX_DAYS = 30
"""A case can be lent for so many days at a time."""

_GIVEN = select(col(GrantRow.case_id), col(GrantRow.recipient), col(GrantRow.expires)).where(
    col(GrantRow.what) == "submission"
)


class LendingReason(StrEnum):
    """Why a supervisor is to read a case; the word stands in the audit."""

    QUALITY = "quality"
    """A sample of finished cases is looked at."""
    QUESTION = "question"
    """The interviewer or the data manager has a question about it."""
    COMPLAINT = "complaint"
    """Somebody complained."""
    TRAINING = "training"
    """It is to be learned from."""


class Reviews:
    """Reviews of one study, with the keys and roles of one person."""

    def __init__(self, access: "Access") -> None:
        """Use `Access.reviews`."""
        self._access = access

    def due(self) -> list[DueCase]:
        """Submitted cases that this person may review or was lent, in the order of their ids.

        Raises:
            NotAllowed: neither supervisor nor data manager.
        """
        self._access.require(Action.REVIEW, Action.ACCEPT)
        access, now = self._access, self._access.study.now()
        mine = {recipient for recipient, _ in access.holders()}
        with access.study.database.read() as connection:
            given = [tuple(row) for row in rows(connection, _GIVEN)]
            records = {one.id: one for one in cases.every(connection)}
            now = audit.no_earlier(connection, now)
        due: dict[str, str] = {}
        for case_id, recipient, expires in given:
            if recipient in mine and (not expires or now <= _time(expires)):
                due[case_id] = "" if due.get(case_id) == "" else expires
        return [_due(access, records[one], due[one]) for one in sorted(due) if one in records]

    def read(self, case_id: str) -> ReviewedCase:
        """A submitted case with its journal, and without its identity; noted in the audit.

        Raises:
            NotAllowed: not submitted, or neither due for review by this person nor lent to them.
            DamagedCase: it is not what its interviewer signed.
        """
        self._access.require(Action.REVIEW, Action.READ_SUBMITTED)
        access = self._access
        with access.study.database.write() as connection:
            case = sealed_record(connection, case_id)
            if not _is_lent(connection, access, case):
                access.require_case(
                    Action.READ_SUBMITTED if access.data_key is not None else Action.REVIEW, case
                )
            try:
                opened = unseal(connection, access, case, cases.identity(connection, case_id))
                submitted_at = from_text(str(opened.header["submitted_at"]))
            except (Unopenable, KeyError, ValueError):
                raise DamagedCase(case.short_id) from None
            audit.record_by(self._access, connection, Deed.CASE_READ, case_id)
        return ReviewedCase(
            id=case.id,
            short_id=case.short_id,
            mode=case.mode,
            instrument=in_use(case, opened),
            document=opened.document,
            journal=opened.journal,
            submitted_by=name_of(access.study.body, case.assignee),
            submitted_at=submitted_at,
            state=sealed_state(case),
        )

    def accept(self, case_id: str) -> None:
        """Find a submitted case good: from now on supervisors no longer open it.

        Raises:
            NotAllowed: not submitted, accepted before, or not this supervisor's to review.
            DamagedCase: what is stored of it does not hold.
        """
        self._access.require(Action.ACCEPT)
        access = self._access
        with access.study.database.write() as connection:
            case, noted = self._due(connection, case_id, Action.ACCEPT)
            keys = [
                one.recipient
                for one in grants.of_case(connection, case_id)
                if family_of(one.recipient) == REVIEW
            ]
            grants.forget_submission(connection, case_id, keys)
            cases.accept(connection, case_id, quarter(access.study.now()))
            audit.record_by(
                self._access, connection, Deed.CASE_ACCEPTED, progress.note_again(noted, case)
            )
        forget_unsaved(access.study.folder, case_id)

    def give_back(self, case_id: str, comments: dict[str, JSON], *, to: str | None = None) -> None:
        """Return a submitted case: it is open again, its journal ends with the comments.

        The sealed case is deleted. The journal has the times and ids it had.

        Args:
            case_id: which case.
            comments: an event that tells the interviewer why.
            to: login name of another interviewer who is to go on with it. Only a data manager can
                say so, since it takes the identity key.

        Raises:
            NotAllowed: not submitted, not this person's to review, sealed before journals were
                kept, or its interviewer no longer takes part.
            InvalidInput: the comments cannot be saved.
            DamagedCase: it is not what its interviewer signed.
        """
        self._access.require(Action.RETURN)
        with self._access.study.database.write() as connection:
            case, _ = self._due(connection, case_id, Action.RETURN)
            self._return(connection, case, comments, to, Deed.CASE_RETURNED)

    def reopen(self, case_id: str, comments: dict[str, JSON], *, to: str | None = None) -> None:
        """Return a case that was accepted; like `give_back`. For data managers."""
        self._access.require(Action.REOPEN)
        with self._access.study.database.write() as connection:
            case, _ = self._sealed(connection, case_id, Action.REOPEN)
            self._return(connection, case, comments, to, Deed.CASE_REOPENED)

    def lend(self, case_id: str, supervisor: str, reason: str, days: int) -> datetime:
        """Let one supervisor read one submitted case for a time.

        Args:
            case_id: which case.
            supervisor: login name.
            reason: one of `LendingReason`.
            days: for how long, 1 to 30.

        Returns:
            The last moment of reading (UTC).

        Raises:
            NotAllowed: not a data manager, not submitted, or not to a supervisor who takes part.
            InvalidInput: another reason or number of days.
        """
        self._access.require(Action.LEND)
        access, now = self._access, self._access.study.now()
        if reason not in list(LendingReason):
            raise InvalidInput(f"The reason must be one of: {', '.join(LendingReason)}.")
        if not 1 <= days <= MAX_DAYS:
            raise InvalidInput(f"A case can be lent for 1 to {MAX_DAYS} days.")
        body = access.study.body
        person = body.person(supervisor)
        if Role.SUPERVISOR not in person.roles or not person.is_active(now.date()):
            raise NotAllowed(f"{supervisor} is not a supervisor who takes part: lend it to one.")
        until = to_text(now + timedelta(days=days))
        with access.study.database.write() as connection:
            case, _ = self._sealed(connection, case_id, Action.LEND)
            try:
                key = submission_key_of(connection, access, case)
            except (Unopenable, KeyError):
                raise DamagedCase(case.short_id) from None
            try:
                grants.forget_submission(connection, case_id, [person.id])
                me = (access.entry.id, access.keys.signing)
                grants.grant(
                    connection, body, case_id, "submission", person.id, key, *me, expires=until
                )
            finally:
                wipe(key)
            about = f"{case_id} to {person.id} until {until} for {reason}"
            audit.record_by(self._access, connection, Deed.CASE_LENT, about)
        return from_text(until)

    def request_reopening(self, case_id: str) -> None:
        """Ask the data managers to reopen a case; stands in the audit. For supervisors.

        Raises:
            NotAllowed: the case is not accepted.
        """
        access = self._access
        with access.study.database.write() as connection:
            access.require_case(Action.REQUEST_REOPENING, cases.find(connection, case_id))
            audit.record_by(self._access, connection, Deed.REOPENING_REQUESTED, case_id)

    def sweep(self) -> int:
        """Delete grants whose time is over; how many. Every data manager's unlocking does it."""
        access = self._access
        with access.study.database.read() as connection:
            given = [
                tuple(row) for row in rows(connection, _GIVEN.where(col(GrantRow.expires) != ""))
            ]
            now = audit.no_earlier(connection, access.study.now())
        ended = [(one, to) for one, to, expires in given if now > _time(expires)]
        if ended:
            with access.study.database.write() as connection:
                for case_id, recipient in ended:
                    grants.forget_submission(connection, case_id, [recipient])
        return len(ended)

    def _return(
        self,
        connection: Connection,
        case: CaseRecord,
        comments: dict[str, JSON],
        to: str | None,
        deed: Deed,
    ) -> None:
        canonical.encode(comments)
        try:
            note = returning.put_back(connection, self._access, case, comments, to)
        except (Unopenable, KeyError, TypeError, ValueError):
            raise DamagedCase(case.short_id) from None
        audit.record_by(self._access, connection, deed, note)

    def _due(
        self, connection: Connection, case_id: str, action: Action
    ) -> tuple[CaseRecord, Noted]:
        """A case that is handed in and this person's to judge."""
        case, noted = self._sealed(connection, case_id, action)
        mine = {recipient for recipient, _ in self._access.holders()}
        due = {
            one.recipient
            for one in grants.of_case(connection, case_id)
            if family_of(one.recipient) == REVIEW
        }
        if self._access.data_key is None and not due & mine:
            lent = _is_lent(connection, self._access, case)
            why = "was lent to you for reading alone" if lent else "is not yours to review"
            raise NotAllowed(
                f"Case {case.short_id} {why}: ask a data manager to accept or return it."
            )
        return case, noted

    def _sealed(
        self, connection: Connection, case_id: str, action: Action
    ) -> tuple[CaseRecord, Noted]:
        """A case that is handed in, held against its record, its grants and the audit."""
        body = self._access.study.body
        case = cases.find(connection, case_id)
        ledger.require_kept(connection, case)
        self._access.require_case(action, case)
        try:
            envelope = cases.identity(connection, case_id)
            grants.require_record(body, case, envelope)
            grants.require_given(connection, body, case, identity=not grants.is_erased(envelope))
            noted = progress.newest(connection, body, case)
            if noted is None or progress.state_of_case(noted) != case.state:
                raise Unopenable
        except Unopenable:
            raise DamagedCase(case.short_id) from None
        return case, noted


def _is_lent(connection: Connection, access: "Access", case: CaseRecord) -> bool:
    return grants.find(connection, case.id, "submission", access.entry.id) is not None


def _due(access: "Access", case: CaseRecord, lent_until: str) -> DueCase:
    return DueCase(
        id=case.id,
        short_id=case.short_id,
        mode=case.mode,
        instrument=case.instrument,
        submitted_by=name_of(access.study.body, case.assignee),
        updated=datetime.fromtimestamp(case.updated, UTC),
        lent_until=lent_until,
    )


def _time(text: str) -> datetime:
    try:
        return from_text(text)
    except ValueError:
        # No time that was ever given here: what it belongs to has ended.
        return datetime.min.replace(tzinfo=UTC)
