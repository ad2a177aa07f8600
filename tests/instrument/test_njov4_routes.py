"""Histories of cases in words, and the way that each takes through the shipped instrument."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from instrument.models import Question
from instrument.values import Answer, Instance, Missing, PartialDate
from skips import Route, Status
from tests.instrument.njov4 import (
    NOT_SURE,
    compiled,
    conduct,
    met,
    njov4,
    sections_asked,
    with_status,
)

ELIGIBLE: dict[str, Answer] = {
    "elig_minor": "yes",
    "elig_2019": "yes",
    "elig_technology": "yes",
}
ARREST: dict[str, Answer] = {**ELIGIBLE, "arrest_outcome": "arrest", "suspect_identified": "yes"}
YPI: dict[str, Answer] = {**ELIGIBLE, "arrest_outcome": "no_arrest", "el_minor_produced": "yes"}


@dataclass(frozen=True)
class History:
    """What happened, and what must and must not be asked of it."""

    told: str
    answers: Mapping[str, Answer]
    sections: list[str]
    asked: set[str] = field(default_factory=set)
    not_asked: set[str] = field(default_factory=set)


HISTORIES = [
    History(
        "no juvenile was involved",
        {"elig_minor": "no"},
        ["preliminary"],
        asked={"end_ineligible"},
        not_asked={"elig_2019", "elig_technology", "arrest_outcome", "how_came_to_attention"},
    ),
    History(
        "it happened in another year",
        {"elig_minor": "yes", "elig_2019": "no"},
        ["preliminary"],
        asked={"end_ineligible"},
        not_asked={"elig_technology", "arrest_outcome", "case_event_date", "el_minor_produced"},
    ),
    History(
        "no technology was involved",
        {"elig_minor": "yes", "elig_2019": "yes", "elig_technology": "no"},
        ["preliminary"],
        asked={"end_ineligible"},
        not_asked={"arrest_outcome", "end_unsettled", "end_neither"},
    ),
    History(
        "nobody is sure whether it was in 2019",
        {"elig_minor": "yes", "elig_2019": NOT_SURE},
        ["preliminary"],
        asked={"end_unsettled"},
        not_asked={"end_ineligible", "elig_technology", "arrest_outcome"},
    ),
    History(
        "neither an arrest nor images made by a minor",
        {**ELIGIBLE, "arrest_outcome": "no_arrest", "el_minor_produced": "no"},
        ["preliminary"],
        asked={"end_neither"},
        not_asked={"how_came_to_attention", "ypi_n_people", "end_ineligible", "el_possession"},
    ),
    History(
        "nobody is sure whether there was an arrest",
        {**ELIGIBLE, "arrest_outcome": NOT_SURE, "el_minor_produced": "yes"},
        ["preliminary"],
        asked={"end_undecided"},
        not_asked={"el_possession", "how_came_to_attention", "ypi_n_people", "end_neither"},
    ),
    History(
        "no arrest, and nobody is sure who made the images",
        {**ELIGIBLE, "arrest_outcome": "no_arrest", "el_minor_produced": NOT_SURE},
        ["preliminary"],
        asked={"end_undecided"},
        not_asked={"ypi_n_people", "how_came_to_attention", "end_neither"},
    ),
    History(
        "an arrest for production, with an identified minor",
        {**ARREST, "el_production": "yes", "el_minor_depicted": "yes", "minor_identified": "yes"},
        ["preliminary", "production", "possession", "suspect", "minor"],
        asked={"prod_how_met", "csam_ages", "inv_stop_dissemination", "min_age", "sus_sex"},
        not_asked={"poss_how_met", "ypi_n_images", "primary_minor", "primary_suspect"},
    ),
    History(
        "an identified minor is depicted, and who produced it is not known",
        {**ARREST, "el_production": NOT_SURE, "el_minor_depicted": "yes"},
        ["preliminary", "production", "possession", "suspect"],
        asked={"prod_media_form"},
        not_asked={"min_age", "poss_how_met"},
    ),
    History(
        "nobody is sure of production, and no minor is depicted",
        {**ARREST, "el_production": NOT_SURE, "el_enticement": "yes"},
        ["preliminary", "enticement", "suspect"],
        not_asked={"prod_media_form", "csam_ages"},
    ),
    History(
        "possession only, with distribution",
        {**ARREST, "el_possession": "yes", "el_distribution": "yes", "csam_distribution": "yes"},
        ["preliminary", "possession", "suspect"],
        asked={"poss_how_met", "csam_distribution", "inv_stop_dissemination"},
        not_asked={"prod_how_met", "min_age", "uc_role", "ypi_n_images"},
    ),
    History(
        "distribution is certain and possession is not",
        {**ARREST, "el_possession": NOT_SURE, "el_distribution": "yes"},
        ["preliminary", "possession", "suspect"],
        asked={"poss_how_met"},
    ),
    History(
        "production and possession of other material",
        {**ARREST, "el_production": "yes", "el_possession": "yes"},
        ["preliminary", "production", "possession", "suspect"],
        asked={"prod_how_met", "poss_how_met"},
    ),
    History(
        "an undercover operation without a minor, where the suspect turned the talk to sex",
        {**ARREST, "el_enticement": "yes", "el_uc_posed": "yes", "uc_raised_sex": "yes"},
        ["preliminary", "enticement", "undercover", "suspect"],
        asked={"ent_intro_posed", "uc_intro_overlap", "uc_persona_sex", "uc_pretended_younger"},
        not_asked={"min_age", "csam_ages", "ent_asked_acts"},
    ),
    History(
        "networks were monitored and nobody talked to the suspect",
        {**ARREST, "el_possession": "yes", "el_uc_monitored": "yes", "uc_role": "monitored"},
        ["preliminary", "possession", "undercover", "suspect"],
        asked={"uc_role"},
        not_asked={"uc_persona_sex", "uc_where_met", "uc_met", "uc_intro_overlap"},
    ),
    History(
        "an investigator posed as a minor, and the role is not known any more",
        {**ARREST, "el_uc_posed": "yes", "uc_role": NOT_SURE},
        ["preliminary", "undercover", "suspect"],
        asked={"uc_persona_sex"},
        not_asked={"uc_time_to_sexual"},
    ),
    History(
        "an arrested minor produced the images",
        {**ARREST, "el_production": "yes", "prod_producer_minor": "yes", "sus_age": 15},
        ["preliminary", "production", "possession", "suspect", "ypi"],
        asked={"ypi_n_images", "ypi_deceit", "ypi_distributed", "ypi_intro_arrest"},
        not_asked={
            "ypi_n_people",
            "ypi_sex",
            "ypi_sold",
            "ypi_drugs",
            "ypi_no_arrest_reason",
            "ypi_intro",
            "sus_marital",
        },
    ),
    History(
        "an adult was arrested for enticement, and the minor who made images was not arrested",
        {**ARREST, "el_enticement": "yes", "el_minor_produced": "yes", "minor_identified": "yes"},
        ["preliminary", "enticement", "suspect", "minor"],
        not_asked={"ypi_n_images", "prod_how_met"},
    ),
    History(
        "images made by minors, no arrest, details on two of four people",
        {**YPI, "ypi_n_people": 4, "ypi_n_people_detailed": 2, "ypi_age": 14},
        ["preliminary", "ypi"],
        asked={"how_came_to_attention", "ypi_sex", "ypi_relationship", "ypi_no_arrest_reason"},
        not_asked={"el_possession", "minor_identified", "technology_used", "ypi_intro_arrest"},
    ),
    History(
        "images made by one minor, no arrest, no details on anybody",
        {**YPI, "ypi_n_people": 1},
        ["preliminary", "ypi"],
        asked={"ypi_n_images", "ypi_school_consequences"},
        not_asked={"ypi_sex", "ypi_relationship"},
    ),
    History(
        "a warrant without an arrest counts as an arrest",
        {**ARREST, "arrest_outcome": "warrant", "el_enticement": "yes"},
        ["preliminary", "enticement", "suspect"],
    ),
    History(
        "an arraignment without an arrest counts as an arrest",
        {**ARREST, "arrest_outcome": "arraigned", "el_enticement": "yes"},
        ["preliminary", "enticement", "suspect"],
    ),
    History(
        "the suspect was never identified",
        {**ARREST, "el_enticement": "yes", "suspect_identified": "no"},
        ["preliminary", "enticement"],
        not_asked={"sus_sex", "n_suspects", "primary_suspect", "other_suspect_sex"},
    ),
    History(
        "several minors and several suspects",
        {
            **ARREST,
            "el_enticement": "yes",
            "minor_identified": "yes",
            "n_identified_minors": 3,
            "n_suspects": 3,
        },
        ["preliminary", "enticement", "suspect", "minor"],
        asked={"primary_minor", "primary_suspect", "other_suspect_sex"},
    ),
    History(
        "how many minors and suspects there were is not known",
        {
            **ARREST,
            "el_enticement": "yes",
            "minor_identified": "yes",
            "n_identified_minors": NOT_SURE,
            "n_suspects": NOT_SURE,
        },
        ["preliminary", "enticement", "suspect", "minor"],
        asked={"primary_minor", "primary_suspect"},
        not_asked={"other_suspect_sex"},
    ),
    History(
        "an adult suspect who pled guilty and went to prison",
        {
            **ARREST,
            "el_enticement": "yes",
            "sus_age": 41,
            "sus_own_children": "yes",
            "sus_state_charges": "yes",
            "sus_state_resolved": "yes",
            "sus_sentenced": "yes",
        },
        ["preliminary", "enticement", "suspect"],
        asked={
            "sus_marital",
            "sus_education",
            "sus_fulltime",
            "sus_own_children_minor",
            "sus_plea_felony",
            "sus_incarceration_length",
            "sus_must_register",
        },
        not_asked={"sus_adult", "sus_federal_resolved"},
    ),
    History(
        "a minor suspect whose charges were dropped",
        {
            **ARREST,
            "el_enticement": "yes",
            "sus_age": 17,
            "sus_state_charges": "yes",
            "sus_state_resolved": "yes",
            "sus_resolution": "dropped",
        },
        ["preliminary", "enticement", "suspect"],
        not_asked={
            "sus_marital",
            "sus_education",
            "sus_fulltime",
            "sus_plea_felony",
            "sus_sentence_type",
            "sus_must_register",
        },
    ),
    History(
        "a suspect of unknown age who was surely an adult, convicted in federal court only",
        {
            **ARREST,
            "el_enticement": "yes",
            "sus_age": NOT_SURE,
            "sus_adult": "yes",
            "sus_federal_charges": "yes",
            "sus_federal_resolved": "yes",
            "sus_federal_resolution": "convicted",
            "sus_federal_sentenced": "yes",
            "sus_federal_sentence": ("probation",),
        },
        ["preliminary", "enticement", "suspect"],
        asked={"sus_adult", "sus_marital", "sus_federal_sentence", "sus_must_register"},
        not_asked={"sus_federal_incarceration", "sus_resolution"},
    ),
    History(
        "a suspect of whom not even that is known",
        {**ARREST, "el_enticement": "yes", "sus_age": NOT_SURE, "sus_adult": NOT_SURE},
        ["preliminary", "enticement", "suspect"],
        not_asked={"sus_marital", "sus_education", "sus_fulltime"},
    ),
]


@pytest.mark.parametrize("history", HISTORIES, ids=lambda history: history.told)
@pytest.mark.parametrize("mode", ["interview", "record"])
def test_history(history: History, mode: str) -> None:
    route = conduct(history.answers, mode)
    assert sections_asked(route) == history.sections
    assert history.asked <= met(route)
    assert not history.not_asked & met(route)
    assert all(_is_answered(route, name) for name in history.answers)


def _is_answered(route: Route, name: str) -> bool:
    """Whether an answer that a history names was given and counts: its items are well named."""
    rows = route.rows(roster.name) if (roster := njov4().roster_of.get(name)) else (0,)
    return any(
        route.status(Instance(name, row)) in (Status.ANSWERED, Status.MISSING) for row in rows
    )


SURE = [
    history
    for history in HISTORIES
    if not any(isinstance(answer, Missing) for answer in history.answers.values())
]


@pytest.mark.parametrize("history", SURE, ids=lambda history: history.told)
def test_whoever_is_sure_of_everything_leaves_nothing_unreached(history: History) -> None:
    route = conduct(history.answers)
    assert with_status(route, Status.NOT_REACHED) == set()
    assert with_status(route, Status.PARKED) == set()


def test_whoever_is_not_sure_of_a_gate_leaves_what_is_behind_it_unreached() -> None:
    route = conduct({**ARREST, "el_enticement": NOT_SURE, "el_minor_produced": "yes"})
    unreached = with_status(route, Status.NOT_REACHED)
    assert {"ent_how_met", "ent_tactics"} <= unreached
    assert "prod_how_met" not in unreached


def test_sections_come_in_the_order_of_the_study() -> None:
    everything = {
        **ARREST,
        "el_production": "yes",
        "el_possession": "yes",
        "el_enticement": "yes",
        "el_uc_posed": "yes",
        "minor_identified": "yes",
        "prod_producer_minor": "yes",
    }
    assert sections_asked(conduct(everything)) == [
        "preliminary",
        "production",
        "possession",
        "enticement",
        "undercover",
        "suspect",
        "minor",
        "ypi",
    ]


def test_details_are_asked_of_up_to_three_people_and_person_1_is_the_primary_one() -> None:
    route = conduct({**YPI, "ypi_n_people": 5, "ypi_n_people_detailed": 3, "ypi_age": 15})
    assert route.rows("ypi_people") == (1, 2, 3)
    assert [route.row_label("ypi_people", row) for row in (1, 2, 3)] == [
        "Person 1",
        "Person 2",
        "Person 3",
    ]
    assert not route.failing(Instance("ypi_age", 1))
    route.answer(Instance("ypi_age", 2), 30)
    assert not route.failing(Instance("ypi_age", 2))
    route.answer(Instance("ypi_age", 1), 19)
    assert [one.check.severity for one in route.failing(Instance("ypi_age", 1))] == ["soft"]


def test_the_sex_of_each_suspect_is_asked_once() -> None:
    route = conduct({**ARREST, "el_enticement": "yes", "n_suspects": 4})
    asked = [str(one) for one in route.route() if one.item in ("other_suspect_sex", "sus_sex")]
    assert asked == [
        "other_suspect_sex[1]",
        "other_suspect_sex[2]",
        "other_suspect_sex[3]",
        "sus_sex",
    ]


def test_an_arrest_taken_back_parks_what_was_asked_of_it_and_brings_it_back() -> None:
    route = conduct({**ARREST, "el_possession": "yes", "el_minor_produced": "yes"})
    outcome = Instance("arrest_outcome")
    change = route.answer(outcome, "no_arrest")
    assert Instance("csam_ages") in change.parked
    assert Instance("ypi_n_people") in change.entered
    assert Instance("sus_sex") in change.parked
    route.answer(outcome, "arrest")
    assert with_status(route, Status.PARKED) == set()
    assert route.first_open() is None


# --- checks ------------------------------------------------------------------------------------

FIRING = [
    ("date outside of 2019", {**YPI, "case_event_date": PartialDate(2020, 1)}, "case_event_date"),
    (
        "suspect of ten",
        {**ARREST, "el_enticement": "yes", "sus_age": 10},
        "sus_age",
    ),
    (
        "suspect of ninety-five",
        {**ARREST, "el_enticement": "yes", "sus_age": 95},
        "sus_age",
    ),
    (
        "more people detailed than involved",
        {**YPI, "ypi_n_people_detailed": 2},
        "ypi_n_people_detailed",
    ),
    ("an arrest without any element", {**ARREST}, "el_minor_produced"),
    (
        "no ICAC involved, and yet among the agencies",
        {**ARREST, "other_agencies_involved": "yes", "agency_types_involved": ("icac",)},
        "icac_involved",
    ),
    (
        "distributed and not distributed",
        {**ARREST, "el_distribution": "yes"},
        "csam_distribution",
    ),
    (
        "raised sex after the contact was over",
        {
            **ARREST,
            "el_uc_posed": "yes",
            "uc_duration": "up_to_week",
            "uc_raised_sex": "yes",
            "uc_time_to_sexual": "over_month",
        },
        "uc_time_to_sexual",
    ),
    (
        "contact with an adult, and no adult shown",
        {**YPI, "ypi_contact_adult": "yes"},
        "ypi_contact_adult",
    ),
    (
        "an adult among the people, and no adult involved",
        {**YPI, "ypi_n_people": 2, "ypi_n_people_detailed": 2, "ypi_age[2]": 40},
        "ypi_adult_involved",
    ),
]

HARD = {
    "case_event_date",
    "ypi_n_people_detailed",
    "icac_involved",
    "csam_distribution",
    "uc_time_to_sexual",
    "ypi_contact_adult",
}


@pytest.mark.parametrize(("told", "answers", "item"), FIRING, ids=[one[0] for one in FIRING])
def test_a_contradiction_is_hard_and_an_oddity_is_soft(
    told: str, answers: dict[str, Answer], item: str
) -> None:
    failing = conduct(answers).failing(Instance(item))
    assert [one.check.severity for one in failing] == ["hard" if item in HARD else "soft"]
    assert "…" not in failing[0].text


@pytest.mark.parametrize(
    "date",
    [
        PartialDate(2019),
        PartialDate(2019, 1),
        PartialDate(2019, 12),
        PartialDate(2019, 1, 1),
        PartialDate(2019, 12, 31),
    ],
    ids=str,
)
def test_every_date_of_2019_is_taken_as_far_as_it_is_known(date: PartialDate) -> None:
    route = conduct({**YPI, "case_event_date": date})
    assert route.failing(Instance("case_event_date")) == []


def test_every_question_can_be_answered_not_sure_and_passed_over_in_its_mode() -> None:
    for item in njov4().items.values():
        if isinstance(item, Question):
            spoken = [reason.name for reason in njov4().reasons_for(item, "interview")]
            read = [reason.name for reason in njov4().reasons_for(item, "record")]
            assert spoken == ["not_sure", "declined"], item.name
            assert read == ["not_sure", "not_in_record"], item.name


def test_both_modes_ask_the_same_questions() -> None:
    assert list(Route(compiled("interview")).instances()) == list(
        Route(compiled("record")).instances()
    )
