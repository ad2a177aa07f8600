"""Key files of tests: derived quickly, but where the real derivation is what is tried.

Argon2id takes a fifth of a second of the processor for each key file, and tests make hundreds. The
quick derivation depends on all that the real one depends on: passphrase, salt, owner and cost.
Files that the real derivation made are opened by it: their commitment tells which one that was.
What it gave once is remembered, and found in the memory of forked children as well.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from store import JSON
from store.crypto import keystore
from store.crypto.passphrase import normalize

Known = dict[tuple[bytes, str, str], tuple[bytes, bytes]]
"""What the real derivation gave (key and commitment) for a key file, its salt and a passphrase."""


def quick(fields: dict[str, JSON], passphrase: str) -> tuple[bytes, bytes]:
    """Key and commitment (32 bytes each) from everything that enters the real derivation."""
    salt = str(fields["salt"]).encode() + keystore._context(fields)
    derived = hashlib.pbkdf2_hmac("sha512", bytes(normalize(passphrase)), salt, 1)
    return derived[:32], derived[32:]


class _Way:
    quick = False


@contextmanager
def remembered_keys(known: Known | None = None) -> Iterator[None]:
    """Each real derivation is done once; what `known` holds already is not done, and it grows."""
    real = keystore._derive
    memory: Known = {} if known is None else known

    def derive(fields: dict[str, JSON], passphrase: str) -> tuple[bytearray, bytes]:
        key, commitment = quick(fields, passphrase)
        written = fields.get("commitment")
        if written == keystore._text(commitment) or (written is None and _Way.quick):
            return bytearray(key), commitment
        question = (keystore._context(fields), str(fields["salt"]), passphrase)
        if question not in memory:
            derived, commitment = real(fields, passphrase)
            memory[question] = bytes(derived), commitment
        key, commitment = memory[question]
        return bytearray(key), commitment

    with mock.patch.object(keystore, "_derive", derive):
        yield


@contextmanager
def quick_keys() -> Iterator[None]:
    """Within `remembered_keys`: new key files are derived quickly. No other process opens them."""
    with mock.patch.object(_Way, "quick", True):
        yield


@contextmanager
def real_keys() -> Iterator[None]:
    """Whoever asks: what is written meanwhile is opened by other processes."""
    with mock.patch.object(_Way, "quick", False):
        yield
