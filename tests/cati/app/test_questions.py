"""Each kind of question, answered by keys."""

import datetime
from decimal import Decimal

from instrument.values import READ, Missing, PartialDate
from store import Study
from tests.cati.app.desk import interviewing
from tests.cati.app.household import (
    TO_CARS,
    TO_DUTIES,
    TO_JOB,
    TO_PEOPLE,
    TO_ROOMS,
    TO_SINCE,
    UNSURE,
)


async def test_a_statement_is_read_with_enter(study: Study) -> None:
    async with interviewing(study) as at:
        assert at.sees("I will ask about your household.", "Read this aloud", "HOME 1 of 5")
        assert at.answer("welcome") is None
        await at.press("enter")
        assert at.answer("welcome") == READ
        assert at.place == "owns_car"


async def test_yes_and_no_are_taken_by_letter_or_digit_and_enter_goes_on(study: Study) -> None:
    async with interviewing(study, "enter") as at:
        await at.press("n")
        assert at.place == "owns_car"
        assert at.answer("owns_car") is None
        assert at.sees("▌ N No")
        await at.press("1")
        assert at.sees("▌ Y Yes")
        await at.press("enter")
        assert at.answer("owns_car") == "yes"
        assert at.place == "people"
        assert at.sees("✓ Owns a car: Yes")
        await at.press("enter")
        assert at.sees("✗ Give an answer first")
        assert not at.sees("✓ Owns a car"), "it was said of another question"


async def test_nothing_is_given_without_an_answer(study: Study) -> None:
    async with interviewing(study, "enter", "enter", "enter") as at:
        assert at.place == "owns_car"
        assert at.sees("✗ Give an answer first (or F8 Not sure, F9 Declined).")


async def test_a_number_shows_its_unit_and_range_and_a_wrong_one_is_refused_in_words(
    study: Study,
) -> None:
    async with interviewing(study, given=TO_PEOPLE) as at:
        assert at.sees("people from 1 to 20", "Note Count those", "Probe Your best estimate")
        await at.press("3", "0", "enter")
        assert at.place == "people"
        assert at.sees("✗", "from 1 to 20")
        assert at.answer("people") is None
        await at.press("backspace", "backspace", "2", "enter")
        assert at.answer("people") == 2


async def test_a_second_digit_never_lands_in_the_next_question(study: Study) -> None:
    async with interviewing(study, given=TO_PEOPLE) as at:
        await at.press("1", "2", "enter", "7", "enter")
        assert at.answer("people") == 12
        assert at.answer("adults") == 7


async def test_several_choices_are_toggled_and_none_of_these_stands_alone(study: Study) -> None:
    async with interviewing(study, given=TO_ROOMS) as at:
        assert at.sees("1 [ ] Kitchen")
        await at.press("2", "1")
        assert at.sees("1 [x] Kitchen", "2 [x] Bath")
        await at.press("3")
        assert at.sees("1 [ ] Kitchen", "2 [ ] Bath", "3 [x] Neither")
        await at.press("up", "space")
        assert at.sees("2 [x] Bath", "3 [ ] Neither")
        await at.press("1", "enter")
        assert at.answer("rooms") == ("kitchen", "bath")


async def test_a_long_list_takes_two_digits(study: Study) -> None:
    async with interviewing(study, given=TO_JOB) as at:
        await at.press("1")
        assert at.sees("1_ one more digit")
        assert not at.sees("▌")
        await at.press("1")
        assert at.sees("▌ 11 Welder")
        await at.press("9", "9")
        assert at.sees("There is no choice 99.", "▌ 11 Welder")
        await at.press("enter")
        assert at.sees("✗ There is no choice 99. Nothing was taken for it.")
        assert at.answer("job") is None
        await at.press("enter")
        assert at.answer("job") == "welder"


async def test_a_long_list_is_searched_by_typing(study: Study) -> None:
    async with interviewing(study, given=TO_JOB) as at:
        await at.type("pl")
        assert at.sees("with “pl”", "▌ 09 Plumber")
        assert not at.sees("Baker")
        await at.type("x")
        assert at.sees("No choice has “plx”")
        await at.press("enter")
        assert at.sees("✗ No choice has “plx”: Bksp takes a letter back, Esc drops it.")
        assert at.answer("job") is None
        await at.press("backspace", "enter")
        assert at.answer("job") == "plumber"


async def test_other_asks_for_its_wording(study: Study) -> None:
    async with interviewing(study, "1", "2", "enter", given=TO_JOB) as at:
        assert at.place == "job_specify"
        await at.type("beekeeper")
        await at.press("enter")
        assert at.answer("job_specify") == "beekeeper"


async def test_dates_times_and_decimals_take_what_people_say(study: Study) -> None:
    async with interviewing(study, given=TO_SINCE) as at:
        await at.type("mar 2019")
        await at.press("enter")
        await at.type("2:30 pm")
        await at.press("enter")
        await at.type("12.50")
        await at.press("enter")
        assert at.answer("since") == PartialDate(2019, 3)
        assert at.answer("starts") == datetime.time(14, 30)
        assert at.answer("pay") == Decimal("12.50")
        assert at.place == "duties"
        await at.press("pageup")
        assert at.sees("12.50")


async def test_a_date_that_is_none_is_refused(study: Study) -> None:
    async with interviewing(study, given=TO_SINCE) as at:
        await at.type("someday")
        await at.press("enter")
        assert at.place == "since"
        assert at.sees("✗")
        await at.press("escape")
        assert not at.sees("✗")
        assert not at.sees("someday")


async def test_in_a_long_text_enter_goes_on_and_another_key_begins_a_line(study: Study) -> None:
    async with interviewing(study, given=TO_DUTIES) as at:
        assert at.place == "duties"
        await at.type("bread")
        await at.press("ctrl+j")
        await at.type("rolls")
        await at.press("enter")
        assert at.answer("duties") == "bread\nrolls"
        assert at.place == "cars"


async def test_typing_in_a_long_text_can_be_taken_back_and_brought_back(study: Study) -> None:
    async with interviewing(study, given=TO_DUTIES) as at:
        await at.type("bread")
        await at.press("escape")
        assert not at.sees("bread")
        await at.press("ctrl+z")
        assert at.sees("bread")
        await at.press("ctrl+z", "ctrl+z")
        assert not at.sees("bread")
        assert at.place == "pay"
        assert at.answer("pay") is None


async def test_a_missing_reason_is_chosen_by_its_key_and_an_answer_takes_its_place(
    study: Study,
) -> None:
    async with interviewing(study, given=TO_PEOPLE) as at:
        await at.press("4", "f8")
        assert at.sees("▌ F8 Not sure")
        assert at.place == "people"
        await at.press("5")
        assert not at.sees("▌ F8")
        await at.press("backspace", "f9", "enter")
        assert at.answer("people") == Missing("declined")
        await at.press("pageup")
        assert at.place == "people"
        assert at.sees("▌ F9 Declined")


async def test_a_reason_that_the_question_does_not_take_is_not_offered(study: Study) -> None:
    async with interviewing(study, given=TO_ROOMS) as at:
        assert at.sees("F8 Not sure")
        assert not at.sees("F9")
        await at.press("f9", "enter")
        assert at.place == "rooms"


async def test_choices_and_reasons_stay_in_sight_however_long_the_texts_are(
    study: Study,
) -> None:
    async with interviewing(study, given=TO_JOB) as at:
        at.interview.remark("first " + "word " * 150 + "last")
        await at.press("pageup", "enter", "enter")
        assert at.sees("01 Baker", "05 Farmer", "F8 Not sure", "✗ Give an answer first", "first")
        assert not at.sees("last")
        await at.press(*["ctrl+down"] * 9)
        await at.until_sees("last")
        assert at.sees("01 Baker", "F8 Not sure")
        await at.press("1", "1")
        await at.until_sees("▌ 11 Welder")
        assert at.sees("F8 Not sure")


async def test_an_answer_given_before_is_shown_when_going_back(study: Study) -> None:
    async with interviewing(study, given=TO_JOB) as at:
        await at.press("pageup")
        assert at.sees("1 [x] Kitchen")
        await at.press("pageup", "pageup")
        assert at.place == "people"
        assert at.sees("5")
        await at.press("pageup")
        assert at.sees("▌ Y Yes")


async def test_rows_of_a_roster_are_named(study: Study) -> None:
    async with interviewing(study, "2", "enter", given=TO_CARS) as at:
        assert at.place == "car_year[1]"
        assert at.sees("DRIVING 2 of 3 · Car 1")
        await at.press("2", "0", "0", "1", "enter")
        assert at.sees("DRIVING 3 of 3 · Car 2")
        assert at.answer("car_year", 1) == 2001


async def test_an_open_roster_asks_for_another_row_until_there_is_none(study: Study) -> None:
    given = TO_CARS | {"cars": 1, "car_year": UNSURE}
    async with interviewing(study, "y", "enter", given=given) as at:
        assert at.screen == "AnotherDialog"
        await at.press("y")
        assert at.place == "visits[1]"
        await at.press("4", "enter")
        assert at.sees("So far: 1")
        await at.press("y", "7", "enter", "n")
        assert at.interview.route.rows("visitor") == (1, 2)
        assert at.screen == "ReviewScreen"
        assert at.answer("visits", 2) == 7


async def test_choices_and_reasons_can_be_clicked(study: Study) -> None:
    async with interviewing(study, "enter") as at:
        rows = at.app.screen.query_one("ChoiceRows")
        await at.pilot.click(rows, offset=(4, 1))
        await at.settle()
        assert at.sees("▌ N No")
        await at.pilot.click(at.app.screen.query_one("Reasons"), offset=(3, 0))
        await at.settle()
        assert at.sees("▌ F8 Not sure")
        await at.press("enter")
        assert at.answer("owns_car") == Missing("not_sure")
