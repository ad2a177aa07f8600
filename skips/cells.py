"""The state of one case as compiled conditions read it: flat lists, one place per slot."""

from collections.abc import Callable

from instrument.values import Value


class Cells:
    """What counts now. Only a `Route` writes to it; compiled conditions read it."""

    __slots__ = ("counted", "reasons", "rows", "universe")

    def __init__(self, size: int) -> None:
        self.counted: list[Value | None] = [None] * size
        """The value that counts: given or worked out, and on the route. Of a roster: its size."""
        self.reasons: list[str | None] = [None] * size
        """The missing reason that counts."""
        self.universe = bytearray(size)
        """Whether the slot is on the route: NO, UNKNOWN or YES."""
        self.rows: dict[int, frozenset[int]] = {}
        """The rows now standing in each open roster, by the roster's slot."""

    def copy(self) -> "Cells":
        """An independent copy."""
        twin = Cells(0)
        twin.counted = self.counted.copy()
        twin.reasons = self.reasons.copy()
        twin.universe = self.universe.copy()
        twin.rows = self.rows.copy()
        return twin


Condition = Callable[[Cells], int]
"""A compiled condition: NO, UNKNOWN or YES."""

Reading = Callable[[Cells], Value | None]
"""A compiled expression: its value, or None when it is not known."""
