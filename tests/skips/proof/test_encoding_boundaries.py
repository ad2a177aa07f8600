"""The solver finds the edge of every function and comparison: one case on it, none beyond it.

Each row is a small questionnaire and two conditions on it. A case must be found for the first, and
lead the engine to the same; for the second, which lies just beyond, there must be none.
"""

import pytest

from instrument.values import Instance
from skips.proof.prover import Prover
from skips.proof.verdict import Verdict
from skips.proof.witness import replay
from skips.proof.world import World
from tests.scenario import inline_instrument

BORN = "- {question: born, kind: date, range: 1990-01-01..2029-12-31, no_missing: all}"
TWO_DATES = """
- {question: begin, kind: date, range: 2020-01-01..2021-12-31, no_missing: all}
- {question: end, kind: date, range: 2020-01-01..2021-12-31, no_missing: all,
   checks: [{hard: "end >= begin", say: Turned around.}]}
"""
NUMBERS = """
- {question: a, kind: integer, range: 1..10, no_missing: all}
- {question: b, kind: integer, range: 1..10, no_missing: all}
"""
TIMES = """
- {question: up, kind: time, no_missing: all}
- {question: down, kind: time, no_missing: all, checks: [{hard: "down > up", say: Turned around.}]}
"""
LONG = """
- {question: long, kind: duration, units: [hours, days], range: 1 hour..3 days, no_missing: all}
"""
SHORT = """
- {question: minutes, kind: duration, units: [minutes], range: 0 minutes..200 minutes,
   no_missing: all}
"""
COLORS = """choices: [
  {name: red, label: Red, code: 1}, {name: green, label: Green, code: 2},
  {name: gray, label: Gray, code: 3}]"""
ONE = f"- {{question: color, kind: one_of, {COLORS}}}"
ANY = f"""
- {{question: colors, kind: any_of, at_least: 1, at_most: 2, {COLORS}, no_missing: all}}
"""
NAME = "- {question: name, kind: text, max_length: 20, no_missing: all}"
PRICE = "- {question: price, kind: decimal, range: 0..10, no_missing: all}"
PEOPLE = """
- roster: people
  at_most: 3
  items:
    - {question: age, kind: integer, range: 0..50, no_missing: all}
    - {question: works, kind: yes_no, ask_if: age >= 14, no_missing: all}
"""
SIZED = """
- {question: n, kind: integer, range: 0..9}
- roster: cars
  at_most: 3
  size: n
  items: [{question: doors, kind: integer, range: 2..5, no_missing: all}]
"""
OPTIONAL = "- {question: x, kind: integer, range: 0..5}"

EDGES = [
    # dates
    (
        BORN,
        "years_between(born, interview_date) == 59",
        "years_between(born, interview_date) == 60",
    ),
    (
        BORN,
        "months_between(born, interview_date) == 719",
        "months_between(born, interview_date) > 719",
    ),
    (TWO_DATES, "days_between(begin, end) == 730", "days_between(begin, end) > 730"),
    (TWO_DATES, "months_between(begin, end) == 23", "months_between(begin, end) == 24"),
    (TWO_DATES, "years_between(begin, end) == 1", "years_between(begin, end) == 2"),
    (
        TWO_DATES,
        "days_between(2020-02-28, begin) == 2 and begin == 2020-03-01",
        "days_between(2020-02-28, begin) == 1 and begin == 2020-03-01",
    ),
    (
        TWO_DATES,
        "days_between(2021-02-28, begin) == 1 and begin == 2021-03-01",
        "days_between(2021-02-28, begin) == 2 and begin == 2021-03-01",
    ),
    (BORN, "not answered(born) or year(born) == 1990", "year(born) == 1989"),
    (BORN, "month(born) == 12 and year(born) == 2029", "month(born) == 13"),
    (BORN, "born <= 1990-01-01", "born < 1990-01-01"),
    (BORN, "born >= 2029-12-31", "born > 2029-12-31"),
    (BORN, "born == 2020-02-29", "born == 2021-02-28 and month(born) != 2"),
    (BORN, "born in (2020-02-29, 1989)", "born in (1989, 1988-05)"),
    (BORN, "not (born > 2000-05)", "born > 2000-05 and born <= 2000-05-31"),
    (BORN, "min(born, interview_date) >= 2029-12-31", "min(born, interview_date) > 2029-12-31"),
    (BORN, "max(born, 2020-01-01) == 2020-01-01", "max(born, 2020-01-01) < 2020-01-01"),
    # numbers
    (NUMBERS, "a + b == 20", "a + b == 21"),
    (NUMBERS, "a - b == -9", "a - b == -10"),
    (NUMBERS, "a * b == 81", "a * b == 83"),
    (NUMBERS, "a / b == 2.5", "a / b == 10.5"),
    (NUMBERS, "-a == -10", "-a < -10"),
    (NUMBERS, "round(a / b) == 2 and a < 2 * b", "round(a / b) == 2 and a * 2 < 3 * b"),
    (NUMBERS, "round(a / 3, 1) == 0.7", "round(a / 3, 1) == 0.6"),
    (NUMBERS, "sum(a, b, 5) == 25", "sum(a, b, 5) == 26"),
    (NUMBERS, "min(a, b) == 10", "min(a, b) == 11"),
    (NUMBERS, "max(a, b, 3) == 3", "max(a, b, 3) == 2"),
    (NUMBERS, "if(a > 5, a, b) == 1", "if(a > 5, a, 6) < 6"),
    (NUMBERS, "count(a == 3, b == 3, a == b) == 3", "count(a == 3, b == 3, a == b) == 2"),
    (NUMBERS, "a != b", "a != b and a >= b and b >= a"),
    (NUMBERS, "a in (0, 10)", "a in (0, 11)"),
    (NUMBERS, "a not in (1, 2, 3, 4, 5, 6, 7, 8, 9)", "a not in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)"),
    (PRICE, "price * 4 == 1", "price * 4 == 41"),
    (PRICE, "round(price) == 3 and price < 3", "round(price) == 3 and price < 2.5"),
    (PRICE, "price == 0.01", "price == 10.01"),
    (
        "- {question: big, kind: integer, range: 0..999999999999999999, no_missing: all}",
        "big * 10 > 9223372036854775799",
        "big * 10 > 9223372036854775807",
    ),
    # times and durations
    (TIMES, 'up == "23:58"', 'up == "23:59"'),
    (TIMES, 'down <= "00:01"', 'down <= "00:00"'),
    (TIMES, 'min(up, down) >= "23:58"', 'max(up, down) < "00:01"'),
    (LONG, "amount(long, hours) == 72", "amount(long, hours) > 72"),
    (LONG, "amount(long, days) == 0.5", "amount(long, minutes) == 59"),
    (LONG, "long == 1.5 hours", "long < 60 minutes"),
    (LONG, "max(long, 2 days) == 48 hours", "max(long, 2 days) == 47 hours"),
    (SHORT, "amount(minutes, hours) == 1.5", "amount(minutes, hours) > 3.4"),
    (
        SHORT,
        "amount(minutes, hours) == 0.333333333",
        "amount(minutes, hours) == 0.333333333 and minutes > 21 minutes",
    ),
    # choices and texts
    (ONE, "color == red", "color == red and color == green"),
    (
        ONE,
        "color in (red, gray) and color != red",
        "color in (red, gray) and color not in (red, gray)",
    ),
    (
        ANY,
        "colors has red and colors has gray",
        "colors has red and colors has gray and colors has green",
    ),
    (ANY, "taken(colors) == 2", "taken(colors) == 3"),
    (NAME, "length(name) == 20", "length(name) == 21"),
    (NAME, 'name == "Alexis"', 'name == "Alexis" and length(name) == 7'),
    (NAME, 'name != "x" and length(name) == 1', 'name == "x" and length(name) == 2'),
    (NAME, 'name in ("aa", "bb")', 'name == "aaaaaaaaaaaaaaaaaaaaaaaa"'),
    # what is not known
    (OPTIONAL, "first(x, 9) == 9", "first(x, 9) == 8"),
    (OPTIONAL, "missing(x, not_sure)", "missing(x, not_sure) and missing(x, declined)"),
    (OPTIONAL, "missing(x) and not missing(x, not_sure)", "missing(x) and answered(x)"),
    (OPTIONAL, "asked(x) and not answered(x)", "not asked(x)"),
    (OPTIONAL, "answered(x) and not (x > 4) and x >= 4", "missing(x) and x == x"),
    # rows
    (PEOPLE, "count(people) == 3", "count(people) == 4"),
    (PEOPLE, "count(people where age >= 50) == 3", "count(people where age > 50) == 1"),
    (PEOPLE, "any(people where works and age == 14)", "any(people where works and age == 13)"),
    (
        PEOPLE,
        "all(people where age == 7) and count(people) == 2",
        "all(people where age == 7) and sum(people, age) == 8",
    ),
    (PEOPLE, "sum(people, age) == 150", "sum(people, age) == 151"),
    (PEOPLE, "min(people, age where works) == 14", "min(people, age where works) == 13"),
    (PEOPLE, "max(people, age) == 0", "max(people, age) < 0"),
    (
        PEOPLE,
        "count(people where age >= 14 and works) == 1 and any(people where age < 14)",
        "count(people where works) == 1 and any(people where age < 14)",
    ),
    (SIZED, "sum(cars, doors) == 15", "sum(cars, doors) == 16"),
    (SIZED, "count(cars) == 3 and n == 9", "count(cars) == 2 and n == 3"),
    (SIZED, "missing(n)", "missing(n) and count(cars) >= 0"),
]


@pytest.mark.parametrize(("items", "on_the_edge", "beyond"), EDGES)
def test_the_edge_is_found_and_nothing_beyond_it(items: str, on_the_edge: str, beyond: str) -> None:
    computed = f"""
- {{compute: on_the_edge, as: '{on_the_edge}'}}
- {{compute: beyond, as: '{beyond}'}}
"""
    world = World(inline_instrument(items + computed), "interview")
    program, prover = world.program, Prover(world)
    slot = program.slot(Instance("on_the_edge"))
    found = prover.ask(world.takes(slot, "yes"), before=slot, about=[slot])
    assert found.verdict is Verdict.POSSIBLE
    assert found.witness is not None
    route = replay(program, found.witness, until=slot)
    assert route.counted(Instance("on_the_edge")) == "yes", found.witness
    slot = program.slot(Instance("beyond"))
    assert (
        prover.ask(world.takes(slot, "yes"), before=slot, about=[slot]).verdict
        is Verdict.IMPOSSIBLE
    )
