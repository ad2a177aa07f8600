"""Where conditions stand in an instrument, and in which cases each of them is looked at."""

from collections.abc import Iterator
from dataclasses import dataclass

from instrument.conditions.nodes import (
    Apply,
    CountTrue,
    Function,
    Node,
    Not,
    OverRows,
    Type,
    children,
    type_of,
)
from instrument.models import Computed, Item, Question, Roster
from instrument.values import Instance
from skips.program import Program
from skips.proof.goals import (
    All,
    Asked,
    Comes,
    Goal,
    Not_,
    RosterIs,
    RowAsked,
    SectionIs,
)
from skips.truth import Truth


@dataclass(frozen=True)
class Spot:
    """A condition as it is looked at from one row."""

    row: int
    slot: int
    """The interview has come here when it is judged."""
    where: tuple[Goal, ...]
    """What is so of every case in which it is looked at."""
    refused_at: int | None = None
    """Of hard checks: the slot of the item, where an answer stands with which it is yes."""


@dataclass(frozen=True)
class Site:
    """A condition with all the places from which it is looked at."""

    place: str
    """The item, section, check or choice that has it."""
    text: str
    """What is said to be yes or not yes."""
    tree: Node
    spots: tuple[Spot, ...]
    is_check: bool = False
    is_branch: bool = False
    is_value: bool = False
    """Whether a value follows from it, for which *no* and unknown are not the same."""
    is_inner: bool = False
    """Whether it stands within another condition, or in a calculation."""

    @property
    def name(self) -> str:
        """What it is called: by its place, and by its text where it is one of several there."""
        return f"{self.place}: in {self.text}" if self.is_inner else self.place

    @property
    def is_hard(self) -> bool:
        """Whether nobody can go on while it is yes."""
        return any(spot.refused_at is not None for spot in self.spots)


def sites(program: Program) -> Iterator[Site]:
    """Every condition of what exists in a program's mode, in the order of the instrument."""
    instrument = program.instrument
    for section in instrument.sections:
        if section.ask_if is not None:
            gate = next(one.gate for one in program.sections if one.section is section)
            spots = (Spot(0, gate, ()),)
            yield Site(f"section {section.name}", str(section.ask_if), section.ask_if.tree, spots)
            yield from _within(program, f"section {section.name}", section.ask_if.tree, spots)
        for item in section.items:
            yield from _of_item(program, item, None)
            if isinstance(item, Roster):
                yield from _of_rows(program, item)
                for inner in item.items:
                    yield from _of_item(program, inner, item)


def instances(program: Program, item: Item, roster: Roster | None) -> tuple[Instance, ...]:
    """An item in every row that it can stand in; none where it does not exist in the mode."""
    if program.mode not in item.modes:
        return ()
    if roster is None:
        return (Instance(item.name),)
    rows = program.places.rosters[roster.name].roster.at_most
    if roster.rows is not None:
        rows = min(rows, roster.rows)
    return tuple(Instance(item.name, row) for row in range(1, rows + 1))


def _of_item(program: Program, item: Item, roster: Roster | None) -> Iterator[Site]:
    every = instances(program, item, roster)
    if not every:
        return
    if item.ask_if is not None:
        yield from _with_inner(
            program,
            Site(
                item.name,
                str(item.ask_if),
                item.ask_if.tree,
                tuple(
                    Spot(one.row, program.slot(one), (_gate(program, one, roster),))
                    for one in every
                ),
            ),
        )
    spots = tuple(Spot(one.row, program.slot(one), (Asked(one),)) for one in every)
    match item:
        case Question():
            yield from _of_question(program, item, spots)
        case Computed():
            yield from _of_value(program, item, spots)
        case Roster(size=size) if size is not None:
            yield from _within(program, item.name, size.tree, spots)
        case _:
            pass


def _of_question(program: Program, item: Question, spots: tuple[Spot, ...]) -> Iterator[Site]:
    for choice in item.choices:
        if choice.ask_if is not None:
            text = f"not ({choice.ask_if})"
            place = f"{item.name}.{choice.name}"
            tree = Not(choice.ask_if.tree)
            yield from _with_inner(program, Site(place, text, tree, spots))
    for check in item.checks:
        behind = tuple(
            Spot(
                spot.row,
                spot.slot + 1,
                spot.where,
                spot.slot if check.severity == "hard" else None,
            )
            for spot in spots
        )
        text = f"not ({check.condition})"
        site = Site(check.name, text, Not(check.condition.tree), behind, is_check=True)
        yield from _with_inner(program, site)


def _of_value(program: Program, item: Computed, spots: tuple[Spot, ...]) -> Iterator[Site]:
    if item.expression is not None:
        tree = item.expression.tree
        if type_of(tree) is Type.BOOLEAN:
            site = Site(item.name, str(item.expression), tree, spots, is_value=True)
            yield from _with_inner(program, site)
        else:
            yield from _within(program, item.name, tree, spots)
    before: list[Node] = []
    for number, branch in enumerate(item.branches, start=1):
        here = tuple(_past(spot, before) for spot in spots)
        if branch.when is not None:
            place, when = f"{item.name}#{number}", branch.when
            site = Site(place, str(when), when.tree, here, is_branch=True, is_value=True)
            yield from _with_inner(program, site)
            before.append(branch.when.tree)


def _of_rows(program: Program, roster: Roster) -> Iterator[Site]:
    if roster.row_if is None or program.mode not in roster.modes:
        return
    gates = program.places.rosters[roster.name].gates
    spots = tuple(
        Spot(row, gate, (RosterIs(roster.name),))
        for row, gate in enumerate(gates[: roster.rows or roster.at_most], start=1)
    )
    place = f"rows of {roster.name}"
    yield from _with_inner(program, Site(place, str(roster.row_if), roster.row_if.tree, spots))


def _past(spot: Spot, before: list[Node]) -> Spot:
    """A spot behind branches that do not hold."""
    passed = tuple(Comes(tree, spot.row, Truth.NO, spot.slot) for tree in before)
    return Spot(spot.row, spot.slot, (*spot.where, *passed))


def _gate(program: Program, instance: Instance, roster: Roster | None) -> Goal:
    if roster is not None:
        return RowAsked(roster.name, instance.row)
    return SectionIs(program.instrument.section_of[instance.item].name)


# --- conditions within expressions ----------------------------------------------------------------


def _with_inner(program: Program, site: Site) -> Iterator[Site]:
    yield site
    yield from _within(program, site.place, site.tree, site.spots)


def _within(program: Program, place: str, tree: Node, spots: tuple[Spot, ...]) -> Iterator[Site]:
    """The conditions that stand in a value: parts of a count, of an `if`, and over rows."""
    spots = tuple(Spot(spot.row, spot.slot, spot.where) for spot in spots)
    for node in children(tree):
        if isinstance(tree, CountTrue) or (
            isinstance(tree, Apply) and tree.function is Function.IF and node is tree.parts[0]
        ):
            yield Site(place, str(node), node, spots, is_inner=True)
        if not isinstance(tree, OverRows):
            yield from _within(program, place, node, spots)
    if isinstance(tree, OverRows) and tree.where is not None:
        rows = range(1, len(program.places.rosters[tree.roster].gates) + 1)
        # Within a roster its items would mean the same row's; that has no goal of its own.
        outside = [spot for spot in spots if spot.row == 0]
        inner = tuple(
            Spot(row, spot.slot, (*spot.where, RowAsked(tree.roster, row)))
            for spot in outside
            for row in rows
        )
        if inner:
            text = f"{tree.where} in a row of {tree.roster}"
            yield Site(place, text, tree.where, inner, is_inner=True)


# --- goals of a condition -------------------------------------------------------------------------


def is_yes(spot: Spot, tree: Node) -> Goal:
    """That a condition is yes where it is looked at."""
    return Comes(tree, spot.row, Truth.YES, spot.slot)


def is_not_yes(spot: Spot, tree: Node) -> Goal:
    """That a condition is no or unknown where it is looked at."""
    return Not_(is_yes(spot, tree))


def both(*goals: Goal) -> Goal:
    """Several goals in one case, in as few words as can be."""
    found = tuple(dict.fromkeys(goals))
    return found[0] if len(found) == 1 else All(found)
