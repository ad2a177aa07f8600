"""Room that is kept for what must not fail on a full disk: handing in, and erasing.

Even deleting takes room in SQLite, since the pages before are kept until it is done. A file of no
content holds that room; when the disk is full it is let go of, the one thing is done, and the room
is taken again as soon as there is some.
"""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from store.errors import DiskFull
from store.files import PRIVATE_FILE, sync_folder

if TYPE_CHECKING:
    from store.study import Study

FILE_NAME = "room.reserve"
SIZE = 8 * 1024 * 1024

Done = TypeVar("Done")


def keep(folder: Path) -> bool:
    """See to it that the room is held in a study folder; False where the disk has none to give."""
    path = folder / FILE_NAME
    try:
        if path.stat().st_size == SIZE:
            return True
    except OSError:
        pass  # not there yet
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT, PRIVATE_FILE)
        try:
            _fill(handle)
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError:
        # Half of it would take the last room and be too small to help.
        with contextlib.suppress(OSError):
            path.unlink()
        return False
    return True


def keep_for(study: "Study") -> bool:
    """See to it that a study holds its room, where cases of its folder are handed in for good.

    Practice holds invented cases, and what a server keeps takes no room here: those hold none.
    """
    if study.kind != "live" or study.database.kind != "sqlite":
        return False
    return keep(study.folder)


def with_room(folder: Path, act: Callable[[], Done]) -> Done:
    """Do something that must not fail on a full disk; the room is let go of when it is needed.

    Args:
        folder: of the study.
        act: leaves nothing behind when it raises DiskFull, so that it can be done again.

    Raises:
        DiskFull: there was no room held, or it was not enough.
    """
    try:
        return act()
    except DiskFull as full:
        try:
            (folder / FILE_NAME).unlink()
            sync_folder(folder)
        except OSError:
            raise full from None  # which says whose disk it is
    try:
        return act()
    finally:
        keep(folder)


def _fill(handle: int) -> None:
    """Take the room for good: a file with holes would take none."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(handle, 0, SIZE)
        return
    written = os.fstat(handle).st_size
    while written < SIZE:
        written += os.write(handle, bytes(min(1024 * 1024, SIZE - written)))
