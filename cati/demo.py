"""A practice study that is ready at once: people, keys, the shipped instrument, practice cases."""

from dataclasses import dataclass
from pathlib import Path

from cati.library import practice_cases, shipped_instruments, take_in
from cati.practice import PracticeCase
from cati.refusal import Refusal
from instrument import read_instrument
from store import KdfCost, NewPerson, OlderFormat, Role, Study, create_study, open_study
from store.migrations.upgrading import upgrade
from store.study import read_manifest

INSTRUMENT = "njov4"
"""The shipped instrument that the demo practices."""

TITLE = "N-JOV4 practice"

PASSPHRASE = "practice makes steady"  # noqa: S105 (known to everybody on purpose)
"""Everybody's in a practice study of the demo. It protects nothing: the cases are invented."""

INTERVIEWER = "interviewer"
SUPERVISOR = "supervisor"
DATA_MANAGER = "data-manager"
ADMINISTRATOR = "administrator"

PEOPLE = {
    INTERVIEWER: Role.INTERVIEWER,
    SUPERVISOR: Role.SUPERVISOR,
    DATA_MANAGER: Role.DATA_MANAGER,
    ADMINISTRATOR: Role.ADMINISTRATOR,
}
"""Login name to role: each role by somebody of its own, so that what each may not do shows."""


@dataclass(frozen=True)
class Demo:
    """An open practice study and the practice cases that are in it."""

    study: Study
    cases: tuple[PracticeCase, ...]


def open_demo(folder: Path) -> Demo:
    """The practice study in `folder`; made anew when the folder is empty or does not exist.

    Raises:
        Refusal: the folder holds a live study, which practice never touches.
        StoreError: the folder holds something else, or cannot be written.
    """
    if (folder / "study.yaml").exists():
        study = _opened(folder)
        if study.kind != "practice":
            study.close()
            raise Refusal(f"{folder} is a live study: practice has a folder of its own.")
    else:
        study = make_practice_study(folder)
    home = shipped_instruments()[INSTRUMENT]
    return Demo(study, practice_cases(home, read_instrument(home)))


def _opened(folder: Path) -> Study:
    """Open a study; a practice study of ours that an earlier release made is upgraded first."""
    try:
        return open_study(folder)
    except OlderFormat:
        _, signed = read_manifest(folder)
        if signed.body.kind != "practice":
            raise
        upgrade(folder, ADMINISTRATOR, PASSPHRASE)
        return open_study(folder)


def make_practice_study(folder: Path) -> Study:
    """A new practice study with the shipped instrument and its practice cases assigned."""
    home = shipped_instruments()[INSTRUMENT]
    practice_cases(home, read_instrument(home))  # a broken one is told before anything is made
    people = [NewPerson(name, frozenset({role}), PASSPHRASE) for name, role in PEOPLE.items()]
    study = create_study(folder, title=TITLE, kind="practice", people=people, cost=KdfCost.FLOOR)
    administrator = study.unlock(ADMINISTRATOR, PASSPHRASE)
    read = take_in(administrator, home)
    administrator.lock()
    manager = study.unlock(DATA_MANAGER, PASSPHRASE)
    for case in practice_cases(home, read):
        manager.add_case(
            label=case.title,
            identity=dict(case.contact),
            instrument=read.fingerprint,
            mode=case.mode,
            assignee=INTERVIEWER,
        )
    manager.lock()
    return study
