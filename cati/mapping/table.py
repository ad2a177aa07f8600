"""A map as a table, for those who do not look at pictures."""

from collections.abc import Iterator, Sequence

from cati.mapping.model import Marks, kind_of, label_of, rows_of
from instrument.conditions.nodes import names_read
from instrument.models import Instrument, Item, Roster

HEADS = ("No.", "Section", "Item", "Kind", "Label", "Asked if", "Read by", "Marks")


def table_lines(instrument: Instrument, marks: Marks, *, markdown: bool) -> list[str]:
    """The table, a line a row."""
    rows = [HEADS, *_rows(instrument, marks)]
    return list(_as_markdown(rows) if markdown else _as_text(rows))


def _rows(instrument: Instrument, marks: Marks) -> Iterator[tuple[str, ...]]:
    readers: dict[str, dict[str, None]] = {}
    for _, _, item in instrument.walk():
        if item.ask_if is not None:
            for name in names_read(item.ask_if.tree):
                readers.setdefault(name, {})[item.name] = None
    number = 0
    for section in instrument.sections:
        yield (
            "",
            section.name,
            "",
            "section",
            section.title,
            "" if section.ask_if is None else str(section.ask_if),
            "",
            _marked(section.name, marks),
        )
        for own, roster, item in instrument.walk():
            if own.name == section.name:
                number += 1
                yield (
                    str(number),
                    section.name,
                    item.name if roster is None else f"{roster.name} / {item.name}",
                    _kind(item),
                    label_of(item),
                    "" if item.ask_if is None else str(item.ask_if),
                    ", ".join(readers.get(item.name, ())),
                    _marked(item.name, marks),
                )


def _kind(item: Item) -> str:
    return f"roster, {rows_of(item)}" if isinstance(item, Roster) else kind_of(item)


def _marked(name: str, marks: Marks) -> str:
    return "; ".join(mark.words for mark in marks.get(name, ()))


def _as_markdown(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for at, row in enumerate(rows):
        cells = [" ".join(cell.split()).replace("\\", "\\\\").replace("|", "\\|") for cell in row]
        yield f"| {' | '.join(cells)} |"
        if not at:
            yield f"|{' --- |' * len(row)}"


def _as_text(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    cells = [[" ".join(cell.split()) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEADS))]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
