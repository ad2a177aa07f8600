"""Judging answers: why a question does not take a value, in a sentence for the interviewer."""

import datetime
import unicodedata
from decimal import Decimal
from typing import Final

from instrument.dates import show_date
from instrument.durations import MOST_AMOUNT, MOST_PLACES, how_to_write, show_duration
from instrument.masks import example, fits
from instrument.models import Kind, Question
from instrument.values import Duration, PartialDate, Value
from instrument.yaml_door import MAX_INTEGER

NO_CHOICE: Final = "That is not one of the choices."
NOT_OFFERED: Final = "That choice is not offered now."
NONE_OFFERED: Final = "No choice fits the answers so far."


def in_order(question: Question, names: set[str] | frozenset[str]) -> tuple[str, ...]:
    """Names of choices in the author's order; those that are no choices are left out."""
    return tuple(choice.name for choice in question.choices if choice.name in names)


def none_will_do(question: Question) -> bool:
    """Whether taking no choice at all is an answer."""
    return question.kind is Kind.ANY_OF and not question.at_least


def least_to_take(question: Question, offered: frozenset[str] | None = None) -> int:
    """How many choices of an any-of question must be taken: no more than can be.

    Args:
        question: what was asked.
        offered: names of the choices offered now; None means all.
    """
    together = sum(
        not choice.exclusive and (offered is None or choice.name in offered)
        for choice in question.choices
    )
    return min(question.at_least, max(1, together))


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
                return NO_CHOICE
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
        return NO_CHOICE
    if offered is not None and not offered.issuperset(taken):
        return NOT_OFFERED
    alone = [name for name in taken if question.choice[name].exclusive]
    if alone and len(taken) > 1:
        return f"“{question.choice[alone[0]].label}” cannot be taken together with others."
    least = least_to_take(question, offered)
    if len(taken) < least and not alone:
        return f"Take at least {least}." if offered is None or offered else NONE_OFFERED
    if question.at_most is not None and len(taken) > question.at_most:
        return f"Take at most {question.at_most}."
    return None


def _check_number(question: Question, value: int | Decimal) -> str | None:
    if isinstance(value, Decimal) and not value.is_finite():
        return f"{subject(question)} must be a number{bounds(question)}."
    low, high = question.minimum, question.maximum
    assert not isinstance(low, PartialDate | Duration)
    assert not isinstance(high, PartialDate | Duration)
    if (low is not None and value < low) or (high is not None and value > high):
        return f"{subject(question)} must be{bounds(question)}."
    return None


def _check_date(question: Question, value: PartialDate) -> str | None:
    """A date known in part is refused only if no day it can stand for would do."""
    low, high = question.minimum, question.maximum
    early = isinstance(low, PartialDate) and value.last < low.first
    late = isinstance(high, PartialDate) and value.first > high.last
    return f"The date must be{bounds(question)}." if early or late else None


def _check_duration(question: Question, value: Duration) -> str | None:
    if value.unit not in question.units:
        return how_to_write(question.units, *duration_bounds(question))
    if value.amount >= MOST_AMOUNT:
        return "That duration is too long."
    if value.amount != round(value.amount, MOST_PLACES):
        return "That duration has too many decimal places."
    low, high = duration_bounds(question)
    early = low is not None and value < low
    late = high is not None and value > high
    return f"The duration must be{bounds(question)}." if early or late else None


def duration_bounds(question: Question) -> tuple[Duration | None, Duration | None]:
    """The shortest and the longest duration that a question takes; None for no such bound."""
    low, high = question.minimum, question.maximum
    return (
        low if isinstance(low, Duration) else None,
        high if isinstance(high, Duration) else None,
    )


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


def subject(question: Question) -> str:
    """How a sentence about a number begins: with its unit if it has one."""
    unit = question.variable.unit
    return unit[0].upper() + unit[1:] if unit else "The number"


def bounds(question: Question) -> str:
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
