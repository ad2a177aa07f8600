"""Arithmetic over all cases: numbers within 64 bits, quotients of 28 digits."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

import z3

from instrument.conditions.nodes import Operator
from skips.arithmetic import LARGEST, SMALLEST
from skips.proof.terms import Bound, NumberTerm, alike, real
from skips.proof.three import TRUE, both, conj, is_true, neg, pick

DIGITS: Final = 28
"""Digits that the engine keeps of a number with decimals."""
_WHOLE_DIGITS: Final = 19
"""Digits before the point of a number of 64 bits."""

Fresh = Callable[[str], z3.ArithRef]
"""Makes a real of its own, for what a rounding adds."""
Require = Callable[[z3.ArithRef, z3.BoolRef], None]
"""Takes note of what binds such a number."""


def constant(value: int | Decimal | Fraction, *, places: int | None = None) -> NumberTerm:
    """A number that is always the same."""
    exact = Fraction(value)
    if exact.denominator == 1:
        number: z3.ArithRef = z3.IntVal(exact.numerator)
    else:
        number = z3.RealVal(str(exact))
    if places is None:
        places = _places_of(exact)
    return NumberTerm(TRUE, number, exact, exact, places)


def _places_of(exact: Fraction) -> int | None:
    places, denominator = 0, exact.denominator
    while denominator % 10 == 0 or denominator % 5 == 0 or denominator % 2 == 0:
        denominator = (
            denominator // 10
            if denominator % 10 == 0
            else denominator // 5
            if denominator % 5 == 0
            else denominator // 2
        )
        places += 1
    return places if denominator == 1 else None


def bounded(term: NumberTerm) -> NumberTerm:
    """The number where it fits 64 bits; not known elsewhere."""
    limits = []
    if term.low is None or term.low < SMALLEST:
        limits.append(term.number >= SMALLEST)
    if term.high is None or term.high > LARGEST:
        limits.append(term.number <= LARGEST)
    if not limits:
        return term
    low = SMALLEST if term.low is None else max(term.low, SMALLEST)
    high = LARGEST if term.high is None else min(term.high, LARGEST)
    return NumberTerm(
        both(term.known, conj(limits)), term.number, low, high, term.places, term.exact
    )


class Arithmetic:
    """Calculates; what the engine rounds is enclosed by numbers of its own."""

    def __init__(self, fresh: Fresh, require: Require) -> None:
        self._fresh = fresh
        self._require = require

    def calculate(self, operator: Operator, left: NumberTerm, right: NumberTerm) -> NumberTerm:
        """`LEFT + RIGHT` and its sisters."""
        match operator:
            case Operator.PLUS:
                return self.add(left, right)
            case Operator.MINUS:
                return self.add(left, negative(right))
            case Operator.TIMES:
                return self._multiply(left, right)
            case Operator.DIVIDE:
                return self._divide(left, right)

    def add(self, left: NumberTerm, right: NumberTerm) -> NumberTerm:
        """`LEFT + RIGHT`"""
        first, second = alike(left.number, right.number)
        return self._kept(
            NumberTerm(
                both(left.known, right.known),
                first + second,
                _plus(left.low, right.low),
                _plus(left.high, right.high),
                None if left.places is None or right.places is None
                else max(left.places, right.places),
                left.exact and right.exact,
            )
        )  # fmt: skip

    def total(self, parts: Sequence[NumberTerm]) -> NumberTerm:
        """The sum of several numbers, 0 of none."""
        total = constant(0)
        for part in parts:
            total = self.add(total, part)
        return total

    def _multiply(self, left: NumberTerm, right: NumberTerm) -> NumberTerm:
        first, second = alike(left.number, right.number)
        low, high = _product_bounds(left, right)
        places = None if left.places is None or right.places is None else left.places + right.places
        return self._kept(
            NumberTerm(
                both(left.known, right.known),
                first * second,
                low,
                high,
                places,
                left.exact and right.exact,
            )
        )

    def _divide(self, left: NumberTerm, right: NumberTerm) -> NumberTerm:
        known = both(left.known, right.known)
        exact = left.exact and right.exact
        divisor = right.low if right.low is not None and right.low == right.high else None
        if divisor is None:
            known = both(known, right.number != 0)
            quotient = real(left.number) / real(right.number)
            return self._kept(NumberTerm(known, quotient, None, None, None, exact))
        if divisor == 0:
            return NumberTerm(both(known, z3.BoolVal(False)), z3.IntVal(0), 0, 0)
        factor = 1 / Fraction(divisor)
        quotient = real(left.number) * z3.RealVal(str(factor))
        low, high = _scaled(left.low, factor), _scaled(left.high, factor)
        if factor < 0:
            low, high = high, low
        places = _places_of(factor)
        places = None if places is None or left.places is None else places + left.places
        term = NumberTerm(known, quotient, low, high, places, exact)
        # A whole number comes out even where the divisor's odd primes divide it.
        odd = Fraction(divisor).numerator
        while odd % 2 == 0:
            odd //= 2
        while odd % 5 == 0:
            odd //= 5
        even = left.number % abs(odd) == 0 if left.number.is_int() and abs(odd) > 1 else None
        return self._kept(term, even)

    def _kept(self, term: NumberTerm, even: z3.BoolRef | None = None) -> NumberTerm:
        """A result as the engine keeps it: within 64 bits, and to 28 digits.

        Args:
            term: the result as such.
            even: where nothing is rounded; None means where it has few decimal places.
        """
        if term.number.is_int() or _digits(term) <= DIGITS:
            return bounded(term)
        error = self._fresh("rounding")
        size = pick(term.number >= 0, term.number, -term.number)
        tiny = Fraction(1, 10 ** (DIGITS - 1))
        most = size * z3.RealVal(str(tiny))
        self._require(error, both(error <= most, -error <= most))
        if even is None:
            # With no more places it has no more digits than are kept.
            even = z3.IsInt(term.number * 10 ** (DIGITS - _WHOLE_DIGITS))
        self._require(error, z3.Implies(even, error == 0))
        low = None if term.low is None else term.low - abs(Fraction(term.low)) * tiny
        high = None if term.high is None else term.high + abs(Fraction(term.high)) * tiny
        return bounded(NumberTerm(term.known, term.number + error, low, high, None, exact=False))

    def whole(self, term: NumberTerm) -> NumberTerm:
        """The nearest whole number, halves away from zero."""
        return self.rounded(term, 0)

    def rounded(self, term: NumberTerm, places: int) -> NumberTerm:
        """A number with so many decimal places, halves away from zero."""
        if term.number.is_int() or (term.places is not None and term.places <= places):
            return bounded(term) if not term.number.is_int() else term
        scale = 10**places
        scaled = term.number * scale
        half = z3.RealVal("1/2")
        nearest = pick(term.number >= 0, z3.ToInt(scaled + half), -z3.ToInt(half - scaled))
        slack = Fraction(1, 2 * scale)
        low = None if term.low is None else term.low - slack
        high = None if term.high is None else term.high + slack
        if not places:
            return bounded(NumberTerm(term.known, nearest, low, high, 0, term.exact))
        number = z3.ToReal(nearest) * z3.RealVal(str(Fraction(1, scale)))
        return bounded(NumberTerm(term.known, number, low, high, places, term.exact))


def negative(term: NumberTerm) -> NumberTerm:
    """Minus a number."""
    low = None if term.high is None else -term.high
    high = None if term.low is None else -term.low
    number = -term.number
    if z3.is_int_value(term.number):
        number = z3.IntVal(-term.number.as_long())
    return NumberTerm(term.known, number, low, high, term.places, term.exact)


def extreme(parts: Sequence[NumberTerm], *, least: bool) -> NumberTerm:
    """The least or greatest of several numbers; not known unless all are."""
    result = parts[0]
    for part in parts[1:]:
        result = _better(result, part, least=least)
    return result


def _better(left: NumberTerm, right: NumberTerm, *, least: bool) -> NumberTerm:
    first, second = alike(left.number, right.number)
    number = pick(first <= second if least else first >= second, first, second)
    lows, highs = (left.low, right.low), (left.high, right.high)
    low: Bound
    high: Bound
    if least:
        low = None if None in lows else min(one for one in lows if one is not None)
        high = min((one for one in highs if one is not None), default=None)
    else:
        low = max((one for one in lows if one is not None), default=None)
        high = None if None in highs else max(one for one in highs if one is not None)
    places = None if left.places is None or right.places is None else max(left.places, right.places)
    return NumberTerm(
        both(left.known, right.known), number, low, high, places, left.exact and right.exact
    )


def how_many(parts: Sequence[z3.BoolRef]) -> NumberTerm:
    """How many of some formulas hold."""
    certain = sum(is_true(part) for part in parts)
    open_ = [part for part in parts if not is_true(part) and not is_true(neg(part))]
    number = z3.IntVal(certain)
    if open_:
        ones = [z3.If(part, 1, 0) for part in open_]
        number = z3.Sum(*ones, number) if certain or len(ones) > 1 else ones[0]
    return NumberTerm(TRUE, number, certain, certain + len(open_))


def _digits(term: NumberTerm) -> int | float:
    """How many digits a number can have."""
    if term.places is None:
        return float("inf")
    if term.low is None or term.high is None:
        return _WHOLE_DIGITS + term.places
    largest = min(max(abs(Fraction(term.low)), abs(Fraction(term.high))), Fraction(LARGEST))
    return len(str(int(largest))) + term.places


def _plus(left: Bound, right: Bound) -> Bound:
    return None if left is None or right is None else left + right


def _scaled(bound: Bound, factor: Fraction) -> Bound:
    return None if bound is None else bound * factor


def _product_bounds(left: NumberTerm, right: NumberTerm) -> tuple[Bound, Bound]:
    if left.low is None or left.high is None or right.low is None or right.high is None:
        return None, None
    corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    return min(corners), max(corners)
