"""Pieces of a condition in our language while it is put together: text, rank and sort."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from cati.importing.xlsform.xpath import XPathError
from instrument import Kind

OR, AND, NOT, COMPARE, SUM, PRODUCT, UNARY, ATOM = range(1, 9)
"""How tightly the outermost operator of a term binds."""


class Sort(StrEnum):
    """What a term comes to, as messages call it."""

    CONDITION = "a condition"
    NUMBER = "a number"
    TEXT = "a text"
    DATE = "a date"
    TIME = "a time"
    CHOICE = "a choice"
    CHOICES = "choices"
    CONSTANT = "a text in quotes"
    """Of the original: it becomes a choice, a date, a number or a text by what stands beside it."""


SORT_OF_KIND: Final = {
    Kind.ONE_OF: Sort.CHOICE,
    Kind.YES_NO: Sort.CHOICE,
    Kind.ANY_OF: Sort.CHOICES,
    Kind.INTEGER: Sort.NUMBER,
    Kind.DECIMAL: Sort.NUMBER,
    Kind.DATE: Sort.DATE,
    Kind.TIME: Sort.TIME,
    Kind.TEXT: Sort.TEXT,
    Kind.LONG_TEXT: Sort.TEXT,
}


@dataclass(frozen=True, slots=True)
class Known:
    """What an element of the form became."""

    name: str
    kind: Kind | None = None
    """None for a statement, and for what has no value."""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Foreign name of a choice to ours, as conditions write them (in quotes where they must be).

    There are several where the original has a name twice in a list, with different filters.
    """
    roster: str | None = None
    """The roster it stands in."""
    is_roster: bool = False
    why_not: str = ""
    """Of something lost: why it cannot be read."""


@dataclass(frozen=True, slots=True)
class Term:
    """A piece of a condition."""

    text: str
    rank: int
    sort: Sort
    whole: bool = False
    """Of numbers: it is an integer."""
    item: Known | None = None
    """The item whose value it is, if it is nothing else."""
    constant: str | bool | None = None
    """The value of a constant: of CONSTANT its text, of CONDITION true or false."""
    blank_is_yes: bool = False
    """An answer that is left out may give another result in the original than here.

    There it is the empty text, so that a condition can hold and a calculation have a value; here
    both are unknown.
    """

    def within(self, rank: int) -> str:
        """The text, in parentheses where the place binds more tightly than the term."""
        return self.text if self.rank >= rank else f"({self.text})"


def truth(value: bool) -> Term:
    """A condition that always, or never, holds."""
    return Term("1 == 1" if value else "1 == 0", COMPARE, Sort.CONDITION, constant=value)


def quoted(text: str) -> str:
    """A text as a constant of our language."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def both(left: Term, right: Term) -> Term:
    """`LEFT and RIGHT`; what always holds falls away."""
    for one, other in ((left, right), (right, left)):
        if one.constant is True:
            return other
        if one.constant is False:
            return one
    return _joined("and", AND, left, right)


def either(left: Term, right: Term) -> Term:
    """`LEFT or RIGHT`; what never holds falls away."""
    for one, other in ((left, right), (right, left)):
        if one.constant is True:
            return one
        if one.constant is False:
            return other
    return _joined("or", OR, left, right)


def _joined(word: str, rank: int, left: Term, right: Term) -> Term:
    text = f"{left.within(rank)} {word} {right.within(rank)}"
    blank = left.blank_is_yes or right.blank_is_yes
    return Term(text, rank, Sort.CONDITION, blank_is_yes=blank)


_EQUALITY: Final = re.compile(r'([a-z0-9_]+) (==|!=) ([a-z0-9_]+|"[^"\\]*")')


def negated(term: Term) -> Term:
    """`not TERM`."""
    if isinstance(term.constant, bool):
        return truth(not term.constant)
    if term.text.startswith("not ") and term.rank == NOT:
        inner = term.text.removeprefix("not ").strip()
        if inner.startswith("answered("):
            return Term(inner, ATOM, Sort.CONDITION)
    if term.rank == COMPARE and (match := _EQUALITY.fullmatch(term.text)):
        sign = "!=" if match[2] == "==" else "=="
        text = f"{match[1]} {sign} {match[3]}"
        return Term(text, COMPARE, Sort.CONDITION, blank_is_yes=True)
    certain = term.text.startswith("answered(") and term.rank == ATOM
    return Term(f"not {term.within(NOT)}", NOT, Sort.CONDITION, blank_is_yes=not certain)


def as_condition(term: Term) -> Term:
    """A term where a condition is wanted, by the rules of XPath: a text holds if there is one."""
    match term.sort:
        case Sort.CONDITION:
            return term
        case Sort.CONSTANT:
            return truth(bool(term.constant))
        case Sort.NUMBER:
            blank = term.blank_is_yes
            return Term(f"{term.within(SUM)} != 0", COMPARE, Sort.CONDITION, blank_is_yes=blank)
        case _ if term.item is not None:
            if term.item.kind is Kind.YES_NO:
                return Term(term.text, ATOM, Sort.CONDITION)
            return Term(f"answered({term.text})", ATOM, Sort.CONDITION)
        case _:
            raise XPathError(f"{term.sort} stands where a condition is wanted")


def as_number(term: Term) -> Term:
    """A term where a number is wanted; choices with numbers for names count as those."""
    if term.sort is Sort.NUMBER:
        return term
    if term.sort is Sort.CONSTANT and _is_number(str(term.constant)):
        text = str(term.constant).strip()
        return Term(text, ATOM, Sort.NUMBER, whole="." not in text)
    if term.sort is Sort.CONDITION:
        text = f"if({term.text}, 1, 0)"
        return Term(text, ATOM, Sort.NUMBER, whole=True, blank_is_yes=True)
    if term.sort is Sort.CHOICE and term.item is not None:
        return _score(term, term.item)
    raise XPathError(f"it calculates with {term.sort}")


def has(term: Term, names: Sequence[str]) -> Term:
    """Whether one of some choices is taken of a question with several answers."""
    terms = [Term(f"{term.text} has {name}", COMPARE, Sort.CONDITION) for name in names]
    whole = terms[0]
    for one in terms[1:]:
        whole = either(whole, one)
    return whole


def one_of(term: Term, names: Sequence[str], sign: str) -> Term:
    """Whether a question's choice is (`==`), or is not (`!=`), one of some."""
    if len(names) == 1:
        text = f"{term.text} {sign} {names[0]}"
    else:
        text = f"{term.text} {'in' if sign == '==' else 'not in'} ({', '.join(names)})"
    return Term(text, COMPARE, Sort.CONDITION, blank_is_yes=sign == "!=" or term.blank_is_yes)


_MOST_SCORES: Final = 11


def _score(term: Term, item: Known) -> Term:
    """The number that the choice taken has for a name."""
    if not item.choices or not all(_is_number(name) for name in item.choices):
        raise XPathError("it calculates with choices whose names are no numbers")
    if len(item.choices) > _MOST_SCORES:
        raise XPathError(f"it calculates with a list of more than {_MOST_SCORES} choices")
    *first, last = item.choices.items()
    blank = term.blank_is_yes
    text = last[0]
    for number, names in reversed(first):
        text = f"if({one_of(term, names, '==').text}, {number}, {text})"
    whole = not any("." in number for number in item.choices)
    return Term(text, ATOM, Sort.NUMBER, whole=whole, blank_is_yes=blank)


def _is_number(text: str) -> bool:
    digits = text.strip().replace(".", "", 1)
    return digits.isascii() and digits.isdigit() and not text.strip().endswith((".", " "))
