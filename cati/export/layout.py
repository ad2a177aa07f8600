"""Which columns an export has: decided by the instrument and the profile, never by the answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

from pydantic import JsonValue

from cati.export.columns import (
    MAX_TEXT_BYTES,
    Cell,
    Column,
    Field,
    Profile,
    Storage,
)
from cati.export.errors import ExportError
from cati.export.fields import field_of, left_out
from cati.export.names import problems, tidy
from cati.export.rows import is_open, row_field
from cati.export.summaries import summary_columns
from cati.export.validity import validity_cells, validity_columns
from instrument.models import Computed, Instrument, Measure, Question, Roster
from instrument.values import Instance, PartialDate

_BYTES_A_CHARACTER: Final = 4
"""At most, in UTF-8."""
_MONTH: Final = len("2026-03")
"""How much of a date is a month."""


@dataclass(frozen=True, slots=True)
class ExportCase:
    """One submitted case, as the data manager opened it."""

    case_id: str
    submitted_at: datetime
    """With a zone; written in UTC."""
    document: dict[str, JsonValue]
    """See `cati.document`."""


@dataclass(frozen=True)
class Layout:
    """The columns of an export, in their order: about the case, its items, its summary."""

    instrument: Instrument
    profile: Profile
    case_columns: tuple[Column, ...]
    fields: tuple[Field, ...]
    summary_columns: tuple[Column, ...]
    left_out: tuple[tuple[str, str], ...]
    """Items that the profile leaves out, and why."""

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """All columns, from left to right."""
        inner = (column for field in self.fields for column in field.columns)
        return (*self.case_columns, *inner, *self.summary_columns)

    @cached_property
    def open_rosters(self) -> tuple[Roster, ...]:
        """The rosters whose rows the interviewer adds and removes."""
        items = self.instrument.items.values()
        return tuple(item for item in items if isinstance(item, Roster) and is_open(item))

    @cached_property
    def known(self) -> Mapping[tuple[str, int], Instance]:
        """The instances that have columns, by item and row."""
        return {(field.at.item, field.at.row): field.at for field in self.fields}

    @cached_property
    def dropped(self) -> frozenset[str]:
        """The items that are left out."""
        return frozenset(item for item, _ in self.left_out)


def layout_of(instrument: Instrument, profile: Profile) -> Layout:
    """The columns for an instrument; raises ExportError if some file format cannot hold them."""
    layout = Layout(
        instrument,
        profile,
        tuple(_case_columns(instrument, profile)),
        tuple(
            _field(item, row, instrument, profile)
            for item, row in _instances(instrument)
            if isinstance(item, Roster) or left_out(item, profile) is None
        ),
        tuple(summary_columns(instrument)) if profile is Profile.FULL else (),
        tuple(_left_out(instrument, profile)),
    )
    found = problems(layout.columns)
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise ExportError(f"{found[0]}{more}")
    return layout


def export_problems(instrument: Instrument) -> list[str]:
    """Why the answers to this instrument could not be exported in full, one sentence each.

    Meant for the check of an instrument before it is fielded; an empty list is a promise that
    `layout_of` succeeds for every profile.
    """
    found: list[str] = []
    columns = [*_case_columns(instrument, Profile.FULL), *summary_columns(instrument)]
    for item, row in _instances(instrument):
        try:
            columns.extend(_field(item, row, instrument, Profile.FULL).columns)
        except ExportError as error:
            found.append(str(error))
        longest = item.max_length or 0 if isinstance(item, Question) else 0
        if longest * _BYTES_A_CHARACTER > MAX_TEXT_BYTES:
            found.append(
                f"Item {item.name} takes texts of up to {longest} characters, which need not fit "
                f"into the {MAX_TEXT_BYTES} bytes of an SPSS text and would be cut; give it a "
                f"smaller max_length."
            )
    return list(dict.fromkeys(found + problems(columns)))


def case_cells(case: ExportCase, layout: Layout) -> tuple[Cell, ...]:
    """The cells of the columns about the case as a whole.

    Raises KeyError, TypeError or ValueError if the document does not have the form it should.
    """
    document, full = case.document, layout.profile is Profile.FULL
    mode = list(layout.instrument.modes).index(str(document["mode"])) + 1
    submitted = case.submitted_at.astimezone(UTC)
    minutes = document["minutes"]
    if not isinstance(minutes, int):
        raise TypeError
    # Cases of earlier versions say nothing of these: there was one language and nothing shuffled.
    languages = list(layout.instrument.languages)
    language = document.get("language") or languages[0]
    date = _text(document, "interview_date")
    if date:
        PartialDate.parse(date)
    return (
        case.case_id,
        mode,
        languages.index(str(language)) + 1,
        date if full else date[:_MONTH],
        _text(document, "seed"),
        *([str(document["interviewer"])] if full else []),
        f"{submitted:%Y-%m-%dT%H:%M:%SZ}" if full else f"{submitted:%Y-%m}",
        layout.instrument.version,
        layout.instrument.fingerprint,
        minutes,
        *validity_cells(layout.instrument, document),
    )


def _text(document: Mapping[str, JsonValue], key: str) -> str:
    """A text of the document, empty where it has none; raises TypeError if it is something else."""
    found = document.get(key) or ""
    if not isinstance(found, str):
        raise TypeError
    return found


def _instances(instrument: Instrument) -> Iterator[tuple[Question | Computed | Roster, int]]:
    """Every question and computed value with its row, in the order of the case document.

    An open roster comes before the items of each of its rows; its rows are places, not ids.
    """
    for section in instrument.sections:
        for item in section.items:
            if isinstance(item, Roster):
                for row in range(1, item.at_most + 1):
                    if is_open(item):
                        yield item, row
                    for inner in item.items:
                        if isinstance(inner, Question | Computed):
                            yield inner, row
            elif isinstance(item, Question | Computed):
                yield item, 0


def _field(
    item: Question | Computed | Roster, row: int, instrument: Instrument, profile: Profile
) -> Field:
    if isinstance(item, Roster):
        return row_field(item, row)
    return field_of(item, row, instrument, profile)


def _left_out(instrument: Instrument, profile: Profile) -> Iterator[tuple[str, str]]:
    for item in instrument.items.values():
        if isinstance(item, Question | Computed):
            why = left_out(item, profile)
            if why is not None:
                yield item.name, why


def _case_columns(instrument: Instrument, profile: Profile) -> Iterator[Column]:
    def text(name: str, label: str) -> Column:
        return Column(name, label, Storage.TEXT, Measure.NOMINAL)

    full = profile is Profile.FULL
    yield text("case_id", "Case")
    yield Column(
        "cati_mode",
        "Mode of the interview",
        Storage.NUMBER,
        Measure.NOMINAL,
        values={code: tidy(label) for code, label in enumerate(instrument.modes.values(), start=1)},
    )
    yield Column(
        "cati_language",
        "Language at the end of the interview",
        Storage.NUMBER,
        Measure.NOMINAL,
        values={
            code: tidy(label) for code, label in enumerate(instrument.languages.values(), start=1)
        },
    )
    date = "Date of the interview" if full else "Month of the interview"
    yield text("cati_date", f"{date} (local, of the first sitting)")
    yield text("cati_seed", "Seed of the order in which shuffled choices were shown")
    if full:
        yield text("cati_interviewer", "Interviewer")
    yield text("cati_submitted", "Submitted (UTC)" if full else "Month of submission (UTC)")
    yield text("cati_version", "Version of the instrument")
    yield text("cati_fingerprint", "Fingerprint of the instrument")
    yield Column(
        "cati_minutes",
        "Time in which the case was open, over all sittings",
        Storage.NUMBER,
        Measure.SCALE,
        unit="minutes",
    )
    yield from validity_columns(instrument)
