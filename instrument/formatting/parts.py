"""A file as its writer needs it: the values that the door read, with comments and empty lines.

A *unit* is what can be moved as a whole: an entry of a mapping, or an element of a list. Comments
on lines of their own, and empty lines, belong to the unit that follows; of several units that begin
there to the outermost. A comment behind something belongs to the unit that ends in front of it.
"""

import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Final

import yaml

from instrument.yaml_nodes import Mapping, Scalar, YamlNode

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Leaf:
    """One written value."""

    scalar: Scalar
    start: int


@dataclass(slots=True)
class Branch:
    """A mapping (its units have keys) or a list (they have none)."""

    mapping: bool
    start: int
    flow: bool
    """Whether the author wrote it in brackets."""
    units: list["Unit"] = field(default_factory=list)


@dataclass(slots=True)
class Unit:
    """An entry of a mapping, or an element of a list."""

    key: str | None
    start: int
    node: Leaf | Branch
    end: int = 0
    before: list[str] = field(default_factory=list)
    """Comments on lines of their own, in front of it; an empty text is an empty line."""
    behind: list[str] = field(default_factory=list)
    """Comments on its line."""

    @property
    def comments(self) -> list[str]:
        """Its own comments, without those inside."""
        return [line for line in (*self.before, *self.behind) if line]


@dataclass(slots=True)
class Page:
    """One file."""

    root: Branch
    head: list[str]
    """Comments and empty lines in front of everything."""
    tail: list[str]
    """Comments and empty lines behind everything."""


def read_page(text: str, root: Mapping) -> Page:
    """Read a file whose values the door has read.

    Args:
        text: the file, with line feeds as line breaks.
        root: what the door made of it.
    """
    tree = _Tree(text, root)
    page = Page(tree.root, [], [])
    _Comments(text, page, tree.units).place()
    return page


def comments_in(branch: Branch) -> Iterator[str]:
    """All comments of the units of a branch and of everything inside."""
    for unit in branch.units:
        yield from unit.comments
        if isinstance(unit.node, Branch):
            yield from comments_in(unit.node)


def comments_of(page: Page) -> Iterator[str]:
    """All comments of a file, in no special order."""
    yield from (line for line in (*page.head, *page.tail) if line)
    yield from comments_in(page.root)


class _Tree:
    """Units from the events of a file, in the order in which they begin."""

    def __init__(self, text: str, root: Mapping) -> None:
        self.units: list[Unit] = []
        self.events = yaml.parse(text, Loader=_LOADER)
        event = self._next()
        while not isinstance(event, yaml.MappingStartEvent):
            event = self._next()
        node, _ = self._node(event, root)
        assert isinstance(node, Branch)
        self.root = node

    def _next(self) -> Any:
        return next(self.events)

    def _node(self, event: Any, node: YamlNode) -> tuple[Leaf | Branch, int]:
        """A node and the index behind it."""
        start = event.start_mark.index
        if isinstance(node, Scalar):
            return Leaf(node, start), event.end_mark.index
        branch = Branch(isinstance(node, Mapping), start, bool(event.flow_style))
        if isinstance(node, Mapping):
            for key, entry in node.entries.items():
                self._unit(branch, self._next(), key, entry.node)
        else:
            for element in node.nodes:
                self._unit(branch, None, None, element)
        return branch, self._next().end_mark.index

    def _unit(self, branch: Branch, key_event: Any, key: str | None, node: YamlNode) -> None:
        event = self._next()
        start = (key_event or event).start_mark.index
        unit = Unit(key, start, Leaf(Scalar("", None, node.source), start))
        # Outer units stand before inner ones that begin at the same place.
        self.units.append(unit)
        unit.node, unit.end = self._node(event, node)
        branch.units.append(unit)


class _Comments:
    """Gives each comment and each empty line to its unit."""

    def __init__(self, text: str, page: Page, units: list[Unit]) -> None:
        self.text = text
        self.page = page
        self.units = units
        self.starts = [unit.start for unit in units]
        by_end = list(enumerate(units))
        # Among units that end at the same place the outermost, which begins first, comes last.
        by_end.sort(key=lambda pair: (pair[1].end, -pair[0]))
        self.by_end = [unit for _, unit in by_end]
        self.ends = list(map(attrgetter("end"), self.by_end))

    def place(self) -> None:
        """Walk through what stands between the tokens."""
        before: Any = None
        end = 0
        for token in yaml.scan(self.text, Loader=_LOADER):
            start = token.start_mark.index
            last = isinstance(token, yaml.StreamEndToken)
            if token.end_mark.index == start and not last:
                continue
            self._gap(before, end, len(self.text) if last else start, last=last)
            before, end = token, token.end_mark.index
            if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
                end = self._block(token)

    def _block(self, token: Any) -> int:
        """Take the comment behind the sign of a block scalar; returns where its text ends."""
        written = self.text[token.start_mark.index : token.end_mark.index]
        head = written.split("\n", 1)[0]
        if "#" in head:
            comment = head[head.index("#") :].rstrip()
            self._unit_before(token.start_mark.index + 1).behind.append(comment)
        # The empty lines that follow are the author's, between this and what comes next.
        return int(token.start_mark.index) + len(written.rstrip())

    def _gap(self, before: Any, start: int, end: int, *, last: bool) -> None:
        first, *lines = self.text[start:end].split("\n")
        if not self.units:
            found = [line[line.index("#") :].rstrip() for line in (first, *lines) if "#" in line]
            (self.page.head if before is None else self.page.tail).extend(found)
            return
        if before is None:
            lines, first = [first, *lines], ""
        found = [line.strip() for line in (lines if last else lines[:-1])]
        if "#" in first:
            comment = first[first.index("#") :].rstrip()
            if isinstance(before, yaml.BlockEntryToken):
                found.insert(0, comment)
            elif isinstance(before, yaml.DocumentStartToken):
                self.page.head.append(comment)
            else:
                self._behind(before, start).behind.append(comment)
        if not found:
            return
        if before is None or isinstance(before, yaml.DocumentStartToken):
            self.page.head += found
        else:
            self._before(end, last=last).extend(found)

    def _behind(self, before: Any, index: int) -> Unit:
        """The unit that ends in front of a comment."""
        opens = (yaml.ValueToken, yaml.FlowMappingStartToken, yaml.FlowSequenceStartToken)
        if isinstance(before, opens):
            return self._unit_before(index)
        found = bisect.bisect_right(self.ends, index)
        return self.by_end[found - 1] if found else self.units[0]

    def _before(self, index: int, *, last: bool) -> list[str]:
        """The lines in front of the outermost unit that begins at an index or behind it."""
        previous = self._unit_before(index)
        inside = isinstance(previous.node, Leaf) or previous.node.flow
        if not last and inside and previous.node.start >= index:
            return previous.before
        found = bisect.bisect_left(self.starts, index)
        return self.units[found].before if found < len(self.units) else self.page.tail

    def _unit_before(self, index: int) -> Unit:
        """The innermost unit that begins before an index."""
        return self.units[max(bisect.bisect_left(self.starts, index) - 1, 0)]
