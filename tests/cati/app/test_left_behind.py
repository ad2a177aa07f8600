"""What a move to another version left behind is on the screen: each answer with its sentence."""

from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

import pytest

from cati.case_journal import CaseJournal
from cati.casework import fresh_route
from cati.events import write_event
from cati.library import take_in
from cati.moving import move_event, propose
from instrument.values import Answer, Instance, Missing
from store import Study
from tests.cati.app.desk import Desk, interviewing, noon
from tests.cati.app.household import FILES, NAME, PASSPHRASE, TO_CARS, write_instrument
from tests.cati.taken_up import open_casework

GIVEN: Mapping[str, Answer] = TO_CARS | {"job": "farmer", "pay": Missing("declined"), "cars": 3}
YEARS = {Instance("car_year", 1): 1999, Instance("car_year", 3): 2001}


def second(files: Mapping[str, str]) -> dict[str, str]:
    """Another version: a choice less, a reason less, fewer rows, another kind."""
    edits = {
        'version: "1.0.0"': 'version: "2.0.0"',
        "      - {name: farmer, code: 5, label: Farmer}\n": "",
        "What is the pay per hour?,": "What is the pay per hour?, no_missing: [declined],",
        "at_most: 3\n    row_label: Car": "at_most: 2\n    row_label: Car",
        "range: 1..9": "range: 1..2",
        "kind: integer\n    label: People in": "kind: text\n    label: People in",
        "    range: 1..20\n    unit: people\n": "",
        '    checks:\n      - {soft: people <= 12, say: "{people} people is many. Is that '
        'right?"}\n': "",
        '    checks:\n      - {hard: adults <= people, say: "{adults} adults cannot be more than '
        '{people} people."}\n': "",
    }
    changed = dict(files)
    for old, new in edits.items():
        assert any(old in text for text in changed.values())
        changed = {name: text.replace(old, new) for name, text in changed.items()}
    return changed


def move(study: Study, fingerprint: str, answers: Mapping[Instance, Answer]) -> None:
    """Answer in the version in use, and go on in another one."""
    access = study.unlock(NAME, PASSPHRASE)
    (card,) = access.cases()
    work = open_casework(access, card.id, now=noon)
    for at, answer in answers.items():
        work.interview.jump(at)
        work.interview.give(answer)
    record, program = work.interview.record, fresh_route(study, card.mode, fingerprint).program
    event = move_event(record, program, propose(record, program, {}), {}, by=NAME, t=noon())
    CaseJournal(work.held).append(write_event(event), uuid4())
    work.let_go()
    access.lock()


@pytest.fixture
def moved(study: Study, tmp_path: Path) -> Study:
    """A case whose second version takes four of its answers no more."""
    access = study.unlock(NAME, PASSPHRASE)
    write_instrument(tmp_path / "second", second(FILES))
    new = take_in(access, tmp_path / "second")
    access.lock()
    given = {Instance(name): answer for name, answer in GIVEN.items()}
    move(study, new.fingerprint, given | YEARS)
    return study


def seen_in_full(at: Desk) -> str:
    """The lines of a window without its frame."""
    inside = (line.split("│")[1].strip() for line in at.lines if line.count("│") == 2)
    return "\n".join(line for line in inside if line)


async def test_each_answer_left_behind_is_shown_with_its_sentence(moved: Study) -> None:
    async with interviewing(moved, size=(80, 60)) as at:
        assert at.sees("F4, then ^K: the answers left behind in other versions.")
        await at.press("escape", "f4")
        assert at.sees("^K Left behind")
        await at.press("ctrl+k")
        assert """
People in the household
Version 1.0.0: 5 people
It was of the kind integer, and is of the kind text now.
Occupation
Version 1.0.0: Farmer
A choice that was taken is gone.
Hourly pay
Version 1.0.0: (Declined)
That reason is not accepted any more.
Cars
Version 1.0.0: 3
The number must be from 1 to 2.
Cars, row 3: Year built
Version 1.0.0: 2001
There cannot be so many rows of 'car' any more.
Esc Close""" in seen_in_full(at)
        await at.press("escape", "escape")
        at.interview.jump(Instance("job"))
        await at.show()
        assert at.sees("Before the move Farmer (A choice that was taken is gone.)")
        await at.press("f1")
        assert at.sees("Left behind in version 1.0.0 Farmer A choice that was taken is gone.")
        await at.press("end")
        await at.until_sees("^K In the overview: shows answers of other versions.")
        await at.press("escape")
        at.interview.place = None
        await at.show()
        assert at.sees("◇ 5 answers have no place in version 2.0.0; look at them")
        await at.press("end", "enter")
        assert at.sees("Cars, row 3: Year built")
        await at.press("escape")
        assert at.screen == "ReviewScreen"


async def test_an_answer_that_a_newer_one_keeps_out_is_shown(moved: Study) -> None:
    first, _ = moved.instruments
    move(moved, first.fingerprint, {Instance("people"): "seven"})
    async with interviewing(moved, "escape", "f4", "ctrl+k", size=(80, 60)) as at:
        assert at.sees("Version 2.0.0: seven", "Version 1.0.0: 5 people")
        assert "Farmer" not in seen_in_full(at), "it is back"


async def test_control_a_case_that_left_nothing_behind_speaks_of_nothing(study: Study) -> None:
    async with interviewing(study, "f4") as at:
        assert not at.sees("^K")
        await at.press("ctrl+k")
        assert at.screen == "OverviewScreen"
        await at.press("escape", "f1")
        assert not at.sees("^K")
        await at.press("escape")
        at.interview.place = None
        await at.show()
        assert at.screen == "ReviewScreen"
        assert not at.sees("◇")
