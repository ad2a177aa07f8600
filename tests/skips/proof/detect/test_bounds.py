"""Bounds that nothing meets; checks that always fire, or never."""

import pytest

from skips.proof.detect import bounds
from skips.proof.findings import Severity
from tests.skips.proof.detect.twins import Twins, look, names, places, replayed, twins

UNMET = (
    twins(
        "a check against the range",
        "bounds-unmet at age",
        "- {question: age, kind: integer, range: 18..99, checks: [{hard: age < 18, say: No.}]}",
        ("age < 18", "age < 81"),
    ),
    twins(
        "a check against a mask",
        "bounds-unmet at zip",
        """
        - question: zip
          kind: text
          mask: "99999"
          checks: [{hard: length(zip) == 6, say: Six.}]
        """,
        ('mask: "99999"', "max_length: 9"),
    ),
    twins(
        "more choices wanted than are ever offered together",
        "bounds-unmet at ways",
        """
        - {question: drives, kind: yes_no, no_missing: all}
        - question: ways
          kind: any_of
          at_least: 2
          choices:
            - {name: car, code: 1, label: Car, ask_if: drives}
            - {name: bus, code: 2, label: Bus, ask_if: drives == no}
            - {name: none, code: 9, label: None, exclusive: true}
        """,
        ("ask_if: drives == no", "read: true"),
    ),
    twins(
        "a check that wants more choices than may be taken",
        "bounds-unmet at pets",
        """
        - question: pets
          kind: any_of
          at_most: 1
          checks: [{hard: taken(pets) >= 2, say: Two.}]
          choices:
            - {name: dog, code: 1, label: Dog}
            - {name: cat, code: 2, label: Cat}
            - {name: bird, code: 3, label: Bird}
        """,
        ("at_most: 1", "at_most: 2"),
    ),
    twins(
        "an exclusive choice wanted together with another",
        "bounds-unmet at pets",
        """
        - question: pets
          kind: any_of
          checks: [{hard: pets has none and pets has dog, say: Both.}]
          choices:
            - {name: dog, code: 1, label: Dog}
            - {name: cat, code: 2, label: Cat}
            - {name: none, code: 9, label: None, exclusive: true}
        """,
        ("none and", "none or"),
    ),
    twins(
        "a check that nothing known can meet",
        "bounds-unmet at workers",
        """
        - {question: size, kind: integer}
        - question: workers
          kind: integer
          checks: [{hard: workers < size and workers > size, say: No.}]
        """,
        ("< size and", "< size or"),
    ),
    twins(
        "dates against each other",
        "bounds-unmet at moved",
        """
        - question: moved
          kind: date
          range: 2000-01-01..2010-12-31
          checks: [{hard: year(moved) > 2010, say: Later.}]
        """,
        ("> 2010", ">= 2010"),
    ),
)

ALWAYS = (
    twins(
        "what is wrong instead of what is right",
        "check-always at age#1",
        "- {question: age, kind: integer, range: 18..99, checks: [{soft: age < 18, say: Young.}]}",
        ("age < 18", "age < 81"),
    ),
    twins(
        "an end of the range taken for usual",
        "check-always at rooms#1",
        "- {question: rooms, kind: integer, range: ..9, checks: [{soft: rooms > 9, say: Many.}]}",
        ("rooms > 9", "rooms < 9"),
    ),
    twins(
        "a contradiction",
        "check-always at bus#1",
        """
        - {question: car, kind: yes_no}
        - {question: bus, kind: yes_no, checks: [{soft: bus and bus == no, say: Really.}]}
        """,
        ("bus and bus == no", "bus and car == no"),
    ),
    twins(
        "asked only of those of whom it complains",
        "check-always at hours#1",
        """
        - {question: works, kind: yes_no}
        - question: hours
          kind: integer
          ask_if: works
          checks: [{soft: not works, say: You said that you work.}]
        """,
        ("not works", "hours <= 60"),
    ),
)

NEVER = (
    twins(
        "what the range refuses already",
        "check-never at age#1",
        "- {question: age, kind: integer, range: 0..99, checks: [{soft: age <= 99, say: Old.}]}",
        ("age <= 99", "age <= 90"),
    ),
    twins(
        "`or` where `and` was meant",
        "check-never at age#1",
        "- {question: age, kind: integer, checks: [{soft: age >= 5 or age <= 90, say: Sure.}]}",
        ("5 or", "5 and"),
    ),
    twins(
        "asked only of those whom it suits",
        "check-never at bus#1",
        """
        - {question: car, kind: yes_no}
        - {question: bus, kind: yes_no, ask_if: car, checks: [{hard: bus or car, say: One.}]}
        """,
        ("bus or car", "bus or not car"),
    ),
    twins(
        "reads what is never known there",
        "check-never at bus#1",
        """
        - {question: car, kind: yes_no}
        - {question: brand, kind: text, ask_if: car}
        - question: bus
          kind: yes_no
          ask_if: not car
          checks: [{soft: not (bus and brand == "Bus"), say: Hm.}]
        """,
        ("ask_if: not car", "ask_if: missing(car) or car"),
    ),
)


@pytest.mark.parametrize("case", UNMET + ALWAYS + NEVER, ids=names(UNMET + ALWAYS + NEVER))
def test_bounds_and_checks_that_are_wrong_are_found_and_sound_twins_are_silent(case: Twins) -> None:
    assert places(look(bounds, case.wrong)) == case.found
    assert look(bounds, case.right) == []


def test_the_sentence_about_what_is_never_let_pass() -> None:
    (found,) = look(bounds, UNMET[0].wrong)

    assert found.severity is Severity.ERROR
    assert found.text == (
        "No value of 'age' (age), from 18 to 99, is ever let pass by its hard check 'age#1', "
        "“age < 18”: only a missing reason leads on."
    )


def test_the_sentence_about_choices() -> None:
    (found,) = look(bounds, UNMET[2].wrong)

    assert found.text == (
        "'ways' (ways) wants at least 2 choices, and so many can never be taken together."
    )


def test_the_case_that_shows_a_check_always_firing() -> None:
    (found,) = look(bounds, ALWAYS[0].wrong)

    assert found.text == (
        "The soft check 'age#1' of 'age' (age), “age < 18”, fires whatever is answered, as long "
        "as what it reads is known."
    )
    assert replayed(found, ALWAYS[0].wrong, "age")["age"] >= 18


ENDS = """
- {question: size, kind: integer, range: 1..6, no_missing: all}
- {question: guests, kind: integer, range: 1..9, no_missing: all}
- question: beds
  kind: integer
  range: 0..40
  checks: [{hard: beds <= size + guests and beds >= 2 or missing(beds), say: No.}]
"""


def test_ends_of_a_range_that_other_answers_rule_out_are_a_note() -> None:
    (found,) = look(bounds, ENDS)

    assert found.severity is Severity.NOTE
    assert found.text == (
        "The range of 'beds' (beds), from 0 to 40, goes further than its hard checks ('beds#1') "
        "ever let pass: nothing below 2 and nothing above 15."
    )


def test_a_check_that_says_in_its_own_words_what_a_range_would_say_is_nothing_to_note() -> None:
    assert look(bounds, ENDS.replace("range: 0..40", "range: 2..15")) == []
    assert not look(
        bounds,
        "- {question: age, kind: integer, range: 0..99, checks: [{hard: age >= 18, say: No.}]}",
    )


@pytest.mark.parametrize(
    ("questions", "left"),
    [
        (
            """
            - {question: size, kind: integer, range: 1..9, no_missing: all}
            - question: children
              kind: integer
              range: 0..9
              checks: [{hard: children >= 1, say: One.}, {hard: children < size - 1, say: Less.}]
            """,
            ("size - 1", "size + 1"),
        ),
        (
            """
            - {question: days, kind: integer, range: 0..7, no_missing: all}
            - question: home
              kind: integer
              range: 0..7
              checks: [{hard: home > days, say: More.}]
            """,
            ("home > days", "home >= days"),
        ),
    ],
)
def test_a_case_in_which_only_a_missing_reason_is_left_is_a_warning(
    questions: str, left: str
) -> None:
    found = [one for one in look(bounds, questions) if one.severity is Severity.WARNING]
    (one,) = found
    assert "in which no number passes" in one.text
    assert one.text.endswith("only “Not sure” or “Declined” is left.")
    assert one.witness is not None
    right = look(bounds, questions.replace(*left))
    assert [one for one in right if one.severity is not Severity.NOTE] == []
