"""Backups under load and killed at every step; every bit and every length of one.

`python -m tests.campaigns.backups --rounds N` (D10): children append to a study while a child backs
it up and is killed, at the n-th thing it asks of the system or at any instant; another restores and
is killed. Afterwards every file that has the name of a backup verifies, all earlier ones are as
they were, a restored folder is whole or not there, and the study goes on.

`--bits N` (I1, I2): bits of a small backup are turned, it is cut, lengthened, and its pages are
swapped and repeated: noticed, or the same content. N positions, 0 for every one; `--all-bits` turns
all eight of a byte.

`--control` does the same with a backup that is written under its own name without reading it back,
and a reader that does not compare hashes: both must be caught.
"""

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from store import JSON, Study, keystore, open_study
from store.backup_file import BackupFile
from store.backups import check_extracted
from store.errors import StoreError
from store.restoring import Consent, restore
from tests.campaigns.support import tell
from tests.store.made import Made, answer, make, passphrase

ASKED = frozenset(
    {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate", "sqlite3.connect"}
)
"""What a child is killed at, as Python's audit names it."""

WAYS = ("step", "step", "instant", "instant", "whole")
"""How a child ends: killed at a step, killed at some instant, or by itself."""

REFUSED = 2

Work = Callable[[], None]


@contextmanager
def derived_once() -> Iterator[None]:
    """Remember what the key derivation gave, which is slow on purpose; children inherit it."""
    real, known = keystore._derive, dict[object, tuple[bytes, bytes]]()

    def derive(fields: dict[str, JSON], passphrase: str) -> tuple[bytearray, bytes]:
        question = (keystore._context(fields), fields["salt"], passphrase)
        if question not in known:
            derived, commitment = real(fields, passphrase)
            known[question] = bytes(derived), commitment
        key, commitment = known[question]
        return bytearray(key), commitment

    keystore._derive = derive
    try:
        yield
    finally:
        keystore._derive = real


def in_child(work: Work, kill_at: int | None = None) -> int:
    """Fork a child that does `work`, killed by itself at its n-th request; gives its id."""
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        if kill_at is not None:
            _kill_at(kill_at)
        work()
        code = 0
    except StoreError:
        code = REFUSED
    finally:
        os._exit(code)


def _kill_at(number: int) -> None:
    left = [number]

    def hook(event: str, _: tuple[object, ...]) -> None:
        if event in ASKED:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def ended(pid: int, after: float | None = None) -> int:
    """Wait for a child, killing it after some seconds; its exit code, negative for a signal."""
    if after is not None:
        time.sleep(after)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@dataclass
class Figures:
    """What came out of the rounds."""

    rounds: int = 0
    killed: int = 0
    """Children that were killed before they were done."""
    refused: int = 0
    """Backups that said in a sentence why there is none: others kept the database busy."""
    backups: int = 0
    """Files with the name of a backup, each verified."""
    restored: int = 0
    """Folders that were there after a restore, each opened and verified."""
    appended: int = 0
    """Events that were acknowledged meanwhile."""
    faults: list[str] = field(default_factory=list)


class Rounds:
    """A study that is worked on while it is backed up and restored."""

    def __init__(
        self, place: Path, seed: int, *, control: bool = False, made: Made | None = None
    ) -> None:
        """In the folder `place`, on a copy of a study made before, or on a new one."""
        self.place, self.control = place, control
        self.dice = random.Random(seed)
        self.made = made.copy(place / "study") if made else make(place / "study")
        self.backups = place / "backups"
        self.backups.mkdir()
        self.known: dict[Path, bytes] = {}
        self.figures = Figures()
        self.at = 0
        """At which request the next backup, and the next restore, is killed."""
        for name in ("ada", "dan", "ina"):
            self._as(name, lambda _: None)
        self.steps, self.seconds = self._measure(self._back_up)
        first = self._files()[0] if self._files() else None
        self.known = {path: sha256(path.read_bytes()).digest() for path in self._files()}
        self.slower = self.seconds if first is None else self._measure(self._restoring(first))[1]
        shutil.rmtree(place / "restored", ignore_errors=True)

    def _measure(self, work: Work) -> tuple[int, float]:
        """How often a child asks for something the system audits, and how long it takes."""
        reader, writer = os.pipe()

        def counted() -> None:
            asked = [0]
            sys.addaudithook(lambda event, _: asked.append(1) if event in ASKED else None)
            work()
            os.write(writer, str(sum(asked)).encode())

        begun = time.monotonic()
        ended(in_child(counted))
        seconds = time.monotonic() - begun
        os.close(writer)
        count = int(os.read(reader, 100) or b"0")
        os.close(reader)
        return count, seconds

    def run(self, count: int) -> Figures:
        """Do that many rounds."""
        for _ in range(count):
            self.round()
        return self.figures

    def round(self) -> None:
        """One backup under load and one restore, either of them killed; then look at everything."""
        self.figures.rounds += 1
        before = self._events()
        reader, writer = os.pipe()
        load = in_child(lambda: self._append(writer))
        os.close(writer)
        appended = len(os.read(reader, 1 << 20))  # the first one: from here on there is load
        way = self.dice.choice(WAYS)
        self.at = self.dice.randrange(1, round(1.3 * self.steps))
        maker = in_child(self._back_up, self.at if way == "step" else None)
        code = ended(maker, self._moment(way, 3 * self.seconds))
        self.figures.killed += code < 0
        self.figures.refused += code == REFUSED
        ended(load, self.dice.uniform(0.0, 0.03))
        while found := os.read(reader, 1 << 20):
            appended += len(found)
        os.close(reader)
        if self._events() < before + appended:
            self.figures.faults.append("an acknowledged event is lost")
        self.figures.appended += appended
        self._look_at_backups()
        self._restore(way)
        self._look_at_study()

    def _events(self) -> int:
        with self.made.sql() as sql:
            query = 'SELECT n FROM "case" WHERE id = ?'
            return int(sql.execute(query, (self.made.begun,)).fetchone()[0])

    def _back_up(self) -> None:
        if self.control:
            self._back_up_badly()
            return
        self._as(
            "dan", lambda study: study.unlock("dan", passphrase("dan")).backups.make(self.backups)
        )

    def _back_up_badly(self) -> None:
        """Straight under its own name, from the file as it lies there."""
        target = self.backups / f"bad-{time.time_ns()}.zip"
        with zipfile.ZipFile(target, "w") as archive:
            for name in ("study.yaml", "study.db", "instruments"):
                source = self.made.folder / name
                if source.is_file():
                    archive.write(source, name)
            archive.writestr("backup.json", "{}")

    def _append(self, acknowledged: int) -> None:
        study = open_study(self.made.folder)
        ina = study.unlock("ina", passphrase("ina"))
        case = ina.open_case(self.made.begun)
        while True:
            case.append(answer(1))
            os.write(acknowledged, b".")

    def _look_at_backups(self) -> None:
        """Every file that has a backup's name is one, and earlier ones are what they were."""
        present = {path: sha256(path.read_bytes()).digest() for path in self._files()}
        for path, digest in self.known.items():
            if present.get(path) != digest:
                self.figures.faults.append("an earlier backup is gone or changed")
        for path in present.keys() - self.known.keys():
            self.figures.backups += 1
            if not _verifies(path, self.place / "aside"):
                self.figures.faults.append("a file has the name of a backup and is none")
        self.known = present
        # What is many rounds old makes room.
        for path in sorted(present)[:-3]:
            path.unlink()
            del self.known[path]

    def _moment(self, way: str, longest: float) -> float | None:
        """After how many seconds a child is killed; None leaves it to itself."""
        return self.dice.uniform(0.0, longest) if way == "instant" else None

    def _restore(self, way: str) -> None:
        files = self._files()
        if not files:
            return
        target = self.place / "restored"
        work = self._restoring(self.dice.choice(files))
        child = in_child(work, self.at if way == "step" else None)
        code = ended(child, self._moment(way, 2 * self.slower))
        self.figures.killed += code < 0
        if target.exists():
            self.figures.restored += 1
            problems = _problems(target)
            if problems or not (target / "keys" / "dan.key").exists():
                self.figures.faults.append(f"a restored study is not whole: {problems}")
            shutil.rmtree(target)
        elif code == 0:
            self.figures.faults.append("a restore that ended well left nothing")
        for left in self.place.glob(".restored.*"):
            shutil.rmtree(left)

    def _restoring(self, file: Path) -> Work:
        def work() -> None:
            restore(
                file,
                self.place / "restored",
                keys_from=self.made.folder / "keys",
                name="ada",
                passphrase=passphrase("ada"),
                current=self.made.folder,
                consent=Consent(older=True),
            )

        return work

    def _look_at_study(self) -> None:
        problems = _problems(self.made.folder)
        if problems:
            self.figures.faults.append(f"the study: {problems[0]}")

    def _files(self) -> list[Path]:
        return sorted(self.backups.glob("*.zip"))

    def _as(self, name: str, work: Callable[[Study], object]) -> None:
        study = open_study(self.made.folder)
        try:
            study.unlock(name, passphrase(name))
            work(study)
        finally:
            study.close()


def _verifies(path: Path, aside: Path) -> bool:
    """Whether a file is a backup, whole, signed, and a study that can be opened."""
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    try:
        backup = BackupFile(path)
        backup.extract(aside)
        return check_extracted(backup, aside)[0] == ()
    except StoreError:
        return False


def _problems(folder: Path) -> Sequence[str]:
    study = open_study(folder)
    try:
        return study.unlock("dan", passphrase("dan")).verify().problems
    except StoreError as error:
        return [str(error)]
    finally:
        study.close()


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


def passed(rounds: Figures, *changed: Changed) -> bool:
    """Whether nothing was lost and nothing silent."""
    return not rounds.faults and all(one.silent == 0 and not one.foreign for one in changed)


def main() -> int:
    """Run it and print the figures; 0 when all is as it must be, or the control was caught."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--bits", type=int, default=None)
    parser.add_argument("--all-bits", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", action="store_true")
    options = parser.parse_args()
    rounds, changed = Figures(), []
    with tempfile.TemporaryDirectory() as folder, derived_once():
        place = Path(folder)
        if options.rounds:
            rounds = Rounds(place, options.seed, control=options.control).run(options.rounds)
            tell(
                f"rounds {rounds.rounds}, children killed {rounds.killed}, backups refused "
                f"{rounds.refused}, verified "
                f"{rounds.backups}, restored and verified {rounds.restored}, events acknowledged "
                f"meanwhile {rounds.appended}, faults {len(rounds.faults)}"
            )
            for fault in sorted(set(rounds.faults)):
                tell(f"  {rounds.faults.count(fault)} x {fault}")
        if options.bits is not None:
            both = change_bytes(
                small_backup(place),
                place,
                options.bits,
                seed=options.seed,
                all_bits=options.all_bits,
                control=options.control,
            )
            changed = list(both)
            for what, one in zip(("bits turned", "lengths and pages"), both, strict=True):
                tell(
                    f"{what}: {one.tried} tried, {one.noticed} noticed, {one.same} the same "
                    f"content, {one.silent} silent, foreign exceptions {one.foreign or 'none'}"
                )
    caught = bool(rounds.faults) or any(one.silent for one in changed)
    return int(not caught) if options.control else int(not passed(rounds, *changed))


if __name__ == "__main__":
    sys.exit(main())
