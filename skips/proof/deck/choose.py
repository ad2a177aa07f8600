"""Choosing few interviews that together cover all that can be.

First the interview is taken, again and again, that covers most of what is left, out of several that
aim at it. Then those that others cover are left out, and two that bring little are replaced by one
that brings both, where one is found.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from random import Random
from typing import Final

from instrument.values import Answer, Instance
from skips.places import DATE
from skips.program import Program
from skips.proof.aims import aim
from skips.proof.deck.interview import Interview, Judging, Seen
from skips.proof.goal import Goal
from skips.proof.rehearsal import Rehearsed, Rehearser, witness_of
from skips.proof.witness import NotReplayed, Witness, replay
from skips.route import Route

_CANDIDATES: Final = 10
"""Interviews that are tried for one that is taken."""
_RARE: Final = 60
"""Targets, those seldom seen before, that half of these aim at."""
_DULL: Final = 4
"""Rounds that bring nothing before what is left is looked for one by one."""
_SEEDS: Final = 4
"""Ways in which the answers that show something are completed to a whole interview."""
_TRIES: Final = 4
"""Interviews that are tried for one that is to replace two."""
_MERGES: Final = 400
"""Interviews that are tried so in all."""
_MOST_NEEDED: Final = 60
"""How much two interviews may bring alone for one to be looked for that replaces them."""


@dataclass(slots=True, eq=False)
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
        order = {instance: at for at, (instance, _) in enumerate(self.witness.answers)}
        return Interview(self.witness, tuple(sorted(self.refused, key=lambda one: order[one[0]])))


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
        self._looks: Counter[int] = Counter()
        """In how many interviews each target was seen."""
        self._former: list[Chosen] = []
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
            rare = sorted(self.left, key=lambda number: (self._looks[number], number))[:_RARE]
            tries = [self._candidate(self.left if at % 2 else rare) for at in range(_CANDIDATES)]
            found = [one for one in tries if one is not None and one.seen.all & self.left]
            if found:
                self._take(max(found, key=self._worth))
            else:
                dull += 1

    def _worth(self, one: Chosen) -> float:
        """How much an interview brings: what is seldom seen counts for more."""
        return sum(1 / self._looks[number] for number in one.seen.all & self.left)

    def _candidate(self, wanted: Iterable[int]) -> Chosen | None:
        """A whole interview that aims at some targets."""
        goals = [self.goals[number] for number in sorted(wanted)]
        wishes = aim(self.program, goals, self.random).wishes
        return self._looked_at(self.rehearser.rehearse(wishes))

    def _looked_at(self, held: Rehearsed) -> Chosen | None:
        if held.stuck is not None:
            return None
        found = Chosen(self._witness(held.route), self.judging.seen(held.route), {})
        self._looks.update(found.seen.all)
        return found

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
                return Chosen(self._witness(route), seen, {})
        return None

    def _witness(self, route: Route) -> Witness:
        """All that is answered in a case; its day only where that matters."""
        witness = witness_of(route, self.program.size)
        if self.program.readers[DATE] or self.program.checks_reading[DATE]:
            return witness
        return replace(witness, interview_date=None)

    # --- fewer -----------------------------------------------------------------------------------

    def _leave_out(self, wanted: set[int]) -> None:
        """Leave out what the others cover, beginning with what brings least alone."""
        times = self._times(wanted)
        for one in sorted(self.chosen, key=lambda one: len(self._alone(one, wanted, times))):
            if not self._alone(one, wanted, times):
                self.chosen.remove(one)
                self._former.append(one)
                times.subtract(one.seen.all & wanted)

    def _times(self, wanted: set[int]) -> Counter[int]:
        return Counter(number for one in self.chosen for number in one.seen.all & wanted)

    def _alone(self, one: Chosen, wanted: set[int], times: Counter[int]) -> set[int]:
        return {number for number in one.seen.all & wanted if times[number] == 1}

    def _merge(self, wanted: set[int]) -> None:
        """Replace two interviews by one that brings what both do, as long as one is found."""
        held, tried = 0, set[tuple[int, int]]()
        while held < _MERGES:
            for one, other, needed in self._pairs(wanted):
                if (id(one), id(other)) in tried:
                    continue
                tried.add((id(one), id(other)))
                found, more = self._bringing(needed)
                held += more
                if found is not None:
                    rest = [each for each in self.chosen if each is not one and each is not other]
                    self._former.extend((one, other))
                    self.chosen = [*rest, found]
                    self._leave_out(wanted)
                    break
                if held >= _MERGES:
                    return
            else:
                return

    def _pairs(self, wanted: set[int]) -> Iterator[tuple[Chosen, Chosen, set[int]]]:
        """Two interviews each and what only they bring, those that bring least first."""
        times = self._times(wanted)
        seldom = {
            id(one): {number for number in one.seen.all & wanted if times[number] <= 2}
            for one in self.chosen
        }
        pairs = []
        for at, (one, other) in enumerate(combinations(self.chosen, 2)):
            here, there = seldom[id(one)], seldom[id(other)]
            needed = {
                number
                for number in here | there
                if times[number] == (number in here) + (number in there)
            }
            if len(needed) <= _MOST_NEEDED:
                pairs.append((len(needed), at, one, other, needed))
        for _, _, one, other, needed in sorted(pairs, key=lambda pair: pair[:2]):
            yield one, other, needed

    def _bringing(self, needed: set[int]) -> tuple[Chosen | None, int]:
        """An interview that brings some targets, if one is found; and how many were tried."""
        goals = [self.goals[number] for number in sorted(needed)]
        for at in range(_TRIES):
            aimed = aim(self.program, goals, self.random)
            if len(aimed.aimed) < len(goals):
                return None, at
            found = self._looked_at(self.rehearser.rehearse(aimed.wishes))
            if found is not None and needed <= found.seen.all:
                return found, at + 1
        return None, _TRIES

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
