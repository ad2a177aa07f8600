"""Leading a case from the front: what an item takes now, and which hard checks then stop the way.

All of this works on the state of a route directly, since a rehearsal of 10,000 items does it for
every one of them. Checks read what stands before them and their own item only, so nothing that is
answered later makes one of them fire.
"""

from collections import OrderedDict
from collections.abc import Iterable
from functools import cached_property
from typing import Final

from instrument.conditions.nodes import Node
from instrument.judging import check_value
from instrument.models import CHOICE_KINDS, Expression, Question
from instrument.values import READ, Answer, Instance, Missing
from skips.compile import Compiler
from skips.offers import offered
from skips.places import RosterPlace, Scope
from skips.program import ASKABLE, COMPUTED, ROSTER, Program
from skips.proof.constants import Constants, constants_of
from skips.proof.palette import Palette
from skips.route import Route
from skips.state import State

_KEPT: Final = 8
"""How many programs' leaders are kept for whoever leads the next case of one of them."""

_leaders: OrderedDict[int, "Leader"] = OrderedDict()


class Leader:
    """What is known of a program beforehand, for leading any number of its cases."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.hard: dict[int, tuple[int, ...]] = {}
        """By slot the numbers of the hard checks that stand there."""
        for number, check in enumerate(program.checks):
            if check.check.severity == "hard":
                self.hard[check.slot] = (*self.hard.get(check.slot, ()), number)
        self.constants: Constants = constants_of(program.instrument)
        self.open_rosters = sorted(
            (place for place in program.places.rosters.values() if place.is_open),
            key=lambda place: place.slot,
        )
        self._bound: dict[int, tuple[int, ...]] = {}
        self._palettes: dict[int, Palette] = {}
        self._conditional = {
            item.name
            for item in program.instrument.items.values()
            if isinstance(item, Question) and any(one.ask_if is not None for one in item.choices)
        }

    @cached_property
    def rows(self) -> dict[int, tuple[str, int]]:
        """By slot of a row's gate its roster and the row's number."""
        return {
            gate: (name, row)
            for name, place in self.program.places.rosters.items()
            for row, gate in enumerate(place.gates, start=1)
        }

    @cached_property
    def sources(self) -> list[tuple[int, ...]]:
        """By slot the slots that it looks at, and the gate in front of it."""
        found: list[list[int]] = [[gate] for gate in self.program.gates]
        for readers in (self.program.readers, self.program.watchers):
            for slot, later in enumerate(readers):
                for one in later:
                    found[one].append(slot)
        return [tuple(dict.fromkeys(slots)) for slots in found]

    @cached_property
    def _sections(self) -> dict[int, Expression | None]:
        return {place.gate: place.section.ask_if for place in self.program.sections}

    def owned(self, slot: int) -> tuple[Node, int] | None:
        """A slot's own condition with the row that it is looked at from; None when it has none."""
        item, instance = self.program.items[slot], self.program.instances[slot]
        condition, row = None, 0
        if item is not None and instance is not None:
            condition, row = item.ask_if, instance.row
        elif slot in self.rows:
            name, row = self.rows[slot]
            condition = self.program.places.rosters[name].roster.row_if
        else:
            condition = self._sections.get(slot)
        return None if condition is None else (condition.tree, row)

    def exists(self, slot: int) -> bool:
        """Whether what stands in a slot exists in the mode."""
        item = self.program.items[slot]
        return item is None or self.program.mode in item.modes

    def askable_behind(self, slots: Iterable[int]) -> set[int]:
        """The questions and statements that slots are, or that their values are worked out from."""
        roles, found, agenda = self.program.roles, set[int](), list(slots)
        seen = set(agenda)
        while agenda:
            slot = agenda.pop()
            if roles[slot] == ASKABLE:
                found.add(slot)
            elif roles[slot] in (COMPUTED, ROSTER):
                new = [one for one in self.sources[slot] if one not in seen]
                seen.update(new)
                agenda.extend(new)
        return found

    def row_of(self, slot: int) -> int:
        """The row of the instance in a slot; 0 outside of rosters."""
        instance = self.program.instances[slot]
        return 0 if instance is None else instance.row

    def bound_by(self, slot: int) -> tuple[int, ...]:
        """What the hard checks and the conditions of the choices of a slot's item look at."""
        found = self._bound.get(slot)
        if found is None:
            item = self.program.items[slot]
            trees = []
            if isinstance(item, Question):
                trees += [one.condition.tree for one in item.checks if one.severity == "hard"]
                trees += [one.ask_if.tree for one in item.choices if one.ask_if is not None]
            compiler = Compiler(Scope.at(self.program.places, self.row_of(slot)))
            for tree in trees:
                compiler.truth(tree)
            found = self._bound[slot] = tuple(sorted(compiler.reads | compiler.watches))
        return found

    def palette(self, slot: int) -> Palette | None:
        """What is worth answering at a slot; None for statements."""
        found = self._palettes.get(slot)
        if found is None:
            item, instance = self.program.items[slot], self.program.instances[slot]
            if not isinstance(item, Question) or instance is None:
                return None
            found = Palette(self.program, item, instance.row, self.constants)
            self._palettes[slot] = found
        return found

    def objection(self, state: State, slot: int, answer: Answer) -> str | None:
        """Why an item does not take an answer as things stand, in a sentence; None when it does."""
        item, instance = self.program.items[slot], self.program.instances[slot]
        assert instance is not None
        if not isinstance(item, Question):
            return None if answer == READ else "A statement is read aloud and takes no answer."
        if isinstance(answer, Missing):
            reasons = self.program.instrument.reasons_for(item, self.program.mode)
            if any(one.name == answer.reason for one in reasons):
                return None
            return f"'{answer.reason}' is not accepted here."
        names = None
        if item.kind in CHOICE_KINDS:
            choices = offered(self.program, state.cells, item, instance.row)
            names = frozenset(choice.name for choice in choices)
        return check_value(item, answer, offered=names)

    def takes(self, state: State, slot: int, answer: Answer) -> bool:
        """Whether an item takes an answer of its palette as things stand.

        Values of a palette fit their question; which choices are offered is all that can differ.
        """
        item = self.program.items[slot]
        if isinstance(answer, Missing) or item is None or item.name not in self._conditional:
            return True
        return self.objection(state, slot, answer) is None

    def firing(self, state: State, slot: int) -> tuple[int, ...]:
        """The hard checks of an item that fire."""
        numbers = self.hard.get(slot)
        if not numbers:
            return ()
        return tuple(number for number in numbers if state.failing[number])

    def put(self, state: State, slot: int, answer: Answer) -> bool:
        """Answer an item; whether the interviewer can go on from it."""
        state.put(slot, answer)
        return not self.firing(state, slot)

    def first(self, state: State, slot: int, answers: Iterable[Answer]) -> Answer | None:
        """Give the first of several answers that lets the interviewer go on, and return it.

        None when there is none; the item is then without an answer.
        """
        for answer in answers:
            if self.takes(state, slot, answer) and self.put(state, slot, answer):
                return answer
        state.put(slot, None)
        return None

    def instance(self, slot: int) -> Instance:
        """The instance in an askable slot."""
        instance = self.program.instances[slot]
        assert instance is not None
        return instance


def leader_of(program: Program) -> Leader:
    """The leader of a program, made once as long as not too many others are wanted meanwhile."""
    found = _leaders.get(id(program))
    if found is None or found.program is not program:
        found = _leaders[id(program)] = Leader(program)
        while len(_leaders) > _KEPT:
            _leaders.popitem(last=False)
    return found


def next_met(state: State, slot: int) -> int:
    """The next slot from this one on that the interviewer meets; -1 when there is none."""
    return state.cells.met.find(1, slot)


def put_rows(route: Route, place: RosterPlace, count: int) -> None:
    """Let an open roster have this many rows, 1 to `count`."""
    rows = range(1, count + 1)
    route.set_rows(place.roster.name, rows, frozenset(rows))
