"""Asks z3 whether a claim can hold of a case, and reads the case from its answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import z3

from skips.proof.decode import Decoder, NotWritten
from skips.proof.kinds_of_rows import by_kinds
from skips.proof.model_witness import witness_in
from skips.proof.prefer import preferences, writable
from skips.proof.three import is_false
from skips.proof.verdict import Verdict
from skips.proof.witness import Witness
from skips.proof.world import World

_PER_SECOND: Final = 2_000_000
"""Steps of z3 that take about a second."""
_WIDE: Final = 300
"""Slots that are not simply all taken in."""
_NARROW: Final = 100
"""Slots that a first attempt takes in where there are many."""
_MOST_TRIES: Final = 24
"""Times a model is asked for again so that it reads better."""
_FEW_TRIES: Final = 4
"""The same where there are many slots, which an author will not read anyway."""
_TRY: Final = 200_000
"""Steps of z3 for one of those."""


@dataclass(frozen=True)
class Outcome:
    """Whether a claim can hold of a case."""

    verdict: Verdict
    witness: Witness | None = None
    exact: bool = True
    """False where the formulas only enclose what the engine comes to."""


class Prover:
    """Decides claims about the cases of a world.

    Args:
        world: the cases.
        seconds: about how long z3 may take for a claim. It is held to a number of steps, so that
            the outcome does not depend on what else the machine does.
    """

    def __init__(self, world: World, *, seconds: float = 10.0) -> None:
        self.world = world
        self._steps = max(1, int(seconds * _PER_SECOND))

    def ask(self, claim: z3.BoolRef, *, before: int, about: Iterable[int]) -> Outcome:
        """Whether a case can have come to a slot with a claim holding.

        Args:
            claim: what is to hold.
            before: the slot; hard checks of those before it are quiet.
            about: the slots that the claim reads.
        """
        if is_false(claim):
            return Outcome(Verdict.IMPOSSIBLE)
        slots = list(about)
        cone = sorted(self.world.cone(slots, before))
        if len(cone) > _WIDE:
            # What is impossible whatever lies far off stands for is impossible.
            near = sorted(self.world.near(slots, _NARROW))
            if self._solver(claim, near, before)[0].check() == z3.unsat:
                return Outcome(Verdict.IMPOSSIBLE)
        solver, rounds = self._solver(claim, cone, before)
        exact = not rounds and self.world.is_exact(cone)
        found = solver.check()
        if found == z3.unsat:
            return Outcome(Verdict.IMPOSSIBLE, None, exact)
        if found != z3.sat:
            return Outcome(Verdict.UNDECIDED, None, exact)
        witness = self._witness(solver, cone, before)
        if witness is None:
            return Outcome(Verdict.UNDECIDED, None, exact)
        return Outcome(Verdict.POSSIBLE, witness, exact)

    def _solver(self, claim: z3.BoolRef, cone: list[int], before: int) -> tuple[z3.Solver, bool]:
        """A solver that knows the claim and some slots; and whether roundings are in it."""
        world = self.world
        solver = z3.Solver()
        solver.set("rlimit", self._steps)
        solver.set("random_seed", 0)
        formulas = [claim, *world.rules(cone, before)]
        definitions = [one for slot in cone for one in world.definitions(slot)]
        roundings = world.roundings(formulas)
        rows = by_kinds(world.tallies(cone, formulas))
        solver.add(*rows.definitions, *rows.said(definitions))
        solver.add(*rows.said(formulas[1:]), *rows.said([claim]), *rows.said(roundings))
        return solver, bool(roundings)

    # --- witnesses -------------------------------------------------------------------------------

    def _witness(self, solver: z3.Solver, cone: list[int], before: int) -> Witness | None:
        """The answers of a model, one that reads well if there is one; None if none is writable."""
        model = solver.model()
        solver.set("rlimit", _TRY)
        model = self._written(solver, model, cone, before)
        if model is None:
            return None
        model = self._nicer(solver, model, cone, before)
        try:
            return self._read(model, cone, before)
        except NotWritten:
            return None

    def _written(
        self, solver: z3.Solver, model: z3.ModelRef, cone: list[int], before: int
    ) -> z3.ModelRef | None:
        """A model whose numbers can be entered."""
        for wanted in writable(self.world, cone):
            try:
                self._read(model, cone, before)
            except NotWritten:
                pass
            else:
                return model
            solver.push()
            solver.add(*wanted)
            if solver.check() == z3.sat:
                model = solver.model()
            else:
                solver.pop()
        try:
            self._read(model, cone, before)
        except NotWritten:
            return None
        return model

    def _nicer(
        self, solver: z3.Solver, model: z3.ModelRef, cone: list[int], before: int
    ) -> z3.ModelRef:
        """A model of ordinary values, as far as they can be had."""
        decoder = Decoder(model, [])
        asked = [slot for slot in cone if decoder.holds(self.world.universe(slot).yes)]
        ahead = [preferences(self.world, asked, before)]
        tries = 0
        most = _MOST_TRIES if len(cone) <= _WIDE else _FEW_TRIES
        while ahead and tries < most:
            wanted = ahead.pop()
            if not wanted:
                continue
            tries += 1
            solver.push()
            solver.add(*wanted)
            if solver.check() == z3.sat:
                better = solver.model()
                try:
                    self._read(better, cone, before)
                except NotWritten:
                    solver.pop()
                else:
                    model = better
                continue
            solver.pop()
            if len(wanted) > 1:
                middle = len(wanted) // 2
                ahead += [wanted[middle:], wanted[:middle]]
        return model

    def _read(self, model: z3.ModelRef, cone: list[int], before: int) -> Witness:
        decoder = Decoder(model, self.world.texts)
        return witness_in(self.world, decoder, cone, before=before)
