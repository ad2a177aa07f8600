"""What the shipped instrument questions and refuses."""

import pytest

from instrument.values import Answer, Instance, PartialDate
from tests.instrument.njov4 import conduct
from tests.instrument.njov4_histories import ARREST, YPI

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
