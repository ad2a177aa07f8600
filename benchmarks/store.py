"""What keeping costs: saving, opening, listing, sealing, verifying, unlocking; SQLCipher beside it.

An answer is saved in turns by the store, by a bare insert and by SQLCipher, all in databases of the
same folder with the same settings, so that a slow moment of the disk meets all three. What takes
keys and no disk is measured in processor time, since other programs do not change that. Run with
`python -m benchmarks.store [--events N] [--cases N] [--sealed N]`.
"""

import argparse
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from unittest import mock

from sqlalchemy import Connection

from cati.screens.cases import PAGE
from store import (
    JSON,
    Access,
    InstrumentFiles,
    KdfCost,
    NewPerson,
    Role,
    Study,
    create_study,
    generate_passphrase,
)
from store.databases.sqlite import PRAGMAS
from store.record import audit

BUDGET_RATIO = 2.0
BUDGET_OPEN_MS = 100.0
BUDGET_LIST_MS = 300.0
BUDGET_VERIFY_S = 15.0
BUDGET_UNLOCK_S = 1.0
LARGE = 100_000
"""Cases that the budgets are about, and audit entries: fewer of these are scaled up to it."""
FEW = 200
"""One case in so many is the interviewer's."""
FINGERPRINT = "0123456789abcdef" * 4
ENVELOPE_SIZE = 24 + 256 + 16
DOCUMENT: dict[str, JSON] = {f"item_{number}": f"answer {number}" for number in range(400)}


class Database(Protocol):
    """As much of a driver's connection as is needed; SQLCipher has one of its own."""

    def execute(self, statement: str, parameters: tuple[object, ...] = ..., /) -> object:
        """Run a statement."""

    def close(self) -> None:
        """Let go of the file."""


def main() -> None:
    """Measure, print, and exit with 1 when a budget is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=500)
    parser.add_argument("--cases", type=int, default=LARGE)
    parser.add_argument("--sealed", type=int, default=100)
    sizes = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        study, person, interviewer, passphrase = _study(Path(folder))
        try:
            within = [
                _appends(person, Path(folder), sizes.events),
                _openings(person),
                _seals(person, sizes.sealed),
                _lists(study, person, interviewer, sizes.cases),
                _audit(study),
                _unlocks(study, passphrase),
            ]
        finally:
            study.close()
    if not all(within):
        raise SystemExit(1)


def _appends(person: Access, folder: Path, events: int) -> bool:
    case = person.open_case(person.cases(count=1)[0].id)
    plain, cipher = _plain(folder / "bare.db"), _cipher(folder / "cipher.db")
    taken: dict[str, list[float]] = {"ours": [], "bare": [], "cipher": []}
    for number in range(events):
        answer = {"event": "set", "item": f"item_{number}", "value": "a short answer, as most are"}
        text = json.dumps(answer)
        begin = time.perf_counter()
        case.append(dict(answer))
        taken["ours"].append((time.perf_counter() - begin) * 1e3)
        taken["bare"].append(_insert(plain, number, bytes(ENVELOPE_SIZE)))
        if cipher is not None:
            taken["cipher"].append(_insert(cipher, number, text.encode()))
    plain.close()
    case.release()
    ratio = statistics.median(taken["ours"]) / statistics.median(taken["bare"])
    print(f"durable append          {_summary(taken['ours'])}")
    print(f"bare insert + commit    {_summary(taken['bare'])}")
    print(f"ratio of medians        {ratio:.2f}  (budget {BUDGET_RATIO})")
    if cipher is not None:
        cipher.close()
        beside = sum(taken["ours"]) / sum(taken["cipher"])
        print(f"SQLCipher, same answers {_summary(taken['cipher'])}")
        print(f"whole interview of {events:,}: {beside:.2f} times what SQLCipher takes")
    else:
        print("SQLCipher               not installed: python -m pip install sqlcipher3-wheels")
    return ratio <= BUDGET_RATIO


def _insert(database: Database, number: int, content: bytes) -> float:
    begin = time.perf_counter()
    database.execute("BEGIN IMMEDIATE")
    database.execute("INSERT INTO event VALUES (?, ?, ?)", ("c", number, content))
    database.execute("COMMIT")
    return (time.perf_counter() - begin) * 1e3


def _openings(person: Access) -> bool:
    case_id = person.cases(count=1)[0].id
    taken: list[float] = []
    count, busy = 0, time.process_time()
    for _ in range(10):
        begin = time.perf_counter()
        case = person.open_case(case_id)
        taken.append((time.perf_counter() - begin) * 1e3)
        count = len(case.events)
        case.release()
    busy = (time.process_time() - busy) / 10 * 1e3
    print(f"open {count:,} events         {_summary(taken)}  (budget {BUDGET_OPEN_MS:.0f} ms)")
    print(f"  with giving it back   {busy:.0f} ms of CPU")
    return statistics.median(taken) <= BUDGET_OPEN_MS


def _seals(person: Access, count: int) -> bool:
    """Handing in and reading again, for cases of 400 answers in one document."""
    opened = []
    for number in range(count):
        case = person.open_case(_add(person, number))
        case.append({"event": "set", "item": "first", "value": 1})
        opened.append(case)
    sealing, wall = time.process_time(), time.perf_counter()
    for case in opened:
        case.submit(dict(DOCUMENT))
    sealing, wall = time.process_time() - sealing, time.perf_counter() - wall
    begin = time.process_time()
    found = sum(1 for _ in person.submitted())
    reading = time.process_time() - begin
    print(f"seal and submit         {count / wall:8,.0f}/s with the disk")
    print(f"                        {count / sealing:8,.0f}/s of CPU")
    print(f"open and verify sealed  {found / reading:8,.0f}/s of CPU")
    return found == count


def _lists(study: Study, person: Access, interviewer: Access, count: int) -> bool:
    """The list of cases, as the app shows it and as a command goes through it; see `LARGE`."""
    adding = time.process_time()
    with _one_transaction(study):
        for number in range(count):
            _add(person, number, "all_in_one" if number % FEW else "interviewer")
    adding = time.process_time() - adding
    print(f"added {count:,} cases       {adding:.0f} s of CPU")
    within = True
    for who, access, own in (("manager", person, False), ("interviewer", interviewer, True)):

        def show(access: Access = access, own: bool = own) -> None:
            access.known.clear()
            assert len(access.queue(mine_only=own, count=PAGE).cards) > 1

        shown = statistics.median(_cpu(show) for _ in range(5)) * 1e3
        print(
            f"first {PAGE} for a {who:<12} {shown:4.0f} ms (CPU)  (budget {BUDGET_LIST_MS:.0f} ms)"
        )
        within = within and shown <= BUDGET_LIST_MS
    bare = _cpu(lambda: person.cases(labels=False))
    part = _cpu(lambda: person.cases(after="8", count=PAGE))
    print(f"all without labels      {bare:.2f} s (CPU); a part of {PAGE} {part * 1e3:.0f} ms")
    return within


def _audit(study: Study) -> bool:
    entries = 0

    def verify() -> None:
        nonlocal entries
        with study.database.read() as connection:
            chain = list(audit.entries(connection))
        entries = len(chain)
        assert audit.problems(study.body, chain) == []

    taken = _cpu(verify)
    scaled = taken * LARGE / entries
    print(
        f"verify {entries:,} entries   {taken:.2f} s (CPU); for {LARGE:,} {scaled:.1f} s "
        f"(budget {BUDGET_VERIFY_S:.0f} s)"
    )
    return scaled <= BUDGET_VERIFY_S


def _unlocks(study: Study, passphrase: str) -> bool:
    taken = []
    for _ in range(3):
        begin = time.perf_counter()
        study.unlock("all_in_one", passphrase).lock()
        taken.append((time.perf_counter() - begin) * 1e3)
    print(f"unlock, 256 MiB         {_summary(taken)}  (budget {BUDGET_UNLOCK_S:.0f} s)")
    return min(taken) <= BUDGET_UNLOCK_S * 1e3


def _cpu(act: Callable[[], object]) -> float:
    begin = time.process_time()
    act()
    return time.process_time() - begin


def _summary(milliseconds: list[float]) -> str:
    ordered = sorted(milliseconds)
    last = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"median {statistics.median(ordered):7.3f} ms   p99 {last:7.3f} ms"


def _study(folder: Path) -> tuple[Study, Access, Access, str]:
    passphrase = generate_passphrase()
    study = create_study(
        folder / "study",
        title="Benchmark",
        kind="practice",
        people=[
            NewPerson("all_in_one", frozenset(Role), passphrase),
            NewPerson("interviewer", frozenset({Role.INTERVIEWER}), passphrase),
        ],
        cost=KdfCost.DEFAULT,
    )
    person = study.unlock("all_in_one", passphrase)
    person.add_instrument(
        InstrumentFiles("jobs", "1", FINGERPRINT, {"instrument.yaml": b"name: jobs\n"})
    )
    _add(person, 0)
    return study, person, study.unlock("interviewer", passphrase), passphrase


def _add(person: Access, number: int, assignee: str = "all_in_one") -> str:
    return person.add_case(
        label=f"Case {number}",
        identity={"agency": "Example Town Hall", "telephone": "555-0101"},
        instrument=FINGERPRINT,
        mode="interview",
        assignee=assignee,
    )


@contextmanager
def _one_transaction(study: Study) -> Iterator[None]:
    """Cases by the thousand are added for what comes after; nobody waits for each to be saved."""
    with study.database.write() as connection:

        @contextmanager
        def within() -> Iterator[Connection]:
            yield connection

        with mock.patch.object(study.database, "write", within):
            yield


def _plain(path: Path) -> Database:
    connection = sqlite3.connect(path, isolation_level=None)
    _prepare(connection)
    return connection


def _cipher(path: Path) -> Database | None:
    """A database that SQLCipher encrypts by pages; None where it is not installed."""
    try:
        from sqlcipher3 import dbapi2
    except ImportError:
        return None
    connection: Database = dbapi2.connect(str(path), isolation_level=None)
    connection.execute("PRAGMA key = 'a quiet garden of answers'")
    _prepare(connection)
    return connection


def _prepare(connection: Database) -> None:
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name} = {value}")
    connection.execute(
        "CREATE TABLE event (case_id TEXT, seq INTEGER, envelope BLOB, PRIMARY KEY (case_id, seq))"
        " WITHOUT ROWID, STRICT"
    )


if __name__ == "__main__":
    main()
