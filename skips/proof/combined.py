"""Goals made of goals: all of them, any of them, not one of them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from skips.program import Program
from skips.proof.goal import BaseGoal, Goal, Judge

if TYPE_CHECKING:
    import z3

    from skips.proof.world import World


@dataclass(frozen=True)
class _Of(BaseGoal):
    """Several goals, judged in one case once it has come to the last of their slots."""

    goals: tuple[Goal, ...]

    def before(self, program: Program) -> int:
        """The greatest slot of the parts."""
        return max((goal.before(program) for goal in self.goals), default=0)

    def about(self, program: Program) -> frozenset[int]:
        """What any part reads."""
        return frozenset[int]().union(*(goal.about(program) for goal in self.goals))

    def is_conclusive(self, program: Program) -> bool:
        """Whether that is so of every part."""
        return all(goal.is_conclusive(program) for goal in self.goals)


@dataclass(frozen=True)
class All(_Of):
    """Every one of several goals, in one case."""

    def _judge(self, program: Program) -> Judge:
        judges = [goal.judge(program) for goal in self.goals]
        return lambda state: all(judge(state) for judge in judges)

    def _claim(self, world: "World") -> "z3.BoolRef":
        import z3

        return z3.And(*(goal.claim(world) for goal in self.goals))


@dataclass(frozen=True)
class Any_(_Of):  # noqa: N801 (`Any` is something else to every reader of Python)
    """At least one of several goals, in one case."""

    def _judge(self, program: Program) -> Judge:
        judges = [goal.judge(program) for goal in self.goals]
        return lambda state: any(judge(state) for judge in judges)

    def _claim(self, world: "World") -> "z3.BoolRef":
        import z3

        return z3.Or(*(goal.claim(world) for goal in self.goals))


@dataclass(frozen=True)
class Not_(BaseGoal):  # noqa: N801 (a word of the language)
    """A goal that is not so in a case which has come as far as it wants."""

    goal: Goal

    def before(self, program: Program) -> int:
        """That of the goal."""
        return self.goal.before(program)

    def about(self, program: Program) -> frozenset[int]:
        """What the goal reads."""
        return self.goal.about(program)

    def is_conclusive(self, program: Program) -> bool:
        """Whether that is so of the goal."""
        return self.goal.is_conclusive(program)

    def _judge(self, program: Program) -> Judge:
        judge = self.goal.judge(program)
        return lambda state: not judge(state)

    def _claim(self, world: "World") -> "z3.BoolRef":
        import z3

        return z3.Not(self.goal.claim(world))
