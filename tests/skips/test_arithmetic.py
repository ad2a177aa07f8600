"""Dates known in part, against the days that they can be; numbers within 64 bits."""

import datetime
import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from instrument.conditions.nodes import Comparison
from instrument.values import PartialDate
from skips.arithmetic import (
    LARGEST,
    add,
    bounded,
    compare_dates,
    divide,
    multiply,
    subtract,
    whole,
    years_between,
)
from skips.truth import NO, UNKNOWN, YES
from tests import naive_values

HOLDS: dict[Comparison, Callable[[Any, Any], bool]] = {
    Comparison.LT: operator.lt,
    Comparison.LE: operator.le,
    Comparison.GT: operator.gt,
    Comparison.GE: operator.ge,
    Comparison.EQ: operator.eq,
    Comparison.NE: operator.ne,
}
ONE_DAY = datetime.timedelta(days=1)


@st.composite
def partial_dates(draw: st.DrawFn) -> PartialDate:
    day = draw(st.dates(datetime.date(1999, 12, 1), datetime.date(2001, 3, 2)))
    return PartialDate(*(day.year, day.month, day.day)[: draw(st.integers(1, 3))])


def telling(mine: PartialDate, other: PartialDate) -> set[datetime.date]:
    """Days of a date that are enough to tell: its ends, and those around the ends of another."""
    steps = (-ONE_DAY, 0 * ONE_DAY, ONE_DAY)
    near = {day + step for day in (other.first, other.last) for step in steps}
    return {mine.first, mine.last} | {day for day in near if mine.first <= day <= mine.last}


@given(partial_dates(), partial_dates(), st.sampled_from(Comparison))
def test_a_comparison_of_dates_is_what_all_their_days_agree_on(
    left: PartialDate, right: PartialDate, sign: Comparison
) -> None:
    found = {HOLDS[sign](a, b) for a in telling(left, right) for b in telling(right, left)}
    expected = UNKNOWN if len(found) == 2 else (YES if found == {True} else NO)
    assert compare_dates(sign, left, right) == expected


@given(partial_dates(), partial_dates())
def test_years_between_is_known_when_all_days_agree(
    earlier: PartialDate, later: PartialDate
) -> None:
    firsts = [*list(naive_values.days(earlier))[::13], earlier.last]
    lasts = [*list(naive_values.days(later))[::17], later.last]
    found = {naive_values.years_between(a, b) for a in firsts for b in lasts}
    if years_between(earlier, later) is None:
        assert len(found) > 1
    else:
        assert found == {years_between(earlier, later)}


def test_whole_numbers_stay_whole_and_exact() -> None:
    assert repr(divide(6, 3)) == "2"
    assert divide(1, 4) == Decimal("0.25")
    assert add(LARGEST - 1, 1) == LARGEST
    assert repr(multiply(3037000499, 3037000499)) == "9223372030926249001"
    assert subtract(Decimal("0.3"), Decimal("0.1")) == Decimal("0.2")


def test_what_leaves_64_bits_is_not_known() -> None:
    assert add(LARGEST, 1) is None
    assert multiply(LARGEST, 2) is None
    assert divide(1, 0) is None
    assert divide(Decimal(1), Decimal("0.0")) is None
    assert bounded(Decimal("NaN")) is None
    assert bounded(Decimal("Infinity")) is None


def test_halves_are_rounded_away_from_zero() -> None:
    assert [whole(Decimal(text)) for text in ("0.5", "1.5", "-0.5", "2.4")] == [1, 2, -1, 2]
