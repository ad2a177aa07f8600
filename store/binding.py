"""Length-prefixed lists: what signatures, keys and ciphertexts are bound to.

A list of parts becomes bytes in exactly one way, so that no two different lists can be confused:
the number of parts, then for each its length and its bytes. Lengths are 4 bytes, big-endian;
texts are UTF-8; whole numbers are 8 bytes, big-endian.
"""

import hashlib
import struct
from collections.abc import Sequence
from typing import TypeVar

Part = bytes | str | int

_LENGTH = struct.Struct(">I").pack
_NUMBER = struct.Struct(">Q").pack
Data = TypeVar("Data", bytes, bytearray)


def bind(*parts: Part) -> bytes:
    """Join the parts so that each keeps its place and its borders."""
    joined = [_LENGTH(len(parts))]
    for part in parts:
        # Every answer that is read again comes through here several times.
        raw = part if type(part) is bytes else _raw(part)
        joined += (_LENGTH(len(raw)), raw)
    return b"".join(joined)


def bind_secret(parts: Sequence[bytes | bytearray]) -> bytearray:
    """The same bytes as of `bind`, so that they can be overwritten and no copy is left."""
    bound = bytearray(4 + sum(4 + len(part) for part in parts))
    struct.pack_into(">I", bound, 0, len(parts))
    at = 4
    for part in parts:
        struct.pack_into(">I", bound, at, len(part))
        bound[at + 4 : at + 4 + len(part)] = part
        at += 4 + len(part)
    return bound


def unbind(data: Data, count: int) -> tuple[list[Data], int]:
    """Take `count` parts off the front of `data`.

    Returns:
        The parts, and the offset of the first byte behind them.

    Raises:
        ValueError: the bytes are not such a list.
    """
    if len(data) < 4 or struct.unpack_from(">I", data)[0] != count:
        raise ValueError("not a list of that many parts")
    at = 4
    parts: list[Data] = []
    for _ in range(count):
        if len(data) < at + 4:
            raise ValueError("a part is cut off")
        (length,) = struct.unpack_from(">I", data, at)
        at += 4
        if len(data) < at + length:
            raise ValueError("a part is cut off")
        parts.append(data[at : at + length])
        at += length
    return parts, at


def fingerprint(*parts: Part) -> str:
    """SHA-256 over the bound parts, 64 hexadecimal digits."""
    return hashlib.sha256(bind(*parts)).hexdigest()


def spoken(digest: str) -> str:
    """The first 32 digits of a fingerprint in groups of four, to compare by eye or by voice."""
    return " ".join(digest[at : at + 4] for at in range(0, 32, 4))


def _raw(part: Part) -> bytes:
    if isinstance(part, str):
        return part.encode("utf-8")
    return _NUMBER(part) if isinstance(part, int) else bytes(part)
