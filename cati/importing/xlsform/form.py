"""The sheets of an XLSForm as a form: settings, lists of choices, a tree of groups and rows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cati.importing.errors import ImportingError
from cati.importing.outline import Lost
from cati.importing.xlsform.workbook import Sheet, Workbook

MAX_GROUPS: Final = 40
"""Deepest nesting of groups."""

_TRANSLATED: Final = frozenset({"label", "hint", "guidance_hint", "text", "caption", "short"})
_BIND: Final = {
    "jr:constraintMsg": "constraint_message",
    "jr:requiredMsg": "required_message",
    "calculate": "calculation",
    "readonly": "read_only",
}
_CONTROL: Final = {"jr:count": "repeat_count"}
_OTHER_SPELLINGS: Final = {
    "text": "label",
    "constraint_msg": "constraint_message",
    "constraint-msg": "constraint_message",
    "required_msg": "required_message",
    "list name": "list_name",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A text and where it stands."""

    text: str
    at: str


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row of a sheet, its cells by what their column means."""

    number: int
    at: str
    """How reports call the row, such as `survey!12`."""
    cells: Mapping[tuple[str, str], Cell]
    """Column and language (as written, or empty) to cell."""

    def get(self, column: str) -> Cell | None:
        """The cell of a column, in whichever language comes first."""
        return next((cell for (name, _), cell in self.cells.items() if name == column), None)

    def text(self, column: str) -> str:
        """The text of a column; empty if there is none."""
        cell = self.get(column)
        return cell.text if cell else ""

    def texts(self, column: str) -> dict[str, Cell]:
        """The cells of a column by language."""
        return {language: cell for (name, language), cell in self.cells.items() if name == column}


@dataclass(slots=True)
class Node:
    """A row, and of groups and repeats what stands in them."""

    row: FormRow
    sort: str
    """`row`, `group`, `repeat` or `loop`."""
    children: list["Node"] = field(default_factory=list)

    def rows(self) -> Iterator["Node"]:
        """Itself and everything in it."""
        yield self
        for child in self.children:
            yield from child.rows()


@dataclass(frozen=True, slots=True)
class Form:
    """An XLSForm."""

    nodes: tuple[Node, ...]
    choices: Mapping[str, Sequence[FormRow]]
    """Name of a list to its rows."""
    settings: FormRow | None
    languages: tuple[str, ...]
    """As written in the headers, in their order; the empty one for texts without a language."""
    lost: tuple[Lost, ...]


def read_form(workbook: Workbook) -> Form:
    """The form that a workbook holds.

    Raises:
        ImportingError: groups that do not pair up, or are nested beyond measure.
    """
    from pyxform import aliases

    lost = list(workbook.lost)
    survey = _rows(workbook.sheets["survey"], aliases.survey_header, lost)
    choices: dict[str, list[FormRow]] = {}
    for name in ("choices", "external_choices"):
        if name in workbook.sheets:
            _sort_choices(_rows(workbook.sheets[name], aliases.list_header, lost), choices, lost)
    settings = None
    if "settings" in workbook.sheets:
        found = _rows(workbook.sheets["settings"], aliases.settings_header, lost)
        settings = found[0] if found else None
        lost += [
            Lost(cell.at, f"setting {column}", cell.text, "settings stand in row 2 alone")
            for row in found[1:]
            for (column, _), cell in row.cells.items()
        ]
    for name, sheet in workbook.sheets.items():
        if sheet.rows and name not in ("survey", "choices", "external_choices", "settings"):
            lost.append(Lost(f"{name}!1", f"sheet {name}", "", "there is nothing like it here"))
    languages = _languages([*survey, *(row for rows in choices.values() for row in rows)])
    return Form(tuple(_tree(survey, lost)), choices, settings, languages, tuple(lost))


def _rows(sheet: Sheet, aliases: Mapping[str, object], lost: list[Lost]) -> list[FormRow]:
    columns = {header: _column(header, sheet, aliases) for header in sheet.columns}
    rows = []
    for row in sheet.rows:
        cells: dict[tuple[str, str], Cell] = {}
        for header, text in row.cells.items():
            at = sheet.cell(row.number, header)
            place = columns.get(header, (header, ""))
            if place in cells:
                lost.append(Lost(at, f"column {header}", text, "another column means the same"))
            else:
                cells[place] = Cell(text.strip(), at)
        rows.append(FormRow(row.number, sheet.cell(row.number), cells))
    return rows


def _column(header: str, sheet: Sheet, aliases: Mapping[str, object]) -> tuple[str, str]:
    """What a column means, and its language."""
    from pyxform.parsing.sheet_headers import process_header

    double = any("::" in one for one in sheet.columns)
    _, tokens = process_header(
        header=header,
        use_double_colon=double,
        header_aliases=aliases,
        header_columns={"type", "name", "label", "hint", "guidance_hint", "default", "parameters",
                        "choice_filter", "list_name", "trigger", "save_to", "disabled"},
    )  # fmt: skip
    words = [str(token).strip() for token in tokens]
    match words:
        case ["bind", what, *rest]:
            name = _BIND.get(what, what)
        case ["control", what, *rest]:
            name = _CONTROL.get(what, what)
        case ["media", what, *rest]:
            name = what
        case [what, *rest]:
            name = what
        case _:
            name, rest = header, []
    snake = "_".join(name.lower().split()) if sheet.name == "survey" else name
    name = _OTHER_SPELLINGS.get(snake, _OTHER_SPELLINGS.get(name, snake))
    if rest and name not in _TRANSLATED and not name.endswith("_message") and len(words) > 2:
        return name, rest[-1]
    return (name, rest[0]) if rest else (name, "")


def _sort_choices(
    rows: Sequence[FormRow], choices: dict[str, list[FormRow]], lost: list[Lost]
) -> None:
    for row in rows:
        name, listed = row.text("name"), row.text("list_name")
        if name and listed:
            choices.setdefault(listed, []).append(row)
        elif any(cell.text for cell in row.cells.values()):
            text = ", ".join(cell.text for cell in row.cells.values())
            why = "a choice needs a name and the name of its list"
            lost.append(Lost(row.at, "choice", text, why))


def _languages(rows: Sequence[FormRow]) -> tuple[str, ...]:
    """Languages of the texts, in the order of their first use."""
    found: dict[str, None] = {}
    for row in rows:
        for column, language in row.cells:
            if column in _TRANSLATED:
                found.setdefault(language)
    return tuple(found)


_BEGIN: Final = re.compile(
    r"begin[ _](?P<sort>group|repeat|loop|looped group|lgroup)( (over )?(?P<list>\S+))?"
)
_END: Final = re.compile(r"end[ _](group|repeat|loop|looped group|lgroup)")


def kind_of_row(row: FormRow) -> str:
    """The type of a row with single spaces; empty for comments."""
    return " ".join(row.text("type").split())


def _tree(rows: Sequence[FormRow], lost: list[Lost]) -> list[Node]:
    """Rows as a tree of groups and repeats; what stands in rows that end one is lost."""
    top: list[Node] = []
    open_nodes: list[Node] = []
    for row in rows:
        kind = kind_of_row(row).lower()
        here = open_nodes[-1].children if open_nodes else top
        if begin := _BEGIN.fullmatch(kind):
            sort = "group" if begin["sort"] == "group" else "repeat"
            node = Node(row, "loop" if begin["sort"] == "loop" else sort)
            here.append(node)
            open_nodes.append(node)
            if len(open_nodes) > MAX_GROUPS:
                raise ImportingError(f"{row.at}: groups are nested more than {MAX_GROUPS} deep.")
        elif _END.fullmatch(kind):
            if not open_nodes:
                raise ImportingError(f"{row.at}: this '{kind}' ends nothing that was begun.")
            open_nodes.pop()
            lost += [
                Lost(cell.at, column, cell.text, f"a row of type '{kind}' has nothing of its own")
                for (column, _), cell in row.cells.items()
                if column not in ("type", "name", "label")
            ]
        else:
            here.append(Node(row, "row"))
    if open_nodes:
        raise ImportingError(f"{open_nodes[-1].row.at}: what begins here is never ended.")
    return top
