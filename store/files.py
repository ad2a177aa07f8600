"""Files that are either the old one or the new one, whatever happens in between."""

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from store.errors import DiskFull, StoreError, Unwritable

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


def write_file(path: Path, data: bytes, mode: int = PRIVATE_FILE) -> None:
    """Replace a file at once and durably: new file synced, renamed over the old, folder synced.

    Raises:
        Unwritable, DiskFull: the old file, if any, is unchanged.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    with file_errors(path.name):
        try:
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            sync_folder(path.parent)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise


def private_folder(folder: Path) -> None:
    """Make a folder that only its owner reads, durably, unless it is there.

    Raises:
        Unwritable, DiskFull: it is not there.
    """
    with file_errors(folder.name):
        if not folder.is_dir():
            folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
            sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, as far as the system offers it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_limited(path: Path, limit: int) -> bytes:
    """Read a file of at most `limit` bytes.

    Raises:
        OSError: it cannot be read.
        ValueError: it is longer.
    """
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise ValueError("file too long")
    return data


@contextlib.contextmanager
def file_errors(name: str) -> Iterator[None]:
    """Turn the system's refusal to write `name` into one of our sentences."""
    ours: StoreError | None = None
    try:
        yield
    except OSError as error:
        ours = _told(error, name)
    if ours is not None:
        raise ours


def _told(error: OSError, name: str) -> StoreError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(f"The disk is full, so {name} was not changed: free some space and repeat.")
    reason = errno.errorcode.get(error.errno or 0, "an unknown reason")
    return Unwritable(
        f"{name} cannot be written ({reason}): make the study folder writable and repeat."
    )
