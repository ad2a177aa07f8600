"""Fill the disk while answers are saved; make room; go on in the same program.

    python -m tests.campaigns.store.full_disk --size 3 [--control]

Three ways: a database that may have no more pages, a limit on the size of files, and (where file
systems may be mounted) a small one in memory, filled to the last byte, on which a case is handed in
as well. What was acknowledged must be there, the message must be one sentence, and work must go on
once there is room. With `--control` an answer that was refused is counted as saved.
"""

import contextlib
import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from store import Access, OpenCase, StoreError
from store.backup import ballast
from tests.campaigns.store.support import a_study, cheap_keys, options, scratch, tell
from tests.store.made import DOCUMENT, Made, answer

MOST = 4_000
"""Answers after which a disk that never fills up is no test."""


@dataclass(frozen=True)
class Found:
    """What became of one full disk."""

    way: str
    acknowledged: int
    refusals: int
    lost: int
    message: str
    goes_on: bool

    @property
    def sound(self) -> bool:
        """As it must be."""
        one_sentence = self.message.endswith(".") and "\n" not in self.message
        return self.goes_on and not self.lost and self.refusals > 0 and one_sentence


Full = Callable[[Made, Access], contextlib.AbstractContextManager[None]]


@contextlib.contextmanager
def no_more_pages(_made: Made, ina: Access) -> Iterator[None]:
    """The database may not grow."""
    with ina.study.database.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    yield
    with ina.study.database.read() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")


@contextlib.contextmanager
def no_larger_files(made: Made, _ina: Access) -> Iterator[None]:
    """No file may be larger than the database is now."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = (made.folder / "study.db").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextlib.contextmanager
def no_room(made: Made, _ina: Access) -> Iterator[None]:
    """Another program has taken all of the disk."""
    assert ballast.keep(made.folder)
    filler = made.folder.parent / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    yield
    filler.unlink()


def fill(way: str, made: Made, full: Full, *, control: bool = False) -> Found:
    """Save answers until the disk refuses, make room, save on, and count with other eyes."""
    with made.unlocked("ina") as (ina,):
        case, other = ina.open_case(made.begun), ina.open_case(made.other)
        acknowledged, refusals, message = 8, 0, ""
        with full(made, ina):
            while acknowledged < MOST and refusals < 3:
                try:
                    case.append(answer(acknowledged + 1))
                    acknowledged += 1
                except StoreError as error:
                    refusals, message = refusals + 1, str(error)
            if way == "small disk":
                # Handing in must not fail for want of room: some is kept for it.
                other.submit(DOCUMENT)
        goes_on = control or _goes_on(case, acknowledged)
        acknowledged += 1
        case.release()
    with made.unlocked("ina", "dan") as (ina, dan):
        events = ina.open_case(made.begun).events
        if way == "small disk":
            goes_on &= dan.read_submitted(made.other).document == DOCUMENT
        goes_on &= dan.verify().ok
    lost = acknowledged - len(events)
    assert events == [answer(number) for number in range(1, len(events) + 1)]
    return Found(way, acknowledged - 8, refusals, lost, message, goes_on)


def _goes_on(case: OpenCase, acknowledged: int) -> bool:
    try:
        return case.append(answer(acknowledged + 1)).seq == acknowledged + 1
    except StoreError:
        return False


WAYS: dict[str, Full] = {"no more pages": no_more_pages, "file limit": no_larger_files}


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A file system of 12 MiB on the folder; False where none can be mounted."""
    command = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(command, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)


def run(*, control: bool = False) -> list[Found]:
    """Each way once; the small disk where it can be had."""
    found = []
    with scratch() as folder, cheap_keys():
        original = a_study(folder / "original")
        for way, full in WAYS.items():
            made = original.copy(folder / way)
            found.append(fill(way, made, full, control=control))
        disk = folder / "disk"
        disk.mkdir()
        with small_disk(disk) as mounted:
            if mounted:
                made = original.copy(disk / "study")
                found.append(fill("small disk", made, no_room, control=control))
    return found


def main() -> int:
    """Run all; 1 when one is not as it must be, or a control is."""
    given = options(__doc__, 3)
    sound = []
    for _ in range(given.size):
        found = run(control=given.control)
        for one in found:
            sound.append(one.sound)
            tell(
                f"{one.way:14} {one.acknowledged:5,} acknowledged  {one.refusals} refused  "
                f"{one.lost} lost  {'goes on' if one.goes_on else 'STUCK'}: {one.message}"
            )
        if len(found) == len(WAYS):
            tell("small disk     not tried: no file system can be mounted here")
    return int(any(sound) if given.control else not all(sound))


if __name__ == "__main__":
    raise SystemExit(main())
