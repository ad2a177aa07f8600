"""One event onto the end of an open case's journal: in the database, or beside it on this disk."""

import contextlib
import uuid
from collections.abc import Iterator
from dataclasses import replace

from store import canonical
from store.canonical import JSON
from store.casework import cases, moves
from store.casework.held_case import HeldCase
from store.casework.journal import seal_event
from store.clock import quarter
from store.crypto.keys import CaseKeys
from store.errors import (
    AlreadySubmitted,
    InvalidInput,
    LeaseLost,
    StoreBusy,
    StoreError,
    Unreachable,
)
from store.values import JournalEntry, Receipt
from store.waiting import local_drafts
from store.waiting.doubt import Doubt, End
from store.waiting.spool import Record


def append(
    held: HeldCase, event: dict[str, JSON], event_id: uuid.UUID | None, within: float | None
) -> Receipt:
    """Save one event; see `OpenCase.append`."""
    if held.access.study.database.kind == "sqlite":
        # Beside a file there is nothing that is in reach while the file is not: who cannot wait
        # any longer is refused, and holds the event still.
        with held.soon(within):
            return _append(held, event, event_id, None)
    return _append(held, event, event_id, within)


def keep_draft(held: HeldCase, entry: JournalEntry) -> None:
    """Keep an entry that the journal does not take any more, behind what it holds.

    Raises:
        DiskFull, Unwritable: it was not kept.
    """
    numbered = replace(entry, seq=held.end.count + 1)
    local_drafts.keep(held.access, held.case.id, [numbered])
    held.draft_kept = True


def _append(
    held: HeldCase, event: dict[str, JSON], event_id: uuid.UUID | None, within: float | None
) -> Receipt:
    database = held.access.study.database
    with database.turn_of(held.turn, within):
        keys = held.unlocked()
        identifier = uuid.uuid4() if event_id is None else event_id
        # A copy, so that a caller who goes on using the mapping does not change what was saved.
        kept = canonical.read_object(canonical.encode(event))
        again = JournalEntry(0, held.access.study.now(), str(identifier), kept)
        with _keeping(held, again):
            if held.doubtful is not None and not held.outbox:
                doubt = held.doubtful
                try:
                    with held.soon(within), database.settled() as connection:
                        held.look(connection)
                except Unreachable:
                    if (doubt.entry.event_id, doubt.entry.event) != (str(identifier), kept):
                        raise
                    return _keep_here(held, keys)
            if (known := held.by_id.get(str(identifier))) is not None:
                if known.event != kept:
                    raise InvalidInput("This entry's id was already used for another entry.")
                here = held.outbox.holds(known.seq)
                return Receipt(known.seq, known.at, "here" if here else "there")
            if moves.is_move(event):
                moves.require_move(held.access.study.body, held.instrument, event)
            at, seq, before = again.at, held.end.count + 1, held.end.head
            sealed = seal_event(keys, held.place, seq, before, at, identifier, event)
            held.unlocked()  # keys put away meanwhile would have sealed it as nobody can open it
            held.doubtful = Doubt(
                End(seq, sealed.head),
                JournalEntry(seq, at, str(identifier), kept),
                Record(seq, before, sealed.envelope, quarter(at)),
            )
            return _send(held, keys, held.doubtful, within)


def _send(held: HeldCase, keys: CaseKeys, doubt: Doubt, within: float | None) -> Receipt:
    """To the server behind all that waits; to the disk of this computer while it is gone."""
    if within:  # else it is delivered, or refused, now
        held.outbox.require_sound()
    waits = held.outbox if within else not held.outbox.delivered(held.lost)
    if waits:
        return _keep_here(held, keys)
    try:
        with held.access.study.database.append(within) as connection:
            one = doubt.record
            saved = cases.append(
                connection,
                held.case.id,
                held.token,
                one.seq,
                one.previous,
                one.envelope,
                doubt.after.head,
                one.updated,
            )
            if not saved:
                lost = held.lost(connection)
                held.doubtful = None
                raise lost
    except Unreachable:
        # Also where the answer to COMMIT is missing: it is not written again if it is there.
        return _keep_here(held, keys)
    except StoreBusy:
        if within is None:
            raise
        return _keep_here(held, keys)
    return held.accept()


def _keep_here(held: HeldCase, keys: CaseKeys) -> Receipt:
    doubt = held.doubtful
    assert doubt is not None
    held.outbox.keep(doubt.record, doubt.after.head, keys, doubt.entry)
    return replace(held.accept(), where="here")


@contextlib.contextmanager
def _keeping(held: HeldCase, entry: JournalEntry) -> Iterator[None]:
    """If the case turns out to be somebody else's by now, keep what was entered as a draft."""
    try:
        yield
    except (LeaseLost, AlreadySubmitted) as refused:
        # The refusal is what has to be told, also where there is no room for a draft.
        with contextlib.suppress(StoreError):
            keep_draft(held, entry)
            refused.kept += 1
        raise
