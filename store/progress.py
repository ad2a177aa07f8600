"""How far a journal was, as the audit remembers it.

One case put back to an earlier state looks sound by itself: row, events and links of then fit one
another. Therefore whoever opens, releases or submits a case notes in the audit, under their
signature, a hash over the number of events and the last link. Without the link it tells nothing.
So does whoever returns a case, accepts it, or gives it to someone else; they name its assignee too.
"""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from store import audit
from store.audit import Deed, Entry
from store.binding import fingerprint
from store.grants import CaseRecord, was_manager
from store.journal import Place
from store.keys import Unopenable
from store.manifest import Body
from store.roles import Role
from store.values import CaseState

_BY_ASSIGNEE = {
    Deed.CASE_BEGUN,
    Deed.CASE_RESUMED,
    Deed.CASE_TAKEN_OVER,
    Deed.CASE_RELEASED,
    Deed.CASE_SUBMITTED,
}
_BY_REVIEWER = {Deed.CASE_ACCEPTED, Deed.CASE_RETURNED}
_BY_MANAGER = {Deed.CASE_ACCEPTED, Deed.CASE_RETURNED, Deed.CASE_REOPENED, Deed.CASE_REASSIGNED}
_BY_RECEIVER = {Deed.CASE_BROUGHT, Deed.JOURNAL_RECEIVED, Deed.CASE_RECEIVED}
"""Whoever receives a packet notes what it brought; the packet's sender had signed it."""
_GOES_ON = {Deed.CASE_BEGUN, Deed.CASE_RESUMED, Deed.CASE_TAKEN_OVER}
"""After these the journal may have grown."""
_RETURNS = {Deed.CASE_RETURNED, Deed.CASE_REOPENED}
_SEALED = {Deed.CASE_SUBMITTED, Deed.CASE_RECEIVED, Deed.CASE_ACCEPTED}


@dataclass(frozen=True)
class Noted:
    """What the newest note of a case says."""

    seq: int
    deed: Deed
    actor: str
    state: str
    fresh: bool
    """The journal had not been begun."""
    brought_after: str = ""
    """Who had returned the case at the place that it was brought from."""

    @property
    def at_rest(self) -> bool:
        """Nobody held the case any more, so nothing can have been added since."""
        return self.deed not in _GOES_ON

    @property
    def returned_by(self) -> str:
        """Who put the journal back, as long as nobody has opened it since; else empty."""
        return self.actor if self.deed in _RETURNS else self.brought_after


def place_of(body: Body, case: CaseRecord) -> Place:
    """Where the journal of a case belongs."""
    return Place(body.id, body.kind, case.id, case.instrument)


def note(place: Place, count: int, link: bytes, assignee: str = "", returned_by: str = "") -> str:
    """The object of an audit entry: the case, and a hash of where its journal ended.

    Whoever is not the assignee says as well whose case it is from now on; and whoever brings a case
    that was returned, and not opened since, who returned it.
    """
    parts = (state(place, count, link), assignee, returned_by)
    return _begins(place.case) + " ".join(filter(None, parts))


def note_again(noted: Noted, case: CaseRecord) -> str:
    """The object of an entry by someone who leaves the journal as it was noted last."""
    return f"{_begins(case.id)}{noted.state} {case.assignee}"


def state(place: Place, count: int, link: bytes) -> str:
    """A journal of `count` events that ends at `link`, as 64 hexadecimal digits."""
    return fingerprint("journal state", place.study, place.kind, place.case, count, link)


def by_case(chain: Iterable[Entry]) -> dict[str, list[Entry]]:
    """The notes of each case in the whole audit, oldest first."""
    notes: dict[str, list[Entry]] = {}
    for entry in chain:
        case_id, journal, _ = entry.object.partition(" journal ")
        if journal:
            notes.setdefault(case_id, []).append(entry)
    return notes


def newest(
    connection: Connection, body: Body, case: CaseRecord, notes: Sequence[Entry] | None = None
) -> Noted | None:
    """The newest note of a case; None when it was never opened nor given to someone else.

    `notes` are those of the case, where they are known already: looking for them takes the longer,
    the longer the audit is.

    Raises:
        Unopenable: someone signed it who may not, it is about another assignee than the row, or a
            return in it follows no submission.
    """
    if notes is not None:
        entry = audit.numbered(connection, body, notes[-1].seq) if notes else None
    else:
        entry = audit.newest(connection, body, _begins(case.id))
    if entry is None:
        return None
    noted = _read(body, case, entry)
    if noted.deed in _RETURNS:
        if notes is None:
            before = audit.newest(connection, body, _begins(case.id), below=entry.seq)
        else:
            before = notes[-2] if len(notes) > 1 else None
        if before is None or before.action not in _SEALED:
            raise Unopenable
    return noted


def _read(body: Body, case: CaseRecord, entry: Entry) -> Noted:
    digest, _, people = entry.object.removeprefix(_begins(case.id)).partition(" ")
    assignee, _, returned_by = people.partition(" ")
    try:
        deed = Deed(entry.action)
    except ValueError:
        raise Unopenable from None
    if deed in _BY_ASSIGNEE:
        entitled = entry.actor == case.assignee and not assignee
    else:
        entitled = assignee == case.assignee and _may_note(body, deed, entry.actor)
    if not entitled or (returned_by and deed != Deed.CASE_BROUGHT):
        raise Unopenable
    fresh = digest == state(place_of(body, case), 0, b"")
    return Noted(entry.seq, deed, entry.actor, digest, fresh, returned_by)


def _may_note(body: Body, deed: Deed, actor: str) -> bool:
    person = body.person_by_id(actor)
    if person is None:
        return False
    reviewer = Role.SUPERVISOR in person.held_roles and deed in _BY_REVIEWER
    return deed in _BY_RECEIVER or reviewer or (was_manager(person) and deed in _BY_MANAGER)


def state_of_case(noted: Noted | None) -> CaseState:
    """The state that the row of the case must name."""
    if noted is None or noted.fresh:
        return "fresh"
    if noted.deed == Deed.CASE_ACCEPTED:
        return "accepted"
    return "submitted" if noted.deed in _SEALED else "open"


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
