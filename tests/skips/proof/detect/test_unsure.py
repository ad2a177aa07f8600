"""Missing answers that silently drop sections, or all of several items."""

from dataclasses import replace

import pytest

from instrument.values import Instance, Missing
from skips.proof.detect import unsure
from skips.proof.merge import merge_modes
from skips.proof.witness import replay
from tests.scenario import program
from tests.skips.proof.detect.planted import Planted, findings, places, twins

PLANTED = (
    twins(
        "a section hangs on one question",
        """
        first: [{question: heated, kind: yes_no}]
        gas:
          ask_if: heated
          items: [{question: bill, kind: integer}, {question: supplier, kind: text}]
        """,
        "unsure-drops at heated",
        {"kind: yes_no}]": "kind: yes_no, no_missing: all}]"},
    ),
    twins(
        "a section hangs on a computed value",
        """
        first:
          - {question: age, kind: integer}
          - {compute: adult, as: age >= 18}
        work:
          ask_if: adult
          items: [{question: hours, kind: integer}]
        """,
        "unsure-drops at age",
        {"as: age >= 18": "as: missing(age) or age >= 18"},
    ),
    twins(
        "a section hangs on a follow-up, and that on another question",
        """
        first:
          - {question: owns, kind: yes_no}
          - {question: cars, kind: integer, ask_if: owns, no_missing: all}
        car:
          ask_if: cars > 1
          items: [{question: second, kind: text}]
        """,
        "unsure-drops at owns",
        {"ask_if: cars > 1": "ask_if: cars > 1 or missing(owns)"},
    ),
    twins(
        "a section hangs on anybody in a roster",
        """
        first:
          - roster: people
            rows: 2
            at_most: 2
            items: [{question: works, kind: yes_no}]
        job:
          ask_if: any(people where works)
          items: [{question: hours, kind: integer}]
        """,
        "unsure-drops at works",
        {"any(people where works)": "not all(people where answered(works) and not works)"},
    ),
    twins(
        "two sections, one for each answer",
        """
        first: [{question: rented, kind: yes_no}]
        rent:
          ask_if: rented
          items: [{question: rent, kind: integer}]
        owned:
          ask_if: not rented
          items: [{question: worth, kind: integer}]
        """,
        "unsure-drops at rented",
        {"ask_if: not rented": "ask_if: missing(rented) or not rented"},
    ),
    twins(
        "two halves of a range",
        """
        - {question: age, kind: integer}
        - {question: job, kind: yes_no, ask_if: age >= 18}
        - {question: school, kind: yes_no, ask_if: age < 18}
        """,
        "unsure-drops at age",
        {"age < 18": "age < 17"},
    ),
    twins(
        "one item for every choice",
        """
        - question: tenure
          kind: one_of
          choices:
            - {name: owned, code: 1, label: Owned}
            - {name: rented, code: 2, label: Rented}
            - {name: free, code: 3, label: For free}
        - {question: worth, kind: integer, ask_if: tenure == owned}
        - {question: rent, kind: integer, ask_if: tenure == rented}
        - {question: reason, kind: text, ask_if: "tenure not in (owned, rented)"}
        """,
        "unsure-drops at tenure",
        {'"tenure not in (owned, rented)"': "missing(tenure) or tenure == free"},
    ),
    twins(
        "by a computed value, within a further condition",
        """
        - {question: here, kind: yes_no}
        - {question: age, kind: integer}
        - {compute: minor, as: age <= 17}
        - {question: job, kind: yes_no, ask_if: not minor}
        - {question: school, kind: yes_no, ask_if: minor and here}
        - {question: guardian, kind: yes_no, ask_if: minor and here == no}
        """,
        "unsure-drops at age",
        {"as: age <= 17": "as: answered(age) and age <= 17"},
    ),
    twins(
        "in each row of a roster",
        """
        - roster: people
          rows: 2
          at_most: 2
          items:
            - {question: age, kind: integer}
            - {question: job, kind: yes_no, ask_if: age >= 18}
            - {question: school, kind: yes_no, ask_if: age < 18}
        """,
        "unsure-drops at age",
        {"ask_if: age < 18}": "ask_if: missing(age) or age < 18}"},
    ),
    twins(
        "a roster has as many rows as are said",
        """
        - {question: cars, kind: integer, range: 1..4}
        - {roster: fleet, size: cars, at_most: 4, items: [{question: color, kind: text}]}
        """,
        "unsure-drops at cars",
        {"size: cars": "size: 'first(cars, 0)'"},
    ),
    twins(
        "a roster of which every choice opens rows",
        """
        - {question: single, kind: yes_no}
        - roster: fleet
          size: "if(single, 1, 2)"
          at_most: 2
          items: [{question: color, kind: text}]
        """,
        "unsure-drops at single",
        {'"if(single, 1, 2)"': '"if(missing(single), 1, if(single, 1, 2))"'},
    ),
    twins(
        "one missing reason is thought of, the other is not",
        """
        first:
          - {question: heated, kind: yes_no}
          - {question: guess, kind: text, ask_if: "missing(heated, not_sure)"}
        gas: {ask_if: heated, items: [{question: bill, kind: integer}]}
        """,
        "unsure-drops at heated",
        {"missing(heated, not_sure)": "missing(heated)"},
    ),
)


@pytest.mark.parametrize("planted", PLANTED, ids=lambda one: one.why)
def test_what_a_missing_answer_drops_is_found_and_its_twin_is_silent(planted: Planted) -> None:
    assert places(findings(unsure, planted.wrong)) == list(planted.found)
    assert places(findings(unsure, planted.right)) == []


def test_it_names_the_sections_and_what_to_look_at() -> None:
    (found,) = findings(unsure, PLANTED[4].wrong)
    assert found.text == (
        "With “Not sure” or “Declined” at 'rented' (rented), nothing of sections 'Rent' and "
        "'Owned' is asked, though an answer can open them."
    )
    assert found.shows == "Section 'Rent' is not asked: “rented” is unknown."


def test_it_names_the_items_of_which_every_answer_leads_to_one() -> None:
    (found,) = findings(unsure, PLANTED[5].wrong)
    assert found.text == (
        "With “Not sure” or “Declined” at 'age' (age), neither 'job' (job) nor 'school' "
        "(school) is asked, though every answer leads to one of them."
    )


def test_the_witness_leaves_out_what_it_says() -> None:
    wrong = PLANTED[0].wrong
    (found,) = findings(unsure, wrong)
    assert found.witness is not None
    route = replay(program(wrong, "interview"), found.witness)
    assert route.kept(Instance("heated")) == Missing("not_sure")
    assert [str(one) for one in route.route()] == ["heated"]


SOUND = (
    # An ordinary follow-up.
    "[{question: owns, kind: yes_no}, {question: cars, kind: integer, ask_if: owns}]",
    # Somebody who is not sure is told what comes of it.
    """
    first:
      - {question: heated, kind: yes_no}
      - {statement: so, say: Then I cannot ask about gas., ask_if: missing(heated)}
    gas: {ask_if: heated, items: [{question: bill, kind: integer}]}
    """,
    # The check of the question asks to settle it.
    """
    first:
      - question: heated
        kind: yes_no
        checks: [{soft: not missing(heated), say: Find out.}]
    gas: {ask_if: heated, items: [{question: bill, kind: integer}]}
    """,
    # Nobody is asked anything in the section.
    """
    first: [{question: heated, kind: yes_no}]
    data: {ask_if: heated, items: [{compute: gas, as: heated}]}
    """,
    # It is not the question before that closes the section, but one that comes with another answer.
    """
    # A number that can be none, and a roster of those who own something.
    - {question: cars, kind: integer, range: 0..4}
    - {roster: fleet, size: cars, at_most: 4, items: [{question: color, kind: text}]}
    - {question: owns, kind: yes_no}
    - {roster: boats, ask_if: owns, rows: 2, items: [{question: paint, kind: text}]}
    """,
    """
    first:
      - {question: owns, kind: yes_no, no_missing: all}
      - {question: color, kind: text}
      - {question: cars, kind: integer, ask_if: owns, no_missing: all}
    car: {ask_if: cars > 1, items: [{question: second, kind: text}]}
    """,
)


@pytest.mark.parametrize("questionnaire", SOUND)
def test_what_is_ordinary_or_thought_of_is_silent(questionnaire: str) -> None:
    assert findings(unsure, questionnaire) == []


def test_it_names_the_rows_and_the_reasons_that_drop_them() -> None:
    texts = [findings(unsure, one.wrong)[0].text for one in PLANTED[-3:]]
    assert texts == [
        (
            "With “Not sure” or “Declined” at 'cars' (cars), no row of roster 'fleet' (Fleet) is "
            "asked, though every answer opens some."
        ),
        (
            "With “Not sure” or “Declined” at 'single' (single), no row of roster 'fleet' (Fleet) "
            "is asked, though every answer opens some."
        ),
        (
            "With “Declined” at 'heated' (heated), nothing of section 'Gas' is asked, though an "
            "answer can open it."
        ),
    ]


def test_of_dates_it_speaks_of_those_known_to_the_day() -> None:
    wrong = """
    - {question: born, kind: date}
    - {compute: age, kind: integer, as: "years_between(born, interview_date)"}
    - {question: school, kind: yes_no, ask_if: age < 18}
    - {question: work, kind: yes_no, ask_if: age >= 18}
    """
    (found,) = findings(unsure, wrong)
    assert "though every date that is known to the day leads to one of them" in found.text
    by_year = wrong.replace('"years_between(born, interview_date)"', "2026 - year(born)")
    (found,) = findings(unsure, by_year)
    assert "though every answer leads to one of them" in found.text
    assert findings(unsure, wrong.replace(">= 18", ">= 19")) == []


def test_modes_that_differ_in_their_missing_reasons_are_one_finding() -> None:
    (phone,) = findings(unsure, PLANTED[0].wrong)
    diary = replace(phone, text=phone.text.replace("or “Declined”", "or “Not written down”"))
    other = replace(phone, text=phone.text.replace("Gas", "Oil"))
    one, two = merge_modes(
        {"interview": [phone, other], "record": [diary]}, ("interview", "record")
    )
    assert one.text.startswith("With “Not sure”, “Declined” or “Not written down” at 'heated'")
    assert one.modes == ()
    assert (two.text, two.modes) == (other.text, ("interview",))
