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
_ROUNDS: Final = 100
"""Longest chain of calculations that is put in order."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A calculation that was moved."""

    field: Field
    behind: str
    """The last field that it reads."""


def by_form(fields: Sequence[Field]) -> list[Field]:
    """The fields of each form together, in the order of the forms' first fields."""
    forms = list(dict.fromkeys(field[Column.FORM] for field in fields))
    number = {form: at for at, form in enumerate(forms)}
    return sorted(fields, key=lambda field: number[field[Column.FORM]])


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
    target = _targets(len(fields), reads)
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


def _targets(count: int, reads: dict[int, set[int]]) -> list[tuple[int, int]]:
    """Where each field goes: behind which place, and in how many steps a chain leads there."""
    while True:
        target = [(place, 0) for place in range(count)]
        changed = set(reads)
        for _ in range(_ROUNDS):
            changed = set()
            for place, read in reads.items():
                last, step = max((target[one] for one in read), default=(place, 0))
                if last > place and target[place] != (last, step + 1):
                    target[place] = (last, step + 1)
                    changed.add(place)
            if not changed:
                return target
        # What still moves goes round in a ring: it stays, and is lost where it reads ahead.
        reads = {place: read for place, read in reads.items() if place not in changed}


def _logic(field: Field) -> str:
    return f"{field[Column.CHOICES]} {field[Column.BRANCHING]}"
