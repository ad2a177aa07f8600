"""Rows of rosters that are never asked."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from instrument.conditions.nodes import (
    INTERVIEW_DATE,
    Compare,
    Comparison,
    Literal,
    Type,
    names_read,
)
from instrument.models import Item, Roster
from skips.cells import Cells
from skips.compile import Compiler
from skips.places import Places, Scope
from skips.program import Program
from skips.proof.detect.anywhere import rows_to_ask
from skips.proof.detect.front import conjuncts
from skips.proof.detect.quietly import settle_quietly
from skips.proof.detect.unreached import Because, Unreached
from skips.proof.detect.words import named, numbered, quoted
from skips.proof.findings import Severity
from skips.proof.goals import Comes, Goal, RowAsked
from skips.proof.verdict import Verdict
from skips.truth import YES, Truth

if TYPE_CHECKING:
    from skips.proof.settle import Settler


def rows(settler: "Settler", items: Sequence[Item]) -> Iterator[Unreached]:
    """The rosters of which some rows are never asked in this mode, with these rows."""
    program = settler.program
    rosters = [one for one in items if isinstance(one, Roster) and _can_lack_rows(one)]
    # Rows are stood up from the first on, so that the last one mostly settles it for all.
    few = {one.name: {*rows_to_ask(program, one.name), _last(one)} for one in rosters}
    settled = settler.settle(RowAsked(name, row) for name, some in few.items() for row in some)
    for roster in rosters:
        some = few[roster.name]
        if settled[RowAsked(roster.name, _last(roster))].verdict is Verdict.IMPOSSIBLE:
            some = set(range(1, _last(roster) + 1))
            settled |= settler.settle(RowAsked(roster.name, row) for row in some)
        dead = [
            row
            for row in sorted(some)
            if settled[RowAsked(roster.name, row)].verdict is Verdict.IMPOSSIBLE
        ]
        behind = max(some - set(dead), default=0)
        dead = [row for row in dead if row > behind or not _is_kept_out_by_number(roster, row)]
        if dead:
            yield _unreached(program, roster, dead)


def _last(roster: Roster) -> int:
    """The last row that the author counts with."""
    return roster.rows or roster.at_most


def _can_lack_rows(roster: Roster) -> bool:
    return roster.size is not None or roster.row_if is not None


def _unreached(program: Program, roster: Roster, dead: list[int]) -> Unreached:
    is_one = len(dead) == 1
    which = "no row" if len(dead) == _last(roster) else numbered(dead, "row")
    asked = "is asked" if is_one or which == "no row" else "are asked"
    slot = program.places.rosters[roster.name].slot
    source = roster.size or roster.row_if or roster

    def why(settler: "Settler") -> Because:
        if roster.size is not None:
            at_least = Literal(dead[0], Type.NUMBER)
            enough: Goal = Comes(
                Compare(Comparison.GE, roster.size.tree, at_least), 0, Truth.YES, slot
            )
            if settle_quietly(settler, [enough])[enough].verdict is Verdict.IMPOSSIBLE:
                lower = dead[0] - 1
                return Because(
                    f"its size {quoted(roster.size)} is never more than {lower}",
                    hint=f"Write at_most: {lower}, or correct what the size is."
                    if lower
                    else "Correct what the size is, or take the roster out.",
                    severity=Severity.WARNING if lower else None,
                )
        if roster.row_if is not None:
            where = "there" if is_one else "in any of them"
            return Because(f"its row_if {quoted(roster.row_if)} never holds {where}")
        return Because("there are never so many")

    return Unreached(
        "row-unreachable",
        source.source,
        f"{roster.name}#{dead[0]}",
        f"{which} of {named(roster)} {asked} of {'anybody' if which == 'no row' else 'nobody'}",
        roster.modes,
        tuple(RowAsked(roster.name, row) for row in dead),
        why,
    )


def _is_kept_out_by_number(roster: Roster, row: int) -> bool:
    """Whether a part of row_if that looks at `row` alone says plainly that a row is not asked.

    So it is written where the first row is somebody who has been asked all this before.
    """
    if roster.row_if is None:
        return False
    compiler = Compiler(Scope(Places(), row, row))
    return any(
        compiler.truth(part)(Cells(0)) != YES
        for part in conjuncts(roster.row_if.tree)
        if not names_read(part) and INTERVIEW_DATE not in str(part)
    )
