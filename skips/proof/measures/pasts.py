"""What a sweep carries from slot to slot: sets of cases, and how each can have come about."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from skips.proof.measures.cases import Three
from skips.proof.measures.diagrams import ALL

Chain = tuple[int, "Chain"] | None
"""Slots that were asked, the last one first."""


@dataclass(frozen=True, slots=True)
class Way:
    """The shortest or longest way to a set of cases, by some measure."""

    length: float
    asked: Chain = None


@dataclass(slots=True)
class Pasts:
    """How a set of cases can have come about."""

    routes: int
    ways: tuple[Way, ...]
    """Fewest items, most items, fewest seconds, most seconds."""

    def joined(self, other: "Pasts") -> "Pasts":
        """The pasts of two sets together."""
        return Pasts(
            self.routes + other.routes,
            tuple(
                better(one, two, key=lambda way: way.length)
                for better, one, two in zip(BETTER, self.ways, other.ways, strict=True)
            ),
        )

    def asked(self, slot: int, seconds: float) -> "Pasts":
        """The pasts once a slot has been asked, too."""
        return Pasts(
            self.routes,
            tuple(
                Way(way.length + more, (slot, way.asked))
                for way, more in zip(self.ways, (1, 1, seconds, seconds), strict=True)
            ),
        )


BETTER: Final[tuple[Callable[..., Way], ...]] = (min, max, min, max)
Frontier = dict[int, Pasts]


@dataclass(slots=True)
class Step:
    """What happens at one slot."""

    slot: int
    splits: bool
    """Whether the interviewer meets something there."""
    universe: Three
    on: int = ALL
    """What holds where it is on the route: its answer is one that it takes."""
    otherwise: int = ALL
    forgotten: frozenset[int] = frozenset()
    """Levels that nothing ahead looks at."""


@dataclass(slots=True)
class Swept:
    """What a sweep came to."""

    routes: int
    ways: tuple[Way, ...]
    is_whole: bool
    """Whether no set of cases was left out or joined with others for want of room."""
    steps: list[Step] = field(repr=False)
