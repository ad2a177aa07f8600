"""Whether conditions print as text that reads as the same condition, counted.

`python -m tests.conditions.round_trip [--random 20000] [--seed 1]` takes every condition and fill
of the shipped instruments and as many random conditions; it fails with the first that does not.
"""

import argparse
import sys
from collections.abc import Callable
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import instrument
from instrument import items, read_instrument, texts
from instrument.conditions.check import read_condition
from instrument.conditions.nodes import Node, OverRows, Type, walk
from instrument.conditions.parser import MAX_NODES
from instrument.conditions.scope import Declared, Role, Scope
from instrument.conditions.scope import View as Place
from instrument.models import Kind
from instrument.source import Source
from tests.random_conditions import CHOICES, REASONS, TYPES, Known, RosterKnown, View, condition

SHIPPED = sorted(path.parent for path in Path(instrument.__file__).parent.glob("*/instrument.yaml"))
_READERS = ((texts, "read_condition"), (texts, "read_value"), (texts, "read_whole"))
_MORE_READERS = ((items, "read_computed"),)


def shipped(folder: Path) -> int:
    """How many conditions, calculations and fills of an instrument come back as they were."""
    count = 0

    def twice(reader: Callable[..., Node]) -> Callable[..., Node]:
        def read(text: str, *where: Any) -> Node:
            nonlocal count
            tree = reader(text, *where)
            _same(tree, reader(str(tree), *where))
            count += 1
            return tree

        return read

    with ExitStack() as stack:
        for module, name in (*_READERS, *_MORE_READERS):
            stack.enter_context(patch.object(module, name, twice(getattr(module, name))))
        read_instrument(folder)
    return count


def random(number: int, seed: int) -> int:
    """How many random conditions come back as they were."""
    rng, scope = Random(seed), _scope()
    inside = Place(len(scope.items), frozenset({"own"}))
    view = View((*_KNOWN, *_OWN), (RosterKnown("people", _PEOPLE),), row=True)
    trees = (condition(rng, view, rng.randint(1, 4)) for _ in iter(int, 1))
    count = 0
    for tree in islice(filter(_is_legal, trees), number):
        _same(tree, read_condition(str(tree), scope, inside))
        count += 1
    return count


def _is_legal(tree: Node) -> bool:
    """Whether an author could write a tree: small enough, and no roster function in another."""
    nodes = list(walk(tree))
    nested = any(
        isinstance(inner, OverRows)
        for node in nodes
        if isinstance(node, OverRows)
        for inner in list(walk(node))[1:]
    )
    return len(nodes) <= MAX_NODES and not nested


def _same(tree: Node, again: Node) -> None:
    if again != tree:
        raise AssertionError(f"'{tree}' came back as '{again}'")


def _known(prefix: str) -> tuple[Known, ...]:
    return tuple(Known(f"{prefix}_{kind}", kind) for kind in Kind if kind is not Kind.LONG_TEXT)


_KNOWN = (*_known("a"), *_known("b"))
_PEOPLE = _known("p")
_OWN = _known("o")
"""Items of the row in which the conditions stand."""


def _scope() -> Scope:
    declared: dict[str, Declared] = {}

    def add(known: Known, roster: str | None = None) -> None:
        place = len(declared)
        assert known.kind is not None
        names = ("yes", "no") if known.kind is Kind.YES_NO else CHOICES
        type_ = TYPES[known.kind]
        choices = names if type_ in (Type.CHOICE, Type.CHOICES) else ()
        declared[known.name] = Declared(
            known.name,
            Role.QUESTION,
            place,
            place,
            Source("r.yaml", place + 1, 1),
            roster,
            type_,
            choices,
        )

    def add_roster(name: str, inner: tuple[Known, ...]) -> None:
        place = len(declared)
        end = place + len(inner)
        declared[name] = Declared(name, Role.ROSTER, place, end, Source("r.yaml", place + 1, 1))
        for known in inner:
            add(known, name)

    for known in _KNOWN:
        add(known)
    add_roster("people", _PEOPLE)
    add_roster("own", _OWN)
    return Scope(declared, frozenset(REASONS))


def main() -> None:
    """Take all conditions there and back, and say how many there were."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--random", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    for folder in SHIPPED:
        sys.stdout.write(f"{folder.name}: {shipped(folder):,} expressions came back the same\n")
    count = random(arguments.random, arguments.seed)
    sys.stdout.write(f"random: {count:,} conditions came back the same\n")


if __name__ == "__main__":
    main()
