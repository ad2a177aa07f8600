"""Dates known in part, against the days that they can be; numbers within 64 bits."""

import datetime
import operator
from collections.abc import Callable
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instrument.conditions.nodes import Comparison
from instrument.values import Duration, PartialDate
from skips.arithmetic import (
    LARGEST,
    add,
    amount_in,
    bounded,
    compare_dates,
    days_between,
    divide,
    extreme_date,
    months_between,
    multiply,
    round_to,
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


@pytest.mark.parametrize(
    ("count", "literally"),
    [
        (years_between, naive_values.years_between),
        (months_between, naive_values.months_between),
        (days_between, naive_values.days_between),
    ],
    ids=["years", "months", "days"],
)
@settings(max_examples=60)
@given(partial_dates(), partial_dates())
def test_time_between_dates_is_known_when_all_days_agree(
    count: Callable[[PartialDate, PartialDate], int | None],
    literally: Callable[[datetime.date, datetime.date], int],
    earlier: PartialDate,
    later: PartialDate,
) -> None:
    firsts = [*sorted(naive_values.days(earlier))[::13], earlier.last]
    lasts = [*sorted(naive_values.days(later))[::17], later.last]
    found = {literally(a, b) for a in firsts for b in lasts}
    if count(earlier, later) is None:
        assert len(found) > 1
    else:
        assert found == {count(earlier, later)}


@given(
    st.decimals(-(10**15), 10**15, places=6) | st.integers(-(2**63), 2**63 - 1), st.integers(0, 9)
)
def test_rounding_takes_halves_away_from_zero(number: Decimal | int, places: int) -> None:
    assert round_to(number, places) == naive_values.rounded(number, places)


@given(st.lists(partial_dates(), min_size=1, max_size=3))
def test_the_least_date_is_so_on_all_days(dates: list[PartialDate]) -> None:
    assert extreme_date(dates, Comparison.LE) == naive_values.extreme("min", dates)
    assert extreme_date(dates, Comparison.GE) == naive_values.extreme("max", dates)


def test_what_leaves_64_bits_when_rounded_or_counted_is_not_known() -> None:
    assert round_to(Decimal(LARGEST) + Decimal("0.5"), 0) is None
    assert amount_in(Duration.parse("999999999999999 years"), "seconds") is None
    assert repr(amount_in(Duration.parse("90 minutes"), "seconds")) == "5400"


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


def test_calculating_goes_by_a_context_of_its_own() -> None:
    """Whoever sets the precision of decimal numbers for the process changes no answer."""
    third = Decimal("0.3333333333333333")
    with localcontext(prec=3):
        found = (add(third, 1), subtract(1, third), multiply(third, 3), divide(third, 2))
        rounded = round_to(Decimal("12345.678"), 1)
    assert [str(one) for one in found] == [
        *("1.3333333333333333", "0.6666666666666667"),
        *("0.9999999999999999", "0.16666666666666665"),
    ]
    assert str(divide(2, 3)) == "0.6666666666666666666666666667"
    assert str(rounded) == "12345.7"


def test_rounding_to_no_places_gives_a_whole_number_or_none() -> None:
    assert repr(round_to(Decimal("2.5"), 0)) == "3"
    assert repr(round_to(Decimal("2.25"), 1)) == "Decimal('2.3')"
    assert round_to(Decimal("NaN"), 0) is round_to(Decimal("Infinity"), 0) is None


def test_the_bounds_themselves_are_numbers() -> None:
    for number in (LARGEST, -LARGEST - 1, Decimal(LARGEST), Decimal(-LARGEST - 1)):
        assert bounded(number) == number
    for number in (LARGEST + 1, -LARGEST - 2, Decimal(LARGEST) + Decimal("0.1")):
        assert bounded(number) is None
    assert bounded(None) is None
    assert repr(divide(-7, 2)) == "Decimal('-3.5')"
