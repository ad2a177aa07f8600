"""How long items can be expected to take."""

from instrument.models import Kind, Question
from skips.pace import (
    SECONDS_TO_ANSWER,
    SECONDS_TO_LOOK_UP,
    WORDS_PER_SECOND,
    expected_seconds,
)
from tests.scenario import inline_instrument

QUESTIONS = """
    - {question: short, kind: yes_no, ask: Is it}
    - {question: long, kind: yes_no, ask: Is it one of these rather many and long words}
    - question: listed
      kind: one_of
      ask: Is it
      read_choices: true
      choices: [{name: a, code: 1, label: this one}, {name: b, code: 2, label: or that one}]
    - {statement: thanks, say: Thank you for all of this.}
    - {compute: known, kind: yes_no, as: short}
    - grid: importance
      ask: How important is each of these
      choices: [{name: a, code: 1, label: very much}, {name: b, code: 2, label: no, read: false}]
      read_choices: true
      title: Importance
      items:
        - {item: price, ask: The price, label: Price}
        - {item: color, ask: The color, label: Color}
"""

STEM = 6 / WORDS_PER_SECOND


def seconds(name: str, *, from_record: bool = False) -> float:
    items = inline_instrument(QUESTIONS).items
    return expected_seconds(items[name], "interview", from_record=from_record)


def test_two_words_take_a_second_on_top_of_the_answer() -> None:
    assert seconds("short") == 1 + SECONDS_TO_ANSWER[Kind.YES_NO]
    assert seconds("long") == 5 + SECONDS_TO_ANSWER[Kind.YES_NO]


def test_choices_take_time_when_they_are_read_aloud() -> None:
    assert seconds("listed") == 1 + 2.5 + SECONDS_TO_ANSWER[Kind.ONE_OF]


def test_a_statement_takes_its_reading_and_a_computed_value_nothing() -> None:
    assert seconds("thanks") == 3
    assert seconds("known") == 0


def test_a_record_is_looked_up_and_not_read_aloud() -> None:
    expected = SECONDS_TO_LOOK_UP + SECONDS_TO_ANSWER[Kind.ONE_OF]
    assert seconds("listed", from_record=True) == expected


def test_an_item_takes_no_time_in_a_mode_that_it_does_not_exist_in() -> None:
    item = inline_instrument("- {question: q, kind: yes_no, modes: [record]}").items["q"]
    assert isinstance(item, Question)
    assert expected_seconds(item, "interview", from_record=False) == 0


def test_every_kind_takes_time_to_answer() -> None:
    assert set(SECONDS_TO_ANSWER) == set(Kind)


def test_the_stem_and_the_choices_of_a_grid_are_read_once() -> None:
    row = 1 + SECONDS_TO_ANSWER[Kind.ONE_OF]
    assert seconds("price") == STEM + 1 + row
    assert seconds("color") == row


def test_a_statement_takes_no_time_in_a_mode_that_it_does_not_exist_in() -> None:
    item = inline_instrument("- {statement: s, say: Hello., modes: [record]}").items["s"]
    assert expected_seconds(item, "interview", from_record=False) == 0
    assert expected_seconds(item, "record", from_record=True) == SECONDS_TO_LOOK_UP


def test_choices_that_are_not_read_aloud_take_no_time() -> None:
    silent = QUESTIONS.replace("ask: Is it\n      read_choices: true", "ask: Is it")
    items = inline_instrument(silent).items
    assert expected_seconds(items["listed"], "interview", from_record=False) == (
        1 + SECONDS_TO_ANSWER[Kind.ONE_OF]
    )
