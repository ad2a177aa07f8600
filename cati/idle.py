"""Whether anybody is still at the keys: minutes without one, and a computer that slept."""

import time
from datetime import timedelta

from instrument.counts import counted

LOOK = 5.0
"""Seconds between two looks at the clock."""

GAP = 60.0
"""Seconds without such a look after which the program, or the computer, must have been stopped."""

AT_ONCE = 0.5
"""Seconds; two clocks read further apart than this say nothing about each other."""

_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def clock() -> float:
    """Seconds since some moment; those for which the computer slept count, too."""
    return time.clock_gettime(_CLOCK)


def slept() -> float:
    """Seconds for which the computer slept since it was started; 0 where that is not told."""
    while True:
        awake = time.clock_gettime(time.CLOCK_MONOTONIC)
        found = clock() - awake
        if time.clock_gettime(time.CLOCK_MONOTONIC) - awake < AT_ONCE:
            return found


class Idle:
    """Tells for how long nobody was there; made when somebody is."""

    def __init__(self) -> None:
        self.last_key = self.last_look = clock()
        self.slept = slept()

    def pressed(self) -> None:
        """A key was pressed just now."""
        self.last_key = clock()

    def why(self, minutes: int) -> str:
        """Look at the clock.

        Args:
            minutes: without a key, after which nobody counts as there.

        Returns:
            Why nobody counts as there, to go behind a verb; empty while somebody does.
        """
        late = clock() - self.last_key > timedelta(minutes=minutes).total_seconds()
        away = self._was_away()
        if late:
            return f"after {counted(minutes, 'minute')} without a key"
        return "because the computer slept" if away else ""

    def _was_away(self) -> bool:
        """Whether the computer slept, or stopped this program, since this was last asked."""
        before, self.last_look = self.last_look, clock()
        asleep, self.slept = self.slept, slept()
        return self.slept - asleep > 2 * AT_ONCE or self.last_look - before > GAP
