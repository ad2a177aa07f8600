"""What a case left behind when it was moved to another version, in words.

An answer is shown as the version showed it in which it was given: its choices and missing reasons
may be gone from the version in use.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from pydantic import JsonValue

from cati.interview import Interview
from instrument import Instrument
from instrument.entry import show, to_json
from instrument.models import Question
from instrument.values import Answer, Instance, Missing
from skips.case_state import LeftBehind
from skips.fitting import STATEMENT


@dataclass(frozen=True)
class LeftWords:
    """One answer that the version in use has no place for."""

    instance: Instance
    """As the version in use calls it, if it has such a question."""
    title: str
    """The label of its question, with the row that it was given in."""
    answer: str
    version: str
    """In which it last had its place."""
    why: str
    """A sentence."""


def left_words(
    interview: Interview, only: Instance | None = None, most: int | None = None
) -> tuple[LeftWords, ...]:
    """Every answer left behind, by version moved from and question; newer before older ones.

    Args:
        interview: of the case.
        only: of this question alone.
        most: the first so many; None for all.
    """
    every: Mapping[Instance, LeftBehind] = interview.record.left_behind
    if only is not None:
        every = {only: every[only]} if only in every else {}
    found = ((at, one) for at, newest in every.items() for one in chain(newest))
    return tuple(_words(interview, at, one) for at, one in islice(found, most))


def left_count(interview: Interview) -> int:
    """How many answers are left behind, those given to the same question each for itself."""
    return sum(1 for one in interview.record.left_behind.values() for _ in chain(one))


def chain(newest: LeftBehind) -> Iterator[LeftBehind]:
    """An answer left behind, and the older ones that were given to the same question."""
    one: LeftBehind | None = newest
    while one is not None:
        yield one
        one = one.earlier


def _words(interview: Interview, at: Instance, kept: LeftBehind) -> LeftWords:
    then, name = _version_then(interview, at.item, kept)
    title, row = kept.label or at.item, _row(interview, at, kept, then, name)
    return LeftWords(
        at,
        f"{row}: {title}" if row else title,
        _answer(interview, kept, then, name),
        kept.version,
        kept.why,
    )


def _version_then(
    interview: Interview, name: str, kept: LeftBehind
) -> tuple[Instrument | None, str]:
    """The version that an answer is from, and the name that its question had there."""
    for move in reversed(interview.record.moves):
        called_before = {new: old for old, new in move.event.renamed.items()}
        name = called_before.get(name, name)
        if move.old.version == kept.version and name in move.old.items:
            return move.old, name
    return None, name


def _answer(interview: Interview, kept: LeftBehind, then: Instrument | None, name: str) -> str:
    """An answer as its own version shows it; as data hold it where that is not at hand."""
    if kept.kind == STATEMENT:
        return "Read"
    question = then.items[name] if then is not None else None
    if then is None or not isinstance(question, Question):
        return _plain(kept.answer)
    if isinstance(kept.answer, Missing):
        return f"({then.missing_reason[kept.answer.reason].said('label', interview.language)})"
    return show(question, kept.answer, interview.language)


def _plain(answer: Answer) -> str:
    if isinstance(answer, Missing):
        return f"({answer.reason})"
    value: JsonValue = to_json(answer)
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _row(
    interview: Interview, at: Instance, kept: LeftBehind, then: Instrument | None, name: str
) -> str:
    """The row that an answer was given in; empty outside of rosters."""
    if not at.row:
        return ""
    place = interview.route.program.places.rosters.get(kept.roster or "")
    if place is not None and at.row <= len(place.gates):
        return interview.speech.label_of_row(place.roster, at.row)
    roster = None if then is None else then.roster_of.get(name)
    called = "" if roster is None else f"{roster.said('title', interview.language)}, "
    return f"{called}row {at.row}"
