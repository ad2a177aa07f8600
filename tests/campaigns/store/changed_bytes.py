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
through.
"""

import hashlib
import multiprocessing
import os
import shutil
import signal
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
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
from tests.campaigns.store.support import cheap_keys, options, scratch, tell
from tests.store.made import DOCUMENT, IDENTITY, INSTRUMENT, answer, passphrase

PAGE = 512
LONGEST = 20.0
"""Seconds of the processor after which a reading counts as one that never ends."""
ME = "ina"
Read: TypeAlias = Callable[[Path], str]
Change: TypeAlias = tuple[str, bytes]
"""What was done, and what became of the bytes."""


@dataclass(frozen=True)
class Target:
    """Bytes that are changed, and how to put others in their place."""

    name: str
    content: bytes
    put: Callable[[bytes], None]


@dataclass
class Tally:
    """What became of the changes."""

    outcomes: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Nothing came out otherwise in silence, and no error but ours."""
        return not (self.outcomes["different"] or self.outcomes["foreign"])


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


def campaign(folder: Path, target: Target, changes: Iterator[Change], reader: Read) -> Tally:
    """Make each change alone, and read; where it stands is told every ten thousand changes."""
    signal.signal(signal.SIGPROF, _too_long)
    whole = _snapshot(folder)
    expected, tally = reader(folder), Tally()
    for number, (what, changed) in enumerate(changes):
        if number and not number % 10_000:
            tell(f"    {target.name}: {number:,} changes, {dict(tally.outcomes)}")
        _restore(folder, whole)
        target.put(changed)
        outcome = _outcome(folder, reader, expected)
        kind = outcome.partition(":")[0]
        tally.outcomes[kind] += 1
        if kind in ("different", "foreign") and len(tally.examples) < 5:
            tally.examples.append(f"{target.name}, {what}: {outcome}")
    _restore(folder, whole)
    return tally


def _outcome(folder: Path, reader: Read, expected: str) -> str:
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        return "same" if reader(folder) == expected else "different"
    except StoreError:
        return "told"
    except Exception as error:  # noqa: BLE001 - counted: only our own errors may come out
        return f"foreign: {error!r}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _too_long(*_: object) -> None:
    raise TimeoutError


def _snapshot(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _restore(folder: Path, whole: dict[Path, bytes]) -> None:
    for path in folder.rglob("*"):
        if path.is_file() and path not in whole:
            path.unlink()
    for path, data in whole.items():
        path.write_bytes(data)


# --- what is changed -----------------------------------------------------------------------------


def file_target(path: Path) -> Target:
    """A whole file."""
    return Target(path.name, path.read_bytes(), lambda data: _put(path, data))


def _put(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def fitting_key_file(path: Path) -> Target:
    """A key file whose checksum is made to fit, as someone would who means it."""
    lines = path.read_bytes().split(b"\n")
    body = b"\n".join(lines[:2]) + b"\n"

    def put(data: bytes) -> None:
        path.write_bytes(data + hashlib.sha256(data).hexdigest().encode() + b"\n")

    return Target(f"{path.name}, checksum made to fit", body, put)


def sealed_target(folder: Path) -> Target:
    """Key and envelope of the sealed case, as they stand in their row."""
    sql = sqlite3.connect(folder / "study.db")
    wrap, envelope = sql.execute("SELECT wrap, envelope FROM sealed").fetchone()
    sql.close()

    def put(data: bytes) -> None:
        sql = sqlite3.connect(folder / "study.db")
        sql.execute("UPDATE sealed SET wrap=?, envelope=?", (data[: len(wrap)], data[len(wrap) :]))
        sql.commit()
        sql.close()

    return Target("sealed case", wrap + envelope, put)


def flips(content: bytes, size: int, *, all_bits: bool) -> Iterator[Change]:
    """One bit of each byte flipped, which one going around; or all eight."""
    for at in _spread(len(content), size):
        for bit in range(8) if all_bits else (at * 5 % 8,):
            changed = bytearray(content)
            changed[at] ^= 1 << bit
            yield f"byte {at} bit {bit}", bytes(changed)


def cuts(content: bytes, size: int) -> Iterator[Change]:
    """Cut off at each length, and made longer."""
    for length in _spread(len(content), size):
        yield f"cut at {length}", content[:length]
    for more in (b"\0", bytes(PAGE), b"\xff" * PAGE, content):
        yield f"{len(more)} bytes more", content + more


def pages(content: bytes, size: int, chance: Random) -> Iterator[Change]:
    """Pages zeroed, put in the place of others, and swapped."""
    count = len(content) // PAGE
    for page in _spread(count, size):
        yield f"page {page} zeroed", _with_page(content, page, bytes(PAGE))
        other = chance.randrange(count - 1)
        other += other >= page
        here, there = _page(content, page), _page(content, other)
        doubled = _with_page(content, other, here)
        yield f"page {page} also at {other}", doubled
        yield f"pages {page} and {other} swapped", _with_page(doubled, page, there)


def _page(content: bytes, number: int) -> bytes:
    return content[number * PAGE : (number + 1) * PAGE]


def _with_page(content: bytes, number: int, page: bytes) -> bytes:
    return content[: number * PAGE] + page + content[(number + 1) * PAGE :]


def _spread(count: int, size: int) -> list[int]:
    """At most `size` of `count` places, evenly."""
    size = min(size, count)
    return sorted({index * count // size for index in range(size)})


def plan(
    folder: Path, size: int, seed: int, *, all_bits: bool
) -> list[tuple[str, Target, Iterator[Change]]]:
    """Every target with the changes to it."""
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
    found.append(("pages", database, pages(database.content, size, Random(seed))))
    return found


def run(size: int, seed: int, *, all_bits: bool = False, control: bool = False) -> list[Tally]:
    """All of it, printed; all bits by as many processes as there are processors."""
    tallies = []
    with scratch() as folder, cheap_keys():
        small_study(folder / "study")
        copies = _copies(folder, (os.cpu_count() or 1) if all_bits else 1)
        planned = plan(copies[0], size, seed, all_bits=all_bits)
        # Forked, so that every process knows what the key derivation gave.
        with ProcessPoolExecutor(len(copies), multiprocessing.get_context("fork")) as pool:
            for which, (how, target, _) in enumerate(planned):
                if control and target.name != "study.db":
                    continue
                one = partial(_part, which, size, seed, all_bits, control, len(copies))
                tally = _together(pool.map(one, range(len(copies)), copies))
                tell(
                    f"{target.name:32} {len(target.content):7,} bytes  {how:6} "
                    + "  ".join(f"{count:6,} {kind}" for kind, count in tally.outcomes.items())
                )
                for example in tally.examples:
                    tell(f"    {example}")
                tallies.append(tally)
    total = sum((tally.outcomes for tally in tallies), Counter[str]())
    silent = f"{total['different']:,} otherwise in silence, {total['foreign']:,} foreign errors"
    tell(f"{total.total():,} changes, {total['told']:,} told, {total['same']:,} same, {silent}")
    return tallies


def _copies(folder: Path, count: int) -> list[Path]:
    """The study and as many copies as are needed for each process to have its own."""
    copies = [folder / "study"]
    for number in range(1, count):
        copies.append(Path(shutil.copytree(copies[0], folder / f"study-{number}")))
    return copies


def _part(
    which: int,
    size: int,
    seed: int,
    all_bits: bool,
    control: bool,
    count: int,
    part: int,
    own: Path,
) -> Tally:
    """Every count-th change to a target, from the `part`-th on, in a copy of one's own."""
    _, target, changes = plan(own, size, seed, all_bits=all_bits)[which]
    mine = islice(changes, part, None, count)
    return campaign(own, target, mine, believing if control else read)


def _together(tallies: Iterable[Tally]) -> Tally:
    found = Tally()
    for tally in tallies:
        found.outcomes += tally.outcomes
        found.examples += tally.examples
    return found


def main() -> int:
    """Run all; 1 when something came out otherwise in silence, or the control noticed all."""
    given = options(__doc__, 30_000, all_bits="flip all eight bits of each byte")
    tallies = run(given.size, given.seed, all_bits=given.all_bits, control=given.control)
    if given.control:
        return int(not any(tally.outcomes["different"] for tally in tallies))
    return int(not all(tally.sound for tally in tallies))


if __name__ == "__main__":
    raise SystemExit(main())
