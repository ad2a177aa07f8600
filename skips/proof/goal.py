"""What a goal is: something that can be so in a case, said to the engine and to the solver.

A goal is judged once the interview has come to a slot: everything before it on the route is dealt
with, and no hard check of that fires. What is said of an item's universe, of its choices or of a
condition is judged at the item; what is said of its answer is judged at the slot behind it, so that
its own hard checks are quiet, too. To judge is cheap, so that thousands of goals can be looked at
after every rehearsal: conditions are compiled once.

Nothing here imports the solver; only `claim` does.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from instrument.conditions.nodes import Node, Type, type_of
from skips.compile import Compiler
from skips.places import Scope
from skips.program import Program
from skips.route import Route
from skips.state import State
from skips.truth import UNKNOWN, YES

if TYPE_CHECKING:
    import z3

    from skips.proof.three import Three
    from skips.proof.world import World

Judge = Callable[[State], bool]
"""Whether a goal holds in a case that has come far enough."""


@runtime_checkable
class Goal(Protocol):
    """Something that can be so in a case; hashable."""

    def before(self, program: Program) -> int:
        """The slot that the interview must have come to for the goal to be judged."""

    def judge(self, program: Program) -> Judge:
        """The goal, compiled for one program."""

    def holds(self, route: Route) -> bool:
        """Whether it is so in a case that has come to `before`, by what the engine says."""

    def claim(self, world: "World") -> "z3.BoolRef":
        """That it is so, over all cases."""

    def about(self, program: Program) -> frozenset[int]:
        """The slots that the claim reads."""

    def is_conclusive(self, program: Program) -> bool:
        """Whether seeing it once in a case settles it."""


class BaseGoal(ABC):
    """What goals have in common: each says `_judge` and `_claim` in its own way."""

    @abstractmethod
    def before(self, program: Program) -> int:
        """The slot that the interview must have come to for the goal to be judged."""

    @abstractmethod
    def about(self, program: Program) -> frozenset[int]:
        """The slots that the claim reads."""

    def judge(self, program: Program) -> Judge:
        """The goal, compiled for one program."""
        return self._judge(program)

    def holds(self, route: Route) -> bool:
        """Whether it is so in a case that has come to `before`, by what the engine says."""
        return self._judge(route.program)(route.state)

    def claim(self, world: "World") -> "z3.BoolRef":
        """That it is so, over all cases."""
        return self._claim(world)

    def is_conclusive(self, program: Program) -> bool:
        """Whether seeing it once in a case settles it."""
        del program
        return True

    @abstractmethod
    def _judge(self, program: Program) -> Judge:
        """The goal, compiled for one program."""

    @abstractmethod
    def _claim(self, world: "World") -> "z3.BoolRef":
        """That it is so, over all cases."""


class OfSlot(BaseGoal):
    """About one slot, judged there."""

    def before(self, program: Program) -> int:
        """The slot itself."""
        return self._slot(program)

    def about(self, program: Program) -> frozenset[int]:
        """The slot itself."""
        return frozenset({self._slot(program)})

    @abstractmethod
    def _slot(self, program: Program) -> int:
        """The slot that it is about."""


def reads(program: Program, node: Node, row: int) -> frozenset[int]:
    """The slots that an expression looks at from a row."""
    compiler = Compiler(Scope.at(program.places, row))
    if type_of(node) is Type.BOOLEAN:
        compiler.truth(node)
    else:
        compiler.value(node)
    return frozenset(compiler.reads | compiler.watches)


def is_so(three: "Three", truth: int) -> "z3.BoolRef":
    """That a condition over all cases comes to a truth."""
    if truth == UNKNOWN:
        return three.unknown
    return three.yes if truth == YES else three.no
