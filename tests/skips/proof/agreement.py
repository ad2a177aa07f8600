"""Holds the formulas against the engine: both look at the same answers, everything is compared.

A state of the engine is written into a model slot by slot; what the formulas then come to is worked
out by z3's evaluator alone, so that nothing depends on what its search would find.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any

import z3

from instrument.judging import check_value
from instrument.models import Kind, Question
from instrument.values import Missing
from skips import Route, RouteError, Truth
from skips.places import DATE, ROOT
from skips.program import ASKABLE, COMPUTED, ROSTER
from skips.proof import answers, dates, texts
from skips.proof.answers import MOST_NUMBER
from skips.proof.terms import (
    ChoicesTerm,
    ChoiceTerm,
    DateTerm,
    DurationTerm,
    NumberTerm,
    Term,
    TextTerm,
    TimeTerm,
    is_exact,
)
from skips.proof.three import Three
from skips.proof.world import World
from tests.random_conditions import DATES
from tests.strategies import Put, RowEdit, Sit, random_edit


@dataclass
class Comparison:
    """What came of comparing."""

    compared: int = 0
    inexact: int = 0
    """Differences at slots that the formulas only enclose."""
    disagreements: list[str] = field(default_factory=list)

    def add(self, other: "Comparison") -> None:
        """Count another one in."""
        self.compared += other.compared
        self.inexact += other.inexact
        self.disagreements += other.disagreements


class Mirror:
    """One state of the engine as a model of the formulas."""

    def __init__(self, world: World, route: Route) -> None:
        self.world = world
        self.route = route
        self.cells = route.state.cells
        self.model = z3.Model()
        self.tainted: set[int] = set()
        self.found = Comparison()

    def compare(self) -> Comparison:
        """Compare every slot, check and offer."""
        program = self.world.program
        for slot in range(program.size):
            if slot not in self.world.depends.spare:
                self._slot(slot)
        for number, check in enumerate(program.checks):
            if check.slot not in self.world.depends.spare:
                self._say(
                    f"check {check.check.name}",
                    self.world.depends.check(number),
                    self.holds(self.world.fires(number)),
                    bool(self.route.state.failing[number]),
                )
        return self.found

    # --- one slot --------------------------------------------------------------------------------

    def _slot(self, slot: int) -> None:
        world, program, cells = self.world, self.world.program, self.cells
        name = world.called(slot)
        universe, term = world.universe(slot), world.counted(slot)
        self._assign(slot)
        self._define(world.definitions(slot))
        reads = set(world.depends.reads(slot))
        if not is_exact(term) or self.tainted & reads:
            self.tainted.add(slot)
        around = reads | {slot}
        self._say(f"universe of {name}", around, self.truth(universe), cells.universe[slot])
        if slot != ROOT and cells.universe[program.gates[slot]] == Truth.YES:
            self._say(f"own of {name}", around, self.truth(world.own(slot)), cells.own[slot])
        if program.roles[slot] in (ASKABLE, COMPUTED, ROSTER) or slot == DATE:
            counted = cells.counted[slot]
            self._say(f"value of {name}", around, self.value(term), comparable(counted, term))
        if program.roles[slot] == ASKABLE:
            reason = cells.reasons[slot]
            for one in world.answer(slot).reasons:
                self._say(
                    f"{one} at {name}", around, self.holds(world.missing(slot, one)), reason == one
                )
        self._offers(slot)

    def _offers(self, slot: int) -> None:
        item, instance = self.world.program.items[slot], self.world.program.instances[slot]
        if not isinstance(item, Question) or instance is None:
            return
        around = set(self.world.depends.offers(slot)) | {slot}
        offered = frozenset(one.name for one in self.route.offered(instance))
        for choice in item.choices:
            no = self.holds(self.world.offered(slot, choice.name).no)
            self._say(f"{choice.name} at {instance}", around, not no, choice.name in offered)
        value = self.cells.counted[slot]
        if value is not None:
            rules = self.world.domain(slot)
            taken = check_value(item, value, offered=offered) is None
            kept = all(self.holds(rule) for rule in rules)
            self._say(f"what {instance} takes: {value!r}", around, kept, taken)

    def _assign(self, slot: int) -> None:
        """Write what was given into the model."""
        program, world = self.world.program, self.world
        if slot == DATE:
            date = self.cells.counted[DATE]
            term, same = world.counted(DATE), dates.constant(date)  # type: ignore[arg-type]
            for part in ("year", "month", "day", "has_month", "has_day"):
                self.model.update_value(getattr(term, part), getattr(same, part))
        elif program.roles[slot] == ASKABLE:
            for variable, value in answers.is_exactly(world.answer(slot), self.cells.kept[slot]):
                self.model.update_value(variable, value)
        elif program.roles[slot] == ROSTER and program.roster_at(slot).is_open:
            standing = self.cells.rows.get(slot, frozenset())
            for row in range(1, program.roster_at(slot).roster.at_most + 1):
                self.model.update_value(world.stands(slot, row), z3.BoolVal(row in standing))

    def _define(self, definitions: list[z3.BoolRef]) -> None:
        """Work out what names stand for."""
        for one in definitions:
            if z3.is_eq(one) and z3.is_const(one.arg(0)):
                self.model.update_value(
                    one.arg(0), self.model.eval(one.arg(1), model_completion=True)
                )

    # --- reading ---------------------------------------------------------------------------------

    def holds(self, formula: z3.BoolRef) -> bool:
        """Whether a formula holds."""
        return bool(z3.is_true(self.model.eval(formula, model_completion=True)))

    def truth(self, three: Three) -> int:
        """What a condition comes to."""
        yes, no = self.holds(three.yes), self.holds(three.no)
        assert not (yes and no), "both yes and no"
        return Truth.YES if yes else Truth.NO if no else Truth.UNKNOWN

    def value(self, term: Term) -> Any:
        """What a value comes to, in a form that can be compared; None when it is not known."""
        if not self.holds(term.known):
            return None
        match term:
            case ChoiceTerm(of=of):
                taken = [name for name, part in of.items() if self.holds(part)]
                return taken[0] if len(taken) == 1 else taken
            case ChoicesTerm(has=has):
                return tuple(name for name, part in has.items() if self.holds(part))
            case NumberTerm(number=number):
                return self._number(number)
            case TimeTerm(minute=minute):
                return ("minute", self._number(minute))
            case DurationTerm(seconds=seconds):
                return ("seconds", self._number(seconds))
            case TextTerm(token=token, length=length):
                return ("text", self._number(token), self._number(length))
            case DateTerm():
                return (
                    *map(self._number, (term.year, term.month, term.day)),
                    self.holds(term.has_month),
                    self.holds(term.has_day),
                )

    def _number(self, number: z3.ArithRef) -> Fraction:
        value = z3.simplify(self.model.eval(number, model_completion=True))
        if z3.is_int_value(value):
            return Fraction(value.as_long())
        return Fraction(value.numerator_as_long(), value.denominator_as_long())

    def _say(self, what: str, around: set[int] | frozenset[int], ours: Any, engine: Any) -> None:
        self.found.compared += 1
        if ours == engine:
            return
        if self.tainted & set(around):
            self.found.inexact += 1
            return
        self.found.disagreements.append(f"{what}: formulas {ours!r}, engine {engine!r}")


def comparable(value: Any, term: Term) -> Any:
    """A value of the engine in the form in which `Mirror.value` gives it."""
    if isinstance(term, TextTerm) and value is not None:
        return ("text", Fraction(texts.token(value)), Fraction(len(value)))
    match type(value).__name__:
        case "int" | "Decimal":
            return Fraction(value)
        case "PartialDate":
            parts = map(Fraction, (value.year, value.month or 1, value.day or 1))
            return (*parts, value.month is not None, value.day is not None)
        case "time":
            return ("minute", Fraction(value.hour * 60 + value.minute))
        case "Duration":
            return ("seconds", Fraction(value.seconds))
        case _:
            return value


def is_ordinary(world: World, route: Route) -> bool:
    """Whether a state is one that the formulas speak of at all."""
    cells = route.state.cells
    for place in world.program.places.rosters.values():
        standing = cells.rows.get(place.slot, frozenset())
        if standing and max(standing) > place.roster.at_most:
            return False
    return cells.counted[DATE] is not None


def random_state(rng: Random, world: World) -> Route:
    """A case in which random things happened, the interview's date among them."""
    route = Route(world.program)
    route.set_interview_date(rng.choice(DATES))
    askable = [
        one for one in route.instances() if world.program.roles[world.program.slot(one)] == ASKABLE
    ]
    for _ in range(rng.choice((5, 20, 60))):
        edit = random_edit(rng, world.instrument, askable)
        if edit is not None:
            _happen(route, edit)
    if rng.random() < 0.2:
        # Sums and products of ordinary numbers never leave 64 bits.
        for one in askable:
            item = world.instrument.items[one.item]
            if isinstance(item, Question) and item.kind is Kind.INTEGER:
                route.answer(one, rng.choice((MOST_NUMBER, -MOST_NUMBER)))
    return route


def _happen(route: Route, edit: Put | RowEdit | Sit) -> None:
    match edit:
        case Put(instance=instance, answer=answer):
            item = route.instrument.items[instance.item]
            is_value = answer is not None and not isinstance(answer, Missing)
            if isinstance(answer, int) and abs(answer) > MOST_NUMBER:
                return
            if not (is_value and isinstance(item, Question) and check_value(item, answer)):  # type: ignore[arg-type]
                route.answer(instance, answer)
        case Sit(date=date):
            if date is not None:
                route.set_interview_date(date)
        case RowEdit(verb=verb, roster=roster, row=row):
            with suppress(RouteError):
                if verb == "add":
                    route.add_row(roster)
                elif verb == "remove":
                    route.remove_row(roster, row)
                else:
                    route.restore_row(roster, row)


def compared(world: World, route: Route) -> Comparison:
    """What comes of comparing one state."""
    return Mirror(world, route).compare()
