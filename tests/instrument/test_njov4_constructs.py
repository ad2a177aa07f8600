"""The shipped instrument asks what the study measured, and every departure has a reason."""

from collections import Counter
from dataclasses import replace

import pytest

from tests.instrument.construct_report import lines
from tests.instrument.constructs import (
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
from tests.instrument.njov4 import njov4


@pytest.fixture(scope="module")
def constructs() -> tuple[Construct, ...]:
    return read_constructs()


@pytest.fixture(scope="module")
def exceptions() -> Exceptions:
    return read_exceptions()


@pytest.fixture
def asked() -> dict[str, Asked]:
    return asked_by(njov4())


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
    per_section = Counter(c.section for c in constructs if c.kind != "roster")
    assert per_section == {
        "preliminary": 33,
        "production": 8,
        "possession": 15,
        "enticement": 13,
        "undercover": 13,
        "suspect": 25,
        "minor": 14,
        "ypi": 39,
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


def test_every_note_begins_with_the_source_of_its_construct(
    constructs: tuple[Construct, ...],
) -> None:
    for construct in constructs:
        item = njov4().items.get(construct.name)
        variable = getattr(item, "variable", None)
        if variable is not None:
            assert (variable.note or "").startswith(construct.source), construct.name


# --- controls: what the comparison must find ---------------------------------------------------


def _difference(
    constructs: tuple[Construct, ...], asked: dict[str, Asked], exceptions: Exceptions
) -> list[Difference]:
    return settle(constructs, asked, exceptions)[0]


def test_a_missing_item_is_found(
    constructs: tuple[Construct, ...], asked: dict[str, Asked], exceptions: Exceptions
) -> None:
    for name in [construct.name for construct in constructs]:
        without = {one: item for one, item in asked.items() if one != name}
        found = compare(constructs, without, exceptions)
        lacking = {
            Difference(name, "has no item"),
            Difference(name, f"lacks its item {name}"),
        }
        if name == "sus_federal_outcome":
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
            if (construct.name, label) == ("ypi_history", "None"):
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
    )
    assert sorted(settle(constructs, asked, needless)[1]) == [
        "min_sex: nothing renamed 'Male'",
        "no_such: no such construct",
        "no_such: nothing renamed 'A'",
        "no_such_item: listed as added",
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
    for name in exceptions.added:
        fewer = replace(exceptions, added=exceptions.added - {name})
        assert _difference(constructs, asked, fewer) == [Difference(name, "is no construct")]
