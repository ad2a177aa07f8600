"""Search every file of a study for what was typed into it: `python -m tests.campaigns.canary_scan`.

A hundred invented words are planted as answers, remarks, contact, label, flags and summary phrases
of a whole interview. The study folder and the temporary folder are searched while the case is open,
after the sitting and after submission, in every encoding below. The control conducts the same
interview over a journal that is not encrypted; there every word has to be found.
"""

import argparse
import base64
import json
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

from pydantic import JsonValue

from cati.interview import Interview
from cati.memory import MemoryReceipt
from cati.practice import play
from instrument import Instrument
from skips import Route, compile_instrument
from tests.campaigns.support import njov4, njov4_cases, plain_study, sitting, tell, utc_now

COUNT = 100
CONTACT = ("agency", "contact", "telephone", "reference", "street", "mail")
SYLLABLES = ("bra", "cro", "dex", "fon", "gul", "hab", "jin", "kor", "lum", "mor", "nef", "pol")


def words(seed: int = 4) -> list[str]:
    """A hundred words that no file holds by chance."""
    random = Random(seed)
    found: dict[str, None] = {}
    while len(found) < COUNT:
        found["".join(random.choices(SYLLABLES, k=5))] = None
    return list(found)


def encodings(word: str) -> dict[str, list[bytes]]:
    """The word as it would look in a file that holds it in one of these ways."""
    raw = word.encode()
    return {
        "utf-8": [raw],
        "upper case": [raw.upper()],
        "utf-16": [word.encode("utf-16-le"), word.encode("utf-16-be")],
        "utf-32": [word.encode("utf-32-le"), word.encode("utf-32-be")],
        "base64": _base64(raw),
        "hex": [raw.hex().encode(), raw.hex().upper().encode()],
        "reversed": [raw[::-1]],
    }


def _base64(raw: bytes) -> list[bytes]:
    """The part of its base64 that does not depend on its neighbors, at each of three offsets."""
    return [
        base64.b64encode(b"\0" * shift + raw)[4 if shift else 0 : (len(raw) + shift) // 3 * 4]
        for shift in range(3)
    ]


def hits(folders: list[Path], planted: list[str]) -> set[str]:
    """Which of the words stand in any file of the folders, in any encoding."""
    contents = [
        file.read_bytes() + str(file).encode()
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    ]
    return {
        word
        for word in planted
        if any(
            form in content
            for forms in encodings(word).values()
            for form in forms
            for content in contents
        )
    }


def plant(interview: Interview, planted: list[str]) -> None:
    """A whole interview by the key of the first practice case, with the words put into it."""
    stock = iter(planted)
    case = njov4_cases()["production"]
    parts = list(case.summary)
    in_summary = {part: [next(stock) for _ in range(4)] for part in parts}
    for text in (next(stock), next(stock)):
        interview.flag(f"Please look at this: {text}")
    lines = tuple(
        line.model_copy(update={"answer": f"In a word, {next(stock)}."})
        if line.item in TEXT_ITEMS
        else line
        for line in case.lines
    )
    met = play(case.with_lines(lines), interview)
    for part, phrases in in_summary.items():
        interview.write_summary(part, f"they wrote {' and '.join(phrases[:2])}", draft=True)
        interview.write_summary(part, f"they wrote {' and '.join(phrases)}")
    rest = list(stock)
    for number, word in enumerate(rest):
        interview.remark(f"said {word} here", met[number % len(met)])
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
    manager_sees = study.unlock("data-manager", "practice makes steady")
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
    study.close()
    found["after closing"] = hits(where, planted)
    return found


class PlainJournal:
    """The control: the same events in the same kind of database, not encrypted."""

    def __init__(self, file: Path) -> None:
        self.database = sqlite3.connect(file, isolation_level=None)
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


def scan_control(folder: Path, planted: list[str], read: Instrument | None = None) -> set[str]:
    """Words found when the same interview is kept in clear; all of them should be."""
    read = read or njov4()
    label, *contact = planted[: 1 + len(CONTACT)]
    folder.mkdir(parents=True)
    journal = PlainJournal(folder / "study.db")
    journal.append({"label": label, **dict(zip(CONTACT, contact, strict=True))}, uuid4())
    route = Route(compile_instrument(read, "interview"))
    interview = Interview(read, route, journal, by="interviewer", now=utc_now)
    interview.begin()
    plant(interview, planted[1 + len(CONTACT) :])
    journal.database.close()
    return hits([folder], planted)


def main() -> int:
    """Run both and print the figures; 0 when nothing leaked and the control found everything."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.parse_args()
    planted = words()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        leaks = scan_study(Path(folder) / "encrypted", planted)
        files = [one for one in (Path(folder) / "encrypted").rglob("*") if one.is_file()]
        size = sum(one.stat().st_size for one in files)
        control = scan_control(Path(folder) / "plain", planted)
    ways = ", ".join(encodings("x"))
    tell(f"{len(planted)} words planted; {len(files)} files, {size:,} bytes; searched as {ways}")
    for stage, found in leaks.items():
        tell(f"  {stage:<20} {len(found):>3} of {len(planted)} found")
    tell(f"  control, unencrypted {len(control):>3} of {len(planted)} found")
    tell(f"{time.perf_counter() - start:.1f} s")
    return int(any(leaks.values()) or len(control) != len(planted))


if __name__ == "__main__":
    sys.exit(main())
