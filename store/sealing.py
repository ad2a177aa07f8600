"""Sealed boxes: the identity of a case, and a submitted case. Pure functions over bytes.

Content goes into Cobblestone-256 (chunked AES-256-GCM that commits to its key and to a context
and notices truncation), padded to multiples of a block so that lengths tell little. A submitted
case is signed by its interviewer inside the box; the box's key is random and sealed to the
study's data key.
"""

import os
from dataclasses import dataclass

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from store import canonical
from store.binding import bind, unbind
from store.errors import InvalidInput
from store.keys import (
    KEY_SIZE,
    PublicKeys,
    SealingSecret,
    SigningSecret,
    Unopenable,
    data_key_fingerprint,
    expand,
    seal_to,
    wipe,
)

IDENTITY_BLOCK = 256
CASE_BLOCK = 4096
MAX_CONTENT = 64 * 1024 * 1024


@dataclass(frozen=True)
class SealedCase:
    """A submitted case as it is stored."""

    wrap: bytes
    envelope: bytes


@dataclass(frozen=True)
class OpenedCase:
    """A submitted case, its signature verified."""

    header: dict[str, canonical.JSON]
    document: dict[str, canonical.JSON]


def seal_identity(
    case_key: bytes | bytearray, place: tuple[str, str, str], content: dict[str, canonical.JSON]
) -> bytes:
    """Seal contact and agency under the case's identity key; `place` is study, kind, case."""
    key = expand(case_key, "identity", KEY_SIZE)
    sealed = _seal(key, bind("identity", *place), [canonical.encode(content)], IDENTITY_BLOCK)
    wipe(key)
    return sealed


def open_identity(
    case_key: bytes | bytearray, place: tuple[str, str, str], envelope: bytes
) -> dict[str, canonical.JSON]:
    """Open what `seal_identity` made; Unopenable when it is not that."""
    key = expand(case_key, "identity", KEY_SIZE)
    try:
        (content,) = _open(key, bind("identity", *place), envelope, 1)
        return canonical.read_object(content)
    except ValueError:
        raise Unopenable from None
    finally:
        wipe(key)


def seal_case(
    header: dict[str, canonical.JSON],
    document: dict[str, canonical.JSON],
    signer: SigningSecret,
    data_key: bytes,
) -> SealedCase:
    """Sign a case document and seal it to the study's data key.

    Args:
        header: names study, kind, case, instrument and what else vouches for the document.
        document: the case as handed in.
        signer: the interviewer's signing key.
        data_key: public half of the study's data key.

    Raises:
        InvalidInput: no canonical form, or larger than 64 MiB.
    """
    head, body = canonical.encode(header), canonical.encode(document)
    signature = signer.sign(_message(head, body))
    context = _case_context(header, data_key)
    key = bytearray(os.urandom(KEY_SIZE))
    sealed = SealedCase(
        wrap=seal_to(data_key, key, bind("submission key", context)),
        envelope=_seal(key, bind("submission", context), [head, body, signature], CASE_BLOCK),
    )
    wipe(key)
    return sealed


def open_case(
    stored: SealedCase,
    place: dict[str, canonical.JSON],
    signer: PublicKeys,
    secret: SealingSecret,
) -> OpenedCase:
    """Open a submitted case and verify its interviewer's signature.

    Args:
        stored: what `seal_case` returned.
        place: study, kind, case and instrument as the header must name them.
        signer: public keys of the interviewer who must have signed.
        secret: the study's data key.

    Raises:
        Unopenable: it is not that case, not signed by that person, or altered.
    """
    context = _case_context(place, secret.public)
    key = secret.open(stored.wrap, bind("submission key", context), KEY_SIZE)
    try:
        head, body, signature = _open(key, bind("submission", context), stored.envelope, 3)
        header, document = canonical.read_object(head), canonical.read_object(body)
    except ValueError:
        raise Unopenable from None
    finally:
        wipe(key)
    named = {name: header.get(name) for name in place}
    if named != place or not signer.verifies(signature, _message(head, body)):
        raise Unopenable
    return OpenedCase(header, document)


def _message(head: bytes, body: bytes) -> bytes:
    return bind("submitted case", head, body)


def _case_context(place: dict[str, canonical.JSON], data_key: bytes) -> bytes:
    names = (str(place[name]) for name in ("study", "kind", "case", "instrument"))
    return bind("case", *names, data_key_fingerprint(data_key))


def _seal(key: bytearray, context: bytes, parts: list[bytes], block: int) -> bytes:
    plain = bind(*parts)
    if len(plain) > MAX_CONTENT:
        raise InvalidInput("This case is too large to be sealed (more than 64 MiB).")
    plain = plain.ljust(-(-len(plain) // block) * block, b"\0")
    box = Cobblestone256Encryptor(key, context)
    return box.update(plain) + box.finalize()


def _open(key: bytearray, context: bytes, envelope: bytes, count: int) -> list[bytes]:
    box = Cobblestone256Decryptor(key, context)
    try:
        plain = box.update(envelope) + box.finalize()
    except InvalidTag:
        raise Unopenable from None
    parts, end = unbind(plain, count)
    if any(plain[end:]):
        raise Unopenable
    return parts
