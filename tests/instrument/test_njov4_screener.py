"""What each version of the agency screener asks, and what follows from the answers."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
import yaml

from instrument.models import Kind, Question, Statement
from instrument.values import READ, Answer, Instance, Value
from skips import Program, Route, SectionState, Status, compile_instrument
from tests.instrument.constructs import CONSTRUCTS, read_exceptions
from tests.instrument.njov4 import NOT_SURE, plain_answer, screener

MODES = ("full", "short", "icac", "phone")
CASES: dict[str, Answer] = {
    "scr_jurisdiction": "conducts",
    "scr_arrest_exploitation_any": "yes",
    "scr_ypi_any": "yes",
    "scr_triage_used": "yes",
}


@cache
def compiled(mode: str) -> Program:
    return compile_instrument(screener(), mode)


def conduct(history: Mapping[str, Answer], mode: str = "full", arrests: int = 0) -> Route:
    """A whole screener: what the history names, and the plainest answer to everything else.

    `arrests` entries are put on the list of arrest cases, where the mode has one.
    """
    route = Route(compiled(mode))
    for _ in range(arrests):
        route.add_row("scr_arrest_case_list")
    while (instance := route.first_open()) is not None:
        item = screener().items[instance.item]
        if isinstance(item, Statement):
            route.answer(instance, READ)
            continue
        assert isinstance(item, Question)
        route.answer(instance, history.get(item.name, plain_answer(item)))
    return route


def asked(route: Route) -> set[str]:
    """Names of the questions that were asked."""
    met = {instance.item for instance in route.route()}
    return {name for name in met if isinstance(screener().items[name], Question)}


def in_mode(mode: str) -> set[str]:
    """Names of the questions that exist in a version."""
    return {
        item.name
        for item in screener().items.values()
        if isinstance(item, Question) and mode in item.modes and item.specifies is None
    }


def versions() -> dict[str, set[str]]:
    """The versions that the study's report gives each construct that it says so of."""
    listed: list[dict[str, Any]] = yaml.safe_load(CONSTRUCTS.read_text("utf-8"))["constructs"]
    return {one["id"]: set(one["versions"]) for one in listed if "versions" in one}


def test_every_version_holds_what_the_study_put_into_it() -> None:
    items, asked_as = screener().items, read_exceptions().asked_as
    found = versions()
    assert len(found) == 14
    for name, wanted in found.items():
        for item in asked_as.get(name, (name,)):
            assert set(items[item].modes) == wanted, item
    assert set(items["scr_unconfirmed_cases"].modes) == {"short"}


@pytest.mark.parametrize("mode", MODES)
def test_an_agency_with_cases_is_asked_everything_in_its_version(mode: str) -> None:
    arrests = 2 if mode in ("full", "phone") else 0
    route = conduct(CASES, mode, arrests)
    wanted = {name for name in in_mode(mode) if not name.startswith("scr_ypi_refer")}
    wanted -= {"scr_ypi_officer", "scr_ypi_officer_contact", "scr_unconfirmed_cases"}
    assert asked(route) == wanted
    assert route.failing() == []
    assert route.counted(Instance("agency_phase2_status")) == "yes"


@pytest.mark.parametrize("mode", MODES)
def test_an_agency_without_cases_is_done_soon(mode: str) -> None:
    route = conduct({"scr_jurisdiction": "hands_over"}, mode)
    gone = {"scr_arrest_total", "scr_ypi_total", "triage_severity", "scr_unconfirmed_cases"}
    assert not gone & asked(route)
    assert route.counted(Instance("scr_case_count_known")) == "none"
    assert route.counted(Instance("agency_screener_outcome")) == "zero"
    assert route.counted(Instance("agency_phase2_status")) == "no"


@pytest.mark.parametrize("mode", ["full", "phone"])
def test_an_agency_without_jurisdiction_is_asked_nothing_more(mode: str) -> None:
    route = conduct({**CASES, "scr_jurisdiction": "never"}, mode)
    assert asked(route) == {"scr_jurisdiction"}
    assert Instance("scr_end_no_jurisdiction") in route.route()
    assert route.status(Instance("scr_case_count_known")) is Status.NOT_APPLICABLE


@pytest.mark.parametrize("mode", MODES)
def test_whoever_is_sure_of_everything_leaves_nothing_unreached(mode: str) -> None:
    for history in (CASES, {}, {"scr_arrest_csam_any": "yes"}, {"scr_ypi_any": "yes"}):
        route = conduct(history, mode)
        unreached = [one for one in route.instances() if route.status(one) is Status.NOT_REACHED]
        assert unreached == []


def test_an_agency_that_does_not_tell_of_its_jurisdiction_goes_on() -> None:
    assert "scr_arrest_csam_any" in asked(conduct({"scr_jurisdiction": NOT_SURE}))


Follows = dict[str, Value | None]
COUNTS: list[tuple[str, dict[str, Answer], Follows]] = [
    (
        "both numbers given",
        {**CASES, "scr_arrest_total": 9, "scr_ypi_total": 7},
        {
            "scr_case_count_known": "exact",
            "agency_screener_outcome": "exact_number",
            "agency_case_total": 16,
            "agency_case_count_band": "from_16",
        },
    ),
    (
        "arrest cases only",
        {**CASES, "scr_arrest_total": 4, "scr_ypi_any": "no"},
        {"agency_case_total": 4, "agency_case_count_band": "up_to_15"},
    ),
    (
        "YPI cases only",
        {**CASES, "scr_arrest_exploitation_any": "no", "scr_ypi_total": 3},
        {"agency_case_total": 3, "agency_case_count_band": "up_to_3"},
    ),
    (
        "cases, but no number of them",
        {**CASES, "scr_arrest_total": NOT_SURE},
        {
            "scr_case_count_known": "at_least_one",
            "agency_screener_outcome": "no_number",
            "agency_phase2_status": "no",
            "agency_case_total": None,
            "agency_case_count_band": None,
        },
    ),
    (
        "YPI cases, and nobody knows of arrests",
        {"scr_arrest_exploitation_any": NOT_SURE, "scr_ypi_any": "yes", "scr_ypi_total": 2},
        {"scr_case_count_known": "at_least_one"},
    ),
    (
        "one kind of arrest is enough to ask how many",
        {"scr_arrest_exploitation_any": NOT_SURE, "scr_arrest_csam_any": "yes"},
        {"scr_arrest_any": "yes", "scr_case_count_known": "exact"},
    ),
    (
        "nobody knows anything",
        {"scr_arrest_exploitation_any": NOT_SURE, "scr_ypi_any": NOT_SURE},
        {
            "scr_case_count_known": None,
            "agency_screener_outcome": None,
            "agency_phase2_status": None,
        },
    ),
]


@pytest.mark.parametrize(("told", "answers", "follows"), COUNTS, ids=[one[0] for one in COUNTS])
@pytest.mark.parametrize("mode", ["short", "phone"])
def test_what_follows_from_the_numbers(
    told: str, answers: dict[str, Answer], follows: Follows, mode: str
) -> None:
    route = conduct({"scr_jurisdiction": "conducts", **answers}, mode)
    assert {name: route.counted(Instance(name)) for name in follows} == follows


def test_a_section_that_a_version_leaves_out_does_not_lie_ahead() -> None:
    def lies_ahead(mode: str) -> bool:
        states = {one.name: one.state for one in Route(compiled(mode)).sections()}
        return states["additional"] is SectionState.AHEAD

    assert [mode for mode in MODES if lies_ahead(mode)] == ["full", "icac", "phone"]


def test_a_short_form_with_one_number_for_everything_keeps_it_apart() -> None:
    route = conduct({**CASES, "scr_arrest_total": NOT_SURE, "scr_ypi_total": NOT_SURE}, "short")
    assert "scr_unconfirmed_cases" in asked(route)
    assert "scr_unconfirmed_cases" not in asked(conduct(CASES, "short"))


def test_the_list_is_counted_and_may_be_shorter_than_the_number() -> None:
    route = conduct({**CASES, "scr_arrest_total": 3}, arrests=2)
    assert route.counted(Instance("scr_arrest_listed")) == 2
    assert route.counted(Instance("scr_arrest_total")) == 3


def test_more_cybertips_than_reports_are_refused() -> None:
    route = conduct({**CASES, "scr_report_volume_total": 5, "scr_report_volume_cybertip": 6})
    assert [one.check.severity for one in route.failing()] == ["hard"]


def test_the_factors_of_triage_are_eleven_on_one_scale() -> None:
    rows = [
        item
        for item in screener().items.values()
        if isinstance(item, Question) and item.grid is not None
    ]
    assert len(rows) == 11
    assert {row.grid.grid for row in rows if row.grid} == {"scr_triage_factors"}
    assert {row.kind for row in rows} == {Kind.ONE_OF}
    assert all(row.choices == rows[0].choices for row in rows)
    assert len({row.wordings["full"].ask.raw for row in rows}) == 11
    assert all("this project's" in (row.variable.note or "") for row in rows)
