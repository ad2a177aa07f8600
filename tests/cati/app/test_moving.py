"""Going back, changing one's mind, checks, looking around, leaving and coming back."""

from pathlib import Path

from cati.settings import Settings
from instrument.values import Instance
from store import Study, open_study
from tests.cati.app.desk import desk, interviewing
from tests.cati.app.household import (
    FILES,
    TO_CARS,
    TO_DUTIES,
    TO_PEOPLE,
    TO_ROOMS,
    TO_THE_END,
    UNSURE,
    household_study,
)

DRIVING = TO_CARS | {"cars": 2}


# --- a change of mind ---------------------------------------------------------------------------


async def test_a_change_that_sets_answers_aside_is_shown_before_it_happens(study: Study) -> None:
    async with interviewing(study, given=DRIVING) as at:
        await at.press("1", "9", "9", "9", "enter", "f4")
        await at.type("owns")
        await at.press("enter", "n", "enter")
        assert at.screen == "ChangeDialog"
        assert at.sees("If “Yes” becomes “No”", "2 answers are set aside Driving 2")
        assert at.sees("They are kept, and come back")
        assert at.answer("owns_car") == "yes"
        await at.press("l")
        assert at.sees("Cars: 2", "Car 1: Year built: 1999")
        await at.press("escape")
        assert at.answer("owns_car") == "yes"
        assert at.sees("▌ Y Yes")
        await at.press("n", "enter", "enter")
        assert at.answer("owns_car") == "no"
        assert at.place == "people"
        assert not at.interview.route.on_route(Instance("cars"))
        assert at.answer("cars") == 2


async def test_undo_takes_the_last_change_back_and_goes_to_its_item(study: Study) -> None:
    async with interviewing(study, given=DRIVING) as at:
        await at.press("f4")
        await at.type("owns")
        await at.press("enter", "n", "enter", "enter", "ctrl+z")
        assert at.sees("Take back: Owns a car is Yes again?", "1 answer counts again", "Driving 1")
        await at.press("escape")
        assert (at.place, at.answer("owns_car")) == ("people", "no")
        await at.press("ctrl+z", "enter")
        assert at.place == "owns_car"
        assert at.answer("owns_car") == "yes"
        assert at.sees(
            "Taken back: Owns a car is Yes again · 1 answer in Driving counting again", "▌ Y Yes"
        )
        await at.press("n", "ctrl+z")
        assert at.answer("owns_car") == "yes"
        assert at.sees("▌ Y Yes")
        await at.press("ctrl+y")
        assert at.sees("Bring back: Owns a car is No?", "1 answer is set aside Driving 1")
        await at.press("enter")
        assert (at.place, at.answer("owns_car")) == ("owns_car", "no")
        assert at.sees("Brought back: Owns a car is No · 1 answer in Driving set aside")
        await at.press("ctrl+y")
        assert at.sees("There is nothing to bring back.")
        await at.press("ctrl+z", "enter")
        assert at.answer("owns_car") == "yes"


async def test_a_long_text_that_was_taken_back_can_be_had_again_after_other_answers(
    study: Study,
) -> None:
    async with interviewing(study, given=TO_DUTIES) as at:
        await at.type("Bread, rolls and cake")
        await at.press("enter", "2", "enter", "ctrl+z", "ctrl+z")
        assert (at.place, at.answer("duties")) == ("duties", None)
        assert at.sees("Taken back: Duties has no answer again")
        await at.press("f8", "enter", "3", "enter", "ctrl+y")
        assert at.answer("cars") == 3, "what was taken back of it gave way to another answer"
        assert (at.place, at.answer("duties")) == ("duties", "Bread, rolls and cake")
        assert at.sees("Brought back: Duties is Bread, rolls and cake")
        await at.press("ctrl+z")
        assert at.answer("duties") == UNSURE, "it is a change like any other"


async def test_a_change_without_consequences_is_not_asked_about(study: Study) -> None:
    async with interviewing(study, given=TO_ROOMS) as at:
        await at.press("pageup", "backspace", "2", "enter")
        assert at.screen == "InterviewScreen"
        assert at.answer("adults") == 2


async def test_an_answer_can_be_taken_away(study: Study) -> None:
    async with interviewing(study, given=DRIVING) as at:
        await at.press("pageup", "ctrl+e")
        assert at.answer("cars") is None
        assert at.sees("The answer is taken away.")
        await at.press("f4")
        await at.type("owns")
        await at.press("enter", "ctrl+e")
        assert at.answer("owns_car") is None


async def test_keys_typed_ahead_of_a_question_about_a_change_do_not_decide_it(
    study: Study,
) -> None:
    slow = Settings(rest_ms=2000)
    async with interviewing(study, given=DRIVING, settings=slow) as at:
        await at.press("f4")
        await at.type("owns")
        await at.press("enter", "n", "enter", "enter", "enter", "enter")
        assert at.screen == "ChangeDialog"
        assert at.answer("owns_car") == "yes"
        at.app.settings = Settings(rest_ms=0)
        await at.press("enter")
        assert at.answer("owns_car") == "no"


async def test_what_is_chosen_is_kept_when_looking_back_and_a_statement_is_not_read_by_it(
    study: Study,
) -> None:
    async with interviewing(study, "pageup") as at:
        assert at.answer("welcome") is None
        await at.press("enter", "y", "pageup")
        assert at.place == "welcome"
        assert at.answer("owns_car") == "yes"


# --- checks -------------------------------------------------------------------------------------


async def test_a_soft_check_is_confirmed_with_a_remark(study: Study) -> None:
    async with interviewing(study, "1", "5", "enter", given=TO_PEOPLE) as at:
        assert at.screen == "CheckDialog"
        assert at.sees("15 people is many. Is that right?")
        await at.press("enter")
        assert at.sees("✗ Say in a few words why the answer is right")
        await at.type("three families, 2 floors")
        await at.press("enter")
        assert at.place == "adults"
        assert at.interview.unsettled() == []


async def test_a_soft_check_can_lead_back_to_the_answer(study: Study) -> None:
    async with interviewing(study, "1", "5", "enter", "escape", given=TO_PEOPLE) as at:
        assert at.place == "people"
        assert at.sees("1 check to confirm")
        await at.press("backspace", "enter")
        assert at.answer("people") == 1
        assert at.place == "adults"


async def test_a_hard_check_holds_until_an_answer_changes(study: Study) -> None:
    given = TO_PEOPLE | {"people": 5}
    async with interviewing(study, "7", "enter", given=given) as at:
        assert at.sees("This cannot be", "7 adults cannot be more than 5 people.")
        assert at.sees("1 go to: People in the household (5 people)")
        await at.press("enter")
        assert at.place == "adults"
        await at.press("enter")
        assert at.screen == "CheckDialog"
        await at.press("1")
        assert at.place == "people"
        await at.press("backspace", "8", "enter")
        assert at.place == "adults"
        await at.press("enter")
        assert at.place == "rooms"


async def test_keys_typed_ahead_of_a_check_are_no_remark(study: Study) -> None:
    slow = Settings.model_construct(rest_ms=60_000)
    async with interviewing(study, given=TO_PEOPLE, settings=slow) as at:
        await at.press("1", "5", "enter", "3", "enter")
        at.app.settings = Settings(rest_ms=0)
        await at.press("enter")
        assert at.screen == "CheckDialog"
        assert at.sees("✗ Say in a few words why the answer is right")


async def test_a_digit_leads_from_a_soft_check_to_the_other_answer(tmp_path: Path) -> None:
    home = FILES["home.yaml"].replace("{hard: adults", "{soft: adults")
    study = household_study(tmp_path, files={**FILES, "home.yaml": home})
    async with interviewing(study, "7", "enter", given=TO_PEOPLE | {"people": 5}) as at:
        assert at.sees("1 go to: People in the household (5 people)")
        await at.type("x1")
        assert at.screen == "CheckDialog"
        await at.press("backspace", "backspace", "1")
        assert at.place == "people"
    study.close()


# --- looking around -----------------------------------------------------------------------------


async def test_the_overview_says_why_and_goes_only_to_what_is_asked(study: Study) -> None:
    async with interviewing(study, "n", "enter", given={}) as at:
        await at.press("enter", "n", "enter", "f4")
        assert at.sees("OVERVIEW [Asked 11] All 16 Open 9", "✓ Owns a car No", "PRACTICE")
        assert not at.sees("Cars")
        await at.press("f4")
        await at.type("cars")
        await at.press("enter")
        assert at.screen == "OverviewScreen"
        assert at.sees("✗ One cannot go there.")
        await at.press("escape")
        assert at.sees("type to search", "– Cars")
        await at.press("escape")
        assert at.screen == "InterviewScreen"


async def test_a_row_that_was_added_by_mistake_can_be_taken_out(study: Study) -> None:
    given = {name: answer for name, answer in TO_THE_END.items() if name != "visitors"}
    async with interviewing(study, "y", "enter", "y", given=given) as at:
        assert at.place == "visits[1]"
        await at.press("2", "enter", "y")
        assert at.place == "visits[2]"
        await at.press("f4", "ctrl+e")
        assert at.sees("Take out Visitor 2?")
        await at.press("escape")
        assert at.interview.route.rows("visitor") == (1, 2)
        await at.press("f4")
        assert at.sees("^E takes this row out.")
        await at.press("ctrl+e", "enter")
        assert at.interview.route.rows("visitor") == (1,)
        assert at.place == "visits[1]"
        assert at.sees("The row is taken out.")
        await at.press("enter", "n")
        assert at.screen == "ReviewScreen"


async def test_help_terms_and_guides_are_one_key_away(study: Study) -> None:
    async with interviewing(study, given=TO_PEOPLE) as at:
        await at.press("f1")
        assert at.sees("Who counts", "Count those who sleep here.", "Keys")
        await at.press("f1", "f3")
        assert at.sees("household", "People who share a kitchen.")
        await at.press("escape", "pageup", "f1")
        assert at.sees("About this question", "A leased car counts, too.")


async def test_a_remark_and_a_flag_are_kept(study: Study) -> None:
    async with interviewing(study, "enter", "f2") as at:
        assert at.sees("On: Owns a car")
        await at.type("leased")
        await at.press("enter")
        assert at.interview.remarks == {Instance("owns_car"): "leased"}
        assert at.sees("1 remark", "✓ Noted.")
        await at.press("f7", "enter")
        assert at.sees("Write a few words first")
        await at.type("unclear")
        await at.press("enter")
        assert [flag.text for flag in at.interview.record.flags] == ["unclear"]
        await at.press("pageup", "pagedown", "enter")
        assert at.sees("1 flag", "Remark leased")


# --- leaving and coming back --------------------------------------------------------------------


async def test_leaving_keeps_what_is_chosen_and_coming_back_goes_on(study: Study) -> None:
    async with interviewing(study, "4", "f5", given=TO_PEOPLE) as at:
        assert at.sees("Leave this case?", "▌ 1 Pause: it goes on later")
        await at.press("2", "enter")
        assert at.screen == "CasesScreen"
        assert at.sees("▸ open Household 1", "saved, and open to go on")
        await at.press("enter")
        assert at.sees("Household 1: taken up again", "Last worked on 2026-03-02 12:00")
        assert at.sees("It ended with: The respondent ended the call", "3 items are done")
        await at.press("enter")
        assert at.place == "adults"
        assert at.answer("people") == 4


async def test_what_was_acknowledged_is_there_after_the_program_is_gone(
    study: Study, tmp_path: Path
) -> None:
    async with interviewing(study, given=TO_ROOMS):
        pass
    study.close()
    again = open_study(tmp_path / "study")
    async with desk(again) as at:
        await at.press("enter")
        assert at.sees("That sitting broke off without being closed; nothing saved was lost.")
        await at.press("enter")
        assert at.place == "rooms"
        assert at.answer("adults") == 3
    again.close()


async def test_after_the_last_question_comes_the_review(study: Study) -> None:
    async with interviewing(study, given=TO_THE_END) as at:
        assert at.screen == "ReviewScreen"
        assert at.sees("REVIEW all 13 questions are done", "→ Go on to the summary")
        await at.press("pageup")
        assert at.place == "visitors"


async def test_the_review_leads_to_what_was_left_open(study: Study) -> None:
    async with interviewing(study, given=TO_THE_END) as at:
        await at.press("f4", "end", "enter", "f4")
        await at.type("adults")
        await at.press("enter", "ctrl+e", "f4", "end", "enter", "enter")
        assert at.sees("1 of 13 needs a look", "Adults: no answer yet")
        await at.press("enter")
        assert at.place == "adults"
