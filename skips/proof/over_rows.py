"""What can be said over the rows of a roster, over all cases (see `skips.over_rows`)."""

from collections.abc import Sequence
from typing import NamedTuple

import z3

from skips.proof import numbers
from skips.proof.terms import Bound, NumberTerm, alike
from skips.proof.three import YES, Three, both, conj, disj, either, neg, pick


class RowTerms(NamedTuple):
    """One possible row, with what is looked at in it."""

    asked: Three
    where: Three | None
    value: NumberTerm | None

    @property
    def wanted(self) -> Three:
        """The condition on the row."""
        return YES if self.where is None else self.where

    @property
    def taken(self) -> z3.BoolRef:
        """The row takes part."""
        return both(self.asked.yes, self.wanted.yes)

    @property
    def left_out(self) -> z3.BoolRef:
        """The row does not take part."""
        return either(self.asked.no, both(self.asked.yes, self.wanted.no))


def any_row(settled: z3.BoolRef, rows: Sequence[RowTerms]) -> Three:
    """`any(ROSTER where …)`"""
    return Three(
        both(settled, disj(row.taken for row in rows)),
        both(settled, conj(row.left_out for row in rows)),
    )


def all_rows(settled: z3.BoolRef, rows: Sequence[RowTerms]) -> Three:
    """`all(ROSTER where …)`"""
    return Three(
        both(settled, conj(either(row.asked.no, row.taken) for row in rows)),
        both(settled, disj(both(row.asked.yes, row.wanted.no) for row in rows)),
    )


def count_rows(settled: z3.BoolRef, rows: Sequence[RowTerms]) -> NumberTerm:
    """`count(ROSTER where …)`"""
    count = numbers.how_many([row.taken for row in rows])
    known = conj([settled, *(either(row.left_out, row.taken) for row in rows)])
    return NumberTerm(known, count.number, count.low, count.high)


def sum_rows(
    settled: z3.BoolRef, rows: Sequence[RowTerms], arithmetic: numbers.Arithmetic
) -> NumberTerm:
    """`sum(ROSTER, VALUE where …)`"""
    total = numbers.constant(0)
    for row in rows:
        assert row.value is not None
        value = row.value
        zero = z3.IntVal(0) if value.number.is_int() else z3.RealVal(0)
        part = NumberTerm(
            either(row.left_out, both(row.taken, value.known)),
            pick(row.taken, value.number, zero),
            None if value.low is None else min(value.low, 0),
            None if value.high is None else max(value.high, 0),
            value.places,
            value.exact,
        )
        total = arithmetic.add(total, part)
    return NumberTerm(
        both(settled, total.known), total.number, total.low, total.high, total.places, total.exact
    )


def extreme_of_rows(settled: z3.BoolRef, rows: Sequence[RowTerms], *, least: bool) -> NumberTerm:
    """`min(ROSTER, VALUE where …)` and `max(…)`; not known of no rows."""
    known = [settled]
    found: z3.BoolRef = z3.BoolVal(False)
    best: z3.ArithRef = z3.IntVal(0)
    exact = True
    places: int | None = 0
    for row in rows:
        assert row.value is not None
        value = row.value
        known.append(either(row.left_out, both(row.taken, value.known)))
        best, number = alike(best, value.number)
        better = number < best if least else number > best
        best = pick(both(row.taken, either(neg(found), better)), number, best)
        found = either(found, row.taken)
        exact = exact and value.exact
        places = None if places is None or value.places is None else max(places, value.places)
    return NumberTerm(conj([*known, found]), best, *_range(rows), places, exact)


def _range(rows: Sequence[RowTerms]) -> tuple[Bound, Bound]:
    values = [row.value for row in rows if row.value is not None]
    lows, highs = [value.low for value in values], [value.high for value in values]
    low = None if None in lows else min((one for one in lows if one is not None), default=0)
    high = None if None in highs else max((one for one in highs if one is not None), default=0)
    return low, high
