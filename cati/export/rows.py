"""Rows that the interviewer adds and removes: which columns each of them gets.

Ids of such rows are never given twice, so a roster for three can end with the rows 1, 4 and 5. The
rows that stand at the end take the sets of columns 1, 2, 3 in their order; their ids stand beside.
"""

from collections.abc import Iterable, Mapping
from typing import cast

from pydantic import JsonValue

from cati.export.columns import NOT_APPLICABLE, STATUS_LABELS, Column, Field, Storage
from cati.export.names import composed, stem, tidy
from instrument.models import Computed, Measure, Question, Roster
from instrument.values import Instance

Entry = Mapping[str, JsonValue]


def is_open(roster: Roster) -> bool:
    """Whether the interviewer decides how many rows there are."""
    return roster.size is None and roster.rows is None


def row_field(roster: Roster, place: int) -> Field:
    """The column with the id of the row that stands at a place (from 1) of an open roster.

    The id is the number that the interviewer saw, and what answers such as "person 4" speak of.
    """
    at = Instance(roster.name, place)
    column = Column(
        name=stem(at),
        label=composed(tidy(roster.label), f" [row {place}]", ": number in the interview"),
        storage=Storage.NUMBER,
        measure=Measure.NOMINAL,
        values={NOT_APPLICABLE: STATUS_LABELS[NOT_APPLICABLE]},
        has_codes=True,
        at=at,
    )
    return Field(
        at,
        (column,),
        lambda value: (cast("int", value),),
        {},
        lambda json: cast("int", json),
        {NOT_APPLICABLE: (NOT_APPLICABLE,)},
    )


def in_places(
    rosters: Iterable[Roster],
    document: Mapping[str, JsonValue],
    entries: Mapping[Instance, Entry],
) -> dict[Instance, Entry]:
    """The entries of a case, those of open rosters by place in place of by id.

    Places beyond the standing rows are not applicable, and entries of rows that do not stand go.
    Raises KeyError, TypeError or ValueError if the document does not have the form it should, as
    when a row that does not stand holds an answer that counts.
    """
    place_of: dict[str, dict[int, int]] = {}
    added: dict[Instance, Entry] = {}
    for roster in rosters:
        standing = _standing(roster, document)
        places = {row: place for place, row in enumerate(standing, start=1)}
        inner = [item.name for item in roster.items if isinstance(item, Question | Computed)]
        place_of |= dict.fromkeys(inner, places)
        for row, place in places.items():
            added[Instance(roster.name, place)] = {"s": "answered", "v": row}
        for place in range(len(standing) + 1, roster.at_most + 1):
            for name in (roster.name, *inner):
                added[Instance(name, place)] = {"s": "not_applicable"}
    placed: dict[Instance, Entry] = {}
    for at, entry in entries.items():
        if at.item not in place_of:
            placed[at] = entry
        elif at.row in place_of[at.item]:
            placed[Instance(at.item, place_of[at.item][at.row])] = entry
        elif entry["s"] in ("answered", "missing"):
            raise ValueError
    return placed | added


def _standing(roster: Roster, document: Mapping[str, JsonValue]) -> list[int]:
    """The ids of the rows that stand, in their order; none in a mode without the roster."""
    if document["mode"] not in roster.modes:
        return []
    rows = document["rows"]
    if not isinstance(rows, dict):
        raise TypeError
    standing = rows[roster.name]
    if not isinstance(standing, list):
        raise TypeError
    ids = [row for row in standing if isinstance(row, int) and not isinstance(row, bool)]
    if len(ids) != len(standing) or len(set(ids)) != len(ids) or len(ids) > roster.at_most:
        raise ValueError
    return ids
