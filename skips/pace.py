"""How long an item takes: a prior from the length of its text, and what recorded times make of it.

Interviewers are trained to read aloud at two words per second (Fowler and Mangione, *Standardized
Survey Interviewing*, 1990). The time to answer and to enter the answer is this project's own
estimate by kind; a record is not read aloud, and looking something up takes longer than saying it.

Recorded times hold pauses, calls that drop, and items rushed through, and there are few of each
item. So times are looked at as ratios to the prior, on a log scale, the extremes are left out, and
the rest moves the prior the further the more of it there is (`docs/decisions/088`).
"""

from collections.abc import Iterable, Mapping, Sequence
from math import exp, fsum, inf, log
from typing import NamedTuple

from instrument.models import Computed, Item, Kind, Question, Roster, Statement, Text

WORDS_PER_SECOND = 2.0

SECONDS_TO_ANSWER: dict[Kind, float] = {
    Kind.ONE_OF: 4.0,
    Kind.ANY_OF: 8.0,
    Kind.YES_NO: 2.5,
    Kind.INTEGER: 4.0,
    Kind.DECIMAL: 5.0,
    Kind.DATE: 6.0,
    Kind.TIME: 5.0,
    Kind.DURATION: 6.0,
    Kind.TEXT: 10.0,
    Kind.LONG_TEXT: 45.0,
}

SECONDS_TO_LOOK_UP = 12.0
"""In a record mode, in place of reading aloud."""

LONGEST = 8.0
"""A time this many times the expected one, or more, counts as this long: there was a pause."""

TRIMMED = 0.2
"""Share of the shortest times, and of the longest, that is left out before the others are taken."""

PRIOR_WEIGHT = 4.0
"""The tempo of all items counts as much in an item's estimate as this many times of its own.

This is the variance of an item's times between cases over the variance of the ratio between items,
about 0.5 squared over 0.25 squared on the log scale: times of one question differ more between two
respondents than wordings of the same length differ from each other.
"""

TEMPO_WEIGHT = 10.0
"""That nothing is faster or slower than expected counts as much as this many times of any items."""


class Timing(NamedTuple):
    """How long one item took in one case."""

    item: str
    seconds: float
    """From its appearance to its answer; times of zero and less are no times and do not count."""


def tempo(times: Iterable[tuple[float, float]]) -> float:
    """How much longer things take than expected: 1 is as expected, 2 is twice as long.

    Args:
        times: expected and recorded seconds of each thing that was timed.
    """
    ratios = [
        _log_ratio(expected, seconds) for expected, seconds in times if _counts(expected, seconds)
    ]
    return exp(_tempo(ratios))


def learned(prior: Mapping[str, float], timings: Iterable[Timing]) -> dict[str, float]:
    """Expected seconds of every item of `prior`, once these times have been recorded.

    An item's estimate lies between what the tempo of all items makes of its prior and what its own
    times say; the weight of these is `n / (n + PRIOR_WEIGHT)`. An item without times follows the
    tempo. The order of `timings` does not matter, and a longer time never shortens an estimate.

    Args:
        prior: expected seconds by item; what takes none, such as a computed value, stays at 0.
        timings: recorded ones; those of other items do not count.
    """
    ratios: dict[str, list[float]] = {}
    for item, seconds in timings:
        expected = prior.get(item, 0.0)
        if _counts(expected, seconds):
            ratios.setdefault(item, []).append(_log_ratio(expected, seconds))
    overall = _tempo([ratio for own in ratios.values() for ratio in own])
    return {
        item: expected * exp(_own(overall, ratios.get(item, ())))
        for item, expected in prior.items()
    }


def _log_ratio(expected: float, seconds: float) -> float:
    """How much longer than expected something took, on the log scale and within `LONGEST`."""
    return max(-log(LONGEST), min(log(seconds) - log(expected), log(LONGEST)))


def _counts(expected: float, seconds: float) -> bool:
    return expected > 0 and 0 < seconds < inf


def _tempo(ratios: Sequence[float]) -> float:
    return _middle(ratios) * len(ratios) / (len(ratios) + TEMPO_WEIGHT)


def _own(overall: float, ratios: Sequence[float]) -> float:
    weight = len(ratios) / (len(ratios) + PRIOR_WEIGHT)
    return (1 - weight) * overall + weight * _middle(ratios)


def _middle(ratios: Sequence[float]) -> float:
    """The log of the mean of the times that are neither the shortest nor the longest."""
    out = int(len(ratios) * TRIMMED)
    kept = sorted(ratios)[out : len(ratios) - out]
    return log(fsum(map(exp, kept)) / len(kept)) if kept else 0.0


def at_pace(
    items: Iterable[Item | None], seconds: list[float], pace: Mapping[str, float] | None
) -> list[float]:
    """Expected seconds of each slot, from a learned pace where it has the item."""
    if pace is None:
        return seconds
    return [
        expected if item is None else pace.get(item.name, expected)
        for item, expected in zip(items, seconds, strict=True)
    ]


def expected_seconds(item: Item, mode: str, *, from_record: bool) -> float:
    """Seconds that an item takes in a mode; 0 for what nobody is asked."""
    match item:
        case Computed() | Roster():
            return 0.0
        case Statement():
            wording = item.wordings.get(mode)
            return 0.0 if wording is None else _reading(wording.ask, from_record=from_record)
        case Question():
            wording = item.wordings.get(mode)
            if wording is None:
                return 0.0
            seconds = SECONDS_TO_ANSWER[item.kind] + _reading(wording.ask, from_record=from_record)
            return seconds if from_record else seconds + _read_around(item, mode)


def _read_around(question: Question, mode: str) -> float:
    """Seconds for what is read aloud besides the question: its choices, and the stem of its grid.

    A grid's stem and choices are read once, before its first row.
    """
    grid = question.grid
    if grid is not None and grid.number > 1:
        return 0.0
    words = 0
    if grid is not None and mode in grid.stem:
        words += _words(grid.stem[mode].raw)
    if question.read_choices:
        words += sum(_words(choice.label) for choice in question.choices if choice.read)
    return words / WORDS_PER_SECOND


def _reading(text: Text, *, from_record: bool) -> float:
    return SECONDS_TO_LOOK_UP if from_record else _words(text.raw) / WORDS_PER_SECOND


def _words(text: str) -> int:
    return len(text.split())
