"""The answers that lead along a given route, found by going back over a sweep; and replayed."""

from collections.abc import Iterator
from dataclasses import dataclass

from instrument.values import Answer, Instance, PartialDate
from skips.places import DATE
from skips.program import ASKABLE, Program
from skips.proof.measures.diagrams import ALL
from skips.proof.measures.pasts import Chain, Swept
from skips.proof.measures.sweep import Sweep
from skips.proof.witness import NotReplayed, Witness, replay
from skips.route import Route
from skips.truth import YES


@dataclass(frozen=True, slots=True)
class Extreme:
    """A route that is shortest or longest, as the engine counts it."""

    items: int
    """Questions and statements that are met; each row of a roster counts its own."""
    seconds: float
    """Expected."""
    witness: Witness
    """The answers that take it."""
    is_proved: bool
    """Whether no other route is shorter or longer; else only none is known that is."""


class NoSuchRoute(AssertionError):
    """The engine does not lead where the sweep says it does: a fault of this program."""


def follow(sweep: Sweep, swept: Swept, asked: Chain) -> Witness:
    """Answers that lead along a route which a sweep has found."""
    slots, sets = frozenset(slots_of(asked)), sweep.sets
    cases, before = ALL, []
    for step in swept.steps:
        universe = step.universe.yes
        on = sets.both(sets.both(cases, universe), step.on)
        off = sets.both(sets.without(cases, universe), step.otherwise)
        cases = (on if step.slot in slots else off) if step.splits else sets.either(on, off)
        before.append(cases)
        cases = sets.forget(cases, step.forgotten)
    fixed: dict[int, int] = {}
    for cases in reversed(before):
        found = sets.member(cases, fixed)
        if found is None:
            raise NoSuchRoute("no case takes it")
        fixed |= found
    return _witness(sweep, fixed)


def slots_of(asked: Chain) -> Iterator[int]:
    """The slots of a route, the last one first."""
    while asked is not None:
        slot, asked = asked
        yield slot


def _witness(sweep: Sweep, fixed: dict[int, int]) -> Witness:
    program = sweep.program
    answers: list[tuple[Instance, Answer]] = []
    rows: list[tuple[str, int]] = []
    date: PartialDate | None = None
    open_rosters = {
        place.slot: name for name, place in program.places.rosters.items() if place.is_open
    }
    for slot, options in sorted(sweep.encoder.options.items()):
        option = options[fixed.get(sweep.encoder.level(slot), 0)]
        instance, answer = program.instances[slot], option.answer
        if option.universe != YES or answer is None:
            continue
        if slot == DATE and isinstance(answer, PartialDate):
            date = answer
        elif slot in open_rosters and isinstance(answer, int):
            rows.append((open_rosters[slot], answer))
        elif program.roles[slot] == ASKABLE and instance is not None:
            answers.append((instance, answer))
    return Witness(program.mode, tuple(answers), tuple(rows), date)


def replayed(program: Program, witness: Witness, *, is_proved: bool) -> Extreme:
    """What the engine counts on the way of a witness; NoSuchRoute if it does not take it."""
    try:
        route = replay(program, witness)
    except NotReplayed as error:
        raise NoSuchRoute(str(error)) from error
    return Extreme(*count(route), witness, is_proved)


def count(route: Route) -> tuple[int, float]:
    """The items on a route and their expected seconds."""
    met = [route.program.slot(one) for one in route.route()]
    return len(met), sum(route.program.seconds[slot] for slot in met)
