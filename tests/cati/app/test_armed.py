"""Texts that a terminal would obey, in every place a text can come from, on every screen.

The filter in front of the terminal is off here, so that a place which forgets to make a text safe
shows; `test_escapes` looks at the bytes in a real terminal.
"""

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from pydantic import BaseModel
from textual import events

from cati.casework import Casework
from instrument import Instrument, read_instrument
from instrument.models import (
    Choice,
    Definition,
    Guide,
    MissingReason,
    Roster,
    Section,
    SummaryPart,
    Text,
    Variable,
)
from instrument.values import Instance
from store import Access, Queue, Study
from tests.cati.app.desk import Desk, desk
from tests.cati.app.household import TO_CARS, TO_THE_END
from tests.cati.app.terminal import obeyed

ARMED = "\x1b[31m\x9b2J\x1b]0;x\x07\u202e\u200b\ue000\x00[bold]"
FIELDS: dict[type[BaseModel], tuple[str, ...]] = {
    Choice: ("label",),
    Definition: ("term", "means"),
    Guide: ("title", "text"),
    MissingReason: ("label",),
    Roster: ("title",),
    Section: ("title",),
    SummaryPart: ("label", "hint"),
    Variable: ("label",),
}


def armed(value: Any) -> Any:
    """An instrument, or a part of one, with a payload in each of its texts."""
    match value:
        case Text():
            return value.model_copy(update={"pieces": (ARMED, *value.pieces)})
        case BaseModel():
            fields = {name: armed(getattr(value, name)) for name in type(value).model_fields}
            for name in FIELDS.get(type(value), ()):
                fields[name] = ARMED + fields[name]
            return type(value).model_construct(**fields)
        case tuple() if not hasattr(value, "_fields"):
            return tuple(armed(part) for part in value)
        case MappingProxyType():
            return MappingProxyType({key: armed(part) for key, part in value.items()})
        case _:
            return value


def read_armed(folder: Path, _: str = "") -> Instrument:
    found = armed(read_instrument(folder))
    assert isinstance(found, Instrument)
    return found


def disarmed(at: Desk) -> bool:
    """Whether the screen holds text and nothing that a terminal obeys."""
    found = obeyed(at.text, [])
    assert found == [], (at.screen, found, at.text)
    return "[bold]" in at.text


@pytest.fixture
def no_backstop(monkeypatch: pytest.MonkeyPatch) -> None:
    """No filter in front of the terminal, armed instruments, and armed labels of cases."""
    queue = Access.queue

    def armed_queue(access: Access, *, mine_only: bool, count: int) -> Queue:
        found = queue(access, mine_only=mine_only, count=count)
        cards = [replace(card, label=f"{ARMED}{card.label}") for card in found.cards]
        return replace(found, cards=cards)

    monkeypatch.setattr("cati.app.SafeLines.apply", lambda self, segments, background: segments)
    monkeypatch.setattr("cati.casework.read_kept", read_armed)
    monkeypatch.setattr(Access, "queue", armed_queue)
    monkeypatch.setattr(Casework, "label", property(lambda work: f"{ARMED}{work.card.label}"))


async def test_no_screen_shows_a_text_as_it_is(study: Study, no_backstop: None) -> None:
    async with desk(study) as at:
        assert disarmed(at)
        await at.press("enter")
        assert disarmed(at)
        await at.press("enter", "y", "enter")
        assert disarmed(at)
        for key in ("f1", "f3", "f4", "f5"):
            await at.press(key)
            assert disarmed(at) or key == "f5"
            await at.press("escape")
        interview = at.interview
        interview.remark(ARMED + "remark", Instance("people"))
        interview.flag(ARMED)
        await at.press("1", "5", "enter")
        assert at.screen == "CheckDialog"
        assert disarmed(at)
        await at.type("yes")
        await at.press("enter", "pageup")
        assert at.place == "people"
        assert disarmed(at)


async def test_no_answer_is_shown_as_it_is(study: Study, no_backstop: None) -> None:
    given = TO_THE_END | {"job": "other", "job_specify": ARMED + "words", "duties": ARMED + "x\ny"}
    order = [*TO_CARS, "cars", "car_year", "visitors"]
    order.insert(order.index("job") + 1, "job_specify")
    async with desk(study) as at:
        await at.press("enter")
        unchecked = pytest.MonkeyPatch()
        unchecked.setattr("cati.fitting.check_value", lambda question, value, offered: None)
        await at.fill(**{name: given[name] for name in order})
        unchecked.undo()
        assert at.screen == "ReviewScreen"
        assert disarmed(at)
        await at.press("f4")
        assert disarmed(at)
        await at.type("duties")
        await at.press("enter")
        assert at.place == "duties"
        assert disarmed(at)
        await at.press("f4")
        await at.type("owns")
        await at.press("enter", "n", "enter", "l")
        assert at.screen == "ChangeDialog"
        assert disarmed(at)
        await at.press("escape", "f4", "end", "enter", "enter", "enter")
        assert at.screen == "SummaryScreen"
        at.interview.write_summary("cars", ARMED + "by Jordan Example")
        assert disarmed(at)
        at.app.post_message(events.Paste(ARMED + "Jordan Example"))
        await at.settle()
        assert disarmed(at)
        await at.press("f9")
        assert disarmed(at)
        await at.press("escape", "enter")
        assert disarmed(at)
        await at.press("enter")
        assert at.screen == "SubmitScreen"
        assert disarmed(at)


async def test_what_is_pasted_is_made_safe_before_it_is_an_answer(study: Study) -> None:
    async with desk(study) as at:
        await at.press("enter")
        await at.fill(**{name: TO_CARS[name] for name in list(TO_CARS)[:8]})
        assert at.place == "duties"
        at.app.post_message(events.Paste(ARMED + "bread\r\nrolls"))
        await at.settle()
        await at.press("enter")
        assert at.answer("duties") == "\ufffd[bold]bread\nrolls"


async def test_control_an_unfiltered_widget_shows_it(
    study: Study, no_backstop: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cati.widgets.words.display_safe", lambda text: text)
    async with desk(study) as at:
        await at.press("enter")
        assert obeyed(at.text, []) != []


def test_control_the_instrument_is_armed_everywhere(household_folder: Path) -> None:
    folder = next((household_folder / "instruments").iterdir())
    text = repr(read_armed(folder))
    assert text.count("\\x1b[31m") > 60
