"""Goals about conditions: what they come to, which branch decides, which check fires."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from instrument.conditions.nodes import Node, Type, type_of
from instrument.models import Computed, Question
from instrument.values import Answer, Instance, Missing
from skips.compile import Compiler
from skips.places import Scope
from skips.program import Program
from skips.proof.goal import BaseGoal, Judge, OfSlot, is_so, reads
from skips.proof.leading import leader_of
from skips.state import State
from skips.truth import YES, Truth

if TYPE_CHECKING:
    import z3

    from skips.proof.world import World


@dataclass(frozen=True)
class _OfTree(BaseGoal):
    """About an expression, looked at from a row by a case that has come to a slot."""

    node: Node
    row: int

    def about(self, program: Program) -> frozenset[int]:
        """The slots that the expression reads."""
        return reads(program, self.node, self.row)


@dataclass(frozen=True)
class Comes(_OfTree):
    """A condition comes to a truth in a case that has come to a slot."""

    truth: Truth
    slot: int

    def before(self, program: Program) -> int:
        """As said."""
        del program
        return self.slot

    def _judge(self, program: Program) -> Judge:
        condition = Compiler(Scope.at(program.places, self.row)).truth(self.node)
        wanted = int(self.truth)
        return lambda state: condition(state.cells) == wanted

    def _claim(self, world: "World") -> "z3.BoolRef":
        return is_so(world.truth(self.node, self.row), self.truth)


@dataclass(frozen=True)
class Empty(_OfTree):
    """An expression has no value in a case that has come to a slot."""

    slot: int

    def before(self, program: Program) -> int:
        """As said."""
        del program
        return self.slot

    def _judge(self, program: Program) -> Judge:
        reading = Compiler(Scope.at(program.places, self.row)).value(self.node)
        return lambda state: reading(state.cells) is None

    def _claim(self, world: "World") -> "z3.BoolRef":
        import z3

        if type_of(self.node) is Type.BOOLEAN:
            return world.truth(self.node, self.row).unknown
        return z3.Not(world.value(self.node, self.row).known)


@dataclass(frozen=True)
class Decides(OfSlot):
    """A branch of a computed value on the route decides: it holds, and those before it do not."""

    instance: Instance
    branch: int
    """From 0; the last resort counts, too."""

    def _slot(self, program: Program) -> int:
        return program.slot(self.instance)

    def _judge(self, program: Program) -> Judge:
        slot, compiler = self._slot(program), Compiler(Scope.at(program.places, self.instance.row))
        wanted = [(compiler.truth(node), truth) for node, truth in self._whens(program)]
        return lambda state: (
            state.cells.universe[slot] == YES
            and all(condition(state.cells) == truth for condition, truth in wanted)
        )

    def _claim(self, world: "World") -> "z3.BoolRef":
        import z3

        slot = self._slot(world.program)
        whens = [
            is_so(world.truth(node, self.instance.row), truth)
            for node, truth in self._whens(world.program)
        ]
        return z3.And(world.universe(slot).yes, *whens)

    def about(self, program: Program) -> frozenset[int]:
        """The value's slot and what the conditions of its branches read."""
        found = {self._slot(program)}
        for node, _ in self._whens(program):
            found |= reads(program, node, self.instance.row)
        return frozenset(found)

    def _whens(self, program: Program) -> list[tuple[Node, Truth]]:
        item = program.instrument.items[self.instance.item]
        assert isinstance(item, Computed)
        whens = [one.when for one in item.branches[: self.branch + 1]]
        return [
            (when.tree, Truth.YES if at == self.branch else Truth.NO)
            for at, when in enumerate(whens)
            if when is not None
        ]


@dataclass(frozen=True)
class Fires(BaseGoal):
    """A check fires when its item is answered; a hard one keeps the interviewer at the item."""

    check: int
    """Its number in the program."""

    def is_hard(self, program: Program) -> bool:
        """Whether nobody can go on from the item while it fires."""
        return program.checks[self.check].check.severity == "hard"

    def before(self, program: Program) -> int:
        """The item's slot for a hard check, which nobody gets past, else the one behind it."""
        slot = program.checks[self.check].slot
        return slot if self.is_hard(program) else slot + 1

    def _judge(self, program: Program) -> Judge:
        del program
        number = self.check
        return lambda state: bool(state.failing[number])

    def _claim(self, world: "World") -> "z3.BoolRef":
        return world.fires(self.check)

    def about(self, program: Program) -> frozenset[int]:
        """The item's slot and what the check's condition reads."""
        check = program.checks[self.check]
        tree = check.check.condition.tree
        return reads(program, tree, check.instance.row) | {check.slot}


@dataclass(frozen=True)
class Stuck(OfSlot):
    """A trap: an item on the route of which no answer leaves its hard checks quiet.

    Concretely every answer is tried where there are few enough, and else those worth trying; only
    the former says for certain that a case shows it.
    """

    instance: Instance
    of_values: bool = False
    """That no value will do is enough, though a missing reason may lead on."""

    def _slot(self, program: Program) -> int:
        return program.slot(self.instance)

    def _judge(self, program: Program) -> Judge:
        slot, leader = self._slot(program), leader_of(program)

        def judge(state: State) -> bool:
            palette = leader.palette(slot)
            if palette is None or state.cells.universe[slot] != YES:
                return False
            before = state.cells.kept[slot]
            answers: Iterable[Answer] = (
                *palette.answers,
                *palette.relatives(state.cells),
                *palette.scan(),
            )
            if self.of_values:
                answers = (one for one in answers if not isinstance(one, Missing))
            found = leader.first(state, slot, answers)
            state.put(slot, before)
            return found is None

        return judge

    def _claim(self, world: "World") -> "z3.BoolRef":
        return world.stuck(self._slot(world.program), of_values=self.of_values)

    def about(self, program: Program) -> frozenset[int]:
        """The item's slot and what its checks and choices read."""
        slot = self._slot(program)
        item, row = program.items[slot], self.instance.row
        assert isinstance(item, Question)
        trees = [check.condition.tree for check in item.checks if check.severity == "hard"]
        trees += [one.ask_if.tree for one in item.choices if one.ask_if is not None]
        return frozenset({slot}).union(*(reads(program, tree, row) for tree in trees))

    def is_conclusive(self, program: Program) -> bool:
        """Whether all answers are tried."""
        palette = leader_of(program).palette(self._slot(program))
        return palette is not None and palette.is_exhaustive
