"""Numbers that can be negative keep the reasons for missing values in a column of their own."""

import pytest

from cati.export.bounds import never_negative
from instrument import read_files
from instrument.models import Computed, Question

HEAD = """
instrument: sums
title: Sums
version: "1"
modes: {interview: Interview}
missing: []
sections: [all_of_it]
"""
ITEMS = """
section: all_of_it
title: Sums
items:
  - {question: a, kind: integer, label: A, ask: A?, range: 0..9}
  - {question: b, kind: integer, label: B, ask: B?, range: 1..}
  - {question: c, kind: decimal, label: C, ask: C?, range: -500..-100}
  - roster: people
    title: People
    label: People
    rows: 2
    at_most: 2
    row_label: Person {row}
    items:
      - {question: age, kind: integer, label: Age, ask: Age?, range: 0..99}
      - {compute: at, kind: integer, as: row, label: Row}
  - {question: d, kind: date, label: D, ask: D?}
  - {question: e, kind: date, label: E, ask: E?}
"""


@pytest.mark.parametrize(
    ("expression", "certain"),
    [
        ("a", True),
        ("c", False),
        ("a + b", True),
        ("a * 2 + b / 3", True),
        ("a - b", False),
        ("a + c", False),
        ("-a", False),
        ("a * -1", False),
        ("count(people where age > 3)", True),
        ("sum(people, age)", True),
        ("max(people, age - 5)", False),
        ("count(a == 1, b == 2)", True),
        ("years_between(d, e)", False),
        ("days_between(d, interview_date)", False),
        ("year(d) + month(e)", True),
        ("round(a / 3, 1)", True),
        ("round(c)", False),
        ("max(a, c)", False),
        ("sum(a, b)", True),
        ("first(a, 0)", True),
        ("if(a == 1, a, c)", False),
        ("if(c < -200, a, b)", True),
    ],
)
def test_what_a_calculation_can_come_to(expression: str, certain: bool) -> None:
    compute = f"  - {{compute: x, kind: decimal, label: X, as: '{expression}'}}\n"
    files = {"instrument.yaml": HEAD, "all_of_it.yaml": ITEMS + compute}
    instrument = read_files({name: text.encode() for name, text in files.items()})
    item = instrument.items["x"]
    assert isinstance(item, Computed)
    assert never_negative(item, instrument) is certain
    question, row = instrument.items["c"], instrument.items["at"]
    assert isinstance(question, Question)
    assert isinstance(row, Computed)
    assert not never_negative(question, instrument)
    assert never_negative(row, instrument)


def test_branches_count_all_together() -> None:
    branches = """  - compute: x
    kind: integer
    label: X
    branches:
      - {when: a == 1, is: b}
      - {otherwise: %s}
"""
    for last, certain in [("2", True), ("a - b", False)]:
        files = {"instrument.yaml": HEAD, "all_of_it.yaml": ITEMS + branches % last}
        instrument = read_files({name: text.encode() for name, text in files.items()})
        item = instrument.items["x"]
        assert isinstance(item, Computed)
        assert never_negative(item, instrument) is certain
