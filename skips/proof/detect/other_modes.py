"""Whether something cannot be in any mode, or in this one only because others say it there.

That an item is never asked in one mode is no defect as long as it is asked in another: the author
has bound what it reads, or the missing reason it asks about, to that one. The same goes for
conditions that are always yes in one mode. What hangs on an item that a mode does not have is told,
but as no more than a note, of sections a warning (see `unreached`).
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from instrument.models import Instrument, Section
from skips.proof.goals import Goal
from skips.proof.verdict import Verdict

if TYPE_CHECKING:
    from skips.proof.settle import Settler

Key = TypeVar("Key")

_REHEARSALS = 16
"""Fewer than usual: what is asked of other modes are few questions."""


class OtherModes:
    """Settles goals in the modes that are not looked at."""

    def __init__(self, settler: "Settler") -> None:
        self._settler = settler
        self._others: dict[str, Settler] = {}

    def in_none(self, wanted: Mapping[Key, tuple[Sequence[str], Sequence[Goal]]]) -> frozenset[Key]:
        """The keys of which no goal can be so in any other of the modes given with it.

        Args:
            wanted: by key the modes in which something exists, and the goals of which one would
                do. Goals mean the same in all modes, as items stand in the same slots.
        """
        found = set(wanted)
        for mode in self._settler.instrument.modes:
            if mode == self._settler.mode:
                continue
            there = [key for key in found if mode in wanted[key][0]]
            if not there:
                continue
            goals = [goal for key in there for goal in wanted[key][1]]
            settled = self._settler_of(mode).settle(goals)
            for key in there:
                if any(settled[goal].verdict is not Verdict.IMPOSSIBLE for goal in wanted[key][1]):
                    found.discard(key)
        return frozenset(found)

    def _settler_of(self, mode: str) -> "Settler":
        if mode not in self._others:
            from skips.proof.settle import Settler

            self._others[mode] = Settler(
                self._settler.instrument,
                mode,
                rehearsals=_REHEARSALS,
                seconds=self._settler.seconds,
                strict=self._settler.strict,
            )
        return self._others[mode]


def modes_of_section(instrument: Instrument, section: Section) -> tuple[str, ...]:
    """The modes in which any item of a section exists."""
    return tuple(
        mode for mode in instrument.modes if any(mode in item.modes for item in section.items)
    )
