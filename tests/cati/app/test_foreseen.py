"""Another choice foretells what it would do; what is set aside can be seen."""

from pathlib import Path

import pytest

from cati.interview import Interview
from cati.keys import COMMANDS, key_shown
from cati.memory import MemoryJournal
from cati.screens.change import foretold
from cati.screens.interview import InterviewScreen
from cati.screens.route_list import View, counts, listed
from cati.widgets.sidebar import window
from cati.widgets.status import StatusLine
from instrument import read_files
from instrument.values import Answer, Instance
from skips import Route, compile_instrument
from store import Study
from tests.cati.app.desk import Desk, interviewing, noon
from tests.cati.app.household import TO_CARS, TO_THE_END, UNSURE

DRIVING: dict[str, Answer] = TO_CARS | {"cars": 2, "car_year": 1999}


def ahead(at: Desk) -> str:
    """What the line above the keys foresees."""
    line = at.app.screen.query_one(StatusLine)
    return str(line.render()) if line.has_class("ahead") else ""


async def stand_at(at: Desk, item: str) -> None:
    at.interview.jump(Instance(item))
    assert isinstance(at.app.screen, InterviewScreen)
    await at.app.screen.show_place()
    await at.settle()


async def test_what_a_choice_would_do_is_said_while_it_is_highlighted(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Answer | None] = []
    preview = Route.preview

    def counted(route: Route, instance: Instance, answer: Answer | None):  # type: ignore[no-untyped-def]
        asked.append(answer)
        return preview(route, instance, answer)

    monkeypatch.setattr(Route, "preview", counted)
    async with interviewing(study, given=TO_CARS | {"cars": 2}) as at:
        at.interview.jump(Instance("car_year", 1))
        at.interview.give(1999)
        await stand_at(at, "owns_car")
        before, asked[:] = at.lines[:-2], []
        await at.press("down")
        assert ahead(at) == "→ Would set aside 2 answers in Driving · 1 fewer open"
        assert asked == ["no"], "one look at the route for each highlight"
        moved = [(old, new) for old, new in zip(before, at.lines, strict=False) if old != new]
        assert len(moved) <= 4, moved  # the two choices; nothing else moves
        assert at.answer("owns_car") == "yes"
        await at.press("up")
        assert (ahead(at), asked) == ("", ["no"])
        await at.press("f8")
        assert ahead(at).startswith("→ Would set aside 2 answers in Driving")
        assert asked == ["no", UNSURE]
        await at.press("escape")
        assert ahead(at) == ""
        await stand_at(at, "people")
        asked.clear()
        await at.press("backspace", "2")
        assert (ahead(at), asked) == ("→ 1 check", [2]), "2 people of whom 3 are adults"
        await at.press("backspace", *"99")
        assert ahead(at) == "", "99 is out of range"
        await at.press("escape")
        await stand_at(at, "cars")
        await at.press("backspace", "3")
        assert ahead(at) == "→ 1 new question"
        await at.press("backspace", "1")
        assert ahead(at) == "→ 1 fewer open"
        await stand_at(at, "rooms")
        await at.press("2")
        assert ahead(at) == "", "nothing hangs on it"
        await stand_at(at, "visitors")
        await at.press("y")
        assert ahead(at) == "", "a first answer that only brings its follow-ups is no change"


async def test_a_first_answer_says_which_section_it_would_leave_out(study: Study) -> None:
    async with interviewing(study, "enter") as at:
        said = {}
        for key in ("n", "y"):
            await at.press(key)
            said[key] = ahead(at)
        assert said == {"n": "→ Would leave out Driving", "y": ""}
        await at.press("n", "enter", "2")
        assert ahead(at) == "", "nothing is left out any more"


def gated(*more: str, **gates: str) -> Interview:
    """A case at the question whether one travels, and sections that may hang on it.

    `more` is asked in its own section.
    """
    names = ", ".join(("first", *gates))
    files = {
        "instrument.yaml": f'instrument: g\ntitle: G\nversion: "1"\nsections: [{names}]\n',
        "first.yaml": "section: first\ntitle: First\nitems:\n"
        "  - {question: travels, kind: yes_no, label: Travels, ask: Do you travel?}\n"
        + "".join(f"  - {{question: {one}, kind: yes_no, label: M, ask: M?}}\n" for one in more),
    }
    for name, gate in gates.items():
        head = f"section: {name}\ntitle: {name.title()}\n{gate}\nitems:\n"
        ask = f"  - {{question: {name}_1, kind: yes_no, label: One, ask: How?}}\n"
        files[f"{name}.yaml"] = head + ask
    read = read_files({name: text.encode() for name, text in files.items()})
    interview = Interview(
        read, Route(compile_instrument(read)), MemoryJournal(noon), by="ines", now=noon
    )
    interview.begin()
    return interview


@pytest.mark.parametrize(
    ("gates", "words"),
    [
        ({"trips": "ask_if: travels"}, "→ Nothing more would be asked"),
        ({"trips": "ask_if: travels", "home": ""}, "→ Would leave out Trips"),
        (
            {"trips": "ask_if: travels", "cars": "ask_if: travels", "home": ""},
            "→ Would leave out 2 sections; only Home would be left",
        ),
        (
            {"a": "ask_if: travels", "b": "ask_if: travels", "c": "", "d": ""},
            "→ Would leave out 2 sections",
        ),
        (
            {"trips": "ask_if: travels", "cars": "ask_if: travels"},
            "→ Nothing would be asked after this section",
        ),
        ({"home": ""}, ""),
    ],
)
def test_what_a_first_answer_would_leave_out(gates: dict[str, str], words: str) -> None:
    interview = gated("walks", **gates) if words.endswith("this section") else gated(**gates)
    before = interview.route.sections()
    place = Instance("travels")
    assert foretold(interview, place, "no") == words
    assert foretold(interview, place, "yes") == ""
    assert (interview.route.sections(), interview.route.kept(place)) == (before, None)


async def test_what_is_set_aside_is_listed_with_its_answer_and_why(study: Study) -> None:
    async with interviewing(study, given=DRIVING) as at:
        await stand_at(at, "owns_car")
        at.interview.give("no")
        await at.press("f4")
        assert at.sees("[Asked 11]", "Set aside 2", "□ Cars set aside: 2")
        await at.press("left", "left")
        assert not at.sees("✓ Owns a car")
        assert at.sees(
            "DRIVING", "□ Car 1: Year built set aside: 1999", "Set aside: “Owns a car” is no"
        )
        await at.press("enter")
        assert at.sees("✗ One cannot go there. Set aside:")
        await at.type("car 1")
        assert not at.sees("□ Cars")
        await at.press("escape", "home")
        assert at.sees("□ Cars")
        await at.press("left")
        assert at.sees("· Visitors", "0 answered, 1 left")
        assert not at.sees("✓ Owns")
        await at.press("left", "left", "home")
        assert at.sees("HOME ✓ all 5 answered", "✓ Owns a car No")
        await at.press("escape")
        at.interview.jump(Instance("visitors"))
        at.interview.give("no")
        await stand_at(at, "visitors")
        await at.press("enter")
        assert at.screen == "ReviewScreen"
        assert at.sees(
            "REVIEW all 11 questions are done · 2 set aside", "□ 2 answers are set aside"
        )
        await at.press("end", "enter")
        assert at.sees("□ Car 1: Year built set aside: 1999")


async def test_what_is_set_aside_leads_to_the_answer_that_did_it(study: Study) -> None:
    async with interviewing(study, given=DRIVING) as at:
        assert not at.sees("□ Driving")
        await stand_at(at, "owns_car")
        await at.press("n", "enter", "enter")
        assert at.sees("□ Driving"), "at the side, unlike a section that was never asked"
        await at.press("f4", *"year", "enter")
        assert at.sees("✗ One cannot go there.", "↵ goes to “Owns a car”.")
        await at.press("up", "enter", "enter")
        assert at.place == "owns_car"


async def test_keys_go_to_what_is_open_and_to_the_check_that_waits(study: Study) -> None:
    async with interviewing(study, given=TO_THE_END) as at:
        await at.press("pageup")
        assert at.place == "visitors"
        await stand_at(at, "people")
        await at.press("ctrl+o")
        assert (at.screen, at.place) == ("ReviewScreen", "end")
        await at.press("escape")
        assert at.place == "visitors"
        await at.press("ctrl+n")
        assert at.sees("✓ No check waits.")
        await at.press("f4")
        assert at.sees("✓ all answered")
        await at.press("escape")
        await stand_at(at, "people")
        at.interview.give(14)
        await stand_at(at, "visitors")
        assert at.sees("1 check to confirm", "^N goes there")
        await at.press("ctrl+n")
        assert at.screen == "CheckDialog"
        assert at.sees("14 people is many.")
        await at.type("two families")
        await at.press("enter")
        assert (at.place, at.interview.unsettled()) == ("people", [])
        at.interview.clear()
        await stand_at(at, "visitors")
        await at.press("n", "ctrl+o")
        assert at.place == "people"


async def test_the_way_leads_past_hidden_sections_and_no_section_closes_on_a_hard_check(
    study: Study,
) -> None:
    given = TO_CARS | {"owns_car": "no"}
    async with interviewing(study, given=given) as at:
        assert at.place == "visitors", "Driving is not asked"
        await at.press("pageup")
        assert at.place == "duties"
        await at.press("pagedown", "n", "pagedown")
        assert at.screen == "ReviewScreen"
        await at.press("pageup")
        assert at.place == "visitors"
        at.interview.jump(Instance("people"))
        at.interview.give(2)
        await stand_at(at, "rooms")
        await at.press("enter")
        assert at.sees("This cannot be", "3 adults cannot be more than 2 people.")
        await at.press("enter")
        assert at.place == "adults", "where the check belongs"
        await stand_at(at, "visitors")
        assert at.sees("1 check to settle")
        await at.press("ctrl+n", "1")
        assert at.place == "people"
        await at.press("backspace", "4", "enter")
        assert (at.place, at.interview.first_unsettled()) == ("adults", None)
        await stand_at(at, "welcome")
        await at.press("pageup")
        assert at.place == "welcome", "nothing stands before the first"


async def test_rows_are_moved_on_show_taken_out_and_brought_back(study: Study) -> None:
    given = {name: answer for name, answer in TO_THE_END.items() if name != "visitors"}
    async with interviewing(study, "ctrl+g", given=given) as at:
        assert at.sees("The answers so far ask for nobody and nothing to be added.")
        await at.press("y", "enter", "n")
        assert at.screen == "ReviewScreen"
        await at.press("escape", "ctrl+g")
        assert at.sees("Visitors nobody and nothing so far", "↵ A Add one")
        await at.press("enter")
        assert at.place == "visits[1]", "also after a no to anyone else"
        await at.press("2", "enter", "n", "escape", "ctrl+g", "a")
        assert at.place == "visits[2]"
        await at.press("7", "enter", "y")
        assert at.place == "visits[3]"
        await at.press("ctrl+g")
        assert at.sees("Visitor 1 1 of 1 answered", "Visitor 3 0 of 1 answered", "U D Move")
        assert not at.sees("Add one")
        await at.press("a")
        assert at.sees("✗ There is no room for another one here.")
        assert at.sees("▌ · Visitor 3")
        await at.press("u", "alt+up", "u", "escape")
        route = at.interview.route
        assert (route.shown_rows("visitor"), route.rows("visitor")) == ((3, 1, 2), (1, 2, 3))
        assert at.answer("visits", 1) == 2
        await at.press("ctrl+g", "down", "ctrl+e", "enter")
        assert at.interview.route.rows("visitor") == (2, 3)
        sizes = {view: len(listed(at.interview, view)) for view in View}
        sizes[View.ASKED] -= sizes[View.ASIDE]  # they stand among those asked, and count once
        assert sizes == counts(at.interview)
        assert sizes[View.ASIDE] == 1
        await at.press("ctrl+g", "end", "down", "down", "down")
        assert at.sees("□ Visitor 1 · 2 taken out, 1 kept", "↵ Bring it back")
        await at.press("enter")
        assert at.place == "visits[1]"
        assert (route.shown_rows("visitor"), at.answer("visits", 1)) == ((3, 1, 2), 2)


@pytest.mark.parametrize(
    ("here", "sections", "room", "shown"),
    [
        (0, 5, 5, (range(5), 0, 0)),
        (0, 200, 10, (range(9), 0, 191)),
        (100, 200, 10, (range(98, 106), 98, 94)),
        (199, 200, 10, (range(191, 200), 191, 0)),
        (None, 200, 10, (range(191, 200), 191, 0)),
        (3, 200, 1, (range(3, 4), 3, 196)),
    ],
)
def test_the_section_in_place_is_among_those_shown(
    here: int | None, sections: int, room: int, shown: tuple[range, int, int]
) -> None:
    within, before, behind = window(here, sections, room)
    found = range(sections)[within]
    assert (found, before, behind) == shown
    assert here is None or here in found
    assert before + len(found) + behind == sections


async def test_going_on_looks_at_no_list_of_the_whole_route(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with interviewing(study, given=TO_CARS) as at:
        walked: list[str] = []
        for name in ("route", "instances", "set_aside", "open_items"):

            def noted(
                route: Route, name: str = name, real: object = getattr(Route, name)
            ) -> object:
                walked.append(name)
                return real(route)  # type: ignore[operator]

            monkeypatch.setattr(Route, name, noted)
        await at.press("2", "enter", *"1999", "enter", "pageup", "backspace", "8")
        assert (at.place, walked) == ("car_year[1]", [])
        await at.press("enter", "f4")
        assert "route" in walked, "the overview is such a list, and is noted"


def test_the_page_of_keys_names_every_key() -> None:
    page = (Path(__file__).parents[3] / "docs" / "keys.md").read_text(encoding="utf-8")
    missing = [one.id for one in COMMANDS.values() if f"`{key_shown(one.key)}`" not in page]
    assert missing == []
