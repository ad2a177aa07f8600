"""The changes of a case's answers that can be taken back, and those taken back."""

from collections.abc import Callable
from dataclasses import dataclass, field

from instrument.values import Answer, Instance

Before = tuple[Instance, Answer | None]
"""An item, and the answer that it had (None: no answer)."""


@dataclass
class Changes:
    """Two piles of items with former answers. Nothing here changes an answer."""

    _done: list[Before] = field(default_factory=list)
    _undone: list[Before] = field(default_factory=list)

    @property
    def last_change(self) -> Before | None:
        """The answer changed last that was not taken back, and what it was before."""
        return self._done[-1] if self._done else None

    @property
    def last_undone(self) -> Before | None:
        """The item whose change was taken back last, and the answer that this took away."""
        return self._undone[-1] if self._undone else None

    def anew(self, before: Before, outlasts: Callable[[Before], bool]) -> None:
        """An answer was changed: what was taken back is forgotten, but for what `outlasts` that."""
        self._done.append(before)
        self._undone = [one for one in self._undone if outlasts(one)]

    def back(self, taken: Before) -> None:
        """The last change was taken back, which took an answer away."""
        if self._done:
            self._done.pop()
        self._undone.append(taken)

    def again(self, before: Before) -> None:
        """What was taken back last was brought back, in place of another answer."""
        if self._undone:
            self._undone.pop()
        self._done.append(before)
