"""Comparisons and memberships: which sides fit, and what a bare word means beside a question."""

import datetime
import re
from typing import TYPE_CHECKING

from instrument.conditions.errors import ConditionError, EchoError
from instrument.conditions.lookup import YES_NO, readable
from instrument.conditions.nodes import (
    EXTREMES,
    PICKS,
    Apply,
    Compare,
    Comparison,
    Function,
    Has,
    In,
    Item,
    Literal,
    Node,
    Type,
    type_of,
)
from instrument.conditions.scope import Declared
from instrument.conditions.syntax import Call, Membership, Number, Pair, Part, Quoted, Word
from instrument.values import PartialDate

if TYPE_CHECKING:
    from instrument.conditions.check import Checker

_CHOICE_TYPES = (Type.CHOICE, Type.CHOICES)
_EQUALITY = (Comparison.EQ, Comparison.NE)
_DIGITS = 18
"""Most digits of a text that could be a code."""
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


def compare(checker: "Checker", pair: Pair) -> Node:
    """`VALUE == VALUE` and its five sisters."""
    operator = Comparison(pair.operator)
    against_left = choice_item(checker, pair.left)
    against_right = choice_item(checker, pair.right)
    left = _side(checker, pair.left, against_right)
    right = _side(checker, pair.right, against_left)
    left, right = fit(left, type_of(right)), fit(right, type_of(left))
    _refuse_numbers(pair, against_left, against_right)
    _refuse_misfits(pair, operator, left, right)
    if against_left and against_right and type_of(left) is Type.CHOICE:
        _refuse_strangers(pair, against_left, against_right)
    return Compare(operator, left, right, pair.at)


def member(checker: "Checker", membership: Membership) -> Node:
    """`VALUE in (LITERAL, …)` and `not in`."""
    item = choice_item(checker, membership.left)
    left = checker.value(membership.left)
    kind = type_of(left)
    if kind is Type.CHOICES:
        raise _several(left, membership.left.at)
    options: list[Literal] = []
    for part in membership.options:
        option = choice_literal(checker, part, item) if item else fit(checker.value(part), kind)
        if not isinstance(option, Literal):
            raise ConditionError(
                "condition-type",
                "a list in ( ) holds only choices, numbers, dates, durations and texts",
                part.at,
                "compare items with == and join the comparisons with or",
            )
        if option.type is not kind:
            raise ConditionError(
                "condition-type", f"{option.type} is never in a list for {kind}", part.at
            )
        options.append(option)
    return In(left, tuple(options), membership.negated, membership.at)


def has(checker: "Checker", pair: Pair) -> Node:
    """`ITEM has CHOICE`"""
    item = choice_item(checker, pair.left) if isinstance(pair.left, Word) else None
    if item is None or item.type is not Type.CHOICES:
        value = checker.value(pair.left)
        hint = f"write {value} == CHOICE" if type_of(value) is Type.CHOICE else ""
        raise ConditionError(
            "condition-type",
            "'has' needs a question of which several choices can be taken",
            pair.at,
            hint,
        )
    node = checker.value(pair.left)
    assert isinstance(node, Item)
    return Has(node, str(choice_literal(checker, pair.right, item).value), pair.at)


def choice_literal(checker: "Checker", part: Part, item: Declared) -> Literal:
    """A part that must be a choice of an item."""
    if isinstance(part, Word) and part.name in item.choices:
        return Literal(part.name, Type.CHOICE, part.at)
    if isinstance(part, Quoted) and part.value in item.choices:
        other = readable(checker.scope, checker.view, part.value)
        needed = other is not None and other.type is Type.CHOICE
        return Literal(part.value, Type.CHOICE, part.at, quoted=needed)
    name = part.name if isinstance(part, Word) else part.value if isinstance(part, Quoted) else ""
    says = f"'{name}' is not a choice of '{item.name}'"
    coded = _of_code(item, part)
    raise ConditionError(
        "condition-choice",
        says if name else f"a choice of '{item.name}' is expected here",
        part.at,
        f"write {coded}, the choice with this code"
        if coded
        else checker.scope.speller.hint(name, item.choices)
        or f"its choices are {listed(item.choices)}",
    )


def _of_code(item: Declared, part: Part) -> str:
    """The choice whose code in data a part is; nothing if it is none."""
    match part:
        case Number(value=int() as code):
            pass
        case Quoted(value=text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS:
            code = int(text)
        case _:
            return ""
    return dict(zip(item.codes, item.choices, strict=True)).get(code, "") if item.codes else ""


def _refuse_numbers(pair: Pair, left: Declared | None, right: Declared | None) -> None:
    """Raise if a choice is compared with a number, as where choices go by their codes."""
    for item, asked, other in ((left, pair.left, pair.right), (right, pair.right, pair.left)):
        if item is None or item.type is not Type.CHOICE or not isinstance(other, Number):
            continue
        name = asked.name if isinstance(asked, Word) else item.name
        taken = _of_code(item, other)
        hint = f"write {name} == CHOICE; its choices are {listed(item.choices)}"
        if pair.operator not in _EQUALITY:
            hint = f"write {name} in (CHOICE, …); its choices are {listed(item.choices)}"
        elif taken and item.choices == YES_NO:
            positive = (taken == "yes") == (pair.operator == Comparison.EQ)
            short = name if positive else f"not {name}"
            hint = f"write {short} or {name} {pair.operator} {taken}"
        elif taken:
            hint = f"write {name} {pair.operator} {taken}"
        raise ConditionError(
            "condition-type",
            "a question with choices is compared with their names, not with a number",
            pair.operator_at,
            hint,
        )


def ambiguous(word: Word, item: Declared) -> ConditionError:
    """A word that could be read in two ways."""
    return ConditionError(
        "condition-ambiguous",
        f"'{word.name}' is both an item and a choice of '{item.name}'",
        word.at,
        f'write "{word.name}" in quotes for the choice, or rename one of them',
    )


def listed(choices: tuple[str, ...]) -> str:
    """The first choices of an item, as hints list them."""
    most = 8
    more = f" and {len(choices) - most} more" if len(choices) > most else ""
    return ", ".join(choices[:most]) + more


def choice_item(checker: "Checker", part: Part) -> Declared | None:
    """The choice item that a part names, or that `first` and `if` can come to, if it is readable.

    Nothing is judged here, so that a part is judged once only.
    """
    if isinstance(part, Call) and part.name in PICKS:
        values = part.arguments[1:] if part.name == Function.IF else part.arguments
        found = [item for one in values if (item := choice_item(checker, one)) is not None]
        # The one with the longest list has room for the choices of the others.
        return max(found, key=lambda item: len(item.choices), default=None)
    if not isinstance(part, Word):
        return None
    item = readable(checker.scope, checker.view, part.name)
    if item is None:
        return None
    if item.broken:
        raise EchoError
    return item if item.type in _CHOICE_TYPES else None


def _side(checker: "Checker", part: Part, other: Declared | None) -> Node:
    """One side of a comparison, when the other is a choice question (or None if it is not)."""
    if other is not None and isinstance(part, Call) and part.name in PICKS:
        # Bare words in it are choices of the other side, unless it has a choice item of its own.
        return checker.choice(part, choice_item(checker, part) or other)
    if other is None or not isinstance(part, Word | Quoted):
        return checker.node(part)
    if isinstance(part, Quoted):
        return choice_literal(checker, part, other)
    own = choice_item(checker, part)
    if part.name in other.choices:
        if own is not None:
            raise ambiguous(part, other)
        return choice_literal(checker, part, other)
    if part.name in checker.scope.items:
        return checker.value(part)
    if part.name in checker.scope.broken:
        raise EchoError
    return choice_literal(checker, part, other)


def fit(node: Node, other: Type) -> Node:
    """Constants in the form that the other side calls for: years as dates, times from texts."""
    if isinstance(node, Apply) and node.function in PICKS | EXTREMES:
        fitted = tuple(fit(one, other) for one in node.picked)
        if any(type_of(one) is not other for one in fitted):
            return node
        before = node.parts[: len(node.parts) - len(fitted)]
        return Apply(node.function, (*before, *fitted), node.at)
    if not isinstance(node, Literal):
        return node
    match node.value:
        case int() if other is Type.DATE and datetime.MINYEAR <= node.value <= datetime.MAXYEAR:
            return Literal(PartialDate(node.value), Type.DATE, node.at)
        case str() if other is Type.TIME and (time := _TIME.fullmatch(node.value)):
            return Literal(datetime.time(int(time[1]), int(time[2])), Type.TIME, node.at)
        case _:
            return node


def _several(node: Node, at: int, *, counted: bool = False) -> ConditionError:
    return ConditionError(
        "condition-type",
        f"several choices can be taken of '{node}', so it equals none of them",
        at,
        f"write taken({node}) for how many" if counted else f"write {node} has CHOICE",
    )


def _refuse_strangers(pair: Pair, left: Declared, right: Declared) -> None:
    """Raise if two choice items can never be equal."""
    if not set(left.choices) & set(right.choices):
        raise ConditionError(
            "condition-type",
            f"'{left.name}' and '{right.name}' have no choice in common",
            pair.operator_at,
        )


def _refuse_misfits(pair: Pair, operator: Comparison, left: Node, right: Node) -> None:
    """Raise if the two sides cannot be compared in this way."""
    kinds = type_of(left), type_of(right)
    at = pair.operator_at
    for node, kind, part in zip((left, right), kinds, (pair.left, pair.right), strict=True):
        if kind is Type.CHOICES:
            raise _several(node, part.at, counted=Type.NUMBER in kinds)
        if kind is Type.BOOLEAN:
            raise ConditionError(
                "condition-type",
                "a condition cannot be compared",
                part.at,
                "join conditions with and, or, not",
            )
    if kinds[0] is not kinds[1]:
        raise ConditionError(
            "condition-type", f"{kinds[0]} cannot be compared with {kinds[1]}", at, _misfit(kinds)
        )
    if kinds[0] in (Type.CHOICE, Type.TEXT) and operator not in _EQUALITY:
        things = "choices" if kinds[0] is Type.CHOICE else "texts"
        raise ConditionError(
            "condition-type", f"{things} have no order", at, "compare them with ==, != or in"
        )


def _misfit(kinds: tuple[Type, Type]) -> str:
    if Type.DATE in kinds:
        return "write a date without quotes: 2019-03-19, 2019-03 or 2019"
    if Type.TIME in kinds:
        return 'write a time in quotes: "14:30"'
    if Type.DURATION in kinds:
        return "write a duration with its unit: 90 minutes"
    return ""
