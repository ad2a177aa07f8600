"""What stands behind each gate, found once so that it can be moved as a whole."""

from collections.abc import Container, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind a gate."""

    end: int
    """The slot behind the last one that stands behind the gate, however far in."""
    spans: tuple[tuple[int, int, bytes], ...]
    """The stretches of slots directly behind it, each with 1 for what is not askable."""
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


def _spans(slots: Sequence[int], is_askable: Sequence[bool]) -> list[tuple[int, int, bytes]]:
    """Unbroken stretches of slots, each with 1 for what is not askable."""
    spans: list[tuple[int, int]] = []
    for slot in slots:
        if spans and spans[-1][1] == slot:
            spans[-1] = (spans[-1][0], slot + 1)
        else:
            spans.append((slot, slot + 1))
    return [
        (start, end, bytes(not is_askable[slot] for slot in range(start, end)))
        for start, end in spans
    ]
