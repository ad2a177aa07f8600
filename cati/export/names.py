"""Names of columns, and labels that fit: the limits of SPSS, which are the tightest.

| item | columns |
| --- | --- |
| one of, yes/no, integer, decimal, time | `NAME` |
| any of | `NAME__CHOICE` for each choice; `NAME__CODE` where that is too long |
| date | `NAME_year`, `NAME_month`, `NAME_day` |
| text | `NAME` and `NAME_status` |
| number that may be negative | `NAME` and `NAME_status` |

In a roster, NAME ends in the row: `ypi_age_2`, `ypi_age_2_year`. Where rows are added and removed,
`ROSTER_2` is the id of the second row that stands.
"""

import re
from collections.abc import Iterable
from typing import Final

from cati.export.columns import Column
from instrument.values import Instance

MAX_NAME: Final = 64
MAX_LABEL: Final = 256
MAX_VALUE_LABEL: Final = 120
"""All in bytes of UTF-8."""

_NAME: Final = re.compile(rf"[A-Za-z][A-Za-z0-9_]{{0,{MAX_NAME - 1}}}")
_RESERVED: Final = frozenset(
    ["all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"]
)


def stem(at: Instance) -> str:
    """How the columns of an item begin; words that SPSS keeps get `item_` before them."""
    name = f"{at.item}_{at.row}" if at.row else at.item
    return f"item_{name}" if name in _RESERVED else name


def indicator(begin: str, choice: str, code: int) -> str:
    """The column for one choice of an any-of item."""
    name = f"{begin}__{choice}"
    return name if len(name) <= MAX_NAME else f"{begin}__{code}"


def tidy(label: str) -> str:
    """A label on one line."""
    return " ".join(label.split())


def composed(label: str, *parts: str) -> str:
    """A label with parts behind it; the label is cut if all together is too long."""
    behind = "".join(parts)
    room = MAX_LABEL - len(behind.encode())
    if len(label.encode()) > room:
        cut = label.encode()[: max(0, room - 3)].decode(errors="ignore").rstrip()
        label = f"{cut}…"
    return label + behind


def problems(columns: Iterable[Column]) -> list[str]:
    """Why these columns cannot be written, one sentence each; empty if they can."""
    found: list[str] = []
    seen: dict[str, Column] = {}
    for column in columns:
        if not _NAME.fullmatch(column.name):
            found.append(
                f"The column {column.name} of {_origin(column)} has a name that SPSS does not "
                f"take; give the item a name of at most 32 letters, digits and underscores."
            )
        twin = seen.setdefault(column.name.lower(), column)
        if twin is not column:
            found.append(
                f"{_origin(twin)} and {_origin(column)} both need the column {column.name}; "
                f"rename one of them."
            )
        found.extend(_label_problems(column))
    return found


def _label_problems(column: Column) -> list[str]:
    found = []
    if not column.label:
        found.append(f"The label of {_origin(column)} says nothing; write one.")
    if len(column.label.encode()) > MAX_LABEL:
        found.append(
            f"The label of {_origin(column)} is longer than {MAX_LABEL} bytes; shorten it."
        )
    for code, label in column.values.items():
        if not label:
            found.append(f"The label of code {code} of {_origin(column)} says nothing; write one.")
        if len(label.encode()) > MAX_VALUE_LABEL:
            found.append(
                f"The label of code {code} of {_origin(column)} is longer than {MAX_VALUE_LABEL} "
                f"bytes; shorten it."
            )
    return found


def _origin(column: Column) -> str:
    if column.at:
        return f"item {column.at}"
    if column.rule:
        return f"the variable {column.name} of validity"
    return f"the column {column.name} that cati adds"
