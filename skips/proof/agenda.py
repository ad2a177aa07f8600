"""What is still to be followed back, and the choices that can be taken again."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random
from typing import Final

from skips.proof.wishes import Conflict, Draft

Step = Callable[[], None]
"""Follows one thing that is wanted; raises Conflict when that cannot be had."""

_STEPS: Final = 600
"""How far one goal is followed back."""


@dataclass(slots=True)
class _Turn:
    """A choice that was made, and how things stood before it."""

    options: list[Step]
    """Those not taken yet."""
    agenda: list[Step]
    choices: list[list[Step]]
    mark: int
    new: int


class Agenda:
    """Steps still to be taken, and choices among steps.

    What leaves no choice is followed first. Where a choice leads to a conflict, everything done
    since is undone, the wishes among it, and another of its options is taken up.
    """

    def __init__(self, draft: Draft, random: Random) -> None:
        self.draft, self.random = draft, random
        self._agenda: list[Step] = []
        self._choices: list[list[Step]] = []
        self._turns: list[_Turn] = []
        self._wanted: set[tuple[str, int]] = set()
        self._new: list[tuple[str, int]] = []

    def follow_up(self, step: Step) -> None:
        """Take a step later."""
        self._agenda.append(step)

    def follow(self) -> None:
        """Take all steps; raises Conflict when they cannot be taken together."""
        for _ in range(_STEPS):
            if self._agenda:
                step = self._agenda.pop()
            elif self._choices:
                self._turns.append(self._turn(self._choices.pop()))
                step = self._turns[-1].options.pop()
            else:
                return
            try:
                step()
            except Conflict:
                self._turn_back()
        raise Conflict

    def settle(self) -> None:
        """What was followed stays wanted."""
        self._new.clear()
        self._turns.clear()

    def forget(self) -> None:
        """What was followed since the last `settle` is not wanted any more."""
        self._forget_from(0)
        self._turns.clear()
        self._agenda.clear()
        self._choices.clear()

    def one_of(self, options: Iterable[Step]) -> None:
        """Want one of several things."""
        found = list(options)
        if not found:
            raise Conflict
        self.random.shuffle(found)
        self._choices.append(found)

    def first(self, want: tuple[str, int]) -> bool:
        """Whether something is wanted for the first time; it is from now on."""
        if want in self._wanted:
            return False
        self._wanted.add(want)
        self._new.append(want)
        return True

    def _turn(self, options: list[Step]) -> "_Turn":
        return _Turn(
            list(options),
            list(self._agenda),
            list(self._choices),
            self.draft.mark(),
            len(self._new),
        )

    def _turn_back(self) -> None:
        """To the last choice that leaves another option, and to the beginning of that one."""
        while self._turns and not self._turns[-1].options:
            self._turns.pop()
        if not self._turns:
            raise Conflict
        turn = self._turns[-1]
        self.draft.back(turn.mark)
        self._forget_from(turn.new)
        self._agenda, self._choices = [turn.options.pop(), *turn.agenda], list(turn.choices)

    def _forget_from(self, at: int) -> None:
        self._wanted.difference_update(self._new[at:])
        del self._new[at:]
