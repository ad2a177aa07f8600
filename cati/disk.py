"""Whether the disk that holds a study, and the swap space, are known to be encrypted.

Best effort, on Linux alone: block devices are followed down to what they stand on, and those that
dm-crypt makes say so. What cannot be found out is told as not known. A full disk encrypted by the
drive itself, or by the host of a virtual machine, cannot be seen from here.
"""

import fcntl
import os
import struct
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

_CRYPTIC: Final = frozenset({"ecryptfs", "fuse.gocryptfs", "fuse.encfs", "fuse.cryfs"})
_IN_MEMORY: Final = frozenset({"tmpfs", "ramfs"})
_GET_FLAGS: Final = 0x80086601
_ENCRYPTED_FLAG: Final = 0x00000800
_DEEPEST: Final = 16


class Cover(Enum):
    """What is known."""

    ENCRYPTED = "encrypted"
    CLEAR = "not encrypted"
    UNKNOWN = "not known"


@dataclass(frozen=True)
class System:
    """Where a system tells about itself; a test has one of its own."""

    proc: Path = Path("/proc")
    sys: Path = Path("/sys")


LINUX: Final = System()


def disk_note(folder: Path, system: System = LINUX) -> str:
    """One sentence about the disk and the swap space; empty when both are known to be encrypted."""
    disk, swap = cover_of(folder, system), cover_of_swap(system)
    told = []
    if disk is not Cover.ENCRYPTED:
        told.append(f"the disk of this study is {_known(disk)}")
    if swap is not Cover.ENCRYPTED:
        told.append(f"the swap space of this computer is {_known(swap)}")
    if not told:
        return ""
    words = " and ".join(told)
    return f"{words[0].upper()}{words[1:]}: ask whoever looks after this computer."


def _known(cover: Cover) -> str:
    return "not encrypted" if cover is Cover.CLEAR else "not known to be encrypted"


def cover_of(path: Path, system: System = LINUX) -> Cover:
    """Whether the disk under a file or folder is encrypted."""
    if not sys.platform.startswith("linux"):
        return Cover.UNKNOWN
    found = _mount_of(path, system)
    if found is None:
        return Cover.UNKNOWN
    device, kind = found
    if kind in _CRYPTIC or _flagged(path):
        return Cover.ENCRYPTED
    if kind in _IN_MEMORY:
        return cover_of_swap(system)
    return _device(system.sys / "dev/block" / device, 0)


def cover_of_swap(system: System = LINUX) -> Cover:
    """Whether everything that memory may be written out to is encrypted; true of no swap at all."""
    try:
        lines = (system.proc / "swaps").read_text(errors="replace").splitlines()[1:]
    except OSError:
        return Cover.UNKNOWN
    covers = {_swap(line.split(), system) for line in lines if line.strip()}
    return _worst(covers)


def _worst(covers: set[Cover]) -> Cover:
    """What holds of several together."""
    return next((one for one in (Cover.CLEAR, Cover.UNKNOWN) if one in covers), Cover.ENCRYPTED)


def _swap(fields: list[str], system: System) -> Cover:
    path = Path(fields[0].replace("\\040", " "))
    if path.name.startswith("zram"):
        return Cover.ENCRYPTED  # compressed memory: never on a disk
    if fields[1] == "file":
        return cover_of(path, system)
    try:
        number = path.stat().st_rdev
    except OSError:
        return Cover.UNKNOWN
    return _device(system.sys / "dev/block" / f"{os.major(number)}:{os.minor(number)}", 0)


def _mount_of(path: Path, system: System) -> tuple[str, str] | None:
    """Number of the device (`major:minor`) and kind of the file system that hold a path."""
    try:
        place = path.resolve(strict=True)
        lines = (system.proc / "self/mountinfo").read_text(errors="replace").splitlines()
    except OSError:
        return None
    best: tuple[int, str, str] | None = None
    for line in lines:
        before, _, behind = line.partition(" - ")
        fields = before.split()
        if len(fields) < 5 or not behind:
            continue
        point = fields[4].replace("\\040", " ")
        # Of two mounts at one place, the later one covers the earlier.
        if place.is_relative_to(point) and (best is None or len(point) >= best[0]):
            best = (len(point), fields[2], behind.split()[0])
    return None if best is None else best[1:]


def _device(device: Path, depth: int) -> Cover:
    """A block device is encrypted where it is made by dm-crypt, or stands on such ones alone."""
    if depth > _DEEPEST or not device.exists():
        return Cover.UNKNOWN
    if _text(device / "dm/uuid").startswith("CRYPT-"):
        return Cover.ENCRYPTED
    try:
        below = sorted((device / "slaves").iterdir())
    except OSError:
        below = []
    if below:
        return _worst({_device(one.resolve(), depth + 1) for one in below})
    # A virtual disk may well be encrypted by whoever provides it.
    virtual = device.resolve().name.startswith(("vd", "xvd", "loop", "nbd"))
    return Cover.UNKNOWN if virtual else Cover.CLEAR


def _flagged(path: Path) -> bool:
    """Whether the file system itself encrypts this folder (fscrypt)."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        answer = fcntl.ioctl(handle, _GET_FLAGS, struct.pack("l", 0))
    except OSError:
        return False
    finally:
        os.close(handle)
    return bool(struct.unpack("l", answer)[0] & _ENCRYPTED_FLAG)


def _text(file: Path) -> str:
    try:
        return file.read_text(errors="replace").strip()
    except OSError:
        return ""
