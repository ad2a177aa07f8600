"""A form to an outline: names first, then every row in its order, group by group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cati.importing.moments import TIME
from cati.importing.names import Names, section_names, slug
from cati.importing.outline import (
    ByLanguage,
    Lost,
    Origin,
    Outline,
    OutlineItem,
    OutlineSection,
    Renamed,
)
from cati.importing.xlsform.calls import TODAY
from cati.importing.xlsform.computed import computed
from cati.importing.xlsform.finish import finish, title_of, words
from cati.importing.xlsform.form import Cell, Form, FormRow, Node, kind_of_row
from cati.importing.xlsform.grids import Table, grid, is_grid, tables
from cati.importing.xlsform.languages import Languages, TextMaker, read_languages
from cati.importing.xlsform.lists import Lists
from cati.importing.xlsform.questions import (
    Sort,
    is_required,
    lose_row,
    question,
    sort_of,
    statement,
)
from cati.importing.xlsform.repeats import repeat
from cati.importing.xlsform.shop import LATER, Gate, Place, Shop, rest
from cati.importing.xlsform.terms import Known, Term, both
from instrument import Kind

_ASKS: Final = frozenset({"select", "question", "range"})
_OFF: Final = frozenset({"yes", "true", "true()", "1"})


@dataclass(slots=True)
class Built:
    """An outline, and the account of what became of each row."""

    outline: Outline
    made: Mapping[str, str]
    """Row (such as `survey!12`) to the name of its item; empty for what needs none."""
    total: int
    """Rows that ask, show, hold or group something."""
    renamed: Sequence[Renamed]


def build(form: Form, stem: str) -> Built:
    """Make the outline of an instrument from a form.

    Args:
        form: the form.
        stem: name of its file without the ending, for a form that has no name.
    """
    return _Builder(form, read_languages(form)).built(stem)


class _Builder:
    """One import."""

    def __init__(self, form: Form, languages: Languages) -> None:
        known: dict[str, Known] = {}
        maker = TextMaker(languages, known)
        self.form = form
        self.languages = languages
        self.shop = Shop(form, Names(), Lists(form, maker), maker, known)
        self.sections: list[OutlineSection] = []
        self.section_names = section_names()
        self.lost: list[Lost] = list(form.lost)
        self.total = 0

    def built(self, stem: str) -> Built:
        """The whole outline."""
        rows = [node for top in self.form.nodes for node in top.rows()]
        self._name(rows)
        self.shop.lists.items = frozenset(self.shop.given.values())
        asking = [
            node.row for node in rows if node.sort == "row" and sort_of(node.row).what in _ASKS
        ]
        self.shop.with_blank = not all(is_required(row) for row in asking)
        self._sections(list(self.form.nodes), Place())
        outline, others = finish(self.shop, self.languages, self.sections, self.lost, stem)
        renamed = [*self.shop.names.renamed, *self.section_names.renamed, *others]
        return Built(outline, self.shop.made, self.total, renamed)

    def _name(self, nodes: Sequence[Node]) -> None:
        """Give every row that may become an item its name, before anything reads it."""
        self.shop.shared |= _shared(nodes)
        for node in nodes:
            row = node.row
            if node.sort == "row" and not kind_of_row(row):
                continue
            self.total += 1
            sort = sort_of(row) if node.sort == "row" else Sort(node.sort)
            foreign = row.text("name")
            if node.sort == "group" and not _is_table(row):
                continue
            ending = "_specify" if sort.other else TIME if sort.with_time else ""
            first = next(iter(row.texts("label").values()), Cell("", "")).text
            stem = foreign or slug(first, 20) or f"row_{row.number}"
            at = row.get("name")
            name = self.shop.names.give(
                stem, otherwise=f"row_{row.number}", with_ending=ending, at=at.at if at else ""
            )
            self.shop.given[row.at] = name
            if foreign:
                self.shop.known.setdefault(foreign, Known(name, why_not=LATER))

    def _sections(self, nodes: Sequence[Node], place: Place) -> None:
        """Groups at the top are sections; what stands between them makes sections of its own."""
        loose: list[Node] = []
        for node in nodes:
            if node.sort != "group" or _is_table(node.row):
                loose.append(node)
                continue
            self._loose(loose, place)
            loose = []
            inner = place.inside(self.shop.gate(node.row, place))
            if node.children and all(one.sort == "group" for one in node.children):
                self._rest_of_group(node.row, title_kept=False)
                self.lost += self.shop.taken()
                self._sections(node.children, inner)
            else:
                self._section(node, inner)
        self._loose(loose, place)

    def _loose(self, nodes: Sequence[Node], place: Place) -> None:
        """A section for what stands in no group."""
        if not nodes:
            return
        number = len(self.sections) + 1
        whole = len(nodes) == len(self.form.nodes)
        title = title_of(self.form) if whole else f"Part {number}"
        name = self.section_names.give("main" if whole else f"part_{number}")
        self._add(name, title, self._items(nodes, None, replace(place, gates=())), place)

    def _section(self, node: Node, place: Place) -> None:
        row = node.row
        foreign = row.text("name")
        at = row.get("name")
        name = self.section_names.give(
            foreign, otherwise=f"group_{row.number}", at=at.at if at and foreign else ""
        )
        title = self.shop.maker.plain(row.texts("label"))
        self._rest_of_group(row, title_kept=True)
        lost = self.shop.taken()
        items = self._items(node.children, row, replace(place, gates=()))
        self._add(name, title or words(foreign) or "Group", items, place, lost)

    def _add(
        self,
        name: str,
        title: str | ByLanguage,
        items: Sequence[OutlineItem],
        place: Place,
        lost: Sequence[Lost] = (),
    ) -> None:
        term, origin = _joined(place.gates)
        self.sections.append(
            OutlineSection(
                name, title, tuple(items), None if term is None else term.text, tuple(lost), origin
            )
        )

    def _items(
        self, nodes: Sequence[Node], group: FormRow | None, place: Place
    ) -> list[OutlineItem]:
        """The items of a group, those of groups inside it among them."""
        items: list[OutlineItem] = []
        for part in tables(nodes, group):
            items.extend(self._part(part, group, place))
        return items

    def _part(self, part: Node | Table, group: FormRow | None, place: Place) -> list[OutlineItem]:
        shop = self.shop
        if isinstance(part, Table):
            heading = part.heading if part.heading is not None else group
            assert heading is not None
            if part.is_row:
                rest(shop, heading, ("type", "name", "label", "appearance", "required"))
            return grid(shop, part, shop.given[heading.at], place)
        row = part.row
        match part.sort:
            case "group":
                inner = place.inside(self.shop.gate(row, place))
                self._rest_of_group(row, title_kept=is_grid(part))
                lost = shop.taken()
                found = self._items(part.children, row, inner)
                return [OutlineItem({}, lost), *found] if lost else found
            case "repeat" if place.roster is None:
                return [repeat(shop, part, place, self._items)]
            case "repeat":
                return self._lose_all(part, "it stands in another repeat, and rosters do not nest")
            case "loop":
                return self._lose_all(part, "there are no loops over a list of choices")
            case _:
                return self._row(row, place)

    def _lose_all(self, node: Node, why: str) -> list[OutlineItem]:
        lost = [lose_row(self.shop, one.row, why) for one in node.rows()]
        for one in node.rows():
            if one.row.text("name"):
                name = self.shop.given.get(one.row.at, "")
                lost_one = Known(name, why_not="which is not carried over")
                self.shop.learn(one.row.text("name"), lost_one)
        return lost

    def _row(self, row: FormRow, place: Place) -> list[OutlineItem]:
        shop = self.shop
        if not kind_of_row(row):
            rest(shop, row, ())
            lost = shop.taken()
            return [OutlineItem({}, lost)] if lost else []
        if row.text("disabled").lower() in _OFF:
            return [lose_row(shop, row, "it is switched off in the original")]
        sort = sort_of(row)
        read_only = row.text("read_only").lower() in _OFF
        calculated = row.get("calculation") is not None and sort.what in ("hidden", "question")
        match sort.what:
            case "calculate":
                return [computed(shop, row, place)]
            case "hidden" | "question" if calculated and (read_only or sort.what == "hidden"):
                return [computed(shop, row, place)]
            case "question" if read_only and sort.list_name == "":
                return [statement(shop, row, place)]
            case "note" | "trigger":
                return [statement(shop, row, place)]
            case "range":
                return question(shop, row, replace(sort, kind=Kind.INTEGER), place)
            case "select" | "question":
                return question(shop, row, sort, place)
            case "hidden" if kind_of_row(row).lower().removeprefix("get ") == "today":
                return self._today(row)
            case _:
                return [lose_row(shop, row, sort.why)]

    def _today(self, row: FormRow) -> list[OutlineItem]:
        """The day of the interview needs no item: what reads it reads the pseudo-item."""
        shop = self.shop
        cell = row.get("name")
        shop.learn(row.text("name"), Known(TODAY))
        shop.made[row.at] = ""
        if cell and cell.text:
            shop.names.renamed.append(Renamed(cell.at, cell.text, TODAY))
        rest(shop, row, ("type", "name"))
        lost = shop.taken()
        return [OutlineItem({}, lost)] if lost else []

    def _rest_of_group(self, row: FormRow, *, title_kept: bool) -> None:
        """Note what a group loses; its label is a title only where it is a section."""
        self.shop.made[row.at] = ""
        read = ["type", "name", "relevant"]
        if title_kept and _is_table(row):
            read.append("appearance")
        cells = () if title_kept else [*row.texts("label").values()]
        for cell in cells:
            self.shop.lose(cell, "label", "a group inside of another one has no title here")
        name = row.get("name")
        if name and not title_kept and not cells:
            why = "it is no section here, as it holds groups or stands in one; its items stay"
            self.shop.lose(name, "group", why)
        rest(self.shop, row, (*read, "label"))


def _shared(nodes: Sequence[Node]) -> dict[str, str]:
    """Names that more than one row has (groups have no value and do not count), and where."""
    cells: dict[str, list[str]] = {}
    for node in nodes:
        cell = node.row.get("name")
        if cell and cell.text and node.sort != "group" and not _is_off(node.row):
            cells.setdefault(cell.text, []).append(cell.at)
    return {name: ", ".join(places) for name, places in cells.items() if len(places) > 1}


def _is_off(row: FormRow) -> bool:
    """Whether a row does not count: it is switched off, or a comment."""
    return row.text("disabled").lower() in _OFF or not kind_of_row(row)


def _is_table(row: FormRow) -> bool:
    return "table-list" in row.text("appearance").split()


def _joined(gates: Sequence[Gate]) -> tuple[Term | None, Origin | None]:
    """The conditions of groups as one, and where the last of them stands."""
    if not gates:
        return None, None
    term = gates[0].term
    for gate in gates[1:]:
        term = both(term, gate.term)
    original = " and ".join(gate.cell.text for gate in gates)
    return term, Origin(gates[-1].cell.at, "relevant", original)
