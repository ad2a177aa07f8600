"""What may never be reached: which goals would show that it is, and why none of them can be so."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from instrument.conditions.nodes import names_read
from instrument.models import GridRow, Question
from instrument.source import Source
from skips.proof.detect.front import Part
from skips.proof.detect.other_modes import OtherModes
from skips.proof.detect.roots import Roots
from skips.proof.detect.why import contradiction, elsewhere, is_absent, smallest
from skips.proof.detect.words import first_large
from skips.proof.findings import Finding, Severity, finding
from skips.proof.goals import Goal
from skips.proof.verdict import Verdict

if TYPE_CHECKING:
    from skips.proof.settle import Settler

CORRECT = "Correct one of the conditions, or take this out."


@dataclass(frozen=True, slots=True)
class Because:
    """Why something is never reached."""

    says: str
    """The second half of a sentence; empty if it has been said at another place."""
    core: tuple[Part, ...] = ()
    """The conditions that exclude each other, if it is that."""
    hint: str = CORRECT
    severity: Severity | None = None
    """Another one than the code has."""


_SEVERITIES: Final = {
    "section-unreachable": Severity.WARNING,
    "item-unreachable": Severity.NOTE,
}
"""Of what is dead in one mode only."""

Why = Callable[["Settler"], Because]


@dataclass(frozen=True, slots=True)
class Unreached:
    """Something that is reported if none of its goals can be so."""

    code: str
    source: Source
    place: str
    what: str
    """The first half of the sentence: `'cars' (Cars) is asked of nobody`."""
    modes: Sequence[str]
    """The modes in which it exists."""
    goals: tuple[Goal, ...]
    """One for each row that may differ."""
    why: Why
    grid: GridRow | None = None
    """Of a row of a grid."""


def impossible(settler: "Settler", those: Iterable[Unreached]) -> list[Unreached]:
    """Those of which no goal can be so in the settler's mode."""
    every = list(those)
    settled = settler.settle([goal for one in every for goal in one.goals])
    return [
        one
        for one in every
        if all(settled[goal].verdict is Verdict.IMPOSSIBLE for goal in one.goals)
    ]


def report(settler: "Settler", those: Sequence[Unreached]) -> Iterator[Finding]:
    """Findings of what is impossible in this mode.

    Left out is what can be so in another mode, and what follows from a defect at another place.
    """
    others = OtherModes(settler)
    in_none = others.in_none({at: (one.modes, one.goals) for at, one in enumerate(those)})
    roots = Roots(settler, others)
    found: list[tuple[Unreached, Because]] = []
    seen: set[str] = set()
    for at, one in enumerate(those):
        if at in in_none and one.place not in seen:
            seen.add(one.place)
            because = one.why(settler)
            if because.says and not roots.lie_elsewhere(because.core):
                found.append((one, because))
    for one, because in _grids_once(settler, found):
        made = finding(
            one.code,
            one.source,
            one.place,
            first_large(f"{one.what}: {because.says}."),
            because.hint,
            related=elsewhere(settler.program, because.core),
        )
        yield made if because.severity is None else replace(made, severity=because.severity)
    yield from _dead_here(settler, [one for at, one in enumerate(those) if at not in in_none])


def _dead_here(settler: "Settler", those: Sequence[Unreached]) -> Iterator[Finding]:
    """What exists in this mode and hangs on an item that does not; asked in another mode.

    One finding for each of the items that it hangs on. What hangs on any of these follows.
    """
    by_root: dict[str, list[tuple[Unreached, Because]]] = {}
    for one in those:
        if one.code not in _SEVERITIES:
            continue
        because = one.why(settler)
        names = {name for part in because.core if part.node for name in names_read(part.node)}
        absent = sorted(name for name in names if is_absent(settler.program, name))
        if absent:
            by_root.setdefault(absent[0], []).append((one, because))
    for root, several in by_root.items():
        several.sort(key=lambda one: one[0].code != "section-unreachable")
        one, because = several[0]
        rest = len(several) - 1
        more = f", and so {'is' if rest == 1 else 'are'} {rest} more" if rest else ""
        made = finding(
            one.code,
            one.source,
            one.place,
            f"In mode '{settler.mode}' {one.what}{more}: '{root}', which it hangs on, is not "
            "asked there.",
            "Take the mode from 'modes' here, or let the condition say what holds in that mode.",
            related=elsewhere(settler.program, because.core),
        )
        yield replace(made, severity=_SEVERITIES[one.code])


def contradicting(parts: Sequence[Part], hint: str = CORRECT) -> Why:
    """The reason that parts exclude each other."""

    def why(settler: "Settler") -> Because:
        if not parts:
            # Nothing keeps anybody out, so nobody gets as far: that is reported as a trap.
            return Because("")
        core = smallest(settler, parts)
        return Because(contradiction(settler, core), tuple(core), hint)

    return why


def _grids_once(
    settler: "Settler", found: Sequence[tuple[Unreached, Because]]
) -> Iterator[tuple[Unreached, Because]]:
    """One entry for all rows of a grid if none of them is reached for the same reason."""
    rows: dict[tuple[str, str], list[tuple[Unreached, Because]]] = {}
    for one, because in found:
        if one.grid is not None:
            rows.setdefault((one.grid.grid, because.says), []).append((one, because))
    for one, because in found:
        if one.grid is None:
            yield one, because
            continue
        same = rows[one.grid.grid, because.says]
        if len(same) < _rows_here(settler, one.grid):
            yield one, because
        elif same[0][0] is one:
            what = f"no row of grid '{one.grid.title}' is asked of anybody"
            yield replace(one, what=what), because


def _rows_here(settler: "Settler", grid: GridRow) -> int:
    """How many rows of a grid exist in the mode."""
    return sum(
        settler.mode in item.modes
        for item in settler.instrument.items.values()
        if isinstance(item, Question) and item.grid is not None and item.grid.grid == grid.grid
    )
