"""What differs between two versions of an instrument: `compare`, and what it returns."""

from instrument.changes.compare import WITHOUT_A_NAME, changes_of, compare
from instrument.changes.items import new_modes
from instrument.changes.model import (
    ASKED_IF,
    NOT_COMPARABLE,
    ROWS_ASKED_IF,
    WORKED_OUT,
    WORST_FIRST,
    Change,
    Changes,
    Difference,
    ItemChange,
    Likely,
    SectionChange,
    worst,
)
from instrument.changes.names import Pairs, in_new_names, pair

__all__ = [
    "ASKED_IF",
    "NOT_COMPARABLE",
    "ROWS_ASKED_IF",
    "WITHOUT_A_NAME",
    "WORKED_OUT",
    "WORST_FIRST",
    "Change",
    "Changes",
    "Difference",
    "ItemChange",
    "Likely",
    "Pairs",
    "SectionChange",
    "changes_of",
    "compare",
    "in_new_names",
    "new_modes",
    "pair",
    "worst",
]
