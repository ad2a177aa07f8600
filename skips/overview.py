"""How far each part of a route has come, drawn again only where the route has changed.

Asked for at every key press, so that adding up a large instrument each time is no way to do it. The
state notes which slots have changed; only the parts in which these stand are added up again.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import compress

from skips.cells import Cells
from skips.places import SectionPlace
from skips.program import ASKABLE, ROSTER, Program
from skips.progress import SectionProgress, SectionState
from skips.truth import NO

_IS_OPEN_TO = bytes(int(byte != NO) for byte in range(256))
"""Translates universes to whether they are not *no*."""

_IS_ASKABLE = bytes(int(byte == ASKABLE) for byte in range(256))
"""Translates roles to whether they are those of questions and statements."""


class Overview:
    """Counts and sums over the sections of one case."""

    def __init__(self, program: Program, cells: Cells, seconds: Sequence[float]) -> None:
        """Draw nothing yet.

        Args:
            program: what is routed.
            cells: the state of the case.
            seconds: expected duration of each askable slot.
        """
        self._cells = cells
        self._seconds = seconds
        self._starts = [place.gate for place in program.sections]
        open_rosters = [one.slot for one in program.places.rosters.values() if one.is_open]
        self._parts = [_Part(program, place, open_rosters) for place in program.sections]
        self._asked = [part for part in self._parts if part.is_asked]
        self._open_count = 0
        self._undecided = 0
        cells.changed[:] = b"\x01" * program.size

    @property
    def open_count(self) -> int:
        """How many things on the route have no answer yet."""
        self._refresh()
        return self._open_count

    @property
    def seconds_left(self) -> float:
        """The seconds that the open items of the route can be expected to take."""
        self._refresh()
        return sum([part.seconds for part in self._asked])

    @property
    def is_undecided(self) -> bool:
        """Whether a section may yet be asked of which nothing is on the route so far."""
        self._refresh()
        return self._undecided > 0

    def sections(self, within: slice) -> list[SectionProgress]:
        """How far each section has come in which something is asked, or each of some of them."""
        self._refresh()
        return [part.progress for part in self._asked[within]]

    def _refresh(self) -> None:
        """Add up again the sections in which something has changed."""
        changed = self._cells.changed
        slot = changed.find(1)
        while slot >= 0:
            at, end = bisect_right(self._starts, slot) - 1, slot + 1
            if at >= 0:
                part = self._parts[at]
                slot, end = part.gate, part.end
                self._open_count -= part.open_count
                self._undecided -= part.is_undecided
                part.draw(self._cells, self._seconds)
                self._open_count += part.open_count
                self._undecided += part.is_undecided
            changed[slot:end] = bytes(end - slot)
            slot = changed.find(1, end)


class _Part:
    """One section as it was last added up."""

    __slots__ = ("_may_be_asked", "end", "gate", "is_asked", "open_count", "progress", "seconds")

    def __init__(self, program: Program, place: SectionPlace, open_rosters: list[int]) -> None:
        self.gate, self.end = place.gate, place.end
        roles = program.roles[self.gate : self.end]
        self.is_asked = ASKABLE in roles or ROSTER in roles
        """Whether there is anything in it for the interviewer."""
        may_be = roles.translate(_IS_ASKABLE)
        for slot in open_rosters[
            bisect_left(open_rosters, self.gate) : bisect_left(open_rosters, self.end)
        ]:
            may_be[slot - self.gate] = 1
        self._may_be_asked = int.from_bytes(may_be, "little")
        """1 for each slot that is asked, or to which rows can be added."""
        self.open_count = 0
        self.seconds = 0.0
        self.progress = SectionProgress(
            place.section.name, place.section.title, SectionState.OFF, 0, 0
        )

    @property
    def is_undecided(self) -> bool:
        """Whether it may yet be asked, and nothing in it is on the route so far."""
        progress = self.progress
        return self.is_asked and progress.state is SectionState.AHEAD and not progress.total

    def draw(self, cells: Cells, seconds: Sequence[float]) -> None:
        """Add it up."""
        start, end = self.gate, self.end
        total, self.open_count = cells.met.count(1, start, end), cells.open.count(1, start, end)
        answered = total - self.open_count
        self.seconds = sum(compress(seconds[start:end], cells.open[start:end]))
        if not total:
            how = SectionState.AHEAD if self._may_ask(cells) else SectionState.OFF
        elif not answered:
            how = SectionState.AHEAD
        else:
            how = SectionState.DONE if answered == total else SectionState.OPEN
        name, title = self.progress.name, self.progress.title
        self.progress = SectionProgress(name, title, how, answered, total)

    def _may_ask(self, cells: Cells) -> bool:
        """Whether something in it may yet be asked, or a row be added to it."""
        if cells.universe[self.gate] == NO:
            return False
        may_be = cells.universe[self.gate : self.end].translate(_IS_OPEN_TO)
        return int.from_bytes(may_be, "little") & self._may_be_asked != 0
