"""Writes an outline so that it loads: what our reader refuses is taken out and reported as lost.

An importer translates by rules, and the reader is the judge of what came out. Taking something out
can make something else unreadable (a value that a condition reads), hence the rounds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cati.importing.errors import ImportingError
from cati.importing.outline import Lost, Origin, Outline, OutlineItem, OutlineSection, Plain
from cati.importing.writer import Spot, Written, write_with_spots
from instrument import Instrument, InstrumentError, Problem, read_files

_ROUNDS: Final = 200
WHOLE: Final = ""
"""The key of `OutlineItem.origins` under which the origin of the item itself stands."""


@dataclass(frozen=True, slots=True)
class Settled:
    """An outline that loads."""

    outline: Outline
    """As it was written: what had to be taken out is among the losses of its items."""
    files: Mapping[str, str]
    """File name to YAML."""
    instrument: Instrument


def settle(outline: Outline) -> Settled:
    """Write an outline, without whatever our reader refuses.

    Raises:
        ImportingError: nothing of it could be carried over, or the reader refuses something that
            stands in no item.
    """
    for _ in range(_ROUNDS):
        outline = _without_empty(outline)
        if not outline.sections:
            raise ImportingError("No item of it could be carried over, so nothing was written.")
        written = write_with_spots(outline)
        try:
            files = {name: text.encode() for name, text in written.files.items()}
            return Settled(outline, written.files, read_files(files))
        except InstrumentError as error:
            outline = _without(outline, written, error.problems)
    raise ImportingError("It could not be brought into a form that can be read.")


def every_loss(outline: Outline) -> tuple[Lost, ...]:
    """All that an outline lost, in the order of its files."""
    found = list(outline.lost)
    for section in outline.sections:
        found.extend(section.lost)
        found.extend(_losses(section.items))
    return tuple(found)


def _losses(items: Iterable[OutlineItem]) -> list[Lost]:
    found: list[Lost] = []
    for item in items:
        found.extend(item.lost)
        found.extend(_losses(item.items))
    return found


def _without_empty(outline: Outline) -> Outline:
    """Without rosters and sections that hold no item; what they lost is kept further out."""
    lost = list(outline.lost)
    sections = []
    for section in outline.sections:
        items = tuple(_filled(item) for item in section.items)
        if any(item.keys for item in items):
            sections.append(replace(section, items=items))
        else:
            lost += [*section.lost, *_losses(items)]
    return replace(outline, sections=tuple(sections), lost=tuple(lost))


def _filled(item: OutlineItem) -> OutlineItem:
    if "roster" not in item.keys or any(inner.keys for inner in item.items):
        return item
    return OutlineItem({}, (*item.lost, *_losses(item.items)))


def _without(outline: Outline, written: Written, problems: Sequence[Problem]) -> Outline:
    """The outline without what the reader found wrong."""
    wrong: dict[int, dict[tuple[int, ...], dict[str | None, Problem]]] = {}
    for problem in problems:
        spot = written.spots.get((problem.source.file, problem.source.line), Spot(None))
        if spot.section is None or (not spot.item and spot.key is None):
            raise ImportingError(f"What came out cannot be read: {problem.text}")
        wrong.setdefault(spot.section, {}).setdefault(spot.item, {}).setdefault(spot.key, problem)
    sections = tuple(
        _mend_section(section, wrong[number]) if number in wrong else section
        for number, section in enumerate(outline.sections)
    )
    return replace(outline, sections=sections)


_Wrong = Mapping[tuple[int, ...], Mapping[str | None, Problem]]


def _mend_section(section: OutlineSection, wrong: _Wrong) -> OutlineSection:
    if () in wrong:
        problem = next(iter(wrong[()].values()))
        origin = section.origin or Origin("", "condition of a section", section.ask_if or "")
        section = replace(section, ask_if=None, lost=(*section.lost, _loss(origin, problem)))
    return replace(section, items=_mend_items(section.items, wrong, ()))


def _mend_items(
    items: Sequence[OutlineItem], wrong: _Wrong, above: tuple[int, ...]
) -> tuple[OutlineItem, ...]:
    mended = []
    for number, item in enumerate(items):
        place = (*above, number)
        inner = replace(item, items=_mend_items(item.items, wrong, place))
        mended.append(_mend(inner, wrong[place]) if place in wrong else inner)
    return tuple(mended)


def _mend(item: OutlineItem, wrong: Mapping[str | None, Problem]) -> OutlineItem:
    """An item without the keys that are wrong; only its losses, if one of them is essential."""
    keys: dict[str, Plain] = dict(item.keys)
    lost = list(item.lost)
    gone: dict[str, set[int]] = {}
    for key, problem in wrong.items():
        origin = item.origins.get(key) if key is not None else None
        if key is None or origin is None:
            whole = item.origins.get(WHOLE) or Origin("", "item", item.name)
            return OutlineItem({}, (*item.lost, _loss(whole, problem), *_losses(item.items)))
        lost.append(_loss(origin, problem))
        name, _, number = key.partition("/")
        if number and (other := _instead(keys, name, int(number), origin)) is not None:
            keys[name] = other
        elif number:
            gone.setdefault(name, set()).add(int(number))
        elif origin.instead is None or keys[key] == origin.instead:
            del keys[key]
        else:
            keys[key] = origin.instead
    for name, numbers in gone.items():
        parts = keys[name]
        assert isinstance(parts, Sequence)
        keys[name] = [part for number, part in enumerate(parts) if number not in numbers]
    kept = {key: value for key, value in keys.items() if key not in gone or value}
    return replace(item, keys=kept, lost=tuple(lost), origins=_renumbered(item.origins, gone))


def _instead(
    keys: Mapping[str, Plain], name: str, number: int, origin: Origin
) -> list[Plain] | None:
    """A list with what stands in for one of its parts; None if nothing does, or did already."""
    parts = keys[name]
    assert isinstance(parts, Sequence)
    if origin.instead is None or parts[number] == origin.instead:
        return None
    return [origin.instead if at == number else part for at, part in enumerate(parts)]


def _renumbered(origins: Mapping[str, Origin], gone: Mapping[str, set[int]]) -> dict[str, Origin]:
    """Origins by key after parts of lists were taken out."""
    kept: dict[str, Origin] = {}
    for key, origin in origins.items():
        name, _, number = key.partition("/")
        if not number or name not in gone:
            kept[key] = origin
        elif int(number) not in gone[name]:
            before = sum(1 for one in gone[name] if one < int(number))
            kept[f"{name}/{int(number) - before}"] = origin
    return kept


def _loss(origin: Origin, problem: Problem) -> Lost:
    says = problem.text.split("\n")[0].rstrip(".:")
    return Lost(origin.cell, origin.feature, origin.original, f"it cannot be read here: {says}")
