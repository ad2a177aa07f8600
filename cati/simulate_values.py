"""A random value of each kind, within the limits of its question."""

from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from random import Random

from instrument.models import Kind, Question
from instrument.values import PartialDate, Value

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


def random_answer(question: Question, random: Random, weights: Mapping[str, float]) -> Value:
    """A value of the question's kind; `weights` by choice name, 1 where nothing is said."""
    return _MAKERS[question.kind](question, random, weights)


def _one_of(question: Question, random: Random, weights: Mapping[str, float]) -> str:
    names = [choice.name for choice in question.choices]
    return random.choices(names, [weights.get(name, 1.0) for name in names])[0]


def _any_of(question: Question, random: Random, weights: Mapping[str, float]) -> tuple[str, ...]:
    """One exclusive choice at times, else a few of the others; a weight is a factor of its odds."""
    exclusive = [choice.name for choice in question.choices if choice.exclusive]
    others = [choice.name for choice in question.choices if not choice.exclusive]
    if exclusive and random.random() < 0.25:
        return (random.choice(exclusive),)
    taken = {name for name in others if random.random() < min(1.0, 0.25 * weights.get(name, 1.0))}
    least = max(question.at_least, 1 if question.at_least else 0)
    while len(taken) < min(least, len(others)):
        taken.add(random.choice(others))
    while question.at_most is not None and len(taken) > question.at_most:
        taken.remove(random.choice(sorted(taken)))
    return tuple(name for name in others if name in taken)


def _integer(question: Question, random: Random, _: Mapping[str, float]) -> int:
    low, high = _bounds(question)
    if random.random() < 0.5:  # small numbers are the usual ones, and pass most checks
        return min(high, low + int(random.expovariate(0.5)))
    return random.randint(low, high)


def _decimal(question: Question, random: Random, _: Mapping[str, float]) -> Decimal:
    low, high = _bounds(question)
    return min(Decimal(high), Decimal(random.randint(low * 10, high * 10)) / 10)


def _bounds(question: Question) -> tuple[int, int]:
    """The whole numbers between which a number lies."""
    if isinstance(question.minimum, PartialDate) or isinstance(question.maximum, PartialDate):
        raise TypeError("a number is not limited by dates")
    low = 0 if question.minimum is None else -int(-question.minimum // 1)
    high = low + LARGEST if question.maximum is None else int(question.maximum // 1)
    return min(low, high), high


def _date(question: Question, random: Random, _: Mapping[str, float]) -> PartialDate:
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


def _time(_: Question, random: Random, __: Mapping[str, float]) -> time:
    return time(random.randint(0, 23), random.choice((0, 15, 30, 45)))


def _text(question: Question, random: Random, _: Mapping[str, float]) -> str:
    text = " ".join(random.sample(SENTENCES, random.randint(1, 3)))
    return text[: question.max_length].strip() if question.max_length else text


_MAKERS: dict[Kind, Callable[[Question, Random, Mapping[str, float]], Value]] = {
    Kind.ONE_OF: _one_of,
    Kind.YES_NO: _one_of,
    Kind.ANY_OF: _any_of,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.DATE: _date,
    Kind.TIME: _time,
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
}
