"""All cases of a small instrument, one by one, through the engine: what can be so in them."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from random import Random
from types import MappingProxyType

from instrument.conditions.nodes import INTERVIEW_DATE, Item, walk
from instrument.judging import check_value
from instrument.models import Expression, Instrument, Kind, Question, Statement
from instrument.values import READ, Answer, Instance, Missing, PartialDate
from skips import Program, Route, Truth
from skips.places import RosterPlace
from skips.program import ROSTER
from skips.proof.world import trees
from tests.random_conditions import HERE, Known
from tests.strategies import VARIABLE, Maker

FEW_KINDS = (Kind.YES_NO, Kind.ONE_OF, Kind.ANY_OF, Kind.INTEGER)
MOST = 2
"""The greatest number that is given."""
TOO_MANY = 1_500
"""Cases of an instrument that is left alone."""


class TooMany(Exception):
    """An instrument has more cases than are gone through."""


class FewAnswers(Maker):
    """Makes instruments whose questions have few answers."""

    def question(self, universe: Expression | None) -> Question:
        kind = self.rng.choice(FEW_KINDS)
        known, before = Known(self.name("q"), kind), self.view
        self.know(known)
        modes = self.modes()
        checks = tuple(self.check(known.name, at) for at in range(self.rng.choice((0, 0, 1, 2))))
        choices = tuple(
            one.model_copy(update={"exclusive": kind is Kind.ANY_OF and self.rng.random() < 0.3})
            for one in self.offers(kind, before)
        )
        return Question(
            source=HERE,
            name=known.name,
            ask_if=universe,
            modes=modes,
            kind=kind,
            choices=choices,
            wordings=MappingProxyType({mode: self.wording() for mode in modes}),
            checks=checks,
            minimum=0 if kind is Kind.INTEGER else None,
            maximum=MOST if kind is Kind.INTEGER else None,
            at_least=self.rng.randint(0, 2) if kind is Kind.ANY_OF else 0,
            at_most=self.rng.choice((None, 2)) if kind is Kind.ANY_OF else None,
            no_missing=frozenset(self.rng.sample(("not_sure", "declined"), self.rng.randint(0, 2))),
            variable=VARIABLE,
        )


def small_instrument(rng: Random) -> Instrument:
    """A random instrument whose cases can be gone through; it does not read the date."""
    while True:
        found = FewAnswers(rng).instrument()
        reads = (one for tree in trees(found) for one in walk(tree))
        if not any(isinstance(one, Item) and one.name == INTERVIEW_DATE for one in reads):
            return found


class Cases:
    """What is so in some case, of every slot that the case has come to.

    Raises TooMany when there are too many cases.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.universes: dict[int, set[int]] = defaultdict(set)
        """By slot what its universe comes to."""
        self.values: dict[int, set[object]] = defaultdict(set)
        """By slot of a computed value what it comes to; None where it has none."""
        self.stuck: set[int] = set()
        """Slots at which no answer will do."""
        self.hard: set[int] = set()
        """Hard checks that fire of an answer that is taken."""
        self.count = 0
        self._go(Route(program), frozenset())

    def _go(self, route: Route, counted: frozenset[str]) -> None:
        """Everything that can come of a case as it stands.

        Args:
            route: the case.
            counted: the open rosters of which it has been said how many rows they have.
        """
        opened = route.first_open()
        reached = self.program.size if opened is None else self.program.slot(opened)
        roster = self._open_roster(route, reached, counted)
        if roster is not None:
            reached = roster.slot
        self._note(route, reached)
        if roster is not None:
            for number in range(roster.roster.at_most + 1):
                other = self._copy(route)
                for _ in range(number):
                    other.add_row(roster.roster.name)
                self._go(other, counted | {roster.roster.name})
        elif opened is not None:
            self._answer(route, opened, counted)

    def _open_roster(
        self, route: Route, reached: int, counted: frozenset[str]
    ) -> RosterPlace | None:
        for name, place in self.program.places.rosters.items():
            if (
                place.is_open
                and name not in counted
                and place.slot < reached
                and route.state.cells.universe[place.slot] == Truth.YES
            ):
                return place
        return None

    def _answer(self, route: Route, instance: Instance, counted: frozenset[str]) -> None:
        went_on = False
        slot = self.program.slot(instance)
        for answer in list(allowed(route, instance)):
            other = self._copy(route)
            other.answer(instance, answer)
            failing = [
                number
                for number, check in enumerate(self.program.checks)
                if other.state.failing[number] and check.check.severity == "hard"
            ]
            if failing:
                self.hard.update(one for one in failing if self.program.checks[one].slot == slot)
                continue
            went_on = True
            self._go(other, counted)
        if not went_on:
            self.stuck.add(slot)

    def _note(self, route: Route, reached: int) -> None:
        self.count += 1
        if self.count > TOO_MANY:
            raise TooMany
        cells = route.state.cells
        for slot in range(min(reached + 1, self.program.size)):
            self.universes[slot].add(cells.universe[slot])
            if self.program.roles[slot] not in (ROSTER,) and slot < reached:
                self.values[slot].add(cells.counted[slot])

    def _copy(self, route: Route) -> Route:
        other = Route(self.program)
        other.set_interview_date(PartialDate(2026, 1, 5))
        for name, place in self.program.places.rosters.items():
            # Rows that stand, also those that are not asked.
            for _ in route.state.cells.rows.get(place.slot, ()):
                other.add_row(name)
        for instance in route.instances():
            answer = route.kept(instance)
            if answer is not None:
                other.answer(instance, answer)
        return other


def allowed(route: Route, instance: Instance) -> Iterator[Answer]:
    """Every answer that an item takes now."""
    item = route.instrument.items[instance.item]
    if isinstance(item, Statement):
        yield READ
        return
    assert isinstance(item, Question)
    for reason in route.instrument.reasons_for(item, route.mode):
        yield Missing(reason.name)
    offered = frozenset(one.name for one in route.offered(instance))
    for value in values(item):
        if check_value(item, value, offered=offered) is None:
            yield value


def values(item: Question) -> Iterator[str | int | tuple[str, ...]]:
    """Every value that a question could take."""
    names = [choice.name for choice in item.choices]
    match item.kind:
        case Kind.INTEGER:
            yield from range(MOST + 1)
        case Kind.ANY_OF:
            for taken in product((False, True), repeat=len(names)):
                yield tuple(name for name, is_in in zip(names, taken, strict=True) if is_in)
        case _:
            yield from names
