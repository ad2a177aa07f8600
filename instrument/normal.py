"""The normal form of an instrument: what it means, without how its files are laid out.

Two instruments with one normal form ask the same, in the same words and order, of the same cases.
Comments, order of keys, file names, spaces in conditions and shared lists leave no trace in it.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache, partial
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel
from pydantic_core import to_json

from instrument.models import Expression, Fill, Instrument, Kind, Measure, Sensitivity, Text
from instrument.values import Duration, PartialDate

FORMAT: Final = 1
"""Raised when the normal form itself changes, as fingerprints then do."""

_AS_IT_IS: Final = frozenset({type(None), bool, int, str, Kind, Measure, Sensitivity})
"""Looked up before all else: most parts of an instrument are plain."""

_LEFT_OUT: Final = frozenset({"source", "fingerprint", "unused_lists"})
_NEEDED: Final = object()
"""Stands for the default of a field that has none."""

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]


def normal_form(instrument: Instrument) -> str:
    """The normal form, as canonical JSON: sorted keys, no spaces, defaults left out."""
    return _json(instrument).decode("utf-8")


def fingerprint(instrument: Instrument) -> str:
    """SHA-256 over the normal form, in hex."""
    return hashlib.sha256(_json(instrument)).hexdigest()


def form(part: object) -> Json:
    """The normal form of any part of an instrument."""
    return _plain(part)


def _json(instrument: Instrument) -> bytes:
    # Keeps the order of keys, which every part below writes sorted.
    return to_json({"format": FORMAT, "instrument": _plain(instrument)})


def _fields(model: type[BaseModel]) -> tuple[tuple[str, object], ...]:
    """The fields of a model that carry meaning, each with its default, `_NEEDED` if it has none.

    By name, as its parts are written.
    """
    return tuple(
        (name, _NEEDED if field.is_required() else field.get_default(call_default_factory=True))
        for name, field in sorted(model.model_fields.items())
        if name not in _LEFT_OUT
    )


def _plain(value: object) -> Json:
    """Any part of an instrument as JSON."""
    sort = type(value)
    if sort in _AS_IT_IS:
        return value  # type: ignore[return-value]
    return _way(sort)(value)  # type: ignore[arg-type]


@cache
def _way(sort: type) -> Callable[[Any], Json]:
    """How parts of a class are written; kept, as to find it takes longer than the writing."""
    if sort in _WRITTEN:
        return _WRITTEN[sort]
    if issubclass(sort, str):
        return str
    if issubclass(sort, BaseModel):
        return partial(_model, _fields(sort))
    if issubclass(sort, Sequence):
        return _list
    raise TypeError(f"no normal form for {sort.__name__}")


def _list(parts: Iterable[object]) -> Json:
    return [_plain(part) for part in parts]


def _model(fields: Sequence[tuple[str, object]], model: BaseModel) -> Json:
    """A part with fields, without those at their default."""
    parts = vars(model)
    return {
        name: part if type(part) in _AS_IT_IS else _plain(part)
        for name, default in fields
        if (part := parts[name]) is not default
        and not (type(part) is type(default) and part == default)
    }


def _text(text: Text) -> Json:
    pieces: Json = [_plain(piece) for piece in text.pieces]
    if not text.translations:
        return pieces
    return {"first": pieces, "translations": _plain(text.translations)}


def _fill(fill: Fill) -> Json:
    return {"fallback": fill.fallback, "fill": str(fill.expression.tree)}


def _pairs(mapping: Mapping[object, object]) -> Json:
    """A mapping in the order it has, which may carry meaning."""
    return [[str(key), _plain(part)] for key, part in mapping.items()]


_WRITTEN: Final[dict[type, Callable[[Any], Json]]] = {
    Text: _text,
    Expression: lambda expression: str(expression.tree),
    Fill: _fill,
    frozenset: lambda parts: _list(sorted(parts)),
    MappingProxyType: _pairs,
    Decimal: lambda number: f"{number.normalize():f}",
    PartialDate: str,
    Duration: str,
}
"""How parts of a class are written, where that is not by their fields."""
