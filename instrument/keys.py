"""Which keys each sort of item takes."""

from typing import Final

from instrument.models import Kind
from instrument.wordings import QUESTION_TEXTS

_VARIABLE: Final = ("no_missing", "measure", "sensitivity", "note")
COMMON: Final = (
    "question", "kind", "label", *QUESTION_TEXTS, "modes", "ask_if", "checks", *_VARIABLE,
)  # fmt: skip
"""Keys of every question."""
OF_KIND: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.ONE_OF: ("choices", "read_choices", "shuffle"),
    Kind.ANY_OF: ("choices", "read_choices", "shuffle", "at_least", "at_most"),
    Kind.YES_NO: (),
    Kind.INTEGER: ("range", "unit"),
    Kind.DECIMAL: ("range", "unit"),
    Kind.DATE: ("range",),
    Kind.TIME: (),
    Kind.DURATION: ("units", "unit", "range"),
    Kind.TEXT: ("max_length", "mask", "code_later"),
    Kind.LONG_TEXT: ("max_length", "code_later"),
}
"""Keys that only some kinds have."""
KIND_KEYS: Final = frozenset(key for keys in OF_KIND.values() for key in keys)
QUESTION_KEYS: Final = frozenset(COMMON) | KIND_KEYS
"""Every key that a question of some kind can have."""

GRID_KEYS: Final = (
    "grid", "title", "kind", *QUESTION_TEXTS, "modes", "ask_if", *_VARIABLE, *sorted(KIND_KEYS),
    "items",
)  # fmt: skip
"""Keys of a grid, whatever its kind."""
ROW_KEYS: Final = ("item", "label", *QUESTION_TEXTS, "modes", "ask_if", "checks", "note")
"""Keys of a row of a grid."""
SHARED_KEYS: Final = frozenset(_VARIABLE) | KIND_KEYS
"""Keys of a grid that hold for each of its rows."""

STATEMENT_KEYS: Final = ("statement", "say", "modes", "ask_if")
COMPUTED_KEYS: Final = (
    "compute", "kind", "as", "branches", "choices", "label", "note", "measure", "sensitivity",
    "unit", "modes", "ask_if",
)  # fmt: skip
ROSTER_KEYS: Final = (
    "roster", "title", "label", "size", "rows", "at_most", "row_label", "row_if", "ask_if",
    "modes", "items",
)  # fmt: skip
ITEM_KEYS: Final = QUESTION_KEYS.union(
    GRID_KEYS, ROW_KEYS, STATEMENT_KEYS, COMPUTED_KEYS, ROSTER_KEYS
)
"""Every key that an item of some sort can have."""
