"""Canonical JSON: one value, one sequence of bytes.

Keys sorted by code point, no white space, UTF-8 without escapes beyond those JSON demands,
integers within 64 bit, no floating-point numbers, no lone surrogates. Signatures and seals are
made over it.
"""

import json
from typing import TypeAlias

from store.errors import InvalidInput

JSON: TypeAlias = bool | int | str | list["JSON"] | dict[str, "JSON"] | None

MAX_DEPTH = 64
"""Lists and mappings may be nested this deep."""


def encode(value: JSON) -> bytes:
    """Write a value as canonical JSON.

    Raises:
        InvalidInput: the value holds something that has no canonical form.
    """
    _check(value, MAX_DEPTH)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise InvalidInput(
            "A text holds half of a character and cannot be saved: type it again."
        ) from None


def decode(data: bytes) -> JSON:
    """Read canonical JSON.

    Raises:
        ValueError: not JSON, not canonical, or holding what `encode` never writes.
    """
    try:
        value: JSON = json.loads(data.decode("utf-8"), parse_float=_refuse, parse_constant=_refuse)
        canonical = encode(value) == data
    except (ValueError, InvalidInput, RecursionError):
        canonical = False
    if not canonical:
        # Raised out here, so that no exception carrying the content hangs on to it.
        raise ValueError("not canonical JSON")
    return value


def decode_object(data: bytes) -> dict[str, JSON]:
    """Read canonical JSON that is a mapping; ValueError when it is anything else."""
    return _object(decode(data))


def read_object(data: bytes) -> dict[str, JSON]:
    """Read a mapping from bytes that are authentic, so were written by `encode`.

    Does not spend the time to see whether they are canonical. ValueError when not a mapping.
    """
    try:
        value: JSON = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    return _object(value)


def _object(value: JSON) -> dict[str, JSON]:
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value


def _check(value: object, depth: int) -> None:
    if depth < 0:
        raise InvalidInput(f"An entry is nested deeper than {MAX_DEPTH} levels.")
    match value:
        case None | bool() | str():
            return
        case int():
            if not -(2**63) <= value < 2**63:
                raise InvalidInput("A whole number is too large: it must fit into 64 bits.")
        case list():
            for element in value:
                _check(element, depth - 1)
        case dict():
            for key, element in value.items():
                if not isinstance(key, str):
                    raise InvalidInput("The names inside an entry must be texts.")
                _check(element, depth - 1)
        case _:
            raise InvalidInput(
                f"A value of type {type(value).__name__} cannot be saved: "
                "use texts, whole numbers, yes/no, lists and mappings."
            )


def _refuse(_: str) -> JSON:
    raise ValueError("a number that is not whole")
