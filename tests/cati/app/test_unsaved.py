"""What cannot be saved: it says so, is tried again or dropped, and never lands elsewhere."""

import sqlite3
import threading
from uuid import UUID

import pytest

from cati.interview import MAX_SUMMARY
from instrument.values import Instance
from store import DiskFull, LeaseLost, OpenCase, Study
from tests.cati.app.desk import interviewing
from tests.cati.app.household import TO_DUTIES, TO_JOB, TO_PEOPLE, TO_ROOMS, TO_THE_END

TO_VISITORS = {name: answer for name, answer in TO_THE_END.items() if name != "visitors"}


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """While the list is not empty, nothing can be saved."""
    full: list[bool] = []
    append = OpenCase.append

    def refuse(case: OpenCase, event: dict[str, object], **more: object) -> object:
        if full:
            raise DiskFull("There is no room left on the disk: free some space.")
        return append(case, event, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(OpenCase, "append", refuse)
    return full


@pytest.fixture
def taken_over(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """While the list is not empty, another program has the case."""
    gone: list[bool] = []
    append = OpenCase.append

    def refuse(case: OpenCase, event: dict[str, object], **more: object) -> object:
        if gone:
            raise LeaseLost("abc")
        return append(case, event, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(OpenCase, "append", refuse)
    return gone


async def test_an_answer_that_cannot_be_saved_says_so_until_it_is(
    study: Study, full_disk: list[bool]
) -> None:
    async with interviewing(study, given=TO_PEOPLE) as at:
        full_disk.append(True)
        await at.press("4", "enter")
        assert at.place == "people"
        assert at.answer("people") is None
        assert at.sees("NOT SAVED, ^R tries again, Esc drops it.", "There is no room left")
        assert not at.sees("✓ 4 people")
        await at.press("ctrl+r")
        assert at.sees("NOT SAVED")
        await at.press("f1", "escape")
        assert at.sees("NOT SAVED")
        full_disk.clear()
        await at.press("ctrl+r")
        assert not at.sees("NOT SAVED")
        assert at.answer("people") == 4
        assert at.place == "adults"


async def test_a_file_that_another_program_keeps_is_not_waited_for(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cati.casework.WAITS_FOR_FILE", 0.05)
    file = study.folder / "study.db"
    async with interviewing(study, "4", given=TO_PEOPLE) as at:
        other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        late = threading.Timer(8.0, other.rollback)
        late.start()
        await at.press("enter")
        assert at.sees("NOT SAVED, ^R tries again, Esc drops it.", "Another program keeps study.db")
        assert (at.place, at.answer("people")) == ("people", None)
        late.cancel()
        late.join()
        other.close()
        await at.press("ctrl+r")
        assert (at.place, at.answer("people")) == ("adults", 4)


async def test_a_remark_that_cannot_be_saved_can_be_tried_again(
    study: Study, full_disk: list[bool]
) -> None:
    async with interviewing(study, "enter", "f2") as at:
        full_disk.append(True)
        await at.type("leased")
        await at.press("enter")
        assert at.sees("NOT SAVED")
        assert not at.interview.remarks
        full_disk.clear()
        await at.press("ctrl+r")
        assert at.interview.remarks == {Instance("owns_car"): "leased"}


async def test_a_case_taken_over_by_another_program_is_left(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with interviewing(study, "4", given=TO_PEOPLE) as at:

        def lost(*_: object, **__: object) -> None:
            raise LeaseLost("abc")

        monkeypatch.setattr(OpenCase, "append", lost)
        await at.press("enter")
        assert at.sees("This was not saved", "4 people")
        await at.press("enter")
        assert at.screen == "CasesScreen"
        assert at.sees("was taken over by another program, so this change was not saved")


async def test_a_summary_that_cannot_be_saved_says_so(study: Study, full_disk: list[bool]) -> None:
    async with interviewing(study, "enter", given=TO_THE_END) as at:
        full_disk.append(True)
        await at.type("Two adults")
        await at.press("enter")
        assert at.sees("NOT SAVED", "Who lives here (1 of 2)", "Two adults")
        full_disk.clear()
        await at.press("ctrl+r", "enter")
        assert at.sees("What they drive (2 of 2)")
        assert at.interview.summary == {"who": "Two adults"}


async def test_the_retry_never_reaches_another_question(
    study: Study, full_disk: list[bool]
) -> None:
    async with interviewing(study, given=TO_JOB) as at:
        at.interview.jump(Instance("adults"))
        await at.app.screen.show_place()  # type: ignore[attr-defined]
        full_disk.append(True)
        await at.press("backspace", "4", "enter")
        full_disk.clear()
        await at.press("pageup", "ctrl+z", "f2")
        assert at.place == "adults"
        assert at.screen == "InterviewScreen"
        assert at.sees("The last entry is not saved yet: ^R tries again, Esc drops it.")
        await at.press("escape")
        assert not at.sees("NOT SAVED")
        await at.press("pageup", "ctrl+r")
        assert at.place == "people"
        assert (at.answer("people"), at.answer("adults")) == (5, 3)


async def test_one_more_row_is_added_once(study: Study, full_disk: list[bool]) -> None:
    async with interviewing(study, "y", "enter", given=TO_VISITORS) as at:
        full_disk.append(True)
        await at.press("y")
        full_disk.clear()
        await at.press("enter")
        assert at.screen == "InterviewScreen"
        await at.press("ctrl+r")
        assert at.place == "visits[1]"
        await at.press("ctrl+r")
        assert at.interview.route.rows("visitor") == (1,)


async def test_a_remark_that_failed_is_not_overwritten_by_the_next_entry(
    study: Study, full_disk: list[bool]
) -> None:
    async with interviewing(study, "f2", given=TO_ROOMS) as at:
        full_disk.append(True)
        await at.type("a small kitchen")
        await at.press("enter", "1", "enter")
        full_disk.clear()
        await at.press("ctrl+r")
        assert at.interview.remarks == {Instance("rooms"): "a small kitchen"}
        assert not at.sees("NOT SAVED")
        await at.press("enter")
        assert at.answer("rooms") == ("kitchen",)


async def test_what_was_saved_without_a_word_counts_when_it_is_dropped(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = OpenCase.append

    def fail_late(
        case: OpenCase, event: dict[str, object], *, event_id: UUID, **_: object
    ) -> object:
        append(case, event, event_id=event_id)  # type: ignore[arg-type]
        raise DiskFull("There is no room left on the disk: free some space.")

    async with interviewing(study, "4", given=TO_PEOPLE) as at:
        with monkeypatch.context() as patch:
            patch.setattr(OpenCase, "append", fail_late)
            await at.press("enter")
            assert at.answer("people") is None
            await at.press("escape")
        assert at.answer("people") == 4
        assert not at.sees("NOT SAVED")


# --- leaving ------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [TO_PEOPLE, TO_THE_END])
async def test_a_case_is_left_even_if_its_sitting_cannot_be_closed(
    study: Study, full_disk: list[bool], given: dict[str, str]
) -> None:
    async with interviewing(study, given=given) as at:
        held = at.app.work.held  # type: ignore[union-attr]
        full_disk.append(True)
        await at.press("f5", "enter")
        assert at.screen == "CasesScreen"
        assert at.sees("the sitting could not be closed; nothing saved is lost. There is no room")
        full_disk.clear()
        assert held._held.keys is None
        await at.press("enter")
        assert at.sees("That sitting broke off without being closed")


async def test_leaving_says_what_would_be_lost(study: Study, full_disk: list[bool]) -> None:
    async with interviewing(study, "4", given=TO_PEOPLE) as at:
        full_disk.append(True)
        await at.press("enter", "f5")
        assert at.sees("The last entry is NOT SAVED: leaving tries once more")
        full_disk.clear()
        await at.press("enter")
        assert at.sees("Household 1: saved, and open to go on.")
        await at.press("enter", "enter", "pageup")
        assert at.answer("people") == 4


# --- a case that another program has ------------------------------------------------------------


async def test_a_summary_of_a_case_taken_over_is_shown_and_left(
    study: Study, taken_over: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a slow machine what is typed would be saved as a draft before the case is taken over.
    monkeypatch.setattr("cati.screens.summary.DRAFT_SECONDS", 3600)
    async with interviewing(study, "enter", given=TO_THE_END) as at:
        await at.type("Two adults.")
        taken_over.append(True)
        await at.press("enter")
        assert at.screen == "LossDialog"
        assert at.sees("taken over by another program", "Two adults.", "Not saved, and gone")
        await at.press("enter")
        assert at.screen == "CasesScreen"
        assert at.sees("✗ Case abc was taken over by another program")


async def test_a_remark_on_a_case_taken_over_is_shown_before_it_is_gone(
    study: Study, taken_over: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a slow machine what is typed would be saved as a draft before the case is taken over.
    monkeypatch.setattr("cati.screens.interview.DRAFT_SECONDS", 3600)
    async with interviewing(study, given=TO_DUTIES) as at:
        await at.type("drives a van")
        taken_over.append(True)
        await at.press("f2")
        await at.type("speaks softly")
        await at.press("enter")
        assert at.sees("This was not saved", "speaks softly", "drives a van")
        await at.press("enter")
        assert at.screen == "CasesScreen"


@pytest.mark.parametrize("keys", [["f5", "enter"], ["enter", "f5", "enter"]])
async def test_leaving_a_case_taken_over_says_so(
    study: Study, taken_over: list[bool], keys: list[str]
) -> None:
    async with interviewing(study, given=TO_THE_END) as at:
        taken_over.append(True)
        await at.press(*keys)
        assert at.screen == "CasesScreen"
        assert at.sees("✗ Case abc was taken over by another program")


async def test_submitting_a_case_taken_over_leaves_it(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with interviewing(study, given=TO_THE_END) as at:
        for part in at.interview.summary_parts:
            at.interview.write_summary(part.name, "Two adults, one van.")

        def lost(*_: object) -> None:
            raise LeaseLost("abc")

        monkeypatch.setattr(OpenCase, "submit", lost)
        await at.press("enter", "enter", "enter", "enter")
        assert at.screen == "CasesScreen"
        assert at.sees("✗ Case abc was taken over by another program")


async def test_a_submission_that_happened_is_told_as_done(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit = OpenCase.submit

    def fail_late(case: OpenCase, document: dict[str, object]) -> None:
        submit(case, document)  # type: ignore[arg-type]
        raise DiskFull("There is no room left on the disk: free some space.")

    async with interviewing(study, given=TO_THE_END) as at:
        for part in at.interview.summary_parts:
            at.interview.write_summary(part.name, "Two adults, one van.")
        monkeypatch.setattr(OpenCase, "submit", fail_late)
        await at.press("enter", "enter", "enter", "enter")
        assert at.screen == "CasesScreen"
        assert at.sees("Submitted and sealed.", "✓ sealed Household 1")


async def test_a_submission_that_failed_can_be_tried_again(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise DiskFull("There is no room left on the disk: free some space.")

    async with interviewing(study, given=TO_THE_END) as at:
        for part in at.interview.summary_parts:
            at.interview.write_summary(part.name, "Two adults, one van.")
        await at.press("enter", "enter", "enter")
        with monkeypatch.context() as patch:
            patch.setattr(OpenCase, "submit", fail)
            await at.press("enter")
        assert at.sees("Not submitted. There is no room left")
        await at.press("enter")
        assert at.sees("Submitted and sealed.")


# --- the summary --------------------------------------------------------------------------------


async def test_a_reason_that_cannot_be_saved_stays_until_it_is(
    study: Study, full_disk: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with interviewing(study, "enter", given=TO_THE_END) as at:
        await at.type("A van from Springfield.")
        at.app.screen.keep_draft()  # type: ignore[attr-defined]
        full_disk.append(True)
        await at.press("f9")
        await at.type("the model")
        await at.press("enter")
        assert at.sees("NOT SAVED")
        full_disk.clear()
        await at.type(" New.")
        assert at.app.screen._save(draft=True)  # type: ignore[attr-defined]
        assert at.sees("NOT SAVED")
        await at.press("ctrl+r")
        assert not at.sees("NOT SAVED")
        assert at.interview.explained == {"Springfield": "the model"}


async def test_a_part_of_the_summary_takes_so_much_and_says_so(study: Study) -> None:
    async with interviewing(study, "enter", given=TO_THE_END) as at:
        area = at.app.screen.area  # type: ignore[attr-defined]
        area.set_text("a van " * (MAX_SUMMARY // 6) + "a")
        await at.type("bcdefg")
        assert len(area.text) == MAX_SUMMARY
        assert at.sees("This part is full: it takes up to 4,000 characters.")
        await at.press("backspace")
        await at.settle()
        assert not at.sees("This part is full")
        await at.press("enter")
        assert at.sees("What they drive (2 of 2)")
