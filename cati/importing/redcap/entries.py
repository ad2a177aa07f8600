"""First look at the fields of a dictionary: what each becomes, before any logic is translated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from cati.importing.moments import TIME
from cati.importing.names import NamedChoices, Names, name_choices
from cati.importing.redcap.choices import Listed, parse_choices
from cati.importing.redcap.known import Fields, Known, Sort
from cati.importing.redcap.logic import Constant
from cati.importing.redcap.table import Column, Field
from cati.importing.redcap.tags import Annotation, parse_annotation
from instrument import Kind

_TRUE_FALSE: Final = NamedChoices(
    (
        {"name": "is_true", "code": 1, "label": "True"},
        {"name": "is_false", "code": 0, "label": "False"},
    ),
    {"1": "is_true", "0": "is_false"},
    (),
)
_YES_NO: Final = {"1": "yes", "0": "no"}
_SORTS: Final = {
    Kind.ONE_OF: Sort.CHOICE,
    Kind.ANY_OF: Sort.BOXES,
    Kind.YES_NO: Sort.YES_NO,
    Kind.INTEGER: Sort.NUMBER,
    Kind.DECIMAL: Sort.NUMBER,
    Kind.DATE: Sort.DATE,
    Kind.TIME: Sort.TIME,
    Kind.TEXT: Sort.TEXT,
    Kind.LONG_TEXT: Sort.TEXT,
}
_KINDS: Final = {
    "notes": Kind.LONG_TEXT,
    "textarea": Kind.LONG_TEXT,
    "radio": Kind.ONE_OF,
    "dropdown": Kind.ONE_OF,
    "select": Kind.ONE_OF,
    "truefalse": Kind.ONE_OF,
    "checkbox": Kind.ANY_OF,
    "yesno": Kind.YES_NO,
    "slider": Kind.INTEGER,
}
_GONE: Final = {
    "file": "files cannot be taken in an interview by telephone",
    "signature": "a signature cannot be taken by telephone",
    "sql": "its choices come from a database of REDCap",
}
_VALIDATIONS: Final = (
    ("datetime", Kind.DATE),
    ("date_", Kind.DATE),
    ("time_mm_ss", Kind.TEXT),
    ("time", Kind.TIME),
    ("integer", Kind.INTEGER),
    ("int", Kind.INTEGER),
    ("number", Kind.DECIMAL),
    ("float", Kind.DECIMAL),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A field and what is known of it before its logic is read."""

    field: Field
    place: int
    """Its number in the dictionary, from 0."""
    annotation: Annotation
    role: str
    """`question`, `statement` or `compute`; empty when it becomes no item."""
    kind: Kind | None = None
    """Of questions and of computed texts."""
    name: str = ""
    """The name of its item."""
    listed: Listed | None = None
    choices: NamedChoices | None = None
    """Of questions with choices; missing data codes are not among them."""


def look(dictionary: Sequence[Field], names: Names, fields: Fields) -> list[Entry]:
    """Say what each field becomes, and give it its name.

    Args:
        dictionary: the fields.
        names: gives the names of items.
        fields: is told of every field, carried over or not.
    """
    entries = []
    for place, field in enumerate(dictionary):
        entry = _look(field, place, names, fields)
        entries.append(entry)
        if entry.role in ("question", "compute"):
            fields.known[field[Column.NAME].lower()] = _known(entry)
    return entries


def _look(field: Field, place: int, names: Names, fields: Fields) -> Entry:
    foreign = field[Column.NAME].lower()
    annotation = parse_annotation(field[Column.ANNOTATION])
    role, kind, gone = _becomes(field, place, annotation)
    if field.broken or not foreign:
        role, gone = "", field.broken or "it has no name"
    elif foreign in fields.known or foreign in fields.gone:
        return Entry(field, place, annotation, "")
    listed = named = None
    if role == "question" and kind in (Kind.ONE_OF, Kind.ANY_OF):
        listed = parse_choices(field[Column.CHOICES])
        kept = [choice for choice in listed.choices if choice.name not in fields.missing]
        if field[Column.TYPE].lower() == "truefalse":
            listed, named = Listed((), (), ()), _TRUE_FALSE
        elif kept:
            named = name_choices(kept)
        else:
            role, gone = "", "it has no choices"
    if not role:
        fields.gone[foreign] = gone
        return Entry(field, place, annotation, "", listed=listed)
    if role == "statement":
        fields.gone[foreign] = "it is read aloud and has no value"
    timed = role == "question" and has_time(field[Column.VALIDATION].lower())
    ending = TIME if timed and field[Column.TYPE].lower() == "text" else ""
    name = names.give(field[Column.NAME], with_ending=ending, at=field.cell(Column.NAME))
    return Entry(field, place, annotation, role, kind, name, listed, named)


def _becomes(field: Field, place: int, annotation: Annotation) -> tuple[str, Kind | None, str]:
    """Role and kind of a field, or why it becomes no item."""
    sort = field[Column.TYPE].lower()
    if place == 0 and sort == "text" and field[Column.NAME].lower().endswith("id"):
        return "", None, "it names the record, and a case has a number of its own here"
    if sort in _GONE:
        return "", None, _GONE[sort]
    if sort == "calc":
        return "compute", None, ""
    if sort == "text" and annotation.tag("@CALCTEXT"):
        return "compute", Kind.TEXT, ""
    for tag in ("@HIDDEN", "@READONLY"):
        if annotation.tag(tag) and not (sort == "descriptive" and tag == "@READONLY"):
            return "", None, f"nobody can answer a field with {tag}"
    if sort == "descriptive":
        return "statement", None, ""
    if sort == "text":
        return "question", text_kind(field[Column.VALIDATION].lower()), ""
    if sort in _KINDS:
        return "question", _KINDS[sort], ""
    return "", None, f"there is no type '{sort}' here" if sort else "it has no type"


def has_time(validation: str) -> bool:
    """Whether a text field holds a date with a time of day."""
    return validation.startswith("datetime")


def is_required(field: Field) -> bool:
    """Whether a field must be filled in."""
    return field[Column.REQUIRED].lower() == "y"


def can_ask(field: Field, place: int) -> bool:
    """Whether a field, by its type and its number in the dictionary, asks something."""
    return _becomes(field, place, parse_annotation(field[Column.ANNOTATION]))[0] == "question"


def text_kind(validation: str) -> Kind:
    """The kind of a text field, by how it is validated."""
    return next((kind for start, kind in _VALIDATIONS if validation.startswith(start)), Kind.TEXT)


def _known(entry: Entry) -> Known:
    field = entry.field
    choices: Mapping[str, str] = entry.choices.names if entry.choices else {}
    if entry.kind is Kind.YES_NO:
        choices = _YES_NO
    values = {code: Constant(code, quoted=True).number for code in choices}
    numbers: dict[str, Decimal] = {code: n for code, n in values.items() if n is not None}
    return Known(
        foreign=field[Column.NAME].lower(),
        name=entry.name,
        place=entry.place,
        sort=Sort.NUMBER if entry.kind is None else _SORTS[entry.kind],
        choices=choices,
        numbers=numbers,
        whole=entry.kind is Kind.INTEGER,
        computed=entry.role == "compute",
    )
