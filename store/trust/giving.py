"""Making what the chain of trust consists of: appointments, given keys, further keys, and sheets.

Each is a message and a signature under it; `trust` says whose signatures count.
"""

import hmac
from collections.abc import Mapping

from store.binding import bind, fingerprint
from store.crypto.keys import (
    KEY_SIZE,
    SEALING_SECRET_SIZE,
    PublicKeys,
    SealingSecret,
    SigningSecret,
    Unopenable,
    data_key_fingerprint,
    expand,
    seal_to,
    wipe,
)
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
    generation_of,
    pack,
    unpack,
)

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
    message = given_message(study, kind, key, secret.public, person, public, wrap)
    giver, signing = by
    return GivenKey.model_validate(
        {"key": key, "wrap": pack(wrap), "by": giver, "signature": pack(signing.sign(message))}
    )


def pin(body: Body) -> bytes:
    """What each key file holds of the founding, 32 bytes: the data key, and who was given it.

    A study that comes from format 1 did not say who was; there it is the data key alone.
    """
    first = data_key_fingerprint(unpack(body.data_key))
    if not body.founding:
        return bytes.fromhex(first)
    found = [(one, body.person_by_id(one)) for one in body.founding]
    named = [text for one, who in found for text in (one, who.public.fingerprint if who else "")]
    return bytes.fromhex(fingerprint("founding", first, *named))


def by_format_1(body: Body, holder: str) -> tuple[PersonEntry, ...]:
    """Who takes part and holds the data key by an administrator's word alone, without `holder`."""
    return tuple(
        one
        for one in body.active()
        if one.id != holder and any(given.by == FORMAT_1 for given in one.keys)
    )


def vouched(body: Body, person: PersonEntry, by: Signer) -> PersonEntry:
    """The same person, whom from now on a data manager's signature vouches for."""

    def signed(given: GivenKey) -> GivenKey:
        if given.by != FORMAT_1:
            return given
        public, wrap = body.public_key(given.key), unpack(given.wrap)
        place = (body.id, body.kind, given.key, public)
        message = given_message(*place, person.id, person.public, wrap)
        return given.model_copy(update={"by": by[0], "signature": pack(by[1].sign(message))})

    return person.model_copy(update={"keys": tuple(signed(one) for one in person.keys)})


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
    message = key_message(body, name, public)
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
            message = key_message(body, entry.name, unpack(entry.public))
            if not hmac.compare_digest(_proof(secret, message), raw_of(entry.proof)):
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
    message = recovery_message(body, key, made_at, pack(signing), packed)
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
    signature = pack(by[1].sign(rehearsal_message(body, recovery, at)))
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


def raw_of(text: str) -> bytes:
    """The bytes that a text of the manifest stands for; none when it stands for none."""
    try:
        return unpack(text)
    except ValueError:
        return b""


def _info(study: str, kind: str, key: bytes, person: str, public: PublicKeys) -> bytes:
    """What the wrap of a given key is bound to; as in format 1, so that its wraps go on opening."""
    return bind("data key", study, kind, person, public.fingerprint, data_key_fingerprint(key))


def given_message(
    study: str, kind: str, name: str, key: bytes, person: str, public: PublicKeys, wrap: bytes
) -> bytes:
    """The message by which a key of the study is given."""
    fingerprints = (public.fingerprint, data_key_fingerprint(key))
    return bind("study key given", study, kind, name, person, *fingerprints, wrap)


def _proof(before: SealingSecret, message: bytes) -> bytes:
    key = expand(before.raw, "key that follows", KEY_SIZE)
    proof = hmac.new(key, message, "sha256").digest()
    wipe(key)
    return proof


def key_message(body: Body, name: str, public: bytes) -> bytes:
    """The message that makes a further key of the study, behind the one before it."""
    names = body.key_names(family_of(name))
    older = [one for one in names if generation_of(one) < generation_of(name)]
    before = data_key_fingerprint(body.public_key(older[-1])) if older else ""
    return bind("study key", body.id, body.kind, name, data_key_fingerprint(public), before)


def recovery_message(
    body: Body, key: str, made_at: str, signing: str, wraps: Mapping[str, str]
) -> bytes:
    """The message that makes recovery sheets."""
    public = data_key_fingerprint(body.public_key(key))
    opened = [raw_of(wraps[pair]) for pair in ("1-2", "1-3", "2-3")]
    return bind("recovery", body.id, body.kind, key, public, made_at, raw_of(signing), *opened)


def rehearsal_message(body: Body, recovery: Recovery, at: str) -> bytes:
    """The message of whoever tried two sheets."""
    public = data_key_fingerprint(body.public_key(recovery.key))
    signing = raw_of(recovery.signing)
    return bind("recovery rehearsed", body.id, body.kind, recovery.key, public, signing, at)
