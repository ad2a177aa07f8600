"""The parts of an instrument as JSON and back.

A part is `[tag, …]`; the tag says what the rest is. Of a class of this package: `[class, bits,
field, …]`, the bits saying which of its fields follow; the others are at their default. A part that
stands in several places, such as a shared list of choices, is kept once and then named by its
number, `[0, number]`. The tags name the classes of this package and nothing else.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache, partial
from types import MappingProxyType
from typing import Any, Final, get_args

from pydantic import BaseModel

from instrument import models
from instrument.conditions import nodes
from instrument.later import Later
from instrument.models import Item, Roster, Section
from instrument.source import Source
from instrument.values import Duration, PartialDate

Json = None | bool | int | str | list["Json"]

BROKEN: Final = (ValueError, TypeError, LookupError, ArithmeticError, RecursionError)
"""What reading raises where something else stands than what was written."""

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
_ITEMS: Final = 9
_FIRST_ENUM: Final = 10
_FIRST_CLASS: Final = 30


def _word(tag: int, word: StrEnum) -> Json:
    return [tag, word.value]


_ENUM_TAG: Final = {sort: _FIRST_ENUM + at for at, sort in enumerate(_ENUMS)}
_CLASSES: Final = (*_MODELS, *_NODES)
_CLASS_TAG: Final = {sort: _FIRST_CLASS + at for at, sort in enumerate(_CLASSES)}
_FIELDS: Final = {sort: _fields_of(sort) for sort in _CLASSES}
_NAMES: Final = {sort: set(_FIELDS[sort]) for sort in _MODELS}
_USUAL: Final = {sort: _usual(sort) for sort in _CLASSES}
"""Of each class the fields that are seldom other than their default, which are not written then."""


_NEEDED: Final = object()
"""Stands for the default of a field that has none."""
_AS_IT_IS: Final = frozenset({type(None), bool, int, str})
_WRITTEN: Final[dict[type, Callable[[Any], Json]]] = {
    Source: lambda source: [_SOURCE, *source],
    Decimal: lambda number: [_DECIMAL, str(number)],
    PartialDate: lambda date: [_DATE, str(date)],
    datetime.time: lambda time: [_TIME, time.isoformat()],
    Duration: lambda duration: [_DURATION, str(duration.amount), duration.unit],
    **{sort: partial(_word, tag) for sort, tag in _ENUM_TAG.items()},
}
"""How the parts of a class are written that have no parts of their own."""


class Writer:
    """Turns parts into JSON, each once."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self.numbers = numbers
        """Of the items, which are written apart, by name."""
        self.shared: list[Json] = []
        """The parts that stand in several places."""
        self._first: dict[int, tuple[object, list[Json]]] = {}
        """By identity of a part (held, so that nothing else can take it) how it was written."""

    def part(self, value: object) -> Json:
        """Any part of an instrument, or a value."""
        sort = type(value)
        if sort in _AS_IT_IS:
            return value  # type: ignore[return-value]
        # Found by its class: asking one class after the other takes longer than the writing.
        simple = _WRITTEN.get(sort)
        if simple is not None:
            return simple(value)
        found = self._first.get(id(value))
        if found is None:
            made = self._compound(sort, value)
            self._first[id(value)] = (value, made)
            return made
        _, written = found
        if written[0] != _AGAIN:
            # Met for the second time: moved to the shared ones, and only named where it stood.
            self.shared.append(written[:])
            written[:] = [_AGAIN, len(self.shared) - 1]
        return written

    def _compound(self, sort: type, value: Any) -> list[Json]:
        if sort is tuple:
            return [_TUPLE, *[self.part(one) for one in value]]
        if sort is frozenset:
            return [_SET, *[self.part(one) for one in sorted(value)]]
        if sort is MappingProxyType:
            return [_MAPPING, *[self.part(one) for pair in value.items() for one in pair]]
        return self._object(sort, value)

    def _object(self, sort: type, value: object) -> list[Json]:
        """The class, which of its fields are written (a bit for each), and those fields."""
        bits, bit = 0, 1
        parts: list[Json] = []
        usual = _USUAL[sort]
        for name in _FIELDS[sort]:
            part = getattr(value, name)
            default = usual.get(name, _NEEDED)
            if part is not default and (default is _NEEDED or part != default):
                bits |= bit
                if type(part) in _AS_IT_IS:
                    parts.append(part)
                elif name == "items" and sort in (Section, Roster):
                    parts.append(self._items(part))
                else:
                    parts.append(self.part(part))
            bit <<= 1
        return [_CLASS_TAG[sort], bits, *parts]

    def _items(self, items: Sequence[Item]) -> Json:
        return [_ITEMS, *(self.numbers[item.name] for item in items)]


class Reader:
    """Makes parts again from what `Writer` wrote."""

    def __init__(self, shared: Callable[[int], object], item: Callable[[int], Item]) -> None:
        self.shared = shared
        """The shared part of a number."""
        self.item = item
        """The item of a number; called when one is first looked at."""

    def part(self, json: Json) -> Any:
        """The part that this JSON stands for; raises one of BROKEN when it stands for none."""
        if type(json) is not list:
            return json
        tag = json[0]
        if type(tag) is not int or tag < 0:
            raise ValueError("a list begins with its tag")
        if tag >= _FIRST_CLASS:
            return self._object(_CLASSES[tag - _FIRST_CLASS], json)
        if tag >= _FIRST_ENUM:
            return _ENUMS[tag - _FIRST_ENUM](str(json[1]))
        return self._plain(tag, json)

    def _plain(self, tag: int, json: list[Json]) -> Any:
        match tag:
            case 0:  # _AGAIN
                return self.shared(_number(json[1]))
            case 1:  # _TUPLE
                return tuple([self.part(one) for one in json[1:]])
            case 2:  # _SET
                return frozenset([self.part(one) for one in json[1:]])
            case 3:  # _MAPPING
                parts = [self.part(one) for one in json[1:]]
                return MappingProxyType(dict(zip(parts[::2], parts[1::2], strict=True)))
            case 4:  # _SOURCE
                return Source(*json[1:])  # type: ignore[arg-type]
            case 9:  # _ITEMS
                return Later([_number(one) for one in json[1:]], self.item)
            case _:
                return _SIMPLE[tag](*json[1:])

    def _object(self, sort: type, json: list[Json]) -> object:
        # Most fields are plain, and a call for each of them is most of the time it takes.
        values = [self.part(one) if type(one) is list else one for one in json[2:]]
        written = zip(_written(sort, int(json[1])), values, strict=True)  # type: ignore[arg-type]
        if sort not in _NAMES:
            return sort(**dict(written))
        state = dict(_USUAL[sort])
        state.update(written)
        made: Any = object.__new__(sort)
        # Validated when the YAML was read; the digest vouches that it is still the same.
        made.__setstate__(
            {
                "__dict__": state,
                "__pydantic_fields_set__": _NAMES[sort],
                "__pydantic_extra__": None,
                "__pydantic_private__": None,
            }
        )
        return made


def _number(json: Json) -> int:
    if type(json) is not int or json < 0:
        raise ValueError("no number")
    return json


_SIMPLE: Final[dict[int, Callable[..., object]]] = {
    _DECIMAL: Decimal,
    _DATE: PartialDate.parse,
    _TIME: datetime.time.fromisoformat,
    _DURATION: lambda amount, unit: Duration(Decimal(amount), unit),
}
