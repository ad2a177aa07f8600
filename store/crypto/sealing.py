"""Sealed boxes: the identity of a case, and a submitted case. Pure functions over bytes.

Content goes into Cobblestone-256 (chunked AES-256-GCM that commits to its key and to a context
and notices truncation), padded to multiples of a block so that lengths tell little. A submitted
case is signed, with its journal, by its interviewer inside the box; the box's key is random and
sealed to the study's data key.
"""

import os
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, cast

from store import canonical
from store.binding import bind, unbind
from store.crypto.boxes import open_box, seal_box
from store.crypto.keys import (
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
from store.errors import InvalidInput
from store.values import JournalEntry

IDENTITY_BLOCK = 256
MAX_LABEL = 200
"""Characters of a label."""
CASE_BLOCK = 4096
MAX_CONTENT = 64 * 1024 * 1024

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_THREE = (3).to_bytes(4, "big")


@dataclass(frozen=True)
class SealedCase:
    """A submitted case as it is stored."""

    wrap: bytes
    envelope: bytes
    data_key: str
    """Name of the data key that opens `wrap`."""


@dataclass(frozen=True)
class OpenedCase:
    """A submitted case, its signature verified."""

    header: dict[str, canonical.JSON]
    document: dict[str, canonical.JSON]
    journal: tuple[JournalEntry, ...] | None
    """Every event with its time and id; None in a case that was sealed without (format 1)."""


def require_label(label: str) -> None:
    """Raise InvalidInput unless a label is one line that lists can show."""
    if not (1 <= len(label) <= MAX_LABEL and label.isprintable()):
        raise InvalidInput(f"The label must be one line of 1 to {MAX_LABEL} characters.")


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
    journal: Iterable[JournalEntry],
    signer: SigningSecret,
    study_key: bytes,
    data_key: tuple[str, bytes],
) -> tuple[SealedCase, bytearray]:
    """Sign a case document with its journal and seal both to the study's data key.

    Args:
        header: names study, kind, case, instrument and what else vouches for the document.
        document: the case as handed in.
        journal: every event of the case, in order.
        signer: the interviewer's signing key.
        study_key: public half of the first data key, which stands for the study for ever.
        data_key: name and public half of the data key in use, which is to open the case.

    Returns:
        The sealed case, and the key that opens its envelope; the caller overwrites it.

    Raises:
        InvalidInput: no canonical form, or larger than 64 MiB.
    """
    head, body = canonical.encode(header), canonical.encode(document)
    events = _write_journal(journal)
    signature = signer.sign(_message(head, body, events))
    context = case_context(header, study_key)
    key = bytearray(os.urandom(KEY_SIZE))
    sealed = SealedCase(
        wrap=wrap_submission_key(key, context, data_key[1]),
        envelope=_seal(
            key, bind("submission", context), [head, body, signature, events], CASE_BLOCK
        ),
        data_key=data_key[0],
    )
    return sealed, key


def wrap_submission_key(key: bytearray, context: bytes, data_key: bytes) -> bytes:
    """The key of a sealed case for a data key; `context` is that of `case_context`."""
    return seal_to(data_key, key, bind("submission key", context))


def submission_key(wrap: bytes, context: bytes, secret: SealingSecret) -> bytearray:
    """The key of a sealed case, opened with the data key it was wrapped to; else Unopenable."""
    return secret.open(wrap, bind("submission key", context), KEY_SIZE)


def open_case(
    envelope: bytes,
    place: dict[str, canonical.JSON],
    signer: PublicKeys,
    study_key: bytes,
    key: bytearray,
) -> OpenedCase:
    """Open a submitted case and verify its interviewer's signature.

    Args:
        envelope: what `seal_case` made.
        place: study, kind, case and instrument as the header must name them, and what else it
            must say.
        signer: public keys of the interviewer who must have signed.
        study_key: public half of the study's first data key.
        key: the key of the sealed case.

    Raises:
        Unopenable: it is not that case, not signed by that person, or altered.
    """
    context = case_context(place, study_key)
    plain = open_box(key, bind("submission", context), envelope)
    try:
        # Cases that were sealed by the first release have three parts: they hold no journal.
        count = 3 if plain[:4] == _THREE else 4
        head, body, signature, *events = _split(plain, count)
        header, document = canonical.read_object(head), canonical.read_object(body)
        # Only a signature tells what the parts are; it comes before the journal is looked into.
        if not signer.verifies(signature, _message(head, body, *events)):
            raise Unopenable
        journal = _read_journal(events[0]) if events else None
    except (ValueError, TypeError, OverflowError):
        raise Unopenable from None
    named = {name: header.get(name) for name in place}
    if named != place or header.get("format") != (2 if events else 1):
        raise Unopenable
    return OpenedCase(header, document, journal)


def case_context(place: dict[str, canonical.JSON], study_key: bytes) -> bytes:
    """What the seals of a submitted case are bound to."""
    names = (str(place[name]) for name in ("study", "kind", "case", "instrument"))
    return bind("case", *names, data_key_fingerprint(study_key))


def _message(*parts: bytes) -> bytes:
    return bind("submitted case", *parts)


def journal_digests(journal: Iterable[JournalEntry]) -> Iterator[bytes]:
    """SHA-256 of the journal part as it would be sealed, after no event and after each one."""
    begun, separator = sha256(b"["), b""
    for one in (None, *journal):
        if one is not None:
            begun.update(separator + _write_entry(one))
            separator = b","
        ended = begun.copy()
        ended.update(b"]")
        yield ended.digest()


def journal_digest(journal: Iterable[JournalEntry]) -> bytes:
    """SHA-256 of the journal part: what the audit says of a submission."""
    return sha256(_write_journal(journal)).digest()


def _write_journal(journal: Iterable[JournalEntry]) -> bytes:
    return b"[" + b",".join(map(_write_entry, journal)) + b"]"


def _write_entry(one: JournalEntry) -> bytes:
    return canonical.encode([(one.at - _EPOCH) // _MICROSECOND, one.event_id, one.event])


def _read_journal(data: bytes) -> tuple[JournalEntry, ...]:
    """Back from `_write_journal`; ValueError, TypeError or OverflowError when it is not that."""
    listed = canonical.read_object(b'{"journal":' + data + b"}")["journal"]
    if not isinstance(listed, list):
        raise ValueError("not a journal")
    entries = []
    for seq, (micros, event_id, event) in enumerate(cast(list[list[Any]], listed), start=1):
        at = _EPOCH + timedelta(microseconds=micros)
        if not isinstance(event, dict):
            raise ValueError("not an event")
        entries.append(JournalEntry(seq, at, str(uuid.UUID(event_id)), event))
    return tuple(entries)


def _seal(key: bytearray, context: bytes, parts: list[bytes], block: int) -> bytes:
    plain = bind(*parts)
    if len(plain) > MAX_CONTENT:
        raise InvalidInput("This case is too large to be sealed (more than 64 MiB).")
    plain = plain.ljust(-(-len(plain) // block) * block, b"\0")
    return seal_box(key, context, plain)


def _open(key: bytearray, context: bytes, envelope: bytes, count: int) -> list[bytes]:
    return _split(open_box(key, context, envelope), count)


def _split(plain: bytes, count: int) -> list[bytes]:
    parts, end = unbind(plain, count)
    if any(plain[end:]):
        raise Unopenable
    return parts
