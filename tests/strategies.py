"""Random instruments and random things that happen to a case.

Everything is drawn from a `random.Random`, so that the same code serves Hypothesis (whose
`randoms()` can be shrunk) and long campaigns from a seed. Values come from small sets, so that
conditions meet.
"""

import datetime
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from hypothesis import strategies as st

from instrument.conditions import nodes as n
from instrument.models import (
    Branch,
    Check,
    Choice,
    Computed,
    Expression,
    Fill,
    Instrument,
    Item,
    Kind,
    Measure,
    MissingReason,
    Question,
    Roster,
    Section,
    Sensitivity,
    Statement,
    Text,
    Variable,
    Wording,
)
from instrument.source import Source
from instrument.values import READ, Answer, Instance, Missing, PartialDate

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
WORDS = ("x", "y")
TYPES = {
    Kind.YES_NO: n.Type.CHOICE,
    Kind.ONE_OF: n.Type.CHOICE,
    Kind.ANY_OF: n.Type.CHOICES,
    Kind.INTEGER: n.Type.NUMBER,
    Kind.DECIMAL: n.Type.NUMBER,
    Kind.DATE: n.Type.DATE,
    Kind.TIME: n.Type.TIME,
    Kind.TEXT: n.Type.TEXT,
    Kind.LONG_TEXT: n.Type.TEXT,
}
VARIABLE = Variable(
    source=HERE, label="label", measure=Measure.NOMINAL, sensitivity=Sensitivity.NONE
)


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


# --- instruments ----------------------------------------------------------------------------------


def expression(tree: n.Node) -> Expression:
    """A tree as the reader would hand it over."""
    return Expression(source=HERE, text=str(tree), tree=tree)


def text(words: str, *fills: Fill) -> Text:
    """A text that ends in fills."""
    return Text(source=HERE, raw=words, pieces=(words, *fills))


def choices(*names: str) -> tuple[Choice, ...]:
    """Choices with these names."""
    return tuple(
        Choice(source=HERE, name=name, code=code, label=name.upper())
        for code, name in enumerate(names)
    )


class Maker:
    """Makes one instrument, item by item."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.view = View()
        self.count = 0

    def instrument(self) -> Instrument:
        """An instrument of a few sections."""
        sections = tuple(self.section(f"s{at}") for at in range(self.rng.randint(1, 3)))
        return Instrument(
            source=HERE,
            name="random",
            title="Random",
            version="1",
            modes=MappingProxyType({mode: mode for mode in MODES}),
            record_modes=frozenset({"record"}),
            missing=tuple(
                MissingReason(
                    source=HERE, name=name, code=-at, label=name, key=f"f{at}", modes=MODES
                )
                for at, name in enumerate(REASONS, start=1)
            ),
            definitions=(),
            guides=(),
            sections=sections,
            summary=(),
            fingerprint="",
        )

    def section(self, name: str) -> Section:
        gate = self.universe(0.4)
        items = tuple(
            self.roster() if self.rng.random() < 0.2 else self.item()
            for _ in range(self.rng.randint(1, 5))
        )
        return Section(source=HERE, name=name, title=name, ask_if=gate, items=items)

    def roster(self) -> Roster:
        outside = self.view
        name = self.name("r")
        universe = self.universe(0.3)
        form = self.rng.choice(("open", "size", "rows"))
        size = expression(number(self.rng, outside, 1)) if form == "size" else None
        self.view = replace(outside, row=True)
        items = tuple(self.item() for _ in range(self.rng.randint(1, 3)))
        inner = self.view.items[len(outside.items) :]
        self.view = replace(outside, rosters=(*outside.rosters, RosterKnown(name, inner)))
        return Roster(
            source=HERE,
            name=name,
            ask_if=universe,
            modes=self.modes(),
            title=name,
            label=name,
            size=size,
            rows=2 if form == "rows" else None,
            at_most=self.rng.randint(1, 3),
            row_label=text("Row"),
            items=items,
        )

    def item(self) -> Question | Statement | Computed:
        roll = self.rng.random()
        universe = self.universe(0.5)
        if roll < 0.08:
            made = Statement(
                source=HERE,
                name=self.name("t"),
                ask_if=universe,
                modes=(modes := self.modes()),
                wordings=MappingProxyType({m: self.wording() for m in modes}),
            )
            self.know(Known(made.name, None))
            return made
        return self.computed(universe) if roll < 0.3 else self.question(universe)

    def question(self, universe: Expression | None) -> Question:
        kind = self.rng.choice(
            (Kind.YES_NO, Kind.ONE_OF, Kind.INTEGER, *(k for k in Kind if k != Kind.LONG_TEXT))
        )
        known = Known(self.name("q"), kind)
        self.know(known)
        modes = self.modes()
        return Question(
            source=HERE,
            name=known.name,
            ask_if=universe,
            modes=modes,
            kind=kind,
            choices=self.choices(kind),
            wordings=MappingProxyType({mode: self.wording() for mode in modes}),
            checks=tuple(self.check(known.name, at) for at in range(self.rng.choice((0, 0, 1, 2)))),
            variable=VARIABLE,
        )

    def computed(self, universe: Expression | None) -> Computed:
        rng, view = self.rng, self.view
        kind = rng.choice((Kind.YES_NO, Kind.YES_NO, Kind.INTEGER, Kind.DECIMAL, Kind.ONE_OF))
        branches: tuple[Branch, ...] = ()
        single = None
        if kind is Kind.ONE_OF or rng.random() < 0.3:
            whens: list[n.Node | None] = [condition(rng, view, 1) for _ in range(rng.randint(1, 2))]
            whens += [None] * rng.randint(0, 1)
            branches = tuple(
                Branch(
                    source=HERE,
                    when=None if when is None else expression(when),
                    value=expression(self.result(kind)),
                )
                for when in whens
            )
        else:
            single = expression(self.result(kind))
        known = Known(self.name("c"), kind)
        self.know(known)
        return Computed(
            source=HERE,
            name=known.name,
            ask_if=universe,
            modes=self.modes(),
            kind=kind,
            expression=single,
            branches=branches,
            choices=self.choices(kind),
            variable=VARIABLE,
        )

    def result(self, kind: Kind) -> n.Node:
        if kind is Kind.YES_NO:
            return condition(self.rng, self.view, 2)
        if kind is Kind.ONE_OF:
            items = self.view.of(Kind.ONE_OF)
            if items and self.rng.random() < 0.4:
                return self.rng.choice(items).node
            return n.Literal(self.rng.choice(CHOICES), n.Type.CHOICE)
        return number(self.rng, self.view, 2)

    def check(self, name: str, at: int) -> Check:
        readable = [item for item in self.view.items if item.kind is not None]
        fills = []
        if self.rng.random() < 0.5:
            tree = (
                self.rng.choice(readable).node
                if self.rng.random() < 0.7
                else number(self.rng, self.view, 1)
            )
            fallback = self.rng.choice((None, "someone"))
            fills.append(Fill(source=HERE, expression=expression(tree), fallback=fallback))
        severity: Literal["hard", "soft"] = self.rng.choice(("hard", "soft"))
        return Check(
            source=HERE,
            name=f"{name}#{at + 1}",
            severity=severity,
            condition=expression(condition(self.rng, self.view, 2)),
            say=text("Is that so?", *fills),
        )

    def universe(self, share: float) -> Expression | None:
        # Conditions over constants alone are legal and dull; a few will do.
        share = share if self.view.items else share / 5
        if self.rng.random() >= share:
            return None
        return expression(condition(self.rng, self.view, 2))

    def modes(self) -> tuple[str, ...]:
        return MODES if self.rng.random() < 0.93 else (self.rng.choice(MODES),)

    def wording(self) -> Wording:
        return Wording(source=HERE, ask=text("What is it?"))

    def choices(self, kind: Kind) -> tuple[Choice, ...]:
        if kind is Kind.YES_NO:
            return choices("no", "yes")
        return choices(*CHOICES) if kind in (Kind.ONE_OF, Kind.ANY_OF) else ()

    def know(self, item: Known) -> None:
        self.view = replace(self.view, items=(*self.view.items, item))

    def name(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"


def random_instrument(rng: Random) -> Instrument:
    """A small instrument with everything in it that routes."""
    return Maker(rng).instrument()


# --- edits ----------------------------------------------------------------------------------------


class Put(NamedTuple):
    """Somebody answers, or takes an answer back."""

    instance: Instance
    answer: Answer | None


class RowEdit(NamedTuple):
    """Somebody adds, removes or brings back a row."""

    verb: Literal["add", "remove", "restore"]
    roster: str
    row: int = 0


Edit = Put | RowEdit


def random_answer(rng: Random, item: Item) -> Answer | None:
    """What an askable item may be given."""
    roll = rng.random()
    if roll < 0.15:
        return None
    if isinstance(item, Statement):
        return READ
    assert isinstance(item, Question)
    if roll < 0.25:
        return Missing(rng.choice(REASONS))
    return random_value(rng, item.kind)  # type: ignore[no-any-return]


def random_edit(rng: Random, instrument: Instrument, askable: list[Instance]) -> Edit | None:
    """Something that happens to a case; None when there is nothing to happen to."""
    open_rosters = [
        item
        for item in instrument.items.values()
        if isinstance(item, Roster) and item.size is None and item.rows is None
    ]
    if open_rosters and rng.random() < 0.2:
        roster = rng.choice(open_rosters)
        verb: Literal["add", "remove", "restore"] = rng.choice(("add", "remove", "restore"))
        return RowEdit(verb, roster.name, rng.randint(1, 2 * roster.at_most))
    if not askable:
        return None
    instance = rng.choice(askable)
    return Put(instance, random_answer(rng, instrument.items[instance.item]))


randoms = st.randoms(use_true_random=False)
"""Where Hypothesis plays the dice, so that it can shrink what it finds."""
