"""Small mistakes in single rules of the encoding, each to be noticed by what compares it."""

import z3

from instrument.conditions.nodes import Compare
from skips.proof import dates, encode, numbers, over_rows, slots
from skips.proof.terms import DateTerm, NumberTerm, alike
from skips.proof.three import Three, both, conj, disj, either, known


def _ends_are_first_days(date: DateTerm) -> dates.Day:
    return dates.first_day(date)


def _unknown_as_no(parts: list[Three]) -> Three:
    parts = list(parts)
    yes = disj(part.yes for part in parts)
    return Three(yes, z3.Not(yes))


def _all_but_unsettled(settled: z3.BoolRef, rows: list[over_rows.RowTerms]) -> Three:
    return Three(
        conj(either(row.asked.no, row.taken) for row in rows),
        both(settled, disj(both(row.asked.yes, row.wanted.no) for row in rows)),
    )


def _count_of_known(settled: z3.BoolRef, rows: list[over_rows.RowTerms]) -> NumberTerm:
    count = numbers.how_many([row.taken for row in rows])
    return NumberTerm(settled, count.number, count.low, count.high)


def _half_up(self: numbers.Arithmetic, term: NumberTerm, places: int) -> NumberTerm:
    if term.number.is_int():
        return term
    scale = 10**places
    nearest = z3.ToInt(term.number * scale + z3.RealVal("1/2"))
    return NumberTerm(term.known, z3.ToReal(nearest) / scale, None, None, places)


def _without_bounds(term: NumberTerm) -> NumberTerm:
    return term


def _plain_difference(earlier: dates.Day, later: dates.Day) -> z3.ArithRef:
    return later[0] - earlier[0]


def _never_known_before_all(self: encode.Encoder, node: Compare) -> Three:
    left, right = self.value(node.left), self.value(node.right)
    if isinstance(left, NumberTerm) and isinstance(right, NumberTerm):
        first, second = alike(left.number, right.number)
        return known(left.known, first <= second)
    return Three(z3.BoolVal(False), z3.BoolVal(False))


FAULTS: dict[str, tuple[int, object, str, object]] = {
    "the last day of a date is its first": (6, dates, "last_day", _ends_are_first_days),
    "or comes to no where it is unknown": (5, encode, "any_of", _unknown_as_no),
    "all rows, though it is not settled how many": (711, over_rows, "all_rows", _all_but_unsettled),
    "rows are counted though one is unknown": (87, over_rows, "count_rows", _count_of_known),
    "negative halves are rounded up": (109, numbers.Arithmetic, "rounded", _half_up),
    "numbers of any size": (274, numbers, "bounded", _without_bounds),
    "years without a look at the day": (33, dates, "_completed_years", _plain_difference),
    "comparisons are all at most": (0, encode.Encoder, "_compare", _never_known_before_all),
    "a closed gate leaves what is behind it open": (
        0,
        slots,
        "all_of",
        lambda parts: list(parts)[-1],
    ),
}
"""By what is wrong: a seed near which it shows, the module or class, the name, and the fault."""
