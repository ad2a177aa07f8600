"""Comparisons of XPath in our language: what stands on one side decides what the other one is."""

import re
from operator import ge, gt, le, lt
from typing import Final

from cati.importing.xlsform.terms import (
    ATOM,
    COMPARE,
    NOT,
    SUM,
    Known,
    Sort,
    Term,
    as_number,
    both,
    has,
    negated,
    one_of,
    quoted,
    truth,
)
from cati.importing.xlsform.xpath import NoSuchChoice, XPathError
from instrument import Kind

_OURS: Final = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_MIRRORED: Final = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_ORDER: Final = {"<": lt, "<=": le, ">": gt, ">=": ge}
_DATE: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T.*)?")
_TIME: Final = re.compile(r"([0-9]{2}:[0-9]{2})(:[0-9.]+)?([+-][0-9:]+|Z)?")


def compare(operator: str, left: Term, right: Term) -> Term:
    """`LEFT OPERATOR RIGHT`.

    Raises:
        XPathError: the two cannot be compared in our language.
    """
    if left.sort is Sort.CONSTANT and right.sort is not Sort.CONSTANT:
        return compare(_MIRRORED[operator], right, left)
    if left.sort is Sort.CONSTANT:
        return _constants(operator, str(left.constant), str(right.constant))
    if right.sort is Sort.CONSTANT:
        return _with_constant(operator, left, str(right.constant))
    if Sort.CONDITION in (left.sort, right.sort):
        return _conditions(operator, left, right)
    if Sort.CHOICES in (left.sort, right.sort):
        raise XPathError("it compares all choices taken of one question with something else")
    if Sort.NUMBER in (left.sort, right.sort):
        return _with_number(operator, left, right)
    if left.sort is not right.sort:
        raise XPathError(f"it compares {left.sort} with {right.sort}")
    if operator not in ("=", "!=") and left.sort in (Sort.CHOICE, Sort.TEXT):
        raise XPathError(f"it orders {left.sort}")
    return _plain(
        operator, left, right.within(SUM), blank_is_yes=_both_blank(operator, left, right)
    )


def _plain(operator: str, left: Term, right: str, *, blank_is_yes: bool = False) -> Term:
    text = f"{left.within(SUM)} {_OURS[operator]} {right}"
    blank = operator == "!=" or left.blank_is_yes or blank_is_yes
    return Term(text, COMPARE, Sort.CONDITION, blank_is_yes=blank)


def _both_blank(operator: str, left: Term, right: Term) -> bool:
    """Whether a comparison can hold of two answers left out: their empty texts are equal."""
    answers = left.constant is None and right.constant is None
    return right.blank_is_yes or (operator == "=" and answers)


def _constants(operator: str, left: str, right: str) -> Term:
    if operator in ("=", "!="):
        return truth((left == right) is (operator == "="))
    try:
        one, other = float(left), float(right)
    except ValueError:
        return truth(False)
    return truth(_ORDER[operator](one, other))


def _with_constant(operator: str, left: Term, constant: str) -> Term:
    if constant == "":
        return _blank(operator, left)
    match left.sort:
        case Sort.CHOICE if left.item is not None:
            return _choice(operator, left, left.item, constant)
        case Sort.CHOICES if left.item is not None:
            return _only(operator, left, left.item, constant)
        case Sort.TEXT:
            if operator not in ("=", "!="):
                raise XPathError("it orders texts")
            return _plain(operator, left, quoted(constant))
        case Sort.DATE if match := _DATE.fullmatch(constant):
            return _plain(operator, left, match[1])
        case Sort.TIME if match := _TIME.fullmatch(constant):
            return _plain(operator, left, quoted(match[1]))
        case Sort.NUMBER:
            return _plain(operator, left, as_number(_constant(constant)).within(SUM))
        case Sort.CONDITION:
            return _conditions(operator, left, truth(constant in ("true", "1")))
        case _:
            raise XPathError(f"it compares {left.sort} with a text")


def _constant(text: str) -> Term:
    return Term(quoted(text), ATOM, Sort.CONSTANT, constant=text)


def _blank(operator: str, left: Term) -> Term:
    """Comparisons with `''`: whether there is an answer."""
    if operator not in ("=", "!=") or left.item is None:
        raise XPathError("it compares a calculation with the empty text")
    there = Term(f"answered({left.text})", ATOM, Sort.CONDITION)
    return there if operator == "!=" else Term(f"not {there.text}", NOT, Sort.CONDITION)


def _choice(operator: str, left: Term, item: Known, constant: str) -> Term:
    if item.kind is Kind.YES_NO:
        return _conditions(operator, _is(left), truth(constant.lower() in ("true", "1", "yes")))
    if operator not in ("=", "!="):
        return _in_order(operator, left, item, constant)
    if constant not in item.choices:
        raise NoSuchChoice(f"'{constant[:40]}' is none of the choices of {item.name}")
    return one_of(left, item.choices[constant], _OURS[operator])


def _in_order(operator: str, left: Term, item: Known, constant: str) -> Term:
    """`${q} > 2` of a question whose choices have numbers for names: the list of those."""
    try:
        limit = float(constant)
        named = {name: float(name) for name in item.choices}
    except ValueError:
        raise XPathError(f"it orders the choices of {item.name}") from None
    holds = _ORDER[operator]
    names = [name for name, number in named.items() if holds(number, limit)]
    if not names:
        raise XPathError(f"it holds for none of {item.name}'s choices")
    if len(names) == len(named):
        return Term(f"answered({left.text})", ATOM, Sort.CONDITION)
    return one_of(left, [ours for name in names for ours in item.choices[name]], "==")


def _only(operator: str, left: Term, item: Known, constant: str) -> Term:
    """`${q} = 'a'` of a question with several answers: that one and no other."""
    if operator not in ("=", "!=") or constant not in item.choices:
        raise XPathError(f"it compares all choices taken of {item.name} with a text")
    one = Term(f"taken({left.text}) == 1", COMPARE, Sort.CONDITION)
    alone = both(has(left, item.choices[constant]), one)
    return alone if operator == "=" else negated(alone)


def _is(term: Term) -> Term:
    return Term(term.text, ATOM, Sort.CONDITION)


def _conditions(operator: str, left: Term, right: Term) -> Term:
    """`CONDITION = true()` and the like; a yes/no value counts as a condition."""
    left, right = (
        _is(one) if one.item is not None and one.item.kind is Kind.YES_NO else one
        for one in (left, right)
    )
    if isinstance(left.constant, bool):
        left, right = right, left
    if not isinstance(right.constant, bool) or operator not in ("=", "!="):
        raise XPathError("it compares two conditions")
    if left.sort is not Sort.CONDITION:
        return _with_constant(operator, left, str(right.constant).lower())
    return left if right.constant is (operator == "=") else negated(left)


def _with_number(operator: str, left: Term, right: Term) -> Term:
    """A number beside something else; a constant one may be the name of a choice."""
    if left.sort is Sort.NUMBER and right.sort is not Sort.NUMBER:
        left, right, operator = right, left, _MIRRORED[operator]
    bare = isinstance(right.constant, str)
    if bare and left.sort in (Sort.CHOICE, Sort.CHOICES):
        return _with_constant(operator, left, str(right.constant))
    if bare and left.sort is Sort.TEXT:
        return _plain(operator, left, quoted(str(right.constant)))
    if left.sort is Sort.TEXT:
        raise XPathError("it compares a text with a number")
    if left.sort in (Sort.DATE, Sort.TIME):
        raise XPathError(f"it compares {left.sort} with a number")
    return _plain(
        operator,
        as_number(left),
        right.within(SUM),
        blank_is_yes=_both_blank(operator, left, right),
    )
