"""States in which nothing that can be answered lets the interview go on."""

import pytest

from skips.proof.detect import bounds, rosters, traps
from tests.skips.proof.detect.twins import Twins, look, names, places, replayed, twins

CASES = (
    twins(
        "no number is left by another answer",
        "trap at workers",
        """
        - {question: size, kind: integer, range: 0..9, no_missing: all}
        - question: workers
          kind: integer
          range: 1..9
          no_missing: all
          checks: [{hard: workers <= size, say: Too many.}]
        """,
        ("range: 0..9", "range: 1..9"),
    ),
    twins(
        "two checks that leave nothing between them",
        "trap at middle",
        """
        - {question: low, kind: integer, range: 0..9, no_missing: all}
        - {question: high, kind: integer, range: 0..9, no_missing: all}
        - question: middle
          kind: integer
          no_missing: all
          ask_if: low <= high
          checks:
            - {hard: middle > low, say: More.}
            - {hard: middle < high, say: Less.}
        """,
        ("low <= high", "low + 1 < high"),
    ),
    twins(
        "both choices are refused",
        "trap at drives",
        """
        - {question: adult, kind: yes_no}
        - {question: license, kind: yes_no}
        - question: drives
          kind: yes_no
          no_missing: all
          checks:
            - {hard: not (adult == no and drives), say: Too young.}
            - {hard: drives or license == no, say: Has a license.}
        """,
        ("hard: drives or", "soft: drives or"),
    ),
    twins(
        "a missing reason does not help where the check asks for an answer",
        "trap at rent",
        """
        - {question: owns, kind: yes_no}
        - question: rent
          kind: integer
          range: 1..5000
          checks:
            - {hard: "answered(rent)", say: We need a number.}
            - {hard: not (owns and rent > 0), say: Owners pay no rent.}
        """,
        ("range: 1..5000", "range: 0..5000"),
    ),
    twins(
        "a check that looks at an earlier answer only",
        "trap at job",
        """
        - {question: age, kind: integer, range: 0..99}
        - {question: job, kind: text, checks: [{hard: age >= 18, say: Adults only.}]}
        """,
        ("kind: text,", "kind: text, ask_if: age >= 18,"),
    ),
    twins(
        "no choice is left in a row",
        "trap at bed",
        """
        - {question: children, kind: integer, range: 0..2, no_missing: all}
        - roster: rooms
          rows: 3
          items:
            - question: bed
              kind: integer
              range: 1..9
              no_missing: all
              checks: [{hard: row < 3 or bed <= children, say: Too many.}]
        """,
        ("range: 0..2", "range: 1..2"),
    ),
    twins(
        "dates that leave no day",
        "trap at left",
        """
        - {question: came, kind: date, range: 2000-01-01.., no_missing: all}
        - question: left
          kind: date
          range: 1990-01-01..2019-12-31
          no_missing: all
          checks: [{hard: left >= came, say: Before they came.}]
        """,
        ("2000-01-01..,", "2000-01-01..2019-12-31,"),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_a_trap_is_found_and_its_sound_twin_is_silent(case: Twins) -> None:
    assert places(look(traps, case.wrong)) == case.found
    assert look(traps, case.right) == []


def test_the_sentence_names_the_check_and_what_it_lets_pass() -> None:
    (found,) = look(traps, CASES[0].wrong)

    assert found.text == (
        "A case can come to 'workers' (workers) where its hard check 'workers#1', "
        "“workers <= size”, lets no value pass, and it takes no missing reason: nobody can go on "
        "from there."
    )
    assert found.related[0][0].line == found.source.line + 5


def test_the_case_that_shows_it_comes_to_the_item() -> None:
    wrong = CASES[0].wrong
    (found,) = look(traps, wrong)

    assert replayed(found, wrong, "workers") == {"size": 0}


def test_a_check_in_the_wrong_place_is_sent_to_where_its_answer_is_given() -> None:
    (found,) = look(traps, CASES[4].wrong)

    assert found.text == (
        "The hard check 'job#1', “age >= 18”, does not look at what is answered to 'job' (job) "
        "itself: where it fires, nothing that is answered there lets anybody go on."
    )
    assert "best at 'age' (age)" in found.hint


def test_a_check_over_rows_stands_behind_them_and_is_no_trap() -> None:
    counted = """
    - {question: size, kind: integer, range: 0..3}
    - {roster: people, at_most: 3, items: [{question: age, kind: integer}]}
    - {question: more, kind: yes_no, checks: [{hard: count(people) == size, say: Not so many.}]}
    """

    assert look(traps, counted) == []
    assert look(rosters, counted) == []


def test_what_holds_everybody_is_a_trap_and_not_bounds_as_well() -> None:
    nothing = """
    - question: age
      kind: integer
      range: 0..12
      no_missing: all
      checks: [{hard: age > 12, say: Too young.}]
    - {question: job, kind: text}
    """

    assert places(look(traps, nothing)) == ("trap at age",)
    assert look(bounds, nothing) == []
    reasons = nothing.replace("no_missing: all", "label: Age")
    assert places(look(bounds, reasons)) == ("bounds-unmet at age",)
    assert look(traps, reasons) == []
