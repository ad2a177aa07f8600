"""Drawing up a deck: what can be covered, and few interviews that cover it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from instrument.models import Instrument
from skips.proof.deck.choose import Choosing
from skips.proof.deck.interview import Interview, Judging
from skips.proof.deck.target import Kind, Target
from skips.proof.deck.targets import targets
from skips.proof.goals import Any_, Goal
from skips.proof.settle import Settled, Settler
from skips.proof.verdict import Verdict
from skips.proof.witness import Witness

_SHARED: Final = frozenset({Kind.PART, Kind.LIMIT})
"""What need not be covered again in another mode, where the same conditions stand."""
_ROWS: Final = 4
"""Rows of a roster in which a target is looked for at first; all of them if it is in none."""


@dataclass(frozen=True, slots=True)
class Test:
    """One interview of a deck."""

    interview: Interview
    why: tuple[str, ...]
    """What it alone covers, in words."""
    covers: frozenset[Target]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of one kind a deck covers."""

    kind: Kind
    covered: int
    possible: int
    impossible: int
    """Proved that no case can show it."""
    undecided: int
    """Neither found nor ruled out within the limits."""
    elsewhere: int
    """Covered by the deck of another mode, and not looked for again."""


@dataclass(frozen=True, slots=True)
class Deck:
    """A small set of test interviews of one instrument in one mode."""

    instrument: Instrument
    mode: str
    seed: int
    tests: tuple[Test, ...]
    coverage: tuple[Coverage, ...]
    """In the order of the kinds; those of which there is nothing are left out."""
    undecided: tuple[Target, ...]
    impossible: tuple[Target, ...]
    uncovered: tuple[Target, ...]
    """Possible, and in no whole interview that was found: behind a trap, as a rule."""


def make(
    instrument: Instrument,
    mode: str,
    *,
    seed: int = 1,
    seconds: float = 10.0,
    others: Sequence[Deck] = (),
    on_progress: Callable[[str, int, int], None] | None = None,
) -> Deck:
    """Draw up a deck; the same seed gives the same one.

    Args:
        instrument: what the interviews are of.
        mode: one of its modes.
        seed: where chance begins.
        seconds: the solver's limit for one question.
        others: decks of other modes: parts of conditions and limits that they cover are left out.
        on_progress: told what is being done, and how much of how much is.

    Raises:
        ProofUnavailable: the solver is needed and not installed.
    """

    def told(doing: str) -> Callable[[int, int], None] | None:
        return None if on_progress is None else lambda done, of: on_progress(doing, done, of)

    settler = Settler(instrument, mode, seconds=seconds, on_progress=told("settled"), strict=False)
    known = {(one.kind, one.words) for deck in others for test in deck.tests for one in test.covers}
    every = targets(settler.program)
    wanted = [one for one in every if one.kind not in _SHARED or (one.kind, one.words) not in known]
    settled = _settle(settler, wanted)
    judging = Judging(settler.program, wanted)
    possible = {at: goal for at, (goal, found) in enumerate(settled) if found.is_possible}

    def shown(number: int) -> Witness | None:
        return settled[number][1].witness

    choosing = Choosing(judging, possible, shown, seed, told("covered"))
    interviews = [one.interview() for one in choosing.choose()]
    found = [one for _, one in settled]
    elsewhere = Counter(one.kind for one in every) - Counter(one.kind for one in wanted)
    return _deck(settler, seed, wanted, found, judging, interviews, elsewhere)


def _settle(settler: Settler, wanted: list[Target]) -> list[tuple[Goal, Settled]]:
    """What becomes of each target: looked for in a few rows first, and then in all."""
    few = [_any(target.goals[:_ROWS]) for target in wanted]
    first = settler.settle(few)
    every = [
        goal if first[goal].is_possible else _any(target.goals)
        for goal, target in zip(few, wanted, strict=True)
    ]
    found = settler.settle(every)
    return [(goal, found[goal]) for goal in every]


def _any(goals: tuple[Goal, ...]) -> Goal:
    return goals[0] if len(goals) == 1 else Any_(goals)


def _deck(
    settler: Settler,
    seed: int,
    wanted: list[Target],
    settled: list[Settled],
    judging: Judging,
    interviews: list[Interview],
    elsewhere: Counter[Kind],
) -> Deck:
    covers = [judging.of(one) for one in interviews]
    covered = frozenset[int]().union(*covers)
    tests = []
    for at, interview in enumerate(interviews):
        others = frozenset[int]().union(*covers[:at], *covers[at + 1 :])
        why = tuple(wanted[number].words for number in sorted(covers[at] - others))
        tests.append(Test(interview, why, frozenset(wanted[number] for number in covers[at])))

    def those(verdict: Verdict) -> list[int]:
        return [at for at, one in enumerate(settled) if one.verdict is verdict]

    possible, impossible = those(Verdict.POSSIBLE), those(Verdict.IMPOSSIBLE)
    undecided = those(Verdict.UNDECIDED)

    def count(kind: Kind, numbers: list[int]) -> int:
        return sum(wanted[number].kind is kind for number in numbers)

    coverage = tuple(
        Coverage(
            kind,
            count(kind, sorted(covered)),
            count(kind, possible),
            count(kind, impossible),
            count(kind, undecided),
            elsewhere[kind],
        )
        for kind in Kind
        if elsewhere[kind] or any(target.kind is kind for target in wanted)
    )
    return Deck(
        settler.instrument,
        settler.mode,
        seed,
        tuple(tests),
        coverage,
        tuple(wanted[number] for number in undecided if number not in covered),
        tuple(wanted[number] for number in impossible),
        tuple(wanted[number] for number in possible if number not in covered),
    )
