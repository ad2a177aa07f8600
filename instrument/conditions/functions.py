"""The functions of the language: what each takes, and the node it becomes."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from instrument.conditions.errors import ConditionError
from instrument.conditions.lookup import find, reach
from instrument.conditions.nodes import (
    CountTrue,
    Literal,
    Node,
    OverRows,
    RosterFunction,
    StatusFunction,
    StatusTest,
    Type,
    YearsBetween,
    type_of,
)
from instrument.conditions.scope import Declared, Role
from instrument.conditions.syntax import Call, Number, Part, Word
from instrument.values import PartialDate

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


def _use(part: Call, *, at: int | None = None) -> ConditionError:
    return ConditionError(
        "condition-function",
        f"'{part.name}' is not used like this",
        part.at if at is None else at,
        f"write {USAGE[part.name]}",
    )


def _status(checker: "Checker", part: Call) -> Node:
    """`answered(ITEM)`, `asked(ITEM)`, `missing(ITEM)`, `missing(ITEM, REASON)`"""
    function = StatusFunction(part.name)
    most = 2 if function is StatusFunction.MISSING else 1
    words = [one for one in part.arguments if isinstance(one, Word)]
    if part.where or not 1 <= len(part.arguments) <= most or len(words) < len(part.arguments):
        raise _use(part)
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
        raise _use(part)
    parts = tuple(checker.condition(one) for one in part.arguments)
    return CountTrue(parts, part.at)


def _names_roster(checker: "Checker", part: Call) -> bool:
    word = part.arguments[0]
    if not isinstance(word, Word) or word.name not in checker.scope.items:
        return False
    return checker.scope.items[word.name].role is Role.ROSTER


def _over_rows(checker: "Checker", part: Call) -> Node:
    """`any(ROSTER where …)` and its sisters."""
    function = RosterFunction(part.name)
    valued = function in (RosterFunction.SUM, RosterFunction.MIN, RosterFunction.MAX)
    if len(part.arguments) != (2 if valued else 1):
        raise _use(part)
    if part.where is None and function in (RosterFunction.ANY, RosterFunction.ALL):
        raise _use(part)
    roster = _roster(checker, part, part.arguments[0])
    inside = checker.inside(roster.name)
    value = where = None
    if valued:
        value = inside.value(part.arguments[1])
        if type_of(value) is not Type.NUMBER:
            raise ConditionError(
                "condition-type",
                f"{part.name} works on numbers, and this is {type_of(value)}",
                part.arguments[1].at,
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
        raise _use(part, at=word.at)
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


def _years_between(checker: "Checker", part: Call) -> Node:
    """`years_between(EARLIER, LATER)`"""
    if part.where is not None or len(part.arguments) != 2:
        raise _use(part)
    dates: list[Node] = []
    for one in part.arguments:
        node = checker.value(one)
        if isinstance(one, Number) and isinstance(one.value, int) and 1 <= one.value <= 9999:
            node = Literal(PartialDate(one.value), Type.DATE, one.at)
        if type_of(node) is not Type.DATE:
            raise ConditionError(
                "condition-type",
                f"years_between works on dates, and this is {type_of(node)}",
                one.at,
            )
        dates.append(node)
    return YearsBetween(dates[0], dates[1], part.at)


_FUNCTIONS: Final[dict[str, Callable[["Checker", Call], Node]]] = {
    **dict.fromkeys(StatusFunction, _status),
    **dict.fromkeys(RosterFunction, _over_rows),
    RosterFunction.COUNT: _count,
    "years_between": _years_between,
}
USAGE: Final = {
    "answered": "answered(ITEM)",
    "missing": "missing(ITEM) or missing(ITEM, REASON)",
    "asked": "asked(ITEM)",
    "count": "count(ROSTER), count(ROSTER where CONDITION) or count(CONDITION, CONDITION, …)",
    "any": "any(ROSTER where CONDITION)",
    "all": "all(ROSTER where CONDITION)",
    "sum": "sum(ROSTER, NUMBER where CONDITION)",
    "min": "min(ROSTER, NUMBER where CONDITION)",
    "max": "max(ROSTER, NUMBER where CONDITION)",
    "years_between": "years_between(EARLIER, LATER)",
}
"""How each function is written."""
FUNCTIONS: Final = frozenset(USAGE)
"""Names of all functions; items cannot be called so."""
