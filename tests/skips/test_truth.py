"""The table of what conditions come to, held against the engine and the naive evaluator."""

import datetime
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import instrument.conditions
from instrument.conditions.functions import FUNCTIONS
from instrument.values import Instance, Missing, PartialDate
from skips import Truth
from tests.naive import Naive
from tests.scenario import Scenario, place

TABLE = yaml.safe_load(
    (Path(instrument.conditions.__file__).parent / "truth.yaml").read_text("utf-8")
)
TRUTHS = {"N": Truth.NO, "U": Truth.UNKNOWN, "Y": Truth.YES}
# What to answer `n`, so that `n == 1` comes to each truth.
MAKES = {"N": 0, "U": None, "Y": 1}

ABC = """
          - {name: a, code: 1, label: A}
          - {name: b, code: 2, label: B}
          - {name: c, code: 3, label: C}
"""
EVERYTHING = f"""
    first:
      - {{question: integer, kind: integer}}
      - {{question: decimal, kind: decimal}}
      - {{question: yes_no, kind: yes_no}}
      - question: one_of
        kind: one_of
        choices: {ABC}
      - question: any_of
        kind: any_of
        at_least: 0
        choices: {ABC}
      - {{question: date, kind: date}}
      - {{question: time, kind: time}}
      - {{question: text, kind: text}}
      - {{question: hidden, kind: yes_no, ask_if: 1 == 2}}
      - {{question: size, kind: integer}}
      - {{question: duration, kind: duration, units: [minutes, hours]}}
      - {{question: other_duration, kind: duration, units: [minutes, hours]}}
      - {{question: other_integer, kind: integer}}
      - {{question: other_date, kind: date}}
      - question: other_one_of
        kind: one_of
        choices: {ABC}
      - roster: guests
        size: size
        row_if: row != integer
        items: [{{question: guest, kind: integer}}]
      - {{roster: people, size: size, items: [{{question: age, kind: integer}}]}}
      - roster: nobody
        rows: 2
        ask_if: 1 == 2
        items: [{{question: thing, kind: integer}}]
    last:
"""
CONDITIONS = [condition for condition, _, _ in TABLE["conditions"]]
JUDGED = "".join(
    f"      - {{question: judged_{at}, kind: yes_no, ask_if: {json.dumps(condition)}}}\n"
    for at, condition in enumerate(CONDITIONS)
)


def judge(questionnaire: str, judged: str, answers: dict[str, Any]) -> tuple[Truth, Truth]:
    """The universe of an item by the engine and by the naive evaluator."""
    interview = Scenario(questionnaire)
    naive = Naive(interview.instrument, "interview")
    for name, given in answers.items():
        value = given
        if name == "interview_date":
            naive.interview_date = PartialDate.parse(given)
            interview.sit(given)
            continue
        if isinstance(given, str) and given.endswith("!"):
            value = Missing(given[:-1])
        elif name == "time":
            value = datetime.time.fromisoformat(given)
        interview.answer(**{name: value})
        kept = interview.route_.kept(place(name))
        if kept is not None:
            naive.answers[place(name)] = kept
    program, cells = interview.route_.program, interview.route_.state.cells
    engine = Truth(cells.universe[program.slot(Instance(judged))])
    return engine, naive.picture().truths[Instance(judged)]


@pytest.mark.parametrize("row", range(len(CONDITIONS)), ids=CONDITIONS)
def test_conditions(row: int) -> None:
    _, answers, expected = TABLE["conditions"][row]
    found = judge(EVERYTHING + JUDGED, f"judged_{row}", answers)
    assert found == (TRUTHS[expected], TRUTHS[expected])


@pytest.mark.parametrize("word", ["and", "or"])
def test_and_and_or(word: str) -> None:
    assert len(TABLE[word]) == 9
    questionnaire = f"""
        - {{question: n, kind: integer}}
        - {{question: m, kind: integer}}
        - {{question: judged, kind: yes_no, ask_if: n == 1 {word} m == 1}}
    """
    for left, right, expected in TABLE[word]:
        found = judge(questionnaire, "judged", {"n": MAKES[left], "m": MAKES[right]})
        assert found == (TRUTHS[expected], TRUTHS[expected]), (left, word, right)


def test_not() -> None:
    questionnaire = """
        - {question: n, kind: integer}
        - {question: judged, kind: yes_no, ask_if: not n == 1}
    """
    for inner, expected in TABLE["not"]:
        found = judge(questionnaire, "judged", {"n": MAKES[inner]})
        assert found == (TRUTHS[expected], TRUTHS[expected]), inner


def test_every_function_stands_in_the_table_with_what_it_is_when_little_is_known() -> None:
    never_unknown = {"answered", "missing", "asked"}
    for function in FUNCTIONS:
        results = {
            result
            for condition, _, result in TABLE["conditions"]
            if re.search(rf"\b{function}\(", condition)
        }
        assert results, function
        assert ("U" in results) == (function not in never_unknown), function
