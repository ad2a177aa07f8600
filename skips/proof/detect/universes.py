"""Conditions that keep nobody out: always yes, or only repeating what stands above them.

A condition is one of these when it is yes wherever its section (and roster, and row) is asked, in
every @@
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from instrument.conditions.nodes import Node, names_read
from instrument.models import Expression, Instrument, Item, Question, Roster, Section
from skips.program import Program
from skips.proof.detect.anywhere import rows_to_ask
from skips.proof.detect.front import instance_of
from skips.proof.detect.other_modes import OtherModes, modes_of_section
from skips.proof.detect.quietly import settle_quietly
from skips.proof.detect.words import joined, listed, named, quoted, section_named
from skips.proof.findings import Finding, finding
from skips.proof.goals import Asked, Comes, Goal, Own, SectionIs
from skips.proof.verdict import Verdict
from skips.truth import Truth

if TYPE_CHECKING:
    from skips.proof.settle import Settled, Settler

_NOT_YES = (Truth.NO, Truth.UNKNOWN)


@dataclass(frozen=True, slots=True)
class _Condition:
    """A condition and the goals that would show that it does something."""

    of: Item | Section
    condition: Expression
    modes: Sequence[str]
    keeps_out: tuple[Goal, ...]
    """That it is not yes where what stands above it is asked."""
    not_yes: tuple[Goal, ...]
    """That it is not yes, whatever stands above it."""
    asked: tuple[Goal, ...]
    """That it is yes, and all above it."""


def find(settler: "Settler") -> Iterator[Finding]:
    """Report every condition of an item or section that never keeps anybody out."""
    every = list(_conditions(settler))
    settled = settler.settle(goal for one in every for goal in one.keeps_out)
    idle = [one for one in every if _none_is_possible(settled, one.keeps_out)]
    # What nobody comes to is no condition that keeps nobody out; it is reported as unreachable.
    settled = settler.settle(goal for one in idle for goal in one.asked)
    idle = [one for one in idle if any(settled[goal].is_possible for goal in one.asked)]
    others = OtherModes(settler)
    in_none = others.in_none({at: (one.modes, one.keeps_out) for at, one in enumerate(idle)})
    idle = [one for at, one in enumerate(idle) if at in in_none]
    settled = settle_quietly(settler, (goal for one in idle for goal in one.not_yes))
    for several in _by_grid(idle):
        one = several[0]
        if _none_is_possible(settled, one.not_yes) or _reads_inside(settler.instrument, one):
            yield _always(several)
        else:
            yield _repeats(settler, several)


def _reads_inside(instrument: Instrument, one: _Condition) -> bool:
    """Whether a condition reads its own section, so that it does not repeat what is above it."""
    if isinstance(one.of, Section):
        return False
    roster = instrument.roster_of.get(one.of.name)
    inside = instrument.section_of[one.of.name].items if roster is None else roster.items
    return bool(names_read(one.condition.tree) & {item.name for item in inside})


def _none_is_possible(settled: "Mapping[Goal, Settled]", goals: Sequence[Goal]) -> bool:
    return all(settled[goal].verdict is Verdict.IMPOSSIBLE for goal in goals)


def _conditions(settler: "Settler") -> Iterator[_Condition]:
    program, instrument = settler.program, settler.instrument
    for section in instrument.sections:
        if not settler.looks_at(section.name):
            continue
        modes = modes_of_section(instrument, section)
        if section.ask_if is not None and settler.mode in modes:
            yield _of_section(section, section.ask_if, modes)
        for item in section.items:
            yield from _of_item(program, item)
            if isinstance(item, Roster):
                for inner in item.items:
                    yield from _of_item(program, inner)


def _of_section(section: Section, condition: Expression, modes: Sequence[str]) -> _Condition:
    not_yes = tuple(SectionIs(section.name, truth) for truth in _NOT_YES)
    return _Condition(section, condition, modes, not_yes, not_yes, (SectionIs(section.name),))


def _of_item(program: Program, item: Item) -> Iterator[_Condition]:
    is_made = isinstance(item, Question) and item.specifies is not None
    if item.ask_if is None or is_made or program.mode not in item.modes:
        return
    tree = item.ask_if.tree
    rows = (0,) if isinstance(item, Roster) else rows_to_ask(program, item.name)
    instances = [instance_of(item, row) for row in rows]
    yield _Condition(
        item,
        item.ask_if,
        item.modes,
        tuple(Own(one, truth) for one in instances for truth in _NOT_YES),
        tuple(
            Comes(tree, one.row, truth, program.slot(one))
            for one in instances
            for truth in _NOT_YES
        ),
        tuple(Asked(one) for one in instances),
    )


def _by_grid(those: Sequence[_Condition]) -> Iterator[list[_Condition]]:
    """Those that belong together: rows of a grid that have the same condition."""
    groups: dict[tuple[str, Node | None], list[_Condition]] = {}
    for one in those:
        key: tuple[str, Node | None] = (one.of.name, None)
        if isinstance(one.of, Question) and one.of.grid is not None:
            key = (one.of.grid.grid, one.condition.tree)
        groups.setdefault(key, []).append(one)
    yield from groups.values()


def _called(those: Sequence[_Condition]) -> str:
    one = those[0].of
    if isinstance(one, Section):
        return section_named(one)
    return listed([named(each.of) for each in those if not isinstance(each.of, Section)])


def _always(those: Sequence[_Condition]) -> Finding:
    one = those[0]
    return finding(
        "universe-always",
        one.condition.source,
        one.of.name,
        f"The condition of {_called(those)} is always yes: “{one.condition}” keeps nobody out.",
        "Take the condition out, or write the one that is meant.",
    )


def _repeats(settler: "Settler", those: Sequence[_Condition]) -> Finding:
    one = those[0]
    above = list(_above(settler.instrument, one))
    words = joined(
        [f"{quoted(condition)} of {of}" for condition, of in above] or ["there being rows"]
    )
    same = any(one.condition.tree == condition.tree for condition, _ in above)
    follows = "repeats" if same else "follows from"
    return finding(
        "universe-repeats",
        one.condition.source,
        one.of.name,
        f"The condition {quoted(one.condition)} of {_called(those)} {follows} {words}, and keeps "
        "nobody out.",
        "Take the condition out, or write the one that is meant.",
        related=tuple(
            (condition.source, f"{of} is asked if {quoted(condition)}") for condition, of in above
        ),
    )


def _above(instrument: Instrument, one: _Condition) -> Iterator[tuple[Expression, str]]:
    """The conditions above an item's own, each with whose it is."""
    if isinstance(one.of, Section):
        return
    section = instrument.section_of[one.of.name]
    if section.ask_if is not None:
        yield section.ask_if, section_named(section)
    roster = instrument.roster_of.get(one.of.name)
    if roster is not None:
        of = f"roster '{roster.title}'"
        for condition in (roster.ask_if, roster.row_if):
            if condition is not None:
                yield condition, of
