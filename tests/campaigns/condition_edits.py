"""Instruments with one condition edited at random, as an author's slip would: do tests notice?

Each edit takes one condition anywhere in an instrument (of an item, section, roster, choice, check,
computed value or branch), changes one thing in it (an operator, a constant, a choice, "and" for
"or", a part dropped, a "not" too much or too few), and reads the instrument anew. Those that cannot
be read are passed over, and no two are alike. Some mean the same in every case there can be: who
counts what is noticed will want to tell those apart by a proof.

    python -m tests.campaigns.condition_edits --instrument njov4 --size 20
"""

import argparse
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from pydantic import BaseModel

import instrument
from instrument import (
    Computed,
    Instrument,
    InstrumentError,
    Question,
    instrument_files,
    read_files,
)
from instrument.conditions.nodes import (
    And,
    Compare,
    Comparison,
    Has,
    In,
    IsYes,
    Item,
    Literal,
    Node,
    Not,
    Or,
    StatusFunction,
    StatusTest,
    Type,
    walk,
)
from instrument.models import Expression
from instrument.values import PartialDate
from tests.campaigns.planted.bases import plain_yaml
from tests.scenario import dump

KEYS = frozenset({"ask_if", "row_if", "as", "when", "hard", "soft"})
"""Where conditions stand; of `as`, those that are no calculation."""
NEIGHBORS = {
    Comparison.EQ: (Comparison.NE,),
    Comparison.NE: (Comparison.EQ,),
    Comparison.LT: (Comparison.LE, Comparison.GT),
    Comparison.LE: (Comparison.LT, Comparison.GE),
    Comparison.GT: (Comparison.GE, Comparison.LT),
    Comparison.GE: (Comparison.GT, Comparison.LE),
}
"""What a comparison is mistaken for."""
OPPOSITE = {
    StatusFunction.ANSWERED: StatusFunction.MISSING,
    StatusFunction.MISSING: StatusFunction.ANSWERED,
    StatusFunction.ASKED: StatusFunction.ANSWERED,
}
Path_ = tuple[str | int, ...]


@dataclass(frozen=True)
class ConditionEdit:
    """An instrument in which one condition says something else."""

    kind: str
    """What was done: `operator`, `constant`, `choice`, `joined`, `dropped`, `negated`, `status`."""
    file: str
    name: str
    """The item, or other named part, whose condition it is."""
    key: str
    """The key under which it stands, such as `ask_if`."""
    before: str
    after: str
    instrument: Instrument

    def __str__(self) -> str:
        return f"{self.name}, {self.key} ({self.kind}): {self.before} -> {self.after}"


@dataclass(frozen=True)
class _Place:
    """Where a condition stands in a file."""

    file: str
    path: Path_
    name: str
    tree: Node


def condition_edits(
    files: Mapping[str, bytes], count: int, seed: int = 0
) -> Iterator[ConditionEdit]:
    """Instruments with one edited condition, each with another edit; fewer if there are no more.

    Args:
        files: of an instrument that can be read.
        count: how many are wanted.
        seed: the same gives the same.
    """
    rng = Random(seed)
    read = read_files(files)
    documents = {name: plain_yaml(name, content) for name, content in files.items()}
    places = [one for name in documents for one in _places(name, documents[name], _trees(read))]
    open_places = [(place, _shuffled(list(_edits(place.tree, read)), rng)) for place in places]
    while count and (open_places := [one for one in open_places if one[1]]):
        # Every condition is as likely as every other, however many ways there are to edit it.
        place, edits = rng.choice(open_places)
        kind, tree = edits.pop()
        document = _with(documents[place.file], place.path, str(tree))
        try:
            edited = read_files({**files, place.file: dump(document)})
        except InstrumentError:
            continue
        count -= 1
        key = str(place.path[-1])
        yield ConditionEdit(kind, place.file, place.name, key, str(place.tree), str(tree), edited)


def _edits(tree: Node, read: Instrument) -> Iterator[tuple[str, Node]]:
    """Every edit of a condition that says something else in words."""
    seen = {str(tree)}
    for part in walk(tree):
        for kind, other in _slips(part, read):
            edited = _replaced(tree, part, other)
            if str(edited) not in seen and "not not" not in str(edited):
                seen.add(str(edited))
                yield kind, edited


def _slips(node: Node, read: Instrument) -> Iterator[tuple[str, Node]]:
    """What an author may have written for one part of a condition."""
    yield from _wrong_value(node, read)
    yield from _wrong_words(node)


def _wrong_value(node: Node, read: Instrument) -> Iterator[tuple[str, Node]]:
    match node:
        case Compare():
            for operator in NEIGHBORS[node.operator]:
                yield "operator", replace(node, operator=operator)
            for other in _other_choices(node.left, node.right, read):
                yield "choice", replace(node, right=other)
        case Literal():
            for value in _near(node.value):
                yield "constant", replace(node, value=value)
        case In():
            yield "negated", replace(node, negated=not node.negated)
            for option in node.options if len(node.options) > 1 else ():
                rest = tuple(one for one in node.options if one is not option)
                yield "dropped", replace(node, options=rest)
        case Has():
            for name in _choices(node.item.name, read):
                yield "choice", replace(node, choice=name)
        case _:
            pass


def _wrong_words(node: Node) -> Iterator[tuple[str, Node]]:
    match node:
        case IsYes() | Has():
            yield "negated", Not(node)
        case And() | Or():
            joined = Or(node.parts) if isinstance(node, And) else And(node.parts)
            yield "joined", joined
            for part in node.parts:
                rest = tuple(one for one in node.parts if one is not part)
                yield "dropped", rest[0] if len(rest) == 1 else replace(node, parts=rest)
        case Not():
            yield "negated", node.part
        case StatusTest():
            yield "status", StatusTest(OPPOSITE[node.function], node.item)
            yield "negated", Not(node)
        case _:
            pass


def _near(value: object) -> tuple[Any, ...]:
    match value:
        case int() | Decimal():
            return value - 1, value + 1
        case PartialDate():
            return replace(value, year=value.year - 1), replace(value, year=value.year + 1)
        case _:
            return ()


def _other_choices(left: Node, right: Node, read: Instrument) -> Iterator[Node]:
    if isinstance(left, Item) and isinstance(right, Literal) and right.type is Type.CHOICE:
        for name in _choices(left.name, read):
            yield replace(right, value=name)


def _choices(name: str, read: Instrument) -> tuple[str, ...]:
    item = read.items.get(name)
    if isinstance(item, Question | Computed):
        return tuple(choice.name for choice in item.choices or ())
    return ()


def _replaced(tree: Node, old: Node, new: Node) -> Node:
    """A tree with one of its nodes, the very one, in which another stands instead."""
    if tree is old:
        return new
    changes: dict[str, Any] = {}
    for one in fields(tree):
        value = getattr(tree, one.name)
        if isinstance(value, tuple):
            changes[one.name] = tuple(
                _replaced(part, old, new) if isinstance(part, Node) else part for part in value
            )
        elif isinstance(value, Node):
            changes[one.name] = _replaced(value, old, new)
    return replace(tree, **changes)


def _trees(part: object) -> dict[str, Node]:
    """What each text means that is a condition, of everything in an instrument."""
    found: dict[str, Node] = {}
    stack = [part]
    while stack:
        one = stack.pop()
        if isinstance(one, Expression):
            found[one.text] = one.tree
        elif isinstance(one, BaseModel):
            stack.extend(getattr(one, name) for name in type(one).model_fields)
        elif isinstance(one, Mapping):
            stack.extend(one.values())
        elif isinstance(one, tuple):
            stack.extend(one)
    return found


def _places(
    file: str, part: object, trees: Mapping[str, Node], path: Path_ = (), name: str = ""
) -> Iterator[_Place]:
    """Where the conditions of a document stand."""
    inside: Iterable[tuple[str | int, object]]
    if isinstance(part, dict):
        named = next(iter(part.values()), "")
        name = named if isinstance(named, str) and not KEYS & {next(iter(part))} else name
        inside = part.items()
    else:
        inside = enumerate(part) if isinstance(part, list) else ()
    for key, value in inside:
        here = (*path, key)
        if key in KEYS and isinstance(value, str) and value in trees:
            if not isinstance(trees[value], Literal | Item):
                yield _Place(file, here, name, trees[value])
        else:
            yield from _places(file, value, trees, here, name)


def _with(document: Any, path: Path_, value: str) -> Any:
    """A document with another value at one place."""
    if not path:
        return value
    copy = document.copy()
    copy[path[0]] = _with(document[path[0]], path[1:], value)
    return copy


def _shuffled(edits: list[tuple[str, Node]], rng: Random) -> list[tuple[str, Node]]:
    rng.shuffle(edits)
    return edits


def main() -> None:
    """Print some edits of a shipped instrument."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--instrument", default="njov4", help="a shipped one, or a folder")
    parser.add_argument("--size", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    shipped = Path(instrument.__file__).parent / options.instrument
    files = instrument_files(shipped if shipped.exists() else Path(options.instrument))
    for number, edit in enumerate(condition_edits(files, options.size, options.seed), 1):
        print(f"{number:4} {edit}")


if __name__ == "__main__":
    main()
