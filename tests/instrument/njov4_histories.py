"""Histories of cases in words, with what the study asks of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from instrument.values import Answer
from tests.instrument.njov4 import NOT_SURE

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
