"""What stands behind a gate, moved as a whole and not slot by slot.

A gate that closes freezes everything behind it: the state is put aside as it is and blanked. What
happens meanwhile to slots in there is only noted. When the gate opens again the state comes back,
and the noted slots are looked at. A gate that opens for the first time lets in at once what has no
answer yet, since every slot's own condition is kept up to date whether or not its gate is open.
"""

from dataclasses import dataclass
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


@dataclass(slots=True)
class Moved:
    """What was done at once to everything behind a gate."""

    gate: int


@dataclass(slots=True)
class Frozen(Moved):
    """A gate closed, and what stood behind it was put aside."""

    block: Block


@dataclass(slots=True)
class Thawed(Moved):
    """A gate that had closed is no longer closed, and what had been put aside came back."""

    block: Block
    asleep: bytearray
    """What had been noted while it was put aside."""


@dataclass(slots=True)
class Spread(Moved):
    """A gate behind which nothing has been on the route became another."""

    universe: bytearray
    """The universes that there were behind it; none was *yes*."""


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


def move_back(cells: Cells, moved: Moved, snapshots: dict[int, Block]) -> None:
    """Let everything behind a gate stand as it stood before it moved.

    Args:
        cells: in which nothing is left of what was done after the move.
        moved: what was done.
        snapshots: what stood behind the gates that have closed, brought up to date, too.
    """
    start = moved.gate + 1
    match moved:
        case Frozen():
            put_back(cells, snapshots.pop(moved.gate))
        case Thawed(block=block, asleep=asleep):
            freeze(cells, start, block.end)
            cells.asleep[start : block.end] = asleep
            snapshots[moved.gate] = block
        case Spread(universe=universe):
            end, nothing = start + len(universe), bytes(len(universe))
            cells.universe[start:end] = universe
            cells.met[start:end] = nothing
            cells.open[start:end] = nothing
