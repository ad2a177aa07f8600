"""A random value of each kind, within the limits of its question."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, time, timedelta
from decimal import ROUND_CEILING, Decimal
from random import Random
from typing import TypeGuard

from instrument.masks import example
from instrument.models import CHOICE_KINDS, Choice, Kind, Question
from instrument.values import Duration, PartialDate, Value

SENTENCES = (
    "According to the notes this was settled early.",
    "Nothing else is known about it.",
    "Another office kept that part of the file.",
    "The record does not go into it any further.",
    "It was looked into again later, with the same result.",
)
"""Stuff for texts: it names nobody and nothing."""

LARGEST = 60
"""How far numbers without an upper limit usually go above their lower one."""

FIRST_DAY = date(2019, 1, 1)
DAYS = 365
"""Dates without limits fall into these days."""


def random_answer(
    question: Question,
    random: Random,
    weights: Mapping[str, float],
    offered: Sequence[Choice] | None = None,
) -> Value:
    """A value of the question's kind.

    Args:
        question: what is asked.
        random: where chance comes from.
        weights: by choice name, 1 where nothing is said.
        offered: the choices that can be taken now; None for all of the question's.
    """
    choices = question.choices if offered is None else offered
    if question.kind is Kind.ANY_OF:
        return _any_of(question, random, weights, choices)
    if question.kind in CHOICE_KINDS:
        return _one_of(random, weights, choices)
    return _MAKERS[question.kind](question, random)


def _one_of(random: Random, weights: Mapping[str, float], choices: Sequence[Choice]) -> str:
    names = [choice.name for choice in choices]
    odds = [weights.get(name, 1.0) for name in names]
    return random.choices(names, odds if any(odds) else None)[0]


def _any_of(
    question: Question, random: Random, weights: Mapping[str, float], choices: Sequence[Choice]
) -> tuple[str, ...]:
    """One exclusive choice at times, else a few of the others; a weight is a factor of its odds."""
    exclusive = [choice.name for choice in choices if choice.exclusive]
    others = [choice.name for choice in choices if not choice.exclusive]
    if exclusive and (not others or random.random() < 0.25):
        return (random.choice(exclusive),)
    taken = {name for name in others if random.random() < min(1.0, 0.25 * weights.get(name, 1.0))}
    least = max(question.at_least, 1 if question.at_least else 0)
    while len(taken) < min(least, len(others)):
        taken.add(random.choice(others))
    while question.at_most is not None and len(taken) > question.at_most:
        taken.remove(random.choice(sorted(taken)))
    return tuple(name for name in others if name in taken)


def _integer(question: Question, random: Random) -> int:
    low, high = _bounds(question)
    if random.random() < 0.5:  # small numbers are the usual ones, and pass most checks
        return min(high, low + int(random.expovariate(0.5)))
    return random.randint(low, high)


def _decimal(question: Question, random: Random) -> Decimal:
    low, high = _bounds(question)
    return min(Decimal(high), Decimal(random.randint(low * 10, high * 10)) / 10)


def _bounds(question: Question) -> tuple[int, int]:
    """The whole numbers between which a number lies."""
    least, most = question.minimum, question.maximum
    if isinstance(least, PartialDate | Duration) or isinstance(most, PartialDate | Duration):
        raise TypeError("a number is limited by numbers")
    low = 0 if least is None else -int(-least // 1)
    high = low + LARGEST if most is None else int(most // 1)
    return min(low, high), high


def _date(question: Question, random: Random) -> PartialDate:
    low = question.minimum.first if isinstance(question.minimum, PartialDate) else FIRST_DAY
    high = (
        question.maximum.last
        if isinstance(question.maximum, PartialDate)
        else low + timedelta(days=DAYS - 1)
    )
    day = low + timedelta(days=random.randint(0, max(0, (high - low).days)))
    known = random.random()
    if known < 0.8:
        return PartialDate(day.year, day.month, day.day)
    return PartialDate(day.year, day.month) if known < 0.95 else PartialDate(day.year)


def _time(_: Question, random: Random) -> time:
    return time(random.randint(0, 23), random.choice((0, 15, 30, 45)))


def _duration(question: Question, random: Random) -> Duration:
    """A whole amount of one of the question's units; in between where no whole one fits."""
    low, high = question.minimum, question.maximum
    units = random.sample(question.units, len(question.units))
    for unit in units:
        least = low.amount_in(unit).to_integral_value(ROUND_CEILING) if _is_long(low) else Decimal()
        most = high.amount_in(unit) // 1 if _is_long(high) else least + LARGEST
        if least <= most:
            return Duration(Decimal(random.randint(int(least), int(most))), unit)
    assert _is_long(low)
    assert _is_long(high), "without limits every unit has a whole amount that fits"
    return Duration(round((low.amount_in(units[0]) + high.amount_in(units[0])) / 2, 3), units[0])


def _is_long(bound: object) -> TypeGuard[Duration]:
    return isinstance(bound, Duration)


def _text(question: Question, random: Random) -> str:
    if question.mask is not None:
        return example(question.mask)
    text = " ".join(random.sample(SENTENCES, random.randint(1, 3)))
    return text[: question.max_length].strip() if question.max_length else text


_MAKERS: dict[Kind, Callable[[Question, Random], Value]] = {
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.DATE: _date,
    Kind.TIME: _time,
    Kind.DURATION: _duration,
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
}
