"""Every finding has a page whose wrong example has just that finding, and whose right one none."""

from typing import Final

import pytest

from instrument import catalog
from instrument.findings_catalog import BY_KIND, NOT_ACKNOWLEDGED, PAGES, TITLES, page
from skips.proof.findings import SEVERITIES, Severity
from tests.instrument.pages import HEADS, read_page
from tests.skips.proof.finding_pages import INDEX, findings, index, messages

PARTED: Final = {code: read_page(code, PAGES) for code in TITLES}
SHOWN: Final = [code for code, one in PARTED.items() if one.wrong]
"""Codes whose page shows what is found; what could not be decided no page can show."""


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert {path.name for path in PAGES.iterdir()} == {f"{code}.md" for code in TITLES}
    assert set(TITLES) - set(SHOWN) == {"undecided"}


def test_kinds_hold_every_code_once_and_no_problem_has_the_same() -> None:
    codes = [code for kind in BY_KIND.values() for code in kind]
    assert len(codes) == len(set(codes)) == len(TITLES) == len(SEVERITIES)
    assert not set(codes) & set(catalog.TITLES)
    assert set(SEVERITIES.values()) == set(Severity)
    assert set(codes) >= NOT_ACKNOWLEDGED


def test_every_page_is_listed_by_kind() -> None:
    assert INDEX.read_text("utf-8").endswith("".join(index()))


@pytest.mark.parametrize("code", TITLES)
def test_a_page_is_called_by_its_code_and_has_its_parts(code: str) -> None:
    read = PARTED[code]
    assert (read.code, read.title, read.heads) == (code, TITLES[code], HEADS)
    assert page(code).count("```text\n") == (code in SHOWN)


@pytest.mark.parametrize("code", SHOWN)
def test_a_wrong_example_has_just_the_finding_of_its_page(code: str) -> None:
    assert [one.code for one in findings(PARTED[code].wrong)] == [code]
    said = messages(PARTED[code].wrong)
    assert said == PARTED[code].message, "python -m tests.skips.proof.finding_pages"


@pytest.mark.parametrize("code", SHOWN)
def test_a_right_example_has_none(code: str) -> None:
    assert PARTED[code].right != PARTED[code].wrong
    assert messages(PARTED[code].right) == ""


def test_there_is_no_page_of_another_code() -> None:
    with pytest.raises(KeyError):
        page("../item-unreachable")
