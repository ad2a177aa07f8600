"""Rosters that nobody gets past, and rosters that are cut short."""

import pytest

from skips.proof.detect import rosters
from tests.skips.proof.detect.twins import Twins, look, names, places, replayed, twins

CASES = (
    twins(
        "a check wants more rows than there is room for",
        "roster-no-exit at people",
        """
        - {roster: people, at_most: 3, items: [{question: age, kind: integer}]}
        - {question: more, kind: yes_no, checks: [{hard: count(people) > 3, say: More.}]}
        """,
        ("> 3", ">= 3"),
    ),
    twins(
        "a number that can be larger than the room",
        "roster-no-exit at people",
        """
        - {question: size, kind: integer, range: 0..9}
        - {roster: people, at_most: 4, items: [{question: age, kind: integer}]}
        - {question: more, kind: yes_no, checks: [{hard: count(people) == size, say: Not so.}]}
        """,
        ("range: 0..9", "range: 0..4"),
    ),
    twins(
        "a check of what no row can be",
        "roster-no-exit at people",
        """
        - roster: people
          at_most: 3
          items: [{question: age, kind: integer, range: 0..17, no_missing: all}]
        - question: more
          kind: yes_no
          checks: [{hard: any(people where age >= 18), say: One adult.}]
        """,
        ("0..17", "0..99"),
    ),
    twins(
        "through a value that counts the rows",
        "roster-no-exit at people",
        """
        - {question: size, kind: integer, range: 0..9, no_missing: all}
        - {roster: people, at_most: 4, items: [{question: age, kind: integer}]}
        - {compute: listed, kind: integer, as: count(people)}
        - {question: more, kind: yes_no, checks: [{hard: listed >= size, say: Not so.}]}
        """,
        ("at_most: 4", "at_most: 9"),
    ),
    twins(
        "through a yes or no about the rows",
        "roster-no-exit at people",
        """
        - {question: couple, kind: yes_no}
        - {roster: people, at_most: 1, items: [{question: age, kind: integer}]}
        - {compute: several, as: count(people) >= 2}
        - {question: more, kind: yes_no, checks: [{hard: several or couple == no, say: Both.}]}
        """,
        ("at_most: 1", "at_most: 2"),
    ),
    twins(
        "a row too few for what the answers ask",
        "roster-no-exit at people",
        """
        - {question: couple, kind: yes_no}
        - {roster: people, at_most: 1, items: [{question: age, kind: integer}]}
        - question: more
          kind: yes_no
          checks: [{hard: not couple or count(people) >= 2, say: Both.}]
        """,
        ("at_most: 1", "at_most: 2"),
    ),
    twins(
        "more people than rows",
        "roster-cut at people",
        """
        - {question: size, kind: integer, range: 0..9}
        - {roster: people, size: size, at_most: 4, items: [{question: age, kind: integer}]}
        """,
        ("size: size", 'size: "min(size, 4)"'),
    ),
    twins(
        "one more than the range says",
        "roster-cut at people",
        """
        - {question: others, kind: integer, range: 0..4}
        - {roster: people, size: others + 1, at_most: 4, items: [{question: age, kind: integer}]}
        """,
        ("at_most: 4", "at_most: 5"),
    ),
    twins(
        "a number without a limit",
        "roster-cut at cars",
        """
        - {question: cars_owned, kind: integer}
        - {roster: cars, size: cars_owned, at_most: 9, items: [{question: age, kind: integer}]}
        """,
        ("kind: integer}\n- {r", "kind: integer, range: ..9}\n- {r"),
    ),
    twins(
        "a sum of two numbers",
        "roster-cut at people",
        """
        - {question: adults, kind: integer, range: 1..5}
        - question: children
          kind: integer
          range: 0..5
        - roster: people
          size: adults + children
          at_most: 8
          items: [{question: age, kind: integer}]
        """,
        ("range: 0..5", "checks: [{hard: adults + children <= 8, say: Up to 8.}]"),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_a_roster_without_exit_or_cut_short_is_found_and_its_sound_twin_is_silent(
    case: Twins,
) -> None:
    assert places(look(rosters, case.wrong)) == case.found
    assert look(rosters, case.right) == []


def test_the_sentence_about_a_roster_without_exit() -> None:
    (found,) = look(rosters, CASES[1].wrong)

    assert found.text == (
        "Roster 'people' (People) has room for 4 rows, and the hard check 'more#1', "
        "“count(people) == size”, can ask for something that no number of rows up to that gives: "
        "nobody gets past 'more' (more) then."
    )
    assert replayed(found, CASES[1].wrong, "more")["size"] > 4


def test_the_sentence_about_a_roster_that_nothing_leads_out_of() -> None:
    (found,) = look(rosters, CASES[2].wrong)

    assert "is never met, however many there are" in found.text


def test_the_sentence_about_a_roster_that_is_cut_short() -> None:
    (found,) = look(rosters, CASES[6].wrong)

    assert found.text == (
        "The size of roster 'people' (People), “size”, can be more than the 4 that it has room "
        "for; no row behind row 4 is asked then."
    )
    size = replayed(found, CASES[6].wrong, "age__1")["size"]
    assert size > 4
    assert found.shows == f"“size” is {size}, and 4 rows are asked."


def test_a_check_that_looks_at_its_own_item_leaves_a_way_on() -> None:
    assert not look(
        rosters,
        """
        - {roster: people, at_most: 4, items: [{question: age, kind: integer}]}
        - question: size
          kind: integer
          range: 0..9
          checks: [{hard: count(people) == size, say: Not so many.}]
        """,
    )
