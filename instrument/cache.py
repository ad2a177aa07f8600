"""Instruments that were read before, kept as JSON so that they need not be read again.

A cached instrument belongs to the exact bytes of its files: its name is their SHA-256. What is in
the cache is data and nothing else: it is made into the frozen models of this package and can name
no other class. A file that is damaged, or was written by another version, is as good as none, and
the instrument is read from its YAML.
"""

import datetime
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, get_args

from pydantic import BaseModel

import instrument
from instrument import models
from instrument.conditions import nodes
from instrument.files import instrument_files
from instrument.models import Instrument
from instrument.pause import collector_paused
from instrument.reader import read_files
from instrument.source import Source
from instrument.values import Duration, PartialDate

FORMAT: Final = 1
"""Raised when what is written here changes its meaning."""
MOST_KEPT: Final = 20
"""Instruments in the cache; those used longest ago go first."""

_ENUMS: Final = tuple(
    sorted(
        (
            one
            for module in (models, nodes)
            for one in vars(module).values()
            if isinstance(one, type) and issubclass(one, StrEnum) and one is not StrEnum
        ),
        key=lambda one: one.__name__,
    )
)
_MODELS: Final = tuple(
    one
    for one in vars(models).values()
    if isinstance(one, type) and issubclass(one, BaseModel) and one is not BaseModel
)
_NODES: Final = get_args(nodes.Node)

Json = None | bool | int | str | list["Json"]


def read_cached(folder: Path, kept: Path | None = None) -> Instrument:
    """Read the instrument in a folder, from the cache when it was read before.

    Args:
        folder: of the instrument.
        kept: the folder of the cache, made when it is not there; None does without one.

    Raises:
        InstrumentError: the instrument cannot be used.
    """
    files = instrument_files(folder)
    if kept is None:
        return read_files(files)
    place = kept / f"{key_of(files)}.json"
    found = _look_up(place)
    if found is not None:
        return found
    read = read_files(files)
    # A cache that cannot be written costs time and nothing else.
    with suppress(OSError):
        _keep(place, dump(read))
    return read


def key_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the contents of an instrument's files and the code that reads them."""
    digest = hashlib.sha256(f"{FORMAT}\n{_shape()}\n".encode())
    for name, content in sorted(files.items()):
        digest.update(f"{name}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _shape() -> str:
    """What a cached instrument depends on besides its YAML: the reader and the models."""
    home = Path(instrument.__file__).parent
    parts = sorted(
        f"{path.name}:{path.stat().st_size}:{path.stat().st_mtime_ns}"
        for folder in (home, home / "conditions")
        for path in folder.iterdir()
        if path.suffix in (".py", ".lark")
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _look_up(place: Path) -> Instrument | None:
    try:
        content = place.read_bytes()
    except OSError:
        return None
    with suppress(OSError):
        os.utime(place)
    try:
        return load(content)
    except CacheError:
        with suppress(OSError):
            place.unlink()
        return None


def _keep(place: Path, content: bytes) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=place.parent, suffix=".part", delete=False) as file:
        part = Path(file.name)
        file.write(content)
    part.replace(place)
    kept = sorted(place.parent.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    for old in kept[:-MOST_KEPT]:
        old.unlink(missing_ok=True)


# --- to JSON and back ----------------------------------------------------------------------------


class CacheError(Exception):
    """This is not an instrument that `dump` wrote."""


def dump(read: Instrument) -> bytes:
    """An instrument as bytes: SHA-256 of the rest in hex, a line break, and JSON.

    Each part of the instrument is `[class, bits, field, …]`, the bits saying which of its fields
    follow; the others are at their default. A part that stands in several places, such
    as a shared list of choices, is written once and then named by its number, `[0, number]`.
    """
    with collector_paused():
        body = json.dumps(_Writer().part(read), separators=(",", ":"), ensure_ascii=True).encode()
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def load(content: bytes) -> Instrument:
    """The instrument that `dump` wrote.

    Raises:
        CacheError: these bytes are something else, or were damaged.
    """
    digest, _, body = content.partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != digest:
        raise CacheError("damaged")
    try:
        with collector_paused():
            read = _Reader().part(json.loads(body))
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError) as error:
        raise CacheError("not an instrument of this version") from error
    if not isinstance(read, Instrument):
        raise CacheError("not an instrument")
    return read


def _fields_of(sort: type) -> tuple[str, ...]:
    if issubclass(sort, BaseModel):
        return tuple(sort.model_fields)
    if is_dataclass(sort):
        return tuple(part.name for part in fields(sort))
    return ()


def _usual(sort: type) -> dict[str, Any]:
    if issubclass(sort, BaseModel):
        return {
            name: field.get_default(call_default_factory=True)
            for name, field in sort.model_fields.items()
            if not field.is_required()
        }
    if is_dataclass(sort):
        return {part.name: part.default for part in fields(sort) if part.default is not MISSING}
    return {}


@cache
def _written(sort: type, bits: int) -> tuple[str, ...]:
    """The fields that a number of bits names."""
    names = _FIELDS[sort]
    if bits >> len(names):
        raise ValueError("there are not so many fields")
    return tuple(name for at, name in enumerate(names) if bits >> at & 1)


# What stands at the head of a list tells what the rest of it is.
_AGAIN: Final = 0
_TUPLE: Final = 1
_SET: Final = 2
_MAPPING: Final = 3
_SOURCE: Final = 4
_DECIMAL: Final = 5
_DATE: Final = 6
_TIME: Final = 7
_DURATION: Final = 8
_FIRST_ENUM: Final = 10
_FIRST_CLASS: Final = 30

_ENUM_TAG: Final = {sort: _FIRST_ENUM + at for at, sort in enumerate(_ENUMS)}
_CLASSES: Final = (*_MODELS, *_NODES)
_CLASS_TAG: Final = {sort: _FIRST_CLASS + at for at, sort in enumerate(_CLASSES)}
_FIELDS: Final = {sort: _fields_of(sort) for sort in _CLASSES}
_NAMES: Final = {sort: set(_FIELDS[sort]) for sort in _MODELS}
_USUAL: Final = {sort: _usual(sort) for sort in _CLASSES}
"""Of each class the fields that are seldom other than their default, which are not written then."""


class _Writer:
    """Writes each part once."""

    def __init__(self) -> None:
        self.numbers: dict[int, int] = {}
        self.held: list[object] = []
        """What was numbered, so that nothing else can take its identity meanwhile."""
        self.files: dict[str, int] = {}

    def part(self, value: object) -> Json:
        match value:
            case StrEnum():
                return [_ENUM_TAG[type(value)], str(value)]
            case None | bool() | int() | str():
                return value
            case Source():
                return [_SOURCE, value.file, value.line, value.column]
            case tuple() if not value:
                return [_TUPLE]
            case Decimal():
                return [_DECIMAL, str(value)]
            case PartialDate():
                return [_DATE, str(value)]
            case datetime.time():
                return [_TIME, value.isoformat()]
            case Duration():
                return [_DURATION, str(value.amount), value.unit]
            case _:
                return self.once(value)

    def once(self, value: object) -> Json:
        if id(value) in self.numbers:
            return [_AGAIN, self.numbers[id(value)]]
        written = self.compound(value)
        # Numbered when complete, as the reader does.
        self.numbers[id(value)] = len(self.held)
        self.held.append(value)
        return written

    def compound(self, value: object) -> Json:
        match value:
            case tuple():
                return [_TUPLE, *(self.part(one) for one in value)]
            case frozenset():
                return [_SET, *(self.part(one) for one in sorted(value))]
            case Mapping():
                pairs = (self.part(one) for pair in value.items() for one in pair)
                return [_MAPPING, *pairs]
            case _:
                return self.object_of(type(value), value)

    def object_of(self, sort: type, value: object) -> Json:
        """The class, which of its fields are written (a bit for each), and those fields."""
        bits = 0
        parts: list[Json] = []
        usual = _USUAL[sort]
        for at, name in enumerate(_FIELDS[sort]):
            part = getattr(value, name)
            if name not in usual or part != usual[name]:
                bits |= 1 << at
                parts.append(self.part(part))
        return [_CLASS_TAG[sort], bits, *parts]


class _Reader:
    """Makes parts again, in the order in which they were written."""

    def __init__(self) -> None:
        self.held: list[object] = []

    def part(self, json: Json) -> Any:
        if type(json) is not list:
            return json
        tag = json[0]
        if type(tag) is not int:
            raise ValueError("a list begins with its tag")
        if tag == _AGAIN:
            return self.held[int(json[1])]  # type: ignore[arg-type]
        if tag >= _FIRST_CLASS:
            return self.object_of(_CLASSES[tag - _FIRST_CLASS], json)
        if tag >= _FIRST_ENUM:
            return _ENUMS[tag - _FIRST_ENUM](str(json[1]))
        return self.plain(tag, json)

    def plain(self, tag: int, json: list[Json]) -> Any:
        made: Any
        match tag:
            case 1:  # _TUPLE
                if len(json) == 1:
                    return ()
                made = tuple([self.part(one) for one in json[1:]])
            case 2:  # _SET
                made = frozenset([self.part(one) for one in json[1:]])
            case 3:  # _MAPPING
                parts = [self.part(one) for one in json[1:]]
                made = MappingProxyType(dict(zip(parts[::2], parts[1::2], strict=True)))
            case 4:  # _SOURCE
                return Source(*json[1:])  # type: ignore[arg-type]
            case _:
                return _SIMPLE[tag](*json[1:])
        self.held.append(made)
        return made

    def object_of(self, sort: type, json: list[Json]) -> object:
        # Most fields are plain, and a call for each of them is most of the time it takes.
        values = [self.part(one) if type(one) is list else one for one in json[2:]]
        written = zip(_written(sort, int(json[1])), values, strict=True)  # type: ignore[arg-type]
        made: object
        if sort in _NAMES:
            state = dict(_USUAL[sort])
            state.update(written)
            # Validated when the YAML was read; the digest vouches that it is still the same.
            made = object.__new__(sort)
            made.__setstate__(
                {
                    "__dict__": state,
                    "__pydantic_fields_set__": _NAMES[sort],
                    "__pydantic_extra__": None,
                    "__pydantic_private__": None,
                }
            )
        else:
            made = sort(**dict(written))
        self.held.append(made)
        return made


_SIMPLE: Final[dict[int, Callable[..., object]]] = {
    _DECIMAL: Decimal,
    _DATE: PartialDate.parse,
    _TIME: datetime.time.fromisoformat,
    _DURATION: lambda amount, unit: Duration(Decimal(amount), unit),
}
