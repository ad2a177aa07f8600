"""Between what people type and what is kept: entry, display and JSON of values.

`read_entry` turns a line of text into a value, `check_value` (from `instrument.judging`) judges a
value however it came about, and `show` writes it for people. What `str(error)` says is fit for an
interviewer with a respondent on the line; it never repeats what was typed.
"""

import datetime
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from pydantic import JsonValue

from instrument.dates import DateError, read_date, read_time, show_date, show_time
from instrument.durations import DurationError, read_duration, show_duration
from instrument.house_words import none_of_these
from instrument.judging import (
    NO_CHOICE,
    bounds,
    check_value,
    duration_bounds,
    in_order,
    none_will_do,
    show_number,
    subject,
)
from instrument.models import Choice, Kind, Question
from instrument.values import Duration, PartialDate, Value

__all__ = [
    "EntryError",
    "check_value",
    "from_json",
    "in_order",
    "read_entry",
    "show",
    "show_number",
    "to_json",
]

NONE_TYPED: Final = ("0", "none")
"""Either means that no choice is taken, where none need be and no choice goes by it."""

_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,19}")
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_DECIMAL: Final = re.compile(r"[-+]?(?:[0-9]{1,15}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})")


class EntryError(ValueError):
    """A typed or given value cannot be taken; says why in one sentence."""


def read_entry(question: Question, text: str, *, offered: frozenset[str] | None = None) -> Value:
    """The value that a typed text means as an answer to a question.

    Choices are typed by name, by code or by label in any language; several of them with commas or
    spaces between. Where none need be taken, `0` or `none` takes none.

    Args:
        question: what was asked.
        text: what was typed.
        offered: names of the choices offered now; None means all.

    Raises:
        EntryError: it means none, or one that the question does not take.
    """
    value = _read(question, unicodedata.normalize("NFC", text))
    problem = check_value(question, value, offered=offered)
    if problem is not None:
        raise EntryError(problem)
    return value


def _read(question: Question, text: str) -> Value:
    typed = text.strip()
    if not typed:
        raise EntryError("Nothing has been entered.")
    match question.kind:
        case Kind.TEXT | Kind.LONG_TEXT:
            return text.replace("\r\n", "\n").replace("\r", "\n").strip()
        case Kind.INTEGER:
            return _read_integer(question, typed)
        case Kind.DECIMAL:
            return _read_decimal(question, typed)
        case Kind.DATE | Kind.TIME:
            try:
                return read_date(typed) if question.kind is Kind.DATE else read_time(typed)
            except DateError as error:
                raise EntryError(str(error)) from None
        case Kind.DURATION:
            try:
                return read_duration(typed, question.units, *duration_bounds(question))
            except DurationError as error:
                raise EntryError(str(error)) from None
        case Kind.ANY_OF:
            return _read_choices(question, typed)
        case _:
            return _read_choice(question, typed)


def _read_integer(question: Question, typed: str) -> int:
    digits = typed.replace(",", "") if _GROUPED.fullmatch(typed) else typed
    if not _INTEGER.fullmatch(digits):
        raise EntryError(f"{subject(question)} must be a whole number{bounds(question)}.")
    return int(digits)


def _read_decimal(question: Question, typed: str) -> Decimal:
    digits = (
        typed.replace(",", "") if _GROUPED.fullmatch(typed.split(".", maxsplit=1)[0]) else typed
    )
    if not _DECIMAL.fullmatch(digits):
        raise EntryError(f"{subject(question)} must be a number{bounds(question)}.")
    return Decimal(digits)


def _read_choice(question: Question, typed: str) -> str:
    said = typed.casefold()
    for choice in question.choices:
        if said in (choice.name, str(choice.code), choice.label.casefold()):
            return choice.name
    for choice in question.choices:
        if said in _translated_labels(choice):
            return choice.name
    if question.kind is Kind.YES_NO and typed.casefold() in ("y", "n"):
        return "yes" if typed.casefold() == "y" else "no"
    raise EntryError(NO_CHOICE)


def _translated_labels(choice: Choice) -> Iterator[str]:
    """Its label in every language but the first, as entries are compared with it."""
    for words in choice.translations.values():
        if "label" in words:
            yield words["label"].casefold()


def _read_choices(question: Question, typed: str) -> tuple[str, ...]:
    words = typed.split(",") if "," in typed else typed.split()
    try:
        taken = {_read_choice(question, typed)}
    except EntryError:
        if none_will_do(question) and typed.casefold() in NONE_TYPED:
            return ()
        taken = {_read_choice(question, word.strip()) for word in words if word.strip()}
    return in_order(question, taken)


def show(question: Question, value: Value, language: str | None = None) -> str:
    """A value as the screen writes it: labels of choices, numbers with unit, dates in words.

    Labels are in the language, where they are translated; None means the instrument's first.
    """
    match value:
        case ():
            return none_of_these(language)
        case tuple():
            return "; ".join(_label(question, name, language) for name in value)
        case Duration():
            return show_duration(value)
        case PartialDate():
            return show_date(value)
        case datetime.time():
            return show_time(value)
        case int() | Decimal():
            unit = question.variable.unit
            return f"{show_number(value)} {unit}" if unit else show_number(value)
        case _:
            return _label(question, value, language)


def _label(question: Question, name: str, language: str | None) -> str:
    choice = question.choice.get(name)
    return choice.said("label", language) if choice is not None else name


def to_json(value: Value) -> JsonValue:
    """A value in JSON: numbers and texts as they are, lists of choices, all else as texts."""
    match value:
        case tuple():
            return list(value)
        case Decimal():
            return f"{value:f}"
        case PartialDate() | Duration():
            return str(value)
        case datetime.time():
            return value.isoformat()
        case _:
            return value


def from_json(kind: Kind, json: JsonValue) -> Value:
    """The value that `to_json` wrote for an item of a kind.

    Raises:
        ValueError: the JSON is not a value of that kind.
    """
    try:
        match kind, json:
            case Kind.ANY_OF, list() if all(isinstance(name, str) for name in json):
                return tuple(str(name) for name in json)
            case Kind.INTEGER, int() if not isinstance(json, bool):
                return json
            case Kind.DECIMAL, str():
                value = Decimal(json)
                if value.is_finite():
                    return value
            case Kind.DATE, str():
                return PartialDate.parse(json)
            case Kind.TIME, str():
                return datetime.time.fromisoformat(json)
            case Kind.DURATION, str():
                return Duration.parse(json)
            case ((Kind.ONE_OF | Kind.YES_NO | Kind.TEXT | Kind.LONG_TEXT), str()):
                return json
            case _:
                pass
    except (ValueError, ArithmeticError):
        pass
    raise ValueError(f"this is not a value of the kind {kind}")
