"""What an answer can be: kinds in words, limits, choices and their codes, codes of no value."""

from collections.abc import Iterable
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from cati.codebook.model import ChoiceLine, Level, MissingLine, Ref, Said, Words
from cati.codebook.texts import Speaker
from cati.codebook.universe import level_of
from cati.codebook.words import Wording
from cati.export.columns import (
    HIGHEST_CODE,
    LOWEST_CODE,
    NOT_EXACT,
    STATUS_LABELS,
    Column,
)
from instrument.durations import show_duration
from instrument.judging import none_will_do
from instrument.models import Choice, Computed, Instrument, Kind, Question, Sensitivity
from instrument.values import Duration, PartialDate

KINDS: Final = MappingProxyType(
    {
        Kind.ONE_OF: "One of a list",
        Kind.ANY_OF: "Several of a list",
        Kind.YES_NO: "Yes or no",
        Kind.INTEGER: "Whole number",
        Kind.DECIMAL: "Number",
        Kind.DATE: "Date, as far as it is known",
        Kind.TIME: "Time of day",
        Kind.DURATION: "Duration",
        Kind.TEXT: "Short text",
        Kind.LONG_TEXT: "Long text",
    }
)

SENSITIVITIES: Final = MappingProxyType(
    {
        Sensitivity.NONE: "",
        Sensitivity.QUASI_IDENTIFYING: "Quasi-identifying",
        Sensitivity.IDENTIFYING: "Identifying",
        Sensitivity.FREE_TEXT: "Free text",
    }
)

STATUS_LINES: Final = (
    *(MissingLine(code, label) for code, label in STATUS_LABELS.items()),
    MissingLine(NOT_EXACT, "Not known that exactly (months and days of dates)"),
)
"""The codes that exports add to the instrument's reasons."""


def reason_lines(
    instrument: Instrument, language: str | None, modes: Iterable[str] | None = None
) -> tuple[MissingLine, ...]:
    """The missing reasons of an instrument, with the modes they exist in."""
    known = tuple(modes if modes is not None else instrument.modes)
    return tuple(
        MissingLine(
            reason.code,
            " ".join(reason.said("label", language).split()),
            tuple(instrument.modes[mode] for mode in known if mode in reason.modes)
            if set(known) - set(reason.modes)
            else (),
        )
        for reason in instrument.missing
    )


def missing_of(
    item: Question | Computed,
    columns: Iterable[Column],
    instrument: Instrument,
    language: str | None,
) -> tuple[MissingLine, ...]:
    """Every code that can stand in the columns of an item where there is no value."""
    reasons = {line.code: line for line in reason_lines(instrument, language, item.modes)}
    found = {
        code: reasons.get(code) or MissingLine(code, label)
        for column in columns
        if column.has_codes
        for code, label in column.values.items()
        if LOWEST_CODE <= code <= HIGHEST_CODE
    }
    return tuple(found[code] for code in sorted(found, reverse=True))


def choices_of(
    item: Question | Computed, wording: Wording, speaker: Speaker
) -> tuple[ChoiceLine, ...]:
    """The choices of an item; of a computed yes/no those that exports write for it."""
    if not item.choices:
        if item.kind is not Kind.YES_NO:
            return ()
        first = next(iter(wording.instrument.languages))
        return tuple(
            ChoiceLine(name, code, (Said(first, (label,)),), (), None)
            for name, code, label in (("yes", 1, "Yes"), ("no", 0, "No"))
        )
    return tuple(
        ChoiceLine(
            choice.name,
            choice.code,
            speaker.label(choice),
            _remarks(item, choice),
            _offered(choice, wording),
        )
        for choice in item.choices
    )


def _offered(choice: Choice, wording: Wording) -> Level | None:
    return level_of(wording, "item", "", choice.ask_if)[0] if choice.ask_if else None


def _remarks(item: Question | Computed, choice: Choice) -> tuple[Words, ...]:
    if isinstance(item, Computed):
        return ()
    wording = f"{item.name}_specify"
    marks: tuple[tuple[bool, Words], ...] = (
        (choice.exclusive, ("taken alone",)),
        (choice.specify, ("asks for its wording: ", Ref(wording, wording))),
        (not choice.read, ("not read aloud",)),
        (choice.fixed and item.shuffle, ("keeps its place",)),
    )
    return tuple(words for holds, words in marks if holds)


def traits_of(item: Question) -> tuple[str, ...]:
    """What else sets a question apart, each in a few words."""
    marks = (
        (item.read_choices, "Choices are read aloud"),
        (item.shuffle, "Choices are shuffled for each case"),
        (item.variable.code_later, "Sorted into categories after the interview"),
        (item.kind in (Kind.TEXT, Kind.LONG_TEXT), "Open answer"),
    )
    return tuple(words for holds, words in marks if holds)


def limits_of(item: Question) -> tuple[str, ...]:
    """What an answer to a question must meet, each in a few words."""
    found = []
    low, high = (_shown(item.minimum), _shown(item.maximum))
    if low and high:
        found.append(f"{low} to {high}")
    elif low or high:
        found.append(f"{low} or more" if low else f"at most {high}")
    if none_will_do(item):
        found.append("none need be taken")
    if item.at_least > 1:
        found.append(f"at least {item.at_least} choices")
    if item.at_most is not None:
        found.append(f"at most {item.at_most} choices")
    if item.units:
        found.append(f"given in {' or '.join(item.units)}")
    if item.max_length is not None:
        found.append(f"at most {item.max_length:,} characters")
    if item.mask is not None:
        found.append(f"of the form {item.mask} (9 a digit, A a letter, X either)")
    return tuple(found)


def bounds_of(item: Question) -> tuple[str, str]:
    """The least and the greatest value, as data hold them; empty for none or for dates."""
    return _in_data(item, item.minimum), _in_data(item, item.maximum)


def _shown(bound: int | Decimal | PartialDate | Duration | None) -> str:
    if bound is None:
        return ""
    if isinstance(bound, Duration):
        return show_duration(bound)
    return f"{bound:f}" if isinstance(bound, Decimal) else str(bound)


def _in_data(item: Question, bound: int | Decimal | PartialDate | Duration | None) -> str:
    if isinstance(bound, Duration):
        return _shown(bound.amount_in(item.variable.unit or bound.unit).normalize())
    return "" if isinstance(bound, PartialDate) else _shown(bound)
