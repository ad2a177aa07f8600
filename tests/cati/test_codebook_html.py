"""The codebook as HTML: complete, linked, self-contained, and safe whatever its texts say."""

import base64
import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cati.codebook import codebook, to_html
from cati.codebook.markup import Markup, joined, tag
from cati.library import shipped_instruments
from instrument import read_instrument
from tests.cati.codebook_page import Page
from tests.cati.codebook_survey import HEADER, PEOPLE, TRIPS, travel


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(to_html(codebook(travel())))


def test_every_element_closes_every_link_leads_somewhere(page: Page) -> None:
    assert page.problems == []
    assert len(page.links) > 60


@pytest.mark.parametrize("name", shipped_instruments())
def test_a_shipped_instrument_is_there_whole(name: str) -> None:
    instrument = read_instrument(shipped_instruments()[name])
    shown = Page(to_html(codebook(instrument)))
    assert shown.problems == []
    assert {f"v-{item}" for item in instrument.items} <= set(shown.ids)
    assert {f"s-{section.name}" for section in instrument.sections} <= set(shown.ids)


@pytest.mark.parametrize(
    "planted",
    [
        "<p><b>open</p>",
        '<p id="one"></p><p id="one"></p>',
        '<a href="#nowhere">x</a>',
        "</p>",
        "<p>",
    ],
)
def test_control_a_broken_page_is_seen(planted: str) -> None:
    assert Page(planted).problems


def test_nothing_is_fetched_and_only_our_own_script_runs(page: Page) -> None:
    policy = next(
        value for _, name, value in page.attributes if name == "content" and "src" in value
    )
    assert policy.startswith("default-src 'none'")
    for name in ("script", "style"):
        digest = base64.b64encode(hashlib.sha256(page.texts[name].encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
        assert page.tags.count(name) == 1
    assert not {"link", "img", "iframe", "form", "object"} & set(page.tags)
    assert not [name for _, name, _ in page.attributes if name == "src" or name.startswith("on")]
    assert all(one.startswith("#") for one in page.links)


def test_it_can_be_read_with_the_ears(page: Page) -> None:
    assert ("html", "lang", "en") in page.attributes
    assert {("span", "lang", "en"), ("span", "lang", "es")} <= set(page.attributes)
    assert page.tags.count("caption") == page.tags.count("table")
    assert ("input", "id", "filter") in page.attributes
    assert ("label", "for", "filter") in page.attributes
    assert page.tags.count("h1") == 1
    assert page.tags.count("main") == page.tags.count("nav") == 1
    columns = page.tags.count("th")
    assert columns == sum(one == ("th", "scope", "col") for one in page.attributes)


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>'\"&lt;--></title></style>"


def test_texts_that_look_like_markup_stay_texts(page: Page) -> None:
    text = HOSTILE.replace('"', '\\"')
    header = HEADER.replace("en: Travel survey", f'en: "{text}"')
    header = header.replace("means: Going somewhere and coming back.", f'means: "{text}"')
    header = header.replace("label: Declined", f'label: "{text}"')
    header = header.replace("hint: Write about plans.", f'hint: "{text}"')
    header = header.replace("interview: Telephone interview", f'interview: "{text}"')
    trips = TRIPS
    for old in (
        "label: Means of travel",
        "label: Ship",
        "instruct: Read the list.",
        "help: Ferries count as ships.",
        "say: These questions are about travel.",
        "note: Table 1",
        "unit: dollars",
    ):
        assert trips.count(old) == 1
        trips = trips.replace(old, f'{old.split(":")[0]}: "{text}"')
    people = PEOPLE.replace("title: Travelers", f'title: "{text}"')
    shown = Page(to_html(codebook(travel(header, trips, people))))
    assert shown.problems == []
    for name in ("script", "img", "style", "title"):
        assert shown.tags.count(name) == page.tags.count(name)
    assert shown.texts[""].count(HOSTILE) >= 14
    assert shown.texts["title"] == f"Codebook: {HOSTILE}"


@given(st.text(), st.text())
def test_any_text_comes_back_from_markup(content: str, value: str) -> None:
    taken = Page(joined("", tag("p", content, title=value)))
    shown = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
    assert taken.tags == ["p"]
    assert taken.texts.get("p", "") == shown.sub("\ufffd", content)
    assert taken.attributes == [("p", "title", shown.sub("\ufffd", value))]


def test_control_markup_that_is_not_escaped_is_seen() -> None:
    assert Page(tag("p", Markup("<b>x</b>"))).tags == ["p", "b"]
    assert Page(tag("p", "<b>x</b>")).tags == ["p"]


@pytest.mark.parametrize(
    "said",
    [
        "Asked when Went on a trip is yes.",
        "asks for its wording: means_specify",
        "not read aloud",
        "keeps its place",
        "Choices are shuffled for each case",
        "offered unless it is known that not: Means of travel is not “Train”",
        "taken alone",
        "Each choice has a column of its own: 1 chosen, 0 not chosen",
        "Read before the first row",
        "row 1 of 2",
        "given in minutes or hours",
        "5 minutes to 10 hours",
        "of the form 99-AA (9 a digit, A a letter, X either)",
        "Sorted into categories after the interview",
        "; not in analysis exports: identifying",
        "As many rows as Number of travelers, at most 3; a row is asked when the number of the row",
        "Rows are added by the interviewer, at most 2.",
        "Esa opción ya no concuerda",
        "summary plans (universe)",
        "Which leg countsOffered with: means1. The longest leg.",
        "What did the trip by [means | whatever] cost?",
        "yes when (in at least one row of Travelers, Age is less than 18) and Number of travelers",
    ],
)
def test_what_is_said_of_the_travel_survey(page: Page, said: str) -> None:
    assert said in page.texts["main"]
