"""When a last day is over: by the clock, or by the newest entry of the audit where that is later.

A clock that was set back lets nobody in again. It is the newest entry and not the latest time in
it: an entry that a clock put years too late counts only until somebody makes the next.
"""

from datetime import UTC, date, datetime

from sqlalchemy import Connection

from store.clock import Clock
from store.databases.database import Database
from store.record import audit
from store.trust.entries import PersonEntry
from store.trust.leaving import require_active

_NEVER = datetime.min.replace(tzinfo=UTC)


class LastDays:
    """What day it is at least, in one open study."""

    def __init__(self, database: Database, now: Clock) -> None:
        """Nothing is known of the audit yet."""
        self._database = database
        self._now = now
        self._proved = _NEVER
        self._watches = False

    @property
    def today(self) -> date:
        """The day (UTC) by which a last day is over or not."""
        return max(self._now(), self._proved).date()

    def learn(self, connection: Connection) -> None:
        """Read what time the newest entry of the audit proves."""
        self._proved = audit.no_earlier(connection, _NEVER)

    def require_active(self, person: PersonEntry) -> None:
        """Raise NotAllowed when someone does not take part now, with the reason.

        Where they have a last day, the audit is looked at with each transaction from then on.
        """
        if person.expires is not None and not self._watches:
            self._watch()
        require_active(person, self.today, self._now().date())

    def _watch(self) -> None:
        arriving, self._watches = self._database.arriving, True

        def look(connection: Connection) -> None:
            if arriving is not None:
                arriving(connection)
            self.learn(connection)

        self._database.arriving = look
        self._database.look()
