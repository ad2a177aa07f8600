"""What is compiled in each slot of a program, and who looks at whom."""

from functools import cached_property

from instrument.models import Computed, Question, Roster, Section
from skips.cells import Condition, Reading
from skips.compile import Compiler
from skips.errors import CompileError
from skips.gates import behind_gates
from skips.pace import expected_seconds
from skips.places import RosterPlace, Scope
from skips.program import ASKABLE, COMPUTED, CompiledCheck, Program
from skips.readings import computed_value, never, roster_size, row_asked


class Expressions:
    """Compiles the expressions of a program that has been laid out, each when it is asked for."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.places = program.places

    @cached_property
    def row_gates(self) -> dict[int, tuple[RosterPlace, int]]:
        """By slot of a row's gate its roster and the row's number."""
        return {
            gate: (place, row)
            for place in self.places.rosters.values()
            for row, gate in enumerate(place.gates, start=1)
        }

    @cached_property
    def section_gates(self) -> dict[int, Section]:
        """By slot of a section's gate the section."""
        return {place.gate: place.section for place in self.program.sections}

    def compiler(self, slot: int) -> Compiler:
        """A compiler for what stands in a slot."""
        instance = self.program.instances[slot]
        if instance is not None:
            return Compiler(Scope.at(self.places, instance.row))
        _, row = self.row_gates.get(slot, (None, 0))
        return Compiler(Scope.at(self.places, row))

    def condition(self, slot: int, compiler: Compiler) -> Condition | None:
        """A slot's own condition; None when it has none."""
        item = self.program.items[slot]
        if item is None:
            return self._of_gate(slot, compiler)
        if self.program.mode not in item.modes:
            return never
        return None if item.ask_if is None else compiler.truth(item.ask_if.tree)

    def reading(self, slot: int, compiler: Compiler) -> Reading | None:
        """How the value of a slot is worked out; None when it is given."""
        match self.program.items[slot]:
            case Computed() as item:
                return computed_value(item, compiler)
            case Roster(name=name):
                return roster_size(self.places.rosters[name], compiler)
            case _:
                return None

    def _of_gate(self, slot: int, compiler: Compiler) -> Condition | None:
        if slot in self.row_gates:
            # A row does not read its roster's size: a new size marks the rows it says something of.
            place, row = self.row_gates[slot]
            row_if = place.roster.row_if
            return row_asked(place, row, None if row_if is None else compiler.truth(row_if.tree))
        section = self.section_gates.get(slot)
        if section is None or section.ask_if is None:
            return None
        return compiler.truth(section.ask_if.tree)


def wire(program: Program) -> None:
    """Compile everything that stands in a program's slots and note who looks at whom.

    Raises CompileError when a condition looks at something that does not stand before it.
    """
    _Wiring(program).wire()


class _Wiring:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.expressions = Expressions(program)
        size = program.size
        self.readers: list[list[int]] = [[] for _ in range(size)]
        self.watchers: list[list[int]] = [[] for _ in range(size)]
        self.watched_by_checks: set[int] = set()
        self.check_readers: list[list[int]] = [[] for _ in range(size)]

    def wire(self) -> None:
        program, expressions = self.program, self.expressions
        from_record = program.mode in program.instrument.record_modes
        for slot, item in enumerate(program.items):
            compiler, seconds = expressions.compiler(slot), 0.0
            program.conditions.append(expressions.condition(slot, compiler))
            program.readings.append(expressions.reading(slot, compiler))
            if item is not None:
                seconds = expected_seconds(item, program.mode, from_record=from_record)
                if isinstance(item, Question):
                    self._wire_checks(slot, item)
            program.seconds.append(seconds)
            self._note(slot, compiler.reads, compiler.watches)
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

    def _wire_checks(self, slot: int, question: Question) -> None:
        program = self.program
        instance = program.instances[slot]
        assert instance is not None
        for place, check in enumerate(question.checks):
            compiler = self.expressions.compiler(slot)
            condition = compiler.truth(check.condition.tree)
            number = len(program.checks)
            program.checks.append(
                CompiledCheck(program.instrument, slot, instance, place, condition)
            )
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
        section = self.expressions.section_gates.get(slot)
        return f"section '{section.name}'" if section else f"'{self.program.instances[slot]}'"
