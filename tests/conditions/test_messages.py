"""What authors are told of a condition that cannot be read: the table in messages.yaml."""

from pathlib import Path

import pytest
import yaml

from instrument.conditions.check import read_condition
from instrument.conditions.errors import ConditionError, EchoError, show
from instrument.conditions.parser import MAX_LENGTH, MAX_NODES
from instrument.conditions.scope import Scope, View
from tests.conditions.survey import HERE, IN_CARS, ITEMS, condition, error, scope, value

TABLE = yaml.safe_load(Path(__file__).with_name("messages.yaml").read_text("utf-8"))


@pytest.mark.parametrize("row", TABLE, ids=[row["text"] for row in TABLE])
def test_a_message_points_at_the_place_and_says_what_to_do(row: dict[str, str]) -> None:
    code, picture, hint = error(row["text"])
    assert picture == f"    {row['text']}\n    {row['caret']}\n{row['says']}"
    assert hint == row.get("hint", "")
    assert code.startswith("condition-")


def test_a_condition_that_can_be_read_has_no_message() -> None:
    with pytest.raises(AssertionError):
        error("age > 5")


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_nothing_is_no_condition(text: str) -> None:
    with pytest.raises(ConditionError, match="expected a condition"):
        condition(text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 4_000 + "owns" + ")" * 4_000 + "!",
        "(" * 9_999,
        "(" * 999,
        "-" * 1_000 + "1 > 2",
        "not " * 33 + "owns",
        "not " * 2_400 + "owns",
        "-" * 40 + "age > 2",
        " and ".join(["owns"] * (MAX_NODES + 1)),
        "age" + "+1" * 150 + " > 3",
        "owns " + "x" * MAX_LENGTH,
        "missing(" * 1_000,
        '"' + "\\" * 9_000,
    ],
    ids=range(12),
)
def test_large_and_deep_conditions_are_refused_quietly(text: str) -> None:
    with pytest.raises(ConditionError):
        condition(text)


def test_parentheses_and_signs_alone_cost_nothing() -> None:
    assert str(condition("-" * 900 + "1 < age")) == "1 < age"
    assert str(condition("(" * 490 + "owns" + ")" * 490)) == "owns"


def test_long_conditions_are_shown_in_part() -> None:
    text = "owns and " * 30 + "?"
    shown = show(text, len(text) - 1).split("\n")
    assert shown[0].startswith("    …")
    assert shown[0][shown[1].index("^")] == "?"


def test_line_breaks_do_not_move_the_caret() -> None:
    text = "owns and\n  agee > 3"
    assert error(text)[1].split("\n")[:2] == ["    owns and   agee > 3", " " * 15 + "^"]


def test_what_follows_from_an_earlier_problem_is_not_said_again() -> None:
    for text in ("faulty > 3", "faulty == north", "owns and faulty"):
        with pytest.raises(EchoError):
            condition(text)
    for known in (
        Scope(ITEMS, frozenset(), complete=False),
        Scope(ITEMS, frozenset(), broken=frozenset({"lost"})),
    ):
        with pytest.raises(EchoError):
            read_condition("lost > 3", known, HERE)


def test_a_check_reads_its_own_item() -> None:
    own = View(HERE.place, own=True)
    assert str(condition("here > 3", own)) == "here > 3"


def test_a_roster_is_open_to_its_rows_and_closed_to_itself() -> None:
    assert str(condition("c_price > 3 and row == 2 and age > 3", IN_CARS)) == (
        "c_price > 3 and row == 2 and age > 3"
    )
    assert str(value("count(people where p_age > c_price)", IN_CARS)) == (
        "count(people where p_age > c_price)"
    )
    assert error("count(cars) > 1", IN_CARS)[1].endswith("the rows of 'cars' are not complete yet")


def test_one_speller_gives_a_limited_number_of_suggestions() -> None:
    known = scope()
    hints = []
    for _ in range(100):
        with pytest.raises(ConditionError) as caught:
            read_condition("agee > 1", known, HERE)
        hints.append(caught.value.hint)
    assert hints[0]
    assert not hints[-1]
