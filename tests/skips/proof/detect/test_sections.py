"""Detectors that look at some sections only."""

from importlib import import_module

import pytest

from skips.proof.settle import Settler
from tests.scenario import inline_instrument

WRONG = """
first:
  - {question: age, kind: integer, range: 0..99, no_missing: all}
  - {question: size, kind: integer, range: 0..9}
  - {roster: people, size: size, at_most: 4, items: [{question: name, kind: text}]}
  - compute: stage
    kind: text
    branches: [{when: age < 18, is: '"young"'}, {when: age > 18, is: '"grown"'}]
  - {question: rent, kind: integer, ask: "For {size}?", checks: [{soft: rent > -1, say: No.}]}
  - {question: work, kind: yes_no, checks: [{hard: age >= 16, say: No.}]}
second:
  - {question: bus, kind: yes_no}
"""
KINDS = ("traps", "fills", "bounds", "rosters", "branches")


@pytest.mark.parametrize("kind", KINDS)
def test_only_sections_that_are_wanted_are_looked_at(kind: str) -> None:
    detector = import_module(f"skips.proof.detect.{kind}")
    settler = Settler(inline_instrument(WRONG), "interview")

    settler.sections = frozenset({"second"})
    assert list(detector.find(settler)) == []
    settler.sections = frozenset({"first"})
    assert len(list(detector.find(settler))) == 1
