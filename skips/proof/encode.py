"""Conditions and expressions to formulas, with the meaning that `skips.compile` gives them."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Final, Protocol

import z3

from instrument.conditions.nodes import (
    ROW,
    Amount,
    And,
    Apply,
    Arithmetic,
    Compare,
    Comparison,
    CountTrue,
    Function,
    Has,
    In,
    IsYes,
    Item,
    Literal,
    Negate,
    Node,
    Not,
    Or,
    OverRows,
    RosterFunction,
    StatusFunction,
    StatusTest,
    Type,
    type_of,
)
from instrument.values import SECONDS_OF_UNIT, Duration, PartialDate
from skips.errors import CompileError
from skips.places import Scope
from skips.proof import dates, numbers, over_rows, texts
from skips.proof.kinds_of_rows import Tally
from skips.proof.over_rows import RowTerms
from skips.proof.terms import (
    Bound,
    ChoicesTerm,
    ChoiceTerm,
    DateTerm,
    DurationTerm,
    NumberTerm,
    Term,
    TextTerm,
    TimeTerm,
    alike,
    equal,
    pick_term,
    where,
)
from skips.proof.three import (
    FALSE,
    TRUE,
    Three,
    all_of,
    any_of,
    both,
    certain,
    conj,
    disj,
    either,
    known,
    neg,
    negation,
)

_SIGNS: Final[dict[Comparison, Callable[[z3.ArithRef, z3.ArithRef], z3.BoolRef]]] = {
    Comparison.LT: lambda left, right: left < right,
    Comparison.LE: lambda left, right: left <= right,
    Comparison.GT: lambda left, right: left > right,
    Comparison.GE: lambda left, right: left >= right,
}
_AMOUNT_PLACES: Final = 9


class Looked(Protocol):
    """Where the formulas of what an expression reads come from."""

    def universe(self, slot: int) -> Three:
        """Whether a slot is on the route."""

    def counted(self, slot: int) -> Term:
        """The value of a slot that counts."""

    def missing(self, slot: int, reason: str | None = None) -> z3.BoolRef:
        """A missing reason, or any, counts in a slot."""

    def tallied(self, tally: Tally) -> None:
        """Take note of a count over rows."""


class Encoder:
    """Turns the expressions of one place into formulas."""

    def __init__(self, slots: Looked, scope: Scope, arithmetic: numbers.Arithmetic) -> None:
        self._slots = slots
        self._scope = scope
        self._arithmetic = arithmetic

    def truth(self, node: Node) -> Three:
        """A condition over all cases."""
        match node:
            case Not(part=part):
                return negation(self.truth(part))
            case And(parts=parts):
                return all_of(self.truth(part) for part in parts)
            case Or(parts=parts):
                return any_of(self.truth(part) for part in parts)
            case IsYes(item=item):
                return self._is_yes(item)
            case Compare():
                return self._compare(node)
            case In(left=left, options=options, negated=negated):
                among = self._among(self.value(left), options)
                return negation(among) if negated else among
            case Has(item=item, choice=choice):
                taken = self.value(item)
                assert isinstance(taken, ChoicesTerm)
                return known(taken.known, taken.has.get(choice, FALSE))
            case StatusTest():
                return certain(self._status(node))
            case OverRows(function=RosterFunction.ANY):
                return over_rows.any_row(*self._rows(node))
            case OverRows(function=RosterFunction.ALL):
                return over_rows.all_rows(*self._rows(node))
            case Item() | Literal() | Apply():
                return self._is_yes(node)
            case _:
                raise CompileError(f"'{node}' is not a condition")

    def value(self, node: Node) -> Term:
        """An expression over all cases."""
        match node:
            case Literal():
                return constant(node)
            case Item(name=name):
                if name == ROW:
                    return numbers.constant(self._scope.row)
                return self._slots.counted(self._scope.slot(name))
            case Arithmetic(operator=operator, left=left, right=right):
                return self._arithmetic.calculate(operator, self._number(left), self._number(right))
            case Negate(part=part):
                return numbers.bounded(numbers.negative(self._number(part)))
            case CountTrue(parts=parts):
                return self._count_true([self.truth(part) for part in parts])
            case Apply():
                return self._apply(node)
            case Amount(duration=duration, unit=unit):
                return self._amount(self.value(duration), unit)
            case OverRows() if type_of(node) is Type.NUMBER:
                return self._over_rows(node)
            case _:
                truth = self.truth(node)
                return ChoiceTerm(
                    either(truth.yes, truth.no), {"yes": truth.yes, "no": neg(truth.yes)}
                )

    # --- conditions ------------------------------------------------------------------------------

    def _is_yes(self, node: Node) -> Three:
        value = self.value(node)
        assert isinstance(value, ChoiceTerm)
        return known(value.known, value.is_("yes"))

    def _compare(self, node: Compare) -> Three:
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(left, DateTerm) and isinstance(right, DateTerm):
            return dates.compare(node.operator, left, right)
        both_known = both(left.known, right.known)
        settled = _by_bounds(node.operator, left, right)
        if settled is not None:
            return known(both_known, TRUE if settled else FALSE)
        match node.operator:
            case Comparison.EQ:
                return known(both_known, equal(left, right))
            case Comparison.NE:
                return known(both_known, neg(equal(left, right)))
            case sign:
                return known(both_known, _SIGNS[sign](*_measures(left, right)))

    def _among(self, value: Term, options: Sequence[Literal]) -> Three:
        if isinstance(value, DateTerm):
            found = []
            for option in options:
                date = constant(option)
                assert isinstance(date, DateTerm)
                found.append(dates.compare(Comparison.EQ, value, date))
            return any_of(found)
        return known(value.known, disj(equal(value, constant(option)) for option in options))

    def _status(self, node: StatusTest) -> z3.BoolRef:
        slot = self._scope.slot(node.item)
        match node.function:
            case StatusFunction.ASKED:
                return self._slots.universe(slot).yes
            case StatusFunction.ANSWERED:
                return self._slots.counted(slot).known
            case StatusFunction.MISSING:
                return self._slots.missing(slot, node.reason)

    # --- values ----------------------------------------------------------------------------------

    def _number(self, node: Node) -> NumberTerm:
        term = self.value(node)
        assert isinstance(term, NumberTerm)
        return term

    def _count_true(self, parts: Sequence[Three]) -> NumberTerm:
        count = numbers.how_many([part.yes for part in parts])
        settled = conj(either(part.yes, part.no) for part in parts)
        return NumberTerm(settled, count.number, count.low, count.high)

    def _apply(self, node: Apply) -> Term:
        if node.function is Function.IF:
            condition, held, otherwise = node.parts
            truth = self.truth(condition)
            picked = pick_term(truth.yes, self.value(held), self.value(otherwise))
            return where(either(truth.yes, truth.no), picked)
        parts = [self.value(part) for part in node.parts]
        if node.function is Function.FIRST:
            result = parts[-1]
            for part in reversed(parts[:-1]):
                result = pick_term(part.known, part, result)
            return result
        if node.function in (Function.MIN, Function.MAX):
            return _extreme(parts, least=node.function is Function.MIN)
        return self._plain(node, parts)

    def _plain(self, node: Apply, parts: Sequence[Term]) -> Term:
        """A function that is unknown as soon as one of its parts is."""
        match node.function, parts:
            case (
                Function.YEARS_BETWEEN | Function.MONTHS_BETWEEN | Function.DAYS_BETWEEN,
                [DateTerm() as earlier, DateTerm() as later],
            ):
                return dates.between(node.function, earlier, later)
            case Function.YEAR, [DateTerm() as date]:
                return NumberTerm(date.known, date.year, 1, datetime.MAXYEAR)
            case Function.MONTH, [DateTerm() as date]:
                return NumberTerm(both(date.known, date.has_month), date.month, 1, 12)
            case Function.TAKEN, [ChoicesTerm() as taken]:
                count = numbers.how_many(list(taken.has.values()))
                return NumberTerm(taken.known, count.number, count.low, count.high)
            case Function.LENGTH, [TextTerm() as text]:
                return NumberTerm(text.known, text.length, 0)
            case Function.SUM, _:
                return self._arithmetic.total([_is_number(part) for part in parts])
            case Function.ROUND, [NumberTerm() as number, *_]:
                return self._arithmetic.rounded(number, _places(node))
            case _:
                raise CompileError(f"'{node}' cannot be worked out")

    def _amount(self, duration: Term, unit: str) -> NumberTerm:
        """A duration as a number of a unit, to at most nine decimal places."""
        assert isinstance(duration, DurationTerm)
        length = SECONDS_OF_UNIT[unit]
        number = duration.seconds * z3.RealVal(str(Fraction(1, length)))
        term = NumberTerm(duration.known, number, 0, None, _AMOUNT_PLACES)
        if all(SECONDS_OF_UNIT[given] % length == 0 for given in duration.units):
            return numbers.bounded(term)
        scale = 10**_AMOUNT_PLACES
        nearest = z3.ToInt(number * scale + z3.RealVal("1/2"))
        rounded = z3.ToReal(nearest) * z3.RealVal(str(Fraction(1, scale)))
        # The engine rounds a half to the even digit, which takes a tenth place to matter.
        term = NumberTerm(duration.known, rounded, 0, None, _AMOUNT_PLACES, exact=False)
        return numbers.bounded(term)

    # --- rows ------------------------------------------------------------------------------------

    def _rows(self, node: OverRows) -> tuple[z3.BoolRef, list[RowTerms]]:
        """Whether it is settled how many rows there are, and what is looked at in each."""
        try:
            place = self._scope.places.rosters[node.roster]
        except KeyError:
            raise CompileError(f"'{node.roster}' is no roster that can be read here") from None
        universe = self._slots.universe(place.slot)
        settled = either(universe.no, self._slots.counted(place.slot).known)
        rows = []
        for number, gate in enumerate(place.gates, start=1):
            asked = self._slots.universe(gate)
            if asked.no.eq(TRUE):
                continue
            inner = Encoder(self._slots, self._scope.into(node.roster, number), self._arithmetic)
            wanted = None if node.where is None else inner.truth(node.where)
            value = None if node.value is None else inner._number(node.value)
            rows.append(RowTerms(asked, wanted, value))
        return settled, rows

    def _over_rows(self, node: OverRows) -> NumberTerm:
        settled, rows = self._rows(node)
        match node.function:
            case RosterFunction.COUNT:
                count = over_rows.count_rows(settled, rows)
                taken = tuple(row.taken for row in rows)
                self._slots.tallied(Tally(node.roster, count.number, taken))
                return count
            case RosterFunction.SUM:
                return over_rows.sum_rows(settled, rows, self._arithmetic)
            case _:
                least = node.function is RosterFunction.MIN
                return over_rows.extreme_of_rows(settled, rows, least=least)


def constant(literal: Literal) -> Term:
    """A constant of a condition."""
    match literal.value:
        case str() as word if literal.type is Type.CHOICE:
            return ChoiceTerm(TRUE, {word: TRUE})
        case str() as text:
            return texts.constant(text)
        case int() | Decimal() as number:
            return numbers.constant(number)
        case PartialDate() as date:
            return dates.constant(date)
        case datetime.time() as time:
            return TimeTerm(TRUE, z3.IntVal(time.hour * 60 + time.minute))
        case Duration() as duration:
            seconds = z3.RealVal(str(Fraction(duration.seconds)))
            return DurationTerm(TRUE, seconds, frozenset({duration.unit}))


def _by_bounds(sign: Comparison, left: Term, right: Term) -> bool | None:
    """How a comparison comes out wherever both numbers are known; None when that varies."""
    if not isinstance(left, NumberTerm) or not isinstance(right, NumberTerm):
        return None
    lows, highs = (left.low, right.low), (left.high, right.high)
    match sign:
        case Comparison.EQ | Comparison.NE:
            apart = _is_less(highs[0], lows[1]) or _is_less(highs[1], lows[0])
            return sign is Comparison.NE if apart else None
        case Comparison.LT:
            return _first_of(_is_less(highs[0], lows[1]), _is_at_most(highs[1], lows[0]))
        case Comparison.LE:
            return _first_of(_is_at_most(highs[0], lows[1]), _is_less(highs[1], lows[0]))
        case Comparison.GT:
            return _first_of(_is_less(highs[1], lows[0]), _is_at_most(highs[0], lows[1]))
        case Comparison.GE:
            return _first_of(_is_at_most(highs[1], lows[0]), _is_less(highs[0], lows[1]))


def _first_of(yes: bool, no: bool) -> bool | None:
    return True if yes else False if no else None


def _is_less(left: Bound, right: Bound) -> bool:
    return left is not None and right is not None and left < right


def _is_at_most(left: Bound, right: Bound) -> bool:
    return left is not None and right is not None and left <= right


def _measures(left: Term, right: Term) -> tuple[z3.ArithRef, z3.ArithRef]:
    """What two values are ordered by."""
    match left, right:
        case NumberTerm(), NumberTerm():
            return alike(left.number, right.number)
        case TimeTerm(), TimeTerm():
            return left.minute, right.minute
        case DurationTerm(), DurationTerm():
            return left.seconds, right.seconds
        case _:
            raise CompileError("values without an order are compared")


def _extreme(parts: Sequence[Term], *, least: bool) -> Term:
    """The least or greatest of several values; not known unless all are."""
    if isinstance(parts[0], DateTerm):
        days = [part for part in parts if isinstance(part, DateTerm)]
        return dates.extreme(days, Comparison.LE if least else Comparison.GE)
    if isinstance(parts[0], NumberTerm):
        return numbers.extreme([_is_number(part) for part in parts], least=least)
    result: Term = parts[0]
    for part in parts[1:]:
        first, second = _measures(result, part)
        all_known = both(result.known, part.known)
        better = first <= second if least else first >= second
        result = replace(pick_term(better, result, part), known=all_known)
    return result


def _is_number(term: Term) -> NumberTerm:
    assert isinstance(term, NumberTerm)
    return term


def _places(node: Apply) -> int:
    places = node.parts[1] if len(node.parts) > 1 else None
    return places.value if isinstance(places, Literal) and isinstance(places.value, int) else 0
