"""Files that are either the old one or the new one, whatever happens in between."""

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from store.errors import DiskFull, StoreError, Unwritable

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


def write_file(path: Path, data: bytes, mode: int = PRIVATE_FILE) -> None:
    """Replace a file at once and durably: new file synced, renamed over the old, folder synced.

    Raises:
        Unwritable, DiskFull: the old file, if any, is unchanged.
    """
    with file_errors(path.name):
        temporary = stage_file(path, data, mode)
        try:
            temporary.replace(path)
            sync_folder(path.parent)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise


def stage_file(path: Path, data: bytes, mode: int = PRIVATE_FILE) -> Path:
    """Write a file under a name of its own beside the one it will have, synced; gives that name.

    Raises:
        Unwritable, DiskFull: nothing was left behind.
    """
    staged = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    with file_errors(path.name):
        try:
            handle = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            with contextlib.suppress(OSError):
                staged.unlink()
            raise
    return staged


@contextlib.contextmanager
def appearing(folder: Path) -> Iterator[Path]:
    """A new folder that is filled in the block under another name, and appears when the block ends.

    Raises:
        Unwritable, DiskFull: nothing was left behind.
    """
    building = folder.with_name(f".{folder.name}.new-{secrets.token_hex(4)}")
    with file_errors(str(folder)):
        try:
            building.mkdir(mode=PRIVATE_FOLDER)
            yield building
            building.rename(folder)
            sync_folder(folder.parent)
        finally:
            with contextlib.suppress(OSError):
                shutil.rmtree(building)


def replace_folder(
    folder: Path,
    files: Iterable[tuple[str, bytes]],
    is_sound: Callable[[Path], bool] = Path.is_dir,
) -> None:
    """Put a folder with these files in place at once: one beside it is filled and then renamed.

    Args:
        folder: what stands there under its name is replaced.
        files: path inside of the folder, and content, of each.
        is_sound: asked of the filled folder; unless it is, nothing is put in place.

    Raises:
        Unwritable, DiskFull: the old folder, if any, may be gone, and is never half a new one.
    """
    building = folder.with_name(f".new-{secrets.token_hex(6)}")
    with file_errors(f"the folder {folder.parent.name}"):
        try:
            building.mkdir(mode=PRIVATE_FOLDER)
            for path, content in files:
                target = building / path
                target.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
                write_file(target, content)
            if not is_sound(building):
                return
            for inner in (building, *building.rglob("*/")):
                sync_folder(inner)
            if folder.exists():
                shutil.rmtree(folder)
            building.rename(folder)
            sync_folder(folder.parent)
        finally:
            shutil.rmtree(building, ignore_errors=True)


def private_folder(folder: Path) -> None:
    """Make a folder that only its owner reads, durably, unless it is there.

    Raises:
        Unwritable, DiskFull: it is not there.
    """
    with file_errors(f"the folder {folder.name}"):
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
    begins = f"The {name[4:]}" if name.startswith("the ") else name
    return Unwritable(
        f"{begins} cannot be written ({reason}): make the study folder writable and repeat."
    )
