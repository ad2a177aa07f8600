"""Sheets cut into pages: what stands on each, and how high it is. All lengths are millimeters."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from cati.mapping.lanes import Lane, Line, lanes
from cati.mapping.model import Mark, Sheet, StepBox

WIDTH: Final = 210.0
HEIGHT: Final = 279.0
"""As wide as A4 and as high as Letter, so that a page fits both at full size."""
MARGIN: Final = 12.0
HEAD: Final = 20.0
"""Taken by the title."""
LINE: Final = 3.7
"""From one line of text to the next; letters are 8 points (2.82 mm) high."""
GAP: Final = 4.6
"""Between two nodes."""
PAD: Final = 1.3
_WORDS: Final = 72
"""Letters of a line within a node."""
_MOST_LANES: Final = 10


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text within a node."""

    text: str
    bold: str = ""
    """What stands in front of it in bold letters."""
    number: int = 0
    """Of an item: which it is."""
    name: str = ""
    sign: str = ""
    """`dead`, `open` or `meant`: a sign in front of it."""


@dataclass(frozen=True, slots=True)
class Node:
    """Something drawn on a page."""

    kind: str
    """`gate`, `section` (its gate), `items`, `roster`, `dead` or `pill`."""
    lines: tuple[TextLine, ...]
    names: frozenset[str] = frozenset()
    reads: tuple[str, ...] = ()
    is_last_of_step: bool = True

    @property
    def height(self) -> float:
        """How high it is drawn."""
        return len(self.lines) * LINE + 2 * PAD

    def middle_of(self, name: str) -> float:
        """How far below its top an item of it stands."""
        at = next((at for at, line in enumerate(self.lines) if line.name == name), 0)
        return PAD + (at + 0.5) * LINE

    def number_of(self, name: str) -> int:
        """The number of an item of it; 0 when it is none."""
        return next((line.number for line in self.lines if line.name == name), 0)


@dataclass(slots=True)
class Page:
    """One printed page."""

    sheet: Sheet
    number: int
    of: int
    nodes: list[Node]
    lanes: list[Lane] = field(default_factory=list)


def pages(sheet: Sheet) -> list[Page]:
    """The pages of a sheet."""
    room = HEIGHT - 2 * MARGIN - HEAD
    cut: list[list[Node]] = [[]]
    used = 0.0
    for step in sheet.steps:
        nodes = list(_nodes(step, room - 30))
        for at, node in enumerate(nodes):
            # A condition is not torn from what it is about.
            needed = node.height + GAP
            if node.kind == "gate" and at + 1 < len(nodes):
                needed += nodes[at + 1].height + GAP
            if used + needed > room - 16 and cut[-1]:
                cut.append([])
                used = 0.0
            cut[-1].append(node)
            used += node.height + GAP
    found = []
    for number, inside in enumerate(cut, start=1):
        nodes = _ended(inside, number, len(cut))
        found.append(Page(sheet, number, len(cut), nodes, lanes(len(nodes), list(_lines(nodes)))))
    for page in found:
        page.lanes = [one for one in page.lanes if one.place < _MOST_LANES]
    return found


def _nodes(step: StepBox, room: float) -> Iterator[Node]:
    if step.condition:
        words = tuple(TextLine(one) for one in _wrapped(step.condition, _WORDS - 8))
        # A section's own condition says of all its pages whether they are asked.
        yield Node("gate" if step.entries else "section", words, reads=step.reads)
    lines: list[TextLine] = []
    if step.roster:
        lines += [TextLine(one) for one in _wrapped(f"For each row: {step.roster}", _WORDS)]
    kind = "roster" if step.roster else "items"
    most = int(room / LINE)
    for entry in step.entries:
        head = f"{entry.number}  {entry.name}"
        own = [TextLine(entry.kind, head, entry.number, entry.name)]
        own += [TextLine(one) for one in _cut(entry.label)]
        own += [TextLine(one) for one in _wrapped(entry.condition, _WORDS)]
        own += [line for mark in entry.marks for line in _mark_lines(mark)]
        if lines and len(lines) + len(own) > most:
            yield Node(kind, tuple(lines), step.names, is_last_of_step=False)
            lines = []
        lines += own
    if lines:
        dead = bool(step.entries) and all(
            any(mark.is_dead for mark in entry.marks) for entry in step.entries
        )
        yield Node("dead" if dead else kind, tuple(lines), step.names)


def _mark_lines(mark: Mark) -> list[TextLine]:
    """A mark in as many lines as it needs; its sign stands before the first."""
    sign = "meant" if mark.is_acknowledged else "dead" if mark.is_dead else "open"
    first, *more = _wrapped(mark.words, _WORDS - 4)
    return [TextLine(first, sign=sign), *(TextLine(one) for one in more)]


def _ended(nodes: Sequence[Node], number: int, of: int) -> list[Node]:
    """The nodes of a page between those that say where one comes from and goes on."""
    first = "Begin" if number == 1 else f"From page {number - 1}"
    last = "End" if number == of else f"Continues on page {number + 1}"
    return [
        Node("pill", (TextLine(first),)),
        *nodes,
        Node("pill", (TextLine(last),)),
    ]


def _lines(nodes: Sequence[Node]) -> Iterator[Line]:
    for at, node in enumerate(nodes[:-1]):
        yield Line(at, at + 1, "next")
        if node.kind != "gate":
            continue
        after = at + 1
        while after < len(nodes) - 1 and not nodes[after].is_last_of_step:
            after += 1
        passed = nodes[after].kind != "gate" and after < len(nodes) - 1
        yield Line(at, after + 1 if passed else len(nodes) - 1, "no")
        yield from _reads(nodes, at)


def _reads(nodes: Sequence[Node], at: int) -> Iterator[Line]:
    """What a condition reads of what stands on its page and not just before it."""
    drawn: set[tuple[int, int]] = set()
    for name in nodes[at].reads:
        source = next((one for one in range(at) if name in nodes[one].names), None)
        if source is None or source == at - 1:
            continue
        key = (source, nodes[source].number_of(name))
        if key not in drawn:
            drawn.add(key)
            yield Line(source, at, "reads", name)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width) if text else []


def _cut(label: str) -> list[str]:
    """A label on two lines at most."""
    lines = _wrapped(label, _WORDS)
    return lines if len(lines) < 3 else [lines[0], f"{lines[1][: _WORDS - 1]}…"]
