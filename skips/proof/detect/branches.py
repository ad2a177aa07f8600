"""Computed values whose branches overlap, or leave cases out.

The first branch that holds decides, and authors rely on it: a special case before the general one,
one source before the next. So branches overlap only where two of them that give different values
hold at once, and neither is a special case of the other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from instrument.conditions.nodes import (
    And,
    Item,
    Literal,
    Node,
    Not,
    Or,
    StatusFunction,
    StatusTest,
    names_read,
    walk,
)
from instrument.models import Branch, Computed, Roster
from instrument.values import Instance
from skips.proof.detect.anywhere import Anywhere, rows_to_ask, settle_any
from skips.proof.detect.forms import excludes, implies, parts_of
from skips.proof.detect.words import first_large, named, quoted
from skips.proof.findings import Finding, finding
from skips.proof.goals import All, Asked, Comes, Decides, Goal
from skips.truth import Truth

if TYPE_CHECKING:
    from skips.proof.settle import Settler

OVERLAP: Final = "branches-overlap"
MISSING: Final = "branches-missing"


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two branches of a computed value, from 0; both have a condition."""

    item: str
    first: int
    second: int


def find(settler: "Settler") -> Iterator[Finding]:
    """Report computed values of which two branches can hold, or none."""
    program, instrument = settler.program, settler.instrument
    items = [
        item
        for item in instrument.items.values()
        if isinstance(item, Computed)
        and item.branches
        and program.mode in item.modes
        and settler.looks_at(instrument.section_of[item.name].name)
    ]
    yield from _missing(settler, items)
    yield from _overlapping(settler, items)


# --- none holds -----------------------------------------------------------------------------------


def _missing(settler: "Settler", items: list[Computed]) -> Iterator[Finding]:
    open_ended = {item.name: item for item in items if item.branches[-1].when is not None}
    settled = settle_any(
        settler, {name: _none_holds(settler, item) for name, item in open_ended.items()}
    )
    for name, item in open_ended.items():
        if settled[name].is_possible:
            yield finding(
                MISSING,
                item.source,
                name,
                first_large(
                    f"{named(item)} can be left without a value although all that its branches "
                    "read is known: none of them holds then."
                ),
                "Add a branch for what is left, 'otherwise' perhaps, or work it out only for those "
                "whom the branches are for, by 'ask_if'.",
                witness=settled[name].witness,
                shows=f"'{name}' has no value.",
            )


def _none_holds(settler: "Settler", item: Computed) -> list[Goal]:
    """That every condition is *no* and nothing that they read is missing, in each row."""
    program = settler.program
    whens = [_when(branch) for branch in item.branches]
    roster = program.instrument.roster_of.get(item.name)
    known = [
        _is_known(name)
        for name in sorted(frozenset[str]().union(*map(names_read, whens)))
        if not isinstance(program.instrument.items[name], Roster)
        and program.instrument.roster_of.get(name) in (None, roster)
    ]
    goals: list[Goal] = []
    for row in rows_to_ask(program, item.name):
        instance = Instance(item.name, row)
        slot = program.slot(instance)
        fail = [Comes(when, row, Truth.NO, slot) for when in whens]
        there = [Comes(one, row, Truth.YES, slot) for one in known]
        goals.append(All((Asked(instance), *fail, *there)))
    return goals


def _is_known(name: str) -> Node:
    """`answered(ITEM) or not asked(ITEM)`"""
    asked = StatusTest(StatusFunction.ASKED, name)
    return Or((StatusTest(StatusFunction.ANSWERED, name), Not(asked)))


# --- two hold -------------------------------------------------------------------------------------


def _overlapping(settler: "Settler", items: list[Computed]) -> Iterator[Finding]:
    pairs = {pair: item for item in items for pair in _pairs(item)}
    both = settle_any(settler, {pair: _both(settler, pair, item) for pair, item in pairs.items()})
    pairs = {pair: item for pair, item in pairs.items() if both[pair].is_possible}
    only = [
        settle_any(settler, {one: _only(settler, one, item, at) for one, item in pairs.items()})
        for at in (0, 1)
    ]
    reported: set[str] = set()
    for pair, item in pairs.items():
        if pair.item not in reported and all(one[pair].is_possible for one in only):
            reported.add(pair.item)
            yield _overlap(item, pair, both[pair])


def _pairs(item: Computed) -> Iterator[_Pair]:
    """Branches that give different values, and of which neither is there to come before others.

    Pairs of which the form of the conditions tells that they never hold at once, or that the first
    is a special case of the second, are left out: nobody need ask.
    """
    branches = item.branches
    whens = [at for at, branch in enumerate(branches) if branch.when is not None]
    for first in whens:
        if _is_source(branches[first]) or _is_guard(_when(branches[first])):
            continue
        for second in whens:
            when, other = _when(branches[first]), _when(branches[second])
            if (
                second > first
                and branches[first].value.tree != branches[second].value.tree
                and not excludes(when, other)
                and not implies(when, other)
            ):
                yield _Pair(item.name, first, second)


def _is_source(branch: Branch) -> bool:
    """Whether a branch hands on an answer where there is one: `when: answered(x)`, `is: x`."""
    value = branch.value.tree
    return isinstance(value, Item) and any(
        isinstance(part, StatusTest)
        and part.function is StatusFunction.ANSWERED
        and part.item == value.name
        for part in parts_of(_when(branch))
    )


def _is_guard(when: Node) -> bool:
    """Whether a condition only asks what is known: then it keeps others from coming to nothing."""
    return all(isinstance(node, StatusTest | Not | And | Or) for node in walk(when))


def _both(settler: "Settler", pair: _Pair, item: Computed) -> list[Goal]:
    """That the first decides while the second holds, too."""
    return _where(settler, pair.item, item, pair.first, pair.second, Truth.YES)


def _only(settler: "Settler", pair: _Pair, item: Computed, at: int) -> list[Goal]:
    """That one of them decides alone: neither is a special case of the other."""
    if at == 0:
        return _where(settler, pair.item, item, pair.first, pair.second, Truth.NO)
    return [
        Decides(Instance(pair.item, row), pair.second)
        for row in rows_to_ask(settler.program, pair.item)
    ]


def _where(
    settler: "Settler", name: str, item: Computed, decides: int, other: int, truth: Truth
) -> list[Goal]:
    goals: list[Goal] = []
    for row in rows_to_ask(settler.program, name):
        instance = Instance(name, row)
        slot = settler.program.slot(instance)
        comes = Comes(_when(item.branches[other]), row, truth, slot)
        goals.append(All((Decides(instance, decides), comes)))
    return goals


def _overlap(item: Computed, pair: _Pair, both: Anywhere) -> Finding:
    first, second = item.branches[pair.first], item.branches[pair.second]
    first_when, second_when = first.when, second.when
    assert first_when is not None
    assert second_when is not None
    return finding(
        OVERLAP,
        first.source,
        item.name,
        first_large(
            f"two branches of {named(item)} can hold at once, {quoted(first_when)} for "
            f"'{_said(first)}' and {quoted(second_when)} for '{_said(second)}'; the first of them "
            "decides."
        ),
        "Let the conditions exclude each other; if the order is meant, say so in the later "
        "condition, or acknowledge it.",
        witness=both.witness,
        shows=f"'{item.name}' is '{_said(first)}', and {quoted(second_when)} holds as well.",
        related=((second.source, "the other branch"),),
    )


def _when(branch: Branch) -> Node:
    assert branch.when is not None
    return branch.when.tree


def _said(branch: Branch) -> str:
    """The value that a branch gives; a text without its quotation marks."""
    value = branch.value.tree
    return str(value.value) if isinstance(value, Literal) else str(branch.value)
