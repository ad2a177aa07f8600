"""Least and greatest values: constants as a range, others as checks."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from cati.importing.outline import Plain
from cati.importing.redcap import translate
from cati.importing.redcap.entries import Entry
from cati.importing.redcap.logic import (
    Comparison,
    Constant,
    Logic,
    Reference,
    Untranslatable,
    parse_logic,
)
from cati.importing.redcap.notes import Notes
from cati.importing.redcap.reading import Reading
from cati.importing.redcap.table import Column
from instrument import Kind

_NUMBER: Final = {
    Kind.INTEGER: re.compile(r"-?[0-9]{1,18}", re.ASCII),
    Kind.DECIMAL: re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?", re.ASCII),
}
_SIDES: Final = (
    (Column.MINIMUM, ">=", "least value", "less than", "before"),
    (Column.MAXIMUM, "<=", "greatest value", "more than", "after"),
)


@dataclass(slots=True)
class Bounds:
    """What the bounds of a field became."""

    low: str = ""
    high: str = ""
    checks: list[dict[str, Plain]] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    """The column of each check."""

    @property
    def range(self) -> str:
        """As the key `range` takes it; empty without constant bounds."""
        return f"{self.low}..{self.high}" if self.low or self.high else ""


def read_bounds(entry: Entry, reading: Reading, notes: Notes) -> Bounds:
    """The bounds of a number, a date or a time."""
    bounds = Bounds()
    for column, operator, feature, *words in _SIDES:
        said = entry.field[column]
        if not said:
            continue
        if (constant := _constant(said, entry.kind)) is not None:
            if operator == ">=":
                bounds.low = constant
            else:
                bounds.high = constant
            continue
        try:
            check = _check(entry, operator, said, words, reading)
        except Untranslatable as error:
            notes.lose(column, feature, str(error))
            continue
        bounds.checks.append(check)
        bounds.columns.append(column)
        notes.remark(column, next(str(value) for value in check.values()), reading.remarks)
        reading.remarks.clear()
    return bounds


def _constant(said: str, kind: Kind | None) -> str | None:
    """A bound that a range takes."""
    if kind is Kind.DATE:
        try:
            return date.fromisoformat(said[:10]).isoformat()
        except ValueError:
            return None
    if kind in _NUMBER:
        said = re.sub(r"\.0+$", "", said.replace(",", "."))
        return said if _NUMBER[kind].fullmatch(said) else None
    return None


def _check(
    entry: Entry, operator: str, said: str, words: list[str], reading: Reading
) -> dict[str, Plain]:
    """A check against another field, the day of the interview or a time of day.

    REDCap warns and lets the value pass, unless the annotation says @FORCE-MINMAX.
    """
    bound = _bound(said)
    own = Reference(entry.field[Column.NAME].lower())
    condition = translate.condition(Comparison(operator, own, bound), reading)
    hard = entry.annotation.tag("@FORCE-MINMAX") is not None
    word = words[0] if entry.kind in _NUMBER else words[1]
    text = condition.text.rpartition(f" {operator} ")[2]
    other = "the day of the interview" if text == "interview_date" else f"{{{text}}}"
    if isinstance(bound, Constant) and text != "interview_date":
        other = bound.text
    ask = "Correct one of them." if hard else "Is that right?"
    return {"hard" if hard else "soft": condition.text, "say": f"This is {word} {other}. {ask}"}


def _bound(said: str) -> Logic:
    """What a bound is compared with."""
    if said.lower() in ("today", "now"):
        return Constant("today", quoted=True)
    if re.fullmatch(r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?", said):
        return Constant(said, quoted=True)
    logic = parse_logic(said)
    if isinstance(logic, Reference):
        return logic
    raise Untranslatable("a bound is a number, a date, a time, 'today' or a field")
