"""Values over all cases: each kind of value as formulas, with whether there is one at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

import z3

from skips.proof.three import FALSE, TRUE, both, either, pick

Bound = int | Fraction | None


@dataclass(frozen=True, slots=True)
class ChoiceTerm:
    """One choice out of several, such as `yes` and `no`."""

    known: z3.BoolRef
    of: Mapping[str, z3.BoolRef]
    """Whether it is this choice, by name: exactly one where `known`."""

    def is_(self, choice: str) -> z3.BoolRef:
        """It is this choice, where it is known."""
        return self.of.get(choice, FALSE)


@dataclass(frozen=True, slots=True)
class ChoicesTerm:
    """Any of several choices."""

    known: z3.BoolRef
    has: Mapping[str, z3.BoolRef]


@dataclass(frozen=True, slots=True)
class NumberTerm:
    """A number."""

    known: z3.BoolRef
    number: z3.ArithRef
    """Of the integers when it can only be whole, otherwise of the reals."""
    low: Bound = None
    """No value is less; None when nothing is known of that."""
    high: Bound = None
    places: int | None = 0
    """No value has more decimal places; None for any number of them."""
    exact: bool = True
    """False where the engine rounds and the formula only encloses what comes out."""


@dataclass(frozen=True, slots=True)
class DateTerm:
    """A date known to the day, to the month or to the year: the first day it can be."""

    known: z3.BoolRef
    year: z3.ArithRef
    month: z3.ArithRef
    """1 where it is not known."""
    day: z3.ArithRef
    """1 where it is not known."""
    has_month: z3.BoolRef
    has_day: z3.BoolRef
    near: bool = False
    """All its years lie where every fourth has a February 29 (see `dates`)."""


@dataclass(frozen=True, slots=True)
class TimeTerm:
    """A time of day."""

    known: z3.BoolRef
    minute: z3.ArithRef
    """From midnight."""


@dataclass(frozen=True, slots=True)
class DurationTerm:
    """How long something lasted."""

    known: z3.BoolRef
    seconds: z3.ArithRef
    units: frozenset[str] = field(default=frozenset())
    """The units that it can have been given in."""


@dataclass(frozen=True, slots=True)
class TextTerm:
    """A text: two are the same when both parts are."""

    known: z3.BoolRef
    token: z3.ArithRef
    length: z3.ArithRef
    """In characters."""


Term = ChoiceTerm | ChoicesTerm | NumberTerm | DateTerm | TimeTerm | DurationTerm | TextTerm

MONTHS: Final = 12


def where(condition: z3.BoolRef, term: Term) -> Term:
    """A value that there is only under a condition."""
    return replace(term, known=both(condition, term.known))


def pick_term(condition: z3.BoolRef, held: Term, otherwise: Term) -> Term:
    """One of two values of one kind, as a condition decides."""
    known = pick(condition, held.known, otherwise.known)
    match held, otherwise:
        case ChoiceTerm(), ChoiceTerm():
            names = [*held.of, *(name for name in otherwise.of if name not in held.of)]
            return ChoiceTerm(
                known,
                {name: pick(condition, held.is_(name), otherwise.is_(name)) for name in names},
            )
        case NumberTerm(), NumberTerm():
            first, second = alike(held.number, otherwise.number)
            return NumberTerm(
                known,
                pick(condition, first, second),
                _least(held.low, otherwise.low),
                _greatest(held.high, otherwise.high),
                _most_places(held.places, otherwise.places),
                held.exact and otherwise.exact,
            )
        case DateTerm(), DateTerm():
            return DateTerm(
                known,
                pick(condition, held.year, otherwise.year),
                pick(condition, held.month, otherwise.month),
                pick(condition, held.day, otherwise.day),
                pick(condition, held.has_month, otherwise.has_month),
                pick(condition, held.has_day, otherwise.has_day),
                held.near and otherwise.near,
            )
        case TimeTerm(), TimeTerm():
            return TimeTerm(known, pick(condition, held.minute, otherwise.minute))
        case DurationTerm(), DurationTerm():
            return DurationTerm(
                known,
                pick(condition, held.seconds, otherwise.seconds),
                held.units | otherwise.units,
            )
        case TextTerm(), TextTerm():
            return TextTerm(
                known,
                pick(condition, held.token, otherwise.token),
                pick(condition, held.length, otherwise.length),
            )
        case _:
            raise TypeError("values of two kinds")


def equal(left: Term, right: Term) -> z3.BoolRef:
    """Two known values are equal; of dates only where both are days."""
    match left, right:
        case ChoiceTerm(), ChoiceTerm():
            return either(*(both(left.of[name], right.is_(name)) for name in left.of))
        case NumberTerm(), NumberTerm():
            first, second = alike(left.number, right.number)
            return TRUE if first.eq(second) else first == second
        case TimeTerm(), TimeTerm():
            return left.minute == right.minute
        case DurationTerm(), DurationTerm():
            return left.seconds == right.seconds
        case TextTerm(), TextTerm():
            return both(left.token == right.token, left.length == right.length)
        case _:
            raise TypeError("values that are not compared in this way")


def named(term: Term, name: str) -> tuple[Term, list[z3.BoolRef]]:
    """A value by a name of its own, and what the name stands for.

    Chains of values that follow from each other so stay short formulas, and a proof can do without
    knowing what a name stands for.
    """
    defined: list[z3.BoolRef] = []

    def boolean(part: z3.BoolRef, suffix: str) -> z3.BoolRef:
        if part.num_args() == 0:
            return part
        constant = z3.Bool(f"{name}.{suffix}")
        defined.append(constant == part)
        return constant

    def number(part: z3.ArithRef, suffix: str) -> z3.ArithRef:
        if part.num_args() == 0:
            return part
        constant = z3.Const(f"{name}.{suffix}", part.sort())
        defined.append(constant == part)
        return constant

    known = boolean(term.known, "known")
    found: Term
    match term:
        case ChoiceTerm(of=of):
            found = ChoiceTerm(known, {one: boolean(part, f"is.{one}") for one, part in of.items()})
        case ChoicesTerm(has=has):
            found = ChoicesTerm(
                known, {one: boolean(part, f"has.{one}") for one, part in has.items()}
            )
        case NumberTerm():
            found = replace(term, known=known, number=number(term.number, "number"))
        case DateTerm():
            found = DateTerm(
                known,
                number(term.year, "year"),
                number(term.month, "month"),
                number(term.day, "day"),
                boolean(term.has_month, "has_month"),
                boolean(term.has_day, "has_day"),
                term.near,
            )
        case TimeTerm():
            found = TimeTerm(known, number(term.minute, "minute"))
        case DurationTerm():
            found = replace(term, known=known, seconds=number(term.seconds, "seconds"))
        case TextTerm():
            found = TextTerm(known, number(term.token, "token"), number(term.length, "length"))
    return found, defined


def is_exact(term: Term) -> bool:
    """Whether the formulas say exactly what the engine comes to."""
    return not isinstance(term, NumberTerm) or term.exact


def alike(left: z3.ArithRef, right: z3.ArithRef) -> tuple[z3.ArithRef, z3.ArithRef]:
    """Two numbers of one sort: both whole, or both real."""
    if left.is_int() == right.is_int():
        return left, right
    return real(left), real(right)


def real(number: z3.ArithRef) -> z3.ArithRef:
    """A number among the reals."""
    if number.is_real():
        return number
    return z3.RealVal(number.as_long()) if z3.is_int_value(number) else z3.ToReal(number)


def unknown_like(term: Term) -> Term:
    """The same sort of value, never known."""
    return replace(term, known=FALSE)


def _least(left: Bound, right: Bound) -> Bound:
    return None if left is None or right is None else min(left, right)


def _greatest(left: Bound, right: Bound) -> Bound:
    return None if left is None or right is None else max(left, right)


def _most_places(left: int | None, right: int | None) -> int | None:
    return None if left is None or right is None else max(left, right)
