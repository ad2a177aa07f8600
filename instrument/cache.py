"""Instruments that were read before, kept as JSON so that they need not be read again.

A cached instrument belongs to the exact bytes of its files: its key is their SHA-256. What is in
the cache is data and nothing else: it is made into the frozen models of this package and can name
no other class. A file that is damaged, or was written by another version, is as good as none, and
the instrument is read from its YAML.

A file has one line of JSON per part: the head (names of the items, and where they stand), the
instrument itself with its sections, the parts that several items share, and the items, in the order
of the interview. Items are made when they are first looked at (`instrument.later`).
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import instrument
from instrument.files import instrument_files
from instrument.later import LaterByName
from instrument.models import Instrument, Item, Roster
from instrument.parts import BROKEN, Json, Reader, Writer
from instrument.pause import collector_paused
from instrument.reader import read_files
from instrument.shelf import CacheError, Shelf, code_of

FORMAT: Final = 2
"""Raised when what is written here changes its meaning."""
SUFFIX: Final = ".json"
MOST_KEPT: Final = 20
"""Instruments in the cache; those used longest ago go first."""


def read_cached(
    folder: Path, kept: Path | None = None, fingerprint: str | None = None
) -> Instrument:
    """Read the instrument in a folder, from the cache when it was read before.

    Args:
        folder: of the instrument.
        kept: the folder of the cache, made when it is not there; None does without one.
        fingerprint: of the instrument, where somebody vouches for one: what is kept of another is
            as good as none.

    Raises:
        InstrumentError: the instrument cannot be used.
    """
    files = instrument_files(folder)
    if kept is None:
        return read_files(files)
    shelf, key = Shelf(kept, SUFFIX, MOST_KEPT), key_of(files)

    def anew() -> Instrument:
        shelf.drop(key)
        return read_files(files)

    def wanted(body: bytes) -> Instrument:
        read = load(body, anew)
        if fingerprint not in (None, read.fingerprint):
            raise CacheError("another instrument")
        return read

    found = shelf.take(key, wanted)
    if found is not None:
        return found
    read = read_files(files)
    shelf.put(key, dump(read))
    return read


def key_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the contents of an instrument's files and the code that reads them."""
    digest = hashlib.sha256(f"{FORMAT}\n{reading_code()}\n".encode())
    for name, content in sorted(files.items()):
        digest.update(f"{name}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


@cache
def reading_code() -> str:
    """SHA-256 over what an instrument depends on besides its YAML: the reader and the models."""
    home = Path(instrument.__file__).parent
    return code_of((home, home / "conditions"))


def dump(read: Instrument) -> bytes:
    """An instrument as lines of JSON, for `load`."""
    with collector_paused():
        walked = list(read.walk())
        numbers = {item.name: number for number, (_, _, item) in enumerate(walked)}
        sections = {section.name: at for at, section in enumerate(read.sections)}
        writer = Writer(numbers)
        items = [writer.part(item) for _, _, item in walked]
        whole = writer.part(read)
        head: list[object] = [
            len(writer.shared),
            list(numbers),
            [sections[section.name] for section, _, _ in walked],
            [[numbers[item.name], numbers[roster.name]] for _, roster, item in walked if roster],
        ]
        lines = (head, whole, *writer.shared, *items)
        return "\n".join(json.dumps(line, separators=(",", ":")) for line in lines).encode()


def load(body: bytes, anew: Callable[[], Instrument] | None = None) -> Instrument:
    """The instrument that `dump` wrote; its items are made when they are first looked at.

    Args:
        body: what `dump` returned.
        anew: reads the instrument from its YAML, for an item that turns out to be none. Without it
            looking at such an item raises CacheError.

    Raises:
        CacheError: these bytes are something else.
    """
    with collector_paused():
        return _Kept(body, anew).instrument


class _Kept:
    """The lines of a cached instrument, and the parts that were made of them so far."""

    def __init__(self, body: bytes, anew: Callable[[], Instrument] | None) -> None:
        self._reader = Reader(self._shared, self._item)
        self._anew = anew
        self._whole: Instrument | None = None
        """The instrument as it was read anew, where that was needed."""
        self._made: dict[int, object] = {}
        """By line."""
        try:
            self._lines = body.split(b"\n")
            self._count, self._names, homes, rows = json.loads(self._lines[0])
            self._first = 2 + int(self._count)
            """The line of the first item."""
            if self._first + len(self._names) != len(self._lines):
                raise ValueError("not as many lines as there should be")
            whole = self._read(1)
            if not isinstance(whole, Instrument):
                raise TypeError("not an instrument")
            self.instrument = whole
            self._name_items(homes, rows)
        except (*BROKEN, AttributeError) as error:
            raise CacheError("not an instrument of this version") from error

    def _name_items(self, homes: list[int], rows: list[list[int]]) -> None:
        """Give the instrument its items by name, as it would find them by walking through all."""
        names, sections = self._names, self.instrument.sections
        numbers = dict(zip(names, range(len(names)), strict=True))
        roster_of = {names[inner]: roster for inner, roster in rows}
        section_of = {name: sections[at] for name, at in zip(names, homes, strict=True)}
        self.instrument.__dict__.update(
            items=MappingProxyType(LaterByName(numbers, self._item)),
            roster_of=MappingProxyType(LaterByName(roster_of, self._roster)),
            section_of=MappingProxyType(section_of),
        )

    def _item(self, number: int) -> Item:
        """The item of a number, made once."""
        try:
            item = self._once(self._first + number)
            if isinstance(item, Item) and item.name == self._names[number]:
                return item
            raise TypeError("not the item")
        except (*BROKEN, AttributeError) as error:
            if self._anew is None:
                raise CacheError("not an item of this instrument") from error
        if self._whole is None:
            self._whole = self._anew()
        right = self._whole.items[self._names[number]]
        self._made[self._first + number] = right
        return right

    def _roster(self, number: int) -> Roster:
        roster = self._item(number)
        assert isinstance(roster, Roster)
        return roster

    def _shared(self, number: int) -> object:
        if number >= self._count:
            raise ValueError("not a shared part")
        return self._once(2 + number)

    def _once(self, line: int) -> object:
        if line not in self._made:
            # Another thread may have been faster; then all go on with what it made.
            return self._made.setdefault(line, self._read(line))
        return self._made[line]

    def _read(self, line: int) -> object:
        parsed: Json = json.loads(self._lines[line])
        return self._reader.part(parsed)
