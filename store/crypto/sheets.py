"""Recovery sheets: the text printed on each, and what any two of the three open.

Each sheet holds a random 256-bit value. For each pair, two values together are the secret under
which the keys of the study are wrapped in the manifest; one value says nothing about them.

The text is 70 characters in 14 groups of five. Its alphabet and checksum are those of Bech32m
(BIP 350) with the unprinted prefix `cati`: up to four wrong characters, and so every swap of
neighbors, are always noticed. A wrong character is pointed at and never corrected.
"""

import os
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations

from store.binding import bind, bind_secret, fingerprint, unbind
from store.crypto.boxes import open_secret_box, seal_box
from store.crypto.keys import (
    KEY_SIZE,
    SealingSecret,
    SigningSecret,
    Unopenable,
    expand,
    sha256,
    wipe,
)
from store.errors import InvalidInput

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
"""A sign for each value 0 to 31; there is no 1, b, i and o."""
SHEETS = (1, 2, 3)
PAIRS = tuple(f"{first}-{second}" for first, second in combinations(SHEETS, 2))
"""`1-2`, `1-3` and `2-3`."""
GROUP = 5
LENGTH = 70
GROUPS = LENGTH // GROUP

_PREFIX = "cati"
_CHECKSUM = 6
_BECH32M = 0x2BC830A3
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_STUDY, _SET, _VALUE = 7, 4, 52
"""Characters for the study, the set of sheets, and the 256 bits (padded by four zeros)."""
_RETYPE = "compare it with the paper and type it again."


@dataclass(frozen=True)
class Sheet:
    """One sheet as it was printed."""

    number: int
    """1, 2 or 3."""
    study: int
    """35 bits that tell one study from another."""
    set: int
    """20 bits that tell one set of sheets from another."""
    value: bytearray = field(repr=False)
    """32 random bytes; the only secret part."""

    def wipe(self) -> None:
        """Overwrite the secret part."""
        wipe(self.value)


class Mistyped(InvalidInput):
    """What was typed is not what is printed on a sheet.

    Attributes:
        found: what is wrong, without what to do about it and without a full stop.
        group: the one to look at, from 0; None if that is unknown.
    """

    def __init__(self, found: str, advice: str, group: int | None = None) -> None:
        self.found = found
        self.group = group
        super().__init__(f"{found}: {advice}")


@dataclass(frozen=True)
class Place:
    """What the wraps of a set are bound to."""

    study: str
    kind: str
    key: str
    """Name of the data key that was the newest when the set was made."""
    signing: bytes
    """Public half of the set's signing key, 32 bytes."""


@dataclass(frozen=True)
class Recovered:
    """What two sheets open. To be wiped after use."""

    secrets: dict[str, SealingSecret]
    """Every key of the study that the maker of the sheets held, by name."""
    signing: SigningSecret
    """By which a data manager who is let in with sheets is vouched for."""

    def wipe(self) -> None:
        """Overwrite all of it."""
        for secret in self.secrets.values():
            secret.wipe()
        self.signing.wipe()


def study_mark(study: str, kind: str) -> int:
    """The 35 bits by which a sheet names its study."""
    return int(fingerprint("sheet of study", study, kind)[:10], 16) >> 5


def set_mark(signing: bytes) -> int:
    """The 20 bits by which a sheet names its set: of the set's public signing key."""
    return int(fingerprint("sheet of set", signing)[:5], 16)


def new_sheets(place: Place) -> tuple[Sheet, Sheet, Sheet]:
    """Three sheets with fresh random values."""
    study, of_set = study_mark(place.study, place.kind), set_mark(place.signing)
    first, second, third = (
        Sheet(number, study, of_set, bytearray(os.urandom(KEY_SIZE))) for number in SHEETS
    )
    return first, second, third


def write(sheet: Sheet) -> str:
    """The text of a sheet: 14 groups of five characters, a space between groups."""
    value = int.from_bytes(sheet.value) << 4
    symbols = [
        sheet.number,
        *_symbols(sheet.study, _STUDY),
        *_symbols(sheet.set, _SET),
        *_symbols(value, _VALUE),
    ]
    rest = _remainder([*symbols, *[0] * _CHECKSUM]) ^ _BECH32M
    text = "".join(ALPHABET[symbol] for symbol in [*symbols, *_symbols(rest, _CHECKSUM)])
    return " ".join(text[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def signs(text: str) -> str:
    """What was typed, without what makes no difference: capital letters, spaces and hyphens."""
    return "".join(text.replace("-", " ").split()).lower()


def head(typed: str) -> tuple[int, int, int]:
    """The number, the study and the set that the first twelve signs of a sheet name.

    Args:
        typed: as `signs` gives it: twelve or more, all of the alphabet.
    """
    symbols = [ALPHABET.index(sign) for sign in typed[: 1 + _STUDY + _SET]]
    return symbols[0], _number(symbols[1 : 1 + _STUDY]), _number(symbols[1 + _STUDY :])


def require_signs(typed: str, groups: int, kind: str, name: str) -> None:
    """Raise Mistyped unless these are so many groups of the alphabet.

    Args:
        typed: as `signs` gives it.
        groups: how many are printed.
        kind: what they are together, such as `sheet`.
        name: which one it is, such as `the sheet`.
    """
    foreign = next((at // GROUP for at, sign in enumerate(typed) if sign not in ALPHABET), None)
    if foreign is not None:
        raise Mistyped(
            f"Group {foreign + 1} of {name} holds a character that no sheet has "
            "(there is no 1, b, i or o)",
            _RETYPE,
            foreign,
        )
    if len(typed) != groups * GROUP:
        raise Mistyped(
            f"A {kind} has {groups} groups of {GROUP} characters, {groups * GROUP} in all, "
            f"and these are {len(typed)}",
            "compare them with the paper and type them again.",
        )


def read(text: str) -> Sheet:
    """Read the text of a sheet; capital letters, spaces and hyphens make no difference.

    Raises:
        Mistyped: not a sheet as it was printed; says which group to look at if that is known.
    """
    typed = signs(text)
    require_signs(typed, GROUPS, "sheet", "the sheet")
    symbols = [ALPHABET.index(sign) for sign in typed]
    rest = _remainder(symbols) ^ _BECH32M
    if rest:
        raise _mistyped(rest)
    number, study, of_set = head(typed)
    value = _number(symbols[-_VALUE - _CHECKSUM : -_CHECKSUM])
    if number not in SHEETS or value & 0b1111:
        raise Mistyped("This is not the text of a recovery sheet", "type what is printed on one.")
    return Sheet(number, study, of_set, bytearray((value >> 4).to_bytes(KEY_SIZE)))


def wrap_for_pairs(
    place: Place,
    sheets: Sequence[Sheet],
    secrets: Mapping[str, SealingSecret],
    signing: SigningSecret,
) -> dict[str, bytes]:
    """The keys, wrapped once for each pair of sheets, by the name of the pair."""
    content: list[bytes | bytearray] = [signing.raw]
    for name in sorted(secrets):
        content += [name.encode(), secrets[name].raw]
    plain = bind_secret(content)
    wraps: dict[str, bytes] = {}
    try:
        for first, second in combinations(sheets, 2):
            pair = pair_of(first, second)
            key = _pair_key(first, second)
            try:
                wraps[pair] = seal_box(key, _context(place, pair), plain)
            finally:
                wipe(key)
    finally:
        wipe(plain)
    return wraps


def open_pair(place: Place, wraps: Mapping[str, bytes], first: Sheet, second: Sheet) -> Recovered:
    """Open what two sheets of one set open.

    Raises:
        Unopenable: they are not two sheets of this set, or a wrap was altered.
    """
    pair = pair_of(first, second)
    if first.number == second.number or pair not in wraps:
        raise Unopenable
    key = _pair_key(first, second)
    plain = bytearray()
    try:
        plain = open_secret_box(key, _context(place, pair), wraps[pair])
        return _recovered(plain)
    except ValueError:
        raise Unopenable from None
    finally:
        wipe(key, plain)


def pair_of(first: Sheet, second: Sheet) -> str:
    """The name of a pair, in whichever order the two are given."""
    low, high = sorted((first.number, second.number))
    return f"{low}-{high}"


def _recovered(plain: bytearray) -> Recovered:
    """The parts of a wrap: the signing secret, then name and secret of each key."""
    count = struct.unpack_from(">I", plain)[0]
    parts, end = unbind(plain, count)
    try:
        if end != len(plain) or count % 2 != 1:
            raise ValueError("not what a sheet opens")
        secrets = {
            name.decode(): SealingSecret(raw)
            for name, raw in zip(parts[1::2], parts[2::2], strict=True)
        }
        return Recovered(secrets, SigningSecret(parts[0]))
    finally:
        wipe(*parts)


def _pair_key(first: Sheet, second: Sheet) -> bytearray:
    low, high = sorted((first, second), key=lambda sheet: sheet.number)
    joined = low.value + high.value
    try:
        return expand(joined, "recovery sheets", KEY_SIZE)
    finally:
        wipe(joined)


def _context(place: Place, pair: str) -> bytes:
    return bind("recovery", place.study, place.kind, place.key, sha256(place.signing), pair)


def _mistyped(rest: int) -> Mistyped:
    """What is wrong with a text whose checksum does not fit; its group if one sign is wrong."""
    place = _single_mistakes().get(rest)
    if place is None:
        return Mistyped(
            "More than one character differs from what was printed",
            "compare every group with the paper and type them again.",
        )
    group = place // GROUP
    return Mistyped(
        f"Group {group + 1} of the sheet seems to hold a wrong character", _RETYPE, group
    )


@cache
def _single_mistakes() -> dict[int, int]:
    """What each single wrong character makes of the checksum, and where it stands.

    The checksum is linear and tells any two of these apart, so one look is enough.
    """
    right = [0] * LENGTH
    expected = _remainder(right)
    return {
        _remainder([*right[:at], wrong, *right[at + 1 :]]) ^ expected: at
        for at in range(LENGTH)
        for wrong in range(1, len(ALPHABET))
    }


def checksum_fits(symbols: Sequence[int], prefix: str = _PREFIX) -> bool:
    """Whether the last six values are the Bech32m checksum of the prefix and the others."""
    return _remainder(symbols, prefix) == _BECH32M


def _remainder(symbols: Sequence[int], prefix: str = _PREFIX) -> int:
    """The checksum polynomial of BIP 173 over the prefix and the symbols."""
    signs = [ord(sign) for sign in prefix]
    rest = 1
    for symbol in (*(sign >> 5 for sign in signs), 0, *(sign & 31 for sign in signs), *symbols):
        top = rest >> 25
        rest = (rest & 0x1FFFFFF) << 5 ^ symbol
        for bit, term in enumerate(_GENERATOR):
            rest ^= term if top >> bit & 1 else 0
    return rest


def _symbols(number: int, count: int) -> list[int]:
    """A number as so many characters' values, the highest first."""
    return [number >> 5 * place & 31 for place in reversed(range(count))]


def _number(symbols: Sequence[int]) -> int:
    total = 0
    for symbol in symbols:
        total = total << 5 | symbol
    return total
