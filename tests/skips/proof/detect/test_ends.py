"""How a case can end: without a closing statement, or without anything to summarize."""

import pytest

from skips.proof.detect import ends
from tests.skips.proof.detect.twins import Twins, look, names, places, replayed, twins

OPEN = (
    twins(
        "nobody who is not sure is thanked",
        "ends-open at sorry",
        """
        - {question: lives_here, kind: yes_no}
        - {statement: thanks, ask_if: lives_here, say: Thank you.}
        - {statement: sorry, ask_if: not lives_here, say: Then that was all.}
        """,
        ("ask_if: not lives_here", "ask_if: not lives_here or missing(lives_here)"),
    ),
    twins(
        "bounds that leave a gap",
        "ends-open at minor",
        """
        - {question: age, kind: integer, no_missing: all}
        - {statement: adult, ask_if: age > 18, say: Thank you.}
        - {statement: minor, ask_if: age < 18, say: Thank you all the same.}
        """,
        ("age > 18", "age >= 18"),
    ),
    twins(
        "the closing section has a gate too many",
        "ends-open at thanks",
        """
        work:
          - {question: works, kind: yes_no, no_missing: all}
          - {statement: none, ask_if: not works, say: Then we skip what is about work.}
          - {question: bus, kind: yes_no}
        close:
          ask_if: works
          items: [{statement: thanks, say: Thank you.}]
        """,
        ("ask_if: works\n  items", "ask_if: bus or not bus or missing(bus)\n  items"),
    ),
    twins(
        "those of another mode are not thanked",
        "ends-open at thanks",
        """
        - {question: works, kind: yes_no, no_missing: all}
        - {question: hours, kind: integer, ask_if: works}
        - {statement: thanks, ask_if: answered(hours) or not works, say: Thank you.}
        """,
        ("answered(hours)", "asked(hours)"),
    ),
    twins(
        "nothing at all is asked",
        "ends-open at main",
        """
        - {question: early, kind: yes_no, ask_if: interview_date < 2020-01-01}
        - {question: late, kind: yes_no, ask_if: interview_date > 2020-01-01}
        """,
        ("> 2020", ">= 2020"),
    ),
)

OPEN_ALONE = """
- {question: works, kind: yes_no}
- {statement: bye, say: Goodbye., ask_if: works}
"""

WORK = """
- {question: works, kind: yes_no, no_missing: all}
- {question: travels, kind: yes_no, no_missing: all}
- {statement: thanks, say: Thank you.}
"""


def part(name: str, **more: str) -> dict[str, str]:
    return {"part": name, "label": name.capitalize(), "hint": f"Write about {name}.", **more}


@pytest.mark.parametrize("case", OPEN, ids=names(OPEN))
def test_an_open_end_is_found_and_its_sound_twin_is_silent(case: Twins) -> None:
    assert places(look(ends, case.wrong)) == case.found
    assert look(ends, case.right) == []


def test_the_sentence_names_what_closes_other_cases() -> None:
    (found,) = look(ends, OPEN[0].wrong)

    assert found.text == (
        "An interview can end without a closing statement: neither 'thanks' nor 'sorry' is read."
    )
    assert found.shows == "The last thing on the route is 'lives_here'."
    assert replayed(found, OPEN[0].wrong, "sorry") == {}


def test_where_one_statement_closes_it_is_that_which_is_not_read() -> None:
    (found,) = look(ends, OPEN_ALONE)

    assert found.text == (
        "An interview can end without a closing statement: 'bye', behind which no question is "
        "ever asked, is not read."
    )
    assert look(ends, OPEN_ALONE.replace(", ask_if: works", "")) == []


def test_a_mode_in_which_nothing_exists_ends_at_once() -> None:
    text = "- {question: works, kind: yes_no, modes: [interview]}"

    assert look(ends, text) == []
    (found,) = look(ends, text, mode="record")
    assert found.text == (
        "In the mode 'record' (Case record) an interview can end before anything is asked."
    )


def test_instruments_that_close_nobody_with_a_statement_may_end_anywhere() -> None:
    assert look(ends, "- {question: works, kind: yes_no}") == []
    assert (
        look(
            ends,
            """
            - {question: works, kind: yes_no}
            - {statement: about_work, ask_if: works, say: Now about your work.}
            - {question: hours, kind: integer}
            """,
        )
        == []
    )


@pytest.mark.parametrize(
    ("summary", "items"),
    [
        ([part("job", ask_if="works")], WORK),
        ([part("job", ask_if="works"), part("way", ask_if="travels")], WORK),
        (
            [part("job", ask_if="works")],
            WORK.replace("kind: yes_no, no_missing: all", "kind: yes_no"),
        ),
        (
            [part("job", ask_if="works")],
            WORK.replace("- {statement: thanks, say: Thank you.}\n", ""),
        ),
    ],
)
def test_a_case_without_a_part_of_the_summary_is_found(summary: str, items: str) -> None:
    header = {"summary": summary}

    assert places(look(ends, items, header=header)) == ("ends-without-summary at works",)
    assert look(ends, items, header={"summary": [*summary, part("all")]}) == []


def test_a_case_that_is_closed_early_needs_no_summary() -> None:
    early = (
        WORK.replace("thanks,", "thanks, ask_if: works,")
        + "- {statement: sorry, ask_if: not works, say: Then that was all.}"
    )

    assert look(ends, early, header={"summary": [part("job", ask_if="works")]}) == []


def test_the_sentence_about_a_case_without_a_summary() -> None:
    (found,) = look(ends, WORK, header={"summary": [part("job", ask_if="works")]})

    assert found.text == (
        "An interview can end with nothing to write a summary of: every part of the summary is "
        "wanted only where 'works' (works) is yes."
    )
    assert found.source.file == "instrument.yaml"
    assert replayed(found, WORK, "travels")["works"] == "no"
