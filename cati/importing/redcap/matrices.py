"""Matrix groups become grids: one list of answers for several things."""

from collections.abc import Mapping, Sequence

from cati.importing.names import line
from cati.importing.outline import Origin, OutlineItem, Plain, Remark
from cati.importing.redcap.fields import Made
from cati.importing.redcap.table import Column

STEM = "I will read several things. Please answer each of them."
"""Read before the first row when the dictionary has no words for it."""

_OF_ROW = ("label", "ask_if", "ask", "instruct", "checks", "note")
_RANKED = "Each answer can be given only once in this list."


def can_stand_together(rows: Sequence[Made]) -> bool:
    """Whether rows have one list of answers and one way to take them."""
    first = rows[0].keys if rows else {}
    alike = ("kind", "choices", "at_most", "shuffle")
    return len(rows) > 1 and all(
        "question" in row.keys and all(row.keys.get(key) == first.get(key) for key in alike)
        for row in rows
    )


def make_grid(name: str, rows: Sequence[Made], stem: str) -> tuple[OutlineItem, list[Remark]]:
    """The grid of a matrix group.

    Args:
        name: the name of the grid.
        rows: its fields.
        stem: what is read before the first row; empty when there are no words for it.
    """
    first = rows[0]
    group = first.entry.field[Column.MATRIX]
    remarks: list[Remark] = []
    if not stem:
        why = "a grid begins with a sentence, and the matrix group has none"
        remarks.append(Remark(first.entry.field.cell(Column.MATRIX), group, STEM, why))
    keys: dict[str, Plain] = {
        "grid": name,
        "title": line(group.replace("_", " ").capitalize()) or name,
        "kind": first.keys["kind"],
        "ask": stem or STEM,
    }
    for key in ("choices", "at_most", "shuffle"):
        if key in first.keys:
            keys[key] = first.keys[key]
    if any(row.keys.get("at_least") == 0 for row in rows):
        keys["at_least"] = 0
    _required(rows, keys)
    if any("sensitivity" in row.keys for row in rows):
        keys["sensitivity"] = "identifying"
    if first.entry.field[Column.RANKING].lower() == "y" and first.keys["kind"] == "one_of":
        _rank(rows)
    items = [_row(row) for row in rows]
    bare = [{key: row[key] for key in ("item", "label", "ask")} for row in items]
    cell = first.entry.field.cell(Column.MATRIX)
    origins = {"items": Origin(cell, "conditions of a matrix", group, instead=bare)}
    lost = tuple(one for row in rows for one in row.notes.lost)
    return OutlineItem({**keys, "items": items}, lost, origins), remarks


def _required(rows: Sequence[Made], keys: dict[str, Plain]) -> None:
    """A grid refuses missing reasons for all of its rows or for none."""
    required = [row for row in rows if "no_missing" in row.keys]
    if len(required) == len(rows):
        keys["no_missing"] = rows[0].keys["no_missing"]
        return
    for row in required:
        why = "the matrix has fields that are not, and a grid has one rule for all of its rows"
        row.notes.lose(Column.REQUIRED, "required", why)


def _row(made: Made) -> Mapping[str, Plain]:
    found: dict[str, Plain] = {"item": made.keys["question"]}
    return found | {key: made.keys[key] for key in _OF_ROW if key in made.keys}


def _rank(rows: Sequence[Made]) -> None:
    """In a ranked matrix no answer is given twice: a hard check in each row but the first."""
    for number, row in enumerate(rows):
        name = row.keys["question"]
        others = [f"{name} != {other.keys['question']}" for other in rows[:number]]
        if others:
            row.keys["checks"] = [{"hard": " and ".join(others), "say": _RANKED}]
