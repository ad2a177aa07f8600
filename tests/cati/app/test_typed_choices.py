"""Digits and letters typed in a list of choices: going on never passes over them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from instrument.values import Answer, Instance, Missing
from store import Study
from tests.cati.app.desk import Desk, desk, interviewing
from tests.cati.app.household import TO_THE_END, a_copy, household_study

SIGHTS = (
    ("town", "Town museum"),
    ("art", "Art museum"),
    ("castle", "Castle"),
    ("harbor", "Harbor"),
    ("light", "Lighthouse"),
    ("market", "Market"),
    ("zoo", "Zoo"),
    ("garden", "Botanical garden"),
    ("theater", "Theater"),
    ("cinema", "Cinema"),
    ("lake", "Lake"),
    ("river", "River"),
)
WAYS = (
    ("car", "Car"),
    ("bike", "Bicycle"),
    ("foot", "On foot"),
    ("night_bus", "Night bus"),
    ("night_train", "Night train"),
    ("train", "Train"),
    ("tram", "Tram"),
    ("boat", "Boat"),
    ("plane", "Plane"),
    ("taxi", "Taxi"),
)


def listed(choices: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(
        f"{{name: {name}, code: {code}, label: {label}}}"
        for code, (name, label) in enumerate(choices, 1)
    )


FILES = {
    "instrument.yaml": """
instrument: sights
title: A day out
version: "1.0.0"
languages: {en: English, es: Español}
modes: {interview: Telephone interview}
missing:
  - {reason: not_sure, code: -1, label: Not sure, key: f8}
sections: [sights]
""",
    "sights.yaml": f"""
section: sights
title: Sights
items:
  - {{question: rain, kind: yes_no, label: Rain, ask: Did it rain?}}
  - question: seen
    kind: any_of
    label: Seen
    ask: What did you see?
    instruct: {"Take all that apply and do not read the list. " * 10}
    choices: [{listed(SIGHTS)}]
  - question: way
    kind: one_of
    label: Way
    ask: How did you go there?
    choices: [{listed(WAYS)}]
  - {{question: again, kind: yes_no, label: Again, ask: Would you go again?}}
""",
}

STAYS = "stays"
"""Stands among keys: up to here nothing is saved, and the question is still in place."""

FITS_TWO = "✗ “mus” fits 2 choices: type on, or Space takes the one marked. Esc drops it."
SEVERAL: dict[str, tuple[list[str], tuple[str, ...]]] = {
    "the one match is taken first": (
        [
            "03",
            *"light",
            "enter",
            "05 [x] Lighthouse",
            "✓ 05 Lighthouse is taken; ↵ goes on.",
            STAYS,
        ],
        ("castle", "light"),
    ),
    "one taken before stays so": (["03", *"cast", "enter", "03 [x] Castle", STAYS], ("castle",)),
    "of two, none is taken": (
        ["03", *"mus", "enter", FITS_TWO, STAYS, "enter", FITS_TWO, STAYS, "space", "01 [x] Town"],
        ("town", "castle"),
    ),
    "letters that nothing has": (
        [
            "03",
            *"mux",
            "enter",
            "✗ No choice has “mux”: Bksp takes",
            STAYS,
            "escape",
            "03 [x] Castle",
        ],
        ("castle",),
    ),
    "space begins anew": (
        [*"light", "space", *"zoo", "▌ 07 [ ] Zoo", "enter", STAYS],
        ("light", "zoo"),
    ),
    "one digit": (["03", "4", "enter", "04 [x] Harbor", STAYS], ("castle", "harbor")),
    "one digit and space": (["03", "4", "space", "04 [x] Harbor"], ("castle", "harbor")),
    "no digit of any": (["03", "0", "enter", "✗ There is no choice 0.", STAYS], ("castle",)),
    "a number too large": (
        ["03", "99", "There is no choice 99.", "enter", "✗ There is no choice 99. Nothing", STAYS],
        ("castle",),
    ),
    "a number beside letters": (
        [*"mus", "05", "✓ 05 is taken · with “mus”", "enter", FITS_TWO, STAYS, "ctrl+z"],
        ("light",),
    ),
    "a number that the letters found": ([*"mus", "02"], ("art",)),
    "numbers alone": (["03", "05"], ("castle", "light")),
    "letters after a missing reason": (["f8", *"light", "enter", STAYS], ("light",)),
    "letters in another language": (
        ["03", *"light", "ctrl+t", "with “light”", "enter", STAYS, "ctrl+t"],
        ("castle", "light"),
    ),
}
"""Keys, words seen between them, and what Enter then keeps at once."""

ONE: dict[str, tuple[list[str], str]] = {
    "the match is taken while it is typed": ([*"tax"], "taxi"),
    "letters of two words": ([*"night t"], "night_train"),
    "one digit": (["03", "1", "enter", "▌ 01 Car", STAYS], "car"),
    "a digit taken back": (["05", "1", "ctrl+z", "05"], "night_train"),
    "letters that nothing has": (
        ["03", *"ux", "enter", "✗ No choice has “ux”", STAYS, "escape", "02 Bicycle", "02"],
        "bike",
    ),
    "numbers alone": (["05"], "night_train"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("sights")
    household_study(made, {"Day 1": "interview"}, FILES).close()
    return made / "study"


@pytest.fixture
def day(folder: Path, tmp_path: Path) -> Iterator[Study]:
    with a_copy(folder, tmp_path) as study:
        yield study


async def show(at: Desk, item: str) -> None:
    """Go to an item, and take its answer away."""
    at.interview.jump(Instance(item))
    if at.answer(item) is not None:
        at.interview.clear()
    await at.show()


KEYS = {"enter", "space", "escape", "f8", "ctrl+z", "ctrl+t"}


async def follow(at: Desk, item: str, steps: list[str]) -> None:
    """Press keys and numbers without a pause; look where the table says what is to be seen."""
    fast: list[str] = []
    for step in steps:
        if step in KEYS or len(step) == 1:
            fast.append(step)
        elif step.isdigit():
            fast += step
        else:
            await at.press(*fast)
            fast = []
            if step == STAYS:
                assert (at.place, at.answer(item)) == (item, None)
            else:
                assert at.sees(step), (step, at.text)
    await at.press(*fast, "enter")


async def test_nothing_typed_is_passed_over_where_several_are_taken(day: Study) -> None:
    async with interviewing(day, "y", "enter") as at:
        for why, (steps, answer) in SEVERAL.items():
            await show(at, "seen")
            await follow(at, "seen", steps)
            assert (at.answer("seen"), at.place) == (answer, "way"), (why, at.text)


async def test_nothing_typed_is_passed_over_where_one_is_taken(day: Study) -> None:
    async with interviewing(day, "y", "enter") as at:
        at.interview.give(("zoo",))
        for why, (steps, answer) in ONE.items():
            await show(at, "way")
            await follow(at, "way", steps)
            assert (at.answer("way"), at.place) == (answer, "again"), (why, at.text)


async def test_no_move_passes_over_what_is_typed_and_locking_says_that_it_is_gone(
    day: Study,
) -> None:
    async with interviewing(day, "y", "enter") as at:
        await at.press("0", "3", *"mus")
        for key in ("pageup", "pagedown", "ctrl+o"):
            await at.press(key)
            assert at.place == "seen", key
            assert at.sees(FITS_TWO, "with “mus”"), key
        await at.press("ctrl+l")
        assert at.sees("What was typed in the last question was not saved.")
    async with desk(day) as at:
        await at.press("enter", "escape")
        assert at.answer("seen") == ("castle",), "what is ticked is kept"


async def test_what_is_typed_stays_in_sight_where_the_list_is_scrolled(day: Study) -> None:
    async with interviewing(day, "y", "enter") as at:
        column = [line.rpartition("│")[2].strip() for line in at.lines]
        hint = column.index("Space takes or leaves the one marked")
        assert column[hint - 1], "choices go out of sight, and an empty line stays"
        await at.press("end")
        assert at.sees("▌ 12 [ ] River")
        assert not at.sees("01 [ ] Town museum")
        await at.press("1")
        assert at.sees("1_ one more digit", "▌ 12 [ ] River")
        await at.press("down", *"e", "end")
        assert at.sees("with “e”")
        await at.press("escape", "pageup")
        assert at.place == "rain", "the list does not keep the key for itself"


async def test_a_key_that_takes_nothing_in_a_short_list_is_not_taken_for_an_answer(
    day: Study,
) -> None:
    async with interviewing(day, "n", "m", "enter") as at:
        assert at.sees("✗ No choice has the key “m”. Nothing was taken for it.", "▌ N No", "Y Yes")
        assert at.answer("rain") is None
        await at.press("7")
        assert at.sees("There is no choice 7.", "Y Yes", "▌ N No")
        await at.press("n", "enter")
        assert (at.answer("rain"), at.place) == ("no", "seen")


async def test_one_bar_alone_shows_what_is_taken_or_at_hand(day: Study) -> None:
    async with interviewing(day, "y", "enter", "0", "2", "f8") as at:
        assert at.sees("▌ F8 Not sure", "02 [ ] Art museum")
        assert at.text.count("▌") == 1
        await at.press("down")
        assert at.text.count("▌") == 1
        assert not at.sees("▌ F8")
        await at.press("f8", "space")
        assert at.sees("▌ 01 [ ] Town museum"), "Space takes nothing that was not marked before"
        await at.press("f8", "enter", "pageup")
        assert at.answer("seen") == Missing("not_sure")
        await at.until_sees("▌ F8 Not sure")
        assert at.text.count("▌") == 1, f"also where it was given before:\n{at.text}"


async def test_a_part_of_the_summary_with_marks_left_is_not_called_done(study: Study) -> None:
    given: dict[str, Answer] = TO_THE_END
    async with interviewing(study, given=given) as at:
        await at.press("enter", *"A van of Jordan Example.", "enter", *"Two cars.")
        assert at.sees("⚠ Who lives here", "▸ What they drive")
        await at.press("pageup", "f9", *"invented", "enter")
        assert not at.sees("⚠")
        await at.press("enter")
        assert at.sees("✓ Who lives here", "▸ What they drive")
