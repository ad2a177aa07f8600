"""Every bit and every length of a backup: `python -m tests.campaigns.backup_bytes --positions N`.

I1 and I2: bits of a small backup are turned, it is cut, lengthened, and its pages are swapped,
emptied and repeated: noticed, or the same content, and never an exception but ours. N positions, 0
for every one; `--all-bits` turns all eight of a byte. `--control` reads without comparing hashes
and must be caught.
"""

import argparse
import random
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from store.backup.backup_file import BackupFile
from store.backup.backups import check_extracted
from store.errors import StoreError
from tests.campaigns.support import tell
from tests.store.made import make
from tests.store.quick_keys import remembered_keys


@dataclass
class Changed:
    """What came of changed bytes."""

    tried: int = 0
    noticed: int = 0
    same: int = 0
    """The content is what it was: the byte meant nothing."""
    silent: int = 0
    """The content is another, and nobody noticed."""
    foreign: dict[str, int] = field(default_factory=dict)
    """Exceptions that are not ours."""


class Bytes:
    """A backup whose bytes are changed."""

    def __init__(self, file: Path, place: Path, *, control: bool = False) -> None:
        self.original, self.place, self.control = file.read_bytes(), place, control
        self.sound = BackupFile(file)
        self.files = _read_plainly(file)
        self.changed = Changed()

    def bits(self, positions: Sequence[int], bits: Sequence[int]) -> None:
        """Turn these bits of these bytes, one at a time."""
        for position in positions:
            for bit in bits:
                data = bytearray(self.original)
                data[position] ^= 1 << bit
                self.attempt(bytes(data))

    def lengths(self, positions: Sequence[int]) -> None:
        """Cut at these places; lengthen; repeat, empty and swap pages."""
        for position in positions:
            self.attempt(self.original[:position])
        for added in (b"\0", b"\0" * 4096, b"PK\5\6" + bytes(18), self.original):
            self.attempt(self.original + added)
            self.attempt(added + self.original)
        pages = range(0, len(self.original) - 8192, 4096)
        for page in pages:
            before, one = self.original[:page], self.original[page : page + 4096]
            two, after = self.original[page + 4096 : page + 8192], self.original[page + 8192 :]
            for data in (before + two + one + after, before + one + one + after):
                self.attempt(data)
            self.attempt(before + bytes(4096) + two + after)

    def attempt(self, data: bytes) -> None:
        """One changed backup."""
        if data == self.original:
            return
        path = self.place / "changed.zip"
        path.write_bytes(data)
        self.changed.tried += 1
        try:
            same = self._same_without_hashes(path) if self.control else self._same(path)
        except StoreError:
            self.changed.noticed += 1
            return
        except Exception as error:  # noqa: BLE001 - counted: there must be none
            name = type(error).__name__
            self.changed.foreign[name] = self.changed.foreign.get(name, 0) + 1
            return
        self.changed.same += same
        self.changed.silent += not same

    def _same(self, path: Path) -> bool:
        """Whether the content is what it was; StoreError when the change is noticed."""
        backup = BackupFile(path)
        backup.check()
        if backup.message != self.sound.message or backup.signature != self.sound.signature:
            aside = self.place / "aside"
            shutil.rmtree(aside, ignore_errors=True)
            aside.mkdir()
            backup.extract(aside)
            if check_extracted(backup, aside)[0]:
                raise StoreError("noticed")
            return False
        return True

    def _same_without_hashes(self, path: Path) -> bool:
        try:
            return _read_plainly(path) == self.files
        except Exception:  # noqa: BLE001 - whatever the library says
            raise StoreError("not a zip") from None


def _read_plainly(path: Path) -> dict[str, bytes]:
    """The files of a zip, believing it."""
    with zipfile.ZipFile(path) as archive:
        found = {}
        for member in archive.infolist():
            with archive.open(member) as file:
                file._expected_crc = None  # type: ignore[attr-defined]
                found[member.filename] = file.read()
        return found


def small_backup(place: Path) -> Path:
    """A backup of a small study."""
    made = make(place / "small")
    folder = place / "of-small"
    folder.mkdir()
    with made.unlocked("dan") as (dan,):
        return dan.backups.make(folder).path


def change_bytes(
    file: Path,
    place: Path,
    count: int,
    *,
    seed: int = 1,
    all_bits: bool = False,
    control: bool = False,
) -> tuple[Changed, Changed]:
    """Turn bits, and change lengths, at `count` positions each of a backup; 0 is every position."""
    dice, size = random.Random(seed), file.stat().st_size
    every = range(size)
    chosen = sorted(dice.sample(every, min(count, size))) if count else every
    # The list of contents and the zip's own are small: their bytes are always among them.
    end = dice.sample(every[-2400:], min(4 * count, 2400)) if count else ()
    turned = Bytes(file, place, control=control)
    turned.bits(chosen, range(8) if all_bits else (dice.randrange(8),))
    turned.bits(end, (dice.randrange(8),))
    lengths = Bytes(file, place, control=control)
    lengths.lengths(chosen)
    return turned.changed, lengths.changed


def main() -> int:
    """Run it and print the figures; 0 when nothing was silent, or the control was caught."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--positions", type=int, default=1000)
    parser.add_argument("--all-bits", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, remembered_keys():
        place = Path(folder)
        both = change_bytes(
            small_backup(place),
            place,
            options.positions,
            seed=options.seed,
            all_bits=options.all_bits,
            control=options.control,
        )
    for what, one in zip(("bits turned", "lengths and pages"), both, strict=True):
        tell(
            f"{what}: {one.tried} tried, {one.noticed} noticed, {one.same} the same content, "
            f"{one.silent} silent, foreign exceptions {one.foreign or 'none'}"
        )
    if options.control:
        return int(not all(one.silent for one in both))
    return int(any(one.silent or one.foreign for one in both))


if __name__ == "__main__":
    sys.exit(main())
