"""Random values and expressions, drawn from a `random.Random` (see `tests.strategies`)."""

import datetime
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
WORDS = ("x", "y")
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


def number(rng: Random, view: View, depth: int) -> n.Node:
    """An expression that comes to a number."""
    items = view.of(Kind.INTEGER, Kind.DECIMAL)
    dates = view.of(Kind.DATE)
    forms = ["literal"]
    if items:
        forms += ["item"] * 4
    if view.row:
        forms.append("row")
    if depth:
        forms += ["arithmetic", "negate", "count"]
        forms += ["rows"] * (3 * bool(view.rosters))
        forms += ["years"] * bool(dates)
    match rng.choice(forms):
        case "item":
            return rng.choice(items).node
        case "row":
            return n.Item(n.ROW, n.Type.NUMBER)
        case "arithmetic":
            sign = rng.choice(tuple(n.Operator))
            return n.Arithmetic(sign, number(rng, view, depth - 1), number(rng, view, depth - 1))
        case "negate":
            return n.Negate(number(rng, view, depth - 1))
        case "count":
            return n.CountTrue(tuple(condition(rng, view, depth - 1) for _ in range(2)))
        case "years":
            return n.YearsBetween(date(rng, dates), date(rng, dates))
        case "rows":
            roster = rng.choice(view.rosters)
            inner = replace(view, items=view.items + roster.items, row=True)
            function = rng.choice([one for one in n.RosterFunction if one not in ("any", "all")])
            value = None if function == "count" else number(rng, inner, depth - 1)
            where = condition(rng, inner, depth - 1) if rng.random() < 0.6 else None
            return n.OverRows(function, roster.name, value, where)
        case _:
            return n.Literal(rng.choice(NUMBERS), n.Type.NUMBER)


def date(rng: Random, dates: list[Known]) -> n.Node:
    """An expression that comes to a date."""
    if rng.random() < 0.6:
        return rng.choice(dates).node
    return n.Literal(rng.choice(DATES), n.Type.DATE)


def duration(rng: Random, durations: list[Known]) -> n.Node:
    """An expression that comes to a duration."""
    if durations and rng.random() < 0.5:
        return rng.choice(durations).node
    return n.Literal(rng.choice(DURATIONS), n.Type.DURATION)


def condition(rng: Random, view: View, depth: int) -> n.Node:
    """An expression that comes to yes or no."""
    roll = rng.random()
    if depth and roll < 0.45:
        if roll < 0.1:
            return n.Not(condition(rng, view, depth - 1))
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
            return n.Compare(sign, node, date(rng, view.of(Kind.DATE)))
        case Kind.TIME:
            if rng.random() < 0.5:
                return n.Compare(sign, node, literal(rng.choice(TIMES), n.Type.TIME))
            return n.Compare(sign, node, rng.choice(view.of(Kind.TIME)).node)
        case Kind.DURATION:
            return n.Compare(sign, node, duration(rng, view.of(Kind.DURATION)))
        case _:
            words = CHOICES if kind is Kind.ONE_OF else WORDS
            type_ = TYPES[kind]
            if rng.random() < 0.4:
                options = tuple(literal(word, type_) for word in rng.sample(words, 2))
                return n.In(node, options, negated=rng.random() < 0.5)
            return n.Compare(equality, node, literal(rng.choice(words), type_))


def status_test(rng: Random, item: Known) -> n.Node:
    """`answered(x)` and its sisters."""
    function = rng.choice(tuple(n.StatusFunction))
    if function is n.StatusFunction.MISSING and rng.random() < 0.5:
        return n.StatusTest(function, item.name, rng.choice(REASONS))
    return n.StatusTest(function, item.name)
