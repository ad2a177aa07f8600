"""The values next to which a comparison turns: off-by-one mistakes show nowhere else."""

import datetime
from collections.abc import Iterator
from dataclasses import replace

from instrument.conditions.nodes import Compare, Comparison, Literal, Node, OverRows, children
from instrument.values import PartialDate

_BELOW = (Comparison.LT, Comparison.GE)
"""Comparisons that turn between a constant and what is next below it."""
_ABOVE = (Comparison.LE, Comparison.GT)
_MIRRORED = {
    Comparison.LT: Comparison.GT,
    Comparison.LE: Comparison.GE,
    Comparison.GT: Comparison.LT,
    Comparison.GE: Comparison.LE,
}


def limits(tree: Node) -> Iterator[Compare]:
    """For every comparison with a constant within a condition: that the value is at its limit.

    Given are comparisons by `==`. What is looked at over rows is left out.
    """
    if isinstance(tree, OverRows):
        return
    if isinstance(tree, Compare):
        yield from _of(tree)
    for child in children(tree):
        yield from limits(child)


def _of(tree: Compare) -> Iterator[Compare]:
    left, right, operator = tree.left, tree.right, tree.operator
    if isinstance(left, Literal):
        left, right, operator = right, left, _MIRRORED.get(operator, operator)
    if not isinstance(right, Literal) or isinstance(left, Literal):
        return
    steps = (-1, 0) if operator in _BELOW else (0, 1) if operator in _ABOVE else (0,)
    for step in steps:
        value = _moved(right.value, step)
        if value is not None:
            yield Compare(Comparison.EQ, left, replace(right, value=value))


def _moved(value: object, step: int) -> int | PartialDate | None:
    """What is next to a whole number or a day; None for anything else."""
    if isinstance(value, int):
        return value + step
    if isinstance(value, PartialDate) and value.day is not None:
        try:
            day = value.first + datetime.timedelta(days=step)
        except OverflowError:
            return None
        return PartialDate(day.year, day.month, day.day)
    return None
