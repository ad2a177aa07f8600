"""Rosters that nobody gets past, and rosters that leave out rows which an answer calls for.

A hard check that looks over the rows of a roster and not at its own item is there to send the
interviewer back to the roster. If no number of rows would settle it, that leads nowhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from instrument.conditions.nodes import Compare, Comparison, Literal, OverRows, Type, walk
from instrument.models import Check, Question, Roster
from instrument.values import Instance
from skips.compile import Compiler
from skips.places import Scope
from skips.proof.detect.checks import hard_checks, reads_itself
from skips.proof.detect.substituting import spelled_out, with_rows
from skips.proof.detect.words import first_large, named, quoted
from skips.proof.findings import Finding, finding
from skips.proof.goals import All, Asked, Comes, Goal, RosterIs
from skips.proof.verdict import Verdict
from skips.proof.witness import Witness, replay
from skips.truth import Truth

if TYPE_CHECKING:
    from skips.proof.settle import Settler

SCOPE: Final = "ahead"
NO_EXIT: Final = "roster-no-exit"
CUT: Final = "roster-cut"
_MOST: Final = 1_000
"""More ways than these in which rosters can stand are not gone through for one check."""


@dataclass(frozen=True, slots=True)
class _Demand:
    """A hard check behind a roster that wants something of its rows."""

    roster: Roster
    question: Question
    check: Check
    fires: Goal
    """It sends the interviewer back."""
    holds: Goal
    """It lets the interviewer go on."""
    hopeless: Goal | None
    """It sends the interviewer back, and would do so with any number of rows."""


def find(settler: "Settler") -> Iterator[Finding]:
    """Report rosters that nobody gets past, and those that can be cut short."""
    yield from _without_exit(settler)
    yield from _cut(settler)


# --- no way out -----------------------------------------------------------------------------------


def _without_exit(settler: "Settler") -> Iterator[Finding]:
    demands = list(_demands(settler))
    settled = settler.settle(
        goal for one in demands for goal in (one.fires, one.holds, one.hopeless) if goal is not None
    )
    reported: set[str] = set()
    for one in demands:
        if one.roster.name in reported:
            continue
        hopeless = settled[one.hopeless] if one.hopeless is not None else None
        if hopeless is not None and hopeless.is_possible:
            witness = hopeless.witness
        elif settled[one.fires].is_possible and settled[one.holds].verdict is Verdict.IMPOSSIBLE:
            witness = settled[one.fires].witness
        else:
            continue
        reported.add(one.roster.name)
        yield _no_exit(one, settled[one.holds].is_possible, witness)


def _demands(settler: "Settler") -> Iterator[_Demand]:
    """The hard checks that look over rows, each with the last of the rosters that it looks at."""
    instrument, program = settler.instrument, settler.program
    for question in instrument.items.values():
        if not isinstance(question, Question) or program.mode not in question.modes:
            continue
        for check in hard_checks(question):
            tree = spelled_out(instrument, check.condition.tree)
            rosters = {node.roster for node in walk(tree) if isinstance(node, OverRows)}
            if not rosters or reads_itself(question, check):
                continue
            roster = max(
                (program.places.rosters[name] for name in rosters), key=lambda one: one.slot
            ).roster
            if not settler.looks_at(instrument.section_of[roster.name].name):
                continue
            row = 1 if question.name in instrument.roster_of else 0
            instance = Instance(question.name, row)
            slot = program.slot(instance)
            asked = (Asked(instance), RosterIs(roster.name, Truth.YES))
            fires = (*asked, Comes(check.condition.tree, row, Truth.NO, slot))
            ways = with_rows(instrument, tree, _MOST)
            yield _Demand(
                roster,
                question,
                check,
                All(fires),
                All((*asked, Comes(check.condition.tree, row, Truth.YES, slot))),
                None
                if ways is None
                else All((*fires, *(Comes(way, row, Truth.NO, slot) for way in ways))),
            )


def _no_exit(one: _Demand, sometimes: bool, witness: Witness | None) -> Finding:
    most = one.roster.at_most
    rows = "1 row" if most == 1 else f"{most} rows"
    found = "can ask for something that no number of rows up to that gives"
    if not sometimes:
        found = "is never met, however many there are"
    return finding(
        NO_EXIT,
        one.roster.source,
        one.roster.name,
        first_large(
            f"{named(one.roster)} has room for {rows}, and the hard check '{one.check.name}', "
            f"{quoted(one.check.condition)}, {found}: nobody gets past {named(one.question)} then."
        ),
        "Let the roster have as many rows as the check wants, by 'at_most', or let the check want "
        "no more than that.",
        witness=witness,
        shows=f"At '{one.question.name}' the check fires whatever is answered there.",
        related=((one.check.source, f"the check '{one.check.name}'"),),
    )


# --- cut short ------------------------------------------------------------------------------------


def _cut(settler: "Settler") -> Iterator[Finding]:
    program, instrument = settler.program, settler.instrument
    wanted: dict[str, Goal] = {}
    for name, place in program.places.rosters.items():
        roster = place.roster
        if roster.size is None or not settler.looks_at(instrument.section_of[name].name):
            continue
        most = Literal(roster.at_most, Type.NUMBER)
        more = Compare(Comparison.GT, roster.size.tree, most)
        is_on = RosterIs(name, Truth.YES)
        wanted[name] = All((is_on, Comes(more, 0, Truth.YES, place.slot)))
    settled = settler.settle(wanted.values())
    for name, goal in wanted.items():
        if settled[goal].is_possible:
            yield _is_cut(settler, program.places.rosters[name].roster, settled[goal].witness)


def _is_cut(settler: "Settler", roster: Roster, witness: Witness | None) -> Finding:
    assert roster.size is not None
    most = roster.at_most
    return finding(
        CUT,
        roster.size.source,
        roster.name,
        first_large(
            f"the size of {named(roster)}, {quoted(roster.size)}, can be more than the {most} "
            f"that it has room for; no row behind row {most} is asked then."
        ),
        f"Raise 'at_most', bound the number by its 'range', or write min({roster.size}, {most}) "
        "if that is meant.",
        witness=witness,
        shows=_rows_left_out(settler, roster, witness),
    )


def _rows_left_out(settler: "Settler", roster: Roster, witness: Witness | None) -> str:
    """What the size is in the case that shows it."""
    if witness is None or roster.size is None:
        return ""
    program = settler.program
    slot = program.places.rosters[roster.name].slot
    route = replay(program, witness, until=slot)
    size = Compiler(Scope.at(program.places, 0)).value(roster.size.tree)(route.state.cells)
    return f"“{roster.size}” is {size}, and {roster.at_most} rows are asked."
