"""What lies beside the database of a study, and how it goes into backups and comes back.

Drafts, spools and packets kept aside hold answers that are in no case. A copy has them with less
than the folder itself: of a case that is handed in, nothing in it opens for its interviewer, so
that a new backup never keeps what submitting made them forget.
"""

import contextlib
import shutil
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from store import canonical
from store.backup import backup_file
from store.erasing.cleaning import ASIDE, DRAFTS, SPOOL
from store.errors import StoreError
from store.files import PRIVATE_FOLDER, read_limited, write_file
from store.moving import packet_file, put_away
from store.waiting import local_drafts, spool


def copy_unsaved(study: Path, target: Path) -> None:
    """Copy spools, then drafts; to be called before the database is copied.

    What was acknowledged before is then in one of the copies: a spool is deleted once the database
    or a draft holds it, and not before.

    Raises:
        OSError: something cannot be read or written.
    """
    seen: set[str] = set()
    # One that is claimed meanwhile has another name; a name that is gone tells of that.
    while _copy(study, target, SPOOL, seen):
        pass
    _copy(study, target, DRAFTS, set())


def copy_aside(study: Path, target: Path) -> None:
    """Copy packets that were kept aside; to be called when the database is copied, or later.

    Raises:
        OSError: something cannot be read or written.
    """
    _copy(study, target, ASIDE, set())


def reduce(copy: Path, states: Mapping[str, str]) -> None:
    """Take out of a copy what does not belong there, by the states of the cases in it.

    Args:
        copy: holds what was copied.
        states: by id of the case, as in the database of the copy.

    Raises:
        OSError: something cannot be written.
    """
    for inner, without in ((DRAFTS, local_drafts.without_person), (SPOOL, spool.without_person)):
        for path in _files(copy, inner):
            state = states.get(path.name.partition("-")[0])
            if state in ("accepted", "erased"):
                path.unlink()
            elif state == "submitted":
                _put(path, without(read_limited(path, spool.MAX_SIZE)))
    for path in _files(copy, ASIDE):
        state = states.get(path.name.partition("-")[2].partition(".")[0])
        handed_in = state in ("submitted", "accepted")
        if state == "erased" or (handed_in and _opens(path)):
            path.unlink()


def take_over(current: Path, place: Path) -> None:
    """What lies beside the database that is replaced comes along, as far as it can be read.

    Raises:
        OSError: something cannot be written.
    """
    for inner in (SPOOL, DRAFTS, ASIDE):
        for path in _files(current, inner):
            try:
                data = read_limited(path, packet_file.MAX_FILE)
            except (OSError, ValueError):
                continue
            target = place / inner / path.name
            (place / inner).mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
            if inner == SPOOL and target.exists() and target.read_bytes() != data:
                # Either may hold what the other lacks; who takes them up reads each entry once.
                number = sha256(data).hexdigest()[:12]
                target = target.with_name(f"{path.name.partition('.')[0]}.{number}{spool.TAKEN}")
            elif target.exists() and not _is_whole(path, data):
                continue
            write_file(target, data)


def _copy(study: Path, target: Path, inner: str, seen: set[str]) -> int:
    """Copy the files of a folder that were not seen yet; how many names were new."""
    new = [path for path in _files(study, inner) if path.name not in seen]
    for path in new:
        seen.add(path.name)
        place = target / inner / path.name
        place.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            shutil.copyfile(path, place)
            place.chmod(0o600)
    return len(new)


def _files(folder: Path, inner: str) -> list[Path]:
    return [
        path
        for path in sorted((folder / inner).glob("*"))
        if backup_file.belongs(f"{inner}/{path.name}") and path.is_file() and not path.is_symlink()
    ]


def _put(path: Path, data: bytes | None) -> None:
    if data is None:
        path.unlink()
    else:
        path.write_bytes(data)


def _opens(path: Path) -> bool:
    """Whether its interviewer could open something of a packet."""
    data = read_limited(path, packet_file.MAX_FILE)
    return path.suffix != put_away.SEALED and put_away.is_open(path.name, data)


def _is_whole(path: Path, data: bytes) -> bool:
    """Whether a disk that failed left a draft or packet as it was written."""
    try:
        if path.parent.name == DRAFTS:
            canonical.decode_object(data)
        elif path.suffix == packet_file.SUFFIX:
            packet_file.read(path)
    except (StoreError, ValueError):
        return False
    return True
