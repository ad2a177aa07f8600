"""The answer key of a line as the value that the interview keeps."""

from decimal import Decimal

from cati.practice.case import Line, Words
from instrument import Instrument
from instrument.durations import DurationError, read_duration
from instrument.entry import EntryError, check_value, from_json
from instrument.models import Kind, Question, Statement
from instrument.values import READ, Answer, Missing, Value


def answer_key(line: Line, item: Question | Statement, instrument: Instrument, mode: str) -> Answer:
    """The right answer at a line.

    Raises:
        EntryError: the item does not take this answer or reason, in one sentence.
    """
    if isinstance(item, Statement):
        if line.answer is not None or line.missing is not None:
            raise EntryError("a statement is read aloud and takes no answer")
        return READ
    if line.missing is not None:
        accepted = [reason.name for reason in instrument.reasons_for(item, mode)]
        if line.missing not in accepted:
            raise EntryError(f"'{line.missing}' is not taken here; taken are {', '.join(accepted)}")
        return Missing(line.missing)
    if line.answer is None:
        raise EntryError("a question needs an answer or a missing reason")
    value = _value(item, line.answer)
    if trouble := check_value(item, value):
        raise EntryError(trouble)
    return value


def _value(item: Question, written: Words | tuple[Words, ...]) -> Value:
    if isinstance(written, tuple) != (item.kind is Kind.ANY_OF):
        raise EntryError("a list of choices belongs to an any-of question, and to no other")
    if isinstance(written, tuple):
        names = [str(name) for name in written]
        unknown = [name for name in names if name not in item.choice]
        if unknown:
            raise EntryError(f"no choice '{unknown[0]}'; choices are {', '.join(item.choice)}")
        return tuple(choice.name for choice in item.choices if choice.name in names)
    if item.kind in (Kind.ONE_OF, Kind.YES_NO) and str(written) not in item.choice:
        raise EntryError(f"no choice '{written}'; choices are {', '.join(item.choice)}")
    if item.kind is Kind.INTEGER and not isinstance(written, int):
        raise EntryError("a whole number is needed")
    if item.kind is Kind.DECIMAL and not isinstance(written, int | Decimal):
        raise EntryError("a number is needed")
    if item.kind is Kind.DURATION:
        try:
            return read_duration(str(written), item.units)
        except DurationError as error:
            raise EntryError(str(error)) from None
    try:
        if isinstance(written, int) and item.kind is Kind.INTEGER:
            return from_json(item.kind, written)
        return from_json(item.kind, str(written))
    except ValueError:
        raise EntryError(f"'{written}' is no {item.kind.value.replace('_', ' ')}") from None
