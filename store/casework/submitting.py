"""Handing in an open case, and finding out whether that happened where an error was reported."""

import contextlib

from store import canonical
from store.backup.ballast import with_room
from store.canonical import JSON
from store.casework import cases
from store.casework.handing_in import hand_in
from store.casework.held_case import HeldCase
from store.crypto.keys import CaseKeys, Unopenable, sha256
from store.erasing.cleaning import forget_handed_in
from store.errors import AlreadySubmitted, StoreError
from store.values import Receipt
from store.waiting.doubt import Handed


def submit(held: HeldCase, document: dict[str, JSON]) -> Receipt:
    """Hand in the case; see `OpenCase.submit`."""
    with held.turn, held.access.study.database.patient():
        keys, digest = held.unlocked(), sha256(canonical.encode(document))
        held.outbox.require_delivered(held.lost)
        if (receipt := _receipt(held, digest)) is not None:
            return receipt
        try:
            folder = held.access.study.folder
            receipt = with_room(folder, lambda: _hand_in(held, document, digest, keys))
        except (StoreError, Unopenable):
            # The disk may report an error for what it did nevertheless. Where it cannot be
            # read now either, the error stands, and `submitted` looks again.
            settled = None
            with contextlib.suppress(StoreError):
                settled = _receipt(held, digest)
            if settled is None:
                held.unlocked()  # keys put away meanwhile neither open nor sign
                raise
            return settled
        held.put_away()
        return receipt


def submitted(held: HeldCase) -> bool:
    """Whether the case is sealed; see `OpenCase.submitted`."""
    with held.turn:
        sealed = held.record().state in ("submitted", "accepted")
        if sealed and held.keys is not None:
            held.put_away()
        return sealed


def _hand_in(held: HeldCase, document: dict[str, JSON], digest: bytes, keys: CaseKeys) -> Receipt:
    access = held.access
    with access.study.database.write() as connection:
        body, at = access.study.body, access.study.now()
        case = held.look(connection)
        journal = held.replayed(connection, case, keys)
        opened = (case, held.token, journal, held.version(body, journal))
        sealed = hand_in(connection, access, body, opened, document, at)
        receipt = Receipt(len(journal), at)
        held.handed = Handed(sealed, digest, receipt)
    forget_handed_in(access.study.folder, body, case.id, case.assignee)
    return receipt


def _receipt(held: HeldCase, document: bytes) -> Receipt | None:
    """Of a submission that reported an error, if it happened after all; None if it did not.

    Raises:
        AlreadySubmitted: it did, with another document than this.
    """
    if (handed := held.handed) is None:
        return None
    study = held.access.study
    with study.database.settled() as connection:
        happened = cases.sealed(connection, held.case.id) == handed.sealed
    held.handed = None
    if not happened:
        return None
    held.put_away()
    with contextlib.suppress(StoreError):
        forget_handed_in(study.folder, study.body, held.case.id, held.case.assignee)
    if handed.document != document:
        raise AlreadySubmitted(held.case.short_id)
    return handed.receipt
