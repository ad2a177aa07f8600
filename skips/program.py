"""An instrument compiled for one mode: every instance of an item gets a slot in document order.

Rows of rosters are laid out one behind the other, as many as there can ever be, so that the order
of slots is the order of the interview. Sections, rosters and rows have gates with slots of their
own: a gate is evaluated once, and what stands behind it looks at the gate. As conditions read
earlier slots only, one sweep forward settles any change.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from instrument.conditions.nodes import Node
from instrument.models import Check, Instrument, Item, Question, Roster
from instrument.values import Instance
from skips.cells import Cells, Condition, Reading
from skips.errors import RouteError
from skips.gates import Behind
from skips.places import Places, RosterPlace, SectionPlace

# What a slot is for. Plain integers in a row of bytes, as they are looked at for every slot.
GATE: Final = 0
ASKABLE: Final = 1
"""A question or a statement: what the interviewer meets."""
COMPUTED: Final = 2
ROSTER: Final = 3
GIVEN: Final = 4
"""The date of the interview: a value that nobody is asked for and that is not worked out."""


@dataclass(slots=True)
class CompiledCheck:
    """A check of one instance."""

    instrument: Instrument = field(repr=False)
    slot: int
    instance: Instance
    place: int
    """Which of its question's checks it is, from 0."""
    condition: Condition

    @property
    def check(self) -> Check:
        """The check as its author wrote it."""
        question = self.instrument.items[self.instance.item]
        assert isinstance(question, Question)
        return question.checks[self.place]


@dataclass(slots=True)
class Program:
    """What `compile_instrument` makes; lists are indexed by slot.

    They never change afterwards, but that a program from the cache compiles a condition or reading
    when it is first called, which then takes its own place (`skips.kept`).
    """

    instrument: Instrument
    mode: str
    places: Places = field(default_factory=Places)
    sections: list[SectionPlace] = field(default_factory=list)
    instances: list[Instance | None] = field(default_factory=list)
    """None for gates of sections and rows."""
    items: Sequence[Item | None] = ()
    """None where there is no instance."""
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
    fresh: Cells | None = None
    """The state of a case without answers, once there was one; others begin with a copy of it."""
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
