"""How far a journal was, as the audit remembers it.

One case put back to an earlier state looks sound by itself: row, events and links of then fit one
another. Therefore whoever opens, releases or submits a case notes in the audit, under their
signature, a hash over the number of events and the last link. Without the link it tells nothing.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from store import audit
from store.audit import Deed
from store.binding import fingerprint
from store.grants import CaseRecord
from store.journal import Place
from store.keys import Unopenable
from store.manifest import Body
from store.values import CaseState

_DEEDS = {
    Deed.CASE_BEGUN,
    Deed.CASE_RESUMED,
    Deed.CASE_TAKEN_OVER,
    Deed.CASE_RELEASED,
    Deed.CASE_SUBMITTED,
}
"""What is noted together with where the journal ended."""


@dataclass(frozen=True)
class Noted:
    """What the newest note of a case says."""

    deed: Deed
    state: str

    @property
    def at_rest(self) -> bool:
        """Nobody held the case any more, so nothing can have been added since."""
        return self.deed in (Deed.CASE_RELEASED, Deed.CASE_SUBMITTED)


def place_of(body: Body, case: CaseRecord) -> Place:
    """Where the journal of a case belongs."""
    return Place(body.id, body.kind, case.id, case.instrument)


def note(place: Place, count: int, link: bytes) -> str:
    """The object of an audit entry: the case, and a hash of where its journal ended."""
    return _begins(place.case) + state(place, count, link)


def state(place: Place, count: int, link: bytes) -> str:
    """A journal of `count` events that ends at `link`, as 64 hexadecimal digits."""
    return fingerprint("journal state", place.study, place.kind, place.case, count, link)


def newest(connection: Connection, body: Body, case: CaseRecord) -> Noted | None:
    """The newest note of a case; None when it was never opened.

    Raises:
        Unopenable: the assignee of the case, who alone opens it, did not sign that note.
    """
    begins = _begins(case.id)
    entry = audit.newest(connection, body, begins)
    if entry is None:
        return None
    if entry.actor != case.assignee or entry.action not in _DEEDS:
        raise Unopenable
    return Noted(Deed(entry.action), entry.object.removeprefix(begins))


def state_of_case(noted: Noted | None) -> CaseState:
    """The state that the row of the case must name."""
    if noted is None:
        return "fresh"
    return "submitted" if noted.deed == Deed.CASE_SUBMITTED else "open"


def is_kept(noted: Noted, place: Place, links: Sequence[bytes]) -> bool:
    """Whether a replayed journal still holds everything that was noted.

    Args:
        noted: the newest note of the case.
        place: where the journal belongs.
        links: of the whole journal, link 0 first.
    """
    ends = range(len(links) - 1, -1, -1)
    return any(
        hmac.compare_digest(state(place, count, links[count]), noted.state)
        for count in (ends[:1] if noted.at_rest else ends)
    )


def _begins(case_id: str) -> str:
    return f"{case_id} journal "
