"""Languages, grids, durations and choices that come and go, answered by keys."""

from decimal import Decimal

import pytest

from cati.widgets.grid import first_shown
from instrument.values import Answer, Duration, Instance, PartialDate
from store import Study
from tests.cati.app.desk import interviewing

TO_COMMUTE: dict[str, Answer] = {"means": ("bus", "car"), "usual": "bus"}
TO_GRID = TO_COMMUTE | {
    "commute": Duration(Decimal(75), "minutes"),
    "plate": "B-22",
    "since": PartialDate(2019),
}


class Lines:
    """A respondent who says the same everywhere."""

    def lines(self, label: str, instance: Instance) -> str | None:
        return "By bus, mostly."

    def persona(self, label: str) -> str | None:
        return None


async def test_another_language_is_spoken_at_once_and_what_is_typed_stays(
    travel_study: Study,
) -> None:
    async with interviewing(travel_study, given=TO_COMMUTE) as at:
        assert at.sees("GETTING AROUND 3 of 5", "How long is your way to work?", "^T Language")
        await at.type("1 h 15 min")
        await at.press("ctrl+t")
        assert at.sees("DESPLAZAMIENTOS 3 of 5", "¿Cuánto dura", "No sabe", "Qué cuenta (F1)")
        assert at.sees("1 h 15 min", "Language: Español")
        await at.press("f3")
        assert at.sees("viaje", "Toda salida de casa.")
        await at.press("escape", "f1")
        assert at.sees("Solo la ida.", "Qué cuenta", "De puerta a puerta.")
        await at.press("escape", "enter")
        assert at.answer("commute") == Duration(Decimal(75), "minutes")
        assert at.sees(": 75 minutes", "¿Para qué zona")
        await at.press("ctrl+t")
        assert at.sees("Which zone is your ticket for?")


async def test_an_interview_can_begin_in_another_language(travel_study: Study) -> None:
    async with interviewing(travel_study, language="es") as at:
        assert at.sees("¿Cómo se desplaza?", "Nada de esto")
        assert at.interview.document()["language"] == "es"


async def test_no_key_for_languages_where_there_is_one(study: Study) -> None:
    async with interviewing(study, "ctrl+t", size=(160, 24)) as at:
        assert not at.sees("Language")
        await at.press("f1")
        assert not at.sees("next language")


async def test_ticks_stay_when_the_view_changes_and_are_dropped_only_on_demand(
    travel_study: Study,
) -> None:
    async with interviewing(travel_study, scripts=Lines()) as at:
        await at.press("1", "2", "f6", "ctrl+t")
        assert "".join(at.lines).count("[x]") == 2
        assert not at.sees("By bus, mostly.")
        await at.press("f6", "escape")
        assert at.sees("By bus, mostly.", "Once more drops what is ticked")
        assert "".join(at.lines).count("[x]") == 2
        await at.press("3", "escape")
        assert "".join(at.lines).count("[x]") == 3, "after another tick it is asked anew"
        await at.press("escape")
        assert "".join(at.lines).count("[x]") == 0


async def test_a_choice_that_fell_away_is_told_and_has_to_be_replaced(travel_study: Study) -> None:
    async with interviewing(travel_study, given=TO_COMMUTE) as at:
        at.interview.jump(Instance("means"))
        at.interview.give(("car", "train"))
        at.interview.jump(Instance("usual"))
        await at.fill()
        await at.press("pageup", "pagedown")
        assert at.sees("Gone Bus (no longer offered)", "2 Train", "All alike (do not read)")
        await at.press("enter")
        assert at.sees("This cannot be", "That choice no longer fits the other answers.")
        await at.press("enter", "2", "enter")
        assert at.answer("usual") == "train"
        assert at.place == "commute"


async def test_a_grid_goes_row_by_row_with_its_answers_in_sight(travel_study: Study) -> None:
    async with interviewing(travel_study, given=TO_GRID) as at:
        assert at.sees("row 1 of 4", "How important is each of these", "▸ The price?")
        await at.press("1", "enter", "4", "enter", "2", "enter")
        assert at.sees("row 4 of 4", "✓ The time it takes? It depends", "▸ What others do?")
        assert at.place == "weight_others"
        await at.press("pageup", "3", "enter")
        assert at.answer("weight_comfort") == "not_at_all"


@pytest.mark.parametrize(
    ("here", "rows", "room", "first"),
    [(0, 11, 3, 0), (1, 11, 3, 0), (2, 11, 3, 1), (10, 11, 3, 8), (4, 5, 9, 0), (10, 11, 1, 10)],
)
def test_the_row_in_place_is_among_those_shown(here: int, rows: int, room: int, first: int) -> None:
    assert first_shown(here, rows, room) == first
    assert first <= here < first + room
