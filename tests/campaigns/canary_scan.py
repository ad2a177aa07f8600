"""Search every file of a study for what was typed into it: `python -m tests.campaigns.canary_scan`.

Hundreds of invented words are planted as answers, remarks, drafts, contact, labels, flags and
summary phrases of a whole interview. The study folder and the temporary folder are searched while
the case is open, after the sitting, after submission and after a backup, in every encoding below.
Then the program itself is run in a terminal, in a home of its own (`tests.campaigns.canary_runs`).
The control conducts the same interview over a journal that is not encrypted; there every word has
to be found.
"""

import argparse
import json
import os
import sqlite3
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from uuid import UUID, uuid4

from pydantic import JsonValue

from cati.interview import Interview
from cati.memory import MemoryReceipt
from cati.practice import play
from instrument import Instrument
from skips import Route, compile_instrument
from tests.campaigns.canary_packets import scan_packets, scan_simulated
from tests.campaigns.canary_runs import ENDS, STRACE, Found, run_app, run_commands
from tests.campaigns.leaks import COUNT, encodings, hits, words
from tests.campaigns.support import (
    DATA_MANAGER,
    PASSPHRASE,
    njov4,
    njov4_cases,
    plain_study,
    sitting,
    tell,
    utc_now,
)

CONTACT = ("agency", "contact", "telephone", "reference", "street", "mail")


def plant(interview: Interview, planted: list[str]) -> None:
    """A whole interview by the key of the first practice case, with the words put into it."""
    stock = iter(planted)
    case = njov4_cases()["production"]
    parts = list(case.summary)
    in_summary = {part: [next(stock) for _ in range(8)] for part in parts}
    for _ in range(10):
        interview.flag(f"Please look at this: {next(stock)}")
    lines = tuple(
        line.model_copy(update={"answer": f"In a word, {next(stock)}."})
        if line.item in TEXT_ITEMS
        else line
        for line in case.lines
    )
    met = play(case.with_lines(lines), interview)
    for part, phrases in in_summary.items():
        interview.write_summary(part, f"they wrote {' and '.join(phrases[:4])}", draft=True)
        interview.write_summary(part, f"they wrote {' and '.join(phrases)}")
    rest = list(stock)
    for number, first in enumerate(range(0, len(rest), 2)):
        interview.remark(f"said {' and '.join(rest[first : first + 2])}", met[number % len(met)])
    for obstacle in interview.obstacles():
        raise AssertionError(obstacle.sentence)


TEXT_ITEMS = {"prod_hands_on", "min_positive_outcomes_open", "min_negative_outcomes_open"}


def scan_study(folder: Path, planted: list[str]) -> dict[str, set[str]]:
    """Words found at each stage of a case in a study; all sets should be empty."""
    read = njov4()
    label, *contact = planted[: 1 + len(CONTACT)]
    inside = planted[1 + len(CONTACT) :]
    temporary = folder / "tmp"
    temporary.mkdir(parents=True)
    os.environ["TMPDIR"] = tempfile.tempdir = str(temporary)  # ours is searched, too
    study = plain_study(
        folder / "study", read, f"case {label}", dict(zip(CONTACT, contact, strict=True))
    )
    where = [folder / "study", temporary]
    found = {}
    manager_sees = study.unlock(DATA_MANAGER, PASSPHRASE)
    case_id = manager_sees.cases()[0].id
    manager_sees.lock()
    with sitting(study, read, case_id) as seat:
        seat.interview.begin()
        plant(seat.interview, inside)
        found["while open"] = hits(where, planted)
        seat.interview.end("done")
    found["after the sitting"] = hits(where, planted)
    with sitting(study, read, case_id) as seat:
        seat.journal.submit(seat.interview.document())
    found["after submission"] = hits(where, planted)
    manager = study.unlock(DATA_MANAGER, PASSPHRASE)
    (folder / "backups").mkdir()
    manager.backups.make(folder / "backups")
    manager.lock()
    found["after a backup"] = hits([*where, folder / "backups"], planted)
    study.close()
    found["after closing"] = hits(where, planted)
    return found


class PlainJournal:
    """The control: the same events in the same kind of database, not encrypted."""

    def __init__(self, file: Path) -> None:
        self.database = sqlite3.connect(file, isolation_level=None)
        self.database.execute("PRAGMA journal_mode = WAL").fetchall()
        self.database.execute("PRAGMA wal_autocheckpoint = 0").fetchall()
        self.database.execute("CREATE TABLE event (id TEXT PRIMARY KEY, body TEXT)")

    def append(self, event: Mapping[str, JsonValue], event_id: UUID) -> MemoryReceipt:
        """Write an event as it is."""
        row = (str(event_id), json.dumps(event))
        self.database.execute("INSERT OR IGNORE INTO event VALUES (?, ?)", row)
        return MemoryReceipt(utc_now())

    def holds(self, event_id: UUID) -> bool:
        """Whether an event was written."""
        found = self.database.execute("SELECT 1 FROM event WHERE id = ?", (str(event_id),))
        return found.fetchone() is not None


def scan_control(
    folder: Path, planted: list[str], read: Instrument | None = None
) -> dict[str, set[str]]:
    """Words found when the same interview is kept in clear, by kind of file; all should be.

    The write-ahead log while the program runs, the database after it, a packed copy of it such as
    a backup, and an export in the encoding of another system.
    """
    read = read or njov4()
    label, *contact = planted[: 1 + len(CONTACT)]
    folder.mkdir(parents=True)
    journal = PlainJournal(folder / "study.db")
    journal.append({"label": label, **dict(zip(CONTACT, contact, strict=True))}, uuid4())
    route = Route(compile_instrument(read, "interview"))
    interview = Interview(read, route, journal, by="interviewer", now=utc_now)
    interview.begin()
    plant(interview, planted[1 + len(CONTACT) :])
    found = {"write-ahead log": hits([folder / "study.db-wal"], planted)}
    listed = journal.database.execute("SELECT body FROM event").fetchall()
    journal.database.close()
    found["database"] = hits([folder / "study.db"], planted)
    with zipfile.ZipFile(folder / "backup.zip", "w", zipfile.ZIP_DEFLATED) as backup:
        backup.write(folder / "study.db", "study.db")
    found["backup"] = hits([folder / "backup.zip"], planted)
    export = "\n".join(str(json.loads(body)) for (body,) in listed)
    (folder / "export.csv").write_text(export, encoding="utf-16")
    return found | {"export": hits([folder / "export.csv"], planted)}


def runs(
    folder: Path, planted: list[str], which: Iterable[str] = (*ENDS, "commands")
) -> list[Found]:
    """Runs of the program, each with words of its own."""
    found, stock = [], iter(planted)
    for number, name in enumerate(which):
        home = folder / f"run{number}"
        if name == "commands":
            found.append(run_commands(home, [next(stock) for _ in range(8)]))
        else:
            found.append(run_app(home, name, [next(stock) for _ in range(4)]))
    return found


def passed(found: list[Found]) -> bool:
    """Nothing in any file, but in what was exported in clear."""
    return not any(one.words for one in found) and all(
        bool(one.exported) is (one.ended == "commands") for one in found
    )


def main() -> int:
    """Run all and print the figures; 0 when nothing leaked and the controls found everything."""
    argparse.ArgumentParser(description=__doc__.partition("\n")[0]).parse_args()
    planted = words(COUNT + 50)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        ran = runs(Path(folder), planted[COUNT:])
        leaks = scan_study(Path(folder) / "encrypted", planted[:COUNT])
        leaks |= scan_packets(Path(folder) / "packets", planted[:60])
        leaks["simulated"], said = scan_simulated(Path(folder) / "more", planted[:COUNT])
        files = [one for one in (Path(folder) / "encrypted").rglob("*") if one.is_file()]
        size = sum(one.stat().st_size for one in files)
        control = scan_control(Path(folder) / "plain", planted[:COUNT])
    tell(f"searched as {', '.join(encodings('x'))}")
    tell(f"{COUNT} words planted in an interview; {len(files)} files, {size:,} bytes")
    for stage, found in leaks.items():
        tell(f"  {stage:<20} {len(found):>3} of {COUNT} found")
    for kind, found in control.items():
        tell(f"  control, {kind:<20} in clear {len(found):>3} of {COUNT} found")
    tell(f"  simulated respondents had said {said}; 60 went by packets")
    tell(f"the program in a home of its own, {'with' if STRACE else 'WITHOUT'} strace")
    for one in ran:
        tell(
            f"  {one.ended:<20} {len(one.words):>3} of {one.typed} found; {one.files} files, of "
            f"them elsewhere {len(one.elsewhere)}; in the export in clear {len(one.exported)}"
        )
    tell(
        f"{COUNT} words, {len(leaks)} stages and {len(ran)} runs: "
        f"{sum(map(len, leaks.values())) + sum(len(one.words) for one in ran)} found, "
        f"{time.perf_counter() - start:.0f} s"
    )
    controlled = all(len(found) == COUNT for found in control.values()) and said > 0
    return int(any(leaks.values()) or not controlled or not passed(ran))


if __name__ == "__main__":
    sys.exit(main())
