"""Backups under load, killed at every step: `python -m tests.campaigns.backups --rounds N` (D10).

Children append to a study while another backs it up and is killed, at the n-th thing it asks of the
system or at any instant; then one restores and is killed. Afterwards every file that has the name
of a backup verifies, all earlier ones are as they were, a restored folder is whole or not there, no
acknowledged event is lost, and the study goes on. `--control` writes backups under their own name
at once and must be caught.
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
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from store import Study, open_study
from store.backup.backup_file import BackupFile
from store.backup.backups import check_extracted
from store.backup.restoring import Consent, restore
from store.errors import StoreError
from tests.campaigns.support import tell
from tests.store.made import Made, answer, make, passphrase
from tests.store.quick_keys import remembered_keys

ASKED = frozenset(
    {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate", "sqlite3.connect"}
)
"""What a child is killed at, as Python's audit names it."""

WAYS = ("step", "step", "instant", "instant", "whole")
"""How a child ends: killed at a step, killed at some instant, or by itself."""

REFUSED = 2

Work = Callable[[], None]


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


def main() -> int:
    """Run it and print the figures; 0 when all is as it must be, or the control was caught."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, remembered_keys():
        rounds = Rounds(Path(folder), options.seed, control=options.control).run(options.rounds)
    tell(
        f"rounds {rounds.rounds}, children killed {rounds.killed}, backups refused "
        f"{rounds.refused}, verified {rounds.backups}, restored and verified {rounds.restored}, "
        f"events acknowledged meanwhile {rounds.appended}, faults {len(rounds.faults)}"
    )
    for fault in sorted(set(rounds.faults)):
        tell(f"  {rounds.faults.count(fault)} x {fault}")
    return int(not rounds.faults) if options.control else int(bool(rounds.faults))


if __name__ == "__main__":
    sys.exit(main())
