"""Calculated fields: an expression, or branches where the original is an `if`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from cati.importing.outline import Plain
from cati.importing.redcap import numbers, terms
from cati.importing.redcap.logic import (
    Call,
    Comparison,
    Constant,
    Joined,
    Logic,
    Negated,
    Untranslatable,
)
from cati.importing.redcap.reading import Reading
from cati.importing.redcap.said import Said, joined

_OPPOSITE: Final = {"==": "!=", "!=": "=="}


@dataclass(frozen=True, slots=True)
class Calculated:
    """How a computed value comes about."""

    keys: dict[str, Plain]
    """`as`, or `branches`."""
    whole: bool
    """Whether it can only be an integer."""


def calculated_number(logic: Logic, reading: Reading) -> Calculated:
    """A calculation that comes to a number.

    Raises:
        Untranslatable: it has no equal here.
    """
    return _calculated(logic, reading, numbers.number)


def calculated_text(logic: Logic, reading: Reading) -> Calculated:
    """A calculation that comes to a text.

    Raises:
        Untranslatable: it has no equal here.
    """
    return _calculated(logic, reading, terms.text)


def _calculated(
    logic: Logic, reading: Reading, value: Callable[[Logic, Reading], Said]
) -> Calculated:
    if not _is_if(logic):
        said = value(logic, reading)
        return Calculated({"as": said.text}, said.whole)
    branches: list[dict[str, Plain]] = []
    guards: list[Said] = []
    whole = True
    while isinstance(logic, Call) and _is_if(logic):
        when, then, logic = logic.arguments
        if _is_nothing(then):
            guards.append(numbers.condition_of_if(_inverted(when), reading))
            continue
        said = value(then, reading)
        whole = whole and said.whole
        condition = numbers.condition_of_if(when, reading)
        branches.append({"when": _all([*guards, condition]), "is": _plain(said)})
    if not _is_nothing(logic):
        said = value(logic, reading)
        whole = whole and said.whole
        last: dict[str, Plain] = {"otherwise": _plain(said)}
        branches.append({"when": _all(guards), "is": _plain(said)} if guards else last)
    if not branches:
        raise Untranslatable("it never has a value")
    return Calculated({"branches": branches}, whole)


def _plain(said: Said) -> Plain:
    """A value as it is written: a number without quotes."""
    return Decimal(said.text) if re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", said.text) else said.text


def _is_if(logic: Logic) -> bool:
    return isinstance(logic, Call) and logic.name == "if" and len(logic.arguments) == 3


def _is_nothing(logic: Logic) -> bool:
    return isinstance(logic, Constant) and logic.text.strip() in ("", "NaN")


def _all(parts: list[Said]) -> str:
    return parts[0].text if len(parts) == 1 else joined("and", parts).text


def _inverted(logic: Logic) -> Logic:
    """The opposite, with the `not` moved inwards as far as that reads better."""
    match logic:
        case Joined():
            other = "and" if logic.operator == "or" else "or"
            return Joined(other, tuple(_inverted(part) for part in logic.parts))
        case Negated():
            return logic.part
        case Comparison() if _is_nothing(logic.right) and logic.operator in _OPPOSITE:
            return Comparison(_OPPOSITE[logic.operator], logic.left, logic.right)
        case _:
            return Negated(logic)
