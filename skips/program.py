"""An instrument compiled for one mode: every instance of an item gets a slot in document order.

Rows of rosters are laid out one behind the other, as many as there can ever be, so that the order
of slots is the order of the interview. Sections, rosters and rows have gates with slots of their
own: a gate is evaluated once, and what stands behind it looks at the gate. As conditions read
earlier slots only, one sweep forward settles any change.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum

from instrument.conditions.nodes import Node
from instrument.models import (
    Check,
    Computed,
    Instrument,
    Item,
    Kind,
    Question,
    Roster,
    Section,
    Statement,
)
from instrument.values import Instance, Value
from skips.arithmetic import bounded, whole
from skips.cells import Cells, Condition, Reading
from skips.compile import Compiler, constant
from skips.errors import CompileError, RouteError
from skips.pace import expected_seconds
from skips.places import Places, RosterPlace, Scope, SectionPlace
from skips.truth import NO, UNKNOWN, YES

SPARE_ROWS = 2
"""Ids of removed rows are not used again: an open roster can add this many times its `at_most`."""

ROOT = 0
"""The slot that is always on the route; sections stand behind it."""


class Role(IntEnum):
    """What a slot is for."""

    GATE = 0
    ASKABLE = 1
    """A question or a statement: what the interviewer meets."""
    COMPUTED = 2
    ROSTER = 3


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
    roles: list[Role] = field(default_factory=list)
    gates: list[int] = field(default_factory=list)
    """The gate in front of each slot."""
    conditions: list[Condition | None] = field(default_factory=list)
    """A slot's own condition besides its gate; None when it has none."""
    readings: list[Reading | None] = field(default_factory=list)
    """Of computed values and rosters: how their value is worked out."""
    dependents: list[tuple[int, ...]] = field(default_factory=list)
    """The later slots that read each slot, in order."""
    spans: list[tuple[tuple[int, int, bytes], ...]] = field(default_factory=list)
    """Of gates: the stretches of slots directly behind them, each with as many ones."""
    checks: list[CompiledCheck] = field(default_factory=list)
    checks_reading: list[tuple[int, ...]] = field(default_factory=list)
    """The checks to look at again when a slot changes."""
    seconds: list[float] = field(default_factory=list)
    """Expected duration of each askable slot."""
    fills: dict[tuple[int, int], tuple[Node, Reading]] = field(default_factory=dict)
    """Fills compiled so far, by identity of the tree and row; holding the tree keeps that valid."""

    @property
    def size(self) -> int:
        """The number of slots."""
        return len(self.gates)

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
    layout = _Layout(program)
    layout.lay_out()
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
        root = self._add(Role.GATE, ROOT)
        for section in instrument.sections:
            gate = self._add(Role.GATE, root)
            for item in section.items:
                if isinstance(item, Roster):
                    self._add_roster(item, gate)
                else:
                    self._add_item(item, gate, 0)
            self.program.sections.append(SectionPlace(section, gate, self.program.size))

    def _add(
        self, role: Role, gate: int, item: Item | None = None, instance: Instance | None = None
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
        role = Role.COMPUTED if isinstance(item, Computed) else Role.ASKABLE
        self._add(role, gate, item, Instance(item.name, row))

    def _add_roster(self, roster: Roster, gate: int) -> None:
        slot = self._add(Role.ROSTER, gate, roster, Instance(roster.name))
        is_open = roster.size is None and roster.rows is None
        gates = []
        for row in range(1, roster.at_most * (SPARE_ROWS if is_open else 1) + 1):
            row_gate = self._add(Role.GATE, slot)
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
        program.dependents = [tuple(readers) for readers in self.readers]
        program.checks_reading = [tuple(readers) for readers in self.check_readers]
        program.spans = _spans(program.gates)

    def _of_gate(self, slot: int) -> tuple[Condition | None, Reading | None]:
        if slot in self.row_gates:
            place, row = self.row_gates[slot]
            self._note(slot, {place.slot})
            return _row_stands(place, row), None
        section = self.section_gates.get(slot)
        if section is None or section.ask_if is None:
            return None, None
        compiler = Compiler(Scope(self.places))
        condition = compiler.truth(section.ask_if.tree)
        self._note(slot, compiler.reads)
        return condition, None

    def _of_item(self, slot: int, item: Item) -> tuple[Condition | None, Reading | None]:
        instance = self.program.instances[slot]
        assert instance is not None
        scope = Scope.at(self.places, instance.row)
        compiler = Compiler(scope)
        condition: Condition | None = None
        reading: Reading | None = None
        if self.program.mode not in item.modes:
            condition = _never
        elif item.ask_if is not None:
            condition = compiler.truth(item.ask_if.tree)
        if isinstance(item, Computed):
            reading = _computed(item, compiler)
        elif isinstance(item, Roster):
            reading = _size(self.places.rosters[item.name], compiler)
        elif isinstance(item, Question):
            self._wire_checks(slot, instance, item, scope)
        self._note(slot, compiler.reads)
        return condition, reading

    def _wire_checks(self, slot: int, instance: Instance, item: Question, scope: Scope) -> None:
        for check in item.checks:
            compiler = Compiler(scope)
            condition = compiler.truth(check.condition.tree)
            number = len(self.program.checks)
            self.program.checks.append(CompiledCheck(slot, instance, check, condition))
            for read in compiler.reads | {slot}:
                self.check_readers[read].append(number)

    def _note(self, slot: int, reads: set[int]) -> None:
        for read in reads:
            if read >= slot:
                raise CompileError(
                    f"{self._name(slot)} reads {self._name(read)}, which does not stand before it"
                )
            self.readers[read].append(slot)

    def _name(self, slot: int) -> str:
        section: Section | None = self.section_gates.get(slot)
        return f"section '{section.name}'" if section else f"'{self.program.instances[slot]}'"


def _spans(gates: list[int]) -> list[tuple[tuple[int, int, bytes], ...]]:
    """For every gate the unbroken stretches of slots that stand directly behind it."""
    stretches: list[list[tuple[int, int]]] = [[] for _ in gates]
    for slot in range(1, len(gates)):
        mine = stretches[gates[slot]]
        if mine and mine[-1][1] == slot:
            mine[-1] = (mine[-1][0], slot + 1)
        else:
            mine.append((slot, slot + 1))
    return [tuple((a, b, b"\x01" * (b - a)) for a, b in mine) for mine in stretches]


def _never(cells: Cells) -> int:
    """The condition of an item that does not exist in the mode."""
    del cells
    return NO


def _row_stands(place: RosterPlace, row: int) -> Condition:
    """Whether a row of a roster on the route is one of those that there are."""
    roster = place.slot

    def by_hand(cells: Cells) -> int:
        return YES if row in cells.rows.get(roster, ()) else NO

    def by_size(cells: Cells) -> int:
        size = cells.counted[roster]
        if size is None:
            return UNKNOWN
        assert isinstance(size, int)
        return YES if row <= size else NO

    return by_hand if place.is_open else by_size


def _size(place: RosterPlace, compiler: Compiler) -> Reading:
    """How many rows a roster on the route has, within 0 and its `at_most`."""
    roster, slot = place.roster, place.slot
    if place.is_open:
        return lambda cells: len(cells.rows.get(slot, ()))
    if roster.size is None:
        rows = min(roster.rows or 0, roster.at_most)
        return constant(rows)
    reading, at_most = compiler.value(roster.size.tree), roster.at_most

    def size(cells: Cells) -> int | None:
        number = reading(cells)
        return None if number is None else max(0, min(int(number), at_most))  # type: ignore[arg-type]

    return size


def _computed(item: Computed, compiler: Compiler) -> Reading:
    """How a computed value is worked out, in the form of its kind."""
    if item.expression is not None:
        reading = compiler.value(item.expression.tree)
    else:
        reading = _first_branch(
            [
                (
                    None if branch.when is None else compiler.truth(branch.when.tree),
                    compiler.value(branch.value.tree),
                )
                for branch in item.branches
            ]
        )
    if item.kind is Kind.INTEGER:
        return lambda cells: _as_whole(reading(cells))
    if item.kind is Kind.DECIMAL:
        return lambda cells: _as_decimal(reading(cells))
    return reading


def _first_branch(branches: list[tuple[Condition | None, Reading]]) -> Reading:
    def reading(cells: Cells) -> Value | None:
        for when, value in branches:
            truth = YES if when is None else when(cells)
            if truth == YES:
                return value(cells)
            if truth == UNKNOWN:
                return None
        return None

    return reading


def _as_whole(value: Value | None) -> int | None:
    """A computed number of kind integer, rounded to a whole one."""
    assert value is None or isinstance(value, int | Decimal)
    number = bounded(value)
    return None if number is None else whole(number)


def _as_decimal(value: Value | None) -> Decimal | None:
    """A computed number of kind decimal."""
    assert value is None or isinstance(value, int | Decimal)
    number = bounded(value)
    return None if number is None else Decimal(number)
