"""What may never be reached: which goals would show that it is, and why none of them can be so."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from instrument.models import GridRow, Question
from instrument.source import Source
from skips.proof.detect.front import Part
from skips.proof.detect.other_modes import OtherModes
from skips.proof.detect.roots import Roots
from skips.proof.detect.why import contradiction, elsewhere, smallest
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
