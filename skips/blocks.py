"""What stands behind a gate, moved as a whole and not slot by slot.

A gate that closes freezes everything behind it: the state is put aside as it is and blanked. What
happens meanwhile to slots in there is only noted. When the gate opens again the state comes back,
and the noted slots are looked at. A gate that opens for the first time lets in at once what has no
answer yet, since every slot's own condition is kept up to date whether or not its gate is open.
"""

from collections.abc import Sequence
from typing import NamedTuple

from instrument.values import Value
from skips.cells import Cells
from skips.gates import Span
from skips.truth import YES

_IS_YES = bytes(int(byte == YES) for byte in range(256))
"""Translates universes to whether they are *yes*."""


class Block(NamedTuple):
    """A stretch of slots as it stood at one moment."""

    start: int
    end: int
    counted: list[Value | None]
    reasons: list[str | None]
    universe: bytearray
    own: bytearray
    met: bytearray
    open: bytearray
    frozen: bytearray
    asleep: bytearray


class Frozen(NamedTuple):
    """A gate closed, and what stood behind it was put aside."""

    gate: int
    block: Block

    @property
    def before(self) -> Sequence[Value | None]:
        """The values that counted behind the gate until then."""
        return self.block.counted

    def undo(self, cells: Cells, snapshots: dict[int, Block]) -> None:
        """Let it stand again as it stood."""
        put_back(cells, snapshots.pop(self.gate))


class Thawed(NamedTuple):
    """A gate that had closed is no longer closed, and what had been put aside came back."""

    gate: int
    block: Block
    asleep: bytearray
    """What had been noted while it was put aside."""

    @property
    def before(self) -> Sequence[Value | None]:
        """The values that counted behind the gate until then: none."""
        return [None] * len(self.asleep)

    def undo(self, cells: Cells, snapshots: dict[int, Block]) -> None:
        """Put it aside again."""
        start, end = self.block.start, self.block.end
        freeze(cells, start, end)
        cells.asleep[start:end] = self.asleep
        snapshots[self.gate] = self.block


class Spread(NamedTuple):
    """A gate behind which nothing has been on the route became another."""

    gate: int
    end: int
    """The slot behind the last one that stands behind the gate."""
    universe: bytearray
    """The universes that there were behind it; none was *yes*."""

    def undo(self, cells: Cells, snapshots: dict[int, Block]) -> None:
        """Let nothing behind the gate be on the route."""
        del snapshots
        start, nothing = self.gate + 1, bytes(len(self.universe))
        cells.universe[start : self.end] = self.universe
        cells.met[start : self.end] = nothing
        cells.open[start : self.end] = nothing


Moved = Frozen | Thawed | Spread
"""What was done at once to everything behind a gate."""


def save(cells: Cells, start: int, end: int) -> Block:
    """A stretch of slots as it stands."""
    return Block(
        start,
        end,
        cells.counted[start:end],
        cells.reasons[start:end],
        cells.universe[start:end],
        cells.own[start:end],
        cells.met[start:end],
        cells.open[start:end],
        cells.frozen[start:end],
        cells.asleep[start:end],
    )


def put_back(cells: Cells, block: Block) -> None:
    """Let a stretch of slots stand as it stood."""
    start, end = block.start, block.end
    cells.counted[start:end] = block.counted
    cells.reasons[start:end] = block.reasons
    cells.universe[start:end] = block.universe
    cells.own[start:end] = block.own
    cells.met[start:end] = block.met
    cells.open[start:end] = block.open
    cells.frozen[start:end] = block.frozen
    cells.asleep[start:end] = block.asleep


def freeze(cells: Cells, start: int, end: int) -> None:
    """Blank a stretch of slots whose state has been saved; nothing in it is on the route."""
    nothing, zeros = [None] * (end - start), bytes(end - start)
    cells.counted[start:end] = nothing
    cells.reasons[start:end] = nothing
    cells.universe[start:end] = zeros
    cells.met[start:end] = zeros
    cells.open[start:end] = zeros
    cells.frozen[start:end] = b"\x01" * (end - start)


def thaw(cells: Cells, block: Block) -> None:
    """Let a frozen stretch stand as when it was saved, and mark what changed for it meanwhile."""
    start, end = block.start, block.end
    noted = cells.asleep[start:end]
    put_back(cells, block)
    cells.asleep[start:end] = bytes(end - start)
    marks = _number(noted)
    if marks:
        marks |= _number(cells.dirty[start:end])
        cells.dirty[start:end] = marks.to_bytes(end - start, "little")


def let_in(cells: Cells, span: Span) -> None:
    """Open a gate for slots directly behind it, none of which is on the route so far.

    Those that are askable and have no answer come in as their own condition says. The others, which
    are special or have an answer, are marked; one whose own condition is *no* stays where it is.
    """
    at, special = span
    others = _number(special) | _number(cells.dealt[at])
    own = _number(cells.own[at])
    if marks := others & (own | own >> 1):
        # Others are 1 or 0, so that of each byte only the lowest bit is left: 1 unless *no*.
        marks |= _number(cells.dirty[at])
        cells.dirty[at] = marks.to_bytes(len(special), "little")
    mask = others * 0xFF
    universe = own ^ (own & mask) | _number(cells.universe[at]) & mask
    flags = universe.to_bytes(len(special), "little")
    cells.universe[at] = flags
    cells.met[at] = cells.open[at] = flags.translate(_IS_YES)


def _number(flags: bytes | bytearray) -> int:
    return int.from_bytes(flags, "little")
