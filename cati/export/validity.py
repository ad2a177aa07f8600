"""The share of valid answers: a column for the share, and one that tells whether it is enough."""

from collections.abc import Iterator, Mapping
from decimal import ROUND_DOWN, Decimal
from typing import Final

from pydantic import JsonValue

from cati.export.columns import NOT_REACHED, STATUS_LABELS, Cell, Column, Storage
from cati.export.names import stem, tidy
from cati.validity import is_enough, valid_share
from instrument.models import CaseVariable, Instrument, Measure, Validity
from instrument.values import Instance

DECIMALS: Final = 4
_LEAST: Final = Decimal(1).scaleb(-DECIMALS)
_LACKING: Final = {NOT_REACHED: STATUS_LABELS[NOT_REACHED]}
"""Where no question counts: nobody was asked anything."""


def validity_columns(instrument: Instrument) -> Iterator[Column]:
    """The two columns of an instrument that declares `validity`; none of one that does not."""
    validity = instrument.validity
    if validity is None:
        return
    note = tidy(validity.note or "")
    yield Column(
        _name(validity.share),
        tidy(validity.share.label),
        Storage.NUMBER,
        Measure.SCALE,
        values=_LACKING,
        has_codes=True,
        decimals=DECIMALS,
        rule=_rule_of_share(instrument, validity),
        note=note,
    )
    yield Column(
        _name(validity.enough),
        tidy(validity.enough.label),
        Storage.NUMBER,
        Measure.NOMINAL,
        values={1: "Yes", 0: "No"} | _LACKING,
        has_codes=True,
        rule=(
            f"Yes when at least {validity.percent} percent of the answers are valid "
            f"({_name(validity.share)} is at least {Decimal(validity.percent) / 100:.2f})."
        ),
        note=note,
    )


def validity_cells(
    instrument: Instrument, document: Mapping[str, JsonValue]
) -> tuple[()] | tuple[Cell, Cell]:
    """The cells of `validity_columns`.

    Raises KeyError, TypeError or ValueError if the document does not have the form it should.
    """
    validity = instrument.validity
    if validity is None:
        return ()
    valid, counted = _counts(instrument, validity, document)
    if not counted:
        return (NOT_REACHED, NOT_REACHED)
    # Cut and not rounded, so that the second column can be told from the first as it is written.
    share = (Decimal(valid) / counted).quantize(_LEAST, ROUND_DOWN)
    return (share, int(is_enough(validity, valid, counted)))


def _counts(
    instrument: Instrument, validity: Validity, document: Mapping[str, JsonValue]
) -> tuple[int, int]:
    """Valid and counted answers, as the case was submitted; counted here where it does not say."""
    told = document.get("validity")
    if told is None:
        answers = document["answers"]
        if not isinstance(answers, list):
            raise TypeError
        entries = [entry for entry in answers if isinstance(entry, dict)]
        if len(entries) != len(answers):
            raise TypeError
        return valid_share(instrument, validity, entries)
    if not isinstance(told, dict):
        raise TypeError
    valid, counted = told["valid"], told["counted"]
    if type(valid) is not int or type(counted) is not int:
        raise TypeError
    if not 0 <= valid <= counted:
        raise ValueError
    return valid, counted


def _name(variable: CaseVariable) -> str:
    return stem(Instance(variable.name))


def _rule_of_share(instrument: Instrument, validity: Validity) -> str:
    reasons = [
        tidy(reason.label) for reason in instrument.missing if reason.name in validity.valid_reasons
    ]
    valid = " or ".join(["an answer", *(f"the reason “{label}”" for label in reasons)])
    return (
        "Questions with a valid answer out of all questions that have an answer or a missing "
        f"reason, each row of a roster for itself; valid is {valid}. Not counted: what was not "
        'applicable, set aside or not reached, computed values, and the words behind an "other". '
        f"Cut after {DECIMALS} decimals."
    )
