"""Settling goals: first by rehearsals, the rest by the solver, whose word is never taken unseen."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final, Literal

from instrument.models import Instrument
from instrument.values import Answer
from skips.compilation import compile_instrument
from skips.proof.aims import aim
from skips.proof.cutting import shortened
from skips.proof.goals import Fires, Goal, Judge
from skips.proof.rehearsal import Rehearsed, Rehearser
from skips.proof.verdict import Verdict
from skips.proof.wishes import NO_WISHES, Wishes
from skips.proof.witness import NotReplayed, Witness, replay
from skips.route import Route

if TYPE_CHECKING:
    from skips.proof.prover import Prover
    from skips.proof.world import World

By = Literal["rehearsal", "proof"]
"""What settled a goal: a case that was led at random, or the solver."""

_ROUND: Final = 8
"""Rehearsals in one round: each habit once."""
_SEEDS: Final = 4
"""Ways to complete a witness of the solver before it is said not to replay."""
_WIDER: Final = 6
"""Times that the solver is asked again with an item that stopped the replay taken in."""
_AIMED: Final = 4
"""Rehearsals that may aim at one goal."""
_HOPELESS: Final = 2
"""For how many of these it counts that no way back was found."""
_AIMS: Final = 400
"""The most rehearsals that aim, in one call, and of large instruments the most slots of them."""
_AIMED_SLOTS: Final = 1_500_000
_KEPT_SLOTS: Final = 3_000_000
"""Slots of all rehearsals kept together: about 100 MB."""


class ProofUnavailable(Exception):
    """The solver is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "To prove an instrument needs the solver z3, which is not installed; "
            "install cati with the extra 'prove': pip install 'cati[prove]'."
        )


class WrongWitness(AssertionError):
    """A witness of the solver did not replay: encoding and engine disagree, our own mistake."""

    def __init__(self, goal: Goal, why: str, witness: Witness) -> None:
        super().__init__(f"The solver's witness for {goal} does not show it: {why}\n{witness}")
        self.goal = goal
        self.witness = witness


@dataclass(frozen=True)
class Settled:
    """What became of a goal."""

    verdict: Verdict
    by: By
    _shown: Callable[[], Witness] | None = field(default=None, repr=False, compare=False)

    @cached_property
    def witness(self) -> Witness | None:
        """Answers with which it is so, cut to those that matter; worked out when asked for."""
        return None if self._shown is None else self._shown()

    @property
    def is_possible(self) -> bool:
        """Whether it can be so in a case."""
        return self.verdict is Verdict.POSSIBLE


class Settler:
    """Settles goals about one instrument in one mode.

    What was settled stays so, and rehearsals are kept for the goals of the next call.
    """

    def __init__(
        self,
        instrument: Instrument,
        mode: str,
        *,
        rehearsals: int = 60,
        seconds: float = 10.0,
        sections: frozenset[str] | None = None,
        on_progress: Callable[[int, int], None] | None = None,
        strict: bool = True,
    ) -> None:
        """Begin; nothing is held or proved yet.

        Args:
            instrument: what is proved.
            mode: one of its modes.
            rehearsals: the most interviews held before goals are aimed at, and as many again that
                aim at what is left.
            seconds: the solver's limit for one question.
            sections: names of the sections that detectors ask about; None means all.
            on_progress: told how many of how many goals of a call are settled.
            strict: raise WrongWitness; else such a goal stays undecided and is kept in `doubted`,
                as an author can do nothing about our own mistake.
        """
        self.instrument = instrument
        self.mode = mode
        self.sections = sections
        self.program = compile_instrument(instrument, mode)
        self.rehearsals = rehearsals
        self.seconds = seconds
        self.on_progress = on_progress
        self.strict = strict
        self.asked = 0
        """How many questions the solver was asked."""
        self.undecided: list[Goal] = []
        """Goals that could not be settled within the limits, as they came."""
        self.doubted: list[Goal] = []
        """Goals about which the solver and the engine disagreed, as they came."""
        self._rehearser = Rehearser(self.program)
        self._runs: list[Rehearsed] = []
        self._plain = 0
        self._dull = 0
        self._settled: dict[Goal, Settled] = {}

    def looks_at(self, section: str) -> bool:
        """Whether detectors ask about the items of a section, by its name."""
        return self.sections is None or section in self.sections

    @cached_property
    def world(self) -> "World":
        """All cases as formulas; ProofUnavailable without the solver."""
        try:
            from skips.proof.world import World
        except ModuleNotFoundError as error:
            if error.name and error.name.split(".")[0] == "z3":
                raise ProofUnavailable from None
            raise
        return World(self.instrument, self.mode)

    @cached_property
    def prover(self) -> "Prover":
        """The solver; ProofUnavailable without it."""
        world = self.world
        from skips.proof.prover import Prover

        return Prover(world, seconds=self.seconds)

    def settle(self, goals: Iterable[Goal]) -> dict[Goal, Settled]:
        """What becomes of each goal.

        Raises:
            ProofUnavailable: rehearsals did not settle all, and the solver is not installed.
            WrongWitness: the solver and the engine disagree, and the settler is strict.
        """
        wanted = list(dict.fromkeys(goals))
        batch = _Batch(self, [goal for goal in wanted if goal not in self._settled], len(wanted))
        batch.settle()
        return {goal: self._settled[goal] for goal in wanted}


class _Batch:
    """The goals of one call that are not settled yet."""

    def __init__(self, settler: Settler, goals: list[Goal], of: int) -> None:
        program = settler.program
        self.settler, self.program, self.of = settler, program, of
        self.left: dict[Goal, tuple[int, Judge]] = {
            goal: (goal.before(program), goal.judge(program)) for goal in goals
        }

    def settle(self) -> None:
        for run in self.settler._runs:
            self._look(run)
        self._rehearse()
        self._aim()
        self._prove()

    # --- by rehearsals ---------------------------------------------------------------------------

    def _rehearse(self) -> None:
        """Rounds of rehearsals, until one of them brings nothing new."""
        settler = self.settler
        while self._open() and settler._plain < settler.rehearsals and settler._dull < 1:
            found = 0
            for _ in range(min(_ROUND, settler.rehearsals - settler._plain)):
                settler._plain += 1
                found += self._hold(NO_WISHES)
            settler._dull = 0 if found else settler._dull + 1

    def _aim(self) -> None:
        """Rehearsals that aim at several goals at once, each goal a few times."""
        settler, tries = self.settler, dict.fromkeys(self._open(), 0)
        for _ in range(max(settler.rehearsals, min(_AIMS, _AIMED_SLOTS // self.program.size))):
            targets = [goal for goal in self._open() if tries[goal] < _AIMED]
            if not targets:
                return
            aimed = aim(self.program, targets, settler._rehearser.random)
            for goal in aimed.aimed:
                tries[goal] += 1
            for goal in aimed.hopeless:
                tries[goal] += _HOPELESS
            if aimed.aimed:
                self._hold(aimed.wishes)

    def _open(self) -> list[Goal]:
        return [goal for goal in self.left if goal.is_conclusive(self.program)]

    def _hold(self, wishes: Wishes) -> int:
        """Hold a rehearsal, and say how many goals it settled."""
        settler = self.settler
        run = settler._rehearser.rehearse(wishes)
        found = self._look(run)
        if (found or len(settler._runs) < _ROUND) and (
            (len(settler._runs) + 1) * self.program.size <= _KEPT_SLOTS
        ):
            settler._runs.append(run)
        return found

    def _look(self, run: Rehearsed) -> int:
        """Settle what is so in a rehearsal; how many goals that were."""
        state, reached = run.route.state, run.reached
        found: list[Goal] = []
        for goal, (before, judge) in self.left.items():
            if before <= reached and goal.is_conclusive(self.program):
                if isinstance(goal, Fires) and goal.is_hard(self.program):
                    if goal.check in run.refused:
                        found.append(goal)
                elif judge(state):
                    found.append(goal)
        for goal in found:
            hard = isinstance(goal, Fires) and goal.is_hard(self.program)
            last = run.refused[goal.check] if isinstance(goal, Fires) and hard else None
            self._is_possible(goal, run.case, "rehearsal", last)
        return len(found)

    def _is_possible(
        self, goal: Goal, case: Callable[[], Route], by: By, last: Answer | None = None
    ) -> None:
        before, judge = self.left.pop(goal)
        witness = partial(_witness, goal, case, before, judge, last)
        self._keep(goal, Settled(Verdict.POSSIBLE, by, witness))

    def _keep(self, goal: Goal, settled: Settled) -> None:
        self.left.pop(goal, None)
        self.settler._settled[goal] = settled
        if settled.verdict is Verdict.UNDECIDED:
            self.settler.undecided.append(goal)
        if self.settler.on_progress is not None:
            self.settler.on_progress(self.of - len(self.left), self.of)

    # --- by proof --------------------------------------------------------------------------------

    def _prove(self) -> None:
        """Ask the solver about what is left; a case that it finds may settle other goals, too."""
        while self.left:
            goal = next(iter(self.left))
            before, _ = self.left[goal]
            verdict, case = self._asked(goal, before)
            if case is None:
                self._keep(goal, Settled(verdict, "proof"))
                continue
            route = case()
            last = None if before == self.program.size else route.state.cells.kept[before]
            self._is_possible(goal, case, "proof", last)
            self._look(Rehearsed(route, before, again=case))

    def _asked(self, goal: Goal, before: int) -> tuple[Verdict, Callable[[], Route] | None]:
        """The solver's word, and a case in which it is so.

        The solver looks at what the goal depends on only. Where the replay of its witness is
        stopped at another item, that one is taken in and the solver is asked again.
        """
        settler, program = self.settler, self.program
        about = set(goal.about(program))
        claim = goal.claim(settler.world)
        for _ in range(_WIDER):
            settler.asked += 1
            outcome = settler.prover.ask(claim, before=before, about=sorted(about))
            witness = outcome.witness
            if outcome.verdict is not Verdict.POSSIBLE or witness is None:
                return outcome.verdict, None
            seed, failed = self._replayed(goal, before, witness)
            if failed is None:
                return outcome.verdict, partial(replay, program, witness, seed=seed, until=before)
            if failed.named and outcome.exact:
                if settler.strict:
                    raise WrongWitness(goal, str(failed), witness)
                settler.doubted.append(goal)
            if failed.named or failed.at is None or program.slot(failed.at) in about:
                break
            about.add(program.slot(failed.at))
        return Verdict.UNDECIDED, None

    def _replayed(
        self, goal: Goal, before: int, witness: Witness
    ) -> tuple[int, NotReplayed | None]:
        """How a witness is completed to a case in which the goal is so, or why it is none."""
        failed: NotReplayed | None = None
        for seed in range(_SEEDS):
            try:
                route = replay(self.program, witness, seed=seed, until=before)
            except NotReplayed as stopped:
                failed = stopped
                if stopped.named:
                    break
                continue
            if self.left[goal][1](route.state):
                return seed, None
            return seed, NotReplayed("the engine leads a case through it, and it is not so there")
        return 0, failed


def _witness(
    goal: Goal, case: Callable[[], Route], before: int, judge: Judge, last: Answer | None
) -> Witness:
    return shortened(goal, case(), before, judge, last)
