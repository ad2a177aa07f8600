"""The shipped instruments hold what the study measured, and every departure has a reason."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.instrument.construct_report import held_elsewhere, lines
from tests.instrument.constructs import (
    CASE_SECTIONS,
    SECTIONS,
    Asked,
    Construct,
    Difference,
    Exceptions,
    asked_by,
    compare,
    coverage,
    read_constructs,
    read_exceptions,
    settle,
)
from tests.instrument.njov4 import njov4, screener


@pytest.fixture(scope="module")
def constructs() -> tuple[Construct, ...]:
    return read_constructs()


@pytest.fixture(scope="module")
def exceptions() -> Exceptions:
    return read_exceptions()


@pytest.fixture
def asked() -> dict[str, Asked]:
    return asked_by(njov4(), screener())


def test_every_departure_from_the_constructs_has_a_reason_and_every_reason_a_departure(
    constructs: tuple[Construct, ...], asked: dict[str, Asked], exceptions: Exceptions
) -> None:
    unexplained, needless = settle(constructs, asked, exceptions)
    assert unexplained == []
    assert needless == []
    assert all(len(reason.split()) >= 4 for reason in exceptions.reasons)


def test_the_inventory_has_the_size_that_the_study_has(
    constructs: tuple[Construct, ...],
) -> None:
    assert Counter(construct.section for construct in constructs) == {
        "sampling": 15,
        "screener": 17,
        "disposition": 25,
        "preliminary": 35,
        "production": 8,
        "possession": 15,
        "enticement": 13,
        "undercover": 13,
        "suspect": 26,
        "minor": 14,
        "ypi": 40,
        "derived": 48,
    }


def test_every_construct_and_option_is_covered(
    constructs: tuple[Construct, ...], asked: dict[str, Asked], exceptions: Exceptions
) -> None:
    for row in coverage(constructs, asked, exceptions):
        assert row.constructs == row.constructs_total, row.section
        assert row.options == row.options_total, row.section


def test_the_report_prints_a_line_for_each_section_and_one_for_all(
    constructs: tuple[Construct, ...], asked: dict[str, Asked], exceptions: Exceptions
) -> None:
    printed = lines(coverage(constructs, asked, exceptions))
    assert [line.split()[0] for line in printed] == ["section", *SECTIONS, "all"]
    assert len(held_elsewhere(constructs, exceptions)) == len(exceptions.elsewhere) == 39


def test_the_page_about_the_instruments_prints_these_figures(
    constructs: tuple[Construct, ...], asked: dict[str, Asked], exceptions: Exceptions
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "njov4.md").read_text("utf-8")
    rows = {row.section: row for row in coverage(constructs, asked, exceptions)}
    for section in ("derived", "disposition", "sampling"):
        row = rows[section]
        assert (
            f"| {section} | {row.constructs} of {row.constructs_total} | {row.elsewhere} |" in page
        )
    interview = sum(rows[section].constructs for section in CASE_SECTIONS)
    assert f"| the eight sections of the case interview | {interview} of {interview} |" in page
    assert f"| the screener | {rows['screener'].constructs} of 17 |" in page


def test_what_is_held_elsewhere_belongs_to_no_interview(
    constructs: tuple[Construct, ...], exceptions: Exceptions
) -> None:
    """Whatever a section of the interview or the screener measured is asked, without exception."""
    sections = {one.section for one in constructs if one.name in exceptions.elsewhere}
    assert sections == {"sampling", "disposition", "derived"}


def test_every_note_begins_with_the_source_of_its_construct(
    constructs: tuple[Construct, ...],
) -> None:
    validity = njov4().validity
    assert validity is not None
    of_the_case = dict.fromkeys((validity.share.name, validity.enough.name), validity)
    for construct in constructs:
        item = njov4().items.get(construct.name) or screener().items.get(construct.name)
        variable = getattr(item, "variable", None) or of_the_case.get(construct.name)
        if variable is not None:
            note = variable.note or ""
            assert note.startswith(construct.source), construct.name
            assert construct.kind != "derived" or "Rule: " in note, construct.name


# --- controls: what the comparison must find ---------------------------------------------------


def _difference(
    constructs: tuple[Construct, ...], asked: dict[str, Asked], exceptions: Exceptions
) -> list[Difference]:
    return settle(constructs, asked, exceptions)[0]


def test_a_missing_item_is_found(
    constructs: tuple[Construct, ...], asked: dict[str, Asked], exceptions: Exceptions
) -> None:
    for name in [one.name for one in constructs if one.name not in exceptions.elsewhere]:
        without = {one: item for one, item in asked.items() if one != name}
        found = compare(constructs, without, exceptions)
        lacking = {
            Difference(name, "has no item"),
            Difference(name, f"lacks its item {name}"),
        }
        if name in exceptions.asked_as and name not in asked:
            continue
        assert found & lacking, name


def test_a_missing_option_is_found_at_every_choice_of_every_construct(
    constructs: tuple[Construct, ...], asked: dict[str, Asked], exceptions: Exceptions
) -> None:
    tried = 0
    for construct in constructs:
        item = asked.get(construct.name)
        if item is None or not construct.options:
            continue
        for label in item.choices:
            added = Difference(construct.name, f"has the added choice {label}")
            if added in exceptions.departures:
                continue
            rest = tuple(one for one in item.choices if one != label)
            cut = {**asked, construct.name: replace(item, choices=rest)}
            wanted = Difference(construct.name, f"lacks the option {label}")
            assert _difference(constructs, cut, exceptions) == [wanted]
            tried += 1
    assert tried > 400


@pytest.mark.parametrize(
    ("name", "change", "what"),
    [
        ("prod_sold", {"section": "possession"}, "stands in possession"),
        ("csam_ages", {"kind": "one_of"}, "is one_of"),
        ("sus_age", {"kind": "text"}, "is text"),
        ("arrest_outcome", {"kind": "any_of"}, "is any_of"),
        ("media_attention", {"not_sure": False}, "does not accept not sure"),
        ("sus_sex", {"label": "Sex"}, "has another label"),
        ("min_sex", {"choices": ("Female", "Male")}, "has its choices in another order"),
        (
            "min_sex",
            {"choices": ("Male", "Female", "Unknown")},
            "has the added choice Unknown",
        ),
        ("min_sex", {"choices": ("Male", "Female", "Not sure")}, "has not sure among its choices"),
        ("min_positive_outcomes_open", {"choices": ("Good",)}, "has a list of its own"),
        ("arrest_typology", {"computed": False}, "is asked, and should be worked out"),
        ("scr_ypi_total", {"instrument": "njov4_case"}, "stands in ypi_cases"),
    ],
)
def test_a_changed_item_is_found(
    constructs: tuple[Construct, ...],
    asked: dict[str, Asked],
    exceptions: Exceptions,
    name: str,
    change: dict[str, object],
    what: str,
) -> None:
    changed = {**asked, name: replace(asked[name], **change)}  # type: ignore[arg-type]
    assert Difference(name, what) in _difference(constructs, changed, exceptions)


def test_a_question_that_is_no_construct_is_found(
    constructs: tuple[Construct, ...], asked: dict[str, Asked], exceptions: Exceptions
) -> None:
    extra = replace(asked["sus_sex"], name="sus_shoe_size")
    found = _difference(constructs, {**asked, extra.name: extra}, exceptions)
    assert found == [Difference("sus_shoe_size", "is no construct")]


def test_exceptions_that_are_no_longer_needed_are_found(
    constructs: tuple[Construct, ...], asked: dict[str, Asked], exceptions: Exceptions
) -> None:
    needless = replace(
        exceptions,
        departures=exceptions.departures | {Difference("sus_sex", "stands in minor")},
        added=exceptions.added | {"sus_age", "no_such_item"},
        renamed={**exceptions.renamed, ("min_sex", "Male"): "Boy", ("no_such", "A"): "B"},
        asked_as={**exceptions.asked_as, "sus_sex": ("sus_sex",), "no_such": ("sus_sex",)},
        elsewhere={**exceptions.elsewhere, "nor_such": "sample", "success_measures": "export"},
    )
    assert sorted(settle(constructs, asked, needless)[1]) == [
        "min_sex: nothing renamed 'Male'",
        "no_such: no such construct",
        "no_such: nothing renamed 'A'",
        "no_such_item: listed as added",
        "nor_such: no such construct",
        "success_measures: both asked and held elsewhere",
        "sus_age: listed as added",
        "sus_sex stands in minor: no longer so",
        "sus_sex: the item of this name is all it takes",
    ]


def test_each_exception_taken_away_is_missed(
    constructs: tuple[Construct, ...], asked: dict[str, Asked], exceptions: Exceptions
) -> None:
    for departure in exceptions.departures:
        fewer = replace(exceptions, departures=exceptions.departures - {departure})
        assert _difference(constructs, asked, fewer) == [departure]
    for key in exceptions.renamed:
        renamed = {one: label for one, label in exceptions.renamed.items() if one != key}
        assert _difference(constructs, asked, replace(exceptions, renamed=renamed))
    for name in exceptions.asked_as:
        mapping = {one: items for one, items in exceptions.asked_as.items() if one != name}
        assert _difference(constructs, asked, replace(exceptions, asked_as=mapping))
    for name in exceptions.elsewhere:
        held = {one: where for one, where in exceptions.elsewhere.items() if one != name}
        found = _difference(constructs, asked, replace(exceptions, elsewhere=held))
        assert found == [Difference(name, "has no item")]
    for name in exceptions.added:
        fewer = replace(exceptions, added=exceptions.added - {name})
        assert _difference(constructs, asked, fewer) == [Difference(name, "is no construct")]
