"""What no answers lead to: items, sections, choices, branches of computed values, rows."""

import pytest

from skips.proof.detect import reach
from skips.proof.settle import Settler
from tests.scenario import inline_instrument
from tests.skips.proof.detect.planted import Planted, findings, places
from tests.skips.proof.detect.planted_unreached import PLANTED


@pytest.mark.parametrize("planted", PLANTED, ids=lambda one: one.why)
def test_what_cannot_be_reached_is_found_and_its_twin_is_silent(planted: Planted) -> None:
    mode = "record" if "page" in planted.wrong else "interview"
    assert places(findings(reach, planted.wrong, mode)) == list(planted.found)
    assert places(findings(reach, planted.right, mode)) == []


@pytest.mark.parametrize(
    ("why", "text"),
    [
        (
            "its condition contradicts that of its section",
            (
                "'why_none' (why_none) is asked of nobody: “not owns_car” and “owns_car” of "
                "section 'Cars' never both hold."
            ),
        ),
        (
            "it wants a number out of range",
            (
                "'floors' (floors) is asked of nobody: “size >= 10” never holds, since 'size' "
                "takes 1 to 9."
            ),
        ),
        (
            "a hard check keeps the answer out",
            (
                "'hall' (hall) is asked of nobody: “extra > 0” never holds, since the hard check "
                "“size <= 12” keeps such answers out."
            ),
        ),
        (
            "a section wants more rows than a roster can have",
            (
                "Section 'Many' is asked of nobody: “count(people) > 3” never holds, since roster "
                "'people' has at most 3 rows."
            ),
        ),
        (
            "the last resort is meant for those whose answer is missing",
            (
                "The last resort of 'stage' (stage) never decides: where none of the branches "
                "before it holds, one of them is unknown, and then the value has none."
            ),
        ),
        (
            "a roster never gets so many rows",
            (
                "Rows 4 and 5 of roster 'people' (People) are asked of nobody: its size “size” is "
                "never more than 3."
            ),
        ),
    ],
)
def test_it_says_why(why: str, text: str) -> None:
    wrong = next(one.wrong for one in PLANTED if one.why == why)
    assert [one.text for one in findings(reach, wrong)] == [text]


def test_all_rows_of_a_grid_are_one_defect() -> None:
    questionnaire = """
        - {question: size, kind: integer, range: 1..9}
        - grid: matters
          title: What matters
          ask_if: size > 9
          ask: How important is it?
          choices: [{name: very, code: 1, label: Very}, {name: hardly, code: 2, label: Hardly}]
          items:
            - {item: light, label: Light, ask: Light.}
            - {item: quiet, label: Quiet, ask: Quiet.}
    """
    (found,) = findings(reach, questionnaire)
    assert found.place == "light"
    assert found.text == (
        "No row of grid 'What matters' is asked of anybody: “size > 9” never holds, since 'size' "
        "takes 1 to 9."
    )


def test_only_the_sections_asked_for_are_looked_at() -> None:
    wrong = {
        "first": "{items: [{question: size, kind: integer, range: 1..9}]}",
        "one": "{items: [{question: hall, kind: yes_no, ask_if: size > 9}]}",
        "two": "{items: [{question: barn, kind: yes_no, ask_if: hall}]}",
    }
    questionnaire = "\n".join(f"{name}: {body}" for name, body in wrong.items())
    for sections, expected in (({"one"}, ["hall"]), ({"two"}, []), ({"one", "two"}, ["hall"])):
        settler = Settler(inline_instrument(questionnaire), "interview")
        settler.sections = frozenset(sections)
        assert [one.place for one in reach.find(settler)] == expected


@pytest.mark.parametrize(
    ("checks", "row_if", "condition"),
    [
        ("", ", row_if: row != 2", "count(p) == 3"),
        (", checks: [{hard: n != 3, say: no}]", "", "n == 3"),
        (", checks: [{hard: n != 3, say: no}]", "", "n in (3)"),
    ],
)
def test_a_bound_that_does_not_exclude_is_not_named_as_the_reason(
    checks: str, row_if: str, condition: str
) -> None:
    text = f"""
    - {{question: n, kind: integer, range: 0..3{checks}}}
    - {{roster: p, size: n, at_most: 3{row_if}, items: [{{question: q, kind: yes_no}}]}}
    - {{question: last, kind: yes_no, ask_if: {condition}}}
    """
    (found,) = (one for one in findings(reach, text) if one.place == "last")
    assert "at most" not in found.text
    assert "takes 0 to 3" not in found.text
    assert ("hard check" in found.text) == bool(checks)
    sound = text.replace(checks or row_if, "")
    assert findings(reach, sound) == []


def test_the_gate_of_the_section_is_named_where_it_is_the_reason() -> None:
    text = """
    first:
      - {question: days, kind: integer, range: 0..7, no_missing: all}
      - {question: home, kind: integer, range: 0..7, no_missing: all}
      - {question: many, kind: yes_no, ask_if: home < days, no_missing: all}
    trips:
      ask_if: home < days
      items:
        - question: mode
          kind: one_of
          ask_if: many
          choices:
            - {name: car, code: 1, label: Car}
            - {name: never, code: 2, label: Never, ask_if: home == days}
    """
    (found,) = findings(reach, text)
    assert "“home == days” and “home < days” of section 'Trips' never both hold" in found.text
    assert findings(reach, text.replace("home == days", "home == 0")) == []


def test_what_is_dead_in_one_mode_is_told_once_for_what_it_hangs_on() -> None:
    text = """
    first:
      - {question: job, kind: yes_no, modes: [interview]}
      - {question: hours, kind: integer, ask_if: job}
      - {question: overtime, kind: integer, ask_if: job}
      - {question: pay, kind: integer, ask_if: hours > 3}
    """
    (found,) = findings(reach, text, "record")
    assert (found.place, found.severity) == ("hours", "note")
    assert found.text == (
        "In mode 'record' 'hours' (hours) is asked of nobody, and so is 1 more: 'job', which it "
        "hangs on, is not asked there."
    )
    assert findings(reach, text, "interview") == []
    section = text + "second: {ask_if: answered(job), items: [{question: car, kind: yes_no}]}"
    (found,) = findings(reach, section, "record")
    assert (found.place, found.severity) == ("second", "warning")
    assert findings(reach, section.replace(", modes: [interview]", ""), "record") == []


def test_what_hangs_on_a_question_that_nothing_passes_is_not_reported_besides() -> None:
    text = """
    - question: a
      kind: integer
      range: 0..99
      no_missing: all
      checks: [{hard: a >= 50, say: no}]
    - question: b
      kind: integer
      range: 0..40
      no_missing: all
      checks: [{hard: b >= a, say: no}]
    - {question: c, kind: yes_no, ask_if: b > 10}
    """
    assert findings(reach, text) == []
    (found,) = findings(reach, text.replace("b >= a", "b <= 10").replace("a >= 50", "a >= 5"))
    assert found.place == "c"
