"""Passphrases: one form, a minimum length, and a generator.

A generated passphrase is five groups of five letters, consonants and vowels in turn (a "proquint"
each, 16 bits), 80 bits in all; six words of a list of 7,776 would be 77.5. No list has to be
shipped.
"""

import secrets
import unicodedata

from store.errors import InvalidInput

MIN_LENGTH = 15
MAX_LENGTH = 1024
GROUPS = 5

_CONSONANTS = "bdfghjklmnprstvz"
_VOWELS = "aiou"


def normalize(passphrase: str) -> bytearray:
    """The bytes that enter the key derivation: NFKC, UTF-8.

    Raises:
        InvalidInput: it cannot be written as UTF-8 or is longer than 1,024 characters.
    """
    try:
        if len(passphrase) <= MAX_LENGTH:
            return bytearray(unicodedata.normalize("NFKC", passphrase).encode("utf-8"))
    except UnicodeEncodeError:
        pass
    raise InvalidInput(
        f"This passphrase cannot be used: choose up to {MAX_LENGTH} ordinary characters."
    )


def require_strong(passphrase: str) -> None:
    """Raise InvalidInput unless the passphrase is long and varied enough to protect a key file."""
    normalize(passphrase)
    normal = unicodedata.normalize("NFKC", passphrase)
    if len(normal) < MIN_LENGTH or len(set(normal)) < 5:
        raise InvalidInput(
            f"The passphrase is too weak: use at least {MIN_LENGTH} characters, "
            "for example five unrelated words, or let cati make one."
        )


def generate_passphrase() -> str:
    """A passphrase of 80 random bits, such as `lusab-babad-gutih-tugad-bofun`."""
    return "-".join(_group(secrets.randbits(16)) for _ in range(GROUPS))


def _group(bits: int) -> str:
    return (
        _CONSONANTS[bits >> 12 & 15]
        + _VOWELS[bits >> 10 & 3]
        + _CONSONANTS[bits >> 6 & 15]
        + _VOWELS[bits >> 4 & 3]
        + _CONSONANTS[bits & 15]
    )
