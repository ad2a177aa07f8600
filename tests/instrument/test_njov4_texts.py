"""How the shipped instruments speak: short, addressed to somebody only when somebody listens."""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from instrument.models import Kind, Measure, Question, Sensitivity, Statement, Text, Wording
from tests.instrument.njov4 import FOLDER, SCREENER, njov4, screener

ADDRESSES = re.compile(r"\b(I|me|my|you|your|please|thank)\b", re.IGNORECASE)
ON_THE_LINE = re.compile(r"\b(I|me|my|you|your|please)\b|the officer|[Rr]ead the list")
GLOSSARY = (
    "arrest",
    "sexual exploitation",
    "CSAM",
    "CSEC",
    "commercial element",
    "grooming",
    "YPI",
    "ICAC",
    "NCMEC",
    "CyberTip",
    "CAC",
    "MDT",
    "CPS",
    "SRO",
    "UC",
    "LEA",
    "RMS",
    "PRR",
    "key investigating officer",
)
"""Terms of the study's glossary; those of the case interview alone come with it."""
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
    for instrument in (njov4(), screener())
    for item in instrument.items.values()
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


def test_nobody_is_on_the_line_when_a_record_is_read() -> None:
    for item, mode, wording in WORDINGS:
        if mode == "record" and isinstance(item, Question):
            for text in texts(wording):
                assert not ON_THE_LINE.search(text.raw), (item.name, text.raw)


def test_silence_of_a_record_is_not_taken_for_none() -> None:
    tried = 0
    for item, mode, wording in WORDINGS:
        alone = isinstance(item, Question) and any(choice.exclusive for choice in item.choices)
        if mode == "record" and alone:
            assert wording.instruct is not None
            assert "only where it says" in wording.instruct.raw, item.name
            tried += 1
    assert tried > 10


def test_an_officer_is_spoken_to() -> None:
    """The patterns of the tests above find what they look for in the spoken wordings."""
    spoken = [wording for _, mode, wording in WORDINGS if mode == "interview"]
    for pattern in (ADDRESSES, ON_THE_LINE):
        assert sum(pattern.search(wording.ask.raw) is not None for wording in spoken) > 10
    instructed = [wording.instruct.raw for wording in spoken if wording.instruct]
    assert sum("ead the list" in text for text in instructed) > 10


def test_every_question_is_specified() -> None:
    """Each has a help that says more than its question does."""
    for item, mode, wording in WORDINGS:
        if isinstance(item, Question):
            assert wording.help is not None, (item.name, mode)
            assert wording.help.raw not in (wording.ask.raw, wording.instruct), item.name


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


def _written(folder: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every item as its author wrote it, with those of rosters."""
    for file in sorted(folder.glob("*.yaml")):
        waiting = list(yaml.safe_load(file.read_text("utf-8")).get("items", []))
        while waiting:
            item = waiting.pop()
            if "roster" in item:
                waiting += item["items"]
            for role in ("question", "compute", "grid"):
                if role in item:
                    yield item[role], item


def test_sensitivity_and_source_are_declared_of_every_item() -> None:
    for folder, most in ((FOLDER, 200), (SCREENER, 30)):
        written = dict(_written(folder))
        assert len(written) > most
        for name, item in written.items():
            assert "sensitivity" in item, name
            assert len(item.get("note", "")) > 5, name


def test_whom_an_agency_names_is_identifying() -> None:
    identifying = {
        item.name
        for item in screener().items.values()
        if isinstance(item, Question) and item.variable.sensitivity is Sensitivity.IDENTIFYING
    }
    assert identifying == {
        *(f"scr_{what}_reference" for what in ("arrest", "ypi")),
        *(f"scr_{what}_officer" for what in ("arrest", "ypi")),
        *(f"scr_{what}_officer_contact" for what in ("arrest", "ypi")),
        *(f"scr_respondent_{what}" for what in ("name", "telephone", "email")),
    }


def test_open_questions_are_marked_for_coding() -> None:
    for instrument in (njov4(), screener()):
        for item in instrument.items.values():
            if isinstance(item, Question) and item.specifies is None:
                assert item.variable.code_later is (item.kind is Kind.LONG_TEXT), item.name


def test_the_glossary_of_the_study_is_one_key_away() -> None:
    for instrument in (njov4(), screener()):
        terms = " ".join(one.term for one in instrument.definitions)
        for term in GLOSSARY:
            assert re.search(rf"\b{term}\b", terms), (instrument.name, term)
    own = " ".join(one.term for one in njov4().definitions)
    for term in ("primary minor", "primary suspect", "primary person", "aggravating"):
        assert term in own


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
    for instrument in (njov4(), screener()):
        for guide in instrument.guides:
            assert guide.items
            assert set(guide.items) <= set(instrument.items)


def test_the_summary_covers_what_the_study_asks_of_it() -> None:
    assert [part.name for part in njov4().summary] == [
        "who",
        "how_met",
        "where",
        "to_police",
        "outcome",
    ]
