"""Where the lines of a map run: beside the steps, in lanes that a layered layout has sorted."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A line from one step to a later one."""

    start: int
    end: int
    kind: str
    """`next`, `no` or `reads`."""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """Where a line runs that does not go straight to the next step."""

    line: Line
    is_right: bool
    place: int
    """From 0, counted from the steps outward."""


def lanes(steps: int, lines: Sequence[Line]) -> list[Lane]:
    """Lanes for lines; no two of one lane run beside each other.

    Each step is a layer of a Sugiyama layout, which sorts what passes beside it so that few lines
    cross. Passed-over steps are passed on the left, what is read is on the right.
    """
    import igraph

    graph = igraph.Graph(directed=True)
    graph.add_vertices(steps)
    graph.add_edges([(line.start, line.end) for line in lines])
    layout = graph.layout_sugiyama(layers=list(range(steps)), hgap=1, vgap=1)
    outward = []
    for line, points in zip(lines, layout.edge_routing, strict=True):
        middle = (layout[line.start][0] + layout[line.end][0]) / 2
        away = [abs(point[0] - middle) for point in points]
        outward.append(max(away, default=0.0))
    found: list[Lane] = []
    order = sorted(
        range(len(lines)),
        key=lambda at: (outward[at], lines[at].end - lines[at].start, at),
    )
    for is_right in (False, True):
        taken: list[list[tuple[int, int]]] = []
        for at in order:
            line = lines[at]
            if line.kind == "next" or (line.kind == "reads") != is_right:
                continue
            place = 0
            while place < len(taken) and any(
                line.start < end and start < line.end for start, end in taken[place]
            ):
                place += 1
            if place == len(taken):
                taken.append([])
            taken[place].append((line.start, line.end))
            found.append(Lane(line, is_right, place))
    return found
