"""Calculated fields are moved behind what they read.

REDCap works a calculation out anew whenever anything changes, wherever it stands. Here an item
reads only what comes before it, and since nobody sees where a computed value stands, it can move.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from cati.importing.redcap.table import Column, Field

_READ: Final = re.compile(r"\[\s*([A-Za-z][A-Za-z0-9_]*)\s*[\](:]")
_ROUNDS: Final = 20


@dataclass(frozen=True, slots=True)
class Moved:
    """A calculation that was moved."""

    field: Field
    behind: str
    """The last field that it reads."""


def in_order(fields: Sequence[Field]) -> tuple[list[Field], list[Moved]]:
    """Move calculated fields behind the last field they read, into its form.

    Returns:
        The fields in their new order, and what was moved. A calculation that reads itself, however
        far around, stays where it is, and so does one with a section header of its own.
    """
    at = {field[Column.NAME].lower(): place for place, field in reversed([*enumerate(fields)])}
    names = [field[Column.NAME].lower() for field in fields]
    reads = {
        place: {at[name.lower()] for name in _READ.findall(_logic(field)) if name.lower() in at}
        for place, field in enumerate(fields)
        if field[Column.TYPE].lower() == "calc" and not field[Column.HEADER]
    }
    # Each place with how many moves lead to it, so that a chain of calculations keeps its order.
    target = {place: (place, 0) for place in range(len(fields))}
    for _ in range(_ROUNDS):
        before = dict(target)
        for place, read in reads.items():
            last, step = max((target[one] for one in read), default=(place, 0))
            if last > place:
                target[place] = (last, step + 1)
        if target == before:
            break
    else:
        target = {place: (place, 0) for place in range(len(fields))}
    order = sorted(range(len(fields)), key=lambda place: (target[place], place))
    arranged: list[Field] = []
    moved: list[Moved] = []
    for place in order:
        field = fields[place]
        last = target[place][0]
        if last != place:
            texts = {**field.texts, Column.FORM: fields[last][Column.FORM]}
            field = replace(field, texts=texts)
            moved.append(Moved(field, names[last]))
        arranged.append(field)
    return arranged, moved


def _logic(field: Field) -> str:
    return f"{field[Column.CHOICES]} {field[Column.BRANCHING]}"
