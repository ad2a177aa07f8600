"""Conditions of the shipped instruments, and random ones, print as text that reads the same."""

from pathlib import Path

import pytest

from instrument.conditions.nodes import Arithmetic, Node
from tests.conditions import round_trip


@pytest.mark.parametrize("folder", round_trip.SHIPPED, ids=lambda folder: folder.name)
def test_every_expression_of_a_shipped_instrument_comes_back(folder: Path) -> None:
    assert round_trip.shipped(folder) > 30


def test_random_conditions_come_back() -> None:
    assert round_trip.random(1_000, seed=3) == 1_000


def test_control_a_sum_that_prints_without_its_parentheses_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def careless(node: Node) -> str:
        assert isinstance(node, Arithmetic)
        return f"{node.left} {node.operator} {node.right}"

    monkeypatch.setattr(Arithmetic, "__str__", careless)
    with pytest.raises(AssertionError, match="came back as"):
        round_trip.random(1_000, seed=3)
