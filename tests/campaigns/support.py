"""What the programs of this folder share: a practice study and an interview in it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cati.case_journal import CaseJournal
from cati.demo import (
    ADMINISTRATOR,
    DATA_MANAGER,
    INTERVIEWER,
    PASSPHRASE,
    PEOPLE,
    TITLE,
    make_practice_study,
)
from cati.interview import Interview
from cati.journal import Journal
from cati.library import practice_cases, shipped_instruments, take_in
from cati.practice import PracticeCase
from instrument import Instrument, read_instrument
from skips import Route, compile_instrument
from store import (
    JSON,
    Access,
    KdfCost,
    NewPerson,
    OpenCase,
    Study,
    create_study,
    open_study,
)

__all__ = [
    "ADMINISTRATOR",
    "DATA_MANAGER",
    "INTERVIEWER",
    "PASSPHRASE",
    "PEOPLE",
    "Sitting",
    "make_practice_study",
    "njov4",
    "njov4_cases",
    "open_study",
    "plain_study",
    "sitting",
    "tell",
    "utc_now",
]


def tell(text: str) -> None:
    """Print a line, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def utc_now() -> datetime:
    """The time (UTC)."""
    return datetime.now(UTC)


def njov4() -> Instrument:
    """The shipped case instrument."""
    return read_instrument(shipped_instruments()["njov4"])


def njov4_cases() -> dict[str, PracticeCase]:
    """Its practice cases by name."""
    return {case.practice: case for case in practice_cases(shipped_instruments()["njov4"], njov4())}


def plain_study(
    folder: Path, read: Instrument, label: str, identity: dict[str, JSON], cases: int = 1
) -> Study:
    """A practice study with the people of the demo, the shipped instrument and cases of our own."""
    people = [NewPerson(name, frozenset({role}), PASSPHRASE) for name, role in PEOPLE.items()]
    study = create_study(folder, title=TITLE, kind="practice", people=people, cost=KdfCost.FLOOR)
    administrator = study.unlock(ADMINISTRATOR, PASSPHRASE)
    take_in(administrator, shipped_instruments()["njov4"])
    administrator.lock()
    manager = study.unlock(DATA_MANAGER, PASSPHRASE)
    for _ in range(cases):
        manager.add_case(
            label=label,
            identity=identity,
            instrument=read.fingerprint,
            mode="interview",
            assignee=INTERVIEWER,
        )
    manager.lock()
    return study


@dataclass(frozen=True)
class Sitting:
    """An interviewer at a case."""

    access: Access
    opened: OpenCase
    journal: CaseJournal
    interview: Interview


@contextmanager
def sitting(
    study: Study,
    read: Instrument,
    case_id: str,
    through: Callable[[Journal], Journal] = lambda journal: journal,
) -> Iterator[Sitting]:
    """The interviewer's keys and the interview of one case, put away when the block ends.

    Events go to the case by way of `through`, so that a control can stand in between.
    """
    access = study.unlock(INTERVIEWER, PASSPHRASE)
    try:
        opened = access.open_case(case_id)
        try:
            mode = opened.card.mode
            journal = CaseJournal(opened)
            interview = Interview(
                read,
                Route(compile_instrument(read, mode)),
                through(journal),
                by=INTERVIEWER,
                now=utc_now,
                events=journal.events,
                known=[str(value) for value in opened.identity.values()],
            )
            yield Sitting(access, opened, journal, interview)
        finally:
            opened.release()
    finally:
        access.lock()
