"""What the shipped case interview works out, told as cases; the rules stand in the notes."""

import pytest

from instrument.models import Computed
from instrument.values import Answer, Instance, Value
from skips import Route, Status
from tests.instrument.njov4 import NOT_SURE, conduct, njov4
from tests.instrument.njov4_histories import ARREST, YPI

SUSPECT = {**ARREST, "el_enticement": "yes"}
PRODUCTION = {**ARREST, "el_production": "yes"}
VICTIM = {"minor_identified": "yes"}
EXPERIMENTAL: dict[str, Answer] = {
    **YPI,
    "ypi_n_people": 2,
    "ypi_reason": ("prank",),
    "ypi_relationship": ("school_friends",),
}

Case = tuple[str, dict[str, Answer], dict[str, Value | None]]
"""What happened, the answers, and what follows: a value, or None for what is not known or not
applicable."""

CASES: list[Case] = [
    (
        "an acquaintance produced images of an identified minor",
        {**PRODUCTION, **VICTIM, "prod_how_met": "acquaintance", "ent_how_met": "online"},
        {
            "arrest_typology": "identified_victim",
            "arrest_typology_detail": "victim_acquaintance",
            "victim_offender_relationship": "acquaintance",
            "primary_minor_role": "production",
            "csam_group": "any_production",
            "multiple_victims": "no",
            "enticement_group_t11": None,
        },
    ),
    (
        "a relative produced images of an identified minor",
        {**PRODUCTION, **VICTIM, "prod_how_met": "family"},
        {"arrest_typology_detail": "victim_family", "victim_offender_relationship": "family"},
    ),
    (
        "somebody met online enticed one of two identified minors",
        {**SUSPECT, **VICTIM, "n_identified_minors": 2, "ent_how_met": "online"},
        {
            "arrest_typology_detail": "victim_online",
            "primary_minor_role": "enticement",
            "multiple_victims": "yes",
            "enticement_group_t11": "identified",
            "offender_online": "online",
            "csam_group": None,
        },
    ),
    (
        "an identified minor was enticed and depicted, and the suspect was met in another way",
        {
            **SUSPECT,
            **VICTIM,
            "el_minor_depicted": "yes",
            "prod_how_met": "other",
            "ent_how_met": "other",
        },
        {
            "arrest_typology_detail": "victim_other",
            "primary_minor_role": "both",
            "offender_online": None,
        },
    ),
    (
        "an identified minor in a possession case, and the suspect never met those shown",
        {**ARREST, **VICTIM, "el_possession": "yes", "poss_how_met": "never_met"},
        {"victim_offender_relationship": "other", "primary_minor_role": "undetermined"},
    ),
    (
        "an identified minor, and nobody is sure how they met",
        {**SUSPECT, **VICTIM, "ent_how_met": NOT_SURE},
        {
            "arrest_typology": "identified_victim",
            "victim_offender_relationship": None,
            "arrest_typology_detail": None,
        },
    ),
    (
        "an identified minor, and nobody is sure of production",
        {**SUSPECT, **VICTIM, "el_production": NOT_SURE},
        {"primary_minor_role": "undetermined", "csam_group": None},
    ),
    (
        "an investigator posed as a minor and was in contact with the suspect",
        {**SUSPECT, "el_uc_posed": "yes", "uc_role": "posed_as_minor"},
        {
            "arrest_typology": "undercover",
            "arrest_typology_detail": "undercover_enticement",
            "enticement_group_t11": "undercover",
            "primary_minor_role": None,
        },
    ),
    (
        "networks were monitored, and CSAM was found",
        {**ARREST, "el_possession": "yes", "el_uc_monitored": "yes", "uc_role": "monitored"},
        {
            "arrest_typology": "undercover",
            "arrest_typology_detail": "undercover_csam",
            "csam_group": "possession_only",
            "enticement_group_t11": None,
        },
    ),
    (
        "possession with distribution, no identified minor",
        {**ARREST, "el_distribution": "yes", "csam_distribution": "yes"},
        {"arrest_typology_detail": "possession_with", "csam_group": "possession_only"},
    ),
    (
        "possession without distribution",
        {**ARREST, "el_possession": "yes"},
        {"arrest_typology": "possession_only", "arrest_typology_detail": "possession_without"},
    ),
    (
        "an adult produced images of a minor who was never identified",
        {**PRODUCTION, "csam_distribution": "no"},
        {"arrest_typology_detail": "possession_without", "csam_group": "any_production"},
    ),
    (
        "an arrested minor produced images",
        {**PRODUCTION, "prod_producer_minor": "yes", "sus_age": 15, "ypi_minor_paid": "yes"},
        {
            "arrest_typology": "minor_production",
            "arrest_typology_detail": "minor_production",
            "ypi_all_group": "arrest",
            "ypi_type": None,
            "commercial_element": "yes",
            "sus_age_group": "up_to_17",
            "sus_partnered": None,
            "ypi_deceit_any": "no",
        },
    ),
    (
        "enticement alone, without an identified minor, has no type",
        SUSPECT,
        {"arrest_typology": None, "arrest_typology_detail": None, "commercial_element": "no"},
    ),
    (
        "one of three suspects is a woman",
        {**PRODUCTION, "n_suspects": 3, "other_suspect_sex[2]": "female"},
        {"any_suspect_female": "yes", "multiple_suspects": "yes"},
    ),
    (
        "both suspects are men",
        {**PRODUCTION, "n_suspects": 2},
        {"any_suspect_female": "no"},
    ),
    (
        "the sex of one suspect is not known, and the other is a man",
        {**PRODUCTION, "n_suspects": 2, "other_suspect_sex[1]": NOT_SURE},
        {"any_suspect_female": None},
    ),
    (
        "a married suspect with college and a child of ten",
        {
            **SUSPECT,
            "sus_age": 40,
            "sus_marital": "married",
            "sus_education": "college",
            "sus_own_children": "yes",
            "sus_own_children_minor": "yes",
        },
        {
            "sus_age_group": "up_to_59",
            "sus_partnered": "yes",
            "sus_more_than_hs": "yes",
            "sus_direct_access": "yes",
            "sus_prior_system": "no",
        },
    ),
    (
        "a suspect whose access is not known, without children of his own",
        {**SUSPECT, "sus_age": 60, "sus_access": NOT_SURE},
        {"sus_age_group": "from_60", "sus_direct_access": None, "sus_more_than_hs": "no"},
    ),
    (
        "a suspect with an earlier child abuse investigation, whatever else is not known",
        {**SUSPECT, "sus_history": ("abuse_investigation",), "sus_cps_report": NOT_SURE},
        {"sus_prior_system": "yes", "sus_any_social_service": "yes"},
    ),
    (
        "a suspect of unknown age who was an adult",
        {**SUSPECT, "sus_age": NOT_SURE, "sus_adult": "yes"},
        {"sus_age_group": None, "sus_partnered": "no"},
    ),
    (
        "four approaches known, two not known",
        {
            **PRODUCTION,
            "inv_cloud_warrant": "yes",
            "cac_involved": "yes",
            "inv_photodna": "yes",
            "el_uc_posed": "yes",
            "inv_onscene_preview": NOT_SURE,
            "inv_ncmec_submission": NOT_SURE,
        },
        {"innovative_count": 4, "innovative_any": "yes", "mdt_any": "yes"},
    ),
    (
        "no approach, and no CSAM to which the others would apply",
        {**SUSPECT, "other_agencies_involved": "yes", "other_mdt_involved": NOT_SURE},
        {"innovative_count": 0, "innovative_any": "no", "mdt_any": None, "multi_agency": "yes"},
    ),
    (
        "money was promised to entice",
        {**SUSPECT, "ent_tactics": ("friendship", "money"), "ent_aggravating": ("drugs",)},
        {
            "commercial_element": "yes",
            "ent_tactics_any": "yes",
            "ent_aggravating_any": "yes",
        },
    ),
    (
        "a good end for the minor, and a plea of guilty in federal court",
        {
            **SUSPECT,
            **VICTIM,
            "min_age": 13,
            "min_ongoing_contact": "yes",
            "min_positive_any": "yes",
            "min_information": ("cac",),
            "min_cooperation": "fully",
            "sus_federal_charges": "yes",
            "sus_federal_resolved": "yes",
            "sus_federal_sentenced": "yes",
            "sus_must_register": "yes",
        },
        {
            "min_age_group": "up_to_15",
            "success_contact": "yes",
            "success_positive": "yes",
            "success_reconnected": "no",
            "success_information": "yes",
            "success_cooperation": "yes",
            "success_referral": "no",
            "success_registration": "yes",
            "success_guilty_plea": "yes",
            "success_incarceration": "yes",
        },
    ),
    (
        "no charges at all",
        SUSPECT,
        {"success_guilty_plea": "no", "success_incarceration": "no", "success_contact": None},
    ),
    (
        "one youth, nobody else",
        {**EXPERIMENTAL, "ypi_n_people": 1},
        {
            "ypi_type": "experimental",
            "ypi_experimental_type": "one_youth",
            "ypi_aggravated_type": None,
            "ypi_multiple_people": "no",
            "ypi_all_group": "no_arrest",
            "arrest_typology": None,
        },
    ),
    (
        "a couple",
        {**EXPERIMENTAL, "ypi_relationship": ("couple",)},
        {"ypi_experimental_type": "romantic", "ypi_multiple_people": "yes"},
    ),
    (
        "to get noticed",
        {**EXPERIMENTAL, "ypi_reason": ("noticed",)},
        {"ypi_experimental_type": "attention"},
    ),
    ("a prank among friends", EXPERIMENTAL, {"ypi_experimental_type": "other"}),
    (
        "an adult was involved",
        {**EXPERIMENTAL, "ypi_adult_involved": "yes"},
        {
            "ypi_type": "aggravated",
            "ypi_aggravated_type": "adult",
            "ypi_aggravated_youth_type": None,
            "ypi_experimental_type": None,
        },
    ),
    (
        "revenge among youth",
        {**EXPERIMENTAL, "ypi_reason": ("revenge",)},
        {"ypi_aggravated_type": "youth", "ypi_aggravated_youth_type": "harm"},
    ),
    (
        "taken by surprise, without intent",
        {**EXPERIMENTAL, "ypi_deceit": ("surprise",)},
        {"ypi_aggravated_youth_type": "reckless", "ypi_deceit_any": "yes"},
    ),
    (
        "asked to self-harm, which is a threat and no aggravating element of the list",
        {**EXPERIMENTAL, "ypi_coercion": ("self_harm",)},
        {"ypi_type": "experimental", "ypi_coercion_any": "yes"},
    ),
    (
        "what is not known does not make a case aggravated",
        {**EXPERIMENTAL, "ypi_adult_involved": NOT_SURE, "ypi_drugs": NOT_SURE},
        {"ypi_aggravating_n": 0, "ypi_type": "experimental"},
    ),
    (
        "what is not known does not keep a case from being aggravated",
        {**EXPERIMENTAL, "ypi_adult_involved": NOT_SURE, "ypi_drugs": "yes"},
        {"ypi_aggravating_n": 1, "ypi_aggravated_youth_type": "reckless"},
    ),
]


def worked_out(route: Route, name: str) -> Value | None:
    return route.counted(Instance(name))


@pytest.mark.parametrize(("told", "answers", "follows"), CASES, ids=[case[0] for case in CASES])
def test_what_follows_from_a_case(
    told: str, answers: dict[str, Answer], follows: dict[str, Value | None]
) -> None:
    route = conduct(answers)
    assert {name: worked_out(route, name) for name in follows} == follows


def test_age_groups_of_people_end_at_21() -> None:
    ages = {"ypi_age[1]": 9, "ypi_age[2]": 18, "ypi_age[3]": 22}
    route = conduct({**YPI, "ypi_n_people": 3, "ypi_n_people_detailed": 3, **ages})
    groups = [route.counted(Instance("ypi_age_group", row)) for row in (1, 2, 3)]
    assert groups == ["up_to_9", "up_to_21", None]
    assert route.status(Instance("ypi_age_group", 3)) is Status.NOT_APPLICABLE


def test_every_class_of_every_typology_is_met_by_a_case() -> None:
    typologies = [
        item
        for item in njov4().items.values()
        if isinstance(item, Computed) and "_typ" in item.name and item.name[-4:] != "_any"
    ]
    assert len(typologies) == 6
    routes = [conduct(answers) for _, answers, _ in CASES]
    for item in typologies:
        found = {worked_out(route, item.name) for route in routes}
        assert found == {None, *item.choice}, item.name
