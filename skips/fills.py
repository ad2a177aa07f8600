"""Earlier answers as they are read within a later text."""

import datetime
from collections.abc import Sequence
from decimal import Decimal

from instrument.conditions.nodes import Item as ItemNode
from instrument.conditions.nodes import Node
from instrument.models import Choice, Computed, Question, Text
from instrument.values import PartialDate, Value
from skips.cells import Cells, Reading
from skips.compile import Compiler
from skips.places import Scope
from skips.program import Program

NOTHING = "…"
"""Stands where a fill has neither a value nor a fallback."""

# Spelled out, since the calendar module's names change with the locale.
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def fill(program: Program, cells: Cells, text: Text, row: int = 0) -> str:
    """A text with its fills filled in."""
    words = []
    for piece in text.pieces:
        if isinstance(piece, str):
            words.append(piece)
            continue
        value = _reading(program, piece.expression.tree, row)(cells)
        if value is None:
            words.append(NOTHING if piece.fallback is None else piece.fallback)
        else:
            words.append(spoken(value, _choices(program, piece.expression.tree)))
    return "".join(words)


def spoken(value: Value, choices: Sequence[Choice] = ()) -> str:
    """A value as it is read within a sentence: labels for choices, dates and times in words."""
    if isinstance(value, tuple):
        return _listed([spoken(name, choices) for name in value])
    if isinstance(value, str):
        labels = {choice.name: choice.label for choice in choices}
        return within_sentence(labels[value]) if value in labels else value
    if isinstance(value, Decimal):
        digits = f"{value:f}"
        return digits.rstrip("0").rstrip(".") if "." in digits else digits
    if isinstance(value, PartialDate):
        return _date(value)
    if isinstance(value, datetime.time):
        return f"{value.hour % 12 or 12}:{value.minute:02d} {'am' if value.hour < 12 else 'pm'}"
    return str(value)


def within_sentence(label: str) -> str:
    """A label with its first letter small, unless its first word is all capitals, such as FBI."""
    first = label.split(" ", 1)[0]
    if (len(first) > 1 and first.isupper()) or first == "I":
        return label
    return label[:1].lower() + label[1:]


def _reading(program: Program, tree: Node, row: int) -> Reading:
    """The compiled form of a fill, made when it is first read."""
    key = (id(tree), row)
    found = program.fills.get(key)
    if found is None:
        found = program.fills[key] = (tree, Compiler(Scope.at(program.places, row)).value(tree))
    return found[1]


def _choices(program: Program, tree: Node) -> Sequence[Choice]:
    """The choices of the item that a fill consists of, if it is nothing but an item."""
    item = program.instrument.items.get(tree.name) if isinstance(tree, ItemNode) else None
    return item.choices if isinstance(item, Question | Computed) else ()


def _listed(words: Sequence[str]) -> str:
    if len(words) < 3:
        return " and ".join(words)
    return ", ".join(words[:-1]) + " and " + words[-1]


def _date(date: PartialDate) -> str:
    if date.month is None:
        return str(date.year)
    month = _MONTHS[date.month - 1]
    return f"{month} {date.year}" if date.day is None else f"{month} {date.day}, {date.year}"
