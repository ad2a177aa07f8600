"""What saving costs: a durable append against a bare insert, and opening a case of 500 events.

Both kinds of write go to databases of the same folder with the same settings, in turns, so that a
slow moment of the disk meets both. Run with `python -m benchmarks.store [--events N]`.
"""

import argparse
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

from store import (
    Access,
    InstrumentFiles,
    KdfCost,
    NewPerson,
    Role,
    Study,
    create_study,
    generate_passphrase,
)
from store.sqlite import PRAGMAS

BUDGET_RATIO = 2.0
BUDGET_OPEN_MS = 100.0
FINGERPRINT = "0123456789abcdef" * 4
ENVELOPE_SIZE = 24 + 256 + 16


def main() -> None:
    """Measure, print, and exit with 1 when a budget is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=500)
    events = parser.parse_args().events
    with tempfile.TemporaryDirectory() as folder:
        study, person = _study(Path(folder))
        try:
            ratio = _appends(person, Path(folder), events)
            opening = _openings(person)
        finally:
            study.close()
    if ratio > BUDGET_RATIO or opening > BUDGET_OPEN_MS:
        raise SystemExit(1)


def _appends(person: Access, folder: Path, events: int) -> float:
    case = person.open_case(person.cases()[0].id)
    bare = _bare(folder / "bare.db")
    ours: list[float] = []
    theirs: list[float] = []
    for number in range(events):
        answer = {"event": "set", "item": f"item_{number}", "value": "a short answer, as most are"}
        begin = time.perf_counter()
        case.append(dict(answer))
        middle = time.perf_counter()
        bare.execute("BEGIN IMMEDIATE")
        bare.execute("INSERT INTO event VALUES (?, ?, ?)", ("c", number, bytes(ENVELOPE_SIZE)))
        bare.execute("COMMIT")
        end = time.perf_counter()
        ours.append((middle - begin) * 1e3)
        theirs.append((end - middle) * 1e3)
    bare.close()
    case.release()
    ratio = statistics.median(ours) / statistics.median(theirs)
    print(f"durable append        {_summary(ours)}")
    print(f"bare insert + commit  {_summary(theirs)}")
    print(f"ratio of medians      {ratio:.2f}  (budget {BUDGET_RATIO})")
    return ratio


def _openings(person: Access) -> float:
    case_id = person.cases()[0].id
    taken: list[float] = []
    for _ in range(10):
        begin = time.perf_counter()
        case = person.open_case(case_id)
        taken.append((time.perf_counter() - begin) * 1e3)
        count = len(case.events)
        case.release()
    median = statistics.median(taken)
    print(f"open {count:,} events       {_summary(taken)}  (budget {BUDGET_OPEN_MS:.0f} ms)")
    return median


def _summary(milliseconds: list[float]) -> str:
    ordered = sorted(milliseconds)
    last = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"median {statistics.median(ordered):7.3f} ms   p99 {last:7.3f} ms"


def _study(folder: Path) -> tuple[Study, Access]:
    passphrase = generate_passphrase()
    study = create_study(
        folder / "study",
        title="Benchmark",
        kind="practice",
        people=[NewPerson("all_in_one", frozenset(Role), passphrase)],
        cost=KdfCost.FLOOR,
    )
    person = study.unlock("all_in_one", passphrase)
    person.add_instrument(
        InstrumentFiles("jobs", "1", FINGERPRINT, {"instrument.yaml": b"name: jobs\n"})
    )
    person.add_case(
        label="Case 1",
        identity={},
        instrument=FINGERPRINT,
        mode="interview",
        assignee="all_in_one",
    )
    return study, person


def _bare(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name} = {value}").fetchall()
    connection.execute(
        "CREATE TABLE event (case_id TEXT, seq INTEGER, envelope BLOB, PRIMARY KEY (case_id, seq))"
        " WITHOUT ROWID, STRICT"
    )
    return connection


if __name__ == "__main__":
    main()
