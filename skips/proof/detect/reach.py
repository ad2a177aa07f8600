"""What no answers lead to: sections, items, choices, branches of computed values, rows of rosters.

An item counts as never reached when that is so in every mode in which it exists; see
`skips.proof.detect.other_modes`. What merely follows from another defect is not reported besides:
the items of a section that nobody comes to, or an item that waits for a choice never offered.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from instrument.conditions.nodes import ROW, Node, walk
from instrument.conditions.nodes import Item as ItemNode
from instrument.models import Computed, Item, Question, Roster, Section, Statement
from instrument.values import Instance
from skips.program import Program
from skips.proof.detect.anywhere import rows_to_ask
from skips.proof.detect.front import instance_of, parts_before, parts_of, slot_of_section
from skips.proof.detect.other_modes import modes_of_section
from skips.proof.detect.quietly import settle_quietly
from skips.proof.detect.reach_branches import branches, computed_choices
from skips.proof.detect.reach_choices import choices, without_hopeless
from skips.proof.detect.reach_rows import rows
from skips.proof.detect.unreached import Because, Unreached, Why, contradicting, impossible, report
from skips.proof.detect.words import named, quoted, section_named
from skips.proof.findings import Finding
from skips.proof.goals import Asked, RowAsked, SectionIs
from skips.proof.verdict import Verdict

if TYPE_CHECKING:
    from skips.proof.settle import Settler


def find(settler: "Settler") -> Iterator[Finding]:
    """Report everything that can be seen in no case."""
    program = settler.program
    sections = [
        one
        for one in settler.instrument.sections
        if settler.looks_at(one.name) and settler.mode in modes_of_section(settler.instrument, one)
    ]
    dead = impossible(settler, [_of_section(program, one) for one in sections])
    closed = {one.place for one in dead}
    items = [
        item
        for section in sections
        if section.name not in closed
        for item in _items(section)
        if settler.mode in item.modes
    ]
    dead_items = impossible(settler, [_of_item(program, item) for item in items])
    not_asked = {one.place for one in dead_items}
    rosters = {name for name in not_asked if isinstance(settler.instrument.items[name], Roster)}
    asked = [item for item in items if item.name not in not_asked]
    parts = (
        part
        for item in asked
        for of in (choices, computed_choices, branches)
        for part in of(program, item)
    )
    yield from report(
        settler,
        [
            *dead,
            *(one for one in dead_items if not _stands_in(settler, one.place, rosters)),
            *without_hopeless(impossible(settler, parts), asked),
            *rows(settler, asked),
        ],
    )


def _items(section: Section) -> Iterator[Item]:
    for item in section.items:
        yield item
        if isinstance(item, Roster):
            yield from item.items


def _stands_in(settler: "Settler", item: str, rosters: set[str]) -> bool:
    roster = settler.instrument.roster_of.get(item)
    return roster is not None and roster.name in rosters


def _of_section(program: Program, section: Section) -> Unreached:
    parts = parts_of(section.ask_if, slot_of_section(program, section))
    return Unreached(
        "section-unreachable",
        section.source,
        section.name,
        f"{section_named(section)} is asked of nobody",
        modes_of_section(program.instrument, section),
        (SectionIs(section.name),),
        contradicting(parts),
    )


def _of_item(program: Program, item: Item) -> Unreached:
    does = "is worked out for" if isinstance(item, Computed) else "is asked of"
    if isinstance(item, Statement):
        does = "is read to"
    instances = [instance_of(item, row) for row in _rows(program, item)]
    return Unreached(
        "item-unreachable",
        item.source if item.ask_if is None else item.ask_if.source,
        item.name,
        f"{named(item)} {does} nobody",
        item.modes,
        tuple(Asked(one) for one in instances),
        _why_not(program, item, instances),
        item.grid if isinstance(item, Question) else None,
    )


def _rows(program: Program, item: Item) -> list[int]:
    return [0] if isinstance(item, Roster) else list(rows_to_ask(program, item.name))


def _why_not(program: Program, item: Item, instances: list[Instance]) -> Why:
    def why(settler: "Settler") -> Because:
        roster = program.instrument.roster_of.get(item.name)
        wanted = instances
        if roster is not None:
            gates = {RowAsked(roster.name, one.row): one for one in instances}
            settled = settle_quietly(settler, gates)
            wanted = [
                one
                for goal, one in gates.items()
                if settled[goal].verdict is not Verdict.IMPOSSIBLE
            ]
        if len(instances) > 1 and item.ask_if is not None and _has_row(item.ask_if.tree):
            return Because(f"{quoted(item.ask_if)} holds in none of the rows that are asked")
        instance = (wanted or instances)[0]
        parts = parts_of(item.ask_if, program.slot(instance), instance.row)
        parts += parts_before(program, instance)
        return contradicting(parts)(settler)

    return why


def _has_row(tree: Node) -> bool:
    return any(isinstance(node, ItemNode) and node.name == ROW for node in walk(tree))
