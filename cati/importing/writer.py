"""From an outline to the YAML files of an instrument."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cati.importing.layout import comment, element, entry
from cati.importing.outline import Lost, Outline, OutlineItem, OutlineSection, Plain
from instrument.header import FILE

_PARTS: Final = frozenset({"checks", "branches", "items"})
"""Keys whose parts are told apart: one of them can be taken out without the others."""
_PROSE: Final = 10_000
"""Characters of an original that a comment repeats."""


@dataclass(frozen=True, slots=True)
class Spot:
    """What stands in a line of a written file."""

    section: int | None
    """Number of the section from 0; None in instrument.yaml."""
    item: tuple[int, ...] = ()
    """Number of the item in its section, and of that inside its roster; empty for the section."""
    key: str | None = None
    """Its key, or `checks/0` for the first part of a list; None for what begins the item."""


@dataclass(slots=True)
class Written:
    """The files of an instrument."""

    files: dict[str, str] = field(default_factory=dict)
    """File name to YAML."""
    spots: dict[tuple[str, int], Spot] = field(default_factory=dict)
    """File and line (from 1) to what stands there."""


def write(outline: Outline) -> dict[str, str]:
    """The files of an instrument: name to text."""
    return write_with_spots(outline).files


def write_with_spots(outline: Outline) -> Written:
    """The files of an instrument, and what stands in each of their lines."""
    written = Written()
    page = _Page(FILE, written)
    page.add(_header(outline), Spot(None))
    page.close()
    for number, section in enumerate(outline.sections):
        page = _Page(f"{section.name}.yaml", written)
        _section(page, number, section)
        page.close()
    return written


class _Page:
    """One file while it is written."""

    def __init__(self, name: str, written: Written) -> None:
        self.name = name
        self.written = written
        self.lines: list[str] = []

    def add(self, lines: Sequence[str], spot: Spot) -> None:
        for line in lines:
            self.lines.append(line)
            self.written.spots[self.name, len(self.lines)] = spot

    def close(self) -> None:
        self.written.files[self.name] = "\n".join(self.lines) + "\n"


def _header(outline: Outline) -> list[str]:
    lines = [*comment(outline.heading, 0), ""] if outline.heading else []
    lines += losses(outline.lost, 0)
    lines += entry("instrument", outline.name, 0)
    lines += entry("title", outline.title, 0)
    lines += [f'version: "{outline.version}"']
    if outline.languages and dict(outline.languages) != {"en": "English"}:
        lines += entry("languages", dict(outline.languages), 0)
    if outline.missing:
        lines += ["", *entry("missing", list(outline.missing), 0)]
    if outline.choices:
        lines += ["", "choices:"]
        for name, choices in outline.choices.items():
            lines += [f"  {name}:", *(line for one in choices for line in element(one, 4))]
    return [*lines, "", *entry("sections", [section.name for section in outline.sections], 0)]


def _section(page: _Page, number: int, section: OutlineSection) -> None:
    here = Spot(number)
    page.add(losses(section.lost, 0), here)
    page.add([f"section: {section.name}", *entry("title", section.title, 0)], here)
    if section.ask_if is not None:
        page.add(entry("ask_if", section.ask_if, 0), Spot(number, (), "ask_if"))
    page.add(["items:"], here)
    for place, item in enumerate(section.items):
        _item(page, Spot(number, (place,)), item, 2)


def _item(page: _Page, spot: Spot, item: OutlineItem, indent: int) -> None:
    page.add(losses(item.lost, indent), spot)
    lead = " " * indent + "- "
    for key, value in item.keys.items():
        for key_of_part, lines in _lines_of_key(key, value, indent + 2):
            first = lead + lines[0].lstrip() if lead else lines[0]
            lead = ""
            here = Spot(
                spot.section, spot.item, None if key_of_part == _first(item) else key_of_part
            )
            page.add([first, *lines[1:]], here)
    if item.items:
        page.add([" " * (indent + 2) + "items:"], spot)
        for place, inner in enumerate(item.items):
            _item(page, Spot(spot.section, (*spot.item, place)), inner, indent + 4)


def _first(item: OutlineItem) -> str:
    return next(iter(item.keys))


def _lines_of_key(key: str, value: Plain, indent: int) -> list[tuple[str, list[str]]]:
    """The lines of a key, those of separate parts apart, each with what `Spot.key` calls it."""
    if key in _PARTS and isinstance(value, Sequence) and not isinstance(value, str):
        found = [(key, [" " * indent + f"{key}:"])]
        found += [(f"{key}/{n}", element(part, indent + 2)) for n, part in enumerate(value)]
        return found
    return [(key, entry(key, value, indent))]


def losses(lost: Sequence[Lost], indent: int) -> list[str]:
    """What could not be carried over, as comments at its place."""
    lines: list[str] = []
    for one in lost:
        original = one.original[:_PROSE]
        lines += comment(f"not carried over: {one.feature} ({one.cell}), {one.why}", indent)
        lines += comment(f"  {original}", indent) if original else []
    return lines


def keys(item: OutlineItem, **changes: Plain) -> Mapping[str, Plain]:
    """The keys of an item with some of them changed or added at the end."""
    return {**item.keys, **changes}
