"""The file of a packet on its way to where it is to go: never half of it under its name.

It is written beside the study first, inside of the change's transaction, so that nobody waits for a
slow drive; then it is brought to its place, or stays beside the study, and the message says so.
"""

import contextlib
import errno
from pathlib import Path

from store.errors import DiskFull, InvalidInput, Unwritable
from store.files import file_errors, stage_file, sync_folder
from store.moving.packet_file import SUFFIX


def file_in(target: Path, name: str) -> Path:
    """The packet's file: one of this name in a folder, or the new file that was named.

    Raises:
        InvalidInput: it is there already.
    """
    file = target / name if target.is_dir() else target
    if file.exists():
        raise InvalidInput(f"{file.name} is there already: name a new file for the packet.")
    return file


def require_room(folder: Path) -> None:
    """Raise before anything is changed where no file can be written."""
    forget(stage_file(folder / f"packet{SUFFIX}", b"cati"))


def hand_over(staged: Path, file: Path, data: bytes, *, away: bool) -> None:
    """Bring a packet to where it is to go; where that fails it stays beside the study."""
    kept = staged.with_name(file.name)
    try:
        with file_errors(file.name):
            if file.exists():
                raise FileExistsError(errno.EEXIST, file.name)
            stage_file(file, data).replace(file)
            sync_folder(file.parent)
    except (Unwritable, DiskFull) as error:
        with contextlib.suppress(OSError):
            staged.replace(kept)
            staged = kept
        what = "The cases are away, but their packet" if away else "The packet"
        back = ", or take the cases back with `cati send --take-back`" if away else ""
        raise type(error)(
            f"{what} could not be written to {file.parent}: it is {staged}; move it there "
            f"yourself{back}."
        ) from None
    forget(staged)


def forget(staged: Path | None) -> None:
    """Delete what was staged; harmless where nothing was."""
    if staged is not None:
        with contextlib.suppress(OSError):
            staged.unlink()
