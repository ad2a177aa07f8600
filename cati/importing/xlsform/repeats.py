"""Repeats become rosters."""

from collections.abc import Callable
from typing import Final

from cati.importing.names import line
from cati.importing.outline import ByLanguage, Origin, OutlineItem, Plain
from cati.importing.settle import WHOLE
from cati.importing.xlsform.form import Cell, FormRow, Node
from cati.importing.xlsform.shop import Place, Shop, rest
from cati.importing.xlsform.terms import Known, Sort
from cati.importing.xlsform.xpath import XPathError
from instrument.items import MOST_ROWS

ROWS_NOT_SAID: Final = 99
"""Of a roster whose form does not say how many rows there can be."""
_MOST: Final = (
    "the form does not say how many there can be, and at_most is 99: put the greatest number that "
    "occurs, since data files in wide form have columns for every row"
)


def repeat(
    shop: Shop,
    node: Node,
    place: Place,
    inner: Callable[[list[Node], FormRow, Place], list[OutlineItem]],
) -> OutlineItem:
    """A repeat with everything in it.

    Args:
        shop: the import.
        node: the repeat.
        place: where it stands.
        inner: makes the items of a group.
    """
    row = node.row
    name = shop.given[row.at]
    title = shop.maker.plain(row.texts("label")) or line(row.text("name")) or "Row"
    keys: dict[str, Plain] = {"roster": name, "title": title}
    cell = row.get("type") or Cell("", row.at)
    origins = {WHOLE: Origin(cell.at, "repeat", row.text("name"))}
    ask_if, origin = shop.asked_if(row, place)
    if ask_if is not None and origin is not None:
        keys["ask_if"], origins["ask_if"] = ask_if, origin
    _size(shop, row, place, keys, origins)
    keys["row_label"] = _numbered(title)
    rest(shop, row, ("type", "name", "label", "relevant", "repeat_count"))
    lost = shop.taken()
    items = inner(node.children, row, Place(roster=name))
    shop.learn(row.text("name"), Known(name, is_roster=True))
    shop.made[row.at] = name
    return OutlineItem(keys, lost, origins, tuple(items))


def _size(
    shop: Shop, row: FormRow, place: Place, keys: dict[str, Plain], origins: dict[str, Origin]
) -> None:
    """Put how many rows there are under `rows`, or `size` and `at_most`; both missing is open."""
    cell = row.get("repeat_count")
    if cell is not None and cell.text.isdecimal() and 1 <= int(cell.text) <= MOST_ROWS:
        keys["rows"] = int(cell.text)
        return
    if cell is not None:
        try:
            term = shop.translator(place).value(cell.text)
            if term.sort is not Sort.NUMBER or not term.whole:
                raise XPathError(f"the number of rows would be {term.sort}, and is an integer")
            keys["size"] = term.text
            origins["size"] = Origin(cell.at, "repeat_count", cell.text)
        except XPathError as error:
            shop.lose(
                cell, "repeat_count", f"{error}; the interviewer says how many rows there are"
            )
    keys["at_most"] = ROWS_NOT_SAID
    shop.remark(cell or Cell(row.text("name"), row.at), f"at_most: {ROWS_NOT_SAID}", _MOST)


def _numbered(title: str | ByLanguage) -> str | ByLanguage:
    if isinstance(title, ByLanguage):
        return ByLanguage(tuple((code, f"{text} {{row}}") for code, text in title.texts))
    return f"{title} {{row}}"
