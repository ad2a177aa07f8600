"""The parts of the interviewer's summary: a column for the text of each, and one for its status."""

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from cati.export.columns import (
    NOT_APPLICABLE,
    NOT_REACHED,
    STATUS_LABELS,
    TEXT_LABELS,
    Cell,
    Column,
    Storage,
    status_of_text,
)
from cati.export.names import tidy
from instrument.models import Instrument, Measure, SummaryPart
from instrument.values import Instance


def summary_columns(instrument: Instrument) -> Iterator[Column]:
    """Two columns for each part of the summary."""
    for part in instrument.summary:
        label = f"Summary: {tidy(part.label)}"
        lacking = [NOT_APPLICABLE, NOT_REACHED] if part.ask_if else [NOT_REACHED]
        yield Column(
            f"summary_{part.name}", label, Storage.TEXT, Measure.NOMINAL, status_beside=True
        )
        yield Column(
            f"summary_{part.name}_status",
            f"{label} (status)",
            Storage.NUMBER,
            Measure.NOMINAL,
            values=dict(TEXT_LABELS) | {code: STATUS_LABELS[code] for code in lacking},
            has_codes=True,
        )


def summary_cells(
    instrument: Instrument,
    document: Mapping[str, JsonValue],
    entries: Mapping[Instance, Mapping[str, JsonValue]],
) -> tuple[Cell, ...]:
    """The cells of `summary_columns`; a part that the case does not call for is not applicable.

    Raises KeyError or TypeError if the document does not have the form it should.
    """
    summary = document["summary"]
    if not isinstance(summary, dict):
        raise TypeError
    cells: list[Cell] = []
    for part in instrument.summary:
        text = summary.get(part.name)
        if text is None:
            cells += ("", NOT_REACHED if _is_called_for(part, entries) else NOT_APPLICABLE)
        else:
            cells += (str(text), status_of_text(str(text)))
    return tuple(cells)


def _is_called_for(part: SummaryPart, entries: Mapping[Instance, Mapping[str, JsonValue]]) -> bool:
    return part.ask_if is None or entries[Instance(part.ask_if)].get("v") == "yes"
