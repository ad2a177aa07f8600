"""What the sizes in a database tell about answers: `python -m tests.campaigns.sizes`.

Answers of 0 to 60 bytes, choices, missing reasons, remarks and contacts go into real cases; then
the lengths of what stands in the database are counted by someone who has only the file. All of one
block have the same length. The control counts the same contents as they are before they are padded.
"""

import argparse
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cati.events import Cleared, Drafted, Given, Lacking, Remarked
from store import JSON, canonical
from tests.campaigns.support import tell
from tests.store.made import FINGERPRINT, found, passphrase

LONGEST = 60
"""Bytes."""

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)


@dataclass(frozen=True)
class Sizes:
    """Different lengths of one kind of content, sealed and not."""

    contents: int
    sealed: frozenset[int]
    plain: frozenset[int]


def texts() -> Iterator[str]:
    """A text of each length in bytes, of letters that take one byte and of ones that take more."""
    for size in range(LONGEST + 1):
        yield "x" * size
        if size >= 2:
            yield "é" * (size // 2) + "x" * (size % 2)


def answers() -> Iterator[dict[str, JSON]]:
    """Short answers of every kind, as an interview writes them."""
    for text in texts():
        yield _event(Given(t=NOON, q="in_own_words", v=text, ms=9_999))
        yield _event(Remarked(t=NOON, q="in_own_words", text=text))
        yield _event(Drafted(t=NOON, q="in_own_words", text=text))
    for value in ("yes", "no", 0, 2_000_000, "12.50", ["a_rather_long_name", "another"]):
        yield _event(Given(t=NOON, q="a_question_of_some_name", r=12, v=value, ms=0))
    for reason in ("not_sure", "declined", "not_in_record"):
        yield _event(Lacking(t=NOON, q="a_question_of_some_name", m=reason, ms=1))
    yield _event(Cleared(t=NOON, q="a_question_of_some_name"))


def _event(event: Given | Remarked | Drafted | Lacking | Cleared) -> dict[str, JSON]:
    written: dict[str, JSON] = event.model_dump(mode="json")
    return written


def campaign(folder: Path, step: int = 1) -> dict[str, Sizes]:
    """Sizes of events and of identities; `step` takes only some of the lengths."""
    study = found(folder / "study")
    manager, interviewer = (study.unlock(name, passphrase(name)) for name in ("dan", "ina"))
    contacts: list[dict[str, JSON]] = [
        {"agency": text, "telephone": "555-0101"} for text in list(texts())[::step]
    ]
    ids = [
        manager.add_case(
            label="Case",
            identity=contact,
            instrument=FINGERPRINT,
            mode="interview",
            assignee="ina",
        )
        for contact in contacts
    ]
    case = interviewer.open_case(ids[0])
    events = list(answers())[::step]
    for event in events:
        case.append(event)
    case.release()
    study.close()
    with sqlite3.connect(folder / "study/study.db") as database:
        sealed = {
            "answers": database.execute("SELECT length(envelope) FROM event"),
            "contacts": database.execute("SELECT length(envelope) FROM identity"),
        }
        lengths = {name: [row[0] for row in found] for name, found in sealed.items()}
    database.close()
    plain = {"answers": events, "contacts": contacts}
    return {
        name: Sizes(
            len(lengths[name]),
            frozenset(lengths[name]),
            frozenset(len(canonical.encode(one)) for one in plain[name]),
        )
        for name in plain
    }


def passed(figures: dict[str, Sizes]) -> bool:
    """One length each, and many of the control."""
    return all(len(one.sealed) == 1 and len(one.plain) > 5 for one in figures.values())


def main() -> int:
    """Run it and print the figures."""
    argparse.ArgumentParser(description=__doc__.partition("\n")[0]).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = campaign(Path(folder))
    for name, one in figures.items():
        tell(
            f"{one.contents} {name} of up to {LONGEST} bytes: {len(one.sealed)} length in the "
            f"database ({', '.join(map(str, one.sealed))}); control, not padded: {len(one.plain)}"
        )
    return int(not passed(figures))


if __name__ == "__main__":
    sys.exit(main())
