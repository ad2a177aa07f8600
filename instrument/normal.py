"""The normal form of an instrument: what it means, without how its files are laid out.

Two instruments with one normal form ask the same, in the same words and order, of the same cases.
Comments, order of keys, file names, spaces in conditions and shared lists leave no trace in it.
"""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Final

from pydantic import BaseModel

from instrument.models import Expression, Fill, Instrument, Text
from instrument.values import Duration, PartialDate

FORMAT: Final = 1
"""Raised when the normal form itself changes, as fingerprints then do."""

_AS_IT_IS: Final = frozenset({type(None), bool, int, str})
"""Looked up before all else: most parts of an instrument are plain."""

_LEFT_OUT: Final = frozenset({"source", "fingerprint"})

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]


def normal_form(instrument: Instrument) -> str:
    """The normal form, as canonical JSON: sorted keys, no spaces, defaults left out."""
    return json.dumps(
        {"format": FORMAT, "instrument": _plain(instrument)},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def fingerprint(instrument: Instrument) -> str:
    """SHA-256 over the normal form, in hex."""
    return hashlib.sha256(normal_form(instrument).encode("utf-8")).hexdigest()


@cache
def _defaults(model: type[BaseModel]) -> tuple[tuple[str, object], ...]:
    """The fields of a model that carry meaning, each with its default."""
    return tuple(
        (name, field.get_default(call_default_factory=True))
        for name, field in model.model_fields.items()
        if name not in _LEFT_OUT
    )


def _plain(value: object) -> Json:
    """Any part of an instrument as JSON."""
    if type(value) in _AS_IT_IS:
        return value  # type: ignore[return-value]
    match value:
        case Text():
            pieces: Json = [_plain(piece) for piece in value.pieces]
            if not value.translations:
                return pieces
            return {"first": pieces, "translations": _plain(value.translations)}
        case Expression():
            return str(value.tree)
        case Fill():
            return {"fill": str(value.expression.tree), "fallback": value.fallback}
        case BaseModel():
            parts = vars(value)
            return {
                name: part if type(part) in _AS_IT_IS else _plain(part)
                for name, default in _defaults(type(value))
                if (part := parts[name]) is not default and part != default
            }
        case tuple():
            return [_plain(part) for part in value]
        case frozenset():
            return [_plain(part) for part in sorted(value)]
        case Mapping():
            return [[str(key), _plain(part)] for key, part in value.items()]
        case Decimal():
            return f"{value.normalize():f}"
        case str() | PartialDate() | Duration():
            return str(value)
        case _:
            raise TypeError(f"no normal form for {type(value).__name__}")
