"""Wishes: what a rehearsal answers where that can be had, put together from several goals."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from instrument.values import Answer
from skips.cells import Condition
from skips.proof.leading import Leader

Suits = Callable[[Answer], bool]
"""Whether an answer is as wished."""


class Wish(NamedTuple):
    """What an answer should be."""

    suits: Suits
    likely: tuple[Answer, ...] = ()
    """Answers that may suit, to be tried first."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What one rehearsal would like to see."""

    answers: Mapping[int, list[Wish]] = field(default_factory=lambda: MappingProxyType({}))
    """By slot what its answer should be; all of them together."""
    truths: Mapping[int, list[tuple[Condition, int]]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """By slot conditions that should come to a truth once it has its answer."""
    rows: Mapping[int, tuple[int, int]] = field(default_factory=lambda: MappingProxyType({}))
    """By slot of an open roster the least and the largest number of its rows."""


NO_WISHES = Wishes()


class Conflict(Exception):
    """What is wished cannot be had together with what is wished already."""


class Draft:
    """Wishes in the making; those of a goal that cannot be had are taken back together."""

    def __init__(self, leader: Leader) -> None:
        self._leader = leader
        self._answers: dict[int, list[Wish]] = {}
        self._truths: dict[int, list[tuple[Condition, int]]] = {}
        self._rows: dict[int, tuple[int, int]] = {}
        self._log: list[tuple[dict[int, Any], int, Any]] = []

    def answer(self, slot: int, wish: Wish) -> None:
        """Wish for an answer; raises Conflict when no answer that is known suits all wishes."""
        palette = self._leader.palette(slot)
        if palette is None:
            return
        wishes = [*self._answers.get(slot, ()), wish]
        known = (answer for one in wishes for answer in one.likely)
        if not any(
            all(one.suits(answer) for one in wishes)
            for answers in (known, palette.answers)
            for answer in answers
        ):
            raise Conflict
        self._set(self._answers, slot, wishes)

    def truth(self, slot: int, condition: Condition, wanted: int) -> None:
        """Wish that a condition comes to a truth once a slot has its answer."""
        self._set(self._truths, slot, [*self._truths.get(slot, ()), (condition, wanted)])

    def rows(self, slot: int, least: int, largest: int) -> None:
        """Wish for a number of rows of an open roster."""
        low, high = self._rows.get(slot, (least, largest))
        low, high = max(low, least), min(high, largest)
        if low > high:
            raise Conflict
        self._set(self._rows, slot, (low, high))

    def mark(self) -> int:
        """Where to go back to when what follows cannot be had."""
        return len(self._log)

    def back(self, mark: int) -> None:
        """Take back all that was wished since a mark."""
        while len(self._log) > mark:
            there, slot, before = self._log.pop()
            if before is None:
                del there[slot]
            else:
                there[slot] = before

    def done(self) -> Wishes:
        """All wishes."""
        return Wishes(self._answers, self._truths, self._rows)

    def _set(self, there: dict[int, Any], slot: int, value: object) -> None:
        self._log.append((there, slot, there.get(slot)))
        there[slot] = value
