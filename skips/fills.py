"""Earlier answers as they are read within a later text."""

import datetime
from collections.abc import Sequence
from decimal import Decimal

from instrument.conditions.nodes import PICKS, Apply, Node
from instrument.conditions.nodes import Item as ItemNode
from instrument.house_words import none_of_these
from instrument.models import Choice, Computed, Question, Text
from instrument.values import Duration, PartialDate, Value
from skips.cells import Cells, Reading
from skips.compile import Compiler
from skips.places import Scope
from skips.program import Program
from skips.speech import Speech, speech_of

NOTHING = "…"
"""Stands where a fill has neither a value nor a fallback."""


def fill(
    program: Program, cells: Cells, text: Text, row: int = 0, language: str | None = None
) -> str:
    """A text with its fills filled in, in a language (None: the instrument's first)."""
    spoken_in = language or next(iter(program.instrument.languages))
    words = []
    for piece in text.in_language(language).pieces:
        if isinstance(piece, str):
            words.append(piece)
            continue
        tree = piece.expression.tree
        value = _reading(program, tree, row)(cells)
        if value is None:
            words.append(NOTHING if piece.fallback is None else piece.fallback)
        else:
            labels = _labels(_choices(program, tree), language)
            words.append(_spoken(value, labels, spoken_in))
    return "".join(words)


def spoken(value: Value, choices: Sequence[Choice] = (), language: str | None = None) -> str:
    """A value as it is read within a sentence: labels for choices, dates and times in words.

    Args:
        value: what was answered or worked out.
        choices: the choices of its item, for their labels.
        language: one of the instrument's languages; None means the first, and words in English.
    """
    return _spoken(value, _labels(choices, language), language or "en")


def within_sentence(label: str) -> str:
    """A label with its first letter small, unless its first word is all capitals, such as FBI."""
    first = label.split(" ", 1)[0]
    if (len(first) > 1 and first.isupper()) or first == "I":
        return label
    return label[:1].lower() + label[1:]


def _labels(choices: Sequence[Choice], language: str | None) -> dict[str, str]:
    return {choice.name: choice.said("label", language) for choice in choices}


def _spoken(value: Value, labels: dict[str, str], language: str) -> str:
    speech = speech_of(language)
    if value == ():
        words = none_of_these(language)
        return within_sentence(words) if speech.lowers else words
    if isinstance(value, tuple):
        return _listed([_spoken(name, labels, language) for name in value], speech.joiner)
    if isinstance(value, str):
        label = labels.get(value)
        if label is None:
            return value
        return within_sentence(label) if speech.lowers else label
    if isinstance(value, Decimal):
        return _number(value, speech)
    if isinstance(value, PartialDate):
        return _date(value, speech)
    if isinstance(value, datetime.time):
        return _time(value, speech)
    if isinstance(value, Duration):
        one, several = speech.units[value.unit]
        return f"{_number(value.amount, speech)} {one if value.amount == 1 else several}"
    return str(value)


def _reading(program: Program, tree: Node, row: int) -> Reading:
    """The compiled form of a fill, made when it is first read."""
    key = (id(tree), row)
    found = program.fills.get(key)
    if found is None:
        found = program.fills[key] = (tree, Compiler(Scope.at(program.places, row)).value(tree))
    return found[1]


def _choices(program: Program, tree: Node) -> Sequence[Choice]:
    """The choices of the item that a fill consists of, or of the first that it can come to."""
    if isinstance(tree, Apply) and tree.function in PICKS:
        found = (_choices(program, part) for part in tree.picked)
        return next((choices for choices in found if choices), ())
    item = program.instrument.items.get(tree.name) if isinstance(tree, ItemNode) else None
    return item.choices if isinstance(item, Question | Computed) else ()


def _listed(words: Sequence[str], joiner: str) -> str:
    if len(words) < 3:
        return joiner.join(words)
    return ", ".join(words[:-1]) + joiner + words[-1]


def _number(number: Decimal, speech: Speech) -> str:
    # Nothing times a number below nothing is a zero with a sign, which nobody says.
    plain = number if number else number.copy_abs()
    whole, _, places = f"{plain:f}".partition(".")
    places = places.rstrip("0")
    return f"{whole}{speech.point}{places}" if places else whole


def _date(date: PartialDate, speech: Speech) -> str:
    if date.month is None or not speech.months:
        return str(date)
    month = speech.months[date.month - 1]
    form = speech.month if date.day is None else speech.day
    return form.format(day=date.day, month=month, year=date.year)


def _time(time: datetime.time, speech: Speech) -> str:
    if not speech.half_days:
        return f"{time.hour}:{time.minute:02d}"
    return f"{time.hour % 12 or 12}:{time.minute:02d} {'am' if time.hour < 12 else 'pm'}"
