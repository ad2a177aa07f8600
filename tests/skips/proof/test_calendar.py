"""The calendar as formulas: every day has the number that Python gives it, near and far."""

import calendar
import datetime

import pytest
import z3

from instrument.conditions.nodes import Function
from instrument.values import Instance, PartialDate
from skips.proof import dates
from skips.proof.prover import Prover
from skips.proof.verdict import Verdict
from skips.proof.witness import replay
from skips.proof.world import World
from tests.scenario import inline_instrument

NEAR = (1901, 1904, 1999, 2000, 2001, 2024, 2099)
FAR = (1, 4, 100, 400, 1900, 2100, 2400, 9999)
ENDS = ((1, 1), (1, 31), (2, 28), (3, 1), (7, 15), (12, 31))


def days(years: tuple[int, ...]) -> list[datetime.date]:
    """The days of some years next to which something changes."""
    return [datetime.date(year, *end) for year in years for end in ENDS]


DAY: dates.Day = z3.Int("year"), z3.Int("month"), z3.Int("day")
"""A day in variables, so that nothing is worked out beforehand."""


def number(term: z3.ExprRef, date: datetime.date) -> int:
    """What a formula in year, month and day comes to."""
    parts = zip(DAY, (date.year, date.month, date.day), strict=True)
    found = z3.simplify(z3.substitute(term, *((name, z3.IntVal(value)) for name, value in parts)))
    return int(found.as_long())


@pytest.mark.parametrize(("years", "near"), [(NEAR, True), (NEAR, False), (FAR, False)])
def test_a_day_has_its_number(years: tuple[int, ...], near: bool) -> None:
    for date in days(years):
        year, month, _ = DAY
        assert number(dates.ordinal(DAY, near=near), date) == date.toordinal()
        _, length = calendar.monthrange(date.year, date.month)
        assert number(dates.days_in_month(year, month, near=near), date) == length


def test_the_short_rule_is_kept_to_years_it_holds_of() -> None:
    first, last = PartialDate(1901), PartialDate(2099, 12, 31)
    assert dates.is_near(first, last)
    for low, high in (
        (PartialDate(1900, 12, 31), last),
        (first, PartialDate(2100)),
        (None, last),
        (first, None),
    ):
        assert not dates.is_near(low, high)
    # In 1900 and 2100 it would have been wrong.
    for date in (datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)):
        assert number(dates.ordinal(DAY, near=True), date) != date.toordinal()


def test_what_lies_between_has_the_sign_of_the_order() -> None:
    some = [
        PartialDate(*one) for one in ((2020, 2, 29), (2020, 3, 1), (2021, 2, 28), (2024, 2, 29))
    ]
    for earlier in some:
        for later in some:
            terms = dates.constant(earlier), dates.constant(later)
            found = {
                function: int(z3.simplify(dates.between(function, *terms).number).as_long())
                for function in (Function.DAYS_BETWEEN, Function.YEARS_BETWEEN)
            }
            apart = _day(later) - _day(earlier)
            assert found[Function.DAYS_BETWEEN] == apart.days
            turned = (later.month, later.day) < (earlier.month, earlier.day)
            assert found[Function.YEARS_BETWEEN] == later.year - earlier.year - turned


def _day(date: PartialDate) -> datetime.date:
    assert date.month
    assert date.day
    return datetime.date(date.year, date.month, date.day)


JOURNEY = """
- {{question: left_on, kind: date, range: {range}}}
- {{question: back_on, kind: date, range: {range}, checks: [{{hard: "{check}", say: Turned.}}]}}
- {{compute: away, kind: integer, as: "days_between(left_on, back_on)"}}
- {{compute: claim, as: "{claim}"}}
"""
JOURNEYS = [
    ("back_on >= left_on", "away < 0", Verdict.IMPOSSIBLE),
    ("back_on >= left_on", "away == 366 and year(left_on) == 2024", Verdict.POSSIBLE),
    ("back_on <= left_on", "away >= 1", Verdict.IMPOSSIBLE),
    ("back_on <= left_on", "away == 0 or away == -60", Verdict.POSSIBLE),
]


@pytest.mark.parametrize(("check", "claim", "verdict"), JOURNEYS)
def test_two_dates_and_what_lies_between_take_few_steps(
    check: str, claim: str, verdict: Verdict
) -> None:
    text = JOURNEY.format(range="2020-01-01..2026-12-31", check=check, claim=claim)
    world = World(inline_instrument(text), "interview")
    slot = world.program.slot(Instance("claim"))
    prover = Prover(world, seconds=1.0)
    found = prover.ask(world.takes(slot, "yes"), before=slot, about=[slot])
    assert found.verdict is verdict
    if found.witness is not None:
        route = replay(world.program, found.witness, until=slot)
        assert route.counted(Instance("claim")) == "yes"
