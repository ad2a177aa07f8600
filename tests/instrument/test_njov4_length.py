"""How long the ways through the case interview are, against what the study promises."""

from pathlib import Path

import pytest

from tests.instrument.njov4 import conduct, sections_asked
from tests.instrument.reading_time import WAYS, Length, lengths, table

PROMISED = 40
"""Minutes, by the answers to frequent questions that the study sent to agencies."""

SECTIONS = {
    "possession only": {"possession", "suspect"},
    "undercover, posed as a minor": {"enticement", "undercover", "suspect"},
    "enticement, identified minor": {"enticement", "suspect", "minor"},
    "production, identified minor": {"production", "possession", "suspect", "minor"},
    "production and enticement, identified minor": {
        "production",
        "possession",
        "enticement",
        "suspect",
        "minor",
    },
    "youth-produced images, one person": {"ypi"},
    "youth-produced images, three people": {"ypi"},
    "every section, which is rare": {
        "production",
        "possession",
        "enticement",
        "undercover",
        "suspect",
        "minor",
        "ypi",
    },
}


@pytest.fixture(scope="module")
def measured() -> dict[str, Length]:
    return {row.way: row for row in lengths()}


def test_each_way_is_the_one_that_its_name_says() -> None:
    for way, told in WAYS.items():
        assert set(sections_asked(conduct(told))) == SECTIONS[way] | {"preliminary"}, way


def test_no_way_takes_longer_than_agencies_are_told(measured: dict[str, Length]) -> None:
    assert all(5 < row.minutes < PROMISED for row in measured.values())
    assert all(0 < row.reading < row.minutes for row in measured.values())


def test_more_sections_and_more_people_take_longer(measured: dict[str, Length]) -> None:
    rising = [
        "youth-produced images, one person",
        "youth-produced images, three people",
        "enticement, identified minor",
        "production and enticement, identified minor",
        "every section, which is rare",
    ]
    minutes = [measured[way].minutes for way in rising]
    assert minutes == sorted(minutes)


def test_a_line_is_printed_for_each_way(measured: dict[str, Length]) -> None:
    printed = table(list(measured.values()))
    assert [line[:46].strip() for line in printed] == ["way", *WAYS]


def test_the_page_about_the_instruments_prints_these_figures(measured: dict[str, Length]) -> None:
    page = (Path(__file__).parents[2] / "docs" / "njov4.md").read_text("utf-8")
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines()]
    printed = {row[0]: row[1:] for row in cells if row and row[0] in measured}
    assert len(printed) == 6
    for way, figures in printed.items():
        row = measured[way]
        assert figures == [str(row.questions), f"{row.reading:.1f}", f"{row.minutes:.0f}"], way
