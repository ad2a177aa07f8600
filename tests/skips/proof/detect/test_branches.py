"""Computed values with branches that overlap, or that leave cases out."""

import pytest

from skips.proof.detect import branches
from tests.skips.proof.detect.twins import Twins, look, names, places, replayed, twins

AGE = "- {question: age, kind: integer, range: 0..120}\n"
STAGE = """- compute: stage
  kind: text
  branches:
"""

CASES = (
    twins(
        "a bound that belongs to both sides",
        "branches-overlap at stage",
        AGE
        + STAGE
        + """
    - {when: age <= 18, is: '"young"'}
    - {when: age >= 18, is: '"grown"'}
        """,
        ("<= 18", "< 18"),
    ),
    twins(
        "two things that can both be so",
        "branches-overlap at way",
        """
        - {question: car, kind: yes_no}
        - {question: bus, kind: yes_no}
        - compute: way
          kind: text
          branches:
            - {when: car, is: '"by car"'}
            - {when: bus, is: '"by bus"'}
            - {otherwise: '"on foot"'}
        """,
        ("when: car,", "when: car and not bus,"),
    ),
    twins(
        "choices of one list taken together",
        "branches-overlap at pet",
        """
        - question: pets
          kind: any_of
          choices:
            - {name: dog, code: 1, label: Dog}
            - {name: cat, code: 2, label: Cat}
        - compute: pet
          kind: text
          branches:
            - {when: pets has dog, is: '"dog"'}
            - {when: pets has cat, is: '"cat"'}
            - {otherwise: '"none"'}
        """,
        ("when: pets has dog", "when: pets has dog and not pets has cat"),
    ),
    twins(
        "numbers that overlap in rows",
        "branches-overlap at stage",
        """
        - roster: people
          rows: 3
          items:
            - {question: age, kind: integer}
            - compute: stage
              kind: text
              branches:
                - {when: "age in (1, 2, 3)", is: '"small"'}
                - {when: "age in (3, 4, 5)", is: '"larger"'}
                - {otherwise: '"large"'}
        """,
        ("(3, 4, 5)", "(4, 5)"),
    ),
    twins(
        "a gap between bounds",
        "branches-missing at stage",
        AGE
        + STAGE
        + """
    - {when: age < 18, is: '"young"'}
    - {when: age > 18, is: '"grown"'}
        """,
        ("> 18", ">= 18"),
    ),
    twins(
        "a choice that is forgotten",
        "branches-missing at kind_of_home",
        """
        - question: tenure
          kind: one_of
          choices:
            - {name: owned, code: 1, label: Owned}
            - {name: rented, code: 2, label: Rented}
            - {name: other, code: 3, label: Other}
        - compute: kind_of_home
          kind: text
          branches:
            - {when: tenure == owned, is: '"own"'}
            - {when: tenure == rented, is: '"rent"'}
        """,
        ("kind: text\n", "kind: text\n  ask_if: tenure != other\n"),
    ),
    twins(
        "those who were not asked have no branch",
        "branches-missing at paid",
        """
        - {question: works, kind: yes_no}
        - {question: wage, kind: yes_no, ask_if: works}
        - compute: paid
          kind: text
          branches:
            - {when: answered(wage) and wage, is: '"yes"'}
            - {when: answered(wage) and wage == no, is: '"no"'}
        """,
        ("kind: text\n", "kind: text\n  ask_if: works\n"),
    ),
    twins(
        "in the last row only",
        "branches-missing at place",
        """
        - roster: homes
          rows: 3
          items:
            - {question: town, kind: yes_no}
            - compute: place
              kind: text
              branches:
                - {when: town, is: '"town"'}
                - {when: row < 3 and town == no, is: '"country"'}
        """,
        ("row < 3", "row <= 3"),
    ),
)

SOUND = {
    "a special case before the general one": AGE
    + STAGE
    + """
    - {when: age <= 9, is: '"child"'}
    - {when: age <= 17, is: '"young"'}
    - {otherwise: '"grown"'}
    """,
    "one source before the next": """
- {question: told, kind: text}
- {question: written, kind: text}
- compute: place
  kind: text
  branches:
    - {when: answered(told), is: told}
    - {when: answered(written), is: written}
    - {otherwise: '"none"'}
    """,
    "a guard before the cases": """
- {question: car, kind: yes_no}
- {question: bus, kind: yes_no}
- compute: way
  kind: text
  branches:
    - {when: missing(car) or missing(bus), is: '"not known"'}
    - {when: car, is: '"by car"'}
    - {otherwise: '"by bus or on foot"'}
    """,
    "two ways to one value": """
- {question: car, kind: yes_no}
- {question: bus, kind: yes_no}
- compute: way
  kind: text
  branches:
    - {when: car, is: '"on wheels"'}
    - {when: bus, is: '"on wheels"'}
    - {otherwise: '"on foot"'}
    """,
    "no value where an answer is missing": """
- {question: car, kind: yes_no}
- compute: way
  kind: text
  branches:
    - {when: answered(car) and car, is: '"by car"'}
    - {when: answered(car) and not car, is: '"on foot"'}
    """,
    "both special cases of a third": AGE
    + STAGE
    + """
    - {when: "age in (0, 1)", is: '"baby"'}
    - {when: age <= 5, is: '"small"'}
    - {when: age > 5, is: '"large"'}
    """,
}


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_branches_that_overlap_or_leave_cases_out_are_found_and_sound_twins_are_silent(
    case: Twins,
) -> None:
    assert places(look(branches, case.wrong)) == case.found
    assert look(branches, case.right) == []


@pytest.mark.parametrize("why", SOUND)
def test_what_authors_rely_on_is_silent(why: str) -> None:
    assert look(branches, SOUND[why]) == []


def test_the_sentence_about_an_overlap() -> None:
    (found,) = look(branches, CASES[0].wrong)

    assert found.text == (
        "Two branches of 'stage' (stage) can hold at once, “age <= 18” for 'young' and "
        "“age >= 18” for 'grown'; the first of them decides."
    )
    assert replayed(found, CASES[0].wrong, "stage") == {"age": 18, "stage": "young"}


def test_the_sentence_about_a_gap() -> None:
    (found,) = look(branches, CASES[4].wrong)

    assert found.text == (
        "'stage' (stage) can be left without a value although all that its branches read is "
        "known: none of them holds then."
    )
    assert replayed(found, CASES[4].wrong, "stage") == {"age": 18}
