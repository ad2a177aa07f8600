"""Universes by what they are made of: equal signatures mean universes that cannot differ.

A signature covers the conditions of an item, of its roster and of its section, and, of everything
that those read, what decides its answer: its own universe and, of computed values, how they are
worked out. Which answers a question takes is no part of it: the same answer counts the same.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from instrument.changes.names import Pairs, in_new_names
from instrument.conditions.nodes import Node, names_read
from instrument.models import Computed, Expression, Instrument, Item, Question, Roster


@dataclass(frozen=True)
class Signatures:
    """Of one version in one mode, by the names of the new version; of sections by theirs."""

    universes: Mapping[str, int]
    sections: Mapping[str, int]
    written: Mapping[str, int]
    """Of each item what its own condition says and where it stands, whatever that comes to."""
    values: Mapping[str, int]
    """Of each item what decides its value."""
    formulas: Mapping[str, int]
    """Of computed values what they are worked out as, whatever that comes to."""


def signatures(
    pairs: Pairs,
    mode: str,
    alike: Collection[str] = (),
    alike_sections: Collection[str] = (),
    alike_values: Collection[str] = (),
) -> tuple[Signatures, Signatures]:
    """The signatures of both versions; numbers that are equal stand for equal signatures.

    Args:
        pairs: the versions.
        mode: one that both have.
        alike: items, by their new names, whose universes are known to be the same.
        alike_sections: sections whose own conditions are.
        alike_values: computed values that are the same wherever both versions work them out.
    """
    numbers: dict[object, int] = {}
    known = frozenset(alike), frozenset(alike_sections), frozenset(alike_values)
    old = _Reader(pairs.old, mode, numbers, pairs, *known)
    new = _Reader(pairs.new, mode, numbers, None, *known)
    return old.read(), new.read()


@dataclass
class _Reader:
    instrument: Instrument
    mode: str
    numbers: dict[object, int]
    """Signature to number, shared by both versions."""
    pairs: Pairs | None
    """Of the old version, whose names become those of the new one."""
    alike: frozenset[str]
    alike_sections: frozenset[str]
    alike_values: frozenset[str]
    universes: dict[str, int] = field(default_factory=dict)
    values: dict[str, int] = field(default_factory=dict)
    written: dict[str, int] = field(default_factory=dict)
    formulas: dict[str, int] = field(default_factory=dict)

    def read(self) -> Signatures:
        """In the order of the interview: conditions read what stands before them."""
        sections = {}
        for section in self.instrument.sections:
            called = section.name
            if self.pairs is not None:
                called = self.pairs.sections.get(called, f"{called}~")
            is_alike = called in self.alike_sections
            asked = called if is_alike else self._expression(section.ask_if)
            gate = sections[called] = self._number("section", asked)
            for item in section.items:
                self._item(item, gate, called)
                if isinstance(item, Roster):
                    home = self._called(item.name)
                    row = self._number("row", self.values[home])
                    for inner in item.items:
                        self._item(inner, row, home)
        return Signatures(self.universes, sections, self.written, self.values, self.formulas)

    def _item(self, item: Item, gate: int, home: str) -> None:
        name = self._called(item.name)
        asked = self._expression(item.ask_if) if self.mode in item.modes else "never"
        parts: tuple[object, ...] = ("alike", name) if name in self.alike else (gate, asked)
        universe = self.universes[name] = self._number("universe", *parts)
        is_alike = name in self.alike_values
        self.values[name] = self._number(
            name, universe, *(("alike",) if is_alike else self._value(item))
        )
        own = self._tree(item.ask_if) if self.mode in item.modes else "never"
        self.written[name] = self._number("written", home, own)
        if isinstance(item, Computed):
            self.formulas[name] = self._number("formula", *self._formula(item))

    def _value(self, item: Item) -> tuple[object, ...]:
        """What decides the value of an item besides its universe and what is answered."""
        match item:
            case Question():
                # A number of another unit is another answer.
                return item.kind, item.variable.unit
            case Computed():
                branches = [
                    (self._expression(one.when), self._expression(one.value))
                    for one in item.branches
                ]
                return item.kind, self._expression(item.expression), tuple(branches)
            case Roster():
                wanted = self._expression(item.row_if)
                if item.size is None and item.rows is None:
                    return "open", wanted
                return self._expression(item.size), item.rows, item.at_most, wanted
            case _:
                return ("statement",)

    def _formula(self, item: Computed) -> tuple[object, ...]:
        branches = [(self._tree(one.when), self._tree(one.value)) for one in item.branches]
        return item.kind, self._tree(item.expression), tuple(branches)

    def _expression(self, expression: Expression | None) -> object:
        tree = self._tree(expression)
        if tree is None:
            return None
        # What is read stands before, but for an item's own name in a check, which is none of these.
        return tree, tuple(self.values[name] for name in sorted(names_read(tree)))

    def _tree(self, expression: Expression | None) -> Node | None:
        if expression is None or self.pairs is None:
            return None if expression is None else expression.tree
        return in_new_names(expression.tree, self.pairs)

    def _called(self, name: str) -> str:
        return name if self.pairs is None else self.pairs.name(name)

    def _number(self, *parts: object) -> int:
        return self.numbers.setdefault(parts, len(self.numbers))
