"""Functions on values: `round(x)`, `if(…)`, `first(…)` and their sisters."""

from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from instrument.conditions import compare
from instrument.conditions.errors import ConditionError
from instrument.conditions.nodes import (
    EXTREMES,
    Amount,
    Apply,
    Function,
    Literal,
    Node,
    Type,
    type_of,
)
from instrument.conditions.parser import UNITS
from instrument.conditions.scope import Declared
from instrument.conditions.syntax import Call, Number, Part, Word
from instrument.conditions.usage import wrong_use
from instrument.values import SECONDS_OF_UNIT

if TYPE_CHECKING:
    from instrument.conditions.check import Checker

MOST_PLACES: Final = 9
"""Decimal places that a number can be rounded to."""

_TAKES: Final = MappingProxyType(
    {
        Function.YEARS_BETWEEN: (Type.DATE, Type.DATE),
        Function.MONTHS_BETWEEN: (Type.DATE, Type.DATE),
        Function.DAYS_BETWEEN: (Type.DATE, Type.DATE),
        Function.YEAR: (Type.DATE,),
        Function.MONTH: (Type.DATE,),
        Function.TAKEN: (Type.CHOICES,),
        Function.LENGTH: (Type.TEXT,),
    }
)
_WORKS_ON: Final = MappingProxyType(
    {
        Type.DATE: "dates",
        Type.CHOICES: "questions of which several choices can be taken",
        Type.TEXT: "texts",
        Type.NUMBER: "numbers",
        Type.DURATION: "durations",
    }
)
_ORDERED: Final = (Type.NUMBER, Type.DATE, Type.TIME, Type.DURATION)
_LOOSE: Final = (Type.NUMBER, Type.TEXT)
"""Types of constants that can still become a date or a time."""


def plain(checker: "Checker", part: Call) -> Node:
    """A function whose parts each have a type of their own, such as `year(DATE)`."""
    function = Function(part.name)
    wanted = _TAKES[function]
    if part.where is not None or len(part.arguments) != len(wanted):
        raise wrong_use(part)
    pairs = zip(part.arguments, wanted, strict=True)
    return Apply(function, tuple(typed(checker, part, one, type_) for one, type_ in pairs), part.at)


def typed(checker: "Checker", call: Call, part: Part, wanted: Type) -> Node:
    """A part of a function that must be of a type."""
    node = compare.fit(checker.value(part), wanted)
    if type_of(node) is not wanted:
        raise ConditionError(
            "condition-type",
            f"{call.name} works on {_WORKS_ON[wanted]}, and this is {type_of(node)}",
            part.at,
        )
    return node


def rounded(checker: "Checker", part: Call) -> Node:
    """`round(NUMBER)`, `round(NUMBER, PLACES)`"""
    if part.where is not None or not 1 <= len(part.arguments) <= 2:
        raise wrong_use(part)
    parts = [typed(checker, part, part.arguments[0], Type.NUMBER)]
    for places in part.arguments[1:]:
        if (
            not isinstance(places, Number)
            or not isinstance(places.value, int)
            or not 0 <= places.value <= MOST_PLACES
        ):
            raise ConditionError(
                "condition-function",
                f"the number of decimal places is written as a number from 0 to {MOST_PLACES}",
                places.at,
            )
        parts.append(Literal(places.value, Type.NUMBER, places.at))
    return Apply(Function.ROUND, tuple(parts), part.at)


def amount(checker: "Checker", part: Call) -> Node:
    """`amount(DURATION, UNIT)`"""
    if part.where is not None or len(part.arguments) != 2:
        raise wrong_use(part)
    unit = part.arguments[1]
    if not isinstance(unit, Word):
        raise wrong_use(part)
    if unit.name not in UNITS:
        raise ConditionError(
            "condition-function",
            f"'{unit.name}' is no unit of durations",
            unit.at,
            checker.scope.speller.hint(unit.name, UNITS)
            or f"units are {', '.join(SECONDS_OF_UNIT)}",
        )
    return Amount(typed(checker, part, part.arguments[0], Type.DURATION), UNITS[unit.name], part.at)


def several(checker: "Checker", part: Call) -> Node:
    """`sum(NUMBER, NUMBER, …)`, `min(VALUE, VALUE, …)`, `max(VALUE, VALUE, …)`"""
    function = Function(part.name)
    if len(part.arguments) < 2:
        raise wrong_use(part)
    nodes = _alike([checker.value(one) for one in part.arguments], part.arguments, part.name)
    allowed = _ORDERED if function in EXTREMES else (Type.NUMBER,)
    kind = type_of(nodes[0])
    if kind not in allowed:
        words = "numbers, dates, times and durations" if function in EXTREMES else "numbers"
        hint = "use amount(…, UNIT) for durations" if kind is Type.DURATION else ""
        raise ConditionError(
            "condition-type",
            f"{function} works on {words}, and this is {kind}",
            part.arguments[0].at,
            hint,
        )
    return Apply(function, nodes, part.at)


def pick(checker: "Checker", part: Call, target: Declared | None = None) -> Node:
    """`first(VALUE, VALUE, …)` or `if(CONDITION, VALUE, VALUE)`

    Args:
        checker: sees from where it stands.
        part: the call.
        target: the choice item whose choices the values must be, where that is known.
    """
    function = Function(part.name)
    before, values = picked_of(part)
    if part.where is not None or len(values) < 2 or (function is Function.IF and len(values) > 2):
        raise wrong_use(part)
    conditions = tuple(checker.condition(one) for one in before)
    item = target or compare.choice_item(checker, part)
    if item is None:
        nodes = _values(checker, function, values)
    elif item.type is Type.CHOICES:
        raise ConditionError(
            "condition-type",
            f"{function} works on single values, and several choices can be taken of '{item.name}'",
            values[0].at,
        )
    else:
        nodes = tuple(checker.choice(one, item) for one in values)
        if function is Function.FIRST:
            _refuse_conditions(nodes, values)
    return Apply(function, (*conditions, *nodes), part.at)


def pick_condition(checker: "Checker", part: Call) -> Node:
    """`if(CONDITION, CONDITION, CONDITION)`"""
    if part.where is not None or len(part.arguments) != 3:
        raise wrong_use(part)
    return Apply(Function.IF, tuple(checker.condition(one) for one in part.arguments), part.at)


def picked_of(part: Call) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """What stands before the values of `first` and `if`, and the values."""
    cut = 1 if part.name == Function.IF else 0
    return part.arguments[:cut], part.arguments[cut:]


def _values(checker: "Checker", function: Function, parts: Sequence[Part]) -> tuple[Node, ...]:
    """Values of one type, or the two conditions of an `if`."""
    nodes = tuple(checker.node(one) for one in parts)
    if function is Function.IF and Type.BOOLEAN in map(type_of, nodes):
        return tuple(checker.condition(one) for one in parts)
    _refuse_conditions(nodes, parts)
    return _alike(nodes, parts, function)


def _refuse_conditions(nodes: Sequence[Node], parts: Sequence[Part]) -> None:
    for node, part in zip(nodes, parts, strict=True):
        if type_of(node) is Type.BOOLEAN:
            raise ConditionError(
                "condition-type", "a value is expected, and this is a condition", part.at
            )


def _alike(nodes: Sequence[Node], parts: Sequence[Part], name: str) -> tuple[Node, ...]:
    """Values in the form of the type that they all have; raises when they have several."""
    kind = _leading(nodes)
    fitted = tuple(compare.fit(node, kind) for node in nodes)
    for node, part in zip(fitted, parts, strict=True):
        if type_of(node) is not kind:
            raise ConditionError(
                "condition-type",
                f"this is {type_of(node)} beside {kind}",
                part.at,
                f"all values of {name} are of one kind",
            )
    return fitted


def _leading(nodes: Sequence[Node]) -> Type:
    """The type that constants beside it take on."""
    items = [type_of(node) for node in nodes if not isinstance(node, Literal)]
    firm = [type_of(node) for node in nodes if type_of(node) not in _LOOSE]
    return [*items, *firm, type_of(nodes[0])][0]


FUNCTIONS: Final[MappingProxyType[str, Callable[["Checker", Call], Node]]] = MappingProxyType(
    {
        **dict.fromkeys(map(str, _TAKES), plain),
        Function.ROUND: rounded,
        "amount": amount,
        Function.FIRST: pick,
        Function.IF: pick,
    }
)
"""By name; `sum`, `min` and `max` are told from those over a roster before they come here."""
