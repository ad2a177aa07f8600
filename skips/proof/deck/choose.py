"""Choosing few interviews that together cover all that can be.

First the interview is taken, again and again, that covers most of what is left, out of several that
aim at it. Then those that others cover are left out, and two that bring little are replaced by one
that brings both, where one is found.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from random import Random
from typing import Final

from instrument.values import Answer, Instance
from skips.program import Program
from skips.proof.aims import aim
from skips.proof.deck.interview import Interview, Judging, Seen
from skips.proof.goal import Goal
from skips.proof.rehearsal import Rehearsed, Rehearser, witness_of
from skips.proof.witness import NotReplayed, Witness, replay

_CANDIDATES: Final = 10
"""Interviews that are tried for one that is taken."""
_DULL: Final = 4
"""Rounds that bring nothing before what is left is looked for one by one."""
_SEEDS: Final = 4
"""Ways in which the answers that show something are completed to a whole interview."""
_MERGES: Final = 3
"""Interviews tried to replace two."""
_PAIRS: Final = 60
"""Pairs that are tried to be replaced by one."""


@dataclass(slots=True)
class Chosen:
    """An interview of the deck in the making."""

    witness: Witness
    seen: Seen
    refused: dict[tuple[Instance, Answer], frozenset[int]]
    """Answers that are refused first, each with what that covers."""

    @property
    def covers(self) -> frozenset[int]:
        """Everything that it covers as it is."""
        return self.seen.whole.union(*self.refused.values())

    def interview(self) -> Interview:
        """The interview as the deck holds it."""
        return Interview(self.witness, tuple(self.refused))


class Choosing:
    """Chooses interviews until all of some targets are covered, or no more can be."""

    def __init__(
        self,
        judging: Judging,
        goals: Mapping[int, Goal],
        shown: Callable[[int], Witness | None],
        seed: int,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Begin.

        Args:
            judging: the targets.
            goals: those that can be covered, by number, each with what is to be so.
            shown: answers with which a target is so, for what chance does not find.
            seed: where chance begins.
            on_progress: told how many of how many targets are covered.
        """
        self.program: Program = judging.program
        self.judging, self.goals, self.shown = judging, goals, shown
        self.random = Random(seed)  # noqa: S311 (repeatable on purpose)
        self.rehearser = Rehearser(self.program, seed)
        self.on_progress = on_progress
        self.chosen: list[Chosen] = []
        self.left: set[int] = set(goals)
        self._replaced: list[Chosen] = []
        """Kept, so that no other interview gets the identity of one that was tried."""

    def choose(self) -> list[Chosen]:
        """The interviews; `left` are then the targets that none of them covers."""
        self._greedily()
        self._one_by_one()
        wanted = set(self.goals) - self.left
        self._leave_out(wanted)
        self._merge(wanted)
        self._refuse(wanted)
        return self.chosen

    # --- taking ----------------------------------------------------------------------------------

    def _greedily(self) -> None:
        dull = 0
        while self.left and dull < _DULL:
            best = max(
                (self._candidate(self.left) for _ in range(_CANDIDATES)),
                key=lambda one: 0 if one is None else len(one.seen.all & self.left),
            )
            if best is None or not best.seen.all & self.left:
                dull += 1
            else:
                self._take(best)

    def _candidate(self, wanted: Iterable[int]) -> Chosen | None:
        """A whole interview that aims at some targets."""
        goals = [self.goals[number] for number in sorted(wanted)]
        wishes = aim(self.program, goals, self.random).wishes
        return self._looked_at(self.rehearser.rehearse(wishes))

    def _looked_at(self, held: Rehearsed) -> Chosen | None:
        if held.stuck is not None:
            return None
        witness = witness_of(held.route, self.program.size)
        return Chosen(witness, self.judging.seen(held.route), {})

    def _take(self, chosen: Chosen) -> None:
        self.chosen.append(chosen)
        self.left -= chosen.seen.all
        if self.on_progress is not None:
            self.on_progress(len(self.goals) - len(self.left), len(self.goals))

    def _one_by_one(self) -> None:
        """Interviews around the answers that show what chance did not find."""
        for number in sorted(self.left):
            if number in self.left:
                witness = self.shown(number)
                found = None if witness is None else self._around(number, witness)
                if found is not None:
                    self._take(found)

    def _around(self, number: int, witness: Witness) -> Chosen | None:
        refused: list[tuple[Instance, Answer]] = []
        if self.judging.targets[number].refused:
            # What is refused comes last; the interview goes on with another answer.
            refused, answers = [witness.answers[-1]], witness.answers[:-1]
            witness = replace(witness, answers=answers)
        for seed in range(_SEEDS):
            try:
                route = replay(self.program, witness, seed=seed)
            except NotReplayed:
                continue
            seen = self.judging.seen(route)
            for instance, answer in refused:
                slot = self.program.slot(instance)
                seen.refused[instance, answer] = self.judging.when_refused(route, slot, answer)
            if number in seen.all:
                return Chosen(witness_of(route, self.program.size), seen, {})
        return None

    # --- fewer -----------------------------------------------------------------------------------

    def _leave_out(self, wanted: set[int]) -> None:
        """Leave out what the others cover, beginning with what brings least alone."""
        times = self._times(wanted)
        for one in sorted(self.chosen, key=lambda one: len(self._alone(one, wanted, times))):
            if not self._alone(one, wanted, times):
                self.chosen.remove(one)
                times.subtract(one.seen.all & wanted)

    def _times(self, wanted: set[int]) -> Counter[int]:
        return Counter(number for one in self.chosen for number in one.seen.all & wanted)

    def _alone(self, one: Chosen, wanted: set[int], times: Counter[int]) -> set[int]:
        return {number for number in one.seen.all & wanted if times[number] == 1}

    def _merge(self, wanted: set[int]) -> None:
        """Replace two that bring little alone by one that brings both, where one is found."""
        tried: set[tuple[int, int]] = set()
        for _ in range(_PAIRS):
            times = self._times(wanted)
            brings = [len(self._alone(one, wanted, times)) for one in self.chosen]
            pairs = [
                (brings[at] + brings[other], at, other)
                for at, other in combinations(range(len(self.chosen)), 2)
                if (id(self.chosen[at]), id(self.chosen[other])) not in tried
            ]
            if not pairs:
                return
            _, at, other = min(pairs)
            tried.add((id(self.chosen[at]), id(self.chosen[other])))
            self._replace(at, other, wanted)

    def _replace(self, at: int, other: int, wanted: set[int]) -> None:
        """Put one interview in the place of two, if one that brings what both do is found."""
        rest = [one for number, one in enumerate(self.chosen) if number not in (at, other)]
        needed = wanted - frozenset[int]().union(*(one.seen.all for one in rest))
        for _ in range(_MERGES):
            found = self._candidate(needed)
            if found is not None and needed <= found.seen.all:
                self._replaced.extend((self.chosen[at], self.chosen[other]))
                self.chosen = [*rest, found]
                self._leave_out(wanted)
                return

    # --- what is refused -------------------------------------------------------------------------

    def _refuse(self, wanted: set[int]) -> None:
        """Have as few answers refused as cover what is so only then."""
        left = wanted - set().union(*(one.seen.whole for one in self.chosen))
        while left:
            chosen, key, covered = max(
                ((one, *each) for one in self.chosen for each in one.seen.refused.items()),
                key=lambda found: len(found[2] & left),
            )
            chosen.refused[key] = covered
            left -= covered
