"""Between what people type and what is kept: entry, judgment, display and JSON of values.

`read_entry` turns a line of text into a value, `check_value` judges a value however it came about,
and `show` writes it for people. What `str(error)` says is fit for an interviewer with a respondent
on the line; it never repeats what was typed.
"""

import datetime
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from pydantic import JsonValue

from instrument.dates import DateError, read_date, read_time, show_date, show_time
from instrument.durations import (
    MOST_AMOUNT,
    DurationError,
    how_to_write,
    read_duration,
    show_duration,
)
from instrument.masks import example, fits
from instrument.models import Choice, Kind, Question
from instrument.values import Duration, PartialDate, Value
from instrument.yaml_door import MAX_INTEGER

_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,19}")
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
NOT_OFFERED: Final = "That choice is not offered now."
_DECIMAL: Final = re.compile(r"[-+]?(?:[0-9]{1,15}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})")


class EntryError(ValueError):
    """A typed or given value cannot be taken; says why in one sentence."""


def read_entry(question: Question, text: str, *, offered: frozenset[str] | None = None) -> Value:
    """The value that a typed text means as an answer to a question.

    Choices are typed by name, by code or by label in any language; several of them with commas or
    spaces between.

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
                return read_duration(typed, question.units)
            except DurationError as error:
                raise EntryError(str(error)) from None
        case Kind.ANY_OF:
            return _read_choices(question, typed)
        case _:
            return _read_choice(question, typed)


def _read_integer(question: Question, typed: str) -> int:
    digits = typed.replace(",", "") if _GROUPED.fullmatch(typed) else typed
    if not _INTEGER.fullmatch(digits):
        raise EntryError(f"{_subject(question)} must be a whole number{_bounds(question)}.")
    return int(digits)


def _read_decimal(question: Question, typed: str) -> Decimal:
    digits = (
        typed.replace(",", "") if _GROUPED.fullmatch(typed.split(".", maxsplit=1)[0]) else typed
    )
    if not _DECIMAL.fullmatch(digits):
        raise EntryError(f"{_subject(question)} must be a number{_bounds(question)}.")
    return Decimal(digits)


def _read_choice(question: Question, typed: str) -> str:
    for choice in question.choices:
        if typed.casefold() in (choice.name, str(choice.code), *_labels(choice)):
            return choice.name
    if question.kind is Kind.YES_NO and typed.casefold() in ("y", "n"):
        return "yes" if typed.casefold() == "y" else "no"
    raise EntryError("That is not one of the choices.")


def _labels(choice: Choice) -> Iterator[str]:
    """Its label in every language, as entries are compared with it."""
    yield choice.label.casefold()
    for words in choice.translations.values():
        if "label" in words:
            yield words["label"].casefold()


def _read_choices(question: Question, typed: str) -> tuple[str, ...]:
    words = typed.split(",") if "," in typed else typed.split()
    try:
        taken = {_read_choice(question, typed)}
    except EntryError:
        taken = {_read_choice(question, word.strip()) for word in words if word.strip()}
    return in_order(question, taken)


def in_order(question: Question, names: set[str] | frozenset[str]) -> tuple[str, ...]:
    """Names of choices in the author's order; those that are no choices are left out."""
    return tuple(choice.name for choice in question.choices if choice.name in names)


def check_value(
    question: Question, value: Value, *, offered: frozenset[str] | None = None
) -> str | None:
    """Why a question does not take a value, in one sentence; None when it does.

    Args:
        question: what was asked.
        value: what was answered.
        offered: names of the choices offered now; None means all.
    """
    match question.kind, value:
        case ((Kind.ONE_OF | Kind.YES_NO), str()):
            if value not in question.choice:
                return "That is not one of the choices."
            return None if offered is None or value in offered else NOT_OFFERED
        case Kind.ANY_OF, tuple():
            return _check_choices(question, value, offered)
        case Kind.INTEGER, int() if not isinstance(value, bool):
            if abs(value) > MAX_INTEGER:
                return "That number is too large."
            return _check_number(question, value)
        case Kind.DECIMAL, (Decimal() | int()) if not isinstance(value, bool):
            return _check_number(question, value)
        case Kind.DATE, PartialDate():
            return _check_date(question, value)
        case Kind.TIME, datetime.time():
            return None
        case Kind.DURATION, Duration():
            return _check_duration(question, value)
        case ((Kind.TEXT | Kind.LONG_TEXT), str()):
            return _check_text(question, value)
        case _:
            return f"That is not an answer of the kind {question.kind}."


def _check_choices(
    question: Question, taken: tuple[str, ...], offered: frozenset[str] | None
) -> str | None:
    if taken != in_order(question, frozenset(taken)):
        return "That is not one of the choices."
    if offered is not None and not offered.issuperset(taken):
        return NOT_OFFERED
    alone = [name for name in taken if question.choice[name].exclusive]
    if alone and len(taken) > 1:
        return f"“{question.choice[alone[0]].label}” cannot be taken together with others."
    if len(taken) < question.at_least and not alone:
        return f"Take at least {question.at_least}."
    if question.at_most is not None and len(taken) > question.at_most:
        return f"Take at most {question.at_most}."
    return None


def _check_number(question: Question, value: int | Decimal) -> str | None:
    if isinstance(value, Decimal) and not value.is_finite():
        return f"{_subject(question)} must be a number{_bounds(question)}."
    low, high = question.minimum, question.maximum
    assert not isinstance(low, PartialDate | Duration)
    assert not isinstance(high, PartialDate | Duration)
    if (low is not None and value < low) or (high is not None and value > high):
        return f"{_subject(question)} must be{_bounds(question)}."
    return None


def _check_date(question: Question, value: PartialDate) -> str | None:
    """A date known in part is refused only if no day it can stand for would do."""
    low, high = question.minimum, question.maximum
    early = isinstance(low, PartialDate) and value.last < low.first
    late = isinstance(high, PartialDate) and value.first > high.last
    return f"The date must be{_bounds(question)}." if early or late else None


def _check_duration(question: Question, value: Duration) -> str | None:
    if value.unit not in question.units:
        return how_to_write(question.units)
    if value.amount >= MOST_AMOUNT:
        return "That duration is too long."
    low, high = question.minimum, question.maximum
    early = isinstance(low, Duration) and value < low
    late = isinstance(high, Duration) and value > high
    return f"The duration must be{_bounds(question)}." if early or late else None


def _check_text(question: Question, value: str) -> str | None:
    if not value.strip():
        return "Nothing has been entered."
    if question.max_length is not None and len(value) > question.max_length:
        over = len(value) - question.max_length
        return f"The text is {over:,} characters too long; it may have {question.max_length:,}."
    allowed = "\n\t" if question.kind is Kind.LONG_TEXT else ""
    if any(_is_control(char) and char not in allowed for char in value):
        kind = "a control character or line break" if not allowed else "a control character"
        return f"The text contains {kind}; delete it."
    if question.mask is not None and not fits(question.mask, value):
        return f"Write it in the form {example(question.mask)}."
    return None


def _is_control(char: str) -> bool:
    return (
        unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")
        or char in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )


def _subject(question: Question) -> str:
    """How a sentence about a number begins: with its unit if it has one."""
    unit = question.variable.unit
    return unit[0].upper() + unit[1:] if unit else "The number"


def _bounds(question: Question) -> str:
    """` from 0 to 99`, ` 0 or more`, ` 99 or less`, or nothing."""
    low, high = question.minimum, question.maximum
    date = question.kind is Kind.DATE
    shown = [_show_bound(low), _show_bound(high)]
    if low is not None and high is not None:
        return f" from {shown[0]} to {shown[1]}"
    if low is not None:
        return f" {shown[0]} or {'later' if date else 'more'}"
    if high is not None:
        return f" {shown[1]} or {'earlier' if date else 'less'}"
    return ""


def _show_bound(bound: int | Decimal | PartialDate | Duration | None) -> str:
    match bound:
        case None:
            return ""
        case PartialDate():
            return show_date(bound)
        case Duration():
            return show_duration(bound)
        case _:
            return show_number(bound)


def show_number(value: int | Decimal) -> str:
    """A number for people: without an exponent and without needless zeros."""
    if isinstance(value, int):
        return str(value)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def show(question: Question, value: Value, language: str | None = None) -> str:
    """A value as the screen writes it: labels of choices, numbers with unit, dates in words.

    Labels are in the language, where they are translated; None means the instrument's first.
    """
    match value:
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
