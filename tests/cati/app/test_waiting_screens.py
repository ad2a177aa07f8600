"""A store that keeps whoever asks it waiting: screens say so, answer keys, and take nothing twice.

Another thread holds the database of the study, as one does that waits for a server; what the app
asks of the store waits for it, in the store's own code.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from cati.screens.cases import READING, CasesScreen
from cati.screens.submit import WAITS
from store import JSON, Access, Locked, OpenCase, Receipt, Study, open_study
from store.casework.listing import Queue, first_cases
from store.casework.opening import open_case
from tests.cati.app.desk import Desk, desk, interviewing
from tests.cati.app.household import NAME, PASSPHRASE, TO_PEOPLE, TO_THE_END, household_study

LOCK = "ctrl+l"


@contextmanager
def busy(study: Study) -> Iterator[None]:
    """Meanwhile a thread of this program has the database, and does not give it back."""
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        with study.database.read():
            taken.set()
            done.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    assert taken.wait(20)
    try:
        yield
    finally:
        done.set()
        thread.join()


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Study]:
    """A study with two new cases."""
    study = household_study(tmp_path / "two", dict.fromkeys(("Home 1", "Home 2"), "interview"))
    yield study
    study.close()


@asynccontextmanager
async def submitting(study: Study) -> AsyncIterator[Desk]:
    """At the window that asks whether to submit the first case."""
    async with interviewing(study, given=TO_THE_END) as at:
        for part in at.interview.summary_parts:
            at.interview.write_summary(part.name, "Two adults.")
        await at.press("enter", "enter", "enter")
        assert at.screen == "SubmitScreen"
        yield at


def cases_screen(at: Desk) -> CasesScreen:
    assert isinstance(at.app.screen, CasesScreen)
    return at.app.screen


def on(at: Desk) -> str:
    """The case that the cursor is on."""
    screen = cases_screen(at)
    listed = screen.query_one("#cases")
    number = listed.highlighted  # type: ignore[attr-defined]
    return screen._cards[number].label or ""


# --- submitting ---------------------------------------------------------------------------------


async def test_a_case_is_submitted_once_and_keys_pressed_meanwhile_do_nothing(
    two: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []
    submit = OpenCase.submit

    def counted(case: OpenCase, document: dict[str, JSON]) -> Receipt:
        tries.append(case.card.state)
        return submit(case, document)

    monkeypatch.setattr(OpenCase, "submit", counted)
    async with submitting(two) as at:
        with busy(two):
            await at.press_on("enter")
            await at.until_sees(WAITS)
            assert at.sees("^L Lock, and see later")
            await at.press_on("enter", "f10", "escape", "pageup", "enter", "enter")
            assert at.sees(WAITS)
            assert at.screen == "SubmitScreen"
            await at.pilot.resize_terminal(70, 20)
            assert at.screen == "TooSmall"
        await at.until_holds(lambda: not at.app.errands.going)
        await at.pilot.resize_terminal(80, 24)
        await at.until("CasesScreen")
        assert at.sees("Submitted and sealed.", "CASES 1 to do, 2 in all", "· fresh Home")
        assert len(tries) == 1
        assert not at.app.handing_in


async def test_what_is_refused_is_told_and_can_be_tried_again(study: Study) -> None:
    async with submitting(study) as at:
        with busy(study), study.database.hurried(0):
            await at.press("enter")
        assert at.screen == "SubmitScreen"
        assert at.sees("✗ Not submitted.", "busy: wait a moment and repeat.", "↵ Submit")
        assert not at.sees(WAITS)
        await at.press("escape")
        assert at.screen == "SummaryScreen"
        await at.press("enter", "enter")
        assert at.screen == "CasesScreen"
        assert at.sees("Submitted and sealed.")


async def test_locking_while_a_case_is_submitted_leaves_nothing_open(study: Study) -> None:
    async with submitting(study) as at:
        assert at.app.work is not None
        app, held, label = at.app, at.app.work.held, at.app.work.label
        access = app.access
        assert access is not None
        with busy(study):
            await at.press_on("enter")
            await at.until_sees(WAITS)
            await at.press_on(LOCK)
            await at.until_holds(lambda: at.screen == "UnlockScreen")
            assert (access._bundle, access.open_cases, at.app.access) == (None, [], None)
        await at.settle()
        assert at.screen == "UnlockScreen"
        assert (app.handing_in, access.known) == (False, {})
        with pytest.raises(Locked):
            held.append({"e": "remarked"})
        await at.type(PASSPHRASE)
        await at.press("enter")
        await at.until("Page")
        assert at.sees(f"{label}: taken up again")
        await at.press("escape")
        await at.press("enter", "enter", "enter", "enter")
        assert at.screen == "CasesScreen"
        assert at.sees("Submitted and sealed.")
        assert at.app.access is not None
        assert at.app.access.verify().ok


# --- opening ------------------------------------------------------------------------------------


async def test_a_case_that_is_long_in_opening_is_opened_alone(two: Study) -> None:
    async with desk(two) as at:
        first = on(at)
        with busy(two):
            await at.press_on("enter")
            await at.until_sees(f"Opening {first} …")
            await at.press_on("down", "enter", "enter")
            assert on(at) != first  # the cursor answers
            assert at.sees(f"Opening {first} …")
        await at.settle()
        assert at.screen == "InterviewScreen"
        assert at.place == "welcome"
        assert at.app.work is not None
        assert at.app.work.label == first
        assert at.app.access is not None
        assert len(at.app.access.open_cases) == 1


async def test_keys_go_on_in_a_case_that_opens_at_once(study: Study) -> None:
    async with desk(study) as at:
        await at.press("enter", "enter", "y", "enter")
        assert at.place == "people"


async def test_locking_while_a_case_is_opened_leaves_nothing_open(study: Study) -> None:
    async with desk(study) as at:
        access = at.app.access
        assert access is not None
        with busy(study):
            await at.press_on("enter")
            await at.until_sees("Opening Household 1 …")
            await at.press_on(LOCK)
            await at.until_holds(lambda: at.screen == "UnlockScreen")
        await at.settle()
        assert at.screen == "UnlockScreen"
        assert (at.app.work, at.app.access) == (None, None)
        assert (access._bundle, access.open_cases, access.known) == (None, [], {})
        await at.type(PASSPHRASE)
        await at.press("enter")
        await at.until("CasesScreen")
        await at.press("enter")
        assert at.place == "welcome"


def test_a_case_opened_or_listed_as_the_keys_go_away_is_neither_open_nor_known(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[OpenCase] = []

    def open_and_lock(access: Access, case_id: str) -> OpenCase:
        opened.append(open_case(access, case_id))
        access.lock()
        return opened[0]

    def list_and_lock(access: Access, *, mine_only: bool, count: int) -> Queue:
        access.lock()
        found = first_cases(other, mine_only=mine_only, count=count)
        access.known.update(other.known)  # as a thread would that was about to
        return found

    first, second = (study.unlock(NAME, PASSPHRASE) for _ in range(2))
    far = open_study(tmp_path / "study")
    other = far.unlock(NAME, PASSPHRASE)
    with monkeypatch.context() as patched:
        patched.setattr("store.access.open_case", open_and_lock)
        patched.setattr("store.access.first_cases", list_and_lock)
        with pytest.raises(Locked):
            first.open_case(first.cases()[0].id)
        with pytest.raises(Locked):
            second.queue(mine_only=True, count=1)
    assert other.known
    for access in (first, second):
        assert (access._bundle, access.open_cases, access.known) == (None, [], {})
    with pytest.raises(Locked):
        opened[0].append({"e": "remarked"})
    third = study.unlock(NAME, PASSPHRASE)
    third.open_case(third.cases()[0].id).release()  # this program holds it no longer
    far.close()


# --- the list -----------------------------------------------------------------------------------


async def test_the_list_is_read_by_itself_and_the_cursor_stays_on_its_case(
    two: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cati.errands.LINGERS", 60.0)  # longer than the desk waits for a key
    other = open_study(two.folder)
    access = other.unlock(NAME, PASSPHRASE)
    async with desk(two) as at:
        await at.press("up")
        await at.press("down")
        last = on(at)
        with busy(two):
            cases_screen(at).refresh_by_itself()
            cases_screen(at).refresh_by_itself()
            await asyncio.sleep(0)
            await at.press_on("up", "f1")
            assert on(at) != last  # no key is waited for or taken away
            assert not at.sees(READING)
            await at.press_on("down")
        await at.settle()
        assert on(at) == last
        for label in ("Home 0", "Home 9"):
            access.add_case(
                label=label,
                identity={},
                instrument=other.instruments[0].fingerprint,
                mode="interview",
                assignee=NAME,
            )
        screen = cases_screen(at)
        screen.refresh_by_itself()
        await at.settle()
        assert at.sees("CASES 4 to do, 4 in all", "Home 9")
        assert on(at) == last
    other.close()


async def test_a_list_that_cannot_be_read_is_told_once_and_stays(study: Study) -> None:
    async with interviewing(study, given=TO_PEOPLE) as at:
        await at.press("f5", "enter")
        note = "Household 1: saved, and open to go on."
        assert at.sees(note)
        screen, said = cases_screen(at), list[str]()
        say = screen._say

        def heard(words: str) -> None:
            said.append(words)
            say(words)

        screen._say = heard  # type: ignore[method-assign]
        with busy(study), study.database.hurried(0):
            for _ in range(3):
                screen.refresh_by_itself()
                await at.settle()
        assert len(said) == 1
        assert at.sees(note, "✗ The list is as of 12:00.", "busy", "▸ open Household 1")
        for _ in range(2):
            screen.refresh_by_itself()
            await at.settle()
        assert said[1:] == [note]
        assert not at.sees("as of")


async def test_locking_while_the_list_is_read_leaves_nothing_known(study: Study) -> None:
    async with desk(study) as at:
        access = at.app.access
        assert access is not None
        with busy(study):
            cases_screen(at).refresh_cases()
            await at.until_sees(READING)
            await at.press_on(LOCK)
            await at.until_holds(lambda: at.screen == "UnlockScreen")
        await at.settle()
        assert at.screen == "UnlockScreen"
        assert (access._bundle, access.known) == (None, {})
