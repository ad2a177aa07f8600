"""Every code has a page whose wrong example gets its message, and whose right one gets none."""

import pytest

from instrument.catalog import BY_GROUP, TITLES, page
from instrument.catalog import PAGES as FOLDER
from tests.instrument.examples import ELSEWHERE, EXAMPLES, MADE, PAGES
from tests.instrument.household import problems
from tests.instrument.pages import HEADS, INDEX, MORE, completed, index, messages, more

SHOWN = [code for code in PAGES if code not in ELSEWHERE | set(MADE)]
"""Codes whose page shows what is wrong as text."""


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{code}.md" for code in TITLES}


def test_groups_hold_every_code_once() -> None:
    codes = [code for group in BY_GROUP.values() for code in group]
    assert len(codes) == len(set(codes)) == len(TITLES)


def test_every_page_is_listed_by_group() -> None:
    assert INDEX.read_text("utf-8").endswith("".join(index()))


@pytest.mark.parametrize("code", PAGES)
def test_a_page_is_called_by_its_code_and_has_its_parts(code: str) -> None:
    read = PAGES[code]
    heads = (*HEADS, MORE) if read.more else HEADS
    assert (read.code, read.title, read.heads) == (code, TITLES[code], heads)


@pytest.mark.parametrize("code", SHOWN)
def test_a_wrong_example_gets_just_the_message_of_its_page(code: str) -> None:
    assert [one.code for one in problems(PAGES[code].wrong)] == [code]
    assert messages(PAGES[code].wrong) == PAGES[code].message, "python -m tests.instrument.pages"


@pytest.mark.parametrize("code", [code for code in PAGES if code.startswith("condition-")])
def test_a_page_holds_all_that_is_said_of_conditions(code: str) -> None:
    assert PAGES[code].more == more(code), "python -m tests.instrument.pages"


@pytest.mark.parametrize("code", PAGES)
def test_a_right_example_is_read(code: str) -> None:
    assert PAGES[code].right
    assert messages(PAGES[code].right) == ""


@pytest.mark.parametrize("code", MADE)
def test_what_no_page_can_show_is_refused_in_its_place(code: str) -> None:
    place, made = MADE[code]
    assert [(one.code, str(one.source)) for one in problems(made)] == [(code, place)]


def test_an_example_that_is_not_wrong_would_be_noticed() -> None:
    assert problems(PAGES["key-unknown"].right) == ()
    assert messages(completed({"home.yaml": b"section: house\n"})).count("[section-name]") == 1


def test_examples_are_of_every_code() -> None:
    assert set(EXAMPLES) | ELSEWHERE == set(TITLES)


def test_there_is_no_page_of_another_code() -> None:
    assert page("key-unknown").startswith("# `key-unknown`: There is no such key here\n")
    with pytest.raises(KeyError):
        page("../key-unknown")
