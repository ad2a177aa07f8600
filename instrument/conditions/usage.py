"""How each function is written."""

from types import MappingProxyType
from typing import Final

from instrument.conditions.errors import ConditionError
from instrument.conditions.syntax import Call

USAGE: Final = MappingProxyType(
    {
        "answered": "answered(ITEM)",
        "missing": "missing(ITEM) or missing(ITEM, REASON)",
        "asked": "asked(ITEM)",
        "count": "count(ROSTER), count(ROSTER where CONDITION) or count(CONDITION, CONDITION, …)",
        "any": "any(ROSTER where CONDITION)",
        "all": "all(ROSTER where CONDITION)",
        "sum": "sum(ROSTER, NUMBER where CONDITION) or sum(NUMBER, NUMBER, …)",
        "min": "min(ROSTER, NUMBER where CONDITION) or min(VALUE, VALUE, …)",
        "max": "max(ROSTER, NUMBER where CONDITION) or max(VALUE, VALUE, …)",
        "years_between": "years_between(EARLIER, LATER)",
        "months_between": "months_between(EARLIER, LATER)",
        "days_between": "days_between(EARLIER, LATER)",
        "year": "year(DATE)",
        "month": "month(DATE)",
        "taken": "taken(ITEM)",
        "length": "length(TEXT)",
        "round": "round(NUMBER) or round(NUMBER, PLACES)",
        "amount": "amount(DURATION, UNIT)",
        "first": "first(VALUE, VALUE, …)",
        "if": "if(CONDITION, VALUE, VALUE)",
    }
)
"""How each function is written."""
FUNCTIONS: Final = frozenset(USAGE)
"""Names of all functions; items cannot be called so."""


def wrong_use(part: Call, *, at: int | None = None) -> ConditionError:
    """The error of a call that has the wrong parts."""
    return ConditionError(
        "condition-function",
        f"'{part.name}' is not used like this",
        part.at if at is None else at,
        f"write {USAGE[part.name]}",
    )
