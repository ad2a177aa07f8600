"""Keys: sealing to people, signing, deriving, and putting secrets away.

Sealing is HPKE (RFC 9180, base mode) with ML-KEM-768 + X25519, HKDF-SHA-256 and AES-256-GCM. The
two halves of a sealing key are kept as separate values (ML-KEM seed 64 bytes, X25519 32 bytes),
so that a change of the combiner means wrapping anew and not new keys. HPKE says nothing about the
sender; whoever must be known signs as well (Ed25519).
"""

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from store.binding import bind, fingerprint

SUITE_ID = 1
"""AES-256-GCM, HKDF-SHA-256, Argon2id, HPKE as above. Written into every envelope."""

KEY_SIZE = 32
MLKEM_SEED_SIZE = 64
MLKEM_PUBLIC_SIZE = 1184
SEALING_SECRET_SIZE = MLKEM_SEED_SIZE + KEY_SIZE
SEALING_PUBLIC_SIZE = MLKEM_PUBLIC_SIZE + KEY_SIZE
SIGNATURE_SIZE = 64
WRAP_OVERHEAD = 1136
"""Bytes HPKE adds: 1,088 of ML-KEM, 32 of X25519, 16 of the tag."""

_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class Unopenable(Exception):
    """A ciphertext does not open: other key, other place, or altered; it is not told which."""


@dataclass(frozen=True)
class PublicKeys:
    """What others need of someone: 1,216 bytes to seal to, 32 bytes to verify with."""

    sealing: bytes
    signing: bytes

    @property
    def fingerprint(self) -> str:
        """64 hexadecimal digits over both keys."""
        return fingerprint("person", self.sealing, self.signing)

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether the owner of these keys signed the message."""
        return self.verifier(signature, message)

    @property
    def verifier(self) -> Callable[[bytes, bytes], bool]:
        """The same, with the key made ready for many signatures: of signature and message."""
        try:
            key = Ed25519PublicKey.from_public_bytes(self.signing)
        except ValueError:
            return _verifies_nothing

        def verifies(signature: bytes, message: bytes) -> bool:
            try:
                key.verify(signature, message)
            except (InvalidSignature, ValueError):
                return False
            return True

        return verifies


class SealingSecret:
    """The secret half of a sealing key, wipeable as far as Python allows."""

    def __init__(self, raw: bytes | bytearray) -> None:
        if len(raw) != SEALING_SECRET_SIZE:
            raise ValueError("a sealing secret has 96 bytes")
        self.raw = bytearray(raw)
        self._key: MLKEM768X25519PrivateKey | None = MLKEM768X25519PrivateKey(*self._halves())

    @classmethod
    def generate(cls) -> "SealingSecret":
        """A new key from the system's random numbers."""
        return cls(os.urandom(SEALING_SECRET_SIZE))

    @property
    def public(self) -> bytes:
        """The 1,216 bytes others seal to."""
        mlkem, x25519 = self._halves()
        return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()

    def _halves(self) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
        """Both private keys, read in place: a slice would be a copy that nobody overwrites."""
        with memoryview(self.raw) as raw:
            return (
                MLKEM768PrivateKey.from_seed_bytes(raw[:MLKEM_SEED_SIZE]),
                X25519PrivateKey.from_private_bytes(raw[MLKEM_SEED_SIZE:]),
            )

    def open(self, sealed: bytes, info: bytes, size: int | None = None) -> bytearray:
        """Open what was sealed to this key for exactly this `info`.

        Args:
            sealed: what `seal_to` returned.
            info: what it was bound to.
            size: the only length of content that is accepted, checked before decrypting.

        Raises:
            Unopenable: wiped, wrong length, wrong key, wrong binding, or altered.
        """
        if self._key is None or (size is not None and len(sealed) != size + WRAP_OVERHEAD):
            raise Unopenable
        try:
            return bytearray(_SUITE.decrypt(sealed, self._key, info))
        except (InvalidTag, ValueError):
            raise Unopenable from None

    def wipe(self) -> None:
        """Overwrite the secret and let go of the library's copy."""
        wipe(self.raw)
        self._key = None


class SigningSecret:
    """The secret half of a signing key (Ed25519)."""

    def __init__(self, raw: bytes | bytearray) -> None:
        self.raw = bytearray(raw)
        self._key: Ed25519PrivateKey | None = Ed25519PrivateKey.from_private_bytes(self.raw)

    @classmethod
    def generate(cls) -> "SigningSecret":
        """A new key from the system's random numbers."""
        return cls(os.urandom(KEY_SIZE))

    @property
    def public(self) -> bytes:
        """The 32 bytes others verify with."""
        return Ed25519PrivateKey.from_private_bytes(self.raw).public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Sign; messages of different purposes begin with different labels (see `bind`)."""
        if self._key is None:
            raise Unopenable
        return self._key.sign(message)

    def wipe(self) -> None:
        """Overwrite the secret and let go of the library's copy."""
        wipe(self.raw)
        self._key = None


@dataclass(frozen=True)
class CaseKeys:
    """What is derived from a case's 32-byte key; wiped together."""

    encrypt: bytearray
    chain: bytearray
    key_id: bytes

    @classmethod
    def derive(cls, case_key: bytes | bytearray) -> "CaseKeys":
        """HKDF-Expand with one label for each purpose."""
        return cls(
            encrypt=expand(case_key, "journal encrypt", KEY_SIZE),
            chain=expand(case_key, "journal chain", KEY_SIZE),
            key_id=bytes(expand(case_key, "journal key id", 8)),
        )

    @property
    def wiped(self) -> bool:
        """Whether they were overwritten; asked after their use, while another thread may do it."""
        return not any(self.encrypt)

    def wipe(self) -> None:
        """Overwrite both secrets."""
        wipe(self.encrypt, self.chain)  # in this order, which `wiped` counts on


def seal_to(public: bytes, plaintext: bytes | bytearray, info: bytes) -> bytes:
    """Seal to a public sealing key, bound to `info`. Adds 1,136 bytes."""
    return _SUITE.encrypt(plaintext, _public_key(public), info)


def check_sealing_public(public: bytes) -> None:
    """Raise ValueError unless the bytes are a public sealing key."""
    _public_key(public)


def expand(secret: bytes | bytearray, label: str, size: int) -> bytearray:
    """Derive `size` bytes for one purpose from a uniformly random secret."""
    derived = bytearray(size)
    info = bind("cati 1", label)
    HKDFExpand(algorithm=hashes.SHA256(), length=size, info=info).derive_into(secret, derived)
    return derived


def data_key_fingerprint(public: bytes) -> str:
    """Fingerprint of the study's data key, 64 hexadecimal digits."""
    return fingerprint("data key", public)


def sha256(data: bytes) -> bytes:
    """32 bytes."""
    return hashlib.sha256(data).digest()


def wipe(*secrets: bytearray) -> None:
    """Overwrite secrets with zeros."""
    for secret in secrets:
        secret[:] = bytes(len(secret))


class Wipeable(Protocol):
    """Something that holds secrets and can overwrite them."""

    def wipe(self) -> None:
        """Overwrite the secrets."""


def wipe_all(secrets: Iterable[Wipeable | None]) -> None:
    """Wipe whatever is there."""
    for secret in secrets:
        if secret is not None:
            secret.wipe()


def _verifies_nothing(_signature: bytes, _message: bytes) -> bool:
    return False


def _public_key(public: bytes) -> MLKEM768X25519PublicKey:
    if len(public) != SEALING_PUBLIC_SIZE:
        raise ValueError("a public sealing key has 1216 bytes")
    return MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(public[:MLKEM_PUBLIC_SIZE]),
        X25519PublicKey.from_public_bytes(public[MLKEM_PUBLIC_SIZE:]),
    )
