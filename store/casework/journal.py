"""The journal of a case: an append-only chain of encrypted events.

Pure functions over bytes. The rules:

- An event is encrypted under the case's key with a random nonce and is bound to study, kind, case,
  number, previous link, key and instrument. In another place it does not open.
- Each link is a keyed hash over the link before and the ciphertext. The last link and the number of
  events stand in the case's row and are written in the same transaction.
- Reading replays the whole chain; it ends at that link with that number, or the case is damaged.
- Lengths are padded to 256, 1,024, 4,096 … bytes, so that *yes* and *no* look alike. What the event
  is about, and when it happened, is inside.
"""

import hmac
import os
import struct
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from store import canonical
from store.binding import bind
from store.crypto.keys import SUITE_ID, CaseKeys, Unopenable
from store.errors import InvalidInput

MAX_EVENTS = 2**20
"""Far below what random nonces under one key allow."""
MAX_PLAINTEXT = 2**20
"""Largest padded event: 1 MiB."""

SMALLEST = 256
"""Holds any choice or missing reason; at 64 bytes *declined* was longer than *no*."""

_VERSION = 1
_MAGIC = b"CE" + bytes((_VERSION, SUITE_ID))
_FRONT = struct.Struct(">q16sI")  # microseconds since 1970 UTC, event id, length of the JSON
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HEADER_SIZE = 12
_NONCE_SIZE = 12


@dataclass(frozen=True)
class Place:
    """Where a journal belongs."""

    study: str
    kind: str
    case: str
    instrument: str


@dataclass(frozen=True)
class Sealed:
    """An encrypted event and the link of the chain behind it."""

    envelope: bytes
    head: bytes


@dataclass(frozen=True)
class Opened:
    """A decrypted event and the link of the chain behind it."""

    at: datetime
    event_id: uuid.UUID
    event: dict[str, canonical.JSON]
    head: bytes


def first_head(keys: CaseKeys, place: Place) -> bytes:
    """The link before the first event, 32 bytes."""
    return _link(keys, "journal start", place.study, place.kind, place.case, place.instrument)


def seal_event(
    keys: CaseKeys,
    place: Place,
    seq: int,
    previous: bytes,
    at: datetime,
    event_id: uuid.UUID,
    event: dict[str, canonical.JSON],
) -> Sealed:
    """Encrypt event number `seq` (from 1) behind the link `previous`.

    Raises:
        InvalidInput: the event has no canonical form, is too long, or the case is full.
    """
    if seq > MAX_EVENTS:
        raise InvalidInput("This case has as many entries as a case can have: submit it.")
    plain = _pad(at, event_id, canonical.encode(event))
    nonce = os.urandom(_NONCE_SIZE)
    header = _MAGIC + keys.key_id
    ciphertext = AESGCM(keys.encrypt).encrypt(
        nonce, plain, _context(place, seq, previous, keys, header)
    )
    return Sealed(header + nonce + ciphertext, _next(keys, place, seq, previous, nonce, ciphertext))


def open_event(keys: CaseKeys, place: Place, seq: int, previous: bytes, envelope: bytes) -> Opened:
    """Decrypt event number `seq`; Unopenable when it is not what was written there."""
    header, rest = envelope[:_HEADER_SIZE], envelope[_HEADER_SIZE:]
    nonce, ciphertext = rest[:_NONCE_SIZE], rest[_NONCE_SIZE:]
    if header != _MAGIC + keys.key_id:
        raise Unopenable
    try:
        plain = AESGCM(keys.encrypt).decrypt(
            nonce, ciphertext, _context(place, seq, previous, keys, header)
        )
        micros, raw_id, length = _FRONT.unpack_from(plain)
        event = canonical.read_object(plain[_FRONT.size : _FRONT.size + length])
        at = _EPOCH + timedelta(microseconds=micros)
    except (InvalidTag, ValueError, OverflowError, struct.error):
        raise Unopenable from None
    head = _next(keys, place, seq, previous, nonce, ciphertext)
    return Opened(at, uuid.UUID(bytes=raw_id), event, head)


def replay(
    keys: CaseKeys, place: Place, stored: Iterable[tuple[int, bytes]], count: int, head: bytes
) -> list[Opened]:
    """Open a whole journal and hold it against the count and the link in the case's row.

    Args:
        keys: the case's keys.
        place: where the journal belongs.
        stored: number and envelope of each event, in order of the numbers.
        count: how many there must be.
        head: which link they must end at.

    Raises:
        Unopenable: anything is missing, added, moved or altered.
    """
    opened: list[Opened] = []
    link = first_head(keys, place)
    for expected, (seq, envelope) in enumerate(stored, start=1):
        if seq != expected:
            raise Unopenable
        event = open_event(keys, place, seq, link, envelope)
        opened.append(event)
        link = event.head
    if len(opened) != count or not hmac.compare_digest(link, head):
        raise Unopenable
    return opened


def _pad(at: datetime, event_id: uuid.UUID, content: bytes) -> bytes:
    micros = (at - _EPOCH) // timedelta(microseconds=1)
    plain = _FRONT.pack(micros, event_id.bytes, len(content)) + content
    size = SMALLEST
    while size < len(plain):
        size *= 4
    if size > MAX_PLAINTEXT:
        raise InvalidInput(
            "This entry is too long to be saved (more than 1 MiB): shorten the text."
        )
    return plain.ljust(size, b"\0")


def _context(place: Place, seq: int, previous: bytes, keys: CaseKeys, header: bytes) -> bytes:
    return bind(
        "event",
        place.study,
        place.kind,
        place.case,
        seq,
        previous,
        keys.key_id,
        place.instrument,
        header,
    )


def _next(
    keys: CaseKeys, place: Place, seq: int, previous: bytes, nonce: bytes, ciphertext: bytes
) -> bytes:
    return _link(
        keys, "journal link", place.study, place.kind, place.case, seq, previous, nonce, ciphertext
    )


def _link(keys: CaseKeys, *parts: bytes | str | int) -> bytes:
    return hmac.digest(keys.chain, bind(*parts), "sha256")
