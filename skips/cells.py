"""The state of one case in flat rows, one place per slot."""

from collections.abc import Callable

from instrument.values import Answer, Value


class Cells:
    """What is so now. Only `State` writes to it.

    Compiled conditions read the first four; the others serve to keep those up to date.
    """

    __slots__ = (
        "asleep",
        "changed",
        "counted",
        "dealt",
        "dirty",
        "frozen",
        "kept",
        "met",
        "open",
        "own",
        "reasons",
        "rows",
        "universe",
    )

    def __init__(self, size: int) -> None:
        self.counted: list[Value | None] = [None] * size
        """The value that counts: given or worked out, and on the route. Of a roster: its size."""
        self.reasons: list[str | None] = [None] * size
        """The missing reason that counts."""
        self.universe = bytearray(size)
        """Whether the slot is on the route: NO, UNKNOWN or YES."""
        self.rows: dict[int, frozenset[int]] = {}
        """The rows now standing in each open roster, by the roster's slot."""
        self.kept: list[Answer | None] = [None] * size
        """What each askable slot was given, counted or not."""
        self.dealt = bytearray(size)
        """1 where something is kept."""
        self.own = bytearray(size)
        """What the slot's own condition comes to, whatever its gate does."""
        self.met = bytearray(size)
        """1 where the interviewer meets something: askable and on the route."""
        self.open = bytearray(size)
        """1 where an answer is wanting: met, and nothing kept."""
        self.dirty = bytearray(size)
        """1 where something that the slot looks at has changed."""
        self.frozen = bytearray(size)
        """1 behind a gate that has closed."""
        self.asleep = bytearray(size)
        """1 where a frozen slot must be looked at again once its gate opens."""
        self.changed = bytearray(size)
        """1 where sums over the route must be drawn again; whoever draws them sets it to 0."""

    def copy(self) -> "Cells":
        """The same state, to go on from on its own."""
        other = Cells(0)
        for name in Cells.__slots__:
            setattr(other, name, getattr(self, name).copy())
        return other


Condition = Callable[[Cells], int]
"""A compiled condition: NO, UNKNOWN or YES."""

Reading = Callable[[Cells], Value | None]
"""A compiled expression: its value, or None when it is not known."""
