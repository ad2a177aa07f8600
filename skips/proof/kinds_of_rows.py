"""Counts over one roster, said by kinds of rows: rows that the counts do not tell apart.

Two counts over many rows are tied to each other row by row, and which row is which does not matter:
a solver that does not see this goes through all ways to exchange them. So each count becomes a sum:
how many rows there are of each kind, such as "older than 17 but not older than 64"; and of a kind
that no row can be there are none. That holds of any rows, whether they are alike or not.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import z3

from skips.proof import numbers
from skips.proof.three import both, neg

FEWEST_ROWS: Final = 6
"""Where there are fewer rows, the ways to exchange them are few."""
MOST_TOGETHER: Final = 4
"""Counts whose rows are sorted into kinds together; there are twice as many kinds for each."""
MOST_COUNTS: Final = 8
"""Counts over one roster that are looked at; others stay as they are."""


@dataclass(frozen=True, slots=True)
class Tally:
    """A count over the rows of a roster."""

    roster: str
    number: z3.ArithRef
    """As it stands in formulas."""
    taken: tuple[z3.BoolRef, ...]
    """Of each row, whether it is counted."""

    @property
    def key(self) -> tuple[int, ...]:
        """The same of all tallies that count the same."""
        return tuple(one.get_id() for one in self.taken)


@dataclass(frozen=True)
class ByKinds:
    """Counts said by kinds of rows."""

    pairs: list[tuple[z3.ArithRef, z3.ArithRef]]
    """Each count as it stood, and what it becomes."""
    definitions: list[z3.BoolRef]
    """How many rows there are of each kind."""

    def said(self, formulas: Iterable[z3.BoolRef]) -> list[z3.BoolRef]:
        """Formulas, with the counts in them said by kinds."""
        if not self.pairs:
            return list(formulas)
        return [z3.substitute(formula, *self.pairs) for formula in formulas]


def by_kinds(tallies: Iterable[Tally]) -> ByKinds:
    """Say counts by kinds of rows, where there are two or more over one roster.

    Args:
        tallies: the counts; those that belong together most, first.
    """
    rosters: dict[str, dict[tuple[int, ...], Tally]] = {}
    for tally in tallies:
        if len(tally.taken) >= FEWEST_ROWS:
            rosters.setdefault(tally.roster, {}).setdefault(tally.key, tally)
    found = ByKinds([], [])
    for of_roster in rosters.values():
        counts = list(of_roster.values())[:MOST_COUNTS]
        for first in range(0, len(counts), MOST_TOGETHER):
            together = counts[first : first + MOST_TOGETHER]
            if len(together) > 1:
                _add(found, together, first)
    return found


def _add(found: ByKinds, together: Sequence[Tally], first: int) -> None:
    parts: list[list[z3.ArithRef]] = [[] for _ in together]
    for signs, rows in kinds([tally.taken for tally in together]):
        name = "".join("+" if sign else "-" for sign in signs)
        number = z3.Int(f"{together[0].roster} of kind {first} {name}")
        found.definitions.extend([number == numbers.how_many(rows).number, number >= 0])
        for at, sign in enumerate(signs):
            if sign:
                parts[at].append(number)
    found.pairs.extend(
        (tally.number, z3.Sum(*part)) for tally, part in zip(together, parts, strict=True)
    )


def kinds(
    counts: Sequence[Sequence[z3.BoolRef]],
) -> Iterator[tuple[tuple[bool, ...], list[z3.BoolRef]]]:
    """Each kind of row that is counted at all: in which counts, and whether each row is of it."""
    for signs in product((True, False), repeat=len(counts)):
        if any(signs):
            yield (
                signs,
                [
                    both(*(one if sign else neg(one) for sign, one in zip(signs, row, strict=True)))
                    for row in zip(*counts, strict=True)
                ],
            )
