"""Test interviews: the answers of one whole case, and those that a hard check refused before."""

from collections.abc import Iterable
from dataclasses import dataclass

from instrument.values import Answer, Instance
from skips.program import Program
from skips.proof.deck.target import Target
from skips.proof.goal import Judge
from skips.proof.leading import Leader, leader_of
from skips.proof.witness import Witness, replay
from skips.route import Route


@dataclass(frozen=True, slots=True)
class Interview:
    """One interview of a deck, from the front to its end."""

    witness: Witness
    """Names every item that is asked."""
    refused: tuple[tuple[Instance, Answer], ...] = ()
    """Answers that were given first and that a hard check then refused."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What an interview covers, by the numbers of the targets."""

    whole: frozenset[int]
    """Whatever is refused in it."""
    refused: dict[tuple[Instance, Answer], frozenset[int]]
    """What each answer covers that some hard check refuses, if it is given first."""

    @property
    def all(self) -> frozenset[int]:
        """Everything that the interview can cover."""
        return self.whole.union(*self.refused.values())


class Judging:
    """The targets of a program, compiled: what does an interview cover?"""

    def __init__(self, program: Program, targets: Iterable[Target]) -> None:
        self.program = program
        self.leader: Leader = leader_of(program)
        self.targets = list(targets)
        self._whole: list[tuple[int, list[Judge]]] = []
        self._refused: dict[int, list[tuple[int, Judge]]] = {}
        for number, target in enumerate(self.targets):
            if target.refused:
                for goal in target.goals:
                    slot = goal.before(program)
                    self._refused.setdefault(slot, []).append((number, goal.judge(program)))
            else:
                self._whole.append((number, [goal.judge(program) for goal in target.goals]))

    def seen(self, route: Route) -> Seen:
        """What a whole case covers, and what it would with one answer or another refused first."""
        state = route.state
        whole = frozenset(
            number for number, judges in self._whole if any(judge(state) for judge in judges)
        )
        refused: dict[tuple[Instance, Answer], frozenset[int]] = {}
        for slot in self._refused:
            if not state.cells.met[slot]:
                continue
            palette = self.leader.palette(slot)
            if palette is None:
                continue
            answers = (*palette.answers, *palette.relatives(state.cells))
            for answer in dict.fromkeys(answers):
                covered = self.when_refused(route, slot, answer)
                if covered:
                    refused[self.leader.instance(slot), answer] = covered
        return Seen(whole, refused)

    def when_refused(self, route: Route, slot: int, answer: Answer) -> frozenset[int]:
        """What it covers to give an answer first that a hard check refuses; the case stays as is.

        Nothing where the item does not take the answer, or no hard check refuses it.
        """
        state = route.state
        if not self.leader.takes(state, slot, answer):
            return frozenset()
        before = state.cells.kept[slot]
        covered: frozenset[int] = frozenset()
        if not self.leader.put(state, slot, answer):
            judges = self._refused.get(slot, ())
            covered = frozenset(number for number, judge in judges if judge(state))
        state.put(slot, before)
        return covered

    def of(self, interview: Interview) -> frozenset[int]:
        """Exactly what an interview covers; raises NotReplayed if it cannot be led."""
        route = replay(self.program, interview.witness, complete=False)
        covered = frozenset(
            number for number, judges in self._whole if any(judge(route.state) for judge in judges)
        )
        for instance, answer in interview.refused:
            covered |= self.when_refused(route, self.program.slot(instance), answer)
        return covered
