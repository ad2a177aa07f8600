"""Which item of one version is which of the other, and conditions in the names of the other."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from instrument.changes.model import Likely
from instrument.conditions.nodes import Item as ItemNode
from instrument.conditions.nodes import Node, OverRows, StatusTest
from instrument.models import (
    Computed,
    Expression,
    Fill,
    Instrument,
    Item,
    Question,
    Roster,
    Statement,
    Text,
)


@dataclass(frozen=True)
class Pairs:
    """The items of two versions, each with its counterpart."""

    old: Instrument
    new: Instrument
    called: Mapping[str, str]
    """Old name to new name of every item that both have."""
    was: Mapping[str, str]
    """The other way round."""
    sections: Mapping[str, str]
    """Old name to new name of every section that both have."""

    def tree(self, expression: Expression | None) -> Node | None:
        """An expression of the old version in the names of the new one."""
        return None if expression is None else in_new_names(expression.tree, self)

    def name(self, name: str) -> str:
        """What an item of the old version is called; `NAME~` if the new version has none."""
        if name in self.old.items:
            return self.called.get(name, f"{name}~")
        return name


def pair(
    old: Instrument,
    new: Instrument,
    renamed: Mapping[str, str] = MappingProxyType({}),
    dropped: Collection[str] = (),
) -> Pairs:
    """Find the counterpart of every item.

    Args:
        old: the version before.
        new: the version after.
        renamed: old name to new name of items that have another one.
        dropped: old names of items that are gone although the new version has an item so called.
    """
    taken = set(renamed.values())
    called = {
        name: there
        for name in old.items
        if name not in dropped
        and (there := renamed.get(name, name)) in new.items
        and (name in renamed or there not in taken)
    }
    return Pairs(
        old,
        new,
        called,
        {there: name for name, there in called.items()},
        _sections(old, new, called),
    )


def _sections(old: Instrument, new: Instrument, called: Mapping[str, str]) -> dict[str, str]:
    """Sections by name; one whose name is gone is that new one which has most of its items."""
    here, there = [one.name for one in old.sections], [one.name for one in new.sections]
    pairs = {name: name for name in here if name in there}
    for section in old.sections:
        if section.name in pairs:
            continue
        homes = [
            home
            for item in section.items
            if item.name in called
            and (home := new.section_of[called[item.name]].name) not in pairs.values()
        ]
        if homes and 2 * max(map(homes.count, homes)) > len(section.items):
            pairs[section.name] = max(homes, key=homes.count)
    return pairs


def in_new_names(node: Node, pairs: Pairs) -> Node:
    """A tree with the names that items have in the new version."""
    match node:
        case ItemNode(name=name):
            return replace(node, name=pairs.name(name))
        case StatusTest(item=name):
            return replace(node, item=pairs.name(name))
        case OverRows(roster=name):
            node = replace(node, roster=pairs.name(name))
        case _:
            pass
    return replace(node, **dict(_renamed_parts(node, pairs)))


def _renamed_parts(node: Node, pairs: Pairs) -> Iterator[tuple[str, Any]]:
    for name in node.__slots__:
        value = getattr(node, name)
        if isinstance(value, Node):
            yield name, in_new_names(value, pairs)
        elif isinstance(value, tuple):
            yield (
                name,
                tuple(in_new_names(one, pairs) if isinstance(one, Node) else one for one in value),
            )


def words(text: Text | None, pairs: Pairs | None = None) -> object:
    """A text as it is compared: its pieces in every language; None for none.

    Args:
        text: the text.
        pairs: given for a text of the old version, whose fills then have the new names.
    """
    if text is None:
        return None
    pieces = [piece if isinstance(piece, str) else _fill(piece, pairs) for piece in text.pieces]
    return pieces, {code: words(other, pairs) for code, other in text.translations.items()}


def _fill(fill: Fill, pairs: Pairs | None) -> object:
    tree = fill.expression.tree if pairs is None else in_new_names(fill.expression.tree, pairs)
    return tree, fill.fallback


# --- names that may have changed ------------------------------------------------------------------


def likely(pairs: Pairs) -> tuple[Likely, ...]:
    """Dropped items with a new one of the same text and answers, where it is the only such one."""
    gone = [item for name, item in pairs.old.items.items() if name not in pairs.called]
    come = [item for name, item in pairs.new.items.items() if name not in pairs.was]
    here = _by_look(gone, pairs)
    there = _by_look(come, None)
    return tuple(
        Likely(old[0].name, found[0].name)
        for look, old in here.items()
        if len(old) == 1 and len(found := there.get(look, [])) == 1
    )


def _by_look(items: list[Item], pairs: Pairs | None) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(repr(_look(item, pairs)), []).append(item)
    return found


def _look(item: Item, pairs: Pairs | None) -> object:
    """What two items share that are one under two names: what is asked, and what is answered."""

    def own(text: Text) -> object:
        # An item whose fills look at other renamed items is left to its other words.
        return [piece for piece in text.pieces if isinstance(piece, str)]

    match item:
        case Question():
            asked = {mode: own(wording.ask) for mode, wording in item.wordings.items()}
            choices = [(one.name, one.code, one.label) for one in item.choices]
            return "question", item.kind, asked, choices, item.specifies is not None
        case Statement():
            return "statement", {mode: own(one.ask) for mode, one in item.wordings.items()}
        case Roster():
            # A roster that keeps some of its items, or else one with the same title.
            inner = [one.name for one in item.items]
            if pairs is not None:
                inner = [pairs.called.get(name, "") for name in inner]
            return "roster", item.title, [name for name in inner if name]
        case Computed():
            texts = [str(item.expression)] + [f"{b.when} {b.value}" for b in item.branches]
            return "computed", item.kind, item.variable.label, texts
