"""Who reads what: for every item, the items whose universe, checks, texts or rules mention it."""

from collections.abc import Iterable, Iterator, Mapping

from cati.codebook.model import Reader, Use
from instrument.conditions.nodes import names_read
from instrument.models import (
    Check,
    Choice,
    Computed,
    Expression,
    Instrument,
    Item,
    Question,
    Roster,
    Statement,
    Text,
)

Reading = tuple[str, Expression | None]
"""How an expression is used, and the expression."""


def uses_of(instrument: Instrument) -> Mapping[str, tuple[Use, ...]]:
    """Item to everything that reads it, in the order of the interview; unread items are absent."""
    found: dict[str, dict[tuple[str, Reader], dict[str, None]]] = {}

    def note(reader: str, sort: Reader, readings: Iterable[Reading]) -> None:
        for how, expression in readings:
            for name in names_read(expression.tree) if expression is not None else ():
                if (name, sort) != (reader, "item"):
                    found.setdefault(name, {}).setdefault((reader, sort), {})[how] = None

    for section in instrument.sections:
        note(section.name, "section", [("universe", section.ask_if)])
    for _, _, item in instrument.walk():
        note(item.name, "item", readings_of(item))
    for part in instrument.summary:
        if part.ask_if is not None:
            found.setdefault(part.ask_if, {})[(part.name, "summary")] = {"universe": None}
    return {
        name: tuple(Use(reader, sort, tuple(how)) for (reader, sort), how in readers.items())
        for name, readers in found.items()
    }


def readings_of(item: Item) -> Iterator[Reading]:
    """Every expression of an item with how it is used."""
    yield "universe", item.ask_if
    match item:
        case Question():
            yield from _choices(item.choices)
            yield from _checks(item.checks)
            for wording in item.wordings.values():
                for text in (wording.ask, wording.instruct, wording.probe, wording.help):
                    yield from _text(text)
            for stem in item.grid.stem.values() if item.grid else ():
                yield from _text(stem)
        case Statement():
            for wording in item.wordings.values():
                yield from _text(wording.ask)
        case Computed():
            yield from _rule(item)
        case Roster():
            yield "number of rows", item.size
            yield "rows", item.row_if
            yield from _text(item.row_label)


def _choices(choices: Iterable[Choice]) -> Iterator[Reading]:
    return (("choices", choice.ask_if) for choice in choices)


def _checks(checks: Iterable[Check]) -> Iterator[Reading]:
    for check in checks:
        yield "check", check.condition
        yield from _text(check.say)


def _rule(item: Computed) -> Iterator[Reading]:
    yield "rule", item.expression
    for branch in item.branches:
        yield "rule", branch.when
        yield "rule", branch.value


def _text(text: Text | None) -> Iterator[Reading]:
    """The fills of a text in all its languages."""
    if text is not None:
        for one in (text, *text.translations.values()):
            yield from (("text", fill.expression) for fill in one.fills)
