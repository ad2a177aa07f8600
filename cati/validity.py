"""How many answers of a case are valid: counted once, over the answers of its document.

A question counts, once for each row of a roster, when it has an answer or a missing reason. It is
valid with an answer, or with a reason that the instrument calls valid. Questions that are not
applicable, set aside or not reached do not count: nobody can be asked what hangs on an answer that
is not known. Neither do computed values, and the words behind an "other", which belong to the
answer that they specify.
"""

from collections.abc import Iterable, Mapping

from pydantic import JsonValue

from instrument.models import Instrument, Question, Validity

Entry = Mapping[str, JsonValue]
"""One of the `answers` of a case document."""


def valid_share(
    instrument: Instrument, validity: Validity, answers: Iterable[Entry]
) -> tuple[int, int]:
    """How many questions of a case have a valid answer, and how many count.

    Args:
        instrument: that of the case.
        validity: its rule.
        answers: those of the case document (see `cati.document`).

    Raises:
        KeyError: an entry is not of the form it should have.
    """
    valid = counted = 0
    items = instrument.items
    for entry in answers:
        status = entry["s"]
        if status not in ("answered", "missing"):
            continue
        item = items.get(str(entry["q"]))
        if not isinstance(item, Question) or item.specifies is not None:
            continue
        counted += 1
        valid += status == "answered" or entry["m"] in validity.valid_reasons
    return valid, counted


def is_enough(validity: Validity, valid: int, counted: int) -> bool:
    """Whether the share of valid answers reaches what the instrument asks for.

    Args:
        validity: the rule.
        valid: questions with a valid answer.
        counted: questions that count, at least one.
    """
    return 100 * valid >= validity.percent * counted
