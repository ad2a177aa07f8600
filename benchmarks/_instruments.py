"""Realistic instruments of any size, and respondents for them, the same for the same seed."""

from random import Random
from types import MappingProxyType
from typing import cast

from instrument.conditions import nodes as n
from instrument.models import (
    Choice,
    Computed,
    Expression,
    Instrument,
    Item,
    Kind,
    Measure,
    Question,
    Roster,
    Section,
    Sensitivity,
    Text,
    Variable,
    Wording,
)
from instrument.source import Source
from instrument.values import Value

HERE = Source("generated.yaml", 1, 1)
MODE = "interview"
SECTION_SIZE = 50
CHOICES = ("none", "some", "many", "all")
KINDS = (Kind.YES_NO,) * 5 + (Kind.ONE_OF,) * 4 + (Kind.INTEGER,) * 3 + (Kind.ANY_OF,) * 2
VARIABLE = Variable(source=HERE, label="", measure=Measure.NOMINAL, sensitivity=Sensitivity.NONE)
TYPES = {
    Kind.YES_NO: n.Type.CHOICE,
    Kind.ONE_OF: n.Type.CHOICE,
    Kind.INTEGER: n.Type.NUMBER,
    Kind.ANY_OF: n.Type.CHOICES,
}
Known = tuple[str, Kind]


def realistic_instrument(size: int, seed: int = 0) -> Instrument:
    """About `size` items: sections of 50, most of them gated by a question of an earlier section.

    Half the items have a condition over one to three items before them; one in twelve is computed.
    """
    rng = Random(seed)
    sections: list[Section] = []
    gates: list[Known] = []
    for at in range(max(1, size // SECTION_SIZE)):
        known: list[Known] = []
        items: list[Item] = []
        for place in range(SECTION_SIZE):
            name = f"s{at}_q{place}"
            items.append(_item(rng, name, known, first=place == 0))
        gate = _expression(n.IsYes(_node(rng.choice(gates[-5:])))) if gates and at % 4 else None
        gates.append((f"s{at}_q0", Kind.YES_NO))
        sections.append(
            Section(source=HERE, name=f"s{at}", title=f"Part {at}", ask_if=gate, items=tuple(items))
        )
    return _instrument(tuple(sections))


def gated_instrument(size: int) -> Instrument:
    """One question, and a section of `size` items behind it, every other with a condition."""
    rng = Random(size)
    first = Section(
        source=HERE, name="first", title="First", items=(_question("gate", Kind.YES_NO, None),)
    )
    known: list[Known] = []
    items = tuple(_item(rng, f"q{at}", known, first=at == 0) for at in range(size))
    gate = _expression(n.IsYes(_node(("gate", Kind.YES_NO))))
    behind = Section(source=HERE, name="behind", title="Behind", ask_if=gate, items=items)
    return _instrument((first, behind))


def roster_instrument(rows: int, per_row: int, *, is_open: bool) -> Instrument:
    """A roster of people, and behind it a count, an any and a sum over all of them.

    Its rows come from the question `size`, or are added by hand when it `is_open`. The first item
    of a row, `q0`, is read in the row only; `age` is read by the three behind the roster.
    """
    rng = Random(rows)
    age = _question("age", Kind.INTEGER, None)
    known: list[Known] = []
    items = [_item(rng, f"q{at}", known, first=at == 0) for at in range(per_row - 1)]
    people = Roster(
        source=HERE,
        name="people",
        modes=(MODE,),
        title="People",
        label="People",
        size=None if is_open else _expression(_node(("size", Kind.INTEGER))),
        at_most=rows,
        row_label=_text("Person"),
        items=(*cast(list[Question | Computed], items), age),
    )
    young = n.Compare(n.Comparison.LT, _node(("age", Kind.INTEGER)), n.Literal(5, n.Type.NUMBER))
    over = {
        "children": n.OverRows(n.RosterFunction.COUNT, "people", where=young),
        "any_child": n.OverRows(n.RosterFunction.ANY, "people", where=young),
        "years": n.OverRows(n.RosterFunction.SUM, "people", value=_node(("age", Kind.INTEGER))),
    }
    first = Section(
        source=HERE, name="first", title="First", items=(_question("size", Kind.INTEGER, None),)
    )
    section = Section(
        source=HERE,
        name="all",
        title="All",
        items=(people, *(_computed(name, tree) for name, tree in over.items())),
    )
    return _instrument((first, section))


def random_value(rng: Random, question: Question) -> Value:
    """What a respondent says; mostly yes, so that most of the instrument is met."""
    match question.kind:
        case Kind.YES_NO:
            return "yes" if rng.random() < 0.8 else "no"
        case Kind.ONE_OF:
            return rng.choice(CHOICES)
        case Kind.ANY_OF:
            return tuple(choice for choice in CHOICES if rng.random() < 0.5)
        case _:
            return rng.randint(0, 9)


def _item(rng: Random, name: str, known: list[Known], *, first: bool) -> Item:
    near = known[-12:]
    if near and rng.random() < 1 / 12:
        tree = _condition(rng, near)
        known.append((name, Kind.YES_NO))
        return _computed(name, tree)
    kind = Kind.YES_NO if first else rng.choice(KINDS)
    ask_if = _expression(_condition(rng, near)) if near and rng.random() < 0.5 else None
    known.append((name, kind))
    return _question(name, kind, ask_if)


def _computed(name: str, tree: n.Node) -> Computed:
    return Computed(
        source=HERE,
        name=name,
        modes=(MODE,),
        kind=Kind.INTEGER if n.type_of(tree) is n.Type.NUMBER else Kind.YES_NO,
        expression=_expression(tree),
        variable=VARIABLE,
    )


def _condition(rng: Random, near: list[Known]) -> n.Node:
    parts = tuple(_about(rng, rng.choice(near)) for _ in range(rng.choice((1, 1, 2, 3))))
    if len(parts) == 1:
        return parts[0]
    return n.And(parts) if rng.random() < 0.4 else n.Or(parts)


def _about(rng: Random, known: Known) -> n.Node:
    node = _node(known)
    match known[1]:
        case Kind.YES_NO:
            return n.IsYes(node)
        case Kind.ONE_OF:
            options = tuple(n.Literal(one, n.Type.CHOICE) for one in rng.sample(CHOICES, 2))
            return n.In(node, options)
        case Kind.ANY_OF:
            return n.Has(node, rng.choice(CHOICES))
        case _:
            sign = rng.choice((n.Comparison.GE, n.Comparison.LT))
            return n.Compare(sign, node, n.Literal(rng.randint(2, 6), n.Type.NUMBER))


def _node(known: Known) -> n.Item:
    return n.Item(known[0], TYPES[known[1]])


def _question(name: str, kind: Kind, ask_if: Expression | None) -> Question:
    names = {Kind.YES_NO: ("no", "yes")}.get(kind, CHOICES if kind is not Kind.INTEGER else ())
    return Question(
        source=HERE,
        name=name,
        ask_if=ask_if,
        modes=(MODE,),
        kind=kind,
        choices=tuple(
            Choice(source=HERE, name=one, code=code, label=one) for code, one in enumerate(names)
        ),
        wordings=MappingProxyType({MODE: Wording(source=HERE, ask=_text("How is that with you?"))}),
        variable=VARIABLE,
    )


def _expression(tree: n.Node) -> Expression:
    return Expression(source=HERE, text=str(tree), tree=tree)


def _text(words: str) -> Text:
    return Text(source=HERE, raw=words, pieces=(words,))


def _instrument(sections: tuple[Section, ...]) -> Instrument:
    return Instrument(
        source=HERE,
        name="generated",
        title="Generated",
        version="1",
        modes=MappingProxyType({MODE: "Interview"}),
        record_modes=frozenset(),
        missing=(),
        definitions=(),
        guides=(),
        sections=sections,
        summary=(),
        fingerprint="",
    )
