"""Conditions that read an item which may not have been asked, so that they are unknown.

Nested follow-ups are ordinary: what hangs on an answer is not asked where the question was not. A
condition is reported only where most authors would expect it to hold: what was not asked is not
that (see `skips.proof.detect.natural`). Conditions of items, sections and rows are looked at, those
of branches of computed values, and whatever is counted or looked over in a value.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from instrument.conditions.nodes import Node
from instrument.models import Computed, Roster, Section
from instrument.values import Instance
from skips.cells import Cells
from skips.compile import Compiler
from skips.places import Scope
from skips.program import Program
from skips.proof.detect.anywhere import settle_any
from skips.proof.detect.natural import values_read, without
from skips.proof.detect.quietly import settle_quietly
from skips.proof.detect.readers import Reader, Role, here, readers
from skips.proof.detect.words import first_large, joined, listed, named, quoted, section_named
from skips.proof.findings import Finding, finding
from skips.proof.goals import Asked
from skips.proof.verdict import Verdict
from skips.proof.witness import Witness, replay
from skips.truth import YES, Truth

if TYPE_CHECKING:
    from skips.proof.settle import Settler

_LONG = 160
"""A hint shows a rewritten condition of at most this many characters."""


def find(settler: "Settler") -> Iterator[Finding]:
    """Report every condition that is unknown where it would be taken for yes."""
    those = {at: one for at, one in enumerate(readers(settler)) if one.goals}
    settled = settle_any(settler, {at: one.goals for at, one in those.items()})
    found: dict[tuple[str, Node, int], list[tuple[Reader, int]]] = {}
    for at, one in those.items():
        if settled[at].is_possible:
            # Several items with one condition are one defect.
            group = one.place if one.role is not Role.CONDITION else _section(settler, one)
            found.setdefault((group, one.tree, one.branch), []).append((one, at))
    for several in found.values():
        one, at = several[0]
        witness = settled[at].witness
        if witness is not None:
            which = settled[at].at
            route = replay(settler.program, witness, until=one.goals[which].before(settler.program))
            names = _not_asked(settler.program, one, one.rows[which], route.state.cells)
            if not _is_dead(settler, one, names):
                yield _finding(settler, [reader for reader, _ in several], names, witness)


def _is_dead(settler: "Settler", reader: Reader, names: Sequence[str]) -> bool:
    """Whether an item shares no mode with what it reads and is never asked: that is reported."""
    items, of = settler.instrument.items, reader.of
    if reader.role is not Role.CONDITION or isinstance(of, Section | Roster):
        return False
    if any(set(items[name].modes) & set(of.modes) for name in names):
        return False
    goals = [Asked(Instance(of.name, row)) for row in reader.rows]
    settled = settle_quietly(settler, goals)
    return all(one.verdict is Verdict.IMPOSSIBLE for one in settled.values())


def _section(settler: "Settler", one: Reader) -> str:
    if isinstance(one.of, Section):
        return one.of.name
    return settler.instrument.section_of[one.of.name].name


def _not_asked(program: Program, reader: Reader, row: int, cells: Cells) -> list[str]:
    """The items that made it unknown by not having been asked, no more than needed."""
    names = [name for name in values_read(reader.tree) if not _was_asked(program, name, row, cells)]
    scope = Scope.at(program.places, row)

    def is_enough(some: Sequence[str]) -> bool:
        reread = reader.reread(lambda name: name in some)
        if reader.role is Role.VALUE:
            return Compiler(scope).value(reread)(cells) is not None
        wanted = Truth.NO if reader.role is Role.PASSED else Truth.YES
        return Compiler(scope).truth(reread)(cells) == wanted

    for name in list(names):
        rest = [one for one in names if one != name]
        if rest and is_enough(rest):
            names = rest
    return names


def _was_asked(program: Program, name: str, row: int, cells: Cells) -> bool:
    """Whether an item was asked; of a roster looked over, whether in every row that is asked."""
    instance = here(program, name, row)
    if instance is not None:
        return cells.universe[program.slot(instance)] == YES
    place = program.places.rosters[program.instrument.roster_of[name].name]
    return all(
        cells.universe[program.slot(Instance(name, number))] == YES
        for number, gate in enumerate(place.gates, start=1)
        if cells.universe[gate] == YES
    )


def _finding(
    settler: "Settler", several_readers: Sequence[Reader], names: Sequence[str], witness: Witness
) -> Finding:
    one, items = several_readers[0], settler.instrument.items
    several = list(dict.fromkeys(_called(reader) for reader in several_readers))
    was = "was not asked" if len(names) == 1 else "were not asked"
    over = [name for name in names if here(settler.program, name, one.rows[0]) is None]
    was += " in a row" if over else ""
    where = f"where {joined([named(items[name]) for name in names])} {was}"
    quotes = [f"'{name}'" for name in names]
    unasked = f"{joined(quotes)} {was}"
    tree = quoted(one.expression)
    match one.role:
        case Role.CONDITION:
            is_made = isinstance(one.of, Computed)
            verb = "worked out" if is_made else "asked"
            are = "is" if len(several) == 1 else "are"
            they = "it is" if len(several) == 1 else "they are"
            text = (
                f"{listed(several)} {are} {verb} if {tree}; {where}, that is unknown, "
                f"and {they} not {verb}."
            )
        case Role.VALUE:
            what = "the size of " if isinstance(one.of, Roster) else ""
            text = f"{what}{several[0]} is {tree}; {where}, it has no value."
        case _:
            text = (
                f"branch {one.branch} of {several[0]} decides if {tree}; {where}, that is "
                "unknown, and there is no value at all."
            )
    return finding(
        "reads-unasked",
        one.expression.source,
        one.place,
        first_large(text),
        _hint(one, names, over),
        witness=witness,
        shows=f"{tree} is unknown, since {unasked}.",
        related=tuple((items[name].source, f"'{name}' is asked here") for name in names),
    )


def _called(one: Reader) -> str:
    if isinstance(one.of, Section):
        return section_named(one.of)
    if isinstance(one.of, Roster) and one.expression is one.of.row_if:
        return f"a row of {named(one.of)}"
    return named(one.of)


def _hint(one: Reader, names: Sequence[str], over: Sequence[str]) -> str:
    wanted = one.reread(lambda name: name in names)
    unwanted = without(one.tree, lambda name: name in names)
    if len(str(wanted)) > _LONG or len(str(unwanted)) > _LONG:
        return (
            f"Say what is meant there, with “asked({names[0]})” in the condition "
            f"or “not asked({names[0]})”."
        )
    if one.role is Role.VALUE or over:
        return f"If those who were asked are to count alone, write {quoted(wanted)}."
    if one.role is Role.PASSED:
        return f"If a later branch is to decide then, write {quoted(wanted)}."
    then = "be asked" if one.role is Role.CONDITION else "get this value"
    return f"If those are to {then}, write {quoted(wanted)}; if not, {quoted(unwanted)} says so."
