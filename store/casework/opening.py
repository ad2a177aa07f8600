"""Opening a case: its lease, its keys, and its journal held against what the audit noted."""

import contextlib
import os
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from store.casework import cases, grants, lease, progress
from store.casework.grants import CaseRecord
from store.casework.handed_in import goes_on_from, handed_in
from store.casework.held_case import HeldCase
from store.casework.journal import Opened, first_head, replay
from store.casework.moves import version_in_use
from store.casework.open_case import OpenCase
from store.casework.progress import Noted, place_of
from store.casework.rekeying import entries_of, put_journal
from store.clock import quarter, to_text
from store.crypto.keys import KEY_SIZE, CaseKeys, Unopenable, wipe
from store.crypto.sealing import open_identity
from store.erasing import ledger
from store.errors import AlreadySubmitted, CaseInUse, DamagedCase, NotAllowed
from store.record import audit
from store.record.audit import Deed
from store.study import find_instrument, name_of
from store.team.recovery import require_rehearsed
from store.trust.roles import Action
from store.waiting import leftovers

if TYPE_CHECKING:
    from store.access import Access


def open_case(access: "Access", case_id: str) -> OpenCase:
    """Take a case, replay it, and hand it over; see `Access.open_case`."""
    return _open(access, lambda _: case_id)


def claim_next(access: "Access", among: Sequence[str]) -> OpenCase | None:
    """Open the first free one of these cases; see `Access.claim_next`."""
    try:
        return _open(access, lambda connection: _first(connection, access, among))
    except _NoneFree:
        return None


class _NoneFree(Exception):
    """Every one of the cases is held, away, or not to be opened by this person."""


def _first(connection: Connection, access: "Access", among: Sequence[str]) -> str:
    found = lease.first_free(connection, among, access.entry.id)
    if found is None:
        raise _NoneFree
    return found


def _open(access: "Access", choose: Callable[[Connection], str]) -> OpenCase:
    with contextlib.ExitStack() as spoiled:
        opened = _taken_up(access, choose, spoiled)
        spoiled.pop_all()
    return opened


def _taken_up(
    access: "Access", choose: Callable[[Connection], str], spoiled: contextlib.ExitStack
) -> OpenCase:
    """The open case; where it comes to nothing, `spoiled` overwrites its keys."""
    study, me, keys = access.study, access.entry.id, access.keys
    body, now = study.body, study.now()
    short_id = ""
    try:
        with lease.remembering() as remember, study.database.write() as connection:
            case_id = choose(connection)
            short_id = case_id[:8]
            body = study.body  # as it stands now that nobody else can change it
            case = cases.find(connection, case_id)
            ledger.require_kept(connection, case)
            envelope = cases.identity(connection, case_id)
            grants.require_record(body, case, envelope)
            if case.assignee != me:
                raise NotAllowed(
                    f"Case {case.short_id} is assigned to {name_of(body, case.assignee)}: "
                    "only they can open it."
                )
            if case.state in ("submitted", "accepted"):
                raise AlreadySubmitted(case.short_id)
            access.require_case(Action.OPEN_CASE, case)
            if grants.is_erased(envelope):
                raise NotAllowed(
                    f"The contact of case {case.short_id} was erased with those of all cases: "
                    "it can no longer be conducted."
                )
            ledger.require_identity_kept(connection, case)
            require_rehearsed(body)
            noted = progress.newest(connection, body, case)
            returned_by = "" if noted is None else noted.returned_by
            grants.require_given(connection, body, case, returned_by)
            find_instrument(body, case.instrument)
            if case.state != progress.state_of_case(noted):
                raise Unopenable
            token, taken_over = lease.take(connection, case_id, me, to_text(now))
            remember(case_id, token)
            if noted is None or noted.fresh:
                case, case_key = _begin(connection, access, case, now)
                deed = Deed.CASE_BEGUN
            else:
                case_key = _own_key(connection, access, case)
                deed = Deed.CASE_TAKEN_OVER if taken_over else Deed.CASE_RESUMED
            given = CaseKeys.derive(case_key)
            wipe(case_key)
            spoiled.callback(given.wipe)
            case, case_keys, journal = _replayed(connection, access, case, given, noted)
            spoiled.callback(case_keys.wipe)
            left = leftovers.claim(access, case, token)
            case, taken_up = left.into(connection, case, case_keys, journal)
            identity_key = grants.case_key(connection, body, case, "identity", access.holders())
            if identity_key is None:
                raise Unopenable
            try:
                who = open_identity(identity_key, (body.id, body.kind, case_id), envelope)
            finally:
                wipe(identity_key)
            label, identity = who["label"], who["identity"]
            if not isinstance(label, str) or not isinstance(identity, dict):
                raise Unopenable
            note = progress.note(place_of(body, case), case.n, case.head)
            audit.record(connection, body, me, keys.signing, deed, note, now)
    except lease.Held as held:
        raise CaseInUse(short_id, name_of(body, held.holder), held.since) from None
    except (Unopenable, KeyError):
        raise DamagedCase(short_id) from None
    left.settle()
    ours = HeldCase(access, case, token, case_keys, journal)
    return OpenCase(ours, (label, identity), taken_up)


def _replayed(
    connection: Connection,
    access: "Access",
    case: CaseRecord,
    keys: CaseKeys,
    noted: Noted | None,
) -> tuple[CaseRecord, CaseKeys, list[Opened]]:
    """The journal, held against row and audit; under a new key if somebody else gave this one."""
    body, me = access.study.body, access.entry.id
    place = place_of(body, case)
    journal = replay(keys, place, cases.events(connection, case.id), case.n, case.head)
    links = [first_head(keys, place), *(event.head for event in journal)]
    if noted is not None and not noted.fresh and not progress.is_kept(noted, place, links):
        raise Unopenable
    version_in_use(body, case.instrument, (one.event for one in journal))
    own = grants.find(connection, case.id, "answers", me)
    if own is None or own.granted_by != me:
        keys.wipe()
        entries = entries_of(journal)
        if not goes_on_from(handed_in(connection, body, case.id), place, entries):
            raise Unopenable
        granter, now = (me, access.keys.signing), access.study.now()
        keys, journal = put_journal(connection, body, case, entries, granter, now)
        case = cases.find(connection, case.id)
    return case, keys, journal


def _begin(
    connection: Connection, access: "Access", case: CaseRecord, now: datetime
) -> tuple[CaseRecord, bytearray]:
    """First opening: make the answers key, grant it, and start the chain."""
    if case.n or case.head:
        raise Unopenable
    body, keys = access.study.body, access.keys
    case_key = bytearray(os.urandom(KEY_SIZE))
    for recipient in (access.entry.id, body.data_key_name):
        grants.grant(
            connection,
            body,
            case.id,
            "answers",
            recipient,
            case_key,
            access.entry.id,
            keys.signing,
        )
    case_keys = CaseKeys.derive(case_key)
    head = first_head(case_keys, place_of(body, case))
    case_keys.wipe()
    cases.begin(connection, case.id, head, quarter(now))
    return cases.find(connection, case.id), case_key


def _own_key(connection: Connection, access: "Access", case: CaseRecord) -> bytearray:
    key = grants.open_grant(
        connection, access.study.body, case, "answers", access.entry.id, access.keys.sealing
    )
    if key is None:
        raise Unopenable
    return key
