"""The key file: a person's secret keys under their passphrase.

Three lines of text: a title, one line of canonical JSON, and the SHA-256 of the two in
hexadecimal. The checksum tells a damaged file from a wrong passphrase; it protects nothing else.
Passphrase -> Argon2id -> 64 bytes: the first 32 encrypt the bundle, the others give the
commitment, which pins the file to one key. The cost parameters and the owner enter the derivation
itself, so changing them leads to another key.
"""

import base64
import binascii
import hashlib
import hmac
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from store import canonical
from store.binding import bind
from store.crypto.keys import (
    KEY_SIZE,
    SEALING_SECRET_SIZE,
    PublicKeys,
    SealingSecret,
    SigningSecret,
    expand,
    wipe,
)
from store.crypto.passphrase import normalize
from store.errors import DamagedKeyFile, NewerFormat, StoreError, WrongPassphrase
from store.files import read_limited, write_file
from store.values import KdfCost

FORMAT = 1
TITLE = "cati key file 1"
MAX_FILE = 16 * 1024
BUNDLE_SIZE = SEALING_SECRET_SIZE + KEY_SIZE + KEY_SIZE + KEY_SIZE
BOX_SIZE = BUNDLE_SIZE + 16


@dataclass(frozen=True)
class Owner:
    """Whom a key file belongs to; every key file is bound to it."""

    study: str
    kind: str
    person: str


@dataclass(frozen=True)
class Bundle:
    """What a key file protects."""

    sealing: SealingSecret
    signing: SigningSecret
    founder: bytes
    """Public signing key (32 bytes) of the administrator who founded the study."""
    data_key: bytes
    """SHA-256 fingerprint (32 bytes) of the study's data key as known when the file was made."""

    @property
    def public(self) -> PublicKeys:
        """The public halves."""
        return PublicKeys(self.sealing.public, self.signing.public)

    def wipe(self) -> None:
        """Overwrite the secrets."""
        self.sealing.wipe()
        self.signing.wipe()


def write_key_file(
    path: Path, owner: Owner, bundle: Bundle, passphrase: str, cost: KdfCost, generation: int
) -> None:
    """Write a key file durably, replacing an earlier one at once.

    Raises:
        StoreError: the passphrase is unusable, the cost is out of limits, or the file unwritable.
    """
    if not cost.within_limits():
        raise StoreError(
            "The cost of the key derivation is out of limits: "
            "use 64 MiB to 2 GiB of memory, 3 to 10 iterations and 4 to 8 lanes."
        )
    fields: dict[str, canonical.JSON] = {
        "format": FORMAT,
        "study": owner.study,
        "kind": owner.kind,
        "person": owner.person,
        "generation": generation,
        "memory_kib": cost.memory_kib,
        "iterations": cost.iterations,
        "lanes": cost.lanes,
        "salt": _text(os.urandom(16)),
        "nonce": _text(os.urandom(12)),
    }
    plain = bytearray(BUNDLE_SIZE)
    parts = (bundle.sealing.raw, bundle.signing.raw, bundle.founder, bundle.data_key)
    at = 0
    for part in parts:
        plain[at : at + len(part)] = part
        at += len(part)
    key, commitment = _derive(fields, passphrase)
    box = AESGCM(key).encrypt(_bytes(fields, "nonce", 12), plain, _context(fields))
    wipe(plain, key)
    fields |= {"commitment": _text(commitment), "box": _text(box)}
    body = f"{TITLE}\n{canonical.encode(fields).decode()}\n".encode()
    write_file(path, body + hashlib.sha256(body).hexdigest().encode() + b"\n")


def read_key_file(path: Path, owner: Owner, passphrase: str) -> tuple[Bundle, KdfCost, int]:
    """Open a key file.

    Returns:
        The keys, the cost the file was made with, and its generation (1, 2, …).

    Raises:
        WrongPassphrase: the file is sound and the passphrase does not open it.
        DamagedKeyFile: missing, altered, or of another person or study.
        NewerFormat: written by a newer release.
    """
    fields = _parse(path)
    if (fields["study"], fields["kind"], fields["person"]) != (
        owner.study,
        owner.kind,
        owner.person,
    ):
        raise DamagedKeyFile(
            f"The key file {path.name} belongs to another person or study: "
            "put back the one that was made here."
        )
    key, commitment = _derive(fields, passphrase)
    plain = bytearray(BUNDLE_SIZE)
    try:
        if not hmac.compare_digest(commitment, _bytes(fields, "commitment", KEY_SIZE)):
            raise WrongPassphrase("The passphrase is wrong: try again, minding Caps Lock.")
        AESGCM(key).decrypt_into(
            _bytes(fields, "nonce", 12), _bytes(fields, "box", BOX_SIZE), _context(fields), plain
        )
        sealing_end, signing_end = SEALING_SECRET_SIZE, SEALING_SECRET_SIZE + KEY_SIZE
        bundle = Bundle(
            SealingSecret(plain[:sealing_end]),
            SigningSecret(plain[sealing_end:signing_end]),
            bytes(plain[signing_end : signing_end + KEY_SIZE]),
            bytes(plain[signing_end + KEY_SIZE :]),
        )
    except InvalidTag:
        raise _damaged(path) from None
    finally:
        wipe(plain, key)
    return bundle, _cost(fields), _number(fields, "generation")


def _parse(path: Path) -> dict[str, canonical.JSON]:
    try:
        data = read_limited(path, MAX_FILE)
        title, line, checksum, rest = data.split(b"\n")
        if title.startswith(b"cati key file ") and title != TITLE.encode():
            raise NewerFormat(
                f"The key file {path.name} was written by another release: update cati."
            )
        body = title + b"\n" + line + b"\n"
        if rest or hashlib.sha256(body).hexdigest().encode() != checksum:
            raise _damaged(path)
        fields = canonical.decode_object(line)
        for name, size in (("salt", 16), ("nonce", 12), ("commitment", 32), ("box", BOX_SIZE)):
            _bytes(fields, name, size)
        if not _cost(fields).within_limits() or fields["format"] != FORMAT:
            raise _damaged(path)
        _context(fields)
    except FileNotFoundError:
        raise DamagedKeyFile(
            f"The key file {path.name} is missing from the folder keys: "
            "put it back from where you keep your copy."
        ) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise _damaged(path) from None
    return fields


def _derive(fields: dict[str, canonical.JSON], passphrase: str) -> tuple[bytearray, bytes]:
    """Encryption key and commitment (32 bytes each). Takes as long as the cost says."""
    cost = _cost(fields)
    secret = normalize(passphrase)
    root = bytearray(KEY_SIZE)
    try:
        Argon2id(
            salt=_bytes(fields, "salt", 16),
            length=KEY_SIZE,
            iterations=cost.iterations,
            lanes=cost.lanes,
            memory_cost=cost.memory_kib,
            ad=_context(fields),
        ).derive_into(bytes(secret), root)
    except MemoryError:
        raise StoreError(
            f"There is not enough memory to check the passphrase ({cost.memory_kib // 1024} MiB): "
            "close other programs and repeat."
        ) from None
    finally:
        wipe(secret)
    key = expand(root, "key file encrypt", KEY_SIZE)
    commitment = bytes(expand(root, "key file commitment", KEY_SIZE))
    wipe(root)
    return key, commitment


def _context(fields: dict[str, canonical.JSON]) -> bytes:
    """What the key and the box are bound to: owner, generation and cost."""
    texts = [fields[name] for name in ("study", "kind", "person")]
    numbers = [
        _number(fields, name)
        for name in ("format", "generation", "memory_kib", "iterations", "lanes")
    ]
    return bind("key file", *(str(text) for text in texts), *numbers)


def _cost(fields: dict[str, canonical.JSON]) -> KdfCost:
    return KdfCost(
        _number(fields, "memory_kib"), _number(fields, "iterations"), _number(fields, "lanes")
    )


def _number(fields: dict[str, canonical.JSON], name: str) -> int:
    value = fields[name]
    if type(value) is not int or not 0 <= value < 2**32:
        raise ValueError(name)
    return value


def _bytes(fields: dict[str, canonical.JSON], name: str, size: int) -> bytes:
    value = fields[name]
    if not isinstance(value, str):
        raise TypeError(name)
    try:
        raw = base64.b64decode(value, validate=True)
    except binascii.Error:
        raise ValueError(name) from None
    if len(raw) != size:
        raise ValueError(name)
    return raw


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _damaged(path: Path) -> DamagedKeyFile:
    return DamagedKeyFile(
        f"The key file {path.name} is damaged: put back your copy of it, "
        "or ask the administrator for a new one."
    )
