"""An instrument compiled for one mode: every instance of an item gets a slot in document order.

Rows of rosters are laid out one behind the other, as many as there can ever be, so that the order
of slots is the order of the interview. Sections, rosters and rows have gates with slots of their
own: a gate is evaluated once, and what stands behind it looks at the gate. As conditions read
earlier slots only, one sweep forward settles any change.
"""

from dataclasses import dataclass, field
from typing import Final

from instrument.conditions.nodes import Node
from instrument.models import (
    Check,
    Computed,
    Instrument,
    Item,
    Question,
    Roster,
    Section,
    Statement,
)
from instrument.pause import collector_paused
from instrument.values import Instance
from skips.cells import Condition, Reading
from skips.compile import Compiler
from skips.errors import CompileError, RouteError
from skips.gates import Behind, behind_gates
from skips.pace import expected_seconds
from skips.places import ROOT, Places, RosterPlace, Scope, SectionPlace
from skips.readings import computed_value, never, roster_size, row_asked

SPARE_ROWS = 2
"""Ids of removed rows are not used again: an open roster can add this many times its `at_most`."""


# What a slot is for. Plain integers in a row of bytes, as they are looked at for every slot.
GATE: Final = 0
ASKABLE: Final = 1
"""A question or a statement: what the interviewer meets."""
COMPUTED: Final = 2
ROSTER: Final = 3
GIVEN: Final = 4
"""The date of the interview: a value that nobody is asked for and that is not worked out."""


@dataclass(frozen=True, slots=True)
class CompiledCheck:
    """A check of one instance."""

    slot: int
    instance: Instance
    check: Check
    condition: Condition


@dataclass(slots=True)
class Program:
    """What `compile_instrument` makes; lists are indexed by slot and never change afterwards."""

    instrument: Instrument
    mode: str
    places: Places = field(default_factory=Places)
    sections: list[SectionPlace] = field(default_factory=list)
    instances: list[Instance | None] = field(default_factory=list)
    """None for gates of sections and rows."""
    items: list[Item | None] = field(default_factory=list)
    roles: bytearray = field(default_factory=bytearray)
    gates: list[int] = field(default_factory=list)
    """The gate in front of each slot."""
    conditions: list[Condition | None] = field(default_factory=list)
    """A slot's own condition besides its gate; None when it has none."""
    readings: list[Reading | None] = field(default_factory=list)
    """Of computed values and rosters: how their value is worked out."""
    readers: list[tuple[int, ...]] = field(default_factory=list)
    """The later slots that look at each slot's answer, in order."""
    watchers: list[tuple[int, ...]] = field(default_factory=list)
    """The later slots that look at whether each slot is on the route, in order."""
    behind: list[Behind | None] = field(default_factory=list)
    """What stands behind each gate; None for slots that are none."""
    checks: list[CompiledCheck] = field(default_factory=list)
    checks_reading: list[tuple[int, ...]] = field(default_factory=list)
    """The checks to judge again when anything about a slot changes."""
    seconds: list[float] = field(default_factory=list)
    """Expected duration of each askable slot."""
    fills: dict[tuple[int, int], tuple[Node, Reading]] = field(default_factory=dict)
    """Fills compiled so far, by identity of the tree and row; holding the tree keeps that valid."""

    offers: dict[tuple[str, int], dict[str, Condition]] = field(default_factory=dict)
    """Conditions of choices compiled so far, by question and row: choice to condition."""

    @property
    def size(self) -> int:
        """The number of slots."""
        return len(self.gates)

    def behind_gate(self, gate: int) -> Behind:
        """What stands behind a slot that is a gate."""
        behind = self.behind[gate]
        assert behind is not None
        return behind

    def roster_at(self, slot: int) -> RosterPlace:
        """The roster that has this slot."""
        roster = self.items[slot]
        assert isinstance(roster, Roster)
        return self.places.rosters[roster.name]

    def slot(self, instance: Instance) -> int:
        """The slot of an instance; RouteError when the instrument has no such instance."""
        try:
            return self.places.slots[instance]
        except KeyError:
            where = f" in row {instance.row}" if instance.row else ""
            raise RouteError(
                f"'{instance.item}'{where} is not an item of '{self.instrument.name}'."
            ) from None


def compile_instrument(instrument: Instrument, mode: str | None = None) -> Program:
    """Compile an instrument for a mode (by default its first one).

    Raises CompileError when a condition reads something that does not stand before it, which the
    reader never lets through.
    """
    mode = next(iter(instrument.modes)) if mode is None else mode
    if mode not in instrument.modes:
        known = ", ".join(instrument.modes)
        raise RouteError(f"'{instrument.name}' has no mode '{mode}'; it has {known}.")
    program = Program(instrument, mode)
    with collector_paused():
        _Layout(program).lay_out()
        _Wiring(program).wire()
    return program


class _Layout:
    """Gives everything its slot."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.places = program.places

    def lay_out(self) -> None:
        instrument = self.program.instrument
        self.places.roster_of.update(
            {name: roster.name for name, roster in instrument.roster_of.items()}
        )
        root = self._add(GATE, ROOT)
        self._add(GIVEN, root)
        for section in instrument.sections:
            gate = self._add(GATE, root)
            for item in section.items:
                if isinstance(item, Roster):
                    self._add_roster(item, gate)
                else:
                    self._add_item(item, gate, 0)
            self.program.sections.append(SectionPlace(section, gate, self.program.size))

    def _add(
        self, role: int, gate: int, item: Item | None = None, instance: Instance | None = None
    ) -> int:
        program = self.program
        slot = program.size
        program.gates.append(gate)
        program.roles.append(role)
        program.items.append(item)
        program.instances.append(instance)
        if instance is not None:
            self.places.slots[instance] = slot
        return slot

    def _add_item(self, item: Question | Statement | Computed, gate: int, row: int) -> None:
        role = COMPUTED if isinstance(item, Computed) else ASKABLE
        self._add(role, gate, item, Instance(item.name, row))

    def _add_roster(self, roster: Roster, gate: int) -> None:
        slot = self._add(ROSTER, gate, roster, Instance(roster.name))
        is_open = roster.size is None and roster.rows is None
        gates = []
        for row in range(1, roster.at_most * (SPARE_ROWS if is_open else 1) + 1):
            row_gate = self._add(GATE, slot)
            gates.append(row_gate)
            for item in roster.items:
                self._add_item(item, row_gate, row)
        self.places.rosters[roster.name] = RosterPlace(roster, slot, tuple(gates))


class _Wiring:
    """Compiles what stands in each slot and notes who reads whom."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.places = program.places
        size = program.size
        self.readers: list[list[int]] = [[] for _ in range(size)]
        self.watchers: list[list[int]] = [[] for _ in range(size)]
        self.watched_by_checks: set[int] = set()
        self.check_readers: list[list[int]] = [[] for _ in range(size)]
        self.row_gates = {
            gate: (place, row)
            for place in program.places.rosters.values()
            for row, gate in enumerate(place.gates, start=1)
        }
        self.section_gates = {place.gate: place.section for place in program.sections}

    def wire(self) -> None:
        program = self.program
        from_record = program.mode in program.instrument.record_modes
        for slot in range(program.size):
            item = program.items[slot]
            condition, reading = self._of_gate(slot) if item is None else self._of_item(slot, item)
            program.conditions.append(condition)
            program.readings.append(reading)
            program.seconds.append(
                0.0
                if item is None
                else expected_seconds(item, program.mode, from_record=from_record)
            )
        program.readers = [tuple(slots) for slots in self.readers]
        program.watchers = [tuple(slots) for slots in self.watchers]
        program.checks_reading = [tuple(numbers) for numbers in self.check_readers]
        program.behind = behind_gates(
            program.gates,
            [role == ASKABLE for role in program.roles],
            [role == COMPUTED for role in program.roles],
            program.readers,
            program.watchers,
            program.checks_reading,
            self.watched_by_checks,
        )

    def _of_gate(self, slot: int) -> tuple[Condition | None, Reading | None]:
        if slot in self.row_gates:
            return self._row_condition(slot, *self.row_gates[slot]), None
        section = self.section_gates.get(slot)
        if section is None or section.ask_if is None:
            return None, None
        compiler = Compiler(Scope(self.places))
        condition = compiler.truth(section.ask_if.tree)
        self._note(slot, compiler.reads, compiler.watches)
        return condition, None

    def _row_condition(self, slot: int, place: RosterPlace, row: int) -> Condition:
        # A row does not read its roster's size: a new size marks the rows it says something of.
        compiler = Compiler(Scope.at(self.places, row))
        row_if = place.roster.row_if
        wanted = None if row_if is None else compiler.truth(row_if.tree)
        self._note(slot, compiler.reads, compiler.watches)
        return row_asked(place, row, wanted)

    def _of_item(self, slot: int, item: Item) -> tuple[Condition | None, Reading | None]:
        instance = self.program.instances[slot]
        assert instance is not None
        scope = Scope.at(self.places, instance.row)
        compiler = Compiler(scope)
        condition: Condition | None = None
        reading: Reading | None = None
        if self.program.mode not in item.modes:
            condition = never
        elif item.ask_if is not None:
            condition = compiler.truth(item.ask_if.tree)
        if isinstance(item, Computed):
            reading = computed_value(item, compiler)
        elif isinstance(item, Roster):
            reading = roster_size(self.places.rosters[item.name], compiler)
        elif isinstance(item, Question):
            self._wire_checks(slot, instance, item, scope)
        self._note(slot, compiler.reads, compiler.watches)
        return condition, reading

    def _wire_checks(self, slot: int, instance: Instance, item: Question, scope: Scope) -> None:
        for check in item.checks:
            compiler = Compiler(scope)
            condition = compiler.truth(check.condition.tree)
            number = len(self.program.checks)
            self.program.checks.append(CompiledCheck(slot, instance, check, condition))
            self.watched_by_checks |= compiler.watches
            for read in compiler.reads | compiler.watches | {slot}:
                self.check_readers[read].append(number)

    def _note(self, slot: int, reads: set[int], watches: set[int]) -> None:
        """Enter a slot with all that it looks at; slots come in order, so the lists are sorted."""
        for read in reads | watches:
            if read >= slot:
                raise CompileError(
                    f"{self._name(slot)} reads {self._name(read)}, which does not stand before it"
                )
        for read in reads:
            self.readers[read].append(slot)
        for watched in watches:
            self.watchers[watched].append(slot)

    def _name(self, slot: int) -> str:
        section: Section | None = self.section_gates.get(slot)
        return f"section '{section.name}'" if section else f"'{self.program.instances[slot]}'"
