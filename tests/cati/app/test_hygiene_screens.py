"""What screens with case data must not do, and what is left of them after a lock."""

import gc
import weakref
from pathlib import Path

import pytest
from textual.widget import Widget
from textual.widgets import Static

from cati.screens.interview import InterviewScreen
from cati.widgets.question import QuestionPane
from store import Study
from tests.cati.app.desk import interviewing
from tests.cati.app.household import PASSPHRASE, TO_PEOPLE


async def test_a_sleep_of_the_computer_locks(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    async with interviewing(study, given=TO_PEOPLE) as at:
        before = at.app.idle.slept
        monkeypatch.setattr("cati.idle.slept", lambda: before + 0.4)
        assert not at.app._look_at_clock()
        monkeypatch.setattr("cati.idle.slept", lambda: before + 20.0)
        assert at.app._look_at_clock()
        await at.until("UnlockScreen")
        assert at.sees("Locked because the computer slept.")
        assert at.app.access is None


async def test_a_sleep_behind_the_locked_screen_does_not_lock_again(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with interviewing(study, given=TO_PEOPLE) as at:
        before = at.app.idle.slept
        await at.press("ctrl+l")
        await at.until("UnlockScreen")
        monkeypatch.setattr("cati.idle.slept", lambda: before + 3600.0)
        at.app._look_at_clock()
        await at.type(PASSPHRASE)
        await at.press("enter")
        await at.until("Page")
        assert not at.app._look_at_clock()
        assert at.app.access is not None


async def test_a_program_that_was_stopped_for_a_while_locks(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with interviewing(study, given=TO_PEOPLE) as at:
        monkeypatch.setattr("cati.idle.clock", lambda: at.app.idle.last_look + 61)
        await at.press("3")
        await at.until("UnlockScreen")
        assert at.app.access is None


async def test_after_a_lock_no_widget_holds_a_case(study: Study) -> None:
    async with interviewing(study, "f2", given=TO_PEOPLE) as at:
        await at.type("asked for a call back")
        shown = at.app.screen_stack[-2]
        assert isinstance(shown, InterviewScreen)
        left: list[weakref.ref[Widget]] = [weakref.ref(shown)]
        left += [
            weakref.ref(one) for one in (shown.query_one(QuestionPane), *at.app.screen.query("*"))
        ]
        left += [weakref.ref(one) for one in shown.query(Static)]
        assert len(left) > 10
        del shown
        await at.press("ctrl+l")
        await at.until("UnlockScreen")
        await at.until_holds(lambda: gc.collect() >= 0 and all(one() is None for one in left))
        assert not any(isinstance(one, InterviewScreen) for one in at.app.screen_stack)
        assert at.app.work is None


def files_in(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


async def test_nothing_shown_goes_to_a_file_a_clipboard_or_another_program(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import webbrowser

    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url, *_: opened.append(url))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    async with interviewing(study, given=TO_PEOPLE) as at:
        before = files_in(tmp_path)
        await at.press("ctrl+p", "ctrl+c", "ctrl+shift+c")
        assert at.screen == "InterviewScreen"
        at.app.action_screenshot()
        at.app.deliver_screenshot()
        at.app.open_url("https://example.org")
        at.app.copy_to_clipboard("Household 1")
        await at.app.run_action("command_palette")
        await at.settle()
        assert at.screen == "InterviewScreen"
        assert at.app.clipboard == ""
        assert opened == []
        assert files_in(tmp_path) == before
        assert not at.app.screen.allow_select
