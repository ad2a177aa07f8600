"""The chain of trust: whose signature counts for the keys of a study.

The founder gives the first data key to the data managers of the founding, whom every key file
pins; from then on only someone who was given a data key gives one on, or recovery sheets do, which
may appoint an administrator too. A further key of the study counts when an administrator and a data
manager signed it, and so do recovery sheets. What a person signed goes on counting after they left.
`giving` makes what is held against this.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from store.crypto.keys import PublicKeys, check_sealing_public
from store.trust.entries import (
    DATA,
    FORMAT_1,
    RECOVERY,
    Body,
    GivenKey,
    KeyEntry,
    PersonEntry,
    Recovery,
    family_of,
    unpack,
)
from store.trust.giving import (
    appointment,
    given_message,
    key_message,
    raw_of,
    recovery_message,
    rehearsal_message,
)
from store.trust.roles import Role


@dataclass(frozen=True)
class Trusted:
    """Whose signatures count."""

    administrators: frozenset[str]
    """Ids of those whose chain of appointments reaches the founder, or sheets."""
    managers: frozenset[str]
    """Ids of all who were ever given a data key by someone entitled to."""
    sheets: tuple[bytes, ...]
    """Public signing keys of recovery sheets."""


def trusted(body: Body) -> Trusted:
    """Follow the chains from the founder on.

    Sheets count when an administrator and a data manager made them who count without these sheets
    or any later: otherwise someone could make up sheets, let themselves in, and sign the sheets.
    """
    sheets: list[bytes] = []
    waiting = _all_sheets(body)
    while True:
        counted = Trusted(
            frozenset(one.id for one in body.people if _is_administrator(body, one, sheets)),
            _managers(body, sheets),
            tuple(sheets),
        )
        if not waiting or not _made_by_both(body, waiting[0], counted):
            return counted
        sheets.append(raw_of(waiting.pop(0).signing))


def is_administrator(body: Body, person: PersonEntry) -> bool:
    """Whether the chain of appointments reaches the founder, or sheets that count."""
    return person.id in trusted(body).administrators


def may_follow(before: Body, after: Body, signed_by: str) -> bool:
    """Whether a newer manifest from elsewhere is signed by someone who may, as is known here.

    Whoever appointed its signer and is known here must be an administrator here, who takes part.
    Otherwise a former administrator would sign what lets them in again, or let a helper sign it, or
    put keys of their own under the id of an administrator: nobody's keys change.
    """
    keys = {one.id: one.public for one in before.people}
    if any(one.public != keys.get(one.id, one.public) for one in after.people):
        return False
    who = after.person_by_id(signed_by)
    for _ in range(len(after.people)):
        if who is None:
            return False
        known = before.person_by_id(who.id)
        if known is not None and Role.ADMINISTRATOR in known.held_roles:
            return known.is_active() and Role.ADMINISTRATOR in known.roles
        if who.appointed_by == RECOVERY:
            return known is None
        who = after.person_by_id(who.appointed_by or "")
    return False


def managers(body: Body) -> frozenset[str]:
    """Ids of all who were ever given a data key by someone entitled to: the giving chain."""
    return trusted(body).managers


def _is_administrator(body: Body, person: PersonEntry, sheets: Sequence[bytes]) -> bool:
    for _ in range(len(body.people)):
        if Role.ADMINISTRATOR not in person.held_roles or person.appointment is None:
            return False
        message = appointment(body.id, body.kind, person.id, person.public)
        if person.appointed_by == RECOVERY:
            return _by_sheets(sheets, person.appointment, message)
        by = body.person_by_id(person.appointed_by or "")
        if by is None or not _verifies(by.public, person.appointment, message):
            return False
        if by.id == person.id:
            return person.id == body.founder
        person = by
    return False


def _managers(body: Body, sheets: Sequence[bytes]) -> frozenset[str]:
    counted: set[str] = set()
    waiting = [person for person in body.people if person.keys]
    while True:
        found = [
            person
            for person in waiting
            if any(
                family_of(given.key) == DATA and _counts(body, person, given, counted, sheets)
                for given in person.keys
            )
        ]
        if not found:
            return frozenset(counted)
        counted |= {person.id for person in found}
        waiting = [person for person in waiting if person.id not in counted]


def problem(body: Body) -> str | None:
    """What about the keys of the study is signed by nobody who may; None when all holds.

    Raises:
        ValueError: a public key is not one.
    """
    counted = trusted(body)
    return (
        _problem_of_keys(body, counted)
        or _problem_of_sheets(body, counted)
        or _problem_of_people(body, counted)
    )


def _problem_of_keys(body: Body, counted: Trusted) -> str | None:
    for family in ("data", "review"):
        names = body.key_names(family)
        expected = tuple(family if n == 1 else f"{family}.{n}" for n in range(1, len(names) + 1))
        if names != expected:
            return "its keys are not numbered one after the other"
    for entry in body.keys:
        check_sealing_public(unpack(entry.public))
        message = key_message(body, entry.name, unpack(entry.public))
        if not _both(body, entry, message, counted):
            return f"its key {entry.name} was not made by an administrator and a data manager"
    return None


def _problem_of_people(body: Body, counted: Trusted) -> str | None:
    for person in body.people:
        names = [given.key for given in person.keys]
        if len(set(names)) != len(names):
            return f"{person.name} was given a key twice"
        if Role.DATA_MANAGER in person.roles and person.id not in counted.managers:
            return f"no data manager made {person.name} a data manager"
        for given in person.keys:
            if not _counts(body, person, given, counted.managers, counted.sheets):
                return f"a key was given to {person.name} by nobody who may"
    return None


def _problem_of_sheets(body: Body, counted: Trusted) -> str | None:
    for recovery in _all_sheets(body):
        if set(recovery.wraps) != {"1-2", "1-3", "2-3"} or family_of(recovery.key) != DATA:
            return "its recovery sheets are not two of three for a data key"
        if recovery.key not in body.key_names(DATA):
            return "its recovery sheets are for a key that it does not have"
        if raw_of(recovery.signing) not in counted.sheets:
            return "its recovery sheets were not made by an administrator and a data manager"
        if not _rehearsal_holds(body, recovery, counted.administrators | counted.managers):
            return "the rehearsal of its recovery sheets is not signed by who did it"
    return None


def _all_sheets(body: Body) -> list[Recovery]:
    """Every set of sheets that the manifest knows, oldest first."""
    return [*body.earlier_recoveries, *([body.recovery] if body.recovery else [])]


def _made_by_both(body: Body, recovery: Recovery, counted: Trusted) -> bool:
    if set(recovery.wraps) != {"1-2", "1-3", "2-3"} or recovery.key not in body.key_names(DATA):
        return False
    message = recovery_message(
        body, recovery.key, recovery.made_at, recovery.signing, recovery.wraps
    )
    return _both(body, recovery, message, counted)


def _rehearsal_holds(body: Body, recovery: Recovery, entitled: frozenset[str]) -> bool:
    parts = (recovery.rehearsed_at, recovery.rehearsed_by, recovery.rehearsed_signature)
    at, by, signature = parts
    if at is None or by is None or signature is None:
        return parts == (None, None, None)
    return by in entitled and _signed(body, by, signature, rehearsal_message(body, recovery, at))


def _counts(
    body: Body,
    person: PersonEntry,
    given: GivenKey,
    counted: set[str] | frozenset[str],
    sheets: Sequence[bytes],
) -> bool:
    """Whether a key was given by someone who may, the data managers `counted` so far included."""
    receivers = {Role.DATA_MANAGER}
    if family_of(given.key) != DATA:
        receivers.add(Role.SUPERVISOR)
    try:
        public = body.public_key(given.key)
        wrap = unpack(given.wrap)
    except (KeyError, ValueError):
        return False
    if receivers.isdisjoint(person.held_roles):
        return False
    if given.by == FORMAT_1:
        return not body.founding and given.key == DATA and given.signature == ""
    message = given_message(body.id, body.kind, given.key, public, person.id, person.public, wrap)
    if given.by == RECOVERY:
        return _by_sheets(sheets, given.signature, message)
    founded = given.by == body.founder and given.key == DATA and person.id in body.founding
    entitled = given.by in counted or founded
    return entitled and _signed(body, given.by, given.signature, message)


def _both(
    body: Body,
    entry: KeyEntry | Recovery,
    message: bytes,
    counted: Trusted,
) -> bool:
    return (
        entry.made_by in counted.administrators
        and entry.given_by in counted.managers
        and _signed(body, entry.made_by, entry.made_signature, message)
        and _signed(body, entry.given_by, entry.given_signature, message)
    )


def _by_sheets(sheets: Sequence[bytes], signature: str, message: bytes) -> bool:
    return any(_verifies(PublicKeys(b"", one), signature, message) for one in sheets)


def _signed(body: Body, person_id: str, signature: str, message: bytes) -> bool:
    person = body.person_by_id(person_id)
    return person is not None and _verifies(person.public, signature, message)


def _verifies(public: PublicKeys, signature: str, message: bytes) -> bool:
    return public.verifies(raw_of(signature), message)
