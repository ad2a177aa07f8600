"""The slots of a program: one for every instance of an item, in the order of the interview."""

from typing import Final

from instrument.models import Computed, Item, Question, Roster, Statement
from instrument.values import Instance
from skips.places import ROOT, RosterPlace, SectionPlace
from skips.program import ASKABLE, COMPUTED, GATE, GIVEN, ROSTER, Program

SPARE_ROWS: Final = 2
"""Ids of removed rows are not used again: an open roster can add this many times its `at_most`."""


def lay_out(program: Program) -> None:
    """Give every section, item and row of a program's instrument its slot."""
    _Layout(program).lay_out()


class _Layout:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.places = program.places
        self.items: list[Item | None] = []
        program.items = self.items

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
        self.items.append(item)
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
