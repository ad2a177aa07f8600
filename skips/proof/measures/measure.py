"""The measures of an instrument in one mode."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from instrument.models import Instrument
from skips.compilation import compile_instrument
from skips.program import ASKABLE, Program
from skips.proof.measures.complexity import Complexity, complexities
from skips.proof.measures.diagrams import TooLarge
from skips.proof.measures.extremes import (
    Extreme,
    NoSuchRoute,
    count,
    follow,
    replayed,
    slots_of,
)
from skips.proof.measures.pasts import Swept
from skips.proof.measures.sweep import FRONTIER, Sweep
from skips.proof.rehearsal import Rehearsed, Rehearser

REHEARSALS: Final = 60
"""Random interviews where routes cannot be counted."""
_CLOSE: Final = 1e-6
"""Seconds that are no difference."""

Name = Literal["fewest_items", "most_items", "fewest_seconds", "most_seconds"]
NAMES: Final[tuple[Name, ...]] = ("fewest_items", "most_items", "fewest_seconds", "most_seconds")


@dataclass(frozen=True, slots=True)
class Routes:
    """How many routes there are: different sequences of items asked, rows of rosters told apart."""

    least: int
    """There are as many at least: each is taken by some answers."""
    most: int | None
    """There are no more; None where that is not known."""

    @property
    def is_exact(self) -> bool:
        """Whether the number is known."""
        return self.least == self.most


@dataclass(frozen=True, slots=True)
class Measures:
    """Of one mode."""

    mode: str
    items: int
    """Questions and statements in the mode; those of a roster once."""
    routes: Routes
    extremes: tuple[tuple[Name, Extreme], ...]
    """The shortest and longest routes, by items and by time; none where no interview ends."""
    sections: tuple[Complexity, ...]


def measure(
    instrument: Instrument, mode: str | None = None, *, frontier: int = FRONTIER
) -> Measures:
    """Measure an instrument.

    Args:
        instrument: to be measured.
        mode: in which it is asked; None is its first one.
        frontier: the most sets of cases that are told apart at once; with more, what comes out is
            not less true and less narrow.

    Raises:
        RouteError: the instrument does not have the mode.
    """
    program = compile_instrument(instrument, mode)
    within, around = _swept(program, False, frontier), _swept(program, True, frontier)
    most = None if around is None else around[1].routes
    ends = None if around is None else around[1]
    if within is None:
        least, extremes = _rehearsed(program)
    else:
        least, extremes = within[1].routes, tuple(_extremes(*within, ends))
    names = {
        item.name
        for item, role in zip(program.items, program.roles, strict=True)
        if item is not None and role == ASKABLE and program.mode in item.modes
    }
    return Measures(
        program.mode,
        len(names),
        Routes(least, most),
        extremes,
        complexities(instrument, program.mode),
    )


def _swept(program: Program, enclosing: bool, frontier: int) -> tuple[Sweep, Swept] | None:
    sweep = Sweep(program, enclosing=enclosing, frontier=frontier)
    try:
        return sweep, sweep.run()
    except TooLarge:
        return None


def _extremes(sweep: Sweep, swept: Swept, around: Swept | None) -> Iterator[tuple[Name, Extreme]]:
    if not swept.routes:
        return
    for at, name in enumerate(NAMES):
        way = swept.ways[at]
        proved = around is not None and abs(around.ways[at].length - way.length) < _CLOSE
        witness = follow(sweep, swept, way.asked)
        extreme = replayed(sweep.program, witness, is_proved=proved)
        length = extreme.items if at < 2 else extreme.seconds
        if abs(length - way.length) > _CLOSE:
            asked = sum(1 for _ in slots_of(way.asked))
            raise NoSuchRoute(f"a route of {asked} items comes out at {extreme.items}")
        yield name, extreme


def _rehearsed(program: Program) -> tuple[int, tuple[tuple[Name, Extreme], ...]]:
    """What random interviews come to."""
    rehearser = Rehearser(program)
    held = [rehearser.rehearse() for _ in range(REHEARSALS)]
    ended = [one for one in held if one.stuck is None]
    if not ended:
        return 0, ()
    routes = {tuple(one.route.route()) for one in ended}

    def length(one: Rehearsed, at: int) -> float:
        return count(one.route)[at // 2]

    found = []
    for at, name in enumerate(NAMES):
        better = min if name.startswith("fewest") else max
        best = better(ended, key=lambda one: length(one, at))
        found.append((name, replayed(program, best.witness(), is_proved=False)))
    return len(routes), tuple(found)
