"""Tables of questions that share their choices become grids."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cati.importing.outline import Origin, OutlineItem, Plain
from cati.importing.settle import WHOLE
from cati.importing.xlsform.form import Cell, FormRow, Node
from cati.importing.xlsform.questions import Sort, is_required, question, sort_of
from cati.importing.xlsform.shop import Place, Shop

_OF_GRID = ("kind", "choices", "no_missing", "shuffle")
_OF_ROW = ("ask", "label", "ask_if", "instruct", "help", "checks")
STEM = "For each of the following:"
"""Read before the rows of a table that has no heading."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that stand in one table."""

    heading: FormRow | None
    """The row, or group, whose label is the question that all rows answer."""
    rows: tuple[Node, ...]
    is_row: bool
    """Whether the heading is a row of its own among the children (`appearance: label`)."""


def tables(nodes: Sequence[Node], group: FormRow | None) -> list[Node | Table]:
    """The children of a group, those that stand in a table put together.

    Args:
        nodes: the children.
        group: the row of the group; None outside of groups.
    """
    if group is not None and "table-list" in _appearance(group):
        if len(nodes) > 1 and _alike(nodes):
            return [Table(group, tuple(nodes), False)]
        return list(nodes)
    found: list[Node | Table] = []
    at = 0
    while at < len(nodes):
        end = at + 1
        if "label" in _appearance(nodes[at].row):
            while end < len(nodes) and "list-nolabel" in _appearance(nodes[end].row):
                end += 1
        if end - at > 2 and _alike(nodes[at:end]):
            found.append(Table(nodes[at].row, tuple(nodes[at + 1 : end]), True))
        else:
            found.append(nodes[at])
            end = at + 1
        at = end
    return found


def is_grid(node: Node) -> bool:
    """Whether a group is a table whose rows can stand in one grid."""
    return any(
        isinstance(part, Table) and part.heading is node.row
        for part in tables(node.children, node.row)
    )


def _appearance(row: FormRow) -> list[str]:
    return row.text("appearance").split()


def _alike(nodes: Sequence[Node]) -> bool:
    """Whether all rows are questions with the same choices, asked on the same terms."""
    sorts = [sort_of(node.row) for node in nodes if node.sort == "row"]
    terms = {is_required(node.row) for node in nodes if node.row.texts("label")}
    return (
        len(sorts) == len(nodes)
        and all(one.what == "select" and not one.other for one in sorts)
        and len({(one.kind, one.list_name) for one in sorts}) == 1
        and not any(node.row.get("choice_filter") for node in nodes)
        and len({node.row.text("parameters") for node in nodes}) == 1
        and len(terms) == 1
    )


def grid(shop: Shop, table: Table, name: str, place: Place) -> list[OutlineItem]:
    """A table as a grid; as single questions if one of its rows has no list."""
    made = [_row(shop, node.row, sort_of(node.row), place) for node in table.rows]
    if not all("question" in item.keys for item in made):
        return made
    heading = table.heading
    keys: dict[str, Plain] = {"grid": name}
    cells = heading.texts("label") if heading is not None else {}
    filled, gaps = shop.maker.spoken(cells, shop.translator(place))
    title = shop.maker.plain(cells)
    keys["title"] = title or STEM
    keys["ask"] = filled or STEM
    keys |= {key: made[0].keys[key] for key in _OF_GRID if key in made[0].keys}
    first = next(iter(cells.values()), Cell("", ""))
    rows: list[Plain] = []
    origins = {
        WHOLE: made[0].origins[WHOLE],
        "ask": Origin(first.at, "values in label", first.text, gaps),
    }
    for number, item in enumerate(made):
        kept = {key: item.keys[key] for key in _OF_ROW if key in item.keys}
        rows.append({"item": item.name, **kept})
        whole = item.origins[WHOLE]
        plain: dict[str, Plain] = {"item": item.name}
        plain |= {key: kept[key] for key in ("ask", "label") if key in kept}
        origins[f"items/{number}"] = Origin(whole.cell, whole.feature, whole.original, plain)
    keys["items"] = rows
    lost = tuple(one for item in made for one in item.lost)
    if heading is not None and table.is_row:
        shop.made[heading.at] = name
    return [OutlineItem(keys, (*shop.taken(), *lost), origins)]


def _row(shop: Shop, row: FormRow, sort: Sort, place: Place) -> OutlineItem:
    """One row; that it stands in a table is said by the grid."""
    left = " ".join(word for word in _appearance(row) if word != "list-nolabel")
    cells = {
        column: Cell(left, cell.at) if column[0] == "appearance" else cell
        for column, cell in row.cells.items()
        if left or column[0] != "appearance"
    }
    return question(shop, replace(row, cells=cells), sort, place)[0]
