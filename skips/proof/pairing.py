"""Two versions of an instrument side by side: which slot of one is which of the other.

Slots are linked where an answer of one version stands for the same in the other: as it would go
along if its case moved (`skips.fitting`). What is linked is answered alike in both.
"""

from dataclasses import dataclass, replace
from functools import cached_property

from instrument.changes import Pairs
from instrument.models import Question, Statement
from instrument.values import Answer, Instance
from skips.case_state import LeftBehind
from skips.fitting import fit, given
from skips.program import ASKABLE, Program
from skips.proof.leading import leader_of
from skips.state import State
from skips.truth import YES

Pair = tuple[Answer, Answer]
"""One answer as the old version writes it, and as the new one does."""


@dataclass(frozen=True)
class Compared:
    """Something whose universe both versions have: an instance of an item, or a section's gate."""

    item: str
    """By its name in the new version; that of a section for its gate."""
    is_section: bool
    old: int
    """Its slot in the old version."""
    new: int
    row: int = 0


class Pairing:
    """Two programs of one mode with their links."""

    def __init__(self, pairs: Pairs, old: Program, new: Program) -> None:
        self.pairs, self.old, self.new = pairs, old, new
        self._answers: dict[int, tuple[Pair, ...]] = {}

    @property
    def mode(self) -> str:
        """The mode of both."""
        return self.new.mode

    @cached_property
    def compared(self) -> tuple[Compared, ...]:
        """All that both versions have, in the order of the new one."""
        gates = {place.section.name: place.gate for place in self.old.sections}
        names = {there: here for here, there in self.pairs.sections.items()}
        found = [
            Compared(place.section.name, True, gates[names[place.section.name]], place.gate)
            for place in self.new.sections
            if place.section.name in names
        ]
        for slot, at in enumerate(self.new.instances):
            if at is None or (old := self._old_slot(at)) is None:
                continue
            found.append(Compared(at.item, False, old, slot, at.row))
        return tuple(sorted(found, key=lambda one: one.new))

    def _old_slot(self, at: Instance) -> int | None:
        """The slot of an instance of the new version in the old one, if it has one there."""
        name = self.pairs.was.get(at.item)
        if name is None:
            return None
        here, there = self.old.places.roster_of.get(name), self.new.places.roster_of.get(at.item)
        if (here and self.pairs.name(here)) != there:
            return None
        if here is not None and at.row > self.rows(here):
            return None
        return self.old.places.slots.get(Instance(name, at.row))

    def rows(self, old_roster: str) -> int:
        """How many rows of a roster both versions can have."""
        old = self.old.places.rosters[old_roster].roster
        new = self.new.places.rosters[self.pairs.name(old_roster)].roster
        return min(old.at_most, new.at_most)

    @cached_property
    def new_of(self) -> dict[int, int]:
        """Linked questions and statements: old slot to new slot."""
        return {
            one.old: one.new
            for one in self.compared
            if self.old.roles[one.old] == ASKABLE
            and self.new.roles[one.new] == ASKABLE
            and self._is_linked(one.old, one.new)
        }

    @cached_property
    def old_of(self) -> dict[int, int]:
        """The other way round."""
        return {new: old for old, new in self.new_of.items()}

    @cached_property
    def open_rosters(self) -> tuple[tuple[str, str], ...]:
        """Rosters that are open in both versions: old name and new name."""
        return tuple(
            (name, called)
            for name, place in self.old.places.rosters.items()
            if place.is_open
            and (called := self.pairs.called.get(name)) in self.new.places.rosters
            and self.new.places.rosters[called].is_open
        )

    def in_new(self, old_slot: int, answer: Answer) -> Answer | None:
        """An answer given in the old version as the new one keeps it; None if it does not."""
        return _moved(self.old, self.new, old_slot, self.new_of[old_slot], answer)

    def in_old(self, new_slot: int, answer: Answer) -> Answer | None:
        """An answer given in the new version as the old one keeps it; None if it does not."""
        return _moved(self.new, self.old, new_slot, self.old_of[new_slot], answer)

    def answers(self, old_slot: int) -> tuple[Pair, ...]:
        """What is worth answering at a linked slot and fits both versions; values come first."""
        if old_slot not in self._answers:
            self._answers[old_slot] = tuple(dict.fromkeys(self._fitting(old_slot)))
        return self._answers[old_slot]

    def _fitting(self, old_slot: int) -> list[Pair]:
        new_slot = self.new_of[old_slot]
        here, there = leader_of(self.old).palette(old_slot), leader_of(self.new).palette(new_slot)
        if here is None or there is None:
            return []
        tried = [*here.values, *(self.in_old(new_slot, one) for one in there.values), *here.reasons]
        found = [(one, self.in_new(old_slot, one)) for one in tried if one is not None]
        return [(one, other) for one, other in found if other is not None]

    def _is_linked(self, old_slot: int, new_slot: int) -> bool:
        """Whether any answer goes along at all: not one in another unit or of a strange kind."""
        old, new = self.old.items[old_slot], self.new.items[new_slot]
        if isinstance(old, Statement) and isinstance(new, Statement):
            return True
        if not (isinstance(old, Question) and isinstance(new, Question)):
            return False
        here = leader_of(self.old).palette(old_slot)
        assert here is not None
        return any(
            _moved(self.old, self.new, old_slot, new_slot, one) is not None for one in here.values
        )


def _moved(source: Program, target: Program, at: int, to: int, answer: Answer) -> Answer | None:
    """An answer at a slot of one program as another keeps it at one of its own."""
    here, there = source.instances[at], target.instances[to]
    assert here is not None
    assert there is not None
    what = given(source, here, answer)
    roster = target.places.roster_of.get(there.item)
    return fit(target, there, replace(what, roster=roster)).answer


def as_moved(what: LeftBehind, pairs: Pairs) -> LeftBehind:
    """An answer with the name that its roster has in the new version."""
    return what if what.roster is None else replace(what, roster=pairs.name(what.roster))


def is_asked(state: State, slot: int) -> bool:
    """Whether a slot is on the route."""
    return state.cells.universe[slot] == YES
