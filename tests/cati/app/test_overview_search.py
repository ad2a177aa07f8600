"""The overview of a large instrument makes no item before its line is shown or searched."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.message import Message

import instrument.parts
from cati.interview import Interview
from cati.memory import MemoryJournal
from cati.screens.route_list import RouteList, View, counts, listed
from instrument import read_files
from instrument.cache import dump, load
from instrument.models import Computed, Item
from skips import Route
from skips.kept import program_of
from store import Study
from tests.cati.app.desk import interviewing
from tests.cati.household import Clock

SIZE = 400
AT_ONCE = 150


def many() -> dict[str, bytes]:
    """Questions of which every hundredth is about trains, with a computed value and a roster."""
    head = 'instrument: many\ntitle: Many\nversion: "1"\nsections: [all]\n'
    lines = ["section: all", "title: All", "items:"]
    for at in range(SIZE):
        about = "Train" if at % 100 == 99 else "Bus"
        lines.append(f"  - {{question: q{at}, kind: yes_no, label: {about} {at}, ask: How?}}")
    lines.append("  - {compute: both, label: Train or bus, as: q0 and q1}")
    lines.append("  - roster: trips\n    title: Trips\n    rows: 3\n    row_label: 'Trip {row}'")
    lines.append("    items:\n      - {question: far, kind: yes_no, label: Far, ask: Is it far?}")
    return {"instrument.yaml": head.encode(), "all.yaml": "\n".join(lines).encode()}


class Alone(RouteList):
    """A list without an app: what waits for the screen is done when it is asked for."""

    def __init__(self, interview: Interview) -> None:
        super().__init__(interview)
        self.waiting: list[Callable[[], Any]] = []

    def post_message(self, message: Message) -> bool:
        """Nobody listens."""
        return True

    def refresh(self, *_: Any, **__: Any) -> "Alone":
        """There is no screen."""
        return self

    def call_after_refresh(self, callback: Callable[..., Any], *args: Any, **_: Any) -> bool:
        """Keep it."""
        self.waiting.append(lambda: callback(*args))
        return True

    def type(self, words: str) -> None:
        """As if these letters stood there after a key."""
        self._narrow(words)

    @property
    def names(self) -> list[str]:
        """Of the items listed."""
        return [str(self._lines[stop]) for stop in self._stops]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of all items that are made from the cache."""
    names: list[str] = []
    part = instrument.parts.Reader.part

    def noted(self: instrument.parts.Reader, written: Any) -> Any:
        found = part(self, written)
        if isinstance(found, Item):
            names.append(found.name)
        return found

    monkeypatch.setattr("instrument.parts.Reader.part", noted)
    return names


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Interview:
    """A new case of an instrument and program from the cache."""
    monkeypatch.setattr("cati.screens.route_list.AT_ONCE", AT_ONCE)
    read = read_files(many())
    program_of(read, None, tmp_path)
    read = load(dump(read))
    route = Route(program_of(read, None, tmp_path))
    interview = Interview(read, route, MemoryJournal(Clock()), by="ines", now=Clock())
    interview.begin()
    return interview


def test_to_list_all_items_makes_none(kept: Interview, made: list[str]) -> None:
    shown = Alone(kept)
    before = len(made)
    shown.show(View.ALL, None)
    assert (len(shown.names), counts(kept)[View.ALL]) == (SIZE + 3, SIZE + 3)
    assert made[before:] == []
    items = kept.instrument.items  # control, which makes them all
    asked = [one for one in kept.route.instances() if not isinstance(items[one.item], Computed)]
    assert listed(kept, View.ALL) == asked
    assert len(made) > SIZE


def test_letters_are_looked_for_in_some_items_at_a_time(kept: Interview, made: list[str]) -> None:
    shown = Alone(kept)
    shown.show(View.ALL, None)
    before = len(made)
    shown.type("train")
    assert shown.names == ["q99"]
    assert len(made) - before <= AT_ONCE < SIZE
    (go_on,) = shown.waiting
    go_on()
    assert shown.names == ["q99", "q199", "q299"]
    shown.action_move(1)
    while len(shown.waiting) > 1:
        shown.waiting.pop()()
    assert shown.names == ["q99", "q199", "q299", "q399"]
    assert str(shown.instance) == "q199", "what comes later moves nothing"
    go_on()
    assert len(shown.names) == 4, "what was left behind lists nothing twice"


def test_other_letters_begin_anew(kept: Interview) -> None:
    shown = Alone(kept)
    shown.show(View.ALL, None)
    shown.action_edge(1)
    assert str(shown.instance) == "far[3]"
    shown.type("t")
    shown.type("tr")
    assert str(shown.instance) != "far[3]", "it is not found yet"
    while shown.waiting:
        shown.waiting.pop(0)()
    assert shown.names == ["q99", "q199", "q299", "q399", "far[1]", "far[2]", "far[3]"]
    assert str(shown.instance) == "far[3]", "the list stands where it stood"
    shown.type("")
    assert (len(shown.names), shown.waiting) == (SIZE + 3, [])


async def test_what_is_found_later_comes_to_the_screen(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cati.screens.route_list.AT_ONCE", 1)
    async with interviewing(study, "n", "enter", given={}) as at:
        await at.press("enter", "n", "enter", "f4", "f4")
        await at.press(*"cars")
        await at.until_holds(lambda: at.sees("– Cars"))
        assert not at.sees("✓ Owns a car No")
        await at.press(*"zz")
        await at.until_holds(lambda: at.sees("Nothing has “carszz”."))


async def test_letters_that_only_other_questions_have_lead_to_these(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cati.screens.route_list.AT_ONCE", 3)
    async with interviewing(study, "enter", "n", "enter", "f4") as at:
        assert at.sees("[Asked 11]", " All 16 ")
        await at.press(*"cars")
        await at.until_sees("Nothing asked has “cars”; 1 in All: ↵ shows it.")
        await at.press("enter")
        await at.until_sees("– Cars")
        assert at.sees("[All 16]", "with “cars”")
        await at.press("left", *"zz")
        await at.until_sees("Nothing has “carszz”.")
        await at.press("enter")
        assert at.sees("[Asked 11]"), "there is nothing to show"
