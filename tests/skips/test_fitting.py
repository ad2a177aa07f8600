"""Which answers another version takes, in which form, and what is said of those it does not."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from instrument.values import READ, Instance, Missing
from skips.case_state import CaseState, RowsKept
from skips.fitting import Fit, fit, given
from skips.migration import MigrationError, dropped_name, migrate
from tests.scenario import place, program

FEW = "choices: [{name: bus, code: 1, label: Bus}, {name: car, code: 2, label: Car}]"
ALONE = FEW.replace("label: Bus}", "label: Bus, exclusive: true}")
ONE_OF = f"- {{question: q, kind: one_of, {FEW}}}"
ANY_OF = f"- {{question: q, kind: any_of, {FEW}}}"
INTEGER = "- {question: q, kind: integer}"
DECIMAL = "- {question: q, kind: decimal}"
KM = "- {question: q, kind: integer, unit: km}"
TEXT = "- {question: q, kind: text}"
SAID = "- {statement: q, say: Good day.}"
AT_HOME = "- {roster: home, rows: 2, items: [{question: q, kind: integer}]}"
AWAY = "- {roster: away, rows: 2, items: [{question: q, kind: integer}]}"
SMALL = "- {roster: home, rows: 1, at_most: 1, items: [{question: q, kind: integer}]}"

TOLD: dict[str, tuple[str, str, Any, str, Any]] = {
    "gone": (INTEGER, "q", 5, INTEGER.replace("q,", "r,"), "There is no such question any more."),
    "a roster": (
        INTEGER,
        "q",
        5,
        AT_HOME.replace("home", "q", 1).replace("question: q", "question: r"),
        "It is a roster now.",
    ),
    "worked out": (
        INTEGER,
        "q",
        5,
        "- {compute: q, kind: integer, as: 1 + 1}",
        "It is worked out now, and nobody is asked.",
    ),
    "once": (AT_HOME, "q__2", 5, INTEGER, "It is asked once now, and was asked in every row."),
    "in rows": (
        INTEGER,
        "q",
        5,
        AT_HOME,
        "It is asked in every row of 'home' now, and was asked once.",
    ),
    "in other rows": (
        AT_HOME,
        "q__2",
        5,
        AWAY,
        "It is asked in the rows of 'away' now, which are others.",
    ),
    "in fewer rows": (
        AT_HOME,
        "q__2",
        5,
        SMALL,
        "There cannot be so many rows of 'home' any more.",
    ),
    "in enough rows": (AT_HOME, "q__1", 5, SMALL, 5),
    "read aloud": (INTEGER, "q", 5, SAID, "It is only read aloud now."),
    "still read aloud": (SAID, "q", READ, SAID, READ),
    "not only read aloud": (
        SAID,
        "q",
        READ,
        INTEGER,
        "It is a question now, and was only read aloud.",
    ),
    "a reason": (INTEGER, "q", Missing("declined"), TEXT, Missing("declined")),
    "a reason less": (
        INTEGER,
        "q",
        Missing("declined"),
        INTEGER.replace("}", ", no_missing: all}"),
        "That reason is not accepted any more.",
    ),
    "another kind": (
        INTEGER,
        "q",
        5,
        TEXT,
        "It was of the kind integer, and is of the kind text now.",
    ),
    "another unit": (KM, "q", 5, KM.replace("km", "miles"), "It was in km, and is in miles now."),
    "a unit more": (INTEGER, "q", 5, KM, "It was in no unit, and is in km now."),
    "a unit less": (KM, "q", 5, INTEGER, "It was in km, and is in no unit now."),
    "the same unit": (KM, "q", 5, KM.replace("integer", "decimal"), Decimal(5)),
    "a smaller range": (
        INTEGER,
        "q",
        5,
        INTEGER.replace("}", ", range: 1..4}"),
        "The number must be from 1 to 4.",
    ),
    "a wide range": (INTEGER, "q", 5, INTEGER.replace("}", ", range: 1..5}"), 5),
    "whole": (DECIMAL, "q", Decimal("7"), INTEGER, 7),
    "written as no whole number is": (
        DECIMAL,
        "q",
        Decimal("7.0"),
        INTEGER,
        "As an answer of the kind integer it would not be the same.",
    ),
    "a choice less": (
        ONE_OF,
        "q",
        "car",
        ONE_OF.replace(", {name: car, code: 2, label: Car}", ""),
        "A choice that was taken is gone.",
    ),
    "a choice": (
        ONE_OF,
        "q",
        "bus",
        ONE_OF.replace(", {name: car, code: 2, label: Car}", ""),
        "bus",
    ),
    "one of several": (ANY_OF, "q", ("car",), ONE_OF, "car"),
    "more than one of several": (
        ANY_OF,
        "q",
        ("bus", "car"),
        ONE_OF,
        "As an answer of the kind one_of it would not be the same.",
    ),
    "several": (ONE_OF, "q", "car", ANY_OF, ("car",)),
    "not together": (
        ANY_OF,
        "q",
        ("bus", "car"),
        ANY_OF.replace(FEW, ALONE),
        "What was taken cannot be taken together any more.",
    ),
    "alone": (ANY_OF, "q", ("bus",), ANY_OF.replace(FEW, ALONE), ("bus",)),
    "too few": (
        ANY_OF,
        "q",
        ("bus",),
        ANY_OF.replace("any_of", "any_of, at_least: 2"),
        "Take at least 2.",
    ),
    "a longer text": (TEXT, "q", "the blue one", TEXT.replace("text", "long_text"), "the blue one"),
}


@pytest.mark.parametrize("change", TOLD)
def test_an_answer_is_taken_or_a_sentence_says_why_not(change: str) -> None:
    before, where, answer, after, expected = TOLD[change]
    old, new, at = program(before, "interview"), program(after, "interview"), place(where)
    why = expected if isinstance(expected, str) and expected.endswith(".") else ""
    assert fit(new, at, given(old, at, answer)) == Fit(None if why else expected, why)
    case = CaseState({at: answer}, {})
    moved = migrate(case, old, new)
    assert moved.case.answers == ({} if why else {at: expected})
    assert moved.report.left_behind == (((at, why),) if why else ())
    assert bool(moved.report.converted) == (not why and type(expected) is not type(answer))
    assert migrate(moved.case, new, old).case == case


def test_what_is_left_behind_says_what_it_was_given_to() -> None:
    old, new = (
        program(f"{KM}\n{AT_HOME.replace('q,', 'r,')}", "interview"),
        program(SAID, "interview"),
    )
    case = CaseState({place("q"): 5, place("r__2"): Missing("declined")}, {})
    left = migrate(case, old, new).case.left_behind
    number, row = left[place("q")], left[place("r__2")]
    assert (number.kind, number.unit, number.roster) == ("integer", "km", None)
    assert (number.label, number.version) == ("q", "1.0.0")
    assert (row.kind, row.unit, row.roster, row.label) == ("integer", None, "home", "r")
    said = given(program(SAID, "interview"), place("q"), READ)
    assert (said.kind, said.unit, said.label, said.why) == ("statement", None, "", "")


NAMES = f"""
{INTEGER}
- {{question: r, kind: integer}}
- {{roster: home, items: [{{question: s, kind: text}}]}}
"""

WRONG: list[tuple[dict[str, str], str]] = [
    ({"t": "q"}, "The version before has no item 't' that could have a new name."),
    ({"q": "t"}, "The new version has no item 't'."),
    ({"home": "q", "q": "home"}, "'home' and 'q' are not both rosters, or both questions."),
    (
        {"q": "r"},
        (
            "'r' cannot be the new name of 'q': it is a name of its own already; give that "
            "one a new name too, or drop it."
        ),
    ),
    (
        {"t": "t~1"},
        (
            "'t' need not be dropped: the new version has no item of that name, and what was "
            "answered to it is left behind anyway."
        ),
    ),
    ({"q": "r", "r": "r"}, "Two items cannot have the same new name."),
]


@pytest.mark.parametrize(("names", "sentence"), WRONG, ids=[why for _, why in WRONG])
def test_names_that_cannot_change_are_told_in_a_sentence(
    names: dict[str, str], sentence: str
) -> None:
    version = program(NAMES, "interview")
    with pytest.raises(MigrationError) as caught:
        migrate(CaseState({}, {}), version, version, names)
    assert str(caught.value) == sentence


def test_what_waits_can_have_a_new_name_and_keeps_others_from_it() -> None:
    """A question and rows that are left behind have names although the version does not."""
    first, later = program(NAMES, "interview"), program(NAMES.replace("q,", "t,"), "interview")
    bare = program("- {question: r, kind: integer}", "interview")
    rows = {"home": RowsKept(2, frozenset({2}), (2, 1))}
    case = CaseState({place("q"): 5, Instance("s", 2): "Ines"}, rows)
    waiting = migrate(case, first, bare).case
    assert (set(waiting.rows), set(waiting.rows_left)) == (set(), {"home"})
    back = migrate(waiting, bare, later, {"q": "t"})
    assert back.case.answers == {place("t"): 5, Instance("s", 2): "Ines"}
    assert back.case.rows == rows
    with pytest.raises(MigrationError, match="'q' cannot be the new name of 'r'"):
        migrate(waiting, bare, first, {"r": "q"})


def test_a_name_goes_to_another_item_once_its_bearer_is_dropped() -> None:
    """The plainest correction: `r` goes, and `q` is called `r` from now on."""
    first, later = (
        program(NAMES, "interview"),
        program("- {question: r, kind: integer}", "interview"),
    )
    case = CaseState({place("q"): 5, place("r"): 2}, {})
    names = {"q": "r", "r": dropped_name("r", 1)}
    moved = migrate(case, first, later, names)
    assert moved.case.answers == {place("r"): 5}
    waiting = {at: what.answer for at, what in moved.case.left_behind.items()}
    assert waiting == {place("r~1"): 2}
    back = migrate(moved.case, later, first, {"r": "q", "r~1": "r"})
    assert back.case == case
    assert back.report.restored == (place("r"),)


WORDED = "- {question: q, kind: one_of, ask: '%s', choices: [%s]}"
CHOICES = ("{name: a, code: 1, label: Bus}", "{name: b, code: 2, label: Car}")


@pytest.mark.parametrize(
    ("ask", "choices", "told"),
    [
        ("Which?", CHOICES, ()),
        ("Which one?", CHOICES, ("the question",)),
        (
            "Which?",
            ("{name: a, code: 1, label: Car}", "{name: b, code: 2, label: Bus}"),
            ("the label of 'a'", "the label of 'b'"),
        ),
        ("Which?", (CHOICES[0].replace("1", "3"), CHOICES[1]), ("the code of 'a'",)),
        ("Which?", CHOICES[::-1], ("the order of the choices",)),
        (
            "Which?",
            (CHOICES[0], "{name: c, code: 4, label: Ship}"),
            ("more choices: c", "choices that are gone: b"),
        ),
        (
            "Which?",
            (*CHOICES, "{name: c, code: 4, label: Ship}", "{name: d, code: 5, label: Train}"),
            ("more choices: c, d",),
        ),
    ],
)
def test_an_answer_kept_under_other_words_is_reported(
    ask: str, choices: tuple[str, ...], told: tuple[str, ...]
) -> None:
    old = program(WORDED % ("Which?", ", ".join(CHOICES)), "interview")
    new = program(WORDED % (ask, ", ".join(choices)), "interview")
    report = migrate(CaseState({place("q"): "a"}, {}), old, new).report
    assert report.carried == (place("q"),)
    assert report.reworded == (((place("q"), told),) if told else ())


FILLED = """
    - {question: cars, kind: integer}
    - {question: boats, kind: integer}
    - {statement: told, say: "You have {cars} of them."}
"""


@pytest.mark.parametrize(
    ("change", "names", "told"),
    [
        (("{cars}", "{boats}"), {}, ("the statement",)),
        (("of them", "in all"), {}, ("the statement",)),
        (("cars", "autos"), {"cars": "autos"}, ()),
        (("{cars}", "{cars | none}"), {}, ("the statement",)),
    ],
)
def test_what_a_text_fills_in_is_part_of_its_words_and_a_new_name_is_not(
    change: tuple[str, str], names: dict[str, str], told: tuple[str, ...]
) -> None:
    old, new = program(FILLED, "interview"), program(FILLED.replace(*change), "interview")
    report = migrate(CaseState({place("told"): READ}, {}), old, new, names).report
    assert report.reworded == (((place("told"), told),) if told else ())


def test_an_answer_that_waits_gives_way_to_the_one_given_since() -> None:
    """The choice taken goes, another one is taken, and the first comes back."""
    both = program(WORDED % ("Which?", ", ".join(CHOICES)), "interview")
    without = program(
        WORDED % ("Which?", CHOICES[1] + ", {name: c, code: 4, label: Ship}"), "interview"
    )
    waiting = migrate(CaseState({place("q"): "a"}, {}), both, without).case
    moved = migrate(replace(waiting, answers={place("q"): "b"}), without, both).case
    assert moved.answers == {place("q"): "b"}
    assert moved.left_behind[place("q")].why == "The question was answered anew."
