"""Prints how long the common ways through the shipped instruments can be expected to take.

python -m tests.instrument.reading_time

The seconds of an item are those that the time left on the screen goes by (`skips.pace`): read
aloud at two words a second, and a time to answer by kind. Talk that is no question and no answer,
looking things up and breaks are not in them. Each way is one that is met often; the longest of
its kind, since everything that can be followed up is.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from instrument.models import Question, Statement
from instrument.values import Answer
from skips import Route
from skips.pace import expected_seconds
from tests.instrument.njov4 import conduct, njov4
from tests.instrument.njov4_histories import ARREST, YPI

LOOKED_INTO: dict[str, Answer] = {
    **ARREST,
    "el_minor_produced": "no",
    "n_suspects": 1,
    "other_agencies_involved": "yes",
    "sus_age": 41,
    "sus_own_children": "yes",
    "sus_state_charges": "yes",
    "sus_state_resolved": "yes",
    "sus_sentenced": "yes",
    "sus_sentence_type": ("incarceration",),
    "sus_must_register": "yes",
}
"""An arrest of an identified adult who pled guilty in state court and went to prison."""
MINOR: dict[str, Answer] = {
    "minor_identified": "yes",
    "n_identified_minors": 2,
    "min_positive_any": "yes",
    "min_negative_any": "yes",
}
PRODUCTION: dict[str, Answer] = {
    "el_production": "yes",
    "el_minor_depicted": "yes",
    "el_possession": "yes",
    "prod_hands_on_any": "yes",
}
ENTICEMENT: dict[str, Answer] = {
    "el_enticement": "yes",
    "ent_in_person": "yes",
    "ent_raised_sex": "yes",
}

WAYS: dict[str, Mapping[str, Answer]] = {
    "possession only": {**LOOKED_INTO, "el_possession": "yes"},
    "undercover, posed as a minor": {
        **LOOKED_INTO,
        **ENTICEMENT,
        "ent_in_person": "no",
        "el_uc_posed": "yes",
        "uc_raised_sex": "yes",
    },
    "enticement, identified minor": {**LOOKED_INTO, **MINOR, **ENTICEMENT},
    "production, identified minor": {**LOOKED_INTO, **MINOR, **PRODUCTION},
    "production and enticement, identified minor": {
        **LOOKED_INTO,
        **MINOR,
        **PRODUCTION,
        **ENTICEMENT,
    },
    "youth-produced images, one person": {
        **YPI,
        "ypi_n_people": 1,
        "ypi_n_people_detailed": 1,
        "ypi_age": 14,
    },
    "youth-produced images, three people": {
        **YPI,
        "ypi_n_people": 3,
        "ypi_n_people_detailed": 3,
        "ypi_age": 14,
    },
    "every section, which is rare": {
        **LOOKED_INTO,
        **MINOR,
        **PRODUCTION,
        **ENTICEMENT,
        "el_uc_posed": "yes",
        "uc_raised_sex": "yes",
        "prod_producer_minor": "yes",
    },
}
"""What is told of a case, by its name here."""


@dataclass(frozen=True)
class Length:
    """How long one way is."""

    way: str
    questions: int
    statements: int
    minutes: float
    """As expected, reading and answering."""
    reading: float
    """Minutes of these in which the interviewer reads aloud."""


def lengths(mode: str = "interview") -> list[Length]:
    """The length of every way, in the order above."""
    return [_length(way, conduct(told, mode)) for way, told in WAYS.items()]


def _length(way: str, route: Route) -> Length:
    from_record = route.mode in njov4().record_modes
    items = [njov4().items[instance.item] for instance in route.route()]
    seconds = sum(expected_seconds(item, route.mode, from_record=from_record) for item in items)
    words = sum(
        len(item.wordings[route.mode].ask.raw.split())
        for item in items
        if isinstance(item, Question | Statement)
    )
    questions = sum(isinstance(item, Question) for item in items)
    return Length(way, questions, len(items) - questions, seconds / 60, words / 2 / 60)


def table(rows: list[Length]) -> list[str]:
    """A line a way."""
    return [f"{'way':<46} {'questions':>9} {'statements':>10} {'reading':>8} {'minutes':>8}"] + [
        f"{row.way:<46} {row.questions:>9} {row.statements:>10} "
        f"{row.reading:>8.1f} {row.minutes:>8.1f}"
        for row in rows
    ]


def main() -> int:
    """Print the table of each mode."""
    for mode, label in njov4().modes.items():
        sys.stdout.write("\n".join((label, *table(lengths(mode)))) + "\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
