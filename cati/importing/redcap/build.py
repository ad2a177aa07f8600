"""A dictionary becomes an outline: forms are sections, fields are items."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Final

from cati.importing.moments import time_beside
from cati.importing.names import Names, altered, line, section_names
from cati.importing.outline import (
    Outline,
    OutlineItem,
    OutlineSection,
    Plain,
    Remark,
    Renamed,
)
from cati.importing.redcap import translate
from cati.importing.redcap.entries import Entry, can_ask, is_required, look
from cati.importing.redcap.fields import Made, Workshop
from cati.importing.redcap.general import alignment, general, moves, negative, strange
from cati.importing.redcap.known import Fields, Known
from cati.importing.redcap.logic import Joined, Logic, Untranslatable, parse_logic
from cati.importing.redcap.matrices import can_stand_together, make_grid
from cati.importing.redcap.missing import missing_reasons
from cati.importing.redcap.notes import Notes
from cati.importing.redcap.order import by_form, in_order
from cati.importing.redcap.sharing import share
from cati.importing.redcap.table import Column, Dictionary
from cati.importing.settle import WHOLE
from instrument import Kind

_LONGEST_UNIVERSE: Final = 2_000


@dataclass(slots=True)
class Built:
    """An outline, and what became of each part of the dictionary."""

    outline: Outline
    became: list[str]
    """Of each field and section header: the name of its item, empty when it has none."""
    renamed: list[Renamed]


def build(dictionary: Dictionary, name: str, title: str, missing_codes: str = "") -> Built:
    """The outline of a dictionary.

    Args:
        dictionary: the fields.
        name: the name of the instrument.
        title: its title.
        missing_codes: the missing data codes of the project, such as `-999, Unknown | …`.
    """
    ordered, moved = in_order(by_form(dictionary.fields))
    with_blank = not all(
        is_required(one) for place, one in enumerate(ordered) if can_ask(one, place)
    )
    reasons = missing_reasons(missing_codes, negative(dictionary.fields), with_blank=with_blank)
    fields = Fields(missing=reasons.names)
    names = Names()
    entries = look(ordered, names, fields)
    given = frozenset(entry.name for entry in entries if entry.name)
    shop = Workshop(fields, names, given, reasons.blank)
    builder = _Builder(shop)
    sections = builder.sections(entries)
    sections, shared = share(sections)
    lost = [*reasons.lost, *strange(dictionary), *alignment(dictionary)]
    outline = Outline(
        name=name,
        title=title,
        version="1",
        sections=tuple(sections),
        missing=reasons.reasons,
        choices=shared,
        lost=tuple(lost),
        remarks=(
            *reasons.remarks,
            *general(dictionary, refuses=builder.refuses),
            *moves(moved),
            *builder.remarks,
        ),
        heading=f"Made from the REDCap data dictionary of {title}.",
    )
    return Built(outline, builder.became, [*names.renamed, *builder.section_names.renamed])


@dataclass(slots=True)
class _Builder:
    """Puts items in their order."""

    shop: Workshop
    became: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    refuses: bool = False
    """Whether a value that REDCap only warns of is refused."""
    section_names: Names = field(default_factory=section_names)
    _numbered: set[str] = field(default_factory=set)
    """Fields of choices that have their computed number."""

    def sections(self, entries: Sequence[Entry]) -> list[OutlineSection]:
        """One section for each form, in the order of their first fields."""
        forms: dict[str, list[Entry]] = {}
        for entry in entries:
            forms.setdefault(entry.field[Column.FORM] or "form", []).append(entry)
        return [self._section(form, there) for form, there in forms.items()]

    def _section(self, form: str, entries: Sequence[Entry]) -> OutlineSection:
        cell = entries[0].field.cell(Column.FORM)
        name = self.section_names.give(form, otherwise="form", at=cell)
        title = form.replace("_", " ").capitalize()
        if why := altered(title):
            self.remarks.append(Remark(cell, form, line(title), why))
        return OutlineSection(name, line(title) or "Form", tuple(self._items(entries)))

    def _items(self, entries: Sequence[Entry]) -> Iterator[OutlineItem]:
        for _, grouped in groupby(enumerate(entries), lambda pair: _group(pair[1], pair[0])):
            places, together = zip(*grouped, strict=True)
            rest = entries[places[0] :]
            if together[0].field[Column.MATRIX] and len(together) > 1:
                yield from self._matrix(together, rest)
            else:
                made = self.shop.make(together[0])
                if together[0].field[Column.MATRIX] and "question" in made.keys:
                    made.notes.lose(Column.MATRIX, "matrix group", "it has no other field")
                yield from self._single(made, rest)

    def _matrix(self, entries: Sequence[Entry], rest: Sequence[Entry]) -> Iterator[OutlineItem]:
        made = [self.shop.make(entry, alone=False) for entry in entries]
        rows = [row for row in made if "question" in row.keys]
        if not can_stand_together(rows):
            for number, row in enumerate(made):
                if "question" in row.keys:
                    why = "its fields have no list of answers in common"
                    row.notes.lose(Column.MATRIX, "matrix group", why)
                yield from self._single(row, rest[number:])
            return
        for row in made:
            if "question" not in row.keys:
                yield from self._single(row, [row.entry])
        group = entries[0].field
        name = self.shop.names.give(
            group[Column.MATRIX], otherwise="grid", at=group.cell(Column.MATRIX)
        )
        header = rows[0].notes.stripped(Column.HEADER)
        stem = self.shop.piping(rows[0], Column.HEADER).filled(header)
        grid, remarks = make_grid(name, rows, stem)
        self.remarks += remarks
        if header:
            self.became.append(rows[0].entry.name)
        for row in rows:
            self.became.append(row.entry.name)
            self.remarks += row.notes.remarks
        for row in rows[1:]:
            yield from self._header(row, [row.entry])
        yield grid

    def _single(self, made: Made, rest: Sequence[Entry]) -> Iterator[OutlineItem]:
        asks_header = _asks_header(made)
        if not asks_header:
            yield from self._header(made, rest)
        for foreign in made.needed:
            if foreign not in self._numbered:
                self._numbered.add(foreign)
                yield self._number(self.shop.fields.known[foreign])
        if asks_header:
            self.became.append(made.entry.name)
        self.became.append(made.entry.name if made.keys else "")
        self.remarks += made.notes.remarks
        self.refuses |= "range" in made.origins and not made.entry.annotation.tag("@FORCE-MINMAX")
        if made.entry.field[Column.RANKING].lower() == "y":
            made.notes.lose(Column.RANKING, "matrix ranking", "a single question ranks nothing")
        yield made.item
        if made.with_time:
            yield time_beside(made.item)

    def _header(self, made: Made, rest: Sequence[Entry]) -> Iterator[OutlineItem]:
        """The statement of a section header."""
        source = made.entry.field
        if not source[Column.HEADER]:
            return
        notes = Notes(source)
        piping = self.shop.piping(Made(made.entry, notes), Column.HEADER)
        said = piping.filled(notes.stripped(Column.HEADER))
        if not said:
            notes.lose(Column.HEADER, "section header", "it has no words")
            self.became.append("")
            yield OutlineItem({}, tuple(notes.lost))
            return
        name = self.shop.names.give(f"{source[Column.NAME]}_header", otherwise="header")
        self.became.append(name)
        keys: dict[str, Plain] = {"statement": name}
        origins = {WHOLE: notes.origin(Column.HEADER, "section header")}
        if universe := self._universe(rest):
            keys["ask_if"] = universe
            origins["ask_if"] = notes.origin(Column.BRANCHING, "universe of a section header")
        keys["say"] = said
        yield OutlineItem(keys, tuple(notes.lost), origins)

    def _universe(self, rest: Sequence[Entry]) -> str:
        """When any field under a header is asked: REDCap hides a header that has none below it."""
        under: list[Entry] = []
        for number, entry in enumerate(rest):
            if number and entry.field[Column.HEADER]:
                break
            under.append(entry)
        asked = [entry for entry in under if entry.role in ("question", "statement")]
        if not asked or not all(entry.field[Column.BRANCHING] for entry in asked):
            return ""
        reading = self.shop.reading(under[0].place, alone=False)
        try:
            parts: dict[Logic, None] = {}
            for entry in asked:
                logic = parse_logic(entry.field[Column.BRANCHING])
                either = isinstance(logic, Joined) and logic.operator == "or"
                parts |= dict.fromkeys(
                    logic.parts if isinstance(logic, Joined) and either else [logic]
                )
            text = translate.condition(Joined("or", tuple(parts)), reading).text
        except Untranslatable:
            return ""
        return text if len(text) <= _LONGEST_UNIVERSE else ""

    def _number(self, known: Known) -> OutlineItem:
        """The computed item that holds the code of a choice as a number."""
        whole = all(value == value.to_integral_value() for value in known.numbers.values())
        given = self.shop.given
        branches = [
            {"when": f"{known.name} == {_quoted(choice, given)}", "is": _plain(known.numbers[code])}
            for code, choice in known.choices.items()
        ]
        return OutlineItem(
            {
                "compute": self.shop.number_of(known),
                "kind": (Kind.INTEGER if whole else Kind.DECIMAL).value,
                "label": f"{known.foreign}: its code as a number",
                "branches": branches,
            }
        )


def _group(entry: Entry, place: int) -> tuple[str, int]:
    """Fields next to each other that have one matrix group stand together."""
    matrix = entry.field[Column.MATRIX]
    return (matrix, 0) if matrix else ("", place)


def _asks_header(made: Made) -> bool:
    """Whether a header was taken as the words of a question that has none."""
    field = made.entry.field
    words = Notes(field).stripped(Column.LABEL)
    return bool(field[Column.HEADER] and not words and "ask" in made.keys)


def _plain(value: Decimal) -> int | Decimal:
    return int(value) if value == value.to_integral_value() else value


def _quoted(choice: str, given: frozenset[str]) -> str:
    return f'"{choice}"' if choice in given else choice
