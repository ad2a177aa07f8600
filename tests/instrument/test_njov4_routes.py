"""Histories of cases in words, and the way that each takes through the shipped instrument."""

import pytest

from instrument.models import Question
from instrument.values import Instance, Missing
from skips import Route, Status
from tests.instrument.njov4 import (
    NOT_SURE,
    compiled,
    conduct,
    met,
    njov4,
    sections_asked,
    with_status,
)
from tests.instrument.njov4_histories import ARREST, HISTORIES, YPI, History


@pytest.mark.parametrize("history", HISTORIES, ids=lambda history: history.told)
@pytest.mark.parametrize("mode", ["interview", "record"])
def test_history(history: History, mode: str) -> None:
    route = conduct(history.answers, mode)
    assert sections_asked(route) == history.sections
    assert history.asked <= met(route)
    assert not history.not_asked & met(route)
    assert all(_is_answered(route, name) for name in history.answers)


def _is_answered(route: Route, name: str) -> bool:
    """Whether an answer that a history names was given and counts: its items are well named."""
    rows = route.rows(roster.name) if (roster := njov4().roster_of.get(name)) else (0,)
    return any(
        route.status(Instance(name, row)) in (Status.ANSWERED, Status.MISSING) for row in rows
    )


SURE = [
    history
    for history in HISTORIES
    if not any(isinstance(answer, Missing) for answer in history.answers.values())
]


@pytest.mark.parametrize("history", SURE, ids=lambda history: history.told)
def test_whoever_is_sure_of_everything_leaves_nothing_unreached(history: History) -> None:
    route = conduct(history.answers)
    assert with_status(route, Status.NOT_REACHED) == set()
    assert with_status(route, Status.PARKED) == set()


def test_whoever_is_not_sure_of_a_gate_leaves_what_is_behind_it_unreached() -> None:
    route = conduct({**ARREST, "el_enticement": NOT_SURE, "el_minor_produced": "yes"})
    unreached = with_status(route, Status.NOT_REACHED)
    assert {"ent_how_met", "ent_tactics"} <= unreached
    assert "prod_how_met" not in unreached


def test_sections_come_in_the_order_of_the_study() -> None:
    everything = {
        **ARREST,
        "el_production": "yes",
        "el_possession": "yes",
        "el_enticement": "yes",
        "el_uc_posed": "yes",
        "minor_identified": "yes",
        "prod_producer_minor": "yes",
    }
    assert sections_asked(conduct(everything)) == [
        "preliminary",
        "production",
        "possession",
        "enticement",
        "undercover",
        "suspect",
        "minor",
        "ypi",
    ]


def test_details_are_asked_of_up_to_three_people_and_person_1_is_the_primary_one() -> None:
    route = conduct({**YPI, "ypi_n_people": 5, "ypi_n_people_detailed": 3, "ypi_age": 15})
    assert route.rows("ypi_people") == (1, 2, 3)
    assert [route.row_label("ypi_people", row) for row in (1, 2, 3)] == [
        "Person 1",
        "Person 2",
        "Person 3",
    ]
    assert not route.failing(Instance("ypi_age", 1))
    route.answer(Instance("ypi_age", 2), 30)
    assert not route.failing(Instance("ypi_age", 2))
    route.answer(Instance("ypi_age", 1), 19)
    assert [one.check.severity for one in route.failing(Instance("ypi_age", 1))] == ["soft"]


def test_the_sex_of_each_suspect_is_asked_once() -> None:
    route = conduct({**ARREST, "el_enticement": "yes", "n_suspects": 4})
    asked = [str(one) for one in route.route() if one.item in ("other_suspect_sex", "sus_sex")]
    assert asked == [
        "other_suspect_sex[1]",
        "other_suspect_sex[2]",
        "other_suspect_sex[3]",
        "sus_sex",
    ]


def test_an_arrest_taken_back_parks_what_was_asked_of_it_and_brings_it_back() -> None:
    route = conduct({**ARREST, "el_possession": "yes", "el_minor_produced": "yes"})
    outcome = Instance("arrest_outcome")
    change = route.answer(outcome, "no_arrest")
    assert Instance("csam_ages") in change.parked
    assert Instance("ypi_n_people") in change.entered
    assert Instance("sus_sex") in change.parked
    route.answer(outcome, "arrest")
    assert with_status(route, Status.PARKED) == set()
    assert route.first_open() is None


def test_every_question_can_be_answered_not_sure_and_passed_over_in_its_mode() -> None:
    for item in njov4().items.values():
        if isinstance(item, Question):
            spoken = [reason.name for reason in njov4().reasons_for(item, "interview")]
            read = [reason.name for reason in njov4().reasons_for(item, "record")]
            assert spoken == ["not_sure", "declined"], item.name
            assert read == ["not_sure", "not_in_record"], item.name


def test_both_modes_ask_the_same_questions() -> None:
    assert list(Route(compiled("interview")).instances()) == list(
        Route(compiled("record")).instances()
    )
