"""What may be typed as an answer to a question, in a few words."""

from decimal import Decimal

from instrument.dates import show_date
from instrument.durations import show_duration, singular
from instrument.judging import NONE_OFFERED, least_to_take, none_will_do
from instrument.masks import example
from instrument.models import Kind, Question
from instrument.values import SECONDS_OF_UNIT, Duration, PartialDate

UNREAD = "(do not read)"
"""Stands behind a choice that is not read aloud."""

NONE_ALONE = "Enter alone: none of these"
"""Stands with choices of which none need be taken."""

SPACE_TAKES = "Space takes or leaves the one marked"
"""Stands with choices of which several may be taken; true of screens alone."""

NEW_LINE = "; ^J begins a new line"
"""Ends the hint of a long text: true of screens, and not where one line is read at a time."""


def hint_of(question: Question, offered: frozenset[str] | None = None) -> str:
    """What may be typed, in a few words.

    Args:
        question: what is asked.
        offered: names of the choices offered now; None means all.
    """
    low, high = _bound(question.minimum, "01-01"), _bound(question.maximum, "12-31")
    unit = question.variable.unit or ""
    if low is not None and high is not None:
        bounds = f"from {low} to {high}"
    elif low is not None:
        bounds = f"from {low}"
    else:
        bounds = f"up to {high}" if high is not None else ""
    match question.kind:
        case Kind.INTEGER | Kind.DECIMAL:
            return " ".join(filter(None, (unit or "a number", bounds)))
        case Kind.ONE_OF | Kind.ANY_OF | Kind.YES_NO:
            several = question.kind is Kind.ANY_OF
            if offered is not None and not offered:
                none = f" {NONE_ALONE}" if none_will_do(question) else ""
                return f"{NONE_OFFERED}{none}"
            how_many = _how_many(question, offered) if several else ""
            return "; ".join(filter(None, (how_many, _aloud(question))))
        case Kind.DATE:
            return ", ".join(filter(None, ("3/19/2019, mar 2019 or 2019", bounds)))
        case Kind.TIME:
            return "time: 2:30 pm or 14:30"
        case Kind.DURATION:
            return "; ".join(filter(None, (_amount(question), bounds)))
        case Kind.TEXT:
            return _form(question)
        case Kind.LONG_TEXT:
            return f"up to {question.max_length} characters{NEW_LINE}"


def _amount(question: Question) -> str:
    """How durations are written: `a number of minutes, or 1 hour 30 minutes`."""
    units = question.units
    words = f"a number of {units[0]}"
    if len(units) == 1:
        return words
    small, large = sorted(units[:2], key=SECONDS_OF_UNIT.__getitem__)
    some = 30 if small in ("seconds", "minutes") else 3
    return f"{words}, or 1 {singular(large)} {some} {small}"


def _form(question: Question) -> str:
    if question.mask is not None:
        return f"in the form {example(question.mask)}"
    return f"up to {question.max_length} characters"


def _bound(bound: int | Decimal | PartialDate | Duration | None, edge_of_year: str) -> str | None:
    """A bound as people write it; of a date only the year, if it is the edge of one."""
    if isinstance(bound, Duration):
        return show_duration(bound)
    if isinstance(bound, PartialDate):
        return str(bound.year) if str(bound).endswith(edge_of_year) else show_date(bound)
    return None if bound is None else str(bound)


def _how_many(question: Question, offered: frozenset[str] | None) -> str:
    least, most = least_to_take(question, offered), question.at_most
    if most is not None and offered is not None:
        most = min(most, len(offered))
    if not least:
        return f"take up to {most}; {NONE_ALONE}" if most is not None else NONE_ALONE
    if most is not None and most == least:
        return f"take {most}"
    if most is not None:
        return f"take {least} to {most}"
    return "" if least <= 1 else f"take {least} or more"


def _aloud(question: Question) -> str:
    if not question.read_choices:
        return ""
    unread = any(not choice.read for choice in question.choices)
    return f"read aloud{f', but not those marked {UNREAD}' if unread else ''}"
