"""The functions of the language: what each takes, and the node it becomes."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from instrument.conditions import on_values
from instrument.conditions.errors import ConditionError
from instrument.conditions.lookup import find, reach
from instrument.conditions.nodes import (
    CountTrue,
    Node,
    OverRows,
    RosterFunction,
    StatusFunction,
    StatusTest,
    Type,
    type_of,
)
from instrument.conditions.scope import Declared, Role
from instrument.conditions.syntax import Call, Part, Word
from instrument.conditions.usage import FUNCTIONS, USAGE, wrong_use

__all__ = ["FUNCTIONS", "call"]

if TYPE_CHECKING:
    from instrument.conditions.check import Checker


def call(checker: "Checker", part: Call) -> Node:
    """`NAME(…)`"""
    function = _FUNCTIONS.get(part.name)
    if function is None:
        raise ConditionError(
            "condition-function",
            f"there is no function '{part.name}'",
            part.at,
            checker.scope.speller.hint(part.name, _FUNCTIONS)
            or f"there are {', '.join(sorted(_FUNCTIONS))}",
        )
    return function(checker, part)


def _status(checker: "Checker", part: Call) -> Node:
    """`answered(ITEM)`, `asked(ITEM)`, `missing(ITEM)`, `missing(ITEM, REASON)`"""
    function = StatusFunction(part.name)
    most = 2 if function is StatusFunction.MISSING else 1
    words = [one for one in part.arguments if isinstance(one, Word)]
    if part.where or not 1 <= len(part.arguments) <= most or len(words) < len(part.arguments):
        raise wrong_use(part)
    item = reach(checker.scope, checker.view, words[0].name, words[0].at)
    if item.role is Role.ROSTER:
        raise ConditionError(
            "condition-type", f"'{item.name}' is a roster", words[0].at, f"use count({item.name})"
        )
    if function is StatusFunction.MISSING and item.role is not Role.QUESTION:
        raise ConditionError(
            "condition-type",
            f"'{item.name}' is a {item.role} and never has a missing reason",
            words[0].at,
            f"use answered({item.name})",
        )
    reason = words[1].name if len(words) > 1 else None
    if reason is not None and reason not in checker.scope.reasons:
        raise ConditionError(
            "condition-name",
            f"there is no missing reason '{reason}'",
            words[1].at,
            checker.scope.speller.hint(reason, checker.scope.reasons),
        )
    return StatusTest(function, item.name, reason, part.at)


def _count(checker: "Checker", part: Call) -> Node:
    """`count(ROSTER)`, `count(ROSTER where …)`, `count(CONDITION, …)`"""
    if part.where is not None or (len(part.arguments) == 1 and _names_roster(checker, part)):
        return _over_rows(checker, part)
    if not part.arguments:
        raise wrong_use(part)
    parts = tuple(checker.condition(one) for one in part.arguments)
    return CountTrue(parts, part.at)


def _over_rows_or_values(checker: "Checker", part: Call) -> Node:
    """`sum`, `min` and `max`, over the rows of a roster or over several values"""
    if part.where is not None or _names_roster(checker, part):
        return _over_rows(checker, part)
    return on_values.several(checker, part)


def _names_roster(checker: "Checker", part: Call) -> bool:
    word = part.arguments[0] if part.arguments else None
    if not isinstance(word, Word) or word.name not in checker.scope.items:
        return False
    return checker.scope.items[word.name].role is Role.ROSTER


def _over_rows(checker: "Checker", part: Call) -> Node:
    """`any(ROSTER where …)` and its sisters."""
    function = RosterFunction(part.name)
    valued = function in (RosterFunction.SUM, RosterFunction.MIN, RosterFunction.MAX)
    if len(part.arguments) != (2 if valued else 1):
        raise wrong_use(part)
    if part.where is None and function in (RosterFunction.ANY, RosterFunction.ALL):
        raise wrong_use(part)
    roster = _roster(checker, part, part.arguments[0])
    inside = checker.inside(roster.name)
    value = where = None
    if valued:
        value = inside.value(part.arguments[1])
        if type_of(value) is not Type.NUMBER:
            duration = type_of(value) is Type.DURATION
            raise ConditionError(
                "condition-type",
                f"{part.name} works on numbers, and this is {type_of(value)}",
                part.arguments[1].at,
                f"write amount({value}, UNIT)" if duration else "",
            )
    if part.where is not None:
        where = inside.condition(part.where)
    return OverRows(function, roster.name, value, where, part.at)


def _roster(checker: "Checker", part: Call, word: Part) -> Declared:
    """The roster that a roster function goes over."""
    if checker.view.over:
        raise ConditionError(
            "condition-roster",
            "a roster function cannot stand inside another",
            part.at,
            "work it out in a computed value first",
        )
    if not isinstance(word, Word):
        raise wrong_use(part, at=word.at)
    item = find(checker.scope, word.name, word.at)
    if item.role is not Role.ROSTER:
        raise ConditionError(
            "condition-type",
            f"'{item.name}' is a {item.role}, not a roster",
            word.at,
            f"write {USAGE[part.name]}",
        )
    if item.name in checker.view.rosters:
        raise ConditionError(
            "condition-forward",
            f"the rows of '{item.name}' are not complete yet",
            word.at,
            "use a roster function behind the roster",
        )
    return reach(checker.scope, checker.view, word.name, word.at)


_FUNCTIONS: Final[dict[str, Callable[["Checker", Call], Node]]] = {
    **dict.fromkeys(StatusFunction, _status),
    **dict.fromkeys(RosterFunction, _over_rows),
    **dict.fromkeys(("sum", "min", "max"), _over_rows_or_values),
    RosterFunction.COUNT: _count,
    **on_values.FUNCTIONS,
}
