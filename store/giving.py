"""Whose signature counts: administrators by appointment, data managers by being given a data key.

The founder gives the first data key to the data managers of the founding; from then on only someone
who was given a data key gives one on, or recovery sheets do, which may appoint an administrator
too. A further key of the study counts when an administrator and a data manager signed it, and so do
recovery sheets. What a person signed goes on counting after they left.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from store.binding import bind
from store.entries import (
    DATA,
    FORMAT_1,
    RECOVERY,
    Body,
    GivenKey,
    KeyEntry,
    PersonEntry,
    Recovery,
    family_of,
    generation_of,
    pack,
    unpack,
)
from store.keys import (
    KEY_SIZE,
    SEALING_SECRET_SIZE,
    PublicKeys,
    SealingSecret,
    SigningSecret,
    Unopenable,
    check_sealing_public,
    data_key_fingerprint,
    expand,
    seal_to,
    wipe,
)
from store.roles import Role

Signer = tuple[str, SigningSecret]
"""A person's id and their signing key."""


def appointment(study: str, kind: str, person: str, public: PublicKeys) -> bytes:
    """The message by which an administrator appoints another."""
    return bind("appointment", study, kind, person, public.fingerprint)


def give(
    study: str,
    kind: str,
    key: str,
    secret: SealingSecret,
    person: str,
    public: PublicKeys,
    by: Signer,
) -> GivenKey:
    """A key of the study for one person.

    Args:
        study: its id.
        kind: live or practice.
        key: name of the key.
        secret: its secret half.
        person: id of whom it is given to.
        public: their public keys.
        by: a data manager (at the founding the founder), or `RECOVERY` with the signing key that
            recovery sheets open.
    """
    wrap = seal_to(public.sealing, secret.raw, _info(study, kind, secret.public, person, public))
    message = _given_message(study, kind, key, secret.public, person, public, wrap)
    giver, signing = by
    return GivenKey.model_validate(
        {"key": key, "wrap": pack(wrap), "by": giver, "signature": pack(signing.sign(message))}
    )


def open_given(
    body: Body, person: PersonEntry, given: GivenKey, own: SealingSecret
) -> SealingSecret:
    """The secret half of a key of the study; Unopenable when it is not that key."""
    try:
        public = body.public_key(given.key)
        info = _info(body.id, body.kind, public, person.id, person.public)
        secret = SealingSecret(own.open(unpack(given.wrap), info, SEALING_SECRET_SIZE))
    except (KeyError, ValueError):
        raise Unopenable from None
    if secret.public != public:
        secret.wipe()
        raise Unopenable
    return secret


def make_key(
    body: Body,
    name: str,
    public: bytes,
    administrator: Signer,
    manager: Signer,
    before: SealingSecret,
) -> KeyEntry:
    """The entry of a further key of the study, signed by both.

    Args:
        body: the manifest, without it.
        name: from `next_name`.
        public: its public half.
        administrator: who makes it.
        manager: who gives it.
        before: the newest data key, which the manager holds.
    """
    message = _key_message(body, name, public)
    return KeyEntry(
        name=name,
        public=pack(public),
        made_by=administrator[0],
        made_signature=pack(administrator[1].sign(message)),
        given_by=manager[0],
        given_signature=pack(manager[1].sign(message)),
        proof=pack(_proof(before, message)),
    )


def unproved(body: Body, held: Mapping[str, SealingSecret]) -> str | None:
    """A key of the study that was made without the data key before it; None when there is none.

    By signatures alone an administrator could name a data manager of their own and make a key with
    them. Only who holds the data key before it can tell; others find nothing.
    """
    newest = DATA
    for entry in body.keys:
        secret = held.get(newest)
        if secret is not None:
            message = _key_message(body, entry.name, unpack(entry.public))
            if not hmac.compare_digest(_proof(secret, message), _bytes(entry.proof)):
                return entry.name
        if family_of(entry.name) == DATA:
            newest = entry.name
    return None


def make_recovery(
    body: Body,
    made_at: str,
    signing: bytes,
    wraps: Mapping[str, bytes],
    administrator: Signer,
    manager: Signer,
) -> Recovery:
    """Recovery sheets for the newest data key, signed by both and not rehearsed yet.

    Args:
        body: the manifest.
        made_at: ISO 8601 with zone (UTC).
        signing: public half of the signing key that the sheets open.
        wraps: for `1-2`, `1-3` and `2-3` what two sheets open.
        administrator: who made them.
        manager: the data manager who gave them the data key.
    """
    packed = {pair: pack(wrap) for pair, wrap in wraps.items()}
    key = body.data_key_name
    message = _recovery_message(body, key, made_at, pack(signing), packed)
    return Recovery.model_validate(
        {
            "key": key,
            "made_at": made_at,
            "signing": pack(signing),
            "wraps": packed,
            "made_by": administrator[0],
            "made_signature": pack(administrator[1].sign(message)),
            "given_by": manager[0],
            "given_signature": pack(manager[1].sign(message)),
        }
    )


def rehearsed(body: Body, recovery: Recovery, at: str, by: Signer) -> Recovery:
    """The same sheets, with the word of the one who tried two of them."""
    signature = pack(by[1].sign(_rehearsal_message(body, recovery, at)))
    return recovery.model_copy(
        update={"rehearsed_at": at, "rehearsed_by": by[0], "rehearsed_signature": signature}
    )


def with_recovery(body: Body, recovery: Recovery) -> Body:
    """The body with new sheets in force; old ones are kept where someone was let in by them."""
    used = any(
        person.appointed_by == RECOVERY or any(given.by == RECOVERY for given in person.keys)
        for person in body.people
    )
    before = body.earlier_recoveries
    if used and body.recovery is not None:
        before = (*before, body.recovery)
    return body.model_copy(update={"recovery": recovery, "earlier_recoveries": before})


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
        sheets.append(_bytes(waiting.pop(0).signing))


def is_administrator(body: Body, person: PersonEntry) -> bool:
    """Whether the chain of appointments reaches the founder, or sheets that count."""
    return person.id in trusted(body).administrators


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
        message = _key_message(body, entry.name, unpack(entry.public))
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
        if _bytes(recovery.signing) not in counted.sheets:
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
    message = _recovery_message(
        body, recovery.key, recovery.made_at, recovery.signing, recovery.wraps
    )
    return _both(body, recovery, message, counted)


def _rehearsal_holds(body: Body, recovery: Recovery, entitled: frozenset[str]) -> bool:
    parts = (recovery.rehearsed_at, recovery.rehearsed_by, recovery.rehearsed_signature)
    at, by, signature = parts
    if at is None or by is None or signature is None:
        return parts == (None, None, None)
    return by in entitled and _signed(body, by, signature, _rehearsal_message(body, recovery, at))


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
        return given.key == DATA and given.signature == ""
    message = _given_message(body.id, body.kind, given.key, public, person.id, person.public, wrap)
    if given.by == RECOVERY:
        return _by_sheets(sheets, given.signature, message)
    entitled = given.by in counted or (given.by == body.founder and given.key == DATA)
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
    return public.verifies(_bytes(signature), message)


def _bytes(text: str) -> bytes:
    try:
        return unpack(text)
    except ValueError:
        return b""


def _info(study: str, kind: str, key: bytes, person: str, public: PublicKeys) -> bytes:
    """What the wrap of a given key is bound to; as in format 1, so that its wraps go on opening."""
    return bind("data key", study, kind, person, public.fingerprint, data_key_fingerprint(key))


def _given_message(
    study: str, kind: str, name: str, key: bytes, person: str, public: PublicKeys, wrap: bytes
) -> bytes:
    fingerprints = (public.fingerprint, data_key_fingerprint(key))
    return bind("study key given", study, kind, name, person, *fingerprints, wrap)


def _proof(before: SealingSecret, message: bytes) -> bytes:
    key = expand(before.raw, "key that follows", KEY_SIZE)
    proof = hmac.new(key, message, "sha256").digest()
    wipe(key)
    return proof


def _key_message(body: Body, name: str, public: bytes) -> bytes:
    names = body.key_names(family_of(name))
    older = [one for one in names if generation_of(one) < generation_of(name)]
    before = data_key_fingerprint(body.public_key(older[-1])) if older else ""
    return bind("study key", body.id, body.kind, name, data_key_fingerprint(public), before)


def _recovery_message(
    body: Body, key: str, made_at: str, signing: str, wraps: Mapping[str, str]
) -> bytes:
    public = data_key_fingerprint(body.public_key(key))
    opened = [_bytes(wraps[pair]) for pair in ("1-2", "1-3", "2-3")]
    return bind("recovery", body.id, body.kind, key, public, made_at, _bytes(signing), *opened)


def _rehearsal_message(body: Body, recovery: Recovery, at: str) -> bytes:
    public = data_key_fingerprint(body.public_key(recovery.key))
    signing = _bytes(recovery.signing)
    return bind("recovery rehearsed", body.id, body.kind, recovery.key, public, signing, at)
