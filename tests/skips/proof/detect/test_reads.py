"""Conditions that read what may not have been asked, and are unknown where most expect a yes."""

import pytest

from instrument.values import Instance
from skips.proof.detect import reads
from skips.proof.witness import replay
from tests.scenario import program
from tests.skips.proof.detect.planted import Planted, findings, places, twins

HEATING = """
        - {question: owns, kind: yes_no}
        - question: heating
          kind: one_of
          ask_if: owns
          choices:
            - {name: gas, code: 1, label: Gas}
            - {name: wood, code: 2, label: Wood}
"""

PLANTED = (
    twins(
        "is not this choice",
        HEATING + "        - {question: stove, kind: yes_no, ask_if: heating != gas}",
        "reads-unasked at stove",
        {"heating != gas": "heating == gas"},
    ),
    twins(
        "not a comparison, in a condition of several parts",
        HEATING + "        - {question: stove, kind: yes_no, ask_if: not (heating == gas or owns)}",
        "reads-unasked at stove",
        {"not (heating == gas or owns)": "owns and not heating == gas"},
    ),
    twins(
        "none of these",
        HEATING + '        - {statement: hint, say: A hint., ask_if: "heating not in (gas, wood)"}',
        "reads-unasked at hint",
        {'"heating not in (gas, wood)"': '"not asked(heating) or heating not in (gas)"'},
    ),
    twins(
        "a section for those without a car reads what only owners were asked",
        """
        first:
          - {question: owns_car, kind: yes_no}
          - {question: electric, kind: yes_no, ask_if: owns_car}
        fuel:
          ask_if: not electric
          items: [{question: fuel, kind: text}]
        """,
        "reads-unasked at fuel",
        {"not electric": "not owns_car or not electric"},
    ),
    twins(
        "several items with one condition are one defect",
        """
        - {question: age, kind: integer}
        - {question: works, kind: yes_no, ask_if: age > 15}
        - {question: free_time, kind: integer, ask_if: not works}
        - {question: clubs, kind: integer, ask_if: not works}
        """,
        "reads-unasked at free_time",
        {"not works": "works == no"},
    ),
    twins(
        "how many of the people work, while children are not asked",
        """
        - {question: size, kind: integer, range: 1..9}
        - roster: people
          size: size
          items:
            - {question: age, kind: integer}
            - {question: works, kind: yes_no, ask_if: age >= 16}
        - {question: commute, kind: integer, ask_if: count(people where works) == 1}
        """,
        "reads-unasked at commute",
        {"where works": "where asked(works) and works"},
    ),
    twins(
        "a sum over people of whom not all were asked",
        """
        - {question: size, kind: integer, range: 1..9}
        - roster: people
          size: size
          items:
            - {question: age, kind: integer}
            - {question: income, kind: integer, ask_if: age >= 16}
        - {compute: total, kind: integer, as: "sum(people, income)", unit: dollars}
        """,
        "reads-unasked at total",
        {"sum(people, income)": "sum(people, income where age >= 16)"},
    ),
    twins(
        "an item of a row reads another of the row",
        """
        - {question: size, kind: integer, range: 1..9}
        - roster: people
          size: size
          items:
            - {question: age, kind: integer}
            - {question: works, kind: yes_no, ask_if: age >= 16}
            - {question: school, kind: yes_no, ask_if: not works}
        """,
        "reads-unasked at school",
        {"ask_if: not works": "ask_if: age < 16 or not works"},
    ),
    twins(
        "a branch that holds elsewhere keeps a later one from deciding",
        HEATING
        + """
        - {question: size, kind: integer}
        - compute: home
          kind: integer
          branches:
            - {when: heating == gas, is: 1}
            - {when: size > 4, is: 2}
            - {otherwise: 3}
        """,
        "reads-unasked at home#1",
        {"when: heating == gas": "when: asked(heating) and heating == gas"},
    ),
    twins(
        "a branch for those who do not have it",
        HEATING
        + """
        - compute: home
          kind: integer
          branches:
            - {when: heating != gas, is: 1}
            - {otherwise: 3}
        """,
        "reads-unasked at home#1",
        {"!=": "=="},
    ),
    twins(
        "how many of several things hold, one of which is asked of some",
        HEATING
        + '        - {compute: many, kind: integer, as: "count(owns, heating == gas)", unit: x}',
        "reads-unasked at many",
        {"heating == gas": "asked(heating) and heating == gas"},
    ),
    twins(
        "the rows of a roster",
        HEATING
        + """
        - {question: size, kind: integer}
        - roster: rooms
          size: size
          row_if: row == 1 or heating != wood
          items: [{question: warm, kind: yes_no}]
        """,
        "reads-unasked at rooms",
        {"heating != wood": "heating == gas"},
    ),
    twins(
        "in a mode in which it does not exist",
        """
        - {question: mood, kind: yes_no, modes: [interview]}
        - {question: page, kind: integer, ask_if: not mood}
        """,
        "reads-unasked at page",
        {"not mood": "not asked(mood) or not mood"},
    ),
)


def mode_of(planted: Planted) -> str:
    """Those with a page are read from a record."""
    return "record" if "page" in planted.wrong else "interview"


@pytest.mark.parametrize("planted", PLANTED, ids=lambda one: one.why)
def test_reading_the_unasked_is_found_and_its_twin_is_silent(planted: Planted) -> None:
    assert places(findings(reads, planted.wrong, mode_of(planted))) == list(planted.found)
    assert places(findings(reads, planted.right, mode_of(planted))) == []


def test_the_witness_shows_it() -> None:
    (found,) = findings(reads, PLANTED[0].wrong)
    assert found.witness is not None
    route = replay(program(PLANTED[0].wrong, "interview"), found.witness)
    assert route.counted(Instance("owns")) == "no"
    assert [str(one) for one in route.route()] == ["owns"]


def test_it_says_what_happens_and_how_to_say_what_is_meant() -> None:
    (found,) = findings(reads, PLANTED[0].wrong)
    assert found.text == (
        "'stove' (stove) is asked if “heating != gas”; where 'heating' (heating) was not asked, "
        "that is unknown, and it is not asked."
    )
    assert found.hint == (
        "If those are to be asked, write “not asked(heating) or heating != gas”; "
        "if not, “asked(heating) and heating != gas” says so."
    )
    assert found.shows == "“heating != gas” is unknown, since 'heating' was not asked."


def test_what_the_hint_says_mends_it() -> None:
    for mended in ("not asked(heating) or heating != gas", "asked(heating) and heating != gas"):
        assert findings(reads, PLANTED[0].wrong.replace("heating != gas", mended)) == []


SOUND = """
    first:
      - {question: owns_car, kind: yes_no}
      - {question: cars, kind: integer, range: 1..9, ask_if: owns_car}
      - {question: electric, kind: yes_no, ask_if: cars > 1}
      - {question: charger, kind: yes_no, ask_if: electric}
      - {question: why_not, kind: text, ask_if: electric == no and cars < 4}
      - {question: age, kind: integer}
      - {question: retired, kind: yes_no, ask_if: age > 60}
      - {question: hours, kind: integer, ask_if: age > 15 and (age <= 60 or not retired)}
      - {compute: stage, kind: integer, branches: [{when: age < 20, is: 1}, {otherwise: 2}]}
      - {compute: small, ask_if: owns_car, as: cars < 2}
      - {question: other, kind: yes_no, ask_if: not owns_car or not small}
    garage:
      ask_if: charger
      items: [{question: garage, kind: yes_no}]
"""


def test_ordinary_follow_ups_are_silent() -> None:
    assert findings(reads, SOUND) == []


def test_an_answer_missing_before_it_is_no_reason() -> None:
    """Where nobody knows whether it was to be asked, unknown is just right."""
    unasked_only_if_missing = """
        - {question: owns, kind: yes_no}
        - {question: old, kind: yes_no, ask_if: owns}
        - {question: new, kind: yes_no, ask_if: owns != no and not old}
    """
    assert findings(reads, unasked_only_if_missing) == []


def test_what_exists_in_no_mode_of_what_it_reads_is_reported_as_unreachable_alone() -> None:
    text = """
    - {question: mood, kind: yes_no, modes: [interview]}
    - {question: page, kind: text, modes: [record], ask_if: not mood}
    """
    assert findings(reads, text, "record") == []
    shared = text.replace("modes: [record]", "modes: [interview, record]")
    assert places(findings(reads, shared, "record")) == ["reads-unasked at page"]
