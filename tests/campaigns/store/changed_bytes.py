"""Change a study's files in every place: what is read is the same, or the change is told.

    python -m tests.campaigns.store.changed_bytes --size 30000 [--all-bits] [--control]

A bit of each byte of a small database, of a sealed case, of a key file and of `study.yaml` is
flipped; the files are cut off at every length, made longer; pages are zeroed, doubled and swapped.
After each change everything that the store gives out is read and verified. It must be what it was,
or an error of ours, or a finding of the verification. Left out of the comparison is the one thing
that stands in clear and unsigned: when a case was last worked on, to the quarter of an hour.

`--size` is the number of changes to a file, spread evenly over it. With `--all-bits` all eight of a
byte are flipped, which is hours of work for the database, and all processors share it. With
`--control` a reader is used that believes SQLite's own integrity check; it must let changes
through. Another one never ends, and must be told as that.
"""

import hashlib
import multiprocessing
import os
import shutil
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from typing import TypeAlias

from store import (
    InstrumentFiles,
    KdfCost,
    NewPerson,
    Role,
    StoreError,
    canonical,
    create_study,
    open_study,
)
from store.files import file_errors
from tests.campaigns.store.file_changes import (
    PAGE,
    Change,
    Target,
    cuts,
    file_target,
    fitting_key_file,
    flips,
    pages,
    sealed_target,
)
from tests.campaigns.store.support import cheap_keys, options, scratch, tell
from tests.store.made import DOCUMENT, IDENTITY, INSTRUMENT, answer, passphrase

LONGEST = 20.0
"""Seconds of the processor after which a reading counts as one that never ends."""
ME = "ina"
WRONG = ("different", "foreign", "endless")
"""What must not become of a change."""
Read: TypeAlias = Callable[[Path], str]


class Endless(BaseException):
    """A reading takes too long; no error that a reader takes for one of its own."""


@dataclass(frozen=True)
class Asked:
    """What a campaign is to do; see the options."""

    size: int
    seed: int
    all_bits: bool = False
    control: bool = False


@dataclass
class Tally:
    """What became of the changes."""

    outcomes: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Nothing came out otherwise in silence, no error but ours, and each reading ended."""
        return not any(self.outcomes[kind] for kind in WRONG)


def small_study(folder: Path) -> None:
    """One person, a case begun and a case handed in; pages of 512 bytes, so that it is small."""
    study = create_study(
        folder,
        title="Households",
        kind="practice",
        people=[NewPerson(ME, frozenset(Role), passphrase(ME))],
        cost=KdfCost.FLOOR,
    )
    try:
        ina = study.unlock(ME, passphrase(ME))
        ina.add_instrument(InstrumentFiles("jobs", "1", INSTRUMENT.fingerprint, INSTRUMENT.files))
        for number in range(2):
            case_id = ina.add_case(
                label=f"Household {number}",
                identity=IDENTITY,
                instrument=INSTRUMENT.fingerprint,
                mode="interview",
                assignee=ME,
            )
            case = ina.open_case(case_id)
            case.append(answer(1))
            case.append(answer(2))
            if number:
                case.submit(DOCUMENT)
            else:
                case.release()
    finally:
        study.close()
    sql = sqlite3.connect(folder / "study.db", isolation_level=None)
    sql.executescript(f"PRAGMA page_size = {PAGE}; VACUUM;")
    sql.close()


def read(folder: Path) -> str:
    """A digest of everything that the store gives out; a finding is raised as an error."""
    study = open_study(folder)
    try:
        ina = study.unlock(ME, passphrase(ME))
        found: list[object] = [study.title, study.kind, sorted(study.people, key=repr)]
        found.append([(one.name, one.version, one.fingerprint) for one in study.instruments])
        for card in ina.cases():
            if card.damaged:
                raise StoreError("A case is listed as damaged.")
            found.append((card.id, card.state, card.mode, card.instrument, card.assignee))
            found.append((card.events, card.label, canonical.encode(card.identity or {})))
            if card.state == "open":
                case = ina.open_case(card.id)
                found.append([(one.seq, one.at, one.event_id, one.event) for one in case.entries])
                case.release()
            else:
                one = ina.read_submitted(card.id)
                found += [canonical.encode(one.document), one.submitted_at, one.events, one.label]
        report = ina.verify()
        if not report.ok:
            raise StoreError(report.problems[0])
        found += [report.cases, report.journals, report.sealed]
    finally:
        study.close()
    return hashlib.sha256(repr(found).encode()).hexdigest()


def believing(folder: Path) -> str:
    """The control: rows as they are, where SQLite's integrity check finds nothing."""
    sql = sqlite3.connect(folder / "study.db")
    try:
        if sql.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise StoreError("SQLite's check finds something.")
        tables = [
            row[0]
            for row in sql.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1")
        ]
        found = [sql.execute(f'SELECT * FROM "{table}"').fetchall() for table in tables]
    except sqlite3.Error:
        raise StoreError("SQLite finds something.") from None
    finally:
        sql.close()
    return hashlib.sha256(repr(found).encode()).hexdigest()


def never_ending(folder: Path) -> str:
    """The control of the limit: waits for an emptied file, whatever stops it the first time.

    After five seconds of the processor it does end, so that a limit that fails is told.
    """
    file, until = folder / "study.yaml", time.process_time() + 5
    for swallowed in (BaseException, OSError):
        with suppress(swallowed), file_errors(file.name):
            while not file.stat().st_size and time.process_time() < until:
                pass
    return ""


def campaign(
    folder: Path,
    target: Target,
    changes: Iterator[Change],
    reader: Read,
    longest: float = LONGEST,
) -> Tally:
    """Make each change alone, and read; where it stands is told every ten thousand changes."""
    whole = _snapshot(folder)
    expected, tally = reader(folder), Tally()
    for number, (what, changed) in enumerate(changes):
        if number and not number % 10_000:
            tell(f"    {target.name}: {number:,} changes, {dict(tally.outcomes)}")
        _restore(folder, whole)
        target.put(changed)
        outcome = _outcome(folder, reader, expected, longest)
        kind = outcome.partition(":")[0]
        tally.outcomes[kind] += 1
        if kind in WRONG and len(tally.examples) < 5:
            tally.examples.append(f"{target.name}, {what}: {outcome}")
    _restore(folder, whole)
    return tally


def _outcome(folder: Path, reader: Read, expected: str, longest: float) -> str:
    try:
        with _limited(longest):
            return "same" if reader(folder) == expected else "different"
    except Endless:
        return "endless"
    except StoreError:
        return "told"
    except Exception as error:  # noqa: BLE001 - counted: only our own errors may come out
        return f"foreign: {error!r}"


@contextmanager
def _limited(longest: float) -> Iterator[None]:
    """Interrupt what takes longer, again and again, should the reader swallow it once.

    Not by the timer of the same kind that limits a test while mutants are tried.
    """
    before = signal.signal(signal.SIGVTALRM, _too_long)
    signal.setitimer(signal.ITIMER_VIRTUAL, longest, longest)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _too_long(*_: object) -> None:
    raise Endless


def endless_is_told() -> bool:
    """The control of the limit: a reading that never ends counts as that, and is not sound."""
    with scratch() as folder:
        (folder / "study.yaml").write_bytes(b"full")
        target = file_target(folder / "study.yaml")
        tally = campaign(folder, target, iter([("emptied", b"")]), never_ending, longest=0.05)
    return tally.outcomes == {"endless": 1} and not tally.sound


def _snapshot(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _restore(folder: Path, whole: dict[Path, bytes]) -> None:
    for path in folder.rglob("*"):
        if path.is_file() and path not in whole:
            path.unlink()
    for path, data in whole.items():
        path.write_bytes(data)


def plan(folder: Path, asked: Asked) -> list[tuple[str, Target, Iterator[Change]]]:
    """Every target with the changes to it."""
    size, all_bits = asked.size, asked.all_bits
    database = file_target(folder / "study.db")
    others = [
        sealed_target(folder),
        file_target(folder / "keys" / f"{ME}.key"),
        file_target(folder / "study.yaml"),
    ]
    forged = fitting_key_file(folder / "keys" / f"{ME}.key")
    found = [("flips", one, flips(one.content, size, all_bits=all_bits)) for one in others]
    found += [("cuts", one, cuts(one.content, size)) for one in others]
    # Each of these costs a whole key derivation.
    found.append(("flips", forged, flips(forged.content, max(8, size // 100), all_bits=False)))
    found.append(("flips", database, flips(database.content, size, all_bits=all_bits)))
    found.append(("cuts", database, cuts(database.content, size)))
    found.append(("pages", database, pages(database.content, size, Random(asked.seed))))
    return found


def run(asked: Asked) -> list[Tally]:
    """All of it, printed; all bits by as many processes as there are processors."""
    tallies = []
    with scratch() as folder, cheap_keys():
        small_study(folder / "study")
        copies = _copies(folder, (os.cpu_count() or 1) if asked.all_bits else 1)
        for which, (how, target, _) in enumerate(plan(copies[0], asked)):
            if asked.control and target.name != "study.db":
                continue
            tally = _together(_each(partial(_part, asked, which, len(copies)), copies))
            tell(
                f"{target.name:32} {len(target.content):7,} bytes  {how:6} "
                + "  ".join(f"{count:6,} {kind}" for kind, count in tally.outcomes.items())
            )
            for example in tally.examples:
                tell(f"    {example}")
            tallies.append(tally)
    total = sum((tally.outcomes for tally in tallies), Counter[str]())
    silent = f"{total['different']:,} otherwise in silence, {total['foreign']:,} foreign errors"
    tell(
        f"{total.total():,} changes, {total['told']:,} told, {total['same']:,} same, {silent}, "
        f"{total['endless']:,} without end"
    )
    return tallies


def _copies(folder: Path, count: int) -> list[Path]:
    """The study and as many copies as are needed for each process to have its own."""
    copies = [folder / "study"]
    for number in range(1, count):
        copies.append(Path(shutil.copytree(copies[0], folder / f"study-{number}")))
    return copies


def _each(work: Callable[[int, Path], Tally], copies: list[Path]) -> list[Tally]:
    """What comes of each copy, by a process of its own.

    A single one by this process: it may have threads, and what is forked from those may hang.
    """
    if len(copies) == 1:
        return [work(0, copies[0])]
    # Forked, so that every process knows what the key derivation gave.
    with ProcessPoolExecutor(len(copies), multiprocessing.get_context("fork")) as pool:
        return list(pool.map(work, range(len(copies)), copies))


def _part(asked: Asked, which: int, count: int, part: int, own: Path) -> Tally:
    """Every count-th change to a target, from the `part`-th on, in a copy of one's own."""
    _, target, changes = plan(own, asked)[which]
    mine = islice(changes, part, None, count)
    return campaign(own, target, mine, believing if asked.control else read)


def _together(tallies: Iterable[Tally]) -> Tally:
    found = Tally()
    for tally in tallies:
        found.outcomes += tally.outcomes
        found.examples += tally.examples
    return found


def main() -> int:
    """Run all; 1 when something came out as it must not, or a control noticed nothing."""
    given = options(__doc__, 30_000, all_bits="flip all eight bits of each byte")
    tallies = run(Asked(given.size, given.seed, given.all_bits, given.control))
    if not given.control:
        return int(not all(tally.sound for tally in tallies))
    told = endless_is_told()
    tell(f"control: a reading without end is {'told' if told else 'NOT told'}")
    return int(not (told and any(tally.outcomes["different"] for tally in tallies)))


if __name__ == "__main__":
    raise SystemExit(main())
