"""How far a journal was, as the audit remembers it.

One case put back to an earlier state looks sound by itself: row, events and links of then fit one
another. Therefore whoever opens, releases or submits a case notes in the audit, under their
signature, a hash over the number of events and the last link. Without the link it tells nothing.
So does whoever returns a case, accepts it, or gives it to someone else; they name its assignee too.
"""

import hmac
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, select
from sqlmodel import col

from store.binding import fingerprint
from store.casework.grants import CaseRecord, was_manager
from store.casework.journal import Place
from store.crypto.keys import Unopenable
from store.databases.database import rows
from store.databases.tables import AuditRow
from store.record import audit, chain
from store.record.audit import Deed, Entry
from store.trust import taking_part
from store.trust.manifest import Body
from store.trust.roles import Role
from store.values import CaseState


class _By(StrEnum):
    """Who may sign a note about a case."""

    ASSIGNEE = "assignee"
    REVIEWER = "reviewer"
    """A supervisor."""
    MANAGER = "manager"
    RECEIVER = "receiver"
    """The assignee, on a computer whose study began with a packet."""


@dataclass(frozen=True)
class _Rule:
    """One kind of note: who signs it, after which states of the case, and which state follows."""

    by: frozenset[_By]
    after: frozenset[CaseState]
    to: frozenset[CaseState]


def _rule(by: Iterable[_By], after: Iterable[CaseState], to: Iterable[CaseState]) -> _Rule:
    return _Rule(frozenset(by), frozenset(after), frozenset(to))


_GOING_ON = _rule([_By.ASSIGNEE], ["open"], ["open"])
_JUDGES = (_By.REVIEWER, _By.MANAGER)
_RECEIVERS = (_By.ASSIGNEE, _By.MANAGER)
"""Whoever receives a packet notes what it brought; the packet's sender had signed it."""
_UNSEALED: tuple[CaseState, ...] = ("fresh", "open")

TRANSITIONS: dict[Deed, _Rule] = {
    Deed.CASE_BEGUN: _rule([_By.ASSIGNEE], ["fresh"], ["open"]),
    Deed.CASE_RESUMED: _GOING_ON,
    Deed.CASE_TAKEN_OVER: _GOING_ON,
    Deed.CASE_RELEASED: _GOING_ON,
    Deed.CASE_SUBMITTED: _rule([_By.ASSIGNEE], ["open"], ["submitted"]),
    Deed.CASE_ACCEPTED: _rule(_JUDGES, ["submitted"], ["accepted"]),
    Deed.CASE_RETURNED: _rule(_JUDGES, ["submitted"], ["open"]),
    Deed.CASE_REOPENED: _rule([_By.MANAGER], ["accepted"], ["open"]),
    Deed.CASE_REASSIGNED: _rule([_By.MANAGER], _UNSEALED, _UNSEALED),
    Deed.CASE_BROUGHT: _rule([_By.RECEIVER], [*_UNSEALED, "submitted"], _UNSEALED),
    Deed.JOURNAL_RECEIVED: _rule(_RECEIVERS, _UNSEALED, ["open"]),
    Deed.CASE_RECEIVED: _rule(_RECEIVERS, _UNSEALED, ["submitted"]),
}
"""Every way in which the journal of a case changes hands or state. A case begins `fresh`."""

_OWN = {one for one, rule in TRANSITIONS.items() if rule.by == {_By.ASSIGNEE}}
"""Of these the actor is the assignee; others name who is."""
_GOES_ON = {Deed.CASE_BEGUN, Deed.CASE_RESUMED, Deed.CASE_TAKEN_OVER}
"""After these the journal may have grown."""
_RETURNS = {Deed.CASE_RETURNED, Deed.CASE_REOPENED}
_WITH_RETURN = 5
"""Words of a note of a case that was brought when it had been returned; see `note`."""
_PART = 500
"""Entries that are looked up at once."""
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
    assignee: str = ""
    """Whose case it is from then on."""
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

    All its notes are looked at: one that nobody may sign, or not then, counts for nothing, and
    neither does what follows it.

    Args:
        connection: in a transaction.
        body: the manifest.
        case: its row.
        notes: all that the audit has of the case, where they are known and were found signed;
            looking for them takes the longer, the longer the audit is.

    Raises:
        Unopenable: someone signed one who may not, or not any more, or not in the state that the
            case was in; or the newest is about another assignee than the row.
    """
    if notes is None:
        notes = _notes(connection, body, case.id)
    elif notes:
        audit.numbered(connection, body, notes[-1].seq)
    noted: Noted | None = None
    for entry in notes:
        noted = _follow(connection, body, case, noted, entry)
    if noted is not None and noted.assignee != case.assignee:
        raise Unopenable
    return noted


def _notes(connection: Connection, body: Body, case_id: str) -> list[Entry]:
    """All notes of a case, oldest first, each signed by someone who took part then."""
    begins = _begins(case_id)
    last = audit.newest(connection, body, begins)
    if last is None:
        return []
    known = chain.cover(connection, body).notes.get(begins, [])
    found = [audit.numbered(connection, body, seq) for seq, *_ in known]
    if (
        not found
        or found[-1] != last
        or any(taking_part.had_ended(connection, body, one) for one in found)
    ):
        raise Unopenable
    return found


def _follow(
    connection: Connection, body: Body, case: CaseRecord, before: Noted | None, entry: Entry
) -> Noted:
    """What a note says, held against the one before it; Unopenable if it cannot follow that."""
    noted = _read(body, case, entry)
    rule = TRANSITIONS[noted.deed]
    was, is_ = state_of_case(before), state_of_case(noted)
    kept = before is None or before.assignee == noted.assignee
    by = _holds(connection, body, noted, rule)
    if not by or was not in rule.after or is_ not in rule.to:
        raise Unopenable
    # Only a data manager gives a case to someone else, or who brings it with a packet of theirs.
    if not kept and by.isdisjoint({_By.MANAGER, _By.RECEIVER}):
        raise Unopenable
    if noted.deed == Deed.CASE_REASSIGNED and was != is_:
        raise Unopenable
    if noted.deed == Deed.CASE_ACCEPTED and before is not None and before.state != noted.state:
        raise Unopenable
    return noted


def _read(body: Body, case: CaseRecord, entry: Entry) -> Noted:
    digest, _, people = entry.object.removeprefix(_begins(case.id)).partition(" ")
    assignee, _, returned_by = people.partition(" ")
    try:
        deed = Deed(entry.action)
    except ValueError:
        raise Unopenable from None
    if deed not in TRANSITIONS or bool(assignee) == (deed in _OWN):
        raise Unopenable
    if returned_by and deed != Deed.CASE_BROUGHT:
        raise Unopenable
    fresh = digest == state(place_of(body, case), 0, b"")
    whose = assignee or entry.actor
    return Noted(entry.seq, deed, entry.actor, digest, fresh, whose, returned_by)


def _holds(connection: Connection, body: Body, noted: Noted, rule: _Rule) -> frozenset[_By]:
    """In which of the ways that the rule allows the actor could sign; empty when in none."""
    person = body.person_by_id(noted.actor)
    if person is None:
        return frozenset()
    own = noted.actor == noted.assignee
    found = {
        _By.ASSIGNEE: own,
        _By.REVIEWER: Role.SUPERVISOR in person.held_roles,
        _By.MANAGER: was_manager(person),
        _By.RECEIVER: own and _By.RECEIVER in rule.by and _began_with_a_packet(connection, body),
    }
    return frozenset(by for by in rule.by if found[by])


def _began_with_a_packet(connection: Connection, body: Body) -> bool:
    """Whether this is no office, but a computer to which cases are sent."""
    return audit.numbered(connection, body, 1).action == Deed.PACKET_RECEIVED.value


def returned(connection: Connection, body: Body, case_ids: Sequence[str]) -> dict[str, str]:
    """By whom each of these cases was returned and not handed in since: id of the person.

    For lists: from the chain as it was walked, without following every note as `newest` does. Only
    notes of a return are looked up, and those of packets, which may have brought one.
    """
    notes = chain.cover(connection, body).notes
    cases = {seq: one for one in case_ids for seq in _since_handed_in(notes.get(_begins(one), []))}
    numbers = sorted(cases)
    by: dict[str, str] = {}
    columns = (col(AuditRow.seq), col(AuditRow.action), col(AuditRow.actor), col(AuditRow.object))
    for at in range(0, len(numbers), _PART):
        part = col(AuditRow.seq).in_(numbers[at : at + _PART])
        query = select(*columns).where(part).order_by(col(AuditRow.seq))
        for seq, action, actor, about in rows(connection, query):
            if action in _RETURNS:
                by[cases[seq]] = actor
            elif action == Deed.CASE_BROUGHT and len(words := about.split(" ")) == _WITH_RETURN:
                by[cases[seq]] = words[-1]
    return by


def _since_handed_in(notes: Sequence[tuple[int, bytes, str]]) -> Iterator[int]:
    """Of the notes of a case, newest first: those that may tell of a return, back to the last."""
    for seq, _, action in reversed(notes):
        if action in _SEALED:
            return
        if action in _RETURNS or action == Deed.CASE_BROUGHT:
            yield seq
        if action in _RETURNS:
            return


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
