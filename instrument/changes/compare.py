"""Two versions of an instrument compared by what is written in them."""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from instrument.changes.header import header_differences
from instrument.changes.items import item_differences, new_modes, same_condition
from instrument.changes.model import (
    ASKED_IF,
    Change,
    Changes,
    Difference,
    ItemChange,
    SectionChange,
)
from instrument.changes.names import Pairs, likely, pair
from instrument.changes.signatures import signatures
from instrument.changes.texts import condition, kind, quoted
from instrument.models import Instrument, Item, Section
from instrument.normal import fingerprint

WITHOUT_A_NAME: Final = Difference(
    Change.DOCUMENTED, "something that changes neither what is asked nor what is kept of it"
)
"""Stands for what differs in the normal form alone."""
_NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})


def compare(
    old: Instrument,
    new: Instrument,
    renamed: Mapping[str, str] = _NO_NAMES,
    dropped: Collection[str] = (),
) -> Changes:
    """Everything that differs between two versions, by what is written.

    Args:
        old: the version before.
        new: the version after.
        renamed: old name to new name of items that have another one.
        dropped: old names of items that are gone although the new version has an item so called.
    """
    return changes_of(pair(old, new, renamed, dropped))


def changes_of(pairs: Pairs) -> Changes:
    """The same, for items whose counterparts are known."""
    found = Changes(
        tuple(header_differences(pairs)), tuple(_Comparison(pairs).sections()), likely(pairs)
    )
    if found.same and fingerprint(pairs.old) != fingerprint(pairs.new):
        return replace(found, header=(WITHOUT_A_NAME,))
    return found


class _Comparison:
    def __init__(self, pairs: Pairs) -> None:
        self.pairs = pairs
        both = [signatures(pairs, mode) for mode in new_modes(pairs)]
        self.universes = [(one.universes, other.universes) for one, other in both]
        self.gates = [(one.sections, other.sections) for one, other in both]
        self.moved = _moved(pairs)

    def sections(self) -> Iterator[SectionChange]:
        """In the order of the new version; dropped ones behind the one that stood before them."""
        was = {there: here for here, there in self.pairs.sections.items()}
        old = {one.name: one for one in self.pairs.old.sections}
        gone = _behind([one.name for one in self.pairs.old.sections], self.pairs.sections)
        yield from (self._dropped(old[name]) for name in gone.get(None, ()))
        for section in self.pairs.new.sections:
            before = old.get(was.get(section.name, ""))
            yield self._section(before, section)
            if before is not None:
                yield from (self._dropped(old[name]) for name in gone.get(before.name, ()))

    def _section(self, old: Section | None, new: Section) -> SectionChange:
        items = tuple(self._items(old, new))
        if old is None:
            return SectionChange(None, new.name, new.title, (Difference(Change.NEW, "new"),), items)
        return SectionChange(
            old.name,
            new.name,
            new.title,
            tuple(self._of_section(old, new)),
            items,
            rewritten=any(a[new.name] != b[new.name] for a, b in self.gates),
        )

    def _of_section(self, old: Section, new: Section) -> Iterator[Difference]:
        if old.name != new.name:
            yield Difference(Change.DOCUMENTED, "the name", old.name, new.name)
        if not same_condition(old.ask_if, new.ask_if, self.pairs):
            yield Difference(
                Change.UNIVERSE, ASKED_IF, condition(old.ask_if), condition(new.ask_if)
            )
        if (old.title, old.translations) != (new.title, new.translations):
            yield Difference(Change.GUIDED, "the title", quoted(old.title), quoted(new.title))

    def _dropped(self, old: Section) -> SectionChange:
        items = [self._item(one, None) for one in _all(old) if one.name not in self.pairs.called]
        gone = (Difference(Change.DROPPED, "gone"),)
        return SectionChange(old.name, None, old.title, gone, tuple(items))

    def _items(self, old: Section | None, new: Section) -> Iterator[ItemChange]:
        before = [] if old is None else [one.name for one in _all(old)]
        gone = _behind(before, self.pairs.called)
        yield from (self._gone(name) for name in gone.get(None, ()))
        for item in _all(new):
            was = self.pairs.was.get(item.name)
            yield self._item(None if was is None else self.pairs.old.items[was], item)
            if was is not None:
                yield from (self._gone(name) for name in gone.get(was, ()))
        # What stood behind items that went to another section.
        here = {self.pairs.was.get(item.name) for item in _all(new)}
        for name, behind in gone.items():
            if name is not None and name not in here:
                yield from (self._gone(one) for one in behind)

    def _gone(self, name: str) -> ItemChange:
        return self._item(self.pairs.old.items[name], None)

    def _item(self, old: Item | None, new: Item | None) -> ItemChange:
        if old is None or new is None:
            item = new or old
            assert item is not None
            change = Change.NEW if old is None else Change.DROPPED
            return ItemChange(old, new, (Difference(change, kind(item)),))
        found = [*item_differences(old, new, self.pairs), *self._place(old, new)]
        rewritten = any(a[new.name] != b[new.name] for a, b in self.universes)
        return ItemChange(old, new, tuple(found), rewritten)

    def _place(self, old: Item, new: Item) -> Iterator[Difference]:
        pairs = self.pairs
        here, there = pairs.old.roster_of.get(old.name), pairs.new.roster_of.get(new.name)
        if (here and pairs.name(here.name)) != (there and there.name):
            before, after = (one and f"in the rows of '{one.name}'" for one in (here, there))
            yield Difference(Change.RECODED, "asked", before or "once", after or "once")
        home, now = pairs.old.section_of[old.name].name, pairs.new.section_of[new.name].name
        if pairs.sections.get(home) != now:
            yield Difference(Change.MOVED, "the section", f"'{home}'", f"'{now}'")
        elif new.name in self.moved:
            yield Difference(Change.MOVED, "stands at another place in its section")


def _all(section: Section) -> list[Item]:
    """The items of a section with those in its rosters."""
    return [one for item in section.items for one in (item, *getattr(item, "items", ()))]


def _behind(names: Sequence[str], kept: Mapping[str, str]) -> dict[str | None, list[str]]:
    """Names that are gone, by the one kept that stands before them; None for the first ones."""
    found: dict[str | None, list[str]] = {}
    last: str | None = None
    for name in names:
        if name in kept:
            last = name
        else:
            found.setdefault(last, []).append(name)
    return found


def _moved(pairs: Pairs) -> frozenset[str]:
    """Items whose order is another, as few as can be said to have moved; by new names."""
    number = {name: at for at, name in enumerate(pairs.old.items)}
    moved: set[str] = set()
    for section in pairs.new.sections:
        here = [
            (number[pairs.was[item.name]], item.name)
            for item in _all(section)
            if item.name in pairs.was
            and pairs.sections.get(pairs.old.section_of[pairs.was[item.name]].name) == section.name
        ]
        stayed = _longest_rising([at for at, _ in here])
        moved.update(name for at, name in here if at not in stayed)
    return frozenset(moved)


def _longest_rising(numbers: Sequence[int]) -> frozenset[int]:
    """The longest part of some different numbers that is in rising order."""
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        at = bisect_left(ends, number)
        before[number] = ends[at - 1] if at else None
        ends[at : at + 1] = [number]
    chain: list[int] = []
    number_: int | None = ends[-1] if ends else None
    while number_ is not None:
        chain.append(number_)
        number_ = before[number_]
    return frozenset(chain)
