"""Fills that can be without a value when they are read."""

import pytest

from skips.proof.detect import fills
from tests.skips.proof.detect.twins import Twins, look, names, places, replayed, twins

SIZE = "- {question: size, kind: integer, range: 1..9}\n"

CASES = (
    twins(
        "an answer that can be missing",
        "fill-empty at rent",
        SIZE + '- {question: rent, kind: integer, ask: "What do the {size} of you pay?"}',
        ("{size}", "{size | several}"),
    ),
    twins(
        "asked of some only, read by all",
        "fill-empty at more",
        """
        - {question: works, kind: yes_no}
        - {question: job, kind: text, ask_if: works, no_missing: all}
        - {question: more, kind: yes_no, ask: "Do you like being {job}?"}
        """,
        ("- {question: more,", "- {question: more, ask_if: works,"),
    ),
    twins(
        "a division by nothing",
        "fill-empty at share",
        """
        - {question: rent, kind: integer, no_missing: all}
        - {question: people, kind: integer, range: 0..9, no_missing: all}
        - {question: share, kind: yes_no, ask: "Is it {round(rent / people)} for each?"}
        """,
        ("0..9", "1..9"),
    ),
    twins(
        "what a check says of another item",
        "fill-empty at workers#1",
        """
        - {question: size, kind: integer, range: 1..9}
        - question: workers
          kind: integer
          checks:
            - {soft: workers <= 9, say: "Only {size} live there."}
        """,
        ("workers <= 9", "workers <= size"),
    ),
    twins(
        "what a hard check says of another item",
        "fill-empty at workers#1",
        """
        - {question: size, kind: integer, range: 1..9}
        - question: workers
          kind: integer
          checks: [{hard: workers <= 9, say: "{workers}, and only {size} live there?"}]
        """,
        ("hard: workers <= 9", "hard: workers <= size"),
    ),
    twins(
        "the label of a row, before its name is there",
        "fill-empty at pets",
        """
        - roster: pets
          at_most: 2
          row_label: "Pet {row}, {animal}"
          items: [{question: animal, kind: text, no_missing: all}]
        """,
        ("{animal}", "{animal | not named}"),
    ),
    twins(
        "no row to look at",
        "fill-empty at oldest",
        """
        - {question: size, kind: integer, range: 0..3, no_missing: all}
        - roster: people
          size: size
          at_most: 3
          items: [{question: age, kind: integer, no_missing: all}]
        - {question: oldest, kind: yes_no, ask: "Is {max(people, age)} the highest age?"}
        """,
        ("range: 0..3", "range: 1..3"),
    ),
    twins(
        "in the second language only",
        "fill-empty at rent",
        SIZE + '- {question: rent, kind: integer, ask: {en: "And rent?", es: "¿Y los {size}?"}}',
        ("{size}", "{size | varios}"),
    ),
    twins(
        "in a row that has no size",
        "fill-empty at windows",
        """
        - {question: floor, kind: integer}
        - roster: rooms
          rows: 2
          items:
            - {question: windows, kind: integer, help: "On floor {floor}, room {row}."}
        """,
        ("kind: integer}\n-", "kind: integer, no_missing: all}\n-"),
    ),
    twins(
        "a value worked out of what can be missing",
        "fill-empty at close",
        """
        - {question: age, kind: integer}
        - compute: stage
          kind: text
          branches: [{when: age >= 18, is: '"grown"'}, {otherwise: '"young"'}]
        - {statement: close, say: "You are {stage}."}
        """,
        ("age >= 18", "answered(age) and age >= 18"),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_a_fill_that_can_be_empty_is_found_and_its_sound_twin_is_silent(case: Twins) -> None:
    assert places(look(fills, case.wrong)) == case.found
    assert look(fills, case.right) == []


def test_the_sentence_says_which_texts_take_it_in_and_when_it_is_empty() -> None:
    (found,) = look(
        fills,
        """
        - {question: size, kind: integer, label: Persons}
        - question: rent
          kind: integer
          label: Monthly rent
          ask: What do the {size} of you pay?
          probe: All {size} together?
          help: As of {year(interview_date)}.
        """,
    )

    assert found.text == (
        "'rent' (Monthly rent): 'ask' and 'probe' take in {size}, which can be without a value "
        "when 'size' (Persons) has no answer; “…” is read then."
    )
    assert found.hint == (
        "Say what is read then, {size | WORDS}, or ask this only where there is a value."
    )
    assert found.shows == "“What do the … of you pay?” is read."
    assert found.source.line == 9


def test_the_case_that_shows_it_has_no_value_there() -> None:
    wrong = CASES[3].wrong
    (found,) = look(fills, wrong)

    values = replayed(found, wrong, "workers")
    assert "size" not in values
    assert values["workers"] > 9


def test_what_is_read_in_another_mode_only_is_not_looked_at() -> None:
    text = """
    - {question: size, kind: integer}
    - {question: rent, kind: integer, ask: "Rent?", record: {ask: "Rent of the {size}?"}}
    """

    assert look(fills, text) == []
    assert places(look(fills, text, mode="record")) == ("fill-empty at rent",)


@pytest.mark.parametrize(
    ("questions", "fill", "when"),
    [
        (
            "- {question: born, kind: date, no_missing: all}",
            "{month(born)}",
            "'born' (born) is known in part only",
        ),
        (
            (
                "- {question: wage, kind: integer, no_missing: all}\n"
                "- {question: hours, kind: integer, range: 0..60, no_missing: all}"
            ),
            "{wage / hours}",
            "it cannot be worked out from 'wage' (wage) and 'hours' (hours)",
        ),
        (
            (
                "- {question: wage, kind: integer, no_missing: all}\n"
                "- {question: hours, kind: integer, range: 1..60}"
            ),
            "{wage / hours}",
            "'hours' (hours) has no answer",
        ),
    ],
)
def test_the_reason_is_that_of_the_case_which_shows_it(
    questions: str, fill: str, when: str
) -> None:
    text = f'{questions}\n- {{question: q, kind: yes_no, ask: "With {fill}"}}'
    (found,) = look(fills, text)
    assert f"which can be without a value when {when};" in found.text
    assert look(fills, text.replace('}"', ' | nothing}"')) == []
