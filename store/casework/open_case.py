"""A case in the hands of its interviewer: append, submit, release."""

import contextlib
import uuid
from collections.abc import Iterator

from store.canonical import JSON
from store.casework import appending, lease, progress, submitting
from store.casework.held_case import HeldCase
from store.casework.listing import describe
from store.errors import AlreadySubmitted, CaseErased, LeaseLost, StoreError
from store.record import audit
from store.record.audit import Deed
from store.values import CaseCard, JournalEntry, Receipt


class OpenCase:
    """An open case. All writing of it goes through here, one transaction each.

    May be used from several threads; they take turns.
    """

    def __init__(
        self, held: HeldCase, known: tuple[str, dict[str, JSON]], taken_up: int = 0
    ) -> None:
        """Use `Access.open_case`."""
        self._access, self.token = held.access, held.token
        self._held = held
        held.when_closed = self._closed
        self._label, self.identity = known
        self.taken_up = taken_up
        """How many of the events had been saved on this computer alone until it was opened."""
        self.entries = self._held.entries
        """The journal so far, with times and ids; grows with `append`."""

    @property
    def events(self) -> list[dict[str, JSON]]:
        """The events so far, in order, as they were given to `append`."""
        return [entry.event for entry in self.entries]

    @property
    def instrument(self) -> str:
        """Fingerprint of the version that the case is in: added with, or moved to since."""
        return self._held.instrument

    @property
    def on_file(self) -> bool:
        """Whether the study is in a file, beside which nothing waits."""
        return self._access.study.database.kind == "sqlite"

    @property
    def card(self) -> CaseCard:
        """The case as the list shows it."""
        return describe(self._access, self._held.record(), (self._label, self.identity), False)

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
                On a file, seconds to wait in all while another program keeps it; meanwhile other
                threads at the same file wait no longer than that either. None waits as long as it
                takes.

        Raises:
            LeaseLost, AlreadySubmitted: the case goes on elsewhere; nothing was written to it, and
                what was to be written is kept as a draft (see `Access.drafts`).
            InvalidInput: the event cannot be saved, or the id stands for another event.
            StoreBusy: another program kept the file for too long; this call wrote nothing.
            StoreError: not known to be saved; the same call may be repeated with the same id, or
                `holds` asked.
        """
        return appending.append(self._held, event, event_id, within)

    @property
    def waiting(self) -> int:
        """How many events are saved on this computer alone, until the server is back."""
        return len(self._held.outbox)

    @property
    def draft_kept(self) -> bool:
        """Whether what was refused since the case is another's is in a draft here."""
        return self._held.draft_kept

    def keep_draft(self, event: dict[str, JSON]) -> None:
        """Keep what was entered and never given to `append`, in a case that is no longer ours.

        Raises:
            DiskFull, Unwritable: it was not kept.
        """
        now = self._access.study.now()
        appending.keep_draft(self._held, JournalEntry(0, now, str(uuid.uuid4()), event))

    def holds(self, event_id: uuid.UUID, *, within: float | None = None) -> bool:
        """Whether the journal holds the event of that id: read from the database anew, every link.

        Tells after an `append` that raised whether the event was saved after all; if it was, it
        also stands in `events` from now on.

        Args:
            event_id: as given to `append`.
            within: seconds to wait for a server, whose connection must stand, or for a file that
                another program keeps; None waits as long as it takes.

        Raises:
            LeaseLost, AlreadySubmitted: the case is no longer written from here.
            DamagedCase: the journal is not the one that was written here.
            StoreError: the database cannot be read; ask again.
        """
        held, database = self._held, self._access.study.database
        with held.soon(within), database.turn_of(held.turn):
            keys = held.unlocked()
            if not held.outbox.delivered(held.lost):
                # What is in doubt while others wait was never sent, and is not kept here either.
                held.doubtful = None
                return str(event_id) in held.by_id
            with database.settled() as connection:
                journal = held.replayed(connection, held.look(connection), keys)
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
        return submitting.submit(self._held, document)

    @property
    def submitted(self) -> bool:
        """Whether the case is sealed, read from the database anew; then its keys are overwritten.

        Raises:
            StoreError: the database cannot be read; ask again.
        """
        return submitting.submitted(self._held)

    def release(self, *, within: float | None = None) -> None:
        """Give the case back and overwrite its keys. Harmless when done before.

        Args:
            within: seconds to wait for a server, or for a file that another program keeps, in
                all; None waits as long as it takes.
        """
        held = self._held
        with held.soon(within), self._access.study.database.turn_of(held.turn):
            if held.keys is None:
                return
            access, waits = self._access, None
            try:
                held.outbox.require_delivered(held.lost)
            except (LeaseLost, AlreadySubmitted):
                pass  # so there is nothing to give back
            except StoreError as error:
                waits = error
            held.put_away(keep_lease=True)
            try:
                if waits is not None:
                    # The next opening here takes it up, as long as the token is the same.
                    raise waits
                with access.study.database.write() as connection:
                    # Who takes no part any more gives it back without a word.
                    freed = lease.free(connection, held.case.id, held.token)
                    if freed and access.roles:
                        end = held.last_end(connection)
                        audit.record(
                            connection,
                            access.study.body,
                            access.entry.id,
                            access.keys.signing,
                            Deed.CASE_RELEASED,
                            progress.note(held.place, end.count, end.head),
                            access.study.now(),
                        )
            finally:
                lease.forget(held.case.id, held.token)

    def heartbeat(self) -> None:
        """Say that this program still holds the case; to be called every 30 seconds.

        Where processes are seen, on SQLite, nothing is written. Who appends meanwhile does not
        wait for this.

        Raises:
            LeaseLost, AlreadySubmitted, CaseErased: the case is no longer written from here.
            StoreError: the server was not reached; the hold goes on until it ends there.
        """
        held = self._held
        held.unlocked()
        with self._unless_closed():
            held.outbox.deliver(held.lost)
            database = self._access.study.database
            taking = database.read if database.kind == "sqlite" else database.write
            with taking() as connection:
                if not lease.renew(connection, held.case.id, held.token):
                    raise held.lost(connection)

    def deliver(self) -> None:
        """Hand what waits on this computer to the server; who appends meanwhile does not wait.

        Raises:
            Unreachable: it waits on.
            StoreError: as `heartbeat`.
        """
        with self._unless_closed():
            self._held.outbox.deliver(self._held.lost)

    @contextlib.contextmanager
    def _unless_closed(self) -> Iterator[None]:
        """That a case is not ours any more is no news once we handed it in or gave it back."""
        try:
            yield
        except (LeaseLost, AlreadySubmitted, CaseErased):
            with self._held.turn:
                if self._held.keys is not None:
                    raise

    def wipe(self) -> None:
        """Overwrite its keys, whoever is at it; the lease ends with this program."""
        self._held.put_away()

    def _closed(self) -> None:
        with contextlib.suppress(ValueError):  # one that is not counted yet, or twice at once
            self._access.open_cases.remove(self)
