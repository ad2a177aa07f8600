"""What stands behind each gate, found once so that it can be moved as a whole."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Span(NamedTuple):
    """Slots directly behind a gate that stand one behind the other or equally far apart."""

    at: slice
    """Where they stand in the rows of a case. The gates of a roster's rows are one span, too."""
    special: bytes
    """1 for each that is not askable: gates, rosters, computed values."""


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind a gate."""

    end: int
    """The slot behind the last one that stands behind the gate, however far in."""
    spans: tuple[Span, ...]
    """The slots directly behind it, in order."""
    computed: tuple[int, ...]
    """Slots of computed values behind it."""
    watched: tuple[int, ...]
    """Slots directly behind it that slots or checks watch for being on the route."""
    readers: tuple[int, ...]
    """Slots from `end` on that look at something behind it, in order."""
    checks: tuple[int, ...]
    """Checks of items behind it, and checks that look at something behind it."""


def behind_gates(
    gates: Sequence[int],
    is_askable: Sequence[bool],
    is_computed: Sequence[bool],
    readers: Sequence[tuple[int, ...]],
    watchers: Sequence[tuple[int, ...]],
    checks: Sequence[tuple[int, ...]],
    watched_by_checks: Container[int],
) -> list[Behind | None]:
    """By slot, what stands behind it; None for slots that are no gate, and for the root.

    `gates` holds the gate in front of each slot; `checks` the checks that look at each slot.
    """
    size = len(gates)
    ends = list(range(1, size + 1))
    children: list[list[int]] = [[] for _ in gates]
    for slot in range(size - 1, 0, -1):
        gate = gates[slot]
        ends[gate] = max(ends[gate], ends[slot])
        children[gate].append(slot)
    found: list[Behind | None] = [None] * size
    for gate in range(1, size):
        direct = children[gate][::-1]
        if not direct:
            continue
        inside, end = range(gate + 1, ends[gate]), ends[gate]
        outside = {slot for one in inside for slot in (*readers[one], *watchers[one])}
        found[gate] = Behind(
            end,
            tuple(_spans(direct, is_askable)),
            tuple(slot for slot in inside if is_computed[slot]),
            tuple(slot for slot in direct if watchers[slot] or slot in watched_by_checks),
            tuple(sorted(slot for slot in outside if slot >= end)),
            tuple(sorted({number for slot in inside for number in checks[slot]})),
        )
    return found


def _spans(slots: Sequence[int], is_askable: Sequence[bool]) -> list[Span]:
    """Slots in as few evenly spaced runs as there are when each is made as long as it can be."""
    runs: list[list[int]] = []
    for slot in slots:
        run = runs[-1] if runs else []
        if len(run) == 1 or (run and slot - run[-1] == run[-1] - run[-2]):
            run.append(slot)
        else:
            runs.append([slot])
    return [
        Span(
            slice(run[0], run[-1] + 1, run[1] - run[0] if len(run) > 1 else 1),
            bytes(not is_askable[slot] for slot in run),
        )
        for run in runs
    ]
