"""Dates and texts in logic: a field, or a constant."""

import re
from typing import Final

from cati.importing.redcap.known import Sort
from cati.importing.redcap.logic import Constant, Logic, Reference, Untranslatable
from cati.importing.redcap.reading import TODAY, Reading
from cati.importing.redcap.said import Said, quoted

_DATE: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


def date(logic: Logic, reading: Reading) -> Said:
    """The date that a piece of logic is.

    Raises:
        Untranslatable: it is none.
    """
    if isinstance(logic, Reference):
        known = reading.find(logic)
        if known.sort is Sort.DATE:
            return Said(known.name, blank=True)
        raise Untranslatable(f"[{known.foreign}] is {known.sort} and no date")
    if isinstance(logic, Constant):
        if logic.text.lower() == "today":
            reading.remark(TODAY)
            return Said("interview_date")
        if _DATE.fullmatch(logic.text):
            return Said(logic.text)
        if logic.text.lower() == "now":
            raise Untranslatable(
                "'now' is a time of day, and only the day of the interview is kept"
            )
    raise Untranslatable("a date is expected, such as '2026-01-31'")


def text(logic: Logic, reading: Reading) -> Said:
    """The text that a piece of logic is.

    Raises:
        Untranslatable: it is none.
    """
    if isinstance(logic, Constant):
        return quoted(logic.text)
    if isinstance(logic, Reference) and reading.find(logic).sort is Sort.TEXT:
        return Said(reading.find(logic).name, blank=True)
    raise Untranslatable("a text is expected")
