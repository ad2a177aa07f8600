"""Sets of assignments to variables of few values each, kept as shared decision diagrams.

A diagram is a number: two diagrams of one `Diagrams` are equal sets if and only if their numbers
are equal, so that sets can be keys. Variables are known by their level and decided in that order.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

NOTHING: Final = 0
"""The empty set."""
ALL: Final = 1
"""Every assignment."""
_END: Final = 1 << 60
_CACHED: Final = 400_000
"""Results kept before they are all forgotten."""


class TooLarge(Exception):
    """More nodes would be needed than are allowed."""


class Diagrams:
    """All diagrams over one set of variables."""

    def __init__(self, most: int = 1_500_000) -> None:
        self._most = most
        """Nodes that there can be."""
        self._levels = [_END, _END]
        self._parts: list[tuple[int, ...]] = [(), ()]
        self._known: dict[tuple[int, tuple[int, ...]], int] = {}
        self._sizes: dict[int, int] = {}
        self._both: dict[tuple[int, int], int] = {}
        self._without: dict[tuple[int, int], int] = {}
        self._forgotten: dict[tuple[int, frozenset[int]], int] = {}

    def declare(self, level: int, size: int) -> None:
        """Say of a variable how many values it has."""
        self._sizes[level] = size

    def level(self, diagram: int) -> int:
        """The first variable that decides; beyond all levels when there is none."""
        return self._levels[diagram]

    def is_one_of(self, level: int, values: Collection[int]) -> int:
        """The assignments in which a variable has one of some values, numbered from 0."""
        return self.choose(
            level, tuple(ALL if one in values else NOTHING for one in range(self._sizes[level]))
        )

    def both(self, one: int, other: int) -> int:
        """The intersection of two sets."""
        if one == other or other == ALL:
            return one
        if one == ALL:
            return other
        if NOTHING in (one, other):
            return NOTHING
        key = (one, other) if one < other else (other, one)
        found = self._both.get(key)
        if found is None:
            level = min(self._levels[one], self._levels[other])
            found = self.choose(
                level,
                tuple(
                    self.both(left, right)
                    for left, right in zip(
                        self._at(one, level), self._at(other, level), strict=True
                    )
                ),
            )
            self._trim(self._both)
            self._both[key] = found
        return found

    def without(self, one: int, other: int) -> int:
        """What is in a set and not in another."""
        if one in (NOTHING, other) or other == ALL:
            return NOTHING
        if other == NOTHING:
            return one
        found = self._without.get((one, other))
        if found is None:
            level = min(self._levels[one], self._levels[other])
            found = self.choose(
                level,
                tuple(
                    self.without(left, right)
                    for left, right in zip(
                        self._at(one, level), self._at(other, level), strict=True
                    )
                ),
            )
            self._trim(self._without)
            self._without[one, other] = found
        return found

    def opposite(self, one: int) -> int:
        """Everything that is not in a set."""
        return self.without(ALL, one)

    def either(self, one: int, other: int) -> int:
        """The union of two sets."""
        if one in (NOTHING, other):
            return other
        if other == NOTHING:
            return one
        return self.opposite(self.both(self.opposite(one), self.opposite(other)))

    def all_of(self, sets: Iterable[int]) -> int:
        """What is in each of several sets."""
        found = ALL
        for one in sets:
            found = self.both(found, one)
        return found

    def any_of(self, sets: Iterable[int]) -> int:
        """What is in some of several sets."""
        found = NOTHING
        for one in sets:
            found = self.either(found, one)
        return found

    def forget(self, one: int, levels: frozenset[int]) -> int:
        """The assignments that become one of a set by giving other values to some variables."""
        if one in (NOTHING, ALL):
            return one
        key = (one, levels)
        found = self._forgotten.get(key)
        if found is None:
            level = self._levels[one]
            parts = tuple(self.forget(part, levels) for part in self._parts[one])
            found = self.any_of(parts) if level in levels else self.choose(level, parts)
            self._trim(self._forgotten)
            self._forgotten[key] = found
        return found

    def member(self, one: int, fixed: Mapping[int, int]) -> dict[int, int] | None:
        """Values of deciding variables that are in a set, some being fixed; None if there are none.

        Variables that the answer does not name can have any value.
        """
        dead: set[int] = set()
        return self._member(one, fixed, dead)

    def _member(self, one: int, fixed: Mapping[int, int], dead: set[int]) -> dict[int, int] | None:
        if one == ALL:
            return {}
        if one == NOTHING or one in dead:
            return None
        level = self._levels[one]
        values = [fixed[level]] if level in fixed else range(self._sizes[level])
        for value in values:
            found = self._member(self._parts[one][value], fixed, dead)
            if found is not None:
                found[level] = value
                return found
        dead.add(one)
        return None

    def _at(self, one: int, level: int) -> tuple[int, ...]:
        if self._levels[one] == level:
            return self._parts[one]
        return (one,) * self._sizes[level]

    def choose(self, level: int, parts: tuple[int, ...]) -> int:
        """The cases that are in the part that belongs to the value of a variable."""
        first = parts[0]
        if all(part == first for part in parts):
            return first
        key = (level, parts)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = len(self._levels)
            if found > self._most:
                raise TooLarge
            self._levels.append(level)
            self._parts.append(parts)
        return found

    def _trim(self, results: dict[Any, int]) -> None:
        if len(results) > _CACHED:
            results.clear()
