"""Unlocking, the list of cases, locking, and what goes wrong around a case."""

from pathlib import Path
from typing import cast

import pytest

from cati import events as ev
from cati.screens.cases import SEALED
from cati.settings import Settings, SettingsError
from instrument.values import Instance
from store import JSON, Reason, Study, TooSoon, open_study
from tests.cati.app.desk import desk, interviewing
from tests.cati.app.household import (
    NAME,
    PASSPHRASE,
    TO_CARS,
    TO_DUTIES,
    TO_PEOPLE,
    TO_THE_END,
    household_study,
)
from tests.cati.taken_up import open_casework, submit

# --- unlocking ----------------------------------------------------------------------------------


async def test_the_passphrase_is_hidden_and_opens_the_cases(study: Study) -> None:
    async with desk(study, unlocked=False) as at:
        assert at.sees("PRACTICE", "Households", "Your passphrase", NAME)
        await at.type(PASSPHRASE)
        assert not at.sees(PASSPHRASE)
        assert at.sees("•" * len(PASSPHRASE))
        await at.press("enter")
        await at.until("CasesScreen")
        assert at.sees("CASES 1 to do, 1 in all", "· fresh Household 1")


def too_soon(*_: object) -> None:
    raise TooSoon(3650)


async def test_a_wrong_passphrase_is_said_and_the_next_try_waits(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk(study, unlocked=False) as at:
        await at.type("a wrong passphrase")
        await at.press("enter")
        await at.until_sees("✗")
        assert at.screen == "UnlockScreen"
        with monkeypatch.context() as patch:
            patch.setattr(Study, "unlock", too_soon)
            await at.type(PASSPHRASE)
            await at.press("enter")
            await at.until_sees("try again in 3,6")
        await at.press("enter")
        assert at.sees("try again in 3")
        at.app.screen._waits = 1  # type: ignore[attr-defined]
        # What was typed while it had to wait was not looked at, and is still there.
        await at.until_sees("Press Enter to try it now.")
        await at.press("enter")
        await at.until("CasesScreen")


async def test_a_name_is_asked_for_first(study: Study) -> None:
    async with desk(study, unlocked=False) as at:
        await at.press("tab", "tab", "shift+tab")
        at.app.screen.query_one("#login").focus()
        await at.press(*["backspace"] * 4, "enter")
        assert at.sees("Type the name you were given")
        await at.type("nobody")
        await at.press("enter")
        await at.type(PASSPHRASE)
        await at.press("enter")
        await at.until_sees("✗")
        assert at.screen == "UnlockScreen"


# --- the list -----------------------------------------------------------------------------------


async def test_a_case_in_use_elsewhere_is_told_in_one_sentence(
    study: Study, tmp_path: Path
) -> None:
    other = open_study(tmp_path / "study")
    holder = other.unlock(NAME, PASSPHRASE)
    held = holder.open_case(holder.cases()[0].id)
    async with desk(study) as at:
        await at.press("enter")
        assert at.screen == "CasesScreen"
        assert at.sees("✗", "is open in another window or program, by ines")
        held.release()
        await at.press("enter")
        assert at.screen == "InterviewScreen"
    other.close()


async def test_a_case_returned_while_the_list_is_open_shows_its_comments_until_handed_in(
    study: Study, tmp_path: Path
) -> None:
    other = open_study(tmp_path / "study")
    solo = other.unlock(NAME, PASSPHRASE)
    case_id = solo.cases()[0].id
    submit(open_casework(solo, case_id, now=other.now))
    async with desk(study) as at:
        await at.press("enter")
        assert at.sees("✓ sealed", SEALED)
        text, about = "Please look again.", {"owns_car": "A [red]van[/], \x1b[31mtoo."}
        comments = ev.Returned(t=other.now(), by=NAME, text=text, items=about)
        solo.reviews.give_back(case_id, cast(dict[str, JSON], ev.write_event(comments)))
        for _ in range(2):
            await at.press("enter")
            assert at.sees(text, "About “Owns a car” (owns_car): A [red]van[/], too.")
            at.interview.jump(Instance("owns_car"))
            await at.press("escape", "f1")
            said, helps = (at.text.index(one) for one in ("A [red]van[/], too.", "A leased car"))
            assert at.text.index("What the reviewer said") < said < helps
            await at.press("escape")
            at.interview.jump(Instance("people"))
            await at.press("f1")
            assert not at.sees("What the reviewer said"), "nothing was said of it"
            await at.press("escape", "f5", "enter")
            assert at.sees("▸ returned", f"returned by {NAME} · saved about")
        submit(open_casework(solo, case_id, now=other.now))
        await at.press("enter")
        assert at.sees("✓ sealed", "submitted about")
        assert not at.sees("returned")
    other.close()


async def test_what_the_list_shows_of_a_case_goes_when_it_turns_out_to_be_erased(
    study: Study, tmp_path: Path
) -> None:
    other = open_study(tmp_path / "study")
    solo = other.unlock(NAME, PASSPHRASE)
    async with desk(study) as at:
        assert at.sees("Household 1")
        solo.erasures.erase_case(solo.cases()[0].id, Reason.WITHDRAWN)
        await at.press("enter")
        assert at.sees("✗", "was erased")
        await at.until_sees("0 to do, 0 in all")
        assert at.sees("✗", "was erased")
        assert not at.sees("Household 1")
    other.close()


async def test_a_damaged_case_and_an_unknown_version_are_told_in_one_sentence(
    study: Study, tmp_path: Path
) -> None:
    folder = next((tmp_path / "study" / "instruments").iterdir())
    (folder / "home.yaml").write_text("section: home\n")
    async with desk(study) as at:
        await at.press("enter")
        assert at.screen == "CasesScreen"
        assert at.sees("✗")


# --- locking ------------------------------------------------------------------------------------


async def test_locking_puts_keys_and_screens_away_and_unlocking_goes_on(study: Study) -> None:
    async with interviewing(study, "4", "ctrl+l", given=TO_PEOPLE) as at:
        assert at.screen == "UnlockScreen"
        assert at.app.access is None
        assert at.app.work is None
        assert [type(screen).__name__ for screen in at.app.screen_stack[1:]] == ["UnlockScreen"]
        assert at.sees(f"The passphrase here is: {PASSPHRASE}")
        await at.type(PASSPHRASE)
        await at.press("enter")
        await at.until("Page")
        assert at.sees("Household 1: taken up again", "It ended with: locked")
        await at.press("escape")
        # What had not been entered is kept, and seen before the interview goes on.
        assert at.place == "people"
        assert at.answer("people") == 4
        await at.press("enter")
        assert at.place == "adults"


async def test_the_screen_locks_after_minutes_without_a_key(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with interviewing(study, "f2") as at:
        at.app._look_at_clock()
        await at.settle()
        assert at.screen == "NoteDialog"
        monkeypatch.setattr("cati.idle.clock", lambda: at.app.idle.last_key + 301)
        at.app._look_at_clock()
        await at.settle()
        await at.until("UnlockScreen")
        assert at.sees("Locked after 5 minutes without a key.")
        assert at.app.access is None


async def test_a_key_after_the_computer_slept_locks_and_is_dropped(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with interviewing(study, given=TO_PEOPLE) as at:
        slept = at.app.idle.last_key + 301
        monkeypatch.setattr("cati.idle.clock", lambda: slept)
        await at.press("4", "enter")
        await at.until("UnlockScreen")
        assert at.sees("Locked after 5 minutes without a key.")
        assert not at.sees("not saved")


@pytest.mark.parametrize("key", ["f1", "f2", "f3", "f4", "f5", "f7"])
async def test_the_lock_key_works_in_every_window(study: Study, key: str) -> None:
    async with interviewing(study, key, given=TO_PEOPLE) as at:
        assert at.screen != "InterviewScreen"
        await at.press("ctrl+l")
        assert at.screen == "UnlockScreen"


async def test_the_lock_key_works_while_the_window_is_small_and_while_keys_rest(
    study: Study,
) -> None:
    async with interviewing(
        study, given=TO_PEOPLE, settings=Settings.model_construct(rest_ms=60_000)
    ) as at:
        await at.press("f5")
        await at.pilot.resize_terminal(70, 20)
        await at.settle()
        await at.press("ctrl+l")
        await at.pilot.resize_terminal(80, 24)
        await at.settle()
        assert at.screen == "UnlockScreen"
    async with interviewing(study, "f5", settings=Settings.model_construct(rest_ms=60_000)) as at:
        await at.press("escape", "f5", "enter", "ctrl+l")
        assert at.screen == "UnlockScreen"


async def test_locking_keeps_a_remark_that_is_being_typed(study: Study) -> None:
    async with interviewing(study, "f2", given=TO_PEOPLE) as at:
        await at.type("speaks softly")
        await at.press("ctrl+l")
        assert not at.sees("not saved")
        await at.type(PASSPHRASE)
        await at.press("enter")
        await at.until("Page")
        assert at.interview.remarks == {Instance("people"): "speaks softly"}


@pytest.mark.parametrize(
    "keys", [["f7", "x"], ["9", "9"], ["pageup", "n"], ["1", "5", "enter", "x"]]
)
async def test_locking_says_what_it_could_not_save(study: Study, keys: list[str]) -> None:
    async with interviewing(study, given=TO_CARS | {"cars": 1, "car_year": 2001}) as at:
        at.interview.jump(Instance("people"))
        await at.app.screen.show_place()  # type: ignore[attr-defined]
        await at.press("backspace", *keys, "ctrl+l")
        assert at.screen == "UnlockScreen"
        assert at.sees("What was typed in the last question was not saved.")


async def test_quitting_asks_inside_a_case_and_ends_the_app_at_the_list(study: Study) -> None:
    async with interviewing(study, "ctrl+c", "ctrl+q") as at:
        assert at.screen == "LeaveDialog"
        await at.press("enter")
        assert at.screen == "CasesScreen"
        await at.press("ctrl+q")
        assert at.app.return_code == 0
        assert at.app.access is None


# --- the window ---------------------------------------------------------------------------------


async def test_a_small_window_says_so_and_nothing_is_lost(study: Study) -> None:
    async with interviewing(study, "1", given=TO_PEOPLE) as at:
        await at.pilot.resize_terminal(70, 20)
        await at.settle()
        assert at.sees("This window is 70×20; cati needs 80×24. Make it larger")
        await at.press("5", "enter")
        await at.pilot.resize_terminal(40, 10)
        await at.settle()
        assert at.sees("This window is 40×10;")
        await at.pilot.resize_terminal(90, 30)
        await at.settle()
        assert at.screen == "InterviewScreen"
        assert at.place == "people"
        await at.press("2", "enter")
        assert at.answer("people") == 12


async def test_the_same_keys_work_in_a_large_window(study: Study) -> None:
    async with interviewing(study, "4", "enter", given=TO_PEOPLE, size=(160, 50)) as at:
        assert at.place == "adults"
        assert at.sees("F7 Flag", "^L Lock")


async def test_settings_move_keys_and_the_key_bar_follows(study: Study) -> None:
    settings = Settings(rest_ms=0, keys={"remark": "f12"}, theme="light")
    async with interviewing(study, "enter", settings=settings) as at:
        assert at.sees("F12 Remark")
        await at.press("f2")
        assert at.screen == "InterviewScreen"
        await at.press("f12")
        assert at.screen == "NoteDialog"


@pytest.mark.parametrize("keys", [{"remark": "f1"}, {"dance": "f12"}])
async def test_keys_that_cannot_work_are_refused(study: Study, keys: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=r"'(dance|remark)'"):
        async with desk(study, settings=Settings(keys=keys)):
            pass


# --- the end ------------------------------------------------------------------------------------


async def test_a_case_is_summarized_submitted_and_sealed(study: Study) -> None:
    async with interviewing(study, "enter", given=TO_THE_END) as at:
        assert at.screen == "SummaryScreen"
        assert at.sees("Who lives here (1 of 2)", "Ages and jobs, no names.", "PRACTICE")
        await at.press("enter")
        await at.press("enter")
        assert at.screen == "SubmitScreen"
        assert at.sees("these need to be settled", "The summary lacks: who lives here.")
        await at.press("enter")
        assert at.sees("Who lives here (1 of 2)")
        await at.type("Two adults; ask Jordan Example.")
        assert at.sees("⚠ “Jordan Example”", "F8 write", "F9 keep, say why")
        await at.press("f8")
        assert not at.sees("Jordan")
        assert not at.sees("⚠")
        await at.press("enter")
        await at.type("A van from Springfield.")
        assert at.sees("⚠ “Springfield”")
        await at.press("f9")
        await at.type("the model of the van")
        await at.press("enter")
        assert not at.sees("⚠")
        await at.press("enter")
        assert at.sees("Household 1 is complete. Submitting seals it: you")
        await at.press("enter")
        assert at.screen == "CasesScreen"
        assert at.sees("✓ sealed Household 1", "Submitted and sealed.", "CASES 0 to do")
        await at.press("enter")
        assert at.sees(SEALED)
        assert at.app.access is not None
        case = at.app.access.read_submitted(at.app.access.cases()[0].id)
        assert "Jordan" not in str(case.document)
        assert case.document["explained"] == {"Springfield": "the model of the van"}


async def test_typing_the_summary_saves_drafts_by_itself(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cati.screens.summary.DRAFT_SECONDS", 0.2)
    async with interviewing(study, "enter", given=TO_THE_END) as at:
        await at.type("Two adults")
        await at.until_holds(lambda: at.interview.summary == {"who": "Two adults"})
        await at.type(" and a child")
        await at.press("ctrl+l")
        await at.type(PASSPHRASE)
        await at.press("enter")
        await at.until("Page")
        assert at.interview.summary == {"who": "Two adults and a child"}


async def test_help_in_the_summary_tells_of_it_and_loses_nothing_typed(study: Study) -> None:
    async with interviewing(study, "enter", given=TO_THE_END) as at:
        await at.type("Two adults")
        await at.press("f1")
        assert at.screen == "Page"
        assert at.sees("About the summary", "Whom to call", "after the last one, to submitting")
        await at.press("f1")
        assert at.screen == "SummaryScreen"
        await at.type(" and a dog")
        interview = at.interview
        await at.press("f1", "ctrl+l")
        assert at.screen == "UnlockScreen"
        assert interview.summary == {"who": "Two adults and a dog"}


async def test_a_long_answer_is_kept_while_it_is_typed(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cati.screens.interview.DRAFT_SECONDS", 0.2)
    async with interviewing(study, given=TO_DUTIES) as at:
        await at.type("Drives the bus")
        await at.until_holds(lambda: at.interview.drafted == "Drives the bus")
        await at.app.screen.show_place()  # type: ignore[attr-defined]
        assert at.sees("Drives the bus")
        await at.press("escape")
        await at.until_holds(lambda: not at.interview.drafted)
        await at.type("Drives the van")
        await at.until_holds(lambda: at.interview.drafted == "Drives the van")
        await at.press("enter")
        assert at.interview.drafted is None
        assert at.interview.route.kept(Instance("duties")) == "Drives the van"


async def test_the_record_mode_is_banded_and_offers_its_own_reasons(tmp_path: Path) -> None:
    study = household_study(tmp_path, {"Record 7": "record"})
    async with interviewing(study, "enter") as at:
        assert at.sees("CASE RECORD", "F9 Not in record", "on case")
        assert not at.sees("Declined")
        await at.press("f5")
        assert at.sees("The record is incomplete")
    study.close()


class Lines:
    """A respondent with one line for everything."""

    def lines(self, label: str, instance: Instance) -> str | None:
        return f"{label} on {instance.item}"

    def persona(self, label: str) -> str | None:
        return "A baker."


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_respondents_lines_are_shown_and_hidden_by_a_key(
    study: Study, size: tuple[int, int]
) -> None:
    async with interviewing(study, "enter", scripts=Lines(), size=size) as at:
        assert at.sees("Respondent", "“Household 1 on owns_car”")
        await at.press("f6")
        assert not at.sees("Respondent")
        await at.press("f6", "y", "enter")
        assert at.sees("“Household 1 on people”")
        await at.press("f1")
        assert at.sees("On the line (practice)", "A baker.")
