"""Goals about items: whether they are asked, what they offer, what they are given."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from instrument.models import Question
from instrument.values import Answer, Instance
from skips.compile import Compiler
from skips.places import Scope
from skips.program import Program
from skips.proof.goal import Judge, OfSlot, is_so
from skips.state import State
from skips.truth import YES, Truth

if TYPE_CHECKING:
    import z3

    from skips.proof.world import World


class _Universe(OfSlot):
    """About whether a slot is on the route."""

    def _wanted(self) -> int:
        return YES

    def _judge(self, program: Program) -> Judge:
        slot, wanted = self._slot(program), int(self._wanted())
        return lambda state: state.cells.universe[slot] == wanted

    def _claim(self, world: "World") -> "z3.BoolRef":
        return is_so(world.universe(self._slot(world.program)), self._wanted())


@dataclass(frozen=True)
class Asked(_Universe):
    """An item is on the route; of a computed value: it is worked out."""

    instance: Instance

    def _slot(self, program: Program) -> int:
        return program.slot(self.instance)


@dataclass(frozen=True)
class ItemIs(_Universe):
    """The universe of an item, its gates included, comes to a truth."""

    instance: Instance
    truth: Truth

    def _slot(self, program: Program) -> int:
        return program.slot(self.instance)

    def _wanted(self) -> int:
        return self.truth


@dataclass(frozen=True)
class SectionIs(_Universe):
    """The gate of a section comes to a truth."""

    section: str
    truth: Truth = Truth.YES

    def _slot(self, program: Program) -> int:
        return next(one.gate for one in program.sections if one.section.name == self.section)

    def _wanted(self) -> int:
        return self.truth


@dataclass(frozen=True)
class RosterIs(_Universe):
    """The universe of a roster comes to a truth, whatever rows it has."""

    roster: str
    truth: Truth = Truth.YES

    def _slot(self, program: Program) -> int:
        return program.places.rosters[self.roster].slot

    def _wanted(self) -> int:
        return self.truth


@dataclass(frozen=True)
class RowAsked(_Universe):
    """A row of a roster is asked."""

    roster: str
    row: int

    def _slot(self, program: Program) -> int:
        return program.places.rosters[self.roster].gates[self.row - 1]


@dataclass(frozen=True)
class Own(OfSlot):
    """An item's own condition comes to a truth where its gate is open."""

    instance: Instance
    truth: Truth

    def _slot(self, program: Program) -> int:
        return program.slot(self.instance)

    def _judge(self, program: Program) -> Judge:
        slot, wanted = self._slot(program), int(self.truth)
        gate = program.gates[slot]
        return lambda state: state.cells.universe[gate] == YES and state.cells.own[slot] == wanted

    def _claim(self, world: "World") -> "z3.BoolRef":
        import z3

        slot = self._slot(world.program)
        gate = world.universe(world.program.gates[slot]).yes
        return z3.And(gate, is_so(world.own(slot), self.truth))


@dataclass(frozen=True)
class Offered(OfSlot):
    """A question is on the route and a choice is offered: its condition is not *no*."""

    instance: Instance
    choice: str

    def _slot(self, program: Program) -> int:
        return program.slot(self.instance)

    def _judge(self, program: Program) -> Judge:
        slot, offers = self._slot(program), _offers(program, self.instance, self.choice)
        return lambda state: state.cells.universe[slot] == YES and offers(state)

    def _claim(self, world: "World") -> "z3.BoolRef":
        import z3

        slot = self._slot(world.program)
        return z3.And(world.universe(slot).yes, z3.Not(world.offered(slot, self.choice).no))


@dataclass(frozen=True)
class _Answered(OfSlot):
    """About the answer of an item that has been dealt with."""

    instance: Instance

    def _slot(self, program: Program) -> int:
        return program.slot(self.instance)

    def before(self, program: Program) -> int:
        """The slot behind it: the interviewer has gone on from it."""
        return self._slot(program) + 1


@dataclass(frozen=True)
class Took(_Answered):
    """A choice was taken, alone or with others, and the interviewer could go on."""

    choice: str

    def _judge(self, program: Program) -> Judge:
        slot, choice = self._slot(program), self.choice

        def judge(state: State) -> bool:
            value = state.cells.counted[slot]
            return choice in value if isinstance(value, tuple) else value == choice

        return judge

    def _claim(self, world: "World") -> "z3.BoolRef":
        return world.takes(self._slot(world.program), self.choice)


@dataclass(frozen=True)
class Given(_Answered):
    """An item holds exactly this answer, and the interviewer could go on."""

    answer: Answer

    def _judge(self, program: Program) -> Judge:
        slot, answer = self._slot(program), self.answer
        return lambda state: state.cells.universe[slot] == YES and state.cells.kept[slot] == answer

    def _claim(self, world: "World") -> "z3.BoolRef":
        return world.given(self._slot(world.program), self.answer)


@dataclass(frozen=True)
class Reason(_Answered):
    """An item holds a missing reason (None: any), and the interviewer could go on."""

    reason: str | None = None

    def _judge(self, program: Program) -> Judge:
        slot, wanted = self._slot(program), self.reason

        def judge(state: State) -> bool:
            reason = state.cells.reasons[slot]
            return reason is not None and wanted in (None, reason)

        return judge

    def _claim(self, world: "World") -> "z3.BoolRef":
        return world.missing(self._slot(world.program), self.reason)


def _offers(program: Program, instance: Instance, choice: str) -> Judge:
    item = program.instrument.items[instance.item]
    assert isinstance(item, Question)
    condition = item.choice[choice].ask_if
    if condition is None:
        return _always
    compiled = Compiler(Scope.at(program.places, instance.row)).truth(condition.tree)
    return lambda state: compiled(state.cells) != Truth.NO


def _always(_: State) -> bool:
    return True
