"""Let the disk refuse at every single thing that is asked of it, and go on working afterwards.

    python -m tests.campaigns.store.failing_disk --size 3000 [--control]

An interviewer saves answers, submits a case and changes a passphrase; an administrator adds an
instrument. The n-th write, sync, truncation, opening, renaming or unlinking is refused, for every
n: once, from then on until the disk is mended, as a full disk, and after half of a write. What was
acknowledged must be there, what was refused must be told in a sentence, and the same calls repeated
by the same program must succeed once the disk is well.

With `--control` a refused answer is taken for an acknowledged one; that must be noticed.
"""

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from store import Access, InstrumentFiles, OpenCase, StoreError, WrongPassphrase, open_study
from tests.campaigns.store.disk import Failing, Op, watching
from tests.campaigns.store.support import a_study, cheap_keys, options, scratch, tell
from tests.store.made import DOCUMENT, Made, answer, passphrase

NEW_PASSPHRASE = "another quiet garden of ina"
ADDED = InstrumentFiles("jobs", "1", "a1" * 32, {"instrument.yaml": b"name: jobs\n"})
IDS = [uuid.UUID(int=number, version=4) for number in range(4)]

WAYS: dict[str, Callable[[], Failing]] = {
    "once": Failing,
    "until mended": Failing,
    "full": lambda: Failing(full=True),
    "after half of it": lambda: Failing(half=True),
}
LASTING = {"until mended", "full"}


@dataclass
class Disk:
    """Refuses from the n-th thing on."""

    way: str
    refuses: int
    asked: int = 0
    mended: bool = False
    refused: int = 0

    def __call__(self, op: Op) -> None:
        """Watch one thing."""
        self.asked += 1
        due = self.asked >= self.refuses if self.way in LASTING else self.asked == self.refuses
        if due and not self.mended:
            self.refused += 1
            raise WAYS[self.way]()


Step: TypeAlias = Callable[[], None]


@dataclass
class _Session:
    """A program that goes on after errors."""

    made: Made
    stack: ExitStack
    people: list[Access] = field(default_factory=list)
    opened: dict[str, OpenCase] = field(default_factory=dict)

    def steps(self) -> list[Step]:
        """What is done, in order; each may be repeated after an error."""
        begun, other = self.made.begun, self.made.other
        return [
            self._enter,
            lambda: self._open(begun),
            lambda: self._append(begun, 9),
            lambda: self._append(begun, 10),
            self._change_passphrase,
            lambda: self.people[1].add_instrument(ADDED),
            lambda: self._append(begun, 11),
            lambda: self._open(other),
            lambda: self._submit(other),
            lambda: self.opened[begun].release(),  # noqa: PLW0108 - not opened yet
        ]

    def _enter(self) -> None:
        if not self.people:
            study = open_study(self.made.folder)
            self.stack.callback(study.close)
            people = [study.unlock(name, passphrase(name)) for name in ("ina", "ada")]
            self.people = people

    def _open(self, case_id: str) -> None:
        if case_id not in self.opened:
            self.opened[case_id] = self.people[0].open_case(case_id)

    def _append(self, case_id: str, number: int) -> None:
        self.opened[case_id].append(answer(number), event_id=IDS[number - 8])

    def _submit(self, case_id: str) -> None:
        self.opened[case_id].submit(DOCUMENT)

    def _change_passphrase(self) -> None:
        try:
            self.people[0].change_passphrase(passphrase("ina"), NEW_PASSPHRASE)
        except WrongPassphrase:
            # It was changed although an error was told; then the new one must be right.
            (self.made.folder / "keys" / "ina.tries").unlink()
            self.people[0].change_passphrase(NEW_PASSPHRASE, NEW_PASSPHRASE)


@dataclass
class Tally:
    """What was found."""

    runs: int = 0
    refused: int = 0
    told: int = 0
    """Errors told in one sentence of ours."""
    lost: int = 0
    foreign: int = 0
    """Errors of another kind than ours, or of more than a line."""
    stuck: int = 0
    """Work that could not go on once the disk was well."""
    examples: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Nothing that must not be."""
        return not (self.lost or self.foreign or self.stuck)


def campaign(folder: Path, way: str, ns: Iterator[int], *, control: bool = False) -> Tally:
    """Refuse at each of these n, until the work asks for fewer things than that."""
    original, tally = a_study(folder / "original"), Tally()
    for n in ns:
        shutil.rmtree(folder / "study", ignore_errors=True)
        disk = Disk(way, n)
        _run(original.copy(folder / "study"), disk, tally, control)
        if not disk.refused:
            break
        tally.runs += 1
        tally.refused += disk.refused
    return tally


def _run(made: Made, disk: Disk, tally: Tally, control: bool) -> None:
    with ExitStack() as stack, watching(made.folder, disk):
        session = _Session(made, stack)
        for step in session.steps():
            before = disk.refused
            with _told(tally, f"n={disk.refuses} {disk.way}") as heard:
                step()
            if heard and not (control and disk.refused > before and session.opened):
                disk.mended = True
                with _told(tally, f"n={disk.refuses} {disk.way}, repeated") as again:
                    step()
                tally.stuck += bool(again)
        disk.mended = True
    problem = _look(made)
    if problem:
        tally.lost += 1
        tally.examples.append(f"n={disk.refuses} {disk.way}: {problem}")


@contextmanager
def _told(tally: Tally, where: str) -> Iterator[list[str]]:
    heard: list[str] = []
    try:
        yield heard
    except StoreError as error:
        heard.append(str(error))
        tally.told += 1
        if "\n" in str(error) or not str(error).endswith("."):
            tally.foreign += 1
            tally.examples.append(f"{where}: {error}")
    except Exception as error:  # noqa: BLE001 - whatever it is, it is not ours, and counted
        heard.append(repr(error))
        tally.foreign += 1
        tally.examples.append(f"{where}: {error!r}")
    if heard and "repeated" in where:
        tally.examples.append(f"{where}: {heard[0]}")


def _look(made: Made) -> str:
    """What another program finds afterwards; empty when it is everything that was done."""
    study = open_study(made.folder)
    try:
        ina, dan = study.unlock("ina", NEW_PASSPHRASE), study.unlock("dan", passphrase("dan"))
        problems = dan.verify().problems
        events = ina.open_case(made.begun).events
        if dan.read_submitted(made.other).document != DOCUMENT:
            return "the submitted document is another"
        if not any(one.fingerprint == ADDED.fingerprint for one in study.instruments):
            return "the instrument is missing"
        if events != [answer(number) for number in range(1, 12)]:
            return f"{len(events)} events"
        return "; ".join(problems)
    except StoreError as error:
        return str(error)
    finally:
        study.close()


def run(way: str, ns: Iterator[int], *, control: bool = False) -> Tally:
    """One way to fail, in a folder of its own."""
    with scratch() as folder, cheap_keys():
        return campaign(folder, way, ns, control=control)


def main() -> int:
    """Run all ways; 1 when something was lost, or the control lost nothing."""
    given = options(__doc__, 3_000)
    tallies = []
    for way in WAYS:
        tally = run(way, iter(range(1, given.size + 1)), control=given.control)
        tell(
            f"{way:18} {tally.runs:5,} runs  {tally.refused:6,} refusals  {tally.told:6,} told  "
            f"{tally.lost:4,} lost  {tally.foreign:4,} foreign  {tally.stuck:4,} stuck"
        )
        for example in tally.examples[:5]:
            tell(f"    {example}")
        tallies.append(tally)
    tell(
        f"{sum(one.runs for one in tallies):,} runs, {sum(one.refused for one in tallies):,} "
        f"refusals, {sum(one.lost for one in tallies):,} lost"
    )
    if given.control:
        return int(not any(tally.lost for tally in tallies))
    return int(not all(tally.sound for tally in tallies))


if __name__ == "__main__":
    raise SystemExit(main())
