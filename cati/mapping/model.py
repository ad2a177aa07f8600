"""What a map shows: the steps of each section in order, and who reads whom."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from instrument.conditions.nodes import names_read
from instrument.counts import counted
from instrument.models import (
    Computed,
    Expression,
    Instrument,
    Item,
    Kind,
    Question,
    Roster,
    Section,
)

Marks = Mapping[str, Sequence["Mark"]]
"""By name of an item or a section what is said of it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that a proof says of an item or a section."""

    code: str
    words: str
    """What the map says."""
    is_dead: bool = False
    """Whether nobody is ever asked it."""
    is_acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One item within a step."""

    number: int
    """Of all items of the instrument, from 1."""
    name: str
    kind: str
    label: str
    condition: str = ""
    """Of items of a roster: on what condition they are asked."""
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class StepBox:
    """Items that stand one behind the other and share a condition; or a section."""

    entries: tuple[Entry, ...]
    condition: str = ""
    reads: tuple[str, ...] = ()
    """Items that the condition reads, in the order of the interview."""
    roster: str = ""
    """Of rosters: how their rows come about."""
    names: frozenset[str] = field(default=frozenset())
    """The items in it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is drawn as one map."""

    name: str
    title: str
    subtitle: str
    steps: tuple[StepBox, ...]
    marks: tuple[Mark, ...] = ()


def sheets(instrument: Instrument, marks: Marks) -> list[Sheet]:
    """The overview, and a sheet for each section."""
    numbers = {name: at for at, name in enumerate(instrument.items, start=1)}
    return [
        _overview(instrument, numbers, marks),
        *(_of_section(instrument, one, numbers, marks) for one in instrument.sections),
    ]


def label_of(item: Item) -> str:
    """What an item is about, in a few words."""
    match item:
        case Question() | Computed():
            return item.variable.label
        case Roster():
            return item.label
        case _:
            wording = next(iter(item.wordings.values()), None)
            return "" if wording is None else wording.ask.raw


def kind_of(item: Item) -> str:
    """What sort of item it is, in a word or two."""
    match item:
        case Question():
            return "yes/no" if item.kind is Kind.YES_NO else item.kind.replace("_", " ")
        case Computed():
            return "computed"
        case Roster():
            return "roster"
        case _:
            return "statement"


def rows_of(roster: Roster) -> str:
    """How the rows of a roster come about."""
    if roster.rows is not None:
        return counted(roster.rows, "row")
    if roster.size is not None:
        return f"as many rows as {roster.size}, at most {roster.at_most}"
    return f"as many rows as the interviewer adds, at most {roster.at_most}"


def read_by(expression: Expression | None, numbers: Mapping[str, int]) -> tuple[str, ...]:
    """The items that a condition reads, in the order of the interview."""
    if expression is None:
        return ()
    return tuple(sorted(names_read(expression.tree), key=lambda name: numbers.get(name, 0)))


def _of_section(
    instrument: Instrument, section: Section, numbers: Mapping[str, int], marks: Marks
) -> Sheet:
    steps = []
    if section.ask_if is not None:
        steps.append(
            StepBox((), f"Section asked if {section.ask_if}", read_by(section.ask_if, numbers))
        )
    for _, group in groupby(section.items, key=_sharing):
        steps.append(_step(list(group), numbers, marks))
    title = f"{instrument.title}, version {instrument.version}"
    return Sheet(
        section.name, section.title, title, tuple(steps), tuple(marks.get(section.name, ()))
    )


def _sharing(item: Item) -> tuple[str, str]:
    """What items of one step have in common; a roster is a step of its own."""
    condition = "" if item.ask_if is None else str(item.ask_if)
    return condition, item.name if isinstance(item, Roster) else ""


def _step(items: Sequence[Item], numbers: Mapping[str, int], marks: Marks) -> StepBox:
    first = items[0]
    entries, names = [], set[str]()
    for item in items:
        entries.append(_entry(item, numbers, marks))
        names.add(item.name)
    roster = ""
    if isinstance(first, Roster):
        roster = rows_of(first)
        for inner in first.items:
            entries.append(_entry(inner, numbers, marks, own=True))
            names.add(inner.name)
    condition = "" if first.ask_if is None else f"if {first.ask_if}"
    return StepBox(
        tuple(entries), condition, read_by(first.ask_if, numbers), roster, frozenset(names)
    )


def _entry(item: Item, numbers: Mapping[str, int], marks: Marks, *, own: bool = False) -> Entry:
    condition = f"if {item.ask_if}" if own and item.ask_if is not None else ""
    return Entry(
        numbers[item.name],
        item.name,
        kind_of(item),
        label_of(item),
        condition,
        tuple(marks.get(item.name, ())),
    )


def _overview(instrument: Instrument, numbers: Mapping[str, int], marks: Marks) -> Sheet:
    steps = []
    for at, section in enumerate(instrument.sections, start=1):
        count = sum(1 for own, _, _ in instrument.walk() if own.name == section.name)
        entry = Entry(
            at,
            section.title,
            f"{section.name}, {counted(count, 'item')}",
            "",
            marks=(*marks.get(section.name, ()), *_inside(instrument, section, marks)),
        )
        condition = "" if section.ask_if is None else f"if {section.ask_if}"
        inside = frozenset(
            item.name for own, _, item in instrument.walk() if own.name == section.name
        )
        steps.append(StepBox((entry,), condition, read_by(section.ask_if, numbers), "", inside))
    modes = ", ".join(instrument.modes.values())
    return Sheet(
        "overview",
        f"{instrument.title}: sections",
        f"Version {instrument.version}; {counted(len(instrument.items), 'item')}; {modes}",
        tuple(steps),
    )


def _inside(instrument: Instrument, section: Section, marks: Marks) -> Iterator[Mark]:
    """What is to be said of the items of a section, counted."""
    inside = [
        mark
        for own, _, item in instrument.walk()
        if own.name == section.name
        for mark in marks.get(item.name, ())
    ]
    open_ones = sum(not mark.is_acknowledged for mark in inside)
    if open_ones:
        yield Mark("inside", f"{counted(open_ones, 'finding')} in it")
    if len(inside) > open_ones:
        yield Mark("inside", f"{len(inside) - open_ones} acknowledged in it", is_acknowledged=True)
