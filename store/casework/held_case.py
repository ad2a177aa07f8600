"""A case as this program holds it: its keys, its journal here, and how it is held to the database.

What appends, hands in and gives back works on this, and changes it only while it has `turn`. Who
locks waits for no turn: the keys may be overwritten under somebody who is using them.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from store.casework import cases, lease, moves, progress
from store.casework.grants import CaseRecord
from store.casework.journal import Opened, replay
from store.crypto.keys import CaseKeys, Unopenable
from store.errors import (
    AlreadySubmitted,
    CaseErased,
    DamagedCase,
    LeaseLost,
    NotAllowed,
    StoreError,
    Suspended,
)
from store.trust.manifest import Body
from store.values import JournalEntry, Receipt
from store.waiting import finished
from store.waiting.doubt import Doubt, End, Handed
from store.waiting.outbox import Outbox

if TYPE_CHECKING:
    from store.access import Access


class HeldCase:
    """What is known here of an open case, until its keys are overwritten."""

    def __init__(
        self,
        access: "Access",
        case: CaseRecord,
        token: int,
        keys: CaseKeys,
        journal: list[Opened],
    ) -> None:
        """Hold a case that was just opened.

        Args:
            access: of its interviewer.
            case: its row, as opened.
            token: the lease's.
            keys: of the case; overwritten by `put_away`.
            journal: as replayed.
        """
        self.access = access
        self.case = case
        self.token = token
        self.keys: CaseKeys | None = keys
        self.place = progress.place_of(access.study.body, case)
        self.end = End(case.n, case.head)
        self.doubtful: Doubt | None = None
        self.handed: Handed | None = None
        self.draft_kept = False
        self.turn = threading.RLock()
        self.outbox = Outbox(access, self.place, token)
        self.entries = [
            JournalEntry(seq, event.at, str(event.event_id), event.event)
            for seq, event in enumerate(journal, start=1)
        ]
        self.by_id = {entry.event_id: entry for entry in self.entries}
        events = (entry.event for entry in self.entries)
        self.instrument = moves.version_in_use(access.study.body, case.instrument, events)
        self.when_closed: Callable[[], None] | None = None
        """What else is to be done once the keys are overwritten."""

    def unlocked(self) -> CaseKeys:
        """The case's keys; NotAllowed once it was closed here, Locked when the person's are."""
        _ = self.access.keys
        if self.keys is None:
            raise NotAllowed(f"Case {self.case.short_id} was closed here: open it again to go on.")
        return self.keys

    def record(self) -> CaseRecord:
        """The case's row as it is now."""
        with self.access.study.database.settled() as connection:
            return cases.find(connection, self.case.id)

    @contextlib.contextmanager
    def soon(self, within: float | None) -> Iterator[None]:
        """Meanwhile nothing waits longer for the database than these seconds, in all."""
        with contextlib.ExitStack() as stack:
            if within is not None:
                stack.enter_context(self.access.study.database.hurried(within))
            yield

    def look(self, connection: Connection) -> CaseRecord:
        """The case's row, still held from here and where we left it.

        Also finds out whether an append that reported an error was saved after all.

        Raises:
            LeaseLost, AlreadySubmitted, DamagedCase: nothing may be written any more.
        """
        case = cases.find(connection, self.case.id)
        if case.state != "open" or not lease.holds(connection, case.id, self.token):
            raise self.lost(connection)
        at = End(case.n, case.head)
        if self.doubtful is not None and at == self.doubtful.after:
            self.accept()
        self.doubtful = None
        if at != self.end:
            raise DamagedCase(case.short_id)
        return case

    def accept(self) -> Receipt:
        """Count the event in doubt as saved."""
        assert self.doubtful is not None
        self.end, entry = self.doubtful.after, self.doubtful.entry
        self.doubtful = None
        self.entries.append(entry)
        self.by_id[entry.event_id] = entry
        if moves.is_move(entry.event):
            self.instrument = str(entry.event["new"])
        return Receipt(entry.seq, entry.at)

    def last_end(self, connection: Connection) -> End:
        """Where the journal ended when it was last written here, whatever the row says now.

        Noting what the row says would vouch for a journal that was put back meanwhile.
        """
        case = cases.find(connection, self.case.id)
        if self.doubtful is not None and End(case.n, case.head) == self.doubtful.after:
            return self.doubtful.after
        return self.end

    def replayed(self, connection: Connection, case: CaseRecord, keys: CaseKeys) -> list[Opened]:
        """The journal in the database, every link; DamagedCase where it is not one of these keys.

        Args:
            connection: of a transaction.
            case: the row, as `look` gave it.
            keys: of the case.
        """
        stored = cases.events(connection, case.id)
        try:
            return replay(keys, self.place, stored, case.n, case.head)
        except Unopenable:
            raise DamagedCase(case.short_id) from None

    def version(self, body: Body, journal: list[Opened]) -> str:
        """The version that a replayed journal ends in, held against the manifest as it is now."""
        try:
            events = (one.event for one in journal)
            return moves.version_in_use(body, self.case.instrument, events)
        except Unopenable:
            raise DamagedCase(self.case.short_id) from None

    def lost(self, connection: Connection) -> StoreError:
        """Why nothing may be written any more."""
        case = cases.find(connection, self.case.id)
        if case.state in ("submitted", "accepted"):
            return AlreadySubmitted(case.short_id)
        if case.state == "erased":
            # What waits here goes with a case that was erased, and not by what stands in clear.
            if not finished.is_erased(connection, self.access.study.body, case.id):
                return DamagedCase(case.short_id)
            return CaseErased(case.short_id)
        if not lease.holds(connection, case.id, self.token):
            self.access.study.database.arrive(connection)  # an append saw no newer manifest
            return (LeaseLost if self.access.roles else Suspended)(case.short_id)
        return DamagedCase(case.short_id)

    def put_away(self, *, keep_lease: bool = False) -> None:
        """Overwrite the keys. Harmless when done before.

        Args:
            keep_lease: the lease is given back by the caller; else it ends with this program.
        """
        self.handed = None
        keys, self.keys = self.keys, None
        if keys is not None:
            keys.wipe()
        if not keep_lease:
            lease.forget(self.case.id, self.token)
        self.access.known.pop(self.case.id, None)
        closed, self.when_closed = self.when_closed, None  # else each would keep the other alive
        if closed is not None:
            closed()
