"""Places in the YAML, held by the part of the instrument that stands there.

Lines move although a section means the same: something stands above it now, or a remark in it.
What is kept of a finding therefore names the part of its section, such as `items/3/checks/0`, and
the place is looked up again.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from pydantic import BaseModel

from instrument.models import Instrument
from instrument.source import Source

HEADER: Final = ""
"""Stands for instrument.yaml where else the name of a section stands."""
_NO_PARTS: Final = (str, bytes, frozenset)

Anchor = tuple[str, str, int, int]
"""Section, path of a part within it, and how many lines and columns behind that part."""


class Lost(LookupError):
    """A place is that of no part, or there is no such part."""


def parts_of(part: object, path: str = "") -> Iterator[tuple[str, BaseModel]]:
    """A part of an instrument and all parts in it, each with its path from there.

    Paths of two instruments with the same normal form lead to the same parts.
    """
    if isinstance(part, BaseModel):
        yield path, part
        inner = ((name, getattr(part, name)) for name in _fields(type(part)))
    elif isinstance(part, Mapping):
        inner = ((str(key), value) for key, value in part.items())
    else:
        assert isinstance(part, Sequence)
        inner = ((str(at), value) for at, value in enumerate(part))
    for name, value in inner:
        if _has_parts(value):
            yield from parts_of(value, f"{path}/{name}" if path else name)


@cache
def _fields(sort: type[BaseModel]) -> tuple[str, ...]:
    return tuple(sort.model_fields)


def _has_parts(value: object) -> bool:
    return isinstance(value, BaseModel | Mapping | Sequence) and not isinstance(value, _NO_PARTS)


class Anchors:
    """Finds the parts that stand at places of one instrument, and the places of parts."""

    def __init__(self, instrument: Instrument) -> None:
        self._instrument = instrument
        self._of_section: dict[str, _Places] = {}

    def of(self, source: Source, home: str) -> Anchor:
        """What holds a place; the section `home` is asked first, as parts can share a place.

        Raises:
            Lost: there is no part at it or in front of it.
        """
        near = [one.name for one in self._instrument.sections if one.source.file == source.file]
        names = dict.fromkeys((home, *near, HEADER))
        for name in names:
            path = self._places(name).paths.get(source)
            if path is not None:
                return name, path, 0, 0
        for name in names:
            before = self._places(name).before(source)
            if before is not None:
                path, start = before
                columns = source.column - (start.column if source.line == start.line else 0)
                return name, path, source.line - start.line, columns
        raise Lost(str(source))

    def place(self, anchor: Anchor) -> Source:
        """The place that is held.

        Raises:
            Lost: the section has no such part.
        """
        name, path, lines, columns = anchor
        file, line, column = self._part(name, path).source
        if lines:
            column = 0
        return Source(file, line + lines, column + columns)

    def _part(self, section: str, path: str) -> "_Placed":
        found: object = self._root(section)
        for step in path.split("/") if path else ():
            try:
                if isinstance(found, Mapping):
                    found = found[step]
                elif isinstance(found, BaseModel):
                    found = getattr(found, step)
                else:
                    assert isinstance(found, Sequence)
                    found = found[int(step)]
            except (LookupError, ValueError, AttributeError, AssertionError) as error:
                raise Lost(path) from error
        if not isinstance(getattr(found, "source", None), Source):
            raise Lost(path)
        return found  # type: ignore[return-value]

    def _root(self, section: str) -> BaseModel:
        if section == HEADER:
            return self._instrument
        for one in self._instrument.sections:
            if one.name == section:
                return one
        raise Lost(section)

    def _places(self, section: str) -> "_Places":
        if section not in self._of_section:
            self._of_section[section] = _Places(self._root(section))
        return self._of_section[section]


class _Placed(BaseModel):
    """What every part has."""

    source: Source


class _Places:
    """The parts of a section by their places."""

    def __init__(self, root: BaseModel) -> None:
        self.paths: dict[Source, str] = {}
        for path, part in _below(root):
            source = getattr(part, "source", None)
            if isinstance(source, Source):
                self.paths.setdefault(source, path)
        self._order = sorted(self.paths)

    def before(self, source: Source) -> tuple[str, Source] | None:
        """The last part of the same file that begins in front of a place."""
        at = bisect_right(self._order, source)
        if not at or self._order[at - 1].file != source.file:
            return None
        start = self._order[at - 1]
        return self.paths[start], start


def _below(root: BaseModel) -> Iterator[tuple[str, BaseModel]]:
    """The parts of a section; of an instrument those of its header."""
    if not isinstance(root, Instrument):
        yield from parts_of(root)
        return
    yield "", root
    for name in _fields(Instrument):
        value = getattr(root, name)
        if name != "sections" and _has_parts(value):
            yield from parts_of(value, name)
