"""Boxes: content under a key of its own, bound to a context, and nothing of the key left behind.

Cobblestone-256 is chunked AES-256-GCM that commits to key and context and notices truncation. The
library keeps a copy of the key while it works, and gives that memory back as it is: so it is
covered here.
"""

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from store.crypto.keys import KEY_SIZE, Unopenable


def seal_box(key: bytearray, context: bytes, plain: bytes | bytearray) -> bytes:
    """Put content under a key, bound to a context."""
    box = Cobblestone256Encryptor(key, context)
    try:
        return bytes(box.update(plain) + box.finalize())
    finally:
        del box
        _cover_key()


def open_box(key: bytearray, context: bytes, sealed: bytes) -> bytes:
    """What `seal_box` was given; Unopenable when key or context is another, or it was altered."""
    box = Cobblestone256Decryptor(key, context)
    try:
        return bytes(box.update(sealed) + box.finalize())
    except (InvalidTag, ValueError):
        raise Unopenable from None
    finally:
        del box
        _cover_key()


def open_secret_box(key: bytearray, context: bytes, sealed: bytes) -> bytearray:
    """The same for content that is itself secret: what is returned can be overwritten."""
    content = open_box(key, context, sealed)
    opened = bytearray(content)
    del content
    _cover(len(opened))
    return opened


def _cover(size: int) -> None:
    """Overwrite the memory that texts of this size gave back: the next ones get it first."""
    _ = [bytes(size) for _ in range(8)]


def _cover_key() -> None:
    """Overwrite the copy of a key that the library keeps, and gives back as it is.

    The next ones to be made get the memory given back last; these hold zeros in it.
    """
    _ = [Cobblestone256Decryptor(bytes(KEY_SIZE), b"") for _ in range(4)]
