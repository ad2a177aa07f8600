"""Random instruments and random things that happen to a case.

Everything is drawn from a `random.Random`, so that the same code serves Hypothesis (whose
`randoms()` can be shrunk) and long campaigns from a seed. Values come from small sets, so that
conditions meet.
"""

from dataclasses import replace
from random import Random
from types import MappingProxyType
from typing import Literal, NamedTuple

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
from instrument.values import READ, SECONDS_OF_UNIT, Answer, Instance, Missing, PartialDate
from tests.random_conditions import (
    CHOICES,
    DATES,
    HERE,
    MODES,
    REASONS,
    Known,
    RosterKnown,
    View,
    choice,
    condition,
    date,
    number,
    random_value,
)

VARIABLE = Variable(
    source=HERE, label="label", measure=Measure.NOMINAL, sensitivity=Sensitivity.NONE
)

COMPUTED = (Kind.YES_NO, Kind.INTEGER, Kind.DECIMAL, Kind.ONE_OF, Kind.DATE)
"""Kinds that values are computed in."""


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
        row_if = self.universe(0.3)
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
            row_if=row_if,
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
        known, before = Known(self.name("q"), kind), self.view
        self.know(known)
        modes = self.modes()
        return Question(
            source=HERE,
            name=known.name,
            ask_if=universe,
            modes=modes,
            kind=kind,
            choices=self.offers(kind, before),
            wordings=MappingProxyType({mode: self.wording() for mode in modes}),
            checks=tuple(self.check(known.name, at) for at in range(self.rng.choice((0, 0, 1, 2)))),
            units=tuple(SECONDS_OF_UNIT) if kind is Kind.DURATION else (),
            variable=VARIABLE,
        )

    def computed(self, universe: Expression | None) -> Computed:
        rng, view = self.rng, self.view
        kind = rng.choice((Kind.YES_NO, *COMPUTED))
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
            if self.view.of(Kind.ONE_OF) and self.rng.random() < 0.4:
                return choice(self.rng, self.view, 2)
            return n.Literal(self.rng.choice(CHOICES), n.Type.CHOICE)
        if kind is Kind.DATE:
            return date(self.rng, self.view, 2)
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

    def offers(self, kind: Kind, view: View) -> tuple[Choice, ...]:
        """Choices of a question, some of them with conditions on what stands before it."""
        return tuple(
            one.model_copy(update={"ask_if": expression(condition(self.rng, view, 1))})
            if kind is not Kind.YES_NO and view.items and self.rng.random() < 0.15
            else one
            for one in self.choices(kind)
        )

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


class Sit(NamedTuple):
    """The interview takes place on a day, or it is not known on which."""

    date: PartialDate | None


Edit = Put | RowEdit | Sit


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
    if rng.random() < 0.08:
        return Sit(rng.choice((None, *DATES)))
    if not askable:
        return None
    instance = rng.choice(askable)
    return Put(instance, random_answer(rng, instrument.items[instance.item]))


randoms = st.randoms(use_true_random=False)
"""Where Hypothesis plays the dice, so that it can shrink what it finds."""
