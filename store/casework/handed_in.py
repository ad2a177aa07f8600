"""What was handed in, as the audit remembers it: a journal that comes back must begin with it.

Whoever returns a case knows its answers key, and with a program of their own could alter what they
put back. Therefore the note of a submission, signed by the interviewer, is over the events
themselves; their random ids keep it from being guessed.
"""

import hmac
from collections.abc import Sequence

from sqlalchemy import Connection

from store.casework.journal import Place
from store.casework.progress import state
from store.crypto.keys import Unopenable
from store.crypto.sealing import journal_digests
from store.record import audit
from store.record.audit import Deed, Entry
from store.trust.manifest import Body
from store.trust.roles import Role
from store.values import JournalEntry

_DEEDS = (Deed.CASE_SUBMITTED, Deed.CASE_RECEIVED)


def handed_in(connection: Connection, body: Body, case_id: str) -> str | None:
    """The state of the newest submission that the journal of a case must begin with; None without.

    What a packet brought was held against it when it came, as far as it is what went on from it.

    Raises:
        Unopenable: the entry does not hold, or its actor never interviewed.
    """
    begins = f"{case_id} journal "
    found = [audit.newest_of(connection, begins, deed) for deed in _DEEDS]
    seq = max((one for one in found if one is not None), default=None)
    brought = audit.newest_of(connection, begins, Deed.CASE_BROUGHT)
    if seq is not None and brought is not None and brought > seq:
        return None
    return None if seq is None else _state(body, audit.numbered(connection, body, seq))


def handed_in_among(body: Body, notes: Sequence[Entry]) -> str | None:
    """The same from the notes of a case, oldest first."""
    entries = [one for one in notes if one.action in (*_DEEDS, Deed.CASE_BROUGHT)]
    if not entries or entries[-1].action == Deed.CASE_BROUGHT:
        return None
    return _state(body, entries[-1])


def goes_on_from(handed: str | None, place: Place, journal: Sequence[JournalEntry]) -> bool:
    """Whether a journal begins with all that was handed in before it was put back."""
    return handed is None or any(
        hmac.compare_digest(state(place, count, digest), handed)
        for count, digest in enumerate(journal_digests(journal))
    )


def _state(body: Body, entry: Entry) -> str:
    actor = body.person_by_id(entry.actor)
    interviewed = actor is not None and Role.INTERVIEWER in actor.held_roles
    if entry.action == Deed.CASE_SUBMITTED and not interviewed:
        raise Unopenable
    return entry.object.split(" ")[2]
