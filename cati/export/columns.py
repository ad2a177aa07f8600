"""Columns of an exported file, and the codes that stand where there is no value.

A cell is an `int`, a `Decimal` or a `str`; it is None only in a number column that has a status
column beside it. Codes from -99 to -1 are reserved for the reasons why there is no value.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from instrument.models import Measure
from instrument.values import Instance, Value

Cell = int | Decimal | str | None

NOT_APPLICABLE: Final = -90
PARKED: Final = -91
NOT_REACHED: Final = -92
NOT_EXACT: Final = -93
"""Of parts of dates: the date is known, but not to the month or day."""
ANSWERED: Final = 0
"""In status columns: the value stands beside it."""
CUT: Final = 1
"""In status columns: the text beside it is whole in CSV files, and cut in the .sav file."""

LOWEST_CODE: Final = -99
HIGHEST_CODE: Final = -1
"""The range that is declared missing in every column with codes."""

STATUS_CODES: Final = MappingProxyType(
    {"not_applicable": NOT_APPLICABLE, "parked": PARKED, "not_reached": NOT_REACHED}
)
"""Status in a case document to code; answered and missing items have codes of their own."""

STATUS_LABELS: Final = MappingProxyType(
    {
        NOT_APPLICABLE: "Not applicable",
        PARKED: "Answered, then set aside",
        NOT_REACHED: "Not reached",
    }
)

TEXT_LABELS: Final = MappingProxyType(
    {ANSWERED: "Answered", CUT: "Answered; whole in CSV, cut in the .sav file for its length"}
)
"""Codes beside texts that are there."""

MAX_WHOLE: Final = 2**53
"""The largest whole number up to which .sav files hold every one exactly."""
MAX_TEXT_BYTES: Final = 32_767
"""The widest text of a .sav file, in bytes of UTF-8."""


_NO_FILE_HOLDS: Final = re.compile("[\0\ud800-\udfff]")
REPLACEMENT: Final = "\ufffd"
"""Stands for a character that no file can hold, as it does in every program that reads texts."""


def storable(text: str) -> str:
    """A text as files can hold it.

    Spaces at the end go: .sav files fill texts with spaces up to a common width.
    """
    return _NO_FILE_HOLDS.sub(REPLACEMENT, text).rstrip(" ")


def fits_sav(text: str) -> bool:
    """Whether a .sav file holds a storable text in full."""
    # No character takes more than four bytes: most texts need not be encoded to tell.
    return len(text) * 4 <= MAX_TEXT_BYTES or len(text.encode()) <= MAX_TEXT_BYTES


def status_of_text(text: str) -> int:
    """The code that stands beside a text."""
    return ANSWERED if fits_sav(storable(text)) else CUT


class Profile(StrEnum):
    """How much of the cases an export holds."""

    ANALYSIS = "analysis"
    """No free text, no identifying items, coarse dates, no interviewer."""
    FULL = "full"
    """Everything, the summary included."""


class Storage(StrEnum):
    """How a column is stored."""

    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the rectangular file."""

    name: str
    """Follows the rules of SPSS: 1 to 64 of `a-z`, `0-9`, `_`, beginning with a letter."""
    label: str
    """At most 256 bytes."""
    storage: Storage
    measure: Measure
    values: Mapping[int, str] = field(default_factory=dict)
    """Code to label (at most 120 bytes), for choices and for the reasons why there is no value."""
    has_codes: bool = False
    """Whether a code stands in it where there is no value; if not, the cell is empty."""
    decimals: int = 0
    """How many decimals are displayed; all of them are kept."""
    unit: str = ""
    rule: str = ""
    """How it is worked out, of what is known of the case as a whole."""
    note: str = ""
    status_beside: bool = False
    """Whether the next column says if a text is there, and if it is whole in every file."""
    at: Instance | None = None
    """The item it belongs to; None for what is known of the case as a whole."""

    @property
    def width(self) -> int:
        """How wide it is displayed, in characters."""
        return 24 if self.storage is Storage.TEXT else 10

    def empty(self, code: int) -> Cell:
        """The cell where there is no value, for the reason that `code` stands for."""
        if self.has_codes:
            return code
        return "" if self.storage is Storage.TEXT else None


@dataclass(frozen=True, slots=True)
class Field:
    """The columns of one instance of an item, and how its value is written into them."""

    at: Instance
    columns: tuple[Column, ...]
    cells: Callable[[Value], tuple[Cell, ...]]
    """Value to one cell a column. Raises LookupError or ValueError for a value of another kind."""
    reasons: Mapping[str, int]
    """Missing reason to code."""
    decode: Callable[[object], Value]
    """What the case document holds to the value. Raises LookupError, TypeError or ValueError."""
    lacking: Mapping[int, tuple[Cell, ...]]
    """The cells of an item without a value, by the code of the reason."""
    by_status: Mapping[str, tuple[Cell, ...]] = field(init=False)
    """The same for the reasons that are a status in the case document."""

    def __post_init__(self) -> None:
        """Look each status up once, and not for every case."""
        cells = {
            status: self.lacking[code]
            for status, code in STATUS_CODES.items()
            if code in self.lacking
        }
        object.__setattr__(self, "by_status", cells)
