"""Entries that are emptied, lists of which nothing need be taken, and lists that offer nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from instrument.values import Instance, Missing
from store import Study
from tests.cati.app.desk import Desk, interviewing
from tests.cati.app.household import a_copy, household_study

FILES = {
    "instrument.yaml": """
instrument: outing
title: An outing
version: "1.0.0"
modes: {interview: Telephone interview}
missing:
  - {reason: not_sure, code: -1, label: Not sure, key: f8}
sections: [outing]
""",
    "outing.yaml": """
section: outing
title: Outing
items:
  - question: food
    kind: any_of
    label: Food
    ask: What did you take along?
    choices: [{name: apple, code: 1, label: Apple}, {name: bread, code: 2, label: Bread}]
  - {question: people, kind: integer, label: People, ask: How many went?}
  - {question: goal, kind: text, label: Place, ask: Where to?}
  - {question: day, kind: date, label: Day, ask: When?}
  - {question: lasted, kind: duration, units: [hours], label: Duration, ask: How long?}
  - {question: story, kind: long_text, label: Story, ask: How was it?}
  - question: extras
    kind: any_of
    label: Extras
    ask: What else did you do?
    at_least: 0
    choices: [{name: swim, code: 1, label: Swimming}, {name: row, code: 2, label: Rowing}]
  - {question: by_car, kind: yes_no, label: By car, ask: Did you go by car?}
  - question: seat
    kind: one_of
    label: Seat
    ask: Where did you sit?
    choices:
      - {name: front, code: 1, label: In front, ask_if: by_car}
      - {name: back, code: 2, label: Behind, ask_if: by_car}
  - {question: again, kind: yes_no, label: Again, ask: Would you go again?}
""",
}
TYPED = {
    "food": ("1", ("1",)),
    "people": ("5", ("backspace",)),
    "goal": ("sea", ("backspace",) * 3),
    "day": ("2019", ("ctrl+u",)),
    "lasted": ("3", ("ctrl+u",)),
    "story": ("good", ("ctrl+u",)),
}
"""Question to what is typed for it, and the keys that empty the entry again."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("outings")
    household_study(made, {"Outing 1": "interview"}, FILES).close()
    return made / "study"


@pytest.fixture
def outing(folder: Path, tmp_path: Path) -> Iterator[Study]:
    with a_copy(folder, tmp_path) as study:
        yield study


async def show(at: Desk, item: str) -> None:
    """Go to an item that is on the route."""
    at.interview.jump(Instance(item))
    await at.show()


async def test_an_answer_that_is_emptied_is_neither_kept_nor_dropped_without_a_word(
    outing: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a slow machine a draft would be saved meanwhile, and the line that is read here be its.
    monkeypatch.setattr("cati.screens.interview.DRAFT_SECONDS", 3600)
    async with interviewing(outing) as at:
        for item, (typed, emptying) in TYPED.items():
            await show(at, item)
            await at.press(*typed, "enter")
            saved = at.answer(item)
            assert saved is not None
            assert at.place != item
            for on in ("enter", "pageup", "pagedown") if item in ("food", "people") else ("enter",):
                await show(at, item)
                await at.press(*emptying, on)
                assert (at.place, at.answer(item)) == (item, saved), on
                assert at.sees("Nothing is chosen or entered: ^E takes the saved answer away"), item
                await at.press("escape")
            await at.press("enter")  # put back, it goes on as it was
            assert (at.place != item, at.answer(item)) == (True, saved)
        await show(at, "people")
        await at.press("backspace", "ctrl+e")
        assert at.answer("people") is None
        await at.press("enter")
        assert at.sees("✗ Give an answer first")


async def test_a_reason_that_gave_way_to_nothing_stops_too(outing: Study) -> None:
    async with interviewing(outing) as at:
        await at.press("f8", "enter", "pageup")
        assert at.answer("food") == Missing("not_sure")
        await at.press("1", "1", "enter")
        assert (at.place, at.answer("food")) == ("food", Missing("not_sure"))
        assert at.sees("Nothing is chosen")
        await at.press("ctrl+z")
        assert at.sees("▌ F8 Not sure")
        await at.press("enter")
        assert at.place == "people"


async def test_what_was_put_back_stands_in_a_long_text_when_it_is_seen_again(outing: Study) -> None:
    async with interviewing(outing) as at:
        await show(at, "story")
        await at.press("f8", "enter", "pageup")
        await at.app.screen._save_typing()  # type: ignore[attr-defined]
        await show(at, "story")
        assert at.sees("▌ F8 Not sure")
        assert at.interview.drafted is None
        await at.press(*"good", "enter", "pageup", "ctrl+u")
        await at.app.screen._save_typing()  # type: ignore[attr-defined]
        assert at.interview.record.drafts == {Instance("story"): ""}
        await at.press("escape")
        await at.app.screen._save_typing()  # type: ignore[attr-defined]
        await show(at, "story")
        assert at.sees("good")
        await at.press("enter")
        assert (at.place, at.answer("story")) == ("extras", "good")


async def test_enter_alone_says_none_of_these_where_none_need_be(outing: Study) -> None:
    async with interviewing(outing) as at:
        await show(at, "extras")
        assert at.sees("Enter alone: none of these")
        await at.press("pagedown")
        assert (at.place, at.answer("extras")) == ("extras", None)
        await at.press("pageup")  # looking around answers nothing
        assert (at.place, at.answer("extras")) == ("story", None)
        await show(at, "extras")
        await at.press("enter")
        assert (at.place, at.answer("extras")) == ("by_car", ())
        assert at.sees(": None of these")
        await at.press("pageup", "2", "enter")
        assert at.answer("extras") == ("row",)
        await at.press("pageup", "2", "enter")
        assert (at.place, at.answer("extras")) == ("by_car", ())
        await at.press("ctrl+z")
        assert at.answer("extras") == ("row",)


async def test_a_question_that_offers_nothing_says_so_and_takes_its_reasons(outing: Study) -> None:
    async with interviewing(outing) as at:
        await show(at, "by_car")
        await at.press("n", "enter")
        assert at.place == "seat"
        assert at.sees("No choice fits the answers so far.")
        await at.press("space", "down", "1", "home", "enter")
        assert at.sees(
            "✗ No choice fits the answers so far. Say why there is no answer: F8 Not sure"
        )
        await at.press("f8", "enter")
        assert (at.place, at.answer("seat")) == ("again", Missing("not_sure"))
