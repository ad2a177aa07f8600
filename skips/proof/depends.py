"""What each slot of a program looks at: the readers and watchers of the engine, turned around."""

from collections.abc import Iterable, Sequence

from instrument.models import Question
from skips.compile import Compiler
from skips.places import Scope
from skips.program import Program


class Dependencies:
    """Who looks at whom. Rows that only removals make possible play no part."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self.spare = _spare(program)
        """Slots of rows beyond an open roster's `at_most`."""
        self._reads: list[list[int]] = [[] for _ in range(program.size)]
        for seen in (program.readers, program.watchers):
            for slot, lookers in enumerate(seen):
                for looker in lookers:
                    self._reads[looker].append(slot)
        self._check_reads: list[set[int]] = [set() for _ in program.checks]
        for slot, numbers in enumerate(program.checks_reading):
            if slot not in self.spare:
                for number in numbers:
                    self._check_reads[number].add(slot)
        self._own_checks: dict[int, list[int]] = {}
        for number, check in enumerate(program.checks):
            self._own_checks.setdefault(check.slot, []).append(number)
        self._offers: dict[int, frozenset[int]] = {}

    def reads(self, slot: int) -> Iterable[int]:
        """What decides whether a slot is on the route, and its value if it is worked out."""
        gate = self._program.gates[slot]
        if gate != slot:
            yield gate
        for read in self._reads[slot]:
            if read not in self.spare:
                yield read

    def check(self, number: int) -> frozenset[int]:
        """All slots that a check looks at, its own among them."""
        return frozenset(self._check_reads[number])

    def checks_of(self, slot: int) -> Sequence[int]:
        """The checks that stand at a slot."""
        return self._own_checks.get(slot, ())

    def checks_reading(self, slot: int) -> Sequence[int]:
        """The checks that look at a slot, also those that stand at it."""
        return self._program.checks_reading[slot]

    def offers(self, slot: int) -> frozenset[int]:
        """What decides which choices a slot offers."""
        found = self._offers.get(slot)
        if found is None:
            found = self._offers[slot] = frozenset(self._read_offers(slot))
        return found

    def _read_offers(self, slot: int) -> Iterable[int]:
        item, instance = self._program.items[slot], self._program.instances[slot]
        if not isinstance(item, Question) or instance is None:
            return ()
        conditions = [one.ask_if for one in item.choices if one.ask_if is not None]
        if not conditions:
            return ()
        compiler = Compiler(Scope.at(self._program.places, instance.row))
        for condition in conditions:
            compiler.truth(condition.tree)
        return (compiler.reads | compiler.watches) - self.spare

    def behind(self, slots: Iterable[int]) -> set[int]:
        """Some slots with all that decides whether they are on the route, and their values."""
        found: set[int] = set()
        ahead = list(slots)
        while ahead:
            slot = ahead.pop()
            if slot in found:
                continue
            found.add(slot)
            ahead.extend(self.reads(slot))
        return found


def _spare(program: Program) -> frozenset[int]:
    spare: set[int] = set()
    for place in program.places.rosters.values():
        if not place.is_open or len(place.gates) <= place.roster.at_most:
            continue
        step = place.gates[1] - place.gates[0] if len(place.gates) > 1 else 1
        first = place.gates[place.roster.at_most]
        spare.update(range(first, place.gates[-1] + step))
    return frozenset(spare)
