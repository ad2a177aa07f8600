"""What an ended program could not deliver, taken up by the next that opens the case here."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from store.casework import cases
from store.casework.grants import CaseRecord
from store.casework.journal import Opened, open_event
from store.casework.progress import place_of
from store.crypto.keys import CaseKeys, Unopenable
from store.errors import StoreError
from store.waiting import local_drafts, spool
from store.waiting.spool import Left

if TYPE_CHECKING:
    from store.access import Access


@dataclass
class Leftovers:
    """The spools of a case and a person that this opening claimed."""

    access: "Access"
    spools: Sequence[Left]
    token: int
    """Under which the case is open now."""
    stored: dict[int, bytes]
    """Number and envelope of each event in the journal, once `into` has run."""

    def into(
        self, connection: Connection, case: CaseRecord, keys: CaseKeys, journal: list[Opened]
    ) -> tuple[CaseRecord, int]:
        """Put behind the journal what was written under the token before this one.

        Nobody can have written since, so it belongs there. `journal` grows.

        Returns:
            The case's row as it is then, and how many events were added.
        """
        if not self.spools:
            return case, 0
        before = len(journal)
        place, head = place_of(self.access.study.body, case), case.head
        for record in spool.in_order(s for s in self.spools if s.whose.token == self.token - 1):
            if (record.seq, record.previous) != (len(journal) + 1, head):
                continue
            try:
                event = open_event(keys, place, record.seq, head, record.envelope)
            except Unopenable:
                continue
            if not spool.append(connection, case.id, self.token, record, event.head):
                raise Unopenable
            journal.append(event)
            head = event.head
        self.stored = dict(cases.events(connection, case.id))
        return cases.find(connection, case.id), len(journal) - before

    def settle(self) -> None:
        """Once all that is committed: what the journal does not hold becomes a draft.

        Where there is no room for that, the spools stay, and the next opening tries again.
        """
        with contextlib.suppress(StoreError):
            local_drafts.set_aside(self.access, self.spools, self.stored)


def claim(access: "Access", case: CaseRecord, token: int) -> Leftovers:
    """Take the spools of a case away from whoever wrote them, in the opening's transaction."""
    return Leftovers(access, spool.claim(access.study.folder, access.entry.id, case.id), token, {})
