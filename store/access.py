"""What one person may do with a study while their keys are in memory."""

import contextlib
from collections.abc import Callable, Container, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from store.canonical import JSON
from store.casework import cases
from store.casework.adding import add_case
from store.casework.grants import CaseRecord
from store.casework.listing import Queue, first_cases, list_cases
from store.casework.open_case import OpenCase
from store.casework.opening import claim_next, open_case
from store.casework.reading import read_submitted
from store.crypto.keys import SealingSecret, Unopenable, wipe_all
from store.crypto.keystore import Bundle
from store.errors import DamagedStudy, Locked, NotAllowed, StoreError
from store.notices import publish
from store.record import audit
from store.record.audit import Deed
from store.record.verify import verify
from store.study import Study, card
from store.team.approval import add_instrument
from store.team.people import People, change_passphrase
from store.trust import giving, seen
from store.trust.entries import Body, PersonEntry
from store.trust.leaving import may_hold
from store.trust.roles import Action, Role, may, require, require_case
from store.values import (
    CaseCard,
    InstrumentFiles,
    NewPerson,
    PersonCard,
    SubmittedCase,
    VerifyReport,
)

if TYPE_CHECKING:
    from store.backup.backups import Backups
    from store.casework.assignments import Assignments
    from store.casework.reviews import Reviews
    from store.erasing.erasures import Erasures
    from store.moving.packets import Packets
    from store.team.study_keys import StudyKeys
    from store.waiting.local_drafts import LocalDrafts

Opened = TypeVar("Opened", OpenCase, OpenCase | None)

_IN_DOUBT = {Action.VERIFY, Action.READ_AUDIT, Action.LIST_CASES, Action.BACK_UP}
"""What can be done while nobody knows whether the manifest is the newest."""


class Access:
    """One person's keys and what they reach. Made by `Study.unlock`; ends with `lock`."""

    def __init__(self, study: Study, person: PersonEntry, bundle: Bundle) -> None:
        """Open the keys of the study that the person was given, too."""
        self.study = study
        self.entry = person
        self._bundle: Bundle | None = bundle
        self._secrets: dict[str, SealingSecret] = {}
        self._opened_for: Body | None = None
        self.doubt: DamagedStudy | None = None
        """Why nobody knows whether the manifest is the newest that counts."""
        self._open_given(study.body)
        self.open_cases: list[OpenCase] = []
        self.known: dict[str, tuple[bytes, dict[str, JSON]]] = {}
        """Hash of the signed record and opened identity, by case."""

    @property
    def person(self) -> PersonCard:
        """Who this is."""
        return card(self.entry)

    @property
    def roles(self) -> frozenset[Role]:
        """What they do in the study now; nothing once they were suspended or removed."""
        current = self.study.body.person_by_id(self.entry.id)
        takes_part = current is not None and current.is_active(self.study.today())
        return frozenset(current.roles) if current is not None and takes_part else frozenset()

    @property
    def keys(self) -> Bundle:
        """The person's keys; Locked when they were put away."""
        if self._bundle is None:
            raise Locked
        return self._bundle

    @property
    def people(self) -> People:
        """The people of the study: add, suspend, remove, enroll again, roles, policy."""
        return People(self)

    def add_person(self, person: NewPerson, with_: "Access | None" = None) -> None:
        """Let someone take part; see `People.add`."""
        self.people.add(person, with_)

    def change_passphrase(self, old: str, new: str) -> None:
        """Put one's own key file under a new passphrase.

        Raises:
            WrongPassphrase, TooSoon: the old one is not right.
            InvalidInput: the new one is too weak.
        """
        self._require(Action.CHANGE_OWN_PASSPHRASE)
        change_passphrase(self.study, self.entry, self.keys, old, new)

    def add_instrument(self, instrument: InstrumentFiles) -> None:
        """Copy an instrument into the study and approve it by signature. For administrators.

        Adding the same files again changes nothing.

        Raises:
            InvalidInput: an unusable path, or other files under a fingerprint that is known.
        """
        self._require(Action.ADD_INSTRUMENT)
        add_instrument(self.study, self.entry.id, self.keys, instrument)

    def add_case(
        self, *, label: str, identity: dict[str, JSON], instrument: str, mode: str, assignee: str
    ) -> str:
        """Add a case and grant its identity to the assignee and to the data key.

        Args:
            label: what the list shows, one line; kept encrypted.
            identity: contact and agency; kept encrypted, apart from all answers.
            instrument: fingerprint of an approved instrument.
            mode: how it is to be collected, such as `interview`; stands in clear.
            assignee: login name of an interviewer.

        Returns:
            The id of the case.

        Raises:
            NotAllowed, UnknownInstrument, UnknownPerson, InvalidInput: nothing was added.
        """
        self._require(Action.ADD_CASE)
        return add_case(
            self,
            label=label,
            identity=identity,
            instrument=instrument,
            mode=mode,
            assignee=assignee,
        )

    def cases(
        self,
        *,
        mine_only: bool = False,
        begins: str = "",
        after: str = "",
        count: int | None = None,
        labels: bool = True,
    ) -> list[CaseCard]:
        """Cases by id, with label and identity where one's keys reach; a damaged one is marked.

        Args:
            mine_only: only those assigned to this person.
            begins: only those whose id begins so.
            after: only those whose id comes behind this.
            count: at most so many. Opening a label takes about half a millisecond.
            labels: whether to open labels and identities; without, nothing is looked into, so
                nothing is told to be damaged.
        """
        self._require(Action.LIST_CASES)
        try:
            return list_cases(
                self, mine_only=mine_only, begins=begins, after=after, count=count, labels=labels
            )
        finally:
            self._require_unlocked()

    def queue(self, *, mine_only: bool, count: int) -> Queue:
        """The first `count` cases to do, one's own first; quick however many cases there are."""
        self._require(Action.LIST_CASES)
        try:
            return first_cases(self, mine_only=mine_only, count=count)
        finally:
            self._require_unlocked()

    def open_case(self, case_id: str) -> OpenCase:
        """Open a case for interviewing: take its lease, replay and verify its journal.

        Raises:
            NotAllowed: it is not assigned to this person.
            CaseInUse, AlreadySubmitted, DamagedCase, UnknownCase, UnknownInstrument: nothing was
                changed.
        """
        self._require(Action.OPEN_CASE)
        return self._opened(lambda: open_case(self, case_id))

    def claim_next(self, among: Sequence[str]) -> OpenCase | None:
        """Open the first of these cases that is free, so that no two people get the same one.

        Args:
            among: ids of cases of this person, in the order in which they are wanted.

        Returns:
            The open case; None when every one of them is held, away, or no longer to be opened.

        Raises:
            DamagedCase: the one that is next; leave it out to go on.
            StoreError: as `open_case`.
        """
        self._require(Action.OPEN_CASE)
        return self._opened(lambda: claim_next(self, among))

    def heartbeat(self) -> None:
        """Say that this program still holds its open cases; call it every `HEARTBEAT` seconds.

        What fails is told by the next thing that is saved. On SQLite nothing is written.
        """
        for opened in list(self.open_cases):
            with contextlib.suppress(StoreError):
                opened.heartbeat()

    def read_submitted(self, case_id: str) -> SubmittedCase:
        """Open a submitted case and verify the signature of its interviewer. For data managers.

        Raises:
            NotAllowed: not a data manager, or not submitted yet.
            DamagedCase: it is not what its interviewer signed.
        """
        self._require(Action.READ_SUBMITTED)
        case, _ = read_submitted(self, case_id)
        self._note(Deed.CASE_READ, case_id)
        return case

    def submitted(self, only: Container[str] | None = None) -> Iterator[SubmittedCase]:
        """Submitted and accepted cases, one at a time, by id; one entry in the audit.

        Args:
            only: ids of the cases wanted; None means all. Others are not opened.
        """
        self._require(Action.READ_SUBMITTED)
        with self.study.database.read() as connection:
            ids = cases.ids(connection, "submitted", "accepted")
        if only is not None:
            ids = [case_id for case_id in ids if case_id in only]
        self._note(Deed.CASES_READ, "")
        return (read_submitted(self, case_id)[0] for case_id in ids)

    def publish(self, name: str, content: dict[str, JSON]) -> None:
        """Sign a notice and put it where everyone in the study can read it. For data managers.

        It stands in clear, and earlier ones may have been kept: neither it nor what changed since
        the last may tell of a single case.

        Raises:
            NotAllowed, InvalidInput, Unwritable, DiskFull: the notice before, if any, is unchanged.
        """
        self._require(Action.PUBLISH)
        publish(self.study, self.entry.id, self.keys, name, content)

    def verify(self) -> VerifyReport:
        """Check the audit, every signature, and every chain these keys open. Changes nothing."""
        self._require(Action.VERIFY)
        return verify(self)

    @property
    def packets(self) -> "Packets":
        """Moving cases to another computer and back as files."""
        from store.moving.packets import Packets

        return Packets(self)

    @property
    def drafts(self) -> "LocalDrafts":
        """What could not be saved since the case went on elsewhere."""
        from store.waiting.local_drafts import LocalDrafts

        return LocalDrafts(self)

    @property
    def reviews(self) -> "Reviews":
        """Reviews of submitted cases."""
        from store.casework.reviews import Reviews

        return Reviews(self)

    @property
    def assignments(self) -> "Assignments":
        """Whose case it is."""
        from store.casework.assignments import Assignments

        return Assignments(self)

    @property
    def backups(self) -> "Backups":
        """Making and checking backups."""
        from store.backup.backups import Backups

        return Backups(self)

    @property
    def erasures(self) -> "Erasures":
        """Asking for erasures, and erasing."""
        from store.erasing.erasures import Erasures

        return Erasures(self)

    def lock(self) -> None:
        """Give back open cases and overwrite the keys. Harmless when already locked."""
        try:
            with self.study.database.hurried():
                for opened in list(self.open_cases):
                    with contextlib.suppress(StoreError):  # so its lease ends with this program
                        opened.release()
                if self._bundle is not None:
                    seen.remember_quietly(self)
        finally:
            # From here on another thread's `_opened` puts away by itself what it opened.
            bundle, self._bundle = self._bundle, None
            wipe_all([bundle, *self._secrets.values(), *self.open_cases])
            self._secrets.clear()
            self.known.clear()
            self.study.forget(self)

    def _opened(self, opening: Callable[[], Opened]) -> Opened:
        """Open a case and count it among the open ones, but not while the keys go away."""
        try:
            opened = opening()
        except StoreError:
            self._require_unlocked()  # without keys nothing opens, and no case is damaged by that
            raise
        if opened is not None:
            self.open_cases.append(opened)
            if self._bundle is None:
                opened.wipe()
        self._require_unlocked()
        return opened

    def _require_unlocked(self) -> None:
        """What was read or opened while the keys went away is neither told nor remembered."""
        if self._bundle is None:
            self.known.clear()
            self._put_given_away()
            raise Locked

    def _put_given_away(self) -> None:
        wipe_all([*self._secrets.values()])
        self._secrets.clear()

    def holders(self) -> list[tuple[str, SealingSecret]]:
        """The recipients of grants whose secrets this person holds."""
        return [(self.entry.id, self.keys.sealing), *self.secrets.items()]

    @property
    def study_keys(self) -> "StudyKeys":
        """Recovery sheets and new generations of the study's keys."""
        from store.team.study_keys import StudyKeys

        return StudyKeys(self)

    @property
    def secrets(self) -> dict[str, SealingSecret]:
        """The keys of the study that this person was given, by name, also those given just now."""
        body = self.study.body
        if self._bundle is not None and body is not self._opened_for:
            try:
                self._open_given(body)
            finally:
                self._require_unlocked()
        return self._secrets

    @property
    def data_key(self) -> SealingSecret | None:
        """The newest data key; None for those who were not given it."""
        return self.secrets.get(self.study.body.data_key_name)

    def _open_given(self, body: Body) -> None:
        person = body.person_by_id(self.entry.id)
        if person is None:
            return
        for name in [name for name in self._secrets if not may_hold(person, name)]:
            self._secrets.pop(name).wipe()
        for given in person.keys:
            if given.key not in self._secrets and may_hold(person, given.key):
                try:
                    opened = giving.open_given(body, person, given, self.keys.sealing)
                except Unopenable:
                    raise self._refused(
                        "A key of this study was not given to you as the manifest says: "
                        "tell the administrator."
                    ) from None
                self._secrets[given.key] = opened
        if giving.unproved(body, self._secrets) is not None:
            raise self._refused(
                "The manifest names a key of the study that no data manager made: do not go on, "
                "and restore study.yaml from a backup."
            )
        self._opened_for = body

    def _refused(self, why: str) -> DamagedStudy:
        self._put_given_away()
        return DamagedStudy(why)

    def require(self, *actions: Action) -> None:
        """Raise NotAllowed unless this person may do one of these now; Locked without keys."""
        _ = self.keys
        self.study.database.look()
        current = self.study.body.person_by_id(self.entry.id)
        if current is None or not current.is_active():
            raise NotAllowed(
                "You do not take part in this study at present: ask the administrator."
            )
        self.study.days.require_active(current)
        if not any(may(action, current.roles) for action in actions):
            require(actions[0], current.roles)
        if self.doubt is not None and _IN_DOUBT.isdisjoint(actions):
            raise self.doubt.with_traceback(None)

    _require = require

    def require_case(self, action: Action, case: CaseRecord) -> None:
        """Raise NotAllowed unless this person may do this to this case in its state now."""
        self.require(action)
        current = self.study.body.person_by_id(self.entry.id)
        require_case(
            action,
            () if current is None else current.roles,
            short_id=case.short_id,
            own=case.assignee == self.entry.id,
            state=case.state,
        )

    def _note(self, deed: Deed, about: str) -> None:
        with self.study.database.write() as connection:
            audit.record(
                connection,
                self.study.body,
                self.entry.id,
                self.keys.signing,
                deed,
                about,
                self.study.now(),
            )
