"""Leads the detectors through the sections of an instrument in one mode, step by step."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from instrument.models import Instrument, Item
from instrument.values import Instance
from skips.proof.detectors import Detector, Scope, of_scope
from skips.proof.findings import Finding, finding
from skips.proof.merge import section_of

if TYPE_CHECKING:
    from skips.proof.goals import Goal
    from skips.proof.settle import Settler

Tell = Callable[[int, int], None]

EVERYWHERE: Final = ""
"""Stands where else the name of a section stands, for what depends on the whole instrument."""


@dataclass(frozen=True, slots=True)
class Step:
    """Some sections that are proved together, as they share the work of leading interviews."""

    mode: str
    wanted: tuple[tuple[Scope, tuple[str, ...]], ...]
    """By scope the sections whose findings are not known; EVERYWHERE alone for the last scope."""

    @property
    def sections(self) -> tuple[str, ...]:
        """Its sections."""
        return tuple(dict.fromkeys(name for _, names in self.wanted for name in names))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a check has come."""

    mode: str
    section: str
    """The title of the section at work; the instrument's where all of it is looked at."""
    section_number: int
    """Of those that are to be proved in this mode, from 1."""
    sections: int
    """How many are to be proved in this mode."""
    done: int
    """Questions settled about the cases there can be, of those that were asked at once."""
    of: int


@dataclass(frozen=True, slots=True)
class Proved:
    """What was found in a section."""

    mode: str
    scope: Scope
    section: str
    findings: tuple[Finding, ...]


class ModeProof:
    """The proof of an instrument in one mode: one settler for all its steps."""

    def __init__(
        self,
        instrument: Instrument,
        mode: str,
        detectors: Sequence[Detector],
        on_progress: Callable[[Progress], None],
        make_settler: "Callable[[Instrument, str, Tell], Settler] | None" = None,
    ) -> None:
        self._instrument = instrument
        self._mode = mode
        self._detectors = detectors
        self._on_progress = on_progress
        self._settler = (make_settler or settler_of)(instrument, mode, self._tell)
        self._now = Progress(mode, instrument.title, 0, 0, 0, 0)
        self._reported = self._reported_doubts = 0
        """How many undecided and doubted questions were made findings."""

    def prove(self, steps: Sequence[Step]) -> Iterator[Proved]:
        """What is found in the sections of some steps, a section and scope at a time."""
        of = len({name for step in steps for name in step.sections if name != EVERYWHERE})
        titles = {one.name: one.title for one in self._instrument.sections}
        done: set[str] = set()
        for step in steps:
            title = titles.get(step.sections[0], self._instrument.title)
            number = min(len(done) + 1, of)
            self._now = Progress(self._mode, title, number, of, 0, 0)
            self._on_progress(self._now)
            for scope, names in step.wanted:
                yield from self._of_scope(scope, names)
            done.update(name for name in step.sections if name != EVERYWHERE)

    def _of_scope(self, scope: Scope, names: tuple[str, ...]) -> Iterator[Proved]:
        self._settler.sections = None if scope is Scope.INSTRUMENT else frozenset(names)
        found: dict[str, list[Finding]] = {name: [] for name in names}
        for detector in of_scope(self._detectors, scope):
            for one in detector.find(self._settler):
                home = EVERYWHERE if scope is Scope.INSTRUMENT else _home(one, self._instrument)
                if home in found:
                    found[home].append(one)
        for home, one in self._undecided(names):
            found[home].append(one)
        for name, findings in found.items():
            yield Proved(self._mode, scope, name, tuple(findings))

    def _undecided(self, names: tuple[str, ...]) -> Iterable[tuple[str, Finding]]:
        """A note for each item about which the prover gave up since this was last asked."""
        goals = self._settler.undecided[self._reported :]
        self._reported += len(goals)
        told: dict[str, tuple[str, Finding]] = {}
        doubts = self._settler.doubted[self._reported_doubts :]
        self._reported_doubts += len(doubts)
        for one in (*map(self._doubtful, doubts), *map(self._gave_up, goals)):
            home = _home(one, self._instrument)
            told.setdefault(one.place, (home if home in names else names[0], one))
        return told.values()

    def _gave_up(self, goal: "Goal") -> Finding:
        item = self._item_of(goal)
        return finding(
            "undecided",
            item.source,
            item.name,
            f"not everything about '{item.name}' could be decided within the limits",
            "nothing was found here, but that is no proof; simpler conditions, or smaller ranges "
            "and rosters before it, would help",
        )

    def _doubtful(self, goal: "Goal") -> Finding:
        item = self._item_of(goal)
        return finding(
            "undecided",
            item.source,
            item.name,
            f"not everything about '{item.name}' could be decided: the proof came upon a mistake "
            "of its own",
            "the instrument need not be wrong; please report this, with the instrument if you can",
        )

    def _item_of(self, goal: "Goal") -> Item:
        """The item that a goal names; else the last one in front of which it is judged."""
        instance = getattr(goal, "instance", None)
        if isinstance(instance, Instance):
            return self._instrument.items[instance.item]
        program = self._settler.program
        for slot in (*range(goal.before(program), program.size), *range(program.size - 1, 0, -1)):
            item: Item | None = program.items[slot]
            if item is not None:
                return item
        raise AssertionError("an instrument has items")

    def _tell(self, done: int, of: int) -> None:
        now = self._now
        self._on_progress(
            Progress(now.mode, now.section, now.section_number, now.sections, done, of)
        )


def prove_here(
    instrument: Instrument,
    steps: Sequence[Step],
    detectors: Sequence[Detector],
    on_progress: Callable[[Progress], None],
    make_settler: "Callable[[Instrument, str, Tell], Settler] | None" = None,
) -> Generator[Proved]:
    """What is found in the sections of some steps, one mode after the other, as it is found."""
    for mode in dict.fromkeys(step.mode for step in steps):
        proof = ModeProof(instrument, mode, detectors, on_progress, make_settler)
        yield from proof.prove([step for step in steps if step.mode == mode])


def settler_of(instrument: Instrument, mode: str, tell: Tell) -> "Settler":
    """What settles questions about the cases there can be.

    Raises:
        ProofUnavailable: z3 is not installed.
    """
    from skips.proof.settle import Settler

    return Settler(instrument, mode, on_progress=tell, strict=False)


def _home(one: Finding, instrument: Instrument) -> str:
    """The section that a finding belongs to."""
    return section_of(one, instrument) or EVERYWHERE
