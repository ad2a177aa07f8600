"""Random values and expressions, drawn from a `random.Random` (see `tests.strategies`)."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random
from typing import Any, NamedTuple

from instrument.conditions import nodes as n
from instrument.models import Kind
from instrument.source import Source
from instrument.values import Duration, PartialDate

HERE = Source("random.yaml", 1, 1)
MODES = ("interview", "record")
REASONS = ("not_sure", "declined")
CHOICES = ("a", "b", "c")
NUMBERS = (-1, 0, 1, 2, 3)
LARGE = (2**63 - 1, -(2**63))
DECIMALS = tuple(map(Decimal, ("0.5", "1", "1.0", "2.5")))
DATES = tuple(
    map(PartialDate.parse, ("2019", "2019-02", "2020-02-29", "2019-02-28", "2020", "2021-02-28"))
)
TIMES = (datetime.time(9), datetime.time(14, 30))
DURATIONS = tuple(
    map(Duration.parse, ("0 minutes", "60 minutes", "1 hours", "1.5 hours", "2 days", "1 months"))
)
WORDS = ("x", "yy")
ROUNDED = tuple(map(Decimal, ("1.25", "-2.5", "2.675")))
BETWEEN = (n.Function.YEARS_BETWEEN, n.Function.MONTHS_BETWEEN, n.Function.DAYS_BETWEEN)
NUMERIC = (
    *(n.Function.TAKEN, n.Function.LENGTH, n.Function.ROUND, n.Function.SUM, n.Function.MIN),
)
TYPES = {
    Kind.YES_NO: n.Type.CHOICE,
    Kind.ONE_OF: n.Type.CHOICE,
    Kind.ANY_OF: n.Type.CHOICES,
    Kind.INTEGER: n.Type.NUMBER,
    Kind.DECIMAL: n.Type.NUMBER,
    Kind.DATE: n.Type.DATE,
    Kind.TIME: n.Type.TIME,
    Kind.DURATION: n.Type.DURATION,
    Kind.TEXT: n.Type.TEXT,
    Kind.LONG_TEXT: n.Type.TEXT,
}


class Known(NamedTuple):
    """An item that an expression can read."""

    name: str
    kind: Kind | None
    """None for statements."""

    @property
    def node(self) -> n.Item:
        """The item as part of a tree."""
        assert self.kind is not None
        return n.Item(self.name, TYPES[self.kind])


class RosterKnown(NamedTuple):
    """A roster that an expression can look over."""

    name: str
    items: tuple[Known, ...]


@dataclass(frozen=True)
class View:
    """What can be read from one place."""

    items: tuple[Known, ...] = ()
    rosters: tuple[RosterKnown, ...] = ()
    row: bool = False

    def of(self, *kinds: Kind) -> list[Known]:
        """The items of some kinds."""
        return [item for item in self.items if item.kind in kinds]


def random_value(rng: Random, kind: Kind) -> Any:
    """A value of a kind."""
    match kind:
        case Kind.YES_NO:
            return rng.choice(("yes", "yes", "no"))
        case Kind.ONE_OF:
            return rng.choice(CHOICES)
        case Kind.ANY_OF:
            return tuple(choice for choice in CHOICES if rng.random() < 0.5)
        case Kind.INTEGER:
            return rng.choice(LARGE if rng.random() < 0.03 else NUMBERS)
        case Kind.DECIMAL:
            return rng.choice(DECIMALS)
        case Kind.DATE:
            return rng.choice(DATES)
        case Kind.TIME:
            return rng.choice(TIMES)
        case Kind.DURATION:
            return rng.choice(DURATIONS)
        case _:
            return rng.choice(WORDS)


# --- expressions ----------------------------------------------------------------------------------


Maker = Callable[[Random, View, int], n.Node]


def picked(rng: Random, view: View, depth: int, make: Maker) -> n.Node:
    """A value as `first` or `if` pick it."""
    values = tuple(make(rng, view, depth) for _ in range(2))
    if rng.random() < 0.5:
        return n.Apply(n.Function.FIRST, values)
    return n.Apply(n.Function.IF, (condition(rng, view, depth), *values))


def extreme(rng: Random, view: View, depth: int, make: Maker) -> n.Node:
    """The least or greatest of several values."""
    values = tuple(make(rng, view, depth) for _ in range(rng.choice((2, 2, 3))))
    return n.Apply(rng.choice((n.Function.MIN, n.Function.MAX)), values)


def number(rng: Random, view: View, depth: int) -> n.Node:
    """An expression that comes to a number."""
    items = view.of(Kind.INTEGER, Kind.DECIMAL)
    forms = ["literal"]
    if items:
        forms += ["item"] * 4
    if view.row:
        forms.append("row")
    if depth:
        forms += ["arithmetic", "arithmetic", "negate", "count", "function", "function", "pick"]
        forms += ["rows"] * (4 * bool(view.rosters))
    match rng.choice(forms):
        case "item":
            return rng.choice(items).node
        case "row":
            return n.Item(n.ROW, n.Type.NUMBER)
        case "arithmetic":
            sign = rng.choice(tuple(n.Operator))
            return n.Arithmetic(sign, number(rng, view, depth - 1), number(rng, view, depth - 1))
        case "negate":
            part = number(rng, view, depth - 1)
            # What an author types before a number is its sign, and no operator.
            return part if isinstance(part, n.Literal) else n.Negate(part)
        case "count":
            return n.CountTrue(tuple(condition(rng, view, depth - 1) for _ in range(2)))
        case "pick":
            return picked(rng, view, depth - 1, number)
        case "function":
            return function_of(rng, view, depth - 1)
        case "rows":
            roster = rng.choice(view.rosters)
            inner = replace(view, items=view.items + roster.items, row=True)
            function = rng.choice([one for one in n.RosterFunction if one not in ("any", "all")])
            value = None if function == "count" else number(rng, inner, depth - 1)
            where = condition(rng, inner, depth - 1) if rng.random() < 0.6 else None
            return n.OverRows(function, roster.name, value, where)
        case _:
            return n.Literal(rng.choice(NUMBERS + ROUNDED), n.Type.NUMBER)


def function_of(rng: Random, view: View, depth: int) -> n.Node:
    """A function on values that comes to a number."""
    taken, texts = view.of(Kind.ANY_OF), view.of(Kind.TEXT)
    function = rng.choice((*BETWEEN, n.Function.YEAR, n.Function.MONTH, *NUMERIC, None))
    if function is None:
        return n.Amount(duration(rng, view, depth), rng.choice(("minutes", "hours", "weeks")))
    match function:
        case n.Function.TAKEN if taken:
            return n.Apply(function, (rng.choice(taken).node,))
        case n.Function.LENGTH if texts:
            return n.Apply(function, (rng.choice(texts).node,))
        case n.Function.YEAR | n.Function.MONTH:
            return n.Apply(function, (date(rng, view, depth),))
        case n.Function.ROUND:
            places = (n.Literal(rng.choice((0, 1, 2)), n.Type.NUMBER),) * rng.randint(0, 1)
            return n.Apply(function, (number(rng, view, depth), *places))
        case n.Function.SUM:
            return n.Apply(function, tuple(number(rng, view, depth) for _ in range(2)))
        case n.Function.MIN:
            return extreme(rng, view, depth, number)
        case n.Function.TAKEN | n.Function.LENGTH:
            return n.Literal(rng.choice(NUMBERS), n.Type.NUMBER)
        case _:
            return n.Apply(function, (date(rng, view, depth), date(rng, view, depth)))


def date(rng: Random, view: View, depth: int) -> n.Node:
    """An expression that comes to a date."""
    dates, roll = view.of(Kind.DATE), rng.random()
    if depth > 0 and roll < 0.15:
        return rng.choice((picked, extreme))(rng, view, depth - 1, date)
    if roll < 0.3:
        return n.Item(n.INTERVIEW_DATE, n.Type.DATE)
    if dates and roll < 0.7:
        return rng.choice(dates).node
    return n.Literal(rng.choice(DATES), n.Type.DATE)


def duration(rng: Random, view: View, depth: int) -> n.Node:
    """An expression that comes to a duration."""
    durations, roll = view.of(Kind.DURATION), rng.random()
    if depth > 0 and roll < 0.15:
        return rng.choice((picked, extreme))(rng, view, depth - 1, duration)
    if durations and roll < 0.6:
        return rng.choice(durations).node
    return n.Literal(rng.choice(DURATIONS), n.Type.DURATION)


def choice(rng: Random, view: View, depth: int) -> n.Node:
    """An expression that comes to one of `CHOICES`; it always holds an item that has them."""
    item = rng.choice(view.of(Kind.ONE_OF)).node
    if depth <= 0 or rng.random() < 0.75:
        return item
    other = n.Literal(rng.choice(CHOICES), n.Type.CHOICE)
    if rng.random() < 0.5:
        return n.Apply(n.Function.FIRST, (item, other))
    return n.Apply(n.Function.IF, (condition(rng, view, depth - 1), other, item))


def condition(rng: Random, view: View, depth: int) -> n.Node:
    """An expression that comes to yes or no."""
    roll = rng.random()
    if depth and roll < 0.45:
        if roll < 0.1:
            return n.Not(condition(rng, view, depth - 1))
        if roll < 0.14:
            three = tuple(condition(rng, view, depth - 1) for _ in range(3))
            return n.Apply(n.Function.IF, three)
        parts = tuple(condition(rng, view, depth - 1) for _ in range(rng.choice((2, 2, 3))))
        return n.And(parts) if roll < 0.28 else n.Or(parts)
    if depth and view.rosters and roll < 0.6:
        roster = rng.choice(view.rosters)
        inner = replace(view, items=view.items + roster.items, row=True)
        function = rng.choice((n.RosterFunction.ANY, n.RosterFunction.ALL))
        return n.OverRows(function, roster.name, None, condition(rng, inner, depth - 1))
    if not view.items or roll > 0.93:
        sign = rng.choice(tuple(n.Comparison))
        shallow = max(0, depth - 1)
        return n.Compare(sign, number(rng, view, shallow), number(rng, view, shallow))
    return about(rng, view, rng.choice(view.items), depth)


def about(rng: Random, view: View, item: Known, depth: int) -> n.Node:
    """A condition on one item."""
    kind = item.kind
    if kind is None or rng.random() < 0.12:
        return status_test(rng, item)
    node, literal = item.node, n.Literal
    sign = rng.choice(tuple(n.Comparison))
    equality = rng.choice((n.Comparison.EQ, n.Comparison.NE))
    match kind:
        case Kind.YES_NO:
            if rng.random() < 0.5:
                return n.IsYes(node)
            return n.Compare(equality, node, literal(rng.choice(("yes", "no")), n.Type.CHOICE))
        case Kind.ANY_OF:
            return n.Has(node, rng.choice(CHOICES))
        case Kind.INTEGER | Kind.DECIMAL:
            return n.Compare(sign, node, number(rng, view, max(0, depth - 1)))
        case Kind.DATE:
            if rng.random() < 0.25:
                options = tuple(literal(rng.choice(DATES), n.Type.DATE) for _ in range(2))
                return n.In(node, options, negated=rng.random() < 0.5)
            return n.Compare(sign, node, date(rng, view, depth - 1))
        case Kind.TIME:
            times = [literal(time, n.Type.TIME) for time in TIMES]
            others = [one.node for one in view.of(Kind.TIME)]
            right = rng.choice(times) if rng.random() < 0.5 else rng.choice(others)
            return n.Compare(sign, node, right)
        case Kind.DURATION:
            return n.Compare(sign, node, duration(rng, view, depth - 1))
        case Kind.ONE_OF:
            return among(rng, choice(rng, view, depth - 1), CHOICES)
        case _:
            return among(rng, node, WORDS)


def among(rng: Random, node: n.Node, words: tuple[str, ...]) -> n.Node:
    """A choice or a text compared with one word or several."""
    type_ = n.type_of(node)
    if rng.random() < 0.4:
        options = tuple(n.Literal(word, type_) for word in rng.sample(words, 2))
        return n.In(node, options, negated=rng.random() < 0.5)
    sign = rng.choice((n.Comparison.EQ, n.Comparison.NE))
    return n.Compare(sign, node, n.Literal(rng.choice(words), type_))


def status_test(rng: Random, item: Known) -> n.Node:
    """`answered(x)` and its sisters."""
    function = rng.choice(tuple(n.StatusFunction))
    if function is n.StatusFunction.MISSING and rng.random() < 0.5:
        return n.StatusTest(function, item.name, rng.choice(REASONS))
    return n.StatusTest(function, item.name)
