"""How the shipped instrument speaks: short, addressed to somebody only when somebody listens."""

import re

from instrument.models import Kind, Measure, Question, Sensitivity, Statement, Text, Wording
from tests.instrument.njov4 import njov4

ADDRESSES = re.compile(r"\b(I|me|my|you|your|please|thank)\b", re.IGNORECASE)
IDENTIFYING = {
    "case_event_date",
    "other_suspect_sex",
    *(
        f"{who}_{what}"
        for who in ("sus", "min", "ypi")
        for what in ("age", "sex", "race", "hispanic")
    ),
    *(f"sus_{what}" for what in ("adult", "minor", "marital", "education")),
    *(f"sus_{what}" for what in ("age_group", "partnered", "more_than_hs")),
    "min_age_group",
    "ypi_age_group",
    "any_suspect_female",
}

WORDINGS = [
    (item, mode, wording)
    for item in njov4().items.values()
    if isinstance(item, Question | Statement) and not getattr(item, "specifies", None)
    for mode, wording in item.wordings.items()
]


def texts(wording: Wording) -> list[Text]:
    return [
        text
        for text in (wording.ask, wording.instruct, wording.probe, wording.help)
        if text is not None
    ]


def test_texts_are_whole_sentences_without_stray_spaces() -> None:
    for item, mode, wording in WORDINGS:
        for text in texts(wording):
            assert text.raw == " ".join(text.raw.split()), (item.name, mode)
            assert text.raw[-1] in ".?!", (item.name, mode)


def test_what_is_read_aloud_can_be_read_in_half_a_minute() -> None:
    for item, mode, wording in WORDINGS:
        assert len(wording.ask.raw.split()) <= 75, (item.name, mode)


def test_a_record_is_not_spoken_to() -> None:
    spoken_to = [
        item.name
        for item, mode, wording in WORDINGS
        if mode == "record" and isinstance(item, Question) and ADDRESSES.search(wording.ask.raw)
    ]
    assert spoken_to == []


def test_an_officer_is_spoken_to() -> None:
    """The pattern of the test above finds what it looks for in the spoken wordings."""
    spoken = [wording for _, mode, wording in WORDINGS if mode == "interview"]
    assert sum(ADDRESSES.search(wording.ask.raw) is not None for wording in spoken) > 10


def test_what_describes_a_person_can_identify_one() -> None:
    for item in njov4().items.values():
        variable = getattr(item, "variable", None)
        if variable is None:
            continue
        if getattr(item, "kind", None) in (Kind.TEXT, Kind.LONG_TEXT):
            expected = Sensitivity.FREE_TEXT
        elif item.name in IDENTIFYING:
            expected = Sensitivity.QUASI_IDENTIFYING
        else:
            expected = Sensitivity.NONE
        assert variable.sensitivity is expected, item.name
    assert set(njov4().items) >= IDENTIFYING


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
        "case_respondent_familiarity",
        "sus_age_group",
        "min_age_group",
        "ypi_age_group",
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
