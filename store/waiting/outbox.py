"""The events of an open case on their way to a server that may be gone."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from store.casework import cases
from store.casework.journal import Place
from store.crypto.keys import CaseKeys
from store.errors import (
    AlreadySubmitted,
    DamagedCase,
    LeaseLost,
    NotAllowed,
    StoreError,
    Unreachable,
)
from store.values import JournalEntry
from store.waiting import local_drafts
from store.waiting.spool import Record, Spool, Whose

if TYPE_CHECKING:
    from store.access import Access

SHARE = 20
"""An interview waits for a server that is gone for at most one part in so many of the time."""
LONGEST = 30.0
"""Seconds."""

GONE = (
    "The database server is not reached, and without it no case is submitted or given back: all "
    "answers are saved on this computer, and go there when the server is back or the case is "
    "opened here again."
)

Why = Callable[[Connection], StoreError]
"""Why nothing more may be written to the case."""


class Outbox:
    """What of one open case waits on this computer, and its delivery in order.

    Events are kept by one thread while another delivers, which takes turns with itself only: who
    keeps one never waits for a server.
    """

    def __init__(self, access: "Access", place: Place, token: int) -> None:
        self._access = access
        self._case_id = place.case
        self._token = token
        self._spool = Spool(access.study.folder, Whose(place, access.entry.id, token))
        self._entries: dict[int, JournalEntry] = {}
        self._guard = threading.Lock()
        self._delivering = threading.Lock()
        self._not_before = 0.0
        self._damaged: DamagedCase | None = None

    def __len__(self) -> int:
        """How many events wait."""
        return len(self._spool.records)

    def holds(self, seq: int) -> bool:
        """Whether the event of that number waits."""
        return self._spool.waits(seq)

    def keep(self, record: Record, head: bytes, keys: CaseKeys, entry: JournalEntry) -> None:
        """Put an event behind those that wait; it is on the disk when this returns.

        Raises:
            DiskFull, Unwritable: it was not kept.
        """
        with self._guard:
            self._spool.keep(record, head, keys, self._access.study.body)
            self._entries[record.seq] = entry

    def delivered(self, why: Why) -> bool:
        """Whether nothing waits any more; tries, unless the server was waited for just now.

        Raises:
            StoreError: as `deliver`, but for a server that is gone.
        """
        if self._spool.records and time.monotonic() >= self._not_before:
            with contextlib.suppress(Unreachable):
                self.deliver(why)
        return not self._spool.records

    def deliver(self, why: Why) -> None:
        """Hand what waits to the server, in one transaction under the token it was written under.

        Raises:
            Unreachable: it waits on.
            LeaseLost, AlreadySubmitted: the case goes on elsewhere; what it lacks became a draft.
            NotAllowed: the case was erased, and what waited with it.
            StoreError: it waits on.
        """
        if not self._spool.records:
            return
        with self._access.study.database.turn_of(self._delivering):
            while waiting := tuple(self._spool.records):
                self._hand_over(waiting, why)

    def _hand_over(self, waiting: Sequence[tuple[Record, bytes]], why: Why) -> None:
        refused: StoreError | None = None
        stored: dict[int, bytes] = {}
        with self._timed(), self._access.study.database.write() as connection:
            # Nothing was written where it says no.
            if not self._spool.into(connection, self._token, waiting):
                stored = dict(cases.events(connection, self._case_id))
                refused = why(connection)
        if refused is None or isinstance(refused, NotAllowed):
            self._forget(waiting)
        elif isinstance(refused, LeaseLost | AlreadySubmitted):
            missing = [one.seq for one, _ in waiting if stored.get(one.seq) != one.envelope]
            kept = [self._entries[seq] for seq in missing]
            local_drafts.keep(self._access, self._case_id, kept)
            refused.kept += len(kept)
            self._forget(waiting)
        self._damaged = refused if isinstance(refused, DamagedCase) else None
        if refused is not None:
            raise refused

    def require_sound(self) -> None:
        """Raise DamagedCase once a delivery found that the journal there is not ours any more.

        What waits then waits on, and whoever goes on entering has to be told.
        """
        if self._damaged is not None:
            raise self._damaged

    def _forget(self, waiting: Sequence[tuple[Record, bytes]]) -> None:
        with self._guard:
            self._spool.forget(len(waiting))
            for one, _ in waiting:
                self._entries.pop(one.seq, None)

    def require_delivered(self, why: Why) -> None:
        """Before what only the server can do.

        Raises:
            StoreError: as `deliver`; `Unreachable` says what waits for what.
        """
        try:
            self.deliver(why)
        except Unreachable:
            raise Unreachable(GONE) from None

    @contextlib.contextmanager
    def _timed(self) -> Iterator[None]:
        """Ask again soon where the refusal came at once, and later where it was waited for."""
        begun = time.monotonic()
        try:
            yield
        except Unreachable:
            now = time.monotonic()
            self._not_before = now + min((now - begun) * SHARE, LONGEST)
            raise
