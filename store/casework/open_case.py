"""A case in the hands of its interviewer: append, submit, release."""

import contextlib
import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from store import canonical
from store.backup.ballast import with_room
from store.canonical import JSON
from store.casework import cases, lease, moves, progress
from store.casework.grants import CaseRecord
from store.casework.handing_in import hand_in
from store.casework.journal import Opened, replay, seal_event
from store.casework.listing import describe
from store.clock import quarter
from store.crypto.keys import CaseKeys, Unopenable, sha256
from store.erasing.cleaning import forget_handed_in
from store.errors import (
    AlreadySubmitted,
    CaseErased,
    DamagedCase,
    InvalidInput,
    LeaseLost,
    NotAllowed,
    StoreBusy,
    StoreError,
    Suspended,
    Unreachable,
)
from store.record import audit
from store.record.audit import Deed
from store.trust.manifest import Body
from store.values import CaseCard, JournalEntry, Receipt
from store.waiting import finished, local_drafts
from store.waiting.doubt import Doubt, End, Handed
from store.waiting.outbox import Outbox
from store.waiting.spool import Record

if TYPE_CHECKING:
    from store.access import Access


class OpenCase:
    """An open case. All writing of it goes through here, one transaction each.

    May be used from several threads; they take turns.
    """

    def __init__(
        self,
        access: "Access",
        case: CaseRecord,
        token: int,
        keys: CaseKeys,
        journal: list[Opened],
        known: tuple[str, dict[str, JSON]],
        taken_up: int = 0,
    ) -> None:
        """Use `Access.open_case`."""
        self._access = access
        self._case = case
        self._keys: CaseKeys | None = keys
        self._place = progress.place_of(access.study.body, case)
        self._end = End(case.n, case.head)
        self._doubtful: Doubt | None = None
        self._handed: Handed | None = None
        self._turn = threading.RLock()
        self._label, self.identity = known
        self.token = token
        self.taken_up = taken_up
        """How many of the events had been saved on this computer alone until it was opened."""
        self.entries = [
            JournalEntry(seq, event.at, str(event.event_id), event.event)
            for seq, event in enumerate(journal, start=1)
        ]
        """The journal so far, with times and ids; grows with `append`."""
        self.draft_kept = False
        """Whether what was refused since the case is another's is in a draft here."""
        self._outbox = Outbox(access, self._place, token)
        self._by_id = {entry.event_id: entry for entry in self.entries}
        self._instrument = moves.version_in_use(access.study.body, case.instrument, self.events)

    @property
    def events(self) -> list[dict[str, JSON]]:
        """The events so far, in order, as they were given to `append`."""
        return [entry.event for entry in self.entries]

    @property
    def instrument(self) -> str:
        """Fingerprint of the version that the case is in: added with, or moved to since."""
        return self._instrument

    @property
    def card(self) -> CaseCard:
        """The case as the list shows it."""
        return describe(self._access, self._now_record(), (self._label, self.identity), False)

    def append(
        self,
        event: dict[str, JSON],
        *,
        event_id: uuid.UUID | None = None,
        within: float | None = None,
    ) -> Receipt:
        """Save one event; returns only when it is on the disk.

        When the server of a study is gone, that is the disk of this computer, and the receipt says
        `here`; it goes to the server with a later call, or when the case is opened again.

        Args:
            event: what happened, without floating-point numbers; up to 1 MiB.
            event_id: a random id (uuid4) by which a repeated call is recognized; the same id with
                the same event returns the first receipt and writes nothing, also when the first
                call raised an error and was saved nevertheless.
            within: seconds to wait for each answer of a server, whose connection must stand; what
                comes behind events that wait here waits with them, until somebody calls `deliver`.
                None waits as long as it takes.

        Raises:
            LeaseLost, AlreadySubmitted: the case goes on elsewhere; nothing was written to it, and
                what was to be written is kept as a draft (see `Access.drafts`).
            InvalidInput: the event cannot be saved, or the id stands for another event.
            StoreError: not known to be saved; the same call may be repeated with the same id, or
                `holds` asked.
        """
        database = self._access.study.database
        if database.kind == "sqlite":
            within = None
        with database.turn_of(self._turn, within):
            keys = self._unlocked()
            identifier = uuid.uuid4() if event_id is None else event_id
            # A copy, so that a caller who goes on using the mapping does not change what was saved.
            kept = canonical.read_object(canonical.encode(event))
            again = JournalEntry(0, self._access.study.now(), str(identifier), kept)
            with self._keeping(again):
                if self._doubtful is not None and not self._outbox:
                    doubt = self._doubtful
                    try:
                        with self._soon(within), database.settled() as connection:
                            self._look(connection)
                    except Unreachable:
                        if (doubt.entry.event_id, doubt.entry.event) != (str(identifier), kept):
                            raise
                        return self._keep_here(keys)
                if (known := self._by_id.get(str(identifier))) is not None:
                    if known.event != kept:
                        raise InvalidInput("This entry's id was already used for another entry.")
                    here = self._outbox.holds(known.seq)
                    return Receipt(known.seq, known.at, "here" if here else "there")
                if moves.is_move(event):
                    moves.require_move(self._access.study.body, self._instrument, event)
                at, seq, before = again.at, self._end.count + 1, self._end.head
                sealed = seal_event(keys, self._place, seq, before, at, identifier, event)
                self._doubtful = Doubt(
                    End(seq, sealed.head),
                    JournalEntry(seq, at, str(identifier), kept),
                    Record(seq, before, sealed.envelope, quarter(at)),
                )
                return self._send(keys, self._doubtful, within)

    @property
    def waiting(self) -> int:
        """How many events are saved on this computer alone, until the server is back."""
        return len(self._outbox)

    def keep_draft(self, event: dict[str, JSON]) -> None:
        """Keep what was entered and never given to `append`, in a case that is no longer ours.

        Raises:
            DiskFull, Unwritable: it was not kept.
        """
        entry = JournalEntry(
            self._end.count + 1, self._access.study.now(), str(uuid.uuid4()), event
        )
        local_drafts.keep(self._access, self._case.id, [entry])
        self.draft_kept = True

    def holds(self, event_id: uuid.UUID, *, within: float | None = None) -> bool:
        """Whether the journal holds the event of that id: read from the database anew, every link.

        Tells after an `append` that raised whether the event was saved after all; if it was, it
        also stands in `events` from now on.

        Args:
            event_id: as given to `append`.
            within: seconds to wait for a server, whose connection must stand; None waits as long
                as it takes.

        Raises:
            LeaseLost, AlreadySubmitted: the case is no longer written from here.
            DamagedCase: the journal is not the one that was written here.
            StoreError: the database cannot be read; ask again.
        """
        with self._soon(within), self._access.study.database.turn_of(self._turn):
            keys = self._unlocked()
            if not self._outbox.delivered(self._lost):
                # What is in doubt while others wait was never sent, and is not kept here either.
                self._doubtful = None
                return str(event_id) in self._by_id
            with self._access.study.database.settled() as connection:
                journal = self._replay(connection, self._look(connection), keys)
            return any(event.event_id == event_id for event in journal)

    def submit(self, document: dict[str, JSON]) -> Receipt:
        """Hand in the case: seal it to the data key and forget it here.

        The journal is replayed, the document signed and sealed, journal and grants deleted, all in
        one transaction. Afterwards nothing this person holds opens the case.

        Args:
            document: the case as it is to reach the data manager; up to 64 MiB.

        Raises:
            DamagedCase, LeaseLost, InvalidInput: the case stays open.
            AlreadySubmitted: another document was handed in before.
            StoreError: not known to be submitted; `submitted` tells, or the same call repeated.
        """
        with self._turn, self._access.study.database.patient():
            keys, digest = self._unlocked(), sha256(canonical.encode(document))
            self._outbox.require_delivered(self._lost)
            if (receipt := self._receipt(digest)) is not None:
                return receipt
            try:
                folder = self._access.study.folder
                receipt = with_room(folder, lambda: self._hand_in(document, digest, keys))
            except StoreError:
                # The disk may report an error for what it did nevertheless. Where it cannot be
                # read now either, the error stands, and `submitted` looks again.
                settled = None
                with contextlib.suppress(StoreError):
                    settled = self._receipt(digest)
                if settled is None:
                    raise
                return settled
            self._put_away()
            return receipt

    @property
    def submitted(self) -> bool:
        """Whether the case is sealed, read from the database anew; then its keys are overwritten.

        Raises:
            StoreError: the database cannot be read; ask again.
        """
        with self._turn:
            sealed = self._now_record().state in ("submitted", "accepted")
            if sealed and self._keys is not None:
                self._put_away()
            return sealed

    def release(self, *, within: float | None = None) -> None:
        """Give the case back and overwrite its keys. Harmless when done before.

        Args:
            within: seconds to wait for a server in all; None waits as long as it takes.
        """
        with self._soon(within), self._access.study.database.turn_of(self._turn):
            if self._keys is None:
                return
            access, waits = self._access, None
            try:
                self._outbox.require_delivered(self._lost)
            except (LeaseLost, AlreadySubmitted):
                pass  # so there is nothing to give back
            except StoreError as error:
                waits = error
            self._put_away(keep_lease=True)
            try:
                if waits is not None:
                    # The next opening here takes it up, as long as the token is the same.
                    raise waits
                with access.study.database.write() as connection:
                    # Who takes no part any more gives it back without a word.
                    freed = lease.free(connection, self._case.id, self.token)
                    if freed and access.roles:
                        end = self._last_end(connection)
                        audit.record(
                            connection,
                            access.study.body,
                            access.entry.id,
                            access.keys.signing,
                            Deed.CASE_RELEASED,
                            progress.note(self._place, end.count, end.head),
                            access.study.now(),
                        )
            finally:
                lease.forget(self._case.id, self.token)

    def heartbeat(self) -> None:
        """Say that this program still holds the case; to be called every 30 seconds.

        Where processes are seen, on SQLite, nothing is written. Who appends meanwhile does not
        wait for this.

        Raises:
            LeaseLost, AlreadySubmitted, CaseErased: the case is no longer written from here.
            StoreError: the server was not reached; the hold goes on until it ends there.
        """
        self._unlocked()
        with self._unless_closed():
            self._outbox.deliver(self._lost)
            database = self._access.study.database
            taking = database.read if database.kind == "sqlite" else database.write
            with taking() as connection:
                if not lease.renew(connection, self._case.id, self.token):
                    raise self._lost(connection)

    def deliver(self) -> None:
        """Hand what waits on this computer to the server; who appends meanwhile does not wait.

        Raises:
            Unreachable: it waits on.
            StoreError: as `heartbeat`.
        """
        with self._unless_closed():
            self._outbox.deliver(self._lost)

    @contextlib.contextmanager
    def _unless_closed(self) -> Iterator[None]:
        """That a case is not ours any more is no news once we handed it in or gave it back."""
        try:
            yield
        except (LeaseLost, AlreadySubmitted, CaseErased):
            with self._turn:
                if self._keys is not None:
                    raise

    def _hand_in(self, document: dict[str, JSON], digest: bytes, keys: CaseKeys) -> Receipt:
        access = self._access
        with access.study.database.write() as connection:
            body, at = access.study.body, access.study.now()
            case = self._look(connection)
            journal = self._replay(connection, case, keys)
            opened = (case, self.token, journal, self._version(body, journal))
            sealed = hand_in(connection, access, body, opened, document, at)
            receipt = Receipt(len(journal), at)
            self._handed = Handed(sealed, digest, receipt)
        forget_handed_in(access.study.folder, body, case.id, case.assignee)
        return receipt

    def _receipt(self, document: bytes) -> Receipt | None:
        """Of a submission that reported an error, if it happened after all; None if it did not.

        Raises:
            AlreadySubmitted: it did, with another document than this.
        """
        if (handed := self._handed) is None:
            return None
        with self._access.study.database.settled() as connection:
            happened = cases.sealed(connection, self._case.id) == handed.sealed
        self._handed = None
        if not happened:
            return None
        self._put_away()
        study = self._access.study
        with contextlib.suppress(StoreError):
            forget_handed_in(study.folder, study.body, self._case.id, self._case.assignee)
        if handed.document != document:
            raise AlreadySubmitted(self._case.short_id)
        return handed.receipt

    def _look(self, connection: Connection) -> CaseRecord:
        """The case's row, still held from here and where we left it.

        Also finds out whether an append that reported an error was saved after all.

        Raises:
            LeaseLost, AlreadySubmitted, DamagedCase: nothing may be written any more.
        """
        case = cases.find(connection, self._case.id)
        if case.state != "open" or not lease.holds(connection, case.id, self.token):
            raise self._lost(connection)
        at = End(case.n, case.head)
        if self._doubtful is not None and at == self._doubtful.after:
            self._accept()
        self._doubtful = None
        if at != self._end:
            raise DamagedCase(case.short_id)
        return case

    def _last_end(self, connection: Connection) -> End:
        """Where the journal ended when it was last written here, whatever the row says now.

        Noting what the row says would vouch for a journal that was put back meanwhile.
        """
        case = cases.find(connection, self._case.id)
        if self._doubtful is not None and End(case.n, case.head) == self._doubtful.after:
            return self._doubtful.after
        return self._end

    def _send(self, keys: CaseKeys, doubt: Doubt, within: float | None) -> Receipt:
        """To the server behind all that waits; to the disk of this computer while it is gone."""
        if within:  # else it is delivered, or refused, now
            self._outbox.require_sound()
        waits = self._outbox if within else not self._outbox.delivered(self._lost)
        if waits:
            return self._keep_here(keys)
        try:
            with self._access.study.database.append(within) as connection:
                one = doubt.record
                saved = cases.append(
                    connection,
                    self._case.id,
                    self.token,
                    one.seq,
                    one.previous,
                    one.envelope,
                    doubt.after.head,
                    one.updated,
                )
                if not saved:
                    lost = self._lost(connection)
                    self._doubtful = None
                    raise lost
        except Unreachable:
            # Also where the answer to COMMIT is missing: it is not written again if it is there.
            return self._keep_here(keys)
        except StoreBusy:
            if within is None:
                raise
            return self._keep_here(keys)
        return self._accept()

    @contextlib.contextmanager
    def _soon(self, within: float | None) -> Iterator[None]:
        with contextlib.ExitStack() as stack:
            if within is not None:
                stack.enter_context(self._access.study.database.hurried(within))
            yield

    def _keep_here(self, keys: CaseKeys) -> Receipt:
        doubt = self._doubtful
        assert doubt is not None
        self._outbox.keep(doubt.record, doubt.after.head, keys, doubt.entry)
        return replace(self._accept(), where="here")

    @contextlib.contextmanager
    def _keeping(self, entry: JournalEntry) -> Iterator[None]:
        """If the case turns out to be somebody else's by now, keep what was entered as a draft."""
        try:
            yield
        except (LeaseLost, AlreadySubmitted) as refused:
            # The refusal is what has to be told, also where there is no room for a draft.
            with contextlib.suppress(StoreError):
                numbered = replace(entry, seq=self._end.count + 1)
                local_drafts.keep(self._access, self._case.id, [numbered])
                self.draft_kept = True
                refused.kept += 1
            raise

    def _accept(self) -> Receipt:
        assert self._doubtful is not None
        self._end, entry = self._doubtful.after, self._doubtful.entry
        self._doubtful = None
        self.entries.append(entry)
        self._by_id[entry.event_id] = entry
        if moves.is_move(entry.event):
            self._instrument = str(entry.event["new"])
        return Receipt(entry.seq, entry.at)

    def _replay(self, connection: Connection, case: CaseRecord, keys: CaseKeys) -> list[Opened]:
        stored = cases.events(connection, case.id)
        try:
            return replay(keys, self._place, stored, case.n, case.head)
        except Unopenable:
            raise DamagedCase(case.short_id) from None

    def _version(self, body: Body, journal: list[Opened]) -> str:
        """The version that a replayed journal ends in, held against the manifest as it is now."""
        try:
            events = (one.event for one in journal)
            return moves.version_in_use(body, self._case.instrument, events)
        except Unopenable:
            raise DamagedCase(self._case.short_id) from None

    def _lost(self, connection: Connection) -> StoreError:
        """Why nothing may be written any more."""
        case = cases.find(connection, self._case.id)
        if case.state in ("submitted", "accepted"):
            return AlreadySubmitted(case.short_id)
        if case.state == "erased":
            # What waits here goes with a case that was erased, and not by what stands in clear.
            if not finished.is_erased(connection, self._access.study.body, case.id):
                return DamagedCase(case.short_id)
            return CaseErased(case.short_id)
        if not lease.holds(connection, case.id, self.token):
            self._access.study.database.arrive(connection)  # an append saw no newer manifest
            return (LeaseLost if self._access.roles else Suspended)(case.short_id)
        return DamagedCase(case.short_id)

    def _unlocked(self) -> CaseKeys:
        _ = self._access.keys
        if self._keys is None:
            raise NotAllowed(f"Case {self._case.short_id} was closed here: open it again to go on.")
        return self._keys

    def _now_record(self) -> CaseRecord:
        with self._access.study.database.settled() as connection:
            return cases.find(connection, self._case.id)

    def wipe(self) -> None:
        """Overwrite its keys, whoever is at it; the lease ends with this program."""
        self._put_away()

    def _put_away(self, *, keep_lease: bool = False) -> None:
        self._handed = None
        keys, self._keys = self._keys, None
        if keys is not None:
            keys.wipe()
        if not keep_lease:
            lease.forget(self._case.id, self.token)
        self._access.known.pop(self._case.id, None)
        if self in self._access.open_cases:
            self._access.open_cases.remove(self)
