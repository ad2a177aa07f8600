"""Errands and what crosses them: a lock, a case that is lost, a refusal, the end of the program."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from cati.interview import Interview
from cati.screens.cases import READING
from cati.screens.interview import InterviewScreen
from cati.screens.submit import WAITS
from cati.screens.unlock import UnlockScreen
from store import Access, OpenCase, StoreBusy, StoreError, Study
from tests.cati.app.desk import PATIENCE, Desk, desk, interviewing
from tests.cati.app.household import PASSPHRASE, TO_PEOPLE
from tests.cati.app.test_out_of_touch import elsewhere
from tests.cati.app.test_waiting_screens import LOCK, cases_screen, submitting

LEFT = "saved, and open to go on"
KNOWN = f"The passphrase here is: {PASSPHRASE}"


@contextmanager
def held_up(monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> Iterator[None]:
    """Meanwhile what a thread asks of the store begins only once this is over."""
    go_on, real = threading.Event(), getattr(owner, name)

    def waits(*parts: Any, **named: Any) -> Any:
        assert go_on.wait(PATIENCE)
        return real(*parts, **named)

    with monkeypatch.context() as patched:
        patched.setattr(owner, name, waits)
        try:
            yield
        finally:
            go_on.set()


async def unlock(at: Desk) -> None:
    await at.until_holds(lambda: at.screen == "UnlockScreen")
    await at.press_on(*PASSPHRASE, "enter")
    await at.until_holds(lambda: at.screen != "UnlockScreen")


def kinds(study: Study) -> list[object]:
    """The kinds of the events in the journal of the one case, by another program."""
    with elsewhere(study) as me:
        case = me.open_case(me.cases()[0].id)
        found: list[object] = [event["e"] for event in case.events]
        case.release()
        return found


# --- a case that is lost ------------------------------------------------------------------------


async def test_the_next_case_ends_as_it_should_where_one_was_lost_while_it_was_submitted(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with submitting(study) as at:
        assert at.app.work is not None
        with held_up(monkeypatch, OpenCase, "submit"):
            await at.press_on("enter")
            await at.until_sees(WAITS)
            with elsewhere(study) as me:
                me.assignments.end_lease(at.app.work.card.id)
            at.app.beside.heartbeat()
            await at.until_holds(lambda: at.screen == "CasesScreen")
        await at.settle()
        assert at.sees("taken over by another program")
        await at.press("enter")
        assert at.app.work is not None
        await at.press(LOCK)
        assert at.screen == "UnlockScreen"
    assert kinds(study)[-1] == "end"


# --- locking ------------------------------------------------------------------------------------


@pytest.mark.parametrize("ends", ["lock", "leave"])
async def test_no_thread_is_left_once_the_keys_are_away(
    study: Study, monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    monkeypatch.setattr("cati.app.HURRY", PATIENCE)
    monkeypatch.setattr("cati.app.LEAVES", PATIENCE)
    go_on, done = threading.Event(), threading.Event()

    def deed() -> None:
        assert go_on.wait(PATIENCE)
        done.set()

    async with desk(study) as at:
        # It goes on when nothing is left to do but to wait for it.
        last = "_let_go" if ends == "lock" else "_put_away"
        real: Callable[..., object] = getattr(at.app, last)

        def then_go_on(*parts: object) -> object:
            asyncio.get_running_loop().call_later(0.1, go_on.set)
            return real(*parts)

        monkeypatch.setattr(at.app, last, then_go_on)
        at.app.errands.begin(deed, lambda _: None, quietly=True)
        await asyncio.sleep(0)
        await (at.app.action_lock() if ends == "lock" else at.app.action_leave())
        assert done.is_set()
        assert not at.app.errands._tasks


async def test_locked_once_more_before_the_list_was_read_the_case_still_comes_back(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with interviewing(study, given=TO_PEOPLE) as at:
        place = at.place
        await at.press(LOCK)
        with held_up(monkeypatch, Access, "queue"):
            await unlock(at)
            await at.until_sees(READING)
            await at.press_on(LOCK)
            await at.until_holds(lambda: at.screen == "UnlockScreen")
        with monkeypatch.context() as patched:  # nor does a case that is busy just then get lost
            patched.setattr(Access, "open_case", refusing(StoreBusy("The study is busy.")))
            await unlock(at)
            await at.settle()
            assert at.sees("✗ The study is busy.")
        await at.press(LOCK)
        await unlock(at)
        await at.until("Page")
        assert at.sees("taken up again")
        await at.press("escape")
        assert at.place == place
        # It was left for the list, which is where the next unlocking leads.
        await at.press("f5", "enter")
        await at.press(LOCK)
        await unlock(at)
        await at.settle()
        assert at.screen == "CasesScreen"


async def test_a_case_that_is_not_for_opening_is_not_tried_again(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with interviewing(study) as at:
        await at.press(LOCK)
        with monkeypatch.context() as patched:
            patched.setattr(Access, "open_case", refusing(StoreError("It is elsewhere.")))
            await unlock(at)
            await at.settle()
            assert at.sees("✗ It is elsewhere.")
        await at.press(LOCK)
        await unlock(at)
        await at.settle()
        assert at.screen == "CasesScreen"


def refusing(error: StoreError) -> Callable[..., object]:
    def refuse(*_: object, **__: object) -> object:
        raise error

    return refuse


async def test_what_comes_back_as_the_screen_locks_is_not_shown(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[object] = []
    async with desk(study) as at:
        await at.pilot.resize_terminal(70, 20)
        assert at.screen == "TooSmall"
        pop = at.app.pop_screen

        def locked_first() -> Awaitable[object]:
            monkeypatch.undo()

            async def both() -> None:
                await at.app.lock("Locked.")
                await pop()

            return both()

        monkeypatch.setattr(at.app, "pop_screen", locked_first)
        at.app.errands.begin(lambda: None, shown.append, quietly=True)
        await at.settle()
        assert at.app.access is None
        assert not shown
        assert at.screen == "TooSmall"
        assert any(isinstance(one, UnlockScreen) for one in at.app.screen_stack)


async def test_locking_asks_nothing_of_a_screen_that_is_not_drawn_yet(study: Study) -> None:
    async with interviewing(study) as at:
        assert at.app.work is not None
        drawn = at.app.push_screen(InterviewScreen(at.app.work))
        assert at.app.keep_drafts()
        await drawn


# --- the list -----------------------------------------------------------------------------------


async def test_a_case_whose_sitting_cannot_begin_is_given_back(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk(study) as at:
        with monkeypatch.context() as patched:
            patched.setattr(Interview, "begin", refusing(StoreError("No room.")))
            await at.press("enter")
        assert at.screen == "CasesScreen"
        assert at.sees("✗ No room.")
        assert at.app.work is None
        assert kinds(study) == []  # read by another program, which opened it


async def test_a_refusal_is_not_told_again_when_the_list_recovers(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with interviewing(study) as at:
        await at.press("f5", "enter")
        assert at.sees(LEFT)
        with monkeypatch.context() as patched:
            patched.setattr(Access, "open_case", refusing(StoreError("It is elsewhere.")))
            await at.press("enter")
            assert at.sees("✗ It is elsewhere.")
            # What fails with it stands beside it.
            patched.setattr(Access, "queue", refusing(StoreBusy("The study is busy.")))
            await at.press("enter")
            assert at.sees("✗ It is elsewhere. ✗ The list is as of 12:00. The study is busy.")
        cases_screen(at).refresh_by_itself()
        await at.settle()
        assert not at.sees("✗")
        assert not at.sees(LEFT)  # which was said before


async def test_the_list_is_not_read_by_itself_while_it_is_read(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []
    go_on, queue = threading.Event(), Access.queue

    def second_waits(access: Access, **named: Any) -> object:
        read.append(None)
        if len(read) == 2:
            assert go_on.wait(PATIENCE)
        return queue(access, **named)

    async with desk(study) as at:
        monkeypatch.setattr(Access, "queue", second_waits)
        cases_screen(at).refresh_cases()
        cases_screen(at).refresh_cases()
        await at.until_holds(lambda: len(read) == 2)
        await at.press_on()
        cases_screen(at).refresh_by_itself()
        go_on.set()
        await at.settle()
        assert len(read) == 2
        cases_screen(at).refresh_by_itself()
        await at.settle()
        assert len(read) == 3


# --- the passphrase of practice -----------------------------------------------------------------


async def test_the_passphrase_of_practice_is_shown_only_where_it_opened_the_study(
    study: Study,
) -> None:
    other = "another quiet garden"
    async with desk(study) as at:
        await at.press(LOCK)
        assert at.sees(KNOWN)
        with elsewhere(study) as me:
            me.change_passphrase(PASSPHRASE, other)
        await at.press(*PASSPHRASE, "enter")
        await at.until_sees("✗")
        assert not at.sees(KNOWN)
        await at.press(*other, "enter")  # too soon after a wrong one
        await at.until_sees("Press Enter to try it now.")
        await at.press("enter")
        await at.until("CasesScreen")
        await at.press(LOCK)
        assert at.screen == "UnlockScreen"
        assert not at.sees("The passphrase here is")
