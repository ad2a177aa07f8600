"""Conditions that keep nobody out: always yes, or repeating what stands above them."""

import pytest

from skips.proof.detect import universes
from tests.skips.proof.detect.planted import Planted, findings, places, twins

PLANTED = (
    twins(
        "two halves that are the whole, each also for a missing answer",
        """
        - {question: age, kind: integer}
        - {question: work, kind: yes_no, ask_if: age < 18 or age >= 18 or missing(age)}
        """,
        "universe-always at work",
        {" or missing(age)": ""},
    ),
    twins(
        "more than the least that an item takes",
        """
        - {question: size, kind: integer, range: 1..9, no_missing: all}
        - {question: rooms, kind: integer, ask_if: size >= 1}
        """,
        "universe-always at rooms",
        {"no_missing: all": "no_missing: [declined]"},
    ),
    twins(
        "a hard check sees to it",
        """
        - question: consent
          kind: yes_no
          no_missing: all
          checks: [{hard: consent, say: Without it there is no interview.}]
        - {question: age, kind: integer, ask_if: consent}
        """,
        "universe-always at age",
        {"hard:": "soft:"},
    ),
    twins(
        "a computed value that is always yes",
        """
        first:
          - {question: size, kind: integer, range: 0..20}
          - {compute: fits, as: answered(size) or missing(size)}
        rest:
          ask_if: fits
          items: [{question: age, kind: integer}]
        """,
        "universe-always at rest",
        {"or missing(size)": "and size > 0"},
    ),
    twins(
        "all of a roster without rows",
        """
        - {question: size, kind: integer, range: 0..3}
        - {roster: people, size: size, at_most: 3, items: [{question: age, kind: integer}]}
        - {question: none, kind: yes_no, ask_if: count(people) <= 3 or missing(size)}
        """,
        "universe-always at none",
        {"<= 3": "<= 2"},
    ),
    twins(
        "whoever comes there has answered or given a reason",
        """
        first: [{question: works, kind: yes_no}]
        job:
          ask_if: works
          items:
            - {question: contract, kind: yes_no}
            - {question: second, kind: yes_no, ask_if: answered(contract) or missing(contract)}
        """,
        "universe-always at second",
        {"answered(contract) or": "contract or"},
    ),
    twins(
        "the condition of its section once more",
        """
        first: [{question: owns_car, kind: yes_no}]
        cars:
          ask_if: owns_car
          items: [{question: cars, kind: integer, ask_if: owns_car == yes}]
        """,
        "universe-repeats at cars",
        {"ask_if: owns_car == yes": "ask_if: owns_car == no or missing(owns_car)"},
    ),
    twins(
        "what follows from the condition of its section",
        """
        first: [{question: size, kind: integer}]
        large:
          ask_if: size > 4
          items: [{question: hall, kind: yes_no, ask_if: size > 2}]
        """,
        "universe-repeats at hall",
        {"size > 2": "size > 5"},
    ),
    twins(
        "the condition of its roster once more, in each row",
        """
        - {question: owns, kind: yes_no}
        - roster: seasons
          rows: 2
          ask_if: owns
          items: [{question: bill, kind: integer, ask_if: owns}]
        """,
        "universe-repeats at bill",
        {"bill, kind: integer, ask_if: owns}": "bill, kind: integer, ask_if: owns and row == 1}"},
    ),
    twins(
        "there are rows, so there is a size",
        """
        - {question: size, kind: integer}
        - roster: people
          size: size
          at_most: 3
          items: [{question: age, kind: integer, ask_if: size >= 1}]
        """,
        "universe-repeats at age",
        {"size >= 1": "size > 1"},
    ),
    twins(
        "a computed value that stands for the section's condition",
        """
        first:
          - {question: size, kind: integer}
          - {compute: large, as: size > 4}
        hall:
          ask_if: size > 4
          items: [{question: hall_size, kind: integer, ask_if: large}]
        """,
        "universe-repeats at hall_size",
        {"as: size > 4": "as: size > 6"},
    ),
)

SOUND = """
    first:
      - {question: mood, kind: yes_no, modes: [interview]}
      - {question: why, kind: text, ask_if: not asked(mood) or mood}
      - question: heating
        kind: one_of
        choices:
          - {name: gas, code: 1, label: Gas}
          - {name: other, code: 2, label: Other, specify: true}
"""
"""`why` is asked of everybody in record mode only, where nobody is asked about the mood."""


@pytest.mark.parametrize("planted", PLANTED, ids=lambda one: one.why)
def test_a_condition_that_keeps_nobody_out_is_found_and_its_twin_is_silent(
    planted: Planted,
) -> None:
    assert places(findings(universes, planted.wrong)) == list(planted.found)
    assert places(findings(universes, planted.right)) == []


@pytest.mark.parametrize("mode", ["interview", "record"])
def test_what_does_something_in_another_mode_is_no_defect(mode: str) -> None:
    assert findings(universes, SOUND, mode) == []


def test_it_says_what_is_repeated() -> None:
    (found,) = findings(universes, PLANTED[6].wrong)
    assert found.text == (
        "The condition “owns_car == yes” of 'cars' (cars) follows from “owns_car” of section "
        "'Cars', and keeps nobody out."
    )
    assert [text for _, text in found.related] == ["section 'Cars' is asked if “owns_car”"]
