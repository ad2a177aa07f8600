"""What stands behind a gate, moved as a whole and not slot by slot.

A gate that closes freezes everything behind it: the state is put aside as it is and blanked. What
happens meanwhile to slots in there is only noted. When the gate opens again the state comes back,
and the noted slots are looked at. A gate that opens for the first time lets in at once what has no
answer yet, since every slot's own condition is kept up to date whether or not its gate is open.
"""

from typing import NamedTuple

from instrument.values import Value
from skips.cells import Cells
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
    cells.dirty[start:end] = _either(noted, cells.dirty[start:end])


def let_in(cells: Cells, start: int, end: int, special: bytes) -> None:
    """Open a gate for slots directly behind it, none of which is on the route so far.

    Those that are askable and have no answer come in as their own condition says. The others, which
    are `special` (1 for gates, rosters, computed values) or have an answer, are marked.
    """
    others = _either(special, cells.dealt[start:end])
    cells.dirty[start:end] = _either(others, cells.dirty[start:end])
    mask = _number(others) * 0xFF
    size = end - start
    plain = ~mask & ((1 << 8 * size) - 1)
    own = _number(cells.own[start:end]) & plain
    universe = own | (_number(cells.universe[start:end]) & mask)
    cells.universe[start:end] = universe.to_bytes(size, "little")
    met = own.to_bytes(size, "little").translate(_IS_YES)
    met = _either(met, (_number(cells.met[start:end]) & mask).to_bytes(size, "little"))
    cells.met[start:end] = met
    cells.open[start:end] = (_number(met) & plain).to_bytes(size, "little")


def _number(flags: bytes | bytearray) -> int:
    return int.from_bytes(flags, "little")


def _either(flags: bytes | bytearray, others: bytes | bytearray) -> bytes:
    """Where one of two rows of flags is set."""
    return (_number(flags) | _number(others)).to_bytes(len(flags), "little")
