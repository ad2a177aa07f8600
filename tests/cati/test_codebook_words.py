"""Conditions in words, one example for every kind of node and every sign."""

from functools import cache
from itertools import product
from typing import get_args

import pytest

from cati.codebook.answers import limits_of
from cati.codebook.model import plain, quoted
from cati.codebook.signs import INVERSE, MIRRORED
from cati.codebook.universe import universe_in_words
from cati.codebook.words import Wording
from cati.library import shipped_instruments
from instrument import Instrument, Question, read_files, read_instrument
from instrument.conditions import nodes
from instrument.conditions.nodes import Node, names_read, walk
from instrument.values import PartialDate
from skips.arithmetic import compare_dates
from skips.truth import NO, UNKNOWN, YES
from tests.cati.codebook_survey import PEOPLE, expressions, named, travel
from tests.instrument.household import one_section

CONDITIONS = {
    "went": "“Went on a trip” is yes",
    "not went": "“Went on a trip” is no",
    "went == no": "“Went on a trip” is no",
    "means == train": "“Means of travel” is “Train”",
    "means != train": "“Means of travel” is not “Train”",
    "not means == train": "“Means of travel” is not “Train”",
    "means in (train, ship, other)": "“Means of travel” is “Train”, “Ship” or “Something else”",
    "means not in (train, ship)": "“Means of travel” is neither “Train” nor “Ship”",
    "not means in (train)": "“Means of travel” is not “Train”",
    "not means not in (train)": "“Means of travel” is “Train”",
    "bought has food": "“What was bought” includes “Food”",
    "not bought has food": "“What was bought” does not include “Food”",
    "size == 2": "“Number of travelers” is 2",
    "size < 2": "“Number of travelers” is less than 2",
    "size <= 2": "“Number of travelers” is at most 2",
    "size > 2": "“Number of travelers” is more than 2",
    "size >= 2": "“Number of travelers” is at least 2",
    "not size >= 2": "“Number of travelers” is less than 2",
    "2 < size": "“Number of travelers” is more than 2",
    "cost <= 2.50": "“Cost of the trip” is at most 2.50",
    "cost == size": "“Cost of the trip” is the same as “Number of travelers”",
    "cost != size": "“Cost of the trip” is not the same as “Number of travelers”",
    "left < 2019-03": "“Day of leaving” is before 2019-03",
    "left >= 2019": "“Day of leaving” is on or after 2019",
    "left > interview_date": "“Day of leaving” is after the date of the interview",
    'at <= "14:30"': "“Hour of leaving” is at or before 14:30",
    "lasted > 90 minutes": "“Time on the way” is longer than 90 minutes",
    "lasted > 1 hour": "“Time on the way” is longer than 1 hour",
    "lasted < 1 hour": "“Time on the way” is shorter than 1 hour",
    'ticket == "12-AB"': "“Number of the ticket” is “12-AB”",
    "went and size > 2": "“Went on a trip” is yes and “Number of travelers” is more than 2",
    "went or size > 2": "“Went on a trip” is yes or “Number of travelers” is more than 2",
    "went and (size > 2 or size < 1)": (
        "“Went on a trip” is yes and (“Number of travelers” is more than 2 or "
        "“Number of travelers” is less than 1)"
    ),
    "not (went and size > 2)": ("“Went on a trip” is no or “Number of travelers” is at most 2"),
    "not (went or size > 2)": ("“Went on a trip” is no and “Number of travelers” is at most 2"),
    "went and not (bought has food and size > 2)": (
        "“Went on a trip” is yes and (“What was bought” does not include “Food” or "
        "“Number of travelers” is at most 2)"
    ),
    "answered(size)": "“Number of travelers” has an answer",
    "not answered(size)": "“Number of travelers” has no answer",
    "asked(size)": "“Number of travelers” is asked",
    "not asked(size)": "“Number of travelers” is not asked",
    "missing(size)": "“Number of travelers” is missing",
    "not missing(size)": "“Number of travelers” is not missing",
    "missing(size, declined)": "“Number of travelers” is missing as “Declined”",
    "count(went, size > 2) >= 1": (
        "the number that hold of (“Went on a trip” is yes; “Number of travelers” is more than 2) "
        "is at least 1"
    ),
    "any(travelers where age < 18)": ("in at least one row of “Travelers”, “Age” is less than 18"),
    "not any(travelers where age < 18)": "in no row of “Travelers”, “Age” is less than 18",
    "all(travelers where seat)": "in every row of “Travelers”, “Had a seat” is yes",
    "not all(travelers where seat)": "not in every row of “Travelers”, “Had a seat” is yes",
    "went and any(travelers where seat and age < 3)": (
        "“Went on a trip” is yes and (in at least one row of “Travelers”, “Had a seat” is yes and "
        "“Age” is less than 3)"
    ),
    "count(travelers) > 1": "the number of rows of “Travelers” is more than 1",
    "count(travelers where seat) > 1": (
        "the number of rows of “Travelers” in which “Had a seat” is yes is more than 1"
    ),
    "sum(travelers, age) > 1": "the sum of “Age” over the rows of “Travelers” is more than 1",
    "min(travelers, age where seat) > 1": (
        "the lowest “Age” over the rows of “Travelers” in which “Had a seat” is yes is more than 1"
    ),
    "max(travelers, age + row) > 1": (
        "the highest “Age” plus the number of the row over the rows of “Travelers” is more than 1"
    ),
    "size * (cost - 1) / 2 > -size": (
        "(“Number of travelers” times (“Cost of the trip” minus 1)) divided by 2 is more than "
        "minus “Number of travelers”"
    ),
    "years_between(left, 2020-01-01) > 1": (
        "the completed years from “Day of leaving” to 2020-01-01 is more than 1"
    ),
    "months_between(left, interview_date) > 1": (
        "the completed months from “Day of leaving” to the date of the interview is more than 1"
    ),
    "days_between(left, interview_date) > 1": (
        "the days from “Day of leaving” to the date of the interview is more than 1"
    ),
    "year(left) == 2019": "the year of “Day of leaving” is 2019",
    "month(left) == 3": "the month of “Day of leaving” is 3",
    "taken(bought) > 1": "the number of choices taken of “What was bought” is more than 1",
    "length(opinion) > 9": "the number of characters of “Opinion” is more than 9",
    "round(cost) > 9": "“Cost of the trip” rounded is more than 9",
    "round(cost, 2) > 9": "“Cost of the trip” rounded to 2 decimals is more than 9",
    "round(cost, 1) > 9": "“Cost of the trip” rounded to 1 decimal is more than 9",
    "amount(lasted, hours) > 2": "“Time on the way” in hours is more than 2",
    "min(size, cost) > 2": (
        "the least of “Number of travelers” and “Cost of the trip” is more than 2"
    ),
    "max(size, cost, 3) > 2": (
        "the greatest of “Number of travelers”, “Cost of the trip” and 3 is more than 2"
    ),
    "max(left, interview_date) > 2019": (
        "the latest of “Day of leaving” and the date of the interview is after 2019"
    ),
    "sum(size, cost) > 2": "the sum of “Number of travelers” and “Cost of the trip” is more than 2",
    "first(cost, size) > 2": (
        "the first of “Cost of the trip” and “Number of travelers” that has a value is more than 2"
    ),
    "if(went, cost, size) > 2": (
        "(“Cost of the trip” if “Went on a trip” is yes, else “Number of travelers”) is more than 2"
    ),
    "first(rating_food, rating_seat) == good": (
        "the first of “Rating: food” and “Rating: seat” that has a value is “Good”"
    ),
}


@cache
def read_all() -> tuple[Instrument, dict[str, Node]]:
    """The travel survey with a statement for each condition, and their trees."""
    added = [
        f"  - {{statement: c{number}, say: Number {number}, ask_if: '{condition}'}}\n"
        for number, condition in enumerate(CONDITIONS)
    ]
    instrument = travel(people=PEOPLE + "".join(added))
    trees = {}
    for number, condition in enumerate(CONDITIONS):
        condition_read = instrument.items[f"c{number}"].ask_if
        assert condition_read is not None
        trees[condition] = condition_read.tree
    return instrument, trees


@pytest.mark.parametrize(("condition", "words"), CONDITIONS.items(), ids=list(CONDITIONS))
def test_a_condition_in_words(condition: str, words: str) -> None:
    instrument, trees = read_all()
    assert quoted(Wording(instrument).condition(trees[condition])) == words


def test_there_is_an_example_of_every_node_and_every_sign() -> None:
    _, trees = read_all()
    found = [node for tree in trees.values() for node in walk(tree)]
    assert {type(node) for node in found} == set(get_args(Node))
    for node, field, signs in (
        (nodes.Apply, "function", nodes.Function),
        (nodes.OverRows, "function", nodes.RosterFunction),
        (nodes.StatusTest, "function", nodes.StatusFunction),
        (nodes.Compare, "operator", nodes.Comparison),
        (nodes.Arithmetic, "operator", nodes.Operator),
    ):
        used = {getattr(one, field) for one in found if isinstance(one, node)}
        assert used == set(signs), node


DATES = [PartialDate.parse(text) for text in ("2018", "2019", "2019-03", "2019-03-19", "2019-04")]


@pytest.mark.parametrize("sign", nodes.Comparison)
def test_carrying_a_negation_inward_changes_nothing_even_of_dates_known_in_part(
    sign: nodes.Comparison,
) -> None:
    opposite = {YES: NO, NO: YES, UNKNOWN: UNKNOWN}
    for first, second in product(DATES, repeat=2):
        held = compare_dates(sign, first, second)
        assert compare_dates(INVERSE[sign], first, second) == opposite[held]
        assert compare_dates(MIRRORED[sign], second, first) == held


@pytest.mark.parametrize("name", shipped_instruments())
def test_words_name_everything_that_a_shipped_condition_reads(name: str) -> None:
    instrument = read_instrument(shipped_instruments()[name])
    wording = Wording(instrument)
    for one in expressions(instrument):
        read = names_read(one.tree) & instrument.items.keys()
        assert named(wording.condition(one.tree)) == read, str(one)


def test_control_words_that_lose_a_name_are_seen() -> None:
    _, trees = read_all()
    assert named(("“Went on a trip” is yes",)) != names_read(trees["went"])


def test_choices_are_said_in_the_language_asked_for() -> None:
    instrument, trees = read_all()
    said = Wording(instrument, "es").condition(trees["means in (train, ship, other)"])
    assert plain(said) == "Means of travel is “Tren”, “Ship” or “Something else”"


UNIVERSES = {
    "intro": "Read aloud in every interview.",
    "means_specify": (
        "Asked when “Went on a trip” is yes and “Means of travel” is “Something else”."
    ),
    "at": "Asked in every interview, only in the mode “Telephone interview”.",
    "seat": (
        "Asked in each row of “Travelers” when “Went on a trip” is yes and the number of the row "
        "is at most “Number of travelers” and “Age” is at least 3."
    ),
    "family": "Worked out when “Went on a trip” is yes.",
    "travelers": "Asked when “Went on a trip” is yes.",
}


@pytest.mark.parametrize(("name", "sentence"), UNIVERSES.items(), ids=list(UNIVERSES))
def test_a_universe_in_words(name: str, sentence: str) -> None:
    instrument = travel()
    assert universe_in_words(instrument, instrument.items[name]) == sentence


def test_a_clause_of_two_gates_is_said_once() -> None:
    people = PEOPLE.replace("label: Class of fare\n", "label: Class of fare\n    ask_if: went\n")
    instrument = travel(people=people)
    fare = instrument.items["fare"]
    assert universe_in_words(instrument, fare) == "Worked out when “Went on a trip” is yes."


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ("1 minutes..12 hours", "1 minute to 12 hours"),
        ("2 minutes..1 hours", "2 minutes to 1 hour"),
        ("..1 hours", "at most 1 hour"),
    ],
)
def test_one_of_a_unit_is_said_in_the_singular(bounds: str, said: str) -> None:
    item = (
        "  - {question: way, kind: duration, label: Way, ask: How long?, "
        f"units: [minutes, hours], range: {bounds}}}\n"
    )
    question = read_files(one_section(item)).items["way"]
    assert isinstance(question, Question)
    assert limits_of(question)[0] == said
