"""Formulas and engine agree on every answer: random instruments, random cases, and planted faults.

The faults show that what is compared would notice: each is a small mistake in one rule of the
encoding, and each must be found.
"""

import pytest

from tests.campaigns.proof_agrees import agreement, exhausted
from tests.skips.proof.agreement import Comparison
from tests.skips.proof.faults import FAULTS

INSTRUMENTS = 30
"""Instruments drawn where all must agree."""
TRIES = 400
"""Instruments drawn at most until a fault is noticed; each is looked for from a seed near one."""


def test_formulas_come_to_what_the_engine_comes_to() -> None:
    found = Comparison()
    for seed in range(INSTRUMENTS):
        found.add(agreement(seed))
    assert not found.disagreements
    assert found.compared > 150 * INSTRUMENTS
    assert found.inexact < found.compared / 1_000


def test_the_solver_says_what_going_through_all_cases_shows() -> None:
    found = Comparison()
    for seed in range(5):
        found.add(exhausted(seed))
    assert not found.disagreements
    assert found.compared > 100


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_noticed(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first, where, name, wrong = FAULTS[fault]
    monkeypatch.setattr(where, name, wrong)
    assert any(agreement(seed, states=2).disagreements for seed in range(first, first + TRIES))
