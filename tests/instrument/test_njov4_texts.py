"""How the shipped instrument speaks: short, addressed to somebody only when somebody listens."""

import re

import pytest

from instrument.models import Kind, Measure, Question, Sensitivity, Statement, Text, Wording
from tests.instrument.njov4 import njov4

ADDRESSES = re.compile(r"\b(I|me|my|you|your|please|thank)\b", re.IGNORECASE)
IDENTIFIES = re.compile(r"_(age|sex|race|hispanic|adult|date|marital|education|minor)$")
NOT_OF_A_PERSON = {
    "elig_minor",
    "el_minor_produced",
    "primary_minor",
    "prod_producer_minor",
    "sus_own_children_minor",
    "ypi_contact_minors",
    "uc_persona_sex",
}

WORDINGS = [
    pytest.param(mode, wording, id=f"{item.name}-{mode}")
    for item in njov4().items.values()
    if isinstance(item, Question | Statement)
    for mode, wording in item.wordings.items()
]


def texts(wording: Wording) -> list[Text]:
    return [
        text
        for text in (wording.ask, wording.instruct, wording.probe, wording.help)
        if text is not None
    ]


@pytest.mark.parametrize(("mode", "wording"), WORDINGS)
def test_texts_are_short_sentences(mode: str, wording: Wording) -> None:
    for text in texts(wording):
        assert text.raw == " ".join(text.raw.split())
        assert text.raw[-1] in ".?!"
    assert len(wording.ask.raw.split()) <= 80


@pytest.mark.parametrize(
    ("mode", "wording"), [param for param in WORDINGS if param.values[0] == "record"]
)
def test_a_record_is_not_spoken_to(mode: str, wording: Wording) -> None:
    assert ADDRESSES.search(wording.ask.raw) is None, wording.ask.raw


def test_an_officer_is_spoken_to() -> None:
    """The pattern of the test above finds what it looks for in the spoken wordings."""
    spoken = [param.values[1] for param in WORDINGS if param.values[0] == "interview"]
    assert sum(ADDRESSES.search(wording.ask.raw) is not None for wording in spoken) > 10


def test_what_describes_a_person_can_identify_one() -> None:
    for item in njov4().items.values():
        variable = getattr(item, "variable", None)
        if variable is None or item.name in NOT_OF_A_PERSON:
            continue
        if isinstance(item, Question) and item.kind in (Kind.TEXT, Kind.LONG_TEXT):
            assert variable.sensitivity is Sensitivity.FREE_TEXT, item.name
        elif IDENTIFIES.search(item.name):
            assert variable.sensitivity is Sensitivity.QUASI_IDENTIFYING, item.name
        elif item.name != "sus_adult":
            assert variable.sensitivity is Sensitivity.NONE, item.name


def test_ordered_classes_are_ordinal() -> None:
    ordinal = {
        name
        for name, item in njov4().items.items()
        if (variable := getattr(item, "variable", None)) and variable.measure is Measure.ORDINAL
    }
    assert ordinal == {
        "csam_ages",
        "ent_time_to_sexual",
        "uc_duration",
        "uc_time_to_sexual",
        "sus_education",
        "sus_incarceration_length",
        "sus_federal_incarceration",
        "min_cooperation",
        "ypi_cooperation",
    }


def test_every_free_specification_asks_for_no_names() -> None:
    """Fields for open words stand only where choices are specified or details are asked for."""
    open_words = {
        name
        for name, item in njov4().items.items()
        if isinstance(item, Question) and item.kind is Kind.LONG_TEXT
    }
    for name in open_words:
        item = njov4().items[name]
        assert isinstance(item, Question)
        said = " ".join(text.raw for text in texts(item.wordings["interview"]))
        assert re.search(r"without names|No names", said), name


def test_the_guides_hold_the_rules_of_selection() -> None:
    guides = {guide.name: guide for guide in njov4().guides}
    assert {"primary_minor", "primary_suspect", "ypi_primary_person"} <= set(guides)
    for guide in guides.values():
        assert guide.items
        assert set(guide.items) <= set(njov4().items)


def test_the_summary_covers_what_the_study_asks_of_it() -> None:
    assert [part.name for part in njov4().summary] == [
        "who",
        "how_met",
        "where",
        "to_police",
        "outcome",
    ]
