"""From a model of the formulas back to answers."""

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

import z3

from instrument.judging import in_order
from instrument.masks import example
from instrument.models import Question, Statement
from instrument.values import READ, Answer, Duration, Missing, PartialDate
from skips.proof import texts
from skips.proof.answers import DECIMAL_PLACES, Given
from skips.proof.terms import (
    ChoicesTerm,
    ChoiceTerm,
    DateTerm,
    DurationTerm,
    NumberTerm,
    TextTerm,
    TimeTerm,
)

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


class NotWritten(Exception):
    """A number of a model has more decimal places than anybody can enter."""


class Decoder:
    """Reads answers from one model.

    Args:
        model: values of the variables.
        literals: the texts that conditions name.
    """

    def __init__(self, model: z3.ModelRef, literals: list[str]) -> None:
        self._model = model
        self._literals = {(texts.token(text), len(text)): text for text in literals}
        self._fresh: dict[tuple[int, int, str | None], str] = {}

    def holds(self, formula: z3.BoolRef) -> bool:
        """Whether a formula holds in the model."""
        return bool(z3.is_true(self._model.eval(formula, model_completion=True)))

    def number(self, number: z3.ArithRef) -> Fraction:
        """What a number is in the model."""
        value = self._model.eval(number, model_completion=True)
        if z3.is_int_value(value):
            return Fraction(value.as_long())
        if z3.is_rational_value(value):
            return Fraction(value.numerator_as_long(), value.denominator_as_long())
        raise NotWritten

    def answer(self, item: Question | Statement, given: Given) -> Answer | None:
        """What an item on the route was given; None where it was given nothing.

        Raises:
            NotWritten: the model's number cannot be entered.
        """
        for name, reason in given.reasons.items():
            if self.holds(reason):
                return Missing(name)
        if not self.holds(given.has):
            return None
        if isinstance(item, Statement):
            return READ
        return self._value(item, given)

    def _value(self, item: Question, given: Given) -> Answer:
        match given.term:
            case ChoiceTerm(of=of):
                return next(name for name, part in of.items() if self.holds(part))
            case ChoicesTerm(has=has):
                return in_order(item, {name for name, part in has.items() if self.holds(part)})
            case NumberTerm(number=number) if number.is_int():
                return int(self.number(number))
            case NumberTerm(number=number):
                return written(self.number(number))
            case DateTerm() as term:
                return self.date(term)
            case TimeTerm(minute=minute):
                return datetime.time(*divmod(int(self.number(minute)), 60))
            case DurationTerm():
                assert given.amount is not None
                assert given.units is not None
                unit = next(unit for unit, part in given.units.items() if self.holds(part))
                return Duration(written(self.number(given.amount)), unit)
            case TextTerm() as text:
                return self._text(item, text)

    def date(self, term: DateTerm) -> PartialDate:
        """A date of the model."""
        year, month, day = (int(self.number(one)) for one in (term.year, term.month, term.day))
        if not self.holds(term.has_month):
            return PartialDate(year)
        return PartialDate(year, month, day if self.holds(term.has_day) else None)

    def _text(self, item: Question, term: TextTerm) -> str:
        token, length = int(self.number(term.token)), int(self.number(term.length))
        literal = self._literals.get((token, length))
        if literal is not None:
            return literal
        key = (token, length, item.mask)
        found = self._fresh.get(key)
        if found is None:
            # One text of the model is one text everywhere, unless a mask wants another form.
            taken = {*self._fresh.values(), *self._literals.values()}
            found = self._fresh[key] = _new_text(item.mask, length, taken)
        return found


def written(number: Fraction) -> Decimal:
    """A number as it can be entered; NotWritten where it has too many decimal places."""
    scaled = number * 10**DECIMAL_PLACES
    if scaled.denominator != 1:
        raise NotWritten
    value = Decimal(scaled.numerator).scaleb(-DECIMAL_PLACES).normalize()
    return value if value.as_tuple().exponent <= 0 else value.quantize(Decimal(1))  # type: ignore[operator]


def _new_text(mask: str | None, length: int, taken: set[str]) -> str:
    """A text of a form or length that is none of some others, if there is one."""
    number = 0
    while True:
        text = _masked(mask, number) if mask is not None else _letters(length, number)
        if text not in taken or number > len(taken):
            return text
        number += 1


def _letters(length: int, number: int) -> str:
    signs = []
    for _ in range(length):
        number, sign = divmod(number, len(_LETTERS))
        signs.append(_LETTERS[sign])
    return "".join(reversed(signs))


def _masked(mask: str, number: int) -> str:
    """A text that fits a mask, another one for each number as far as there are digits."""
    signs = list(example(mask))
    places, escaped, at = [], False, 0
    for sign in mask:
        if sign == "\\" and not escaped:
            escaped = True
            continue
        if sign in "9AX" and not escaped:
            places.append((at, sign))
        escaped = False
        at += 1
    for place, sign in reversed(places):
        letters = _LETTERS.upper() if sign == "A" else "0123456789"
        number, more = divmod(number, len(letters))
        signs[place] = letters[(letters.index(signs[place]) + more) % len(letters)]
    return "".join(signs)
