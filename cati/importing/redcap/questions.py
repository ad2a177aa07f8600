"""Keys of a question that hang on its type, its validation and its action tags."""

import re
from typing import Final

from cati.importing.moments import TIME, TWO_QUESTIONS
from cati.importing.names import prose
from cati.importing.outline import Plain
from cati.importing.redcap.entries import Entry, has_time, is_required
from cati.importing.redcap.labels import strip
from cati.importing.redcap.notes import Notes
from cati.importing.redcap.table import Column
from instrument import Kind

BOUNDED: Final = (Kind.INTEGER, Kind.DECIMAL, Kind.DATE, Kind.TIME)
"""Kinds that can have a least and a greatest value."""

_MASKS: Final = {
    "ssn": "999-99-9999",
    "mrn_10d": "9999999999",
    "time_mm_ss": "99:99",
    "postalcode_australia": "9999",
    "postalcode_french": "99999",
    "postalcode_germany": "99999",
}
_TAKEN: Final = frozenset(
    {"@NONEOFTHEABOVE", "@MAXCHECKED", "@CHARLIMIT", "@RANDOMORDER", "@FORCE-MINMAX", "@CALCTEXT"}
)
"""Action tags that are carried over where they fit."""
_MOST_TEXT: Final = 20_000


def kind_keys(entry: Entry, notes: Notes, keys: dict[str, Plain]) -> str:
    """Add the keys that the kind of a question calls for.

    Returns:
        What the interviewer should be told, in addition to the note of the field.
    """
    validation = entry.field[Column.VALIDATION].lower()
    if entry.kind in (Kind.ONE_OF, Kind.ANY_OF):
        _choices(entry, notes, keys)
    elif entry.field[Column.TYPE].lower() == "slider":
        return _slider(entry, notes, keys)
    elif entry.field[Column.TYPE].lower() == "text" and validation:
        _validation(entry.kind, validation, notes, keys)
    return ""


def _choices(entry: Entry, notes: Notes, keys: dict[str, Plain]) -> None:
    assert entry.choices is not None
    assert entry.listed is not None
    exclusive = _listed_codes(entry, "@NONEOFTHEABOVE") if entry.kind is Kind.ANY_OF else []
    names = {entry.choices.names[code] for code in exclusive if code in entry.choices.names}
    keys["choices"] = [
        {**choice, "exclusive": True} if choice["name"] in names else dict(choice)
        for choice in entry.choices.choices
    ]
    for text, why in entry.listed.unusable:
        notes.lose(Column.CHOICES, "choice", why, text)
    for change in entry.choices.changes:
        notes.remark(Column.CHOICES, "", [change])
    reasons = [one for one in entry.listed.choices if one.name not in entry.choices.names]
    for one in reasons:
        why = "it is a missing data code: a missing reason here, and no choice"
        notes.remark(Column.CHOICES, f"{one.name}, {one.label}", [why])
    notes.tags(Column.CHOICES, entry.listed.tags)
    # A box can be left unticked in REDCap, and that is an answer unless the field is required.
    if entry.kind is Kind.ANY_OF and not is_required(entry.field):
        keys["at_least"] = 0


def _slider(entry: Entry, notes: Notes, keys: dict[str, Plain]) -> str:
    """A number on a line becomes a number; its labels tell what the ends mean."""
    low = entry.field[Column.MINIMUM] or "0"
    high = entry.field[Column.MAXIMUM] or "100"
    if not entry.field[Column.MINIMUM] and not entry.field[Column.MAXIMUM]:
        keys["range"] = "0..100"
    stripped = strip(entry.field[Column.CHOICES])
    notes.tags(Column.CHOICES, stripped.tags)
    labels = [part.strip() for part in stripped.text.split("|")]
    if len(labels) == 3:
        named = [(low, labels[0]), ("the middle", labels[1]), (high, labels[2])]
    elif len(labels) == 2:
        named = [(low, labels[0]), (high, labels[1])]
    else:
        return prose(stripped.text)
    said = [f"{number} is {label}" for number, label in named if label]
    words = "; ".join(said)
    return prose(f"{words[0].upper()}{words[1:]}.") if words else ""


def _validation(kind: Kind | None, validation: str, notes: Notes, keys: dict[str, Plain]) -> None:
    """What the validation of a text asks for beyond its kind."""
    feature = f"validation {validation}"
    if has_time(validation):
        names = f"{keys['question']} and {keys['question']}{TIME}"
        notes.remark(Column.VALIDATION, names, [TWO_QUESTIONS])
        if "seconds" in validation:
            notes.lose(Column.VALIDATION, feature, "times have no seconds here")
    elif kind is Kind.TIME and "ss" in validation:
        notes.lose(Column.VALIDATION, feature, "times have no seconds here")
    elif match := re.search(r"_([0-9])dp", validation):
        why = f"that there are {match[1]} decimal places is not checked"
        notes.lose(Column.VALIDATION, feature, why)
    elif validation in _MASKS:
        keys["mask"] = _MASKS[validation]
    elif kind is Kind.TEXT:
        notes.lose(Column.VALIDATION, feature, "no mask says the same; the text is taken as it is")


def tag_keys(entry: Entry, notes: Notes, keys: dict[str, Plain]) -> None:
    """Add what action tags ask for; those without equal are noted."""
    for tag in entry.annotation.tags:
        why = _carry(entry, tag.name, tag.value, keys)
        if why:
            notes.lose(Column.ANNOTATION, f"action tag {tag.name}", why, tag.text)


def _carry(entry: Entry, name: str, value: str, keys: dict[str, Plain]) -> str:
    """Carry one action tag over; the text says why it could not be."""
    if name not in _TAKEN:
        return "it has no equal here"
    match name:
        case "@RANDOMORDER" if "choices" in keys:
            keys["shuffle"] = True
        case "@MAXCHECKED" if entry.kind is Kind.ANY_OF and value.isascii() and value.isdigit():
            assert entry.choices is not None
            keys["at_most"] = max(1, min(int(value[:9]), len(entry.choices.choices)))
        case "@CHARLIMIT" if entry.kind in (Kind.TEXT, Kind.LONG_TEXT) and value.isdigit():
            keys["max_length"] = max(1, min(int(value[:9]), _MOST_TEXT))
        case "@NONEOFTHEABOVE" if entry.kind is Kind.ANY_OF:
            assert entry.choices is not None
            codes = _listed_codes(entry, name)
            if not codes or any(code not in entry.choices.names for code in codes):
                return "it names a code that the field does not have"
        case "@FORCE-MINMAX" if entry.field[Column.MINIMUM] or entry.field[Column.MAXIMUM]:
            return ""
        case _:
            return "it does not fit the field"
    return ""


def statement_losses(entry: Entry, notes: Notes) -> None:
    """Note what a statement cannot hold."""
    if entry.annotation.rest:
        notes.lose(Column.ANNOTATION, "annotation", "a statement has no notes")
    for tag in entry.annotation.tags:
        notes.lose(Column.ANNOTATION, f"action tag {tag.name}", "it has no equal here", tag.text)
    for column, what in ((Column.NOTE, "field note"), (Column.NUMBER, "question number")):
        if entry.field[column]:
            notes.lose(column, what, "a statement is read aloud and has none")


def unused(entry: Entry, notes: Notes) -> None:
    """Note what stands in columns that mean nothing for a field of its type."""
    field, sort = entry.field, entry.field[Column.TYPE].lower()
    if field[Column.CHOICES] and sort in ("text", "notes", "textarea", "descriptive"):
        notes.lose(
            Column.CHOICES, "choices of a text", "lists outside of the dictionary are not read"
        )
    if field[Column.VALIDATION] and sort not in ("text", "slider"):
        notes.lose(
            Column.VALIDATION, f"validation {field[Column.VALIDATION]}", f"not of type {sort}"
        )
    if entry.kind in BOUNDED:
        return
    for column, what in ((Column.MINIMUM, "least value"), (Column.MAXIMUM, "greatest value")):
        if field[column]:
            notes.lose(column, what, "it is no number, date or time, and has no bounds")


def _listed_codes(entry: Entry, name: str) -> list[str]:
    tag = entry.annotation.tag(name)
    return [code.strip() for code in tag.value.split(",") if code.strip()] if tag else []
