"""A computed value is as sensitive as what it is worked out from, unless its author says else."""

import pytest

from instrument import Computed, Sensitivity, read_files

HEAD = 'instrument: small\ntitle: Small\nversion: "1"\nsections: [only]\n'
ITEMS = """section: only
title: Only
items:
  - {question: born, kind: date, label: Born, ask: When were you born?, sensitivity: identifying}
  - {question: age, kind: integer, label: Age, ask: How old?, sensitivity: quasi_identifying}
  - {question: cars, kind: integer, label: Cars, ask: How many cars?}
  - {question: why, kind: text, label: Why, ask: Why?}
  - grid: visits
    title: Visits
    ask: How often did you see these?
    kind: integer
    sensitivity: identifying
    items:
      - {item: visits_park, label: Park, ask: A park?}
"""


@pytest.mark.parametrize(
    ("computed", "expected"),
    [
        ("{compute: x, kind: date, label: X, as: born}", "identifying"),
        ("{compute: x, kind: integer, label: X, as: age + cars}", "quasi_identifying"),
        ("{compute: x, kind: integer, label: X, as: 'max(age, year(born))'}", "identifying"),
        ("{compute: x, kind: integer, label: X, as: cars + 1}", "none"),
        ("{compute: x, kind: integer, label: X, as: length(why)}", "none"),
        ("{compute: x, kind: text, label: X, as: why}", "free_text"),
        ("{compute: x, kind: integer, label: X, as: visits_park}", "identifying"),
        ("{compute: x, label: X, as: age >= 18, sensitivity: none}", "none"),
        (
            (
                "{compute: x, kind: integer, label: X, branches: [{when: age > 17, is: cars},"
                " {otherwise: 0}]}"
            ),
            "none",
        ),
        (
            (
                "{compute: x, kind: integer, label: X, branches: [{when: cars > 1, is: age},"
                " {otherwise: 0}]}"
            ),
            "quasi_identifying",
        ),
    ],
)
def test_a_computed_value_is_as_sensitive_as_what_it_holds(computed: str, expected: str) -> None:
    further = "  - {compute: y, kind: integer, label: Y, as: cars}\n"
    if "kind: integer" in computed:
        further = "  - {compute: y, kind: integer, label: Y, as: x}\n"
    files = {"instrument.yaml": HEAD, "only.yaml": f"{ITEMS}  - {computed}\n{further}"}
    items = read_files({name: text.encode() for name, text in files.items()}).items
    first, second = items["x"], items["y"]
    assert isinstance(first, Computed)
    assert isinstance(second, Computed)
    assert first.variable.sensitivity is Sensitivity(expected)
    if "as: x}" in further:
        assert second.variable.sensitivity is Sensitivity(expected)
