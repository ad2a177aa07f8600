"""All routes of an instrument at once: one sweep over its slots, from the front to the end.

Behind each slot stand the sets of cases that share what was asked so far, each with the number of
ways in which that can have come about. Of a case only what something ahead looks at is kept, so
that different pasts with one future come together. A slot that can be asked splits a set in two:
those in which it is asked and those in which it is not. As sets of cases and not cases are counted,
answers that route alike are one.
"""

from collections.abc import Sequence
from typing import Final

from instrument.models import Computed, Kind, Question, Roster
from instrument.values import READ, PartialDate
from skips.arithmetic import bounded, whole
from skips.places import ROOT
from skips.program import ASKABLE, COMPUTED, GATE, GIVEN, ROSTER, Program
from skips.proof.leading import leader_of
from skips.proof.measures.answers import (
    MOST_CLASSES,
    OFF,
    Option,
    Sight,
    guess_values,
    sort_answers,
    sort_values,
)
from skips.proof.measures.cases import ANY, AnyValue, Three, Values, sight_of
from skips.proof.measures.conditions import Encoder
from skips.proof.measures.diagrams import ALL, NOTHING, Diagrams, TooLarge
from skips.proof.measures.looking import Looking, Part, leaves, seen_at, slots_of
from skips.proof.measures.pasts import Frontier, Pasts, Step, Swept, Way
from skips.proof.ordinary import ORDINARY_DAY, near_dates
from skips.proof.span import FIRST_DAY, LAST_DAY
from skips.truth import NO, UNKNOWN, YES

FRONTIER: Final = 3_000
"""Sets of cases that are told apart at one slot."""


class Sweep:
    """Goes once through the slots of a program.

    Args of the constructor:
        program: the instrument, compiled for a mode.
        enclosing: what cannot be settled is let be anything, so that there is nothing that this
            sweep misses; otherwise it keeps to what surely can be.
        frontier: the most sets of cases told apart at one slot.
    """

    def __init__(self, program: Program, *, enclosing: bool, frontier: int = FRONTIER) -> None:
        self.program = program
        self.enclosing = enclosing
        self.frontier = frontier
        self.looking = Looking(program)
        self.sets = Diagrams()
        self.encoder = Encoder(program, self.sets)
        self._constants = leader_of(program).constants
        self._last: dict[int, int] = {}
        """By slot the last one that looks at it."""
        self._sights: dict[int, list[Sight]] = {}
        self._relevant = self._find_relevant()
        self._note_sights()
        self._dying: dict[int, list[int]] = {}
        for slot, last in self._last.items():
            self._dying.setdefault(last, []).append(slot)

    def run(self) -> Swept:
        """Sweep; raises TooLarge when even the conditions are too large."""
        self.encoder.is_on[ROOT] = ROOT
        self.encoder.declare(ROOT, [Option(YES)])
        frontier: Frontier = {ALL: Pasts(1, (Way(0),) * 4)}
        steps: list[Step] = []
        is_whole = True
        for slot in range(1, self.program.size):
            if slot in self.looking.depends.spare:
                continue
            step = self._step(slot)
            if step is None:
                continue
            steps.append(step)
            frontier = self._taken(frontier, step)
            if len(frontier) > self.frontier:
                frontier, is_whole = self._narrowed(frontier), False
        ends = list(frontier.values())
        total = ends[0] if ends else Pasts(0, ())
        for one in ends[1:]:
            total = total.joined(one)
        return Swept(total.routes, total.ways, is_whole, steps)

    # --- before ----------------------------------------------------------------------------------

    def _find_relevant(self) -> frozenset[int]:
        """The slots that have a say in what is asked."""
        program, looking = self.program, self.looking
        agenda = [
            slot
            for slot, role in enumerate(program.roles)
            if role == ASKABLE and slot not in looking.depends.spare
        ]
        found = set(agenda)
        while agenda:
            slot = agenda.pop()
            for read in self._read_at(slot):
                self._last[read] = max(self._last.get(read, 0), slot)
                if read not in found:
                    found.add(read)
                    agenda.append(read)
        return frozenset(found)

    def _read_at(self, slot: int) -> set[int]:
        places, reads = self.program.places, {self.program.gates[slot]}
        for part in self.looking.parts(slot):
            reads |= seen_at(places, part)
        reads -= self.looking.depends.spare
        reads.discard(ROOT)
        return reads

    def _note_sights(self) -> None:
        for slot in self._relevant:
            for part in self.looking.parts(slot):
                for leaf in leaves(part):
                    self._note_sight(leaf)

    def _note_sight(self, leaf: Part) -> None:
        slots = slots_of(leaf)
        for slot in slots:
            if self.program.roles[slot] == GATE:
                continue
            if len(slots) == 1:
                sight = sight_of(leaf, slot, self.encoder.cells)
            else:
                sight = Sight(leaf.node, None)
            self._sights.setdefault(slot, []).append(sight)

    # --- one slot --------------------------------------------------------------------------------

    def _step(self, slot: int) -> Step | None:
        """What happens at a slot; None when it changes nothing."""
        self.encoder.slot = slot
        self.encoder.left_open.clear()
        role = self.program.roles[slot]
        if slot not in self._relevant:
            return None
        if role == GIVEN:
            return self._date(slot)
        gate, own = self.program.gates[slot], self._own(slot)
        if role == GATE and own is None:
            self.encoder.is_on[slot] = self.encoder.is_on.get(gate, gate)
            shown = self.encoder.is_on[slot]
            self._outlive(shown, slot)
            return None
        universe = self.encoder.gate(gate)
        if own is not None:
            universe = self.encoder.all_of([universe, own])
        step = Step(slot, role == ASKABLE, universe)
        match role:
            case _ if role == ASKABLE:
                self._answered(step)
            case _ if role == COMPUTED:
                self._computed(step)
            case _ if role == ROSTER:
                self._roster(step)
            case _:
                self._gate(step)
        gone = [self.encoder.level(one) for one in self._dying.get(slot, ())]
        if slot not in self._last:
            gone.append(self.encoder.level(slot))
        step.forgotten = frozenset([*gone, *self.encoder.left_open])
        return step

    def _outlive(self, shown: int, slot: int) -> None:
        """A slot is looked at as long as one that is looked at instead."""
        if shown == ROOT:
            return
        last = max(self._last.get(shown, 0), self._last.get(slot, 0))
        for slots in self._dying.values():
            if shown in slots:
                slots.remove(shown)
        self._last[shown] = last
        self._dying.setdefault(last, []).append(shown)

    def _own(self, slot: int) -> Three | None:
        """A slot's own condition; None when it has none."""
        if not self.looking.exists(slot):
            return Three(NOTHING, ALL)
        part = self.looking.own(slot)
        truth = None if part is None else self.encoder.truth(part)
        row = self.looking.row(slot)
        if row is None:
            return truth
        roster, number = row

        def stands(one: Option) -> int:
            if not isinstance(one.value, int):
                return UNKNOWN
            return YES if number <= one.value else NO

        there = Three(
            self.encoder.where(roster, lambda one: stands(one) == YES),
            self.encoder.where(roster, lambda one: stands(one) == NO),
        )
        return there if truth is None else self.encoder.all_of([there, truth])

    def _date(self, slot: int) -> Step:
        sights = self._sights.get(slot, [])
        known = [one.value for one in self._constants.of.get("interview_date", ())]
        days = [ORDINARY_DAY, FIRST_DAY, LAST_DAY]
        days += [
            near
            for one in known
            if isinstance(one, PartialDate)
            for near in near_dates(one)
            if near.day is not None and FIRST_DAY.first <= near.first <= LAST_DAY.first
        ]
        by_value = sort_values(dict.fromkeys(days), sights)
        options = list(dict.fromkeys(by_value.values()))
        if self.enclosing and not all(one.is_simple for one in sights):
            options = [one._replace(is_exact=False) for one in options]
        self.encoder.declare(slot, options)
        return Step(slot, splits=False, universe=Three(ALL, NOTHING))

    def _declare(self, step: Step, options: Sequence[Option]) -> None:
        """Say what can be so of a slot: what it can be where it is on the route, or off."""
        sets, universe = self.sets, step.universe
        every = list(options)
        off: list[tuple[Option, int]] = []
        if universe.yes != ALL:
            unknown = sets.opposite(sets.either(universe.yes, universe.no))
            apart = self.program.roles[step.slot] in (GATE, ROSTER)
            off.append((OFF, universe.no if apart else sets.opposite(universe.yes)))
            if apart and unknown != NOTHING:
                off.append((Option(UNKNOWN), unknown))
            every += [one for one, _ in off]
        self.encoder.declare(step.slot, every)
        where = self.encoder.where
        step.on = where(step.slot, lambda one: one.universe == YES)
        step.otherwise = sets.any_of(
            sets.both(cases, where(step.slot, lambda one, off=option: one == off))  # type: ignore[misc]
            for option, cases in off
        )

    def _gate(self, step: Step) -> None:
        self._declare(step, [Option(YES)])

    def _answered(self, step: Step) -> None:
        slot, item = step.slot, self.program.items[step.slot]
        if not isinstance(item, Question):
            if slot in self._sights:
                self._declare(step, [Option(YES, READ)])
            return
        reasons = [one.name for one in self.program.instrument.reasons_for(item, self.program.mode)]
        sights = self._sights.get(slot, [])
        options = sort_answers(item, reasons, sights, enclosing=self.enclosing)
        self._declare(step, options)
        for name, part in self.looking.offers(slot):
            hidden = self.encoder.truth(part).no
            taken = self.encoder.where(
                slot,
                lambda one, name=name: (  # type: ignore[misc]
                    name in one.value if isinstance(one.value, tuple) else name == one.value
                ),
            )
            step.on = self.sets.without(step.on, self.sets.both(hidden, taken))
        for part in self.looking.hard(slot):
            step.on = self.sets.without(step.on, self.encoder.truth(part).no)

    def _computed(self, step: Step) -> None:
        item = self.program.items[step.slot]
        assert isinstance(item, Computed)
        sights = self._sights.get(step.slot, [])
        values = self._formed(item, self._value(step.slot))
        loose = values.pop(ANY, NOTHING)
        by_value = sort_values([one for one in values if not isinstance(one, AnyValue)], sights)
        guesses = guess_values(item, self._constants.of.get(item.name, ()), sights)
        if len(set(by_value.values())) > MOST_CLASSES:
            if not self.enclosing:
                raise TooLarge
            loose, by_value = ALL, {}
        if loose != NOTHING and not self.enclosing:
            raise TooLarge
        options = list(dict.fromkeys([*by_value.values(), *(guesses if loose else ())]))
        self._declare(step, options)
        self._hold(step, [(values[value], {option}) for value, option in by_value.items()])
        step.on = self.sets.either(
            step.on,
            self.sets.both(loose, self._is(step.slot, set(guesses))),
        )

    def _roster(self, step: Step) -> None:
        item = self.program.items[step.slot]
        assert isinstance(item, Roster)
        most = item.at_most
        counts = [Option(YES, number) for number in range(most + 1)]
        if item.size is None:
            rows = counts if item.rows is None else [counts[min(item.rows, most)]]
            self._declare(step, rows)
            return
        values = self._value(step.slot)
        loose = values.pop(ANY, NOTHING)
        if loose != NOTHING and not self.enclosing:
            raise TooLarge
        nothing = Option(YES)
        self._declare(step, [*counts, nothing])
        by_option: list[tuple[int, set[Option]]] = []
        for value, cases in values.items():
            assert not isinstance(value, AnyValue)
            size = None if value is None else max(0, min(int(value), most))  # type: ignore[arg-type]
            by_option.append((cases, {nothing if size is None else counts[size]}))
        self._hold(step, [*by_option, (loose, {*counts, nothing})])

    def _hold(self, step: Step, options: Sequence[tuple[int, set[Option]]]) -> None:
        """Where it is on the route, a slot is as each of the cases has it."""
        step.on = self.sets.any_of(
            self.sets.both(cases, self._is(step.slot, those)) for cases, those in options
        )

    def _is(self, slot: int, options: set[Option]) -> int:
        return self.encoder.where(slot, lambda one: one in options)

    def _value(self, slot: int) -> Values:
        """What a computed value or a size comes to, over all cases."""
        rest, branches = ALL, []
        for when, part in self.looking.branches(slot):
            truth = Three(ALL, NOTHING) if when is None else self.encoder.truth(when)
            branches.append((self.sets.both(rest, truth.yes), self.encoder.value(part)))
            branches.append((self.sets.both(rest, self.encoder.unknown(truth)), {None: ALL}))
            rest = self.sets.both(rest, truth.no)
        return self.encoder.chosen([*branches, (rest, {None: ALL})])

    def _formed(self, item: Computed, values: Values) -> Values:
        """Values in the form of a computed value's kind."""
        if item.kind not in (Kind.INTEGER, Kind.DECIMAL):
            return values
        found: Values = {}
        for value, cases in values.items():
            new = value
            if not isinstance(value, AnyValue):
                number = bounded(value)  # type: ignore[arg-type]
                new = whole(number) if number is not None and item.kind is Kind.INTEGER else number
            found[new] = self.sets.either(found.get(new, NOTHING), cases)
        return found

    # --- sets of cases ---------------------------------------------------------------------------

    def _taken(self, frontier: Frontier, step: Step) -> Frontier:
        """The frontier behind a slot."""
        sets, found = self.sets, dict[int, Pasts]()
        seconds = self.program.seconds[step.slot]

        def add(cases: int, pasts: Pasts) -> None:
            if cases != NOTHING:
                cases = sets.forget(cases, step.forgotten)
                there = found.get(cases)
                found[cases] = pasts if there is None else there.joined(pasts)

        for cases, pasts in frontier.items():
            on = sets.both(sets.both(cases, step.universe.yes), step.on)
            off = sets.both(sets.without(cases, step.universe.yes), step.otherwise)
            if step.splits:
                add(on, pasts.asked(step.slot, seconds))
                add(off, pasts)
            else:
                add(sets.either(on, off), pasts)
        return found

    def _narrowed(self, frontier: Frontier) -> Frontier:
        """A frontier half as large: with sets joined, or with the rarest left out."""
        ordered = sorted(frontier.items(), key=lambda pair: -pair[1].routes)
        kept = dict(ordered[: self.frontier // 2])
        if self.enclosing:
            rest, pasts = ordered[self.frontier // 2]
            for cases, other in ordered[self.frontier // 2 + 1 :]:
                rest, pasts = self.sets.either(rest, cases), pasts.joined(other)
            kept[rest] = kept[rest].joined(pasts) if rest in kept else pasts
        return kept
