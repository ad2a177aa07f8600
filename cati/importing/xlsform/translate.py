"""Expressions of XLSForms in our language, with knowledge of what each name became."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from cati.importing.xlsform import calls
from cati.importing.xlsform.compare import compare
from cati.importing.xlsform.terms import (
    ATOM,
    PRODUCT,
    SORT_OF_KIND,
    SUM,
    UNARY,
    Known,
    Sort,
    Term,
    as_condition,
    as_number,
    both,
    either,
    quoted,
    truth,
)
from cati.importing.xlsform.xpath import (
    Binary,
    Call,
    Name,
    Negative,
    NoSuchChoice,
    Number,
    Own,
    Parent,
    Part,
    Reference,
    String,
    XPathError,
    parse,
)

BLANK: Final = (
    "an answer left out counts as the empty text in the original, where this holds then; here it "
    "is unknown, which is not yes"
)
"""Why a condition should be read again that compares with `!=` or `not`."""


@dataclass(frozen=True, slots=True)
class Translator:
    """Translates the expressions of one row of the form."""

    known: Mapping[str, Known]
    """What each foreign name became, or why it became nothing."""
    own: Known | None = None
    """What `.` stands for."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """In filters of choices: the columns of the choice."""
    roster: str | None = None
    """The roster in which the row stands."""

    def condition(self, text: str) -> Term:
        """The condition that an expression is; raises XPathError."""
        return as_condition(self.term(parse(text)))

    def value(self, text: str) -> Term:
        """The value, or the condition, that an expression is; raises XPathError."""
        return self.term(parse(text))

    def term(self, part: Part) -> Term:
        """What a part of an expression becomes."""
        match part:
            case Number():
                return _number(part.text)
            case String():
                return Term(quoted(part.value), ATOM, Sort.CONSTANT, constant=part.value)
            case Reference():
                return self._item(self.find(part.name))
            case Own():
                if self.own is None:
                    raise XPathError("'.' stands for no answer here")
                return self._item(self.own)
            case Name():
                return self._column(part.name)
            case Negative():
                inner = as_number(self.term(part.part))
                constant = f"-{inner.constant}" if isinstance(inner.constant, str) else None
                text = f"-{inner.within(UNARY)}"
                return replace(inner, text=text, rank=UNARY, item=None, constant=constant)
            case Binary():
                return self._binary(part)
            case Call():
                return calls.call(self, part)
            case Parent():
                raise XPathError("'..' is read here as 'position(..)' only")

    def find(self, foreign: str) -> Known:
        """What a name became.

        Raises:
            XPathError: nothing, since there is no such name or it could not be carried over.
        """
        known = self.known.get(foreign)
        if known is None:
            raise XPathError(f"there is no '{foreign[:40]}' in the form")
        if known.why_not:
            raise XPathError(f"it reads '{foreign[:40]}', {known.why_not}")
        return known

    def _item(self, known: Known) -> Term:
        if known.name == calls.TODAY:
            return Term(calls.TODAY, ATOM, Sort.DATE)
        if known.is_roster:
            raise XPathError(f"'{known.name}' is a repeat and has no value")
        if known.kind is None:
            raise XPathError(f"'{known.name}' has no value")
        if known.roster is not None and known.roster != self.roster:
            raise XPathError(f"'{known.name}' has one value in each row of its repeat")
        return Term(known.name, ATOM, SORT_OF_KIND[known.kind], _is_whole(known), known)

    def _column(self, name: str) -> Term:
        if not self.columns:
            raise XPathError(f"'{name[:40]}' is no reference to an answer")
        return Term(
            quoted(self.columns.get(name, "")),
            ATOM,
            Sort.CONSTANT,
            constant=self.columns.get(name, ""),
        )

    def _binary(self, part: Binary) -> Term:
        left, right = self.term(part.left), self.term(part.right)
        match part.operator:
            case "and":
                return both(as_condition(left), as_condition(right))
            case "or":
                return either(as_condition(left), as_condition(right))
            case "+" | "-" | "*" | "div" | "mod":
                return _arithmetic(part.operator, left, right)
            case operator:
                try:
                    return compare(operator, left, right)
                except NoSuchChoice:
                    if not self.columns:
                        raise
                    # A filter wants an answer that cannot be given: no for this choice.
                    return truth(operator == "!=")


def _is_whole(known: Known) -> bool:
    return known.kind is not None and known.kind.value == "integer"


def _number(text: str) -> Term:
    plain = f"0{text}" if text.startswith(".") else text.removesuffix(".")
    return Term(plain, ATOM, Sort.NUMBER, whole="." not in plain, constant=plain)


def _arithmetic(operator: str, left: Term, right: Term) -> Term:
    """`LEFT OPERATOR RIGHT` of two numbers, or the days between two dates."""
    if operator == "mod":
        raise XPathError("there is no remainder of a division ('mod') here")
    if Sort.DATE in (left.sort, right.sort):
        if operator == "-" and left.sort is right.sort:
            return Term(f"days_between({right.text}, {left.text})", ATOM, Sort.NUMBER, whole=True)
        raise XPathError("it adds to a date, or takes from one")
    left, right = as_number(left), as_number(right)
    sign = "/" if operator == "div" else operator
    rank = SUM if operator in "+-" else PRODUCT
    text = f"{left.within(rank)} {sign} {right.within(rank + 1)}"
    whole, blank = (
        left.whole and right.whole and sign != "/",
        left.blank_is_yes or right.blank_is_yes,
    )
    return Term(text, rank, Sort.NUMBER, whole, blank_is_yes=blank)
