"""What a question can be given over all cases: free variables, and what binds them."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

import z3

from instrument.judging import check_value
from instrument.masks import length as mask_length
from instrument.models import Kind, Question, Statement
from instrument.values import READ, SECONDS_OF_UNIT, Answer, Duration, Missing, PartialDate, Value
from skips.proof import dates, texts
from skips.proof.terms import (
    ChoicesTerm,
    ChoiceTerm,
    DateTerm,
    DurationTerm,
    NumberTerm,
    Term,
    TextTerm,
    TimeTerm,
)
from skips.proof.three import FALSE, TRUE, Three, both, conj, disj, either, neg

DECIMAL_PLACES: Final = 9
"""Decimal places of numbers and of amounts of a unit, as they can be entered."""
MOST_NUMBER: Final = 10**15
"""Numbers without bounds of their own are taken up to this, and amounts of a unit below it.

More cannot be entered of decimal numbers. Of whole numbers it could: but that a sum leaves 64 bits,
so that a check keeps quiet, is no way on that an author thinks of.
"""
MINUTES_OF_DAY: Final = 24 * 60
LONGEST_TEXT: Final = 20_000
"""Characters of a text that has no limit of its own."""

Constants = list[tuple[z3.ExprRef, z3.ExprRef]]
"""Variables, each with what it stands for."""


@dataclass(frozen=True, slots=True)
class Given:
    """The answer of one question or statement, whether or not it counts."""

    term: Term
    """Its value; `known` is a variable of its own: there is a value."""
    reasons: Mapping[str, z3.BoolRef]
    """The missing reasons that it takes, by name."""
    amount: z3.ArithRef | None = None
    """Of durations: the number of the unit."""
    units: Mapping[str, z3.BoolRef] | None = None
    """Of durations: the unit."""

    @property
    def has(self) -> z3.BoolRef:
        """A value was given."""
        return self.term.known

    @property
    def dealt(self) -> z3.BoolRef:
        """A value or a reason was given."""
        return either(self.has, *self.reasons.values())

    @property
    def single(self) -> z3.BoolRef:
        """No more than one of a value and the reasons was given."""
        parts = [self.has, *self.reasons.values()]
        return z3.AtMost(*parts, 1) if len(parts) > 1 else TRUE

    @property
    def settled(self) -> z3.BoolRef:
        """Exactly one of a value and the reasons was given."""
        return exactly_one([self.has, *self.reasons.values()])


def exactly_one(parts: list[z3.BoolRef]) -> z3.BoolRef:
    """One of some formulas holds and no other."""
    if len(parts) <= 1:
        return disj(parts)
    if len(parts) == 2:
        return parts[0] == neg(parts[1])
    if len(parts) > 6:
        return z3.PbEq([(part, 1) for part in parts], 1)
    apart = [
        either(neg(one), neg(other))
        for at, one in enumerate(parts)
        for other in parts[at + 1 :]
    ]  # fmt: skip
    return both(disj(parts), *apart)


def given(item: Question | Statement, name: str, reasons: list[str]) -> Given:
    """Variables for the answer of an item.

    Args:
        item: what is asked.
        name: how the variables are called; one name always stands for one kind of question.
        reasons: the missing reasons that it takes.
    """
    has = z3.Bool(f"{name}.has")
    if isinstance(item, Statement):
        return Given(ChoiceTerm(has, {READ: TRUE}), {})
    taken = {reason: z3.Bool(f"{name}.missing.{reason}") for reason in reasons}
    match item.kind:
        case Kind.YES_NO:
            yes = z3.Bool(f"{name}.yes")
            return Given(ChoiceTerm(has, {"yes": yes, "no": z3.Not(yes)}), taken)
        case Kind.ONE_OF:
            of = {one.name: z3.Bool(f"{name}.is.{one.name}") for one in item.choices}
            return Given(ChoiceTerm(has, of), taken)
        case Kind.ANY_OF:
            of = {one.name: z3.Bool(f"{name}.has.{one.name}") for one in item.choices}
            return Given(ChoicesTerm(has, of), taken)
        case Kind.INTEGER | Kind.DECIMAL:
            return Given(_number(item, name, has), taken)
        case Kind.DATE:
            near = dates.is_near(item.minimum, item.maximum)
            return Given(date_variable(name, has, near=near), taken)
        case Kind.TIME:
            return Given(TimeTerm(has, z3.Int(f"{name}.minute")), taken)
        case Kind.DURATION:
            return _duration(item, name, has, taken)
        case _:
            term = TextTerm(has, z3.Int(f"{name}.token"), z3.Int(f"{name}.length"))
            return Given(term, taken)


def date_variable(name: str, known: z3.BoolRef, *, near: bool) -> DateTerm:
    """Variables for a date; see `DateTerm.near`."""
    year, month, day = (z3.Int(f"{name}.{part}") for part in ("year", "month", "day"))
    has_month, has_day = (z3.Bool(f"{name}.{part}") for part in ("has_month", "has_day"))
    return DateTerm(known, year, month, day, has_month, has_day, near)


def _number(item: Question, name: str, has: z3.BoolRef) -> NumberTerm:
    low, high = _bound(item.minimum), _bound(item.maximum)
    low = min(Fraction(-MOST_NUMBER), Fraction(high or 0)) if low is None else low
    high = max(Fraction(MOST_NUMBER), low) if high is None else high
    if item.kind is Kind.INTEGER:
        return NumberTerm(has, z3.Int(f"{name}.number"), low, high)
    return NumberTerm(has, z3.Real(f"{name}.number"), low, high, DECIMAL_PLACES)


def _bound(bound: object) -> Fraction | None:
    return Fraction(bound) if isinstance(bound, int | Decimal) else None


def _duration(
    item: Question, name: str, has: z3.BoolRef, reasons: Mapping[str, z3.BoolRef]
) -> Given:
    amount = z3.Real(f"{name}.amount")
    units = {unit: z3.Bool(f"{name}.unit.{unit}") for unit in item.units}
    if len(units) == 1:
        units = dict.fromkeys(units, TRUE)
    seconds: z3.ArithRef | None = None
    for unit, is_it in units.items():
        length = amount * SECONDS_OF_UNIT[unit]
        seconds = length if seconds is None else z3.If(is_it, length, seconds)
    assert seconds is not None
    term = DurationTerm(has, seconds, frozenset(units))
    return Given(term, reasons, amount, units)


def takes(item: Question, given: Given, offered: Mapping[str, Three]) -> z3.BoolRef:
    """The value given is one that the question takes.

    Args:
        item: what is asked.
        given: its answer.
        offered: the conditions of those of its choices that have one.
    """
    term = given.term
    match term:
        case ChoiceTerm(of=of):
            one = TRUE if item.kind is Kind.YES_NO else exactly_one(list(of.values()))
            return both(one, *_only_offered(of, offered))
        case ChoicesTerm(has=has):
            return both(_enough(item, has, offered), *_only_offered(has, offered))
        case NumberTerm(number=number, low=low, high=high):
            return both(number >= _plain(low), number <= _plain(high))
        case DateTerm():
            return _date_taken(item, term)
        case TimeTerm(minute=minute):
            return both(minute >= 0, minute < MINUTES_OF_DAY)
        case DurationTerm():
            return _duration_taken(item, given, term)
        case TextTerm(length=length):
            if item.mask is not None:
                return length == mask_length(item.mask)
            return both(length >= 1, length <= (item.max_length or LONGEST_TEXT))


def _plain(bound: object) -> z3.ArithRef:
    exact = Fraction(str(bound)) if not isinstance(bound, Fraction) else bound
    return z3.IntVal(exact.numerator) if exact.denominator == 1 else z3.RealVal(str(exact))


def _only_offered(
    taken: Mapping[str, z3.BoolRef], offered: Mapping[str, Three]
) -> list[z3.BoolRef]:
    return [either(neg(taken[name]), neg(three.no)) for name, three in offered.items()]


def _enough(
    item: Question, has: Mapping[str, z3.BoolRef], offered: Mapping[str, Three]
) -> z3.BoolRef:
    """As many choices as must and may be taken, and an exclusive one alone."""
    rules = []
    for choice in item.choices:
        if choice.exclusive:
            rules += [
                either(neg(has[choice.name]), neg(has[other.name]))
                for other in item.choices
                if other is not choice
            ]
    taken = list(has.values())
    alone = disj(has[choice.name] for choice in item.choices if choice.exclusive)
    shared = [choice.name for choice in item.choices if not choice.exclusive]
    rules.append(either(alone, *_at_least(item, shared, taken, offered)))
    if item.at_most is not None and item.at_most < len(taken):
        rules.append(z3.AtMost(*taken, item.at_most))
    return conj(rules)


def _at_least(
    item: Question,
    shared: list[str],
    taken: list[z3.BoolRef],
    offered: Mapping[str, Three],
) -> list[z3.BoolRef]:
    """At least as many are taken as must be: no more than are offered beside exclusive ones."""
    if item.at_least <= 0:
        return [TRUE]
    always = sum(name not in offered for name in shared)
    loose = [neg(offered[name].no) for name in shared if name in offered]
    ways = []
    for least in range(1, item.at_least + 1):
        # `least` must be taken where that many can be, or where nothing more can be.
        enough = _count(taken, least)
        if least == item.at_least:
            ways.append(enough)
        else:
            few = neg(_count(loose, least + 1 - always)) if always <= least else FALSE
            ways.append(both(few, enough))
    return [disj(ways)]


def _count(parts: list[z3.BoolRef], least: int) -> z3.BoolRef:
    """At least so many of some formulas hold."""
    if least <= 0:
        return TRUE
    if least > len(parts):
        return FALSE
    return disj(parts) if least == 1 else z3.AtLeast(*parts, least)


def _date_taken(item: Question, term: DateTerm) -> z3.BoolRef:
    rules = [dates.exists(term)]
    if isinstance(item.minimum, PartialDate):
        low = dates.constant(item.minimum)
        rules.append(dates.is_not_after(dates.first_day(low), dates.last_day(term)))
    if isinstance(item.maximum, PartialDate):
        high = dates.constant(item.maximum)
        rules.append(dates.is_not_after(dates.first_day(term), dates.last_day(high)))
    return conj(rules)


def _duration_taken(item: Question, given: Given, term: DurationTerm) -> z3.BoolRef:
    assert given.amount is not None
    assert given.units is not None
    rules = [given.amount >= 0, given.amount < MOST_NUMBER]
    rules.append(exactly_one(list(given.units.values())))
    if isinstance(item.minimum, Duration):
        rules.append(term.seconds >= _plain(Fraction(item.minimum.seconds)))
    if isinstance(item.maximum, Duration):
        rules.append(term.seconds <= _plain(Fraction(item.maximum.seconds)))
    return conj(rules)


def is_exactly(given: Given, answer: Answer | None) -> Constants:
    """What the variables of an answer stand for where it is this one (None: nothing yet)."""
    found: Constants = [(given.has, z3.BoolVal(answer is not None and not _is_reason(answer)))]
    for name, reason in given.reasons.items():
        found.append((reason, z3.BoolVal(isinstance(answer, Missing) and answer.reason == name)))
    if answer is not None and not isinstance(answer, Missing):
        found += _value(given, answer)
    return found


def _is_reason(answer: Answer) -> bool:
    return isinstance(answer, Missing)


def _value(given: Given, value: Value) -> Constants:
    match given.term, value:
        case ChoiceTerm(of=of), str():
            # Of yes/no questions `no` is no variable of its own.
            return [
                (part, z3.BoolVal(name == value))
                for name, part in of.items()
                if part.num_args() == 0 and part.decl().kind() == z3.Z3_OP_UNINTERPRETED
            ]
        case ChoicesTerm(has=has), tuple():
            return [(part, z3.BoolVal(name in value)) for name, part in has.items()]
        case NumberTerm(number=number), (int() | Decimal()):
            exact = Fraction(value)
            made = z3.IntVal(exact.numerator) if number.is_int() else z3.RealVal(str(exact))
            return [(number, made)]
        case DateTerm() as term, PartialDate():
            same = dates.constant(value)
            return [
                (term.year, same.year),
                (term.month, same.month),
                (term.day, same.day),
                (term.has_month, same.has_month),
                (term.has_day, same.has_day),
            ]
        case TimeTerm(minute=minute), datetime.time():
            return [(minute, z3.IntVal(value.hour * 60 + value.minute))]
        case DurationTerm(), Duration():
            assert given.units is not None
            units = [
                (part, z3.BoolVal(unit == value.unit))
                for unit, part in given.units.items()
                if not part.eq(TRUE)
            ]
            return [(given.amount, z3.RealVal(str(Fraction(value.amount)))), *units]
        case TextTerm() as text, str():
            same_text = texts.constant(value)
            return [(text.token, same_text.token), (text.length, same_text.length)]
        case _:
            raise TypeError(f"no such answer: {value!r}")


def refuses(item: Question, literals: list[str], term: TextTerm) -> list[z3.BoolRef]:
    """Texts that conditions name and that the question does not take are not given."""
    return [
        neg(both(term.token == same.token, term.length == same.length))
        for literal in literals
        if check_value(item, literal) is not None
        for same in (texts.constant(literal),)
    ]
