"""Proves over all cases of two versions at once that one of them asks nothing the other does not.

Both worlds stand in one solver. Answers of items that are linked (`skips.proof.pairing`) and asked
in both are the same; all else is free in each.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import z3

from instrument.conditions.nodes import names_read
from instrument.models import Item, Question, Statement
from instrument.values import Answer, Instance
from skips.places import DATE
from skips.proof.apart import Apart, Side, apart_of_witnesses
from skips.proof.compare_universes import Outcome
from skips.proof.decode import Decoder, NotWritten
from skips.proof.model_witness import witness_in
from skips.proof.pairing import Compared, Pairing, is_asked
from skips.proof.prefer import preferences, writable
from skips.proof.terms import (
    ChoicesTerm,
    ChoiceTerm,
    DateTerm,
    DurationTerm,
    NumberTerm,
    Term,
    TextTerm,
    TimeTerm,
    alike,
)
from skips.proof.three import FALSE, TRUE, both, conj, disj, either, neg
from skips.proof.witness import NotReplayed, replay
from skips.proof.world import World

_PER_SECOND: Final = 1_000_000
"""Steps of z3 that take about a second."""
_MOST_TRIES: Final = 16
"""Times a model is asked for again so that it reads better."""
_TRY: Final = 200_000
"""Steps of z3 for one of those."""


class JointProver:
    """Decides whether instances of an item can be asked under one version alone.

    Args:
        pairing: both versions in one mode.
        seconds: about how long z3 may take for a question; held to a number of steps.
    """

    def __init__(self, pairing: Pairing, *, seconds: float = 10.0) -> None:
        self.pairing = pairing
        self._steps = max(1, int(seconds * _PER_SECOND))
        mode, pairs = pairing.mode, pairing.pairs
        shared = {
            new.item
            for old, new in self._instances(pairing)
            if old.item == new.item and self._is_one(new.item)
        }
        # Rows stand only where their roster is asked, which can differ: they are linked below.
        self.old = World(pairs.old, mode, name="old")
        self.new = World(
            pairs.new, mode, name="new", apart=[one for one in pairs.new.items if one not in shared]
        )
        self._shared = shared

    def __call__(self, instances: Sequence[Compared], side: Side) -> Outcome:
        """Whether any of some instances can be asked under the version of this side alone."""
        outcome = self._ask(instances, side)
        if outcome.impossible or outcome.apart is not None or len(instances) == 1:
            return outcome
        # Together they are proved of a few cases too many; one by one they are exact.
        each = [self._ask([one], side) for one in instances]
        apart = next((one.apart for one in each if one.apart is not None), None)
        return Outcome(all(one.impossible for one in each), apart)

    def same_own(self, one: Compared) -> bool:
        """Whether the own conditions come to the same wherever both gates let a case come to them.

        Only of what is asked: *no* and *unknown* are one.
        """
        gates = self.old.program.gates[one.old], self.new.program.gates[one.new]
        reached = both(self.old.universe(gates[0]).yes, self.new.universe(gates[1]).yes)
        was, now = self.old.universe(one.old).yes, self.new.universe(one.new).yes
        return self._never([one], both(reached, was != now)) or self._is_rewritten(one)

    def _is_rewritten(self, one: Compared) -> bool:
        """Whether the own condition of before says in the new version what that of now says.

        So a new form is told apart from what is new in the values that it reads.
        """
        pairs, program = self.pairing.pairs, self.new.program
        was = pairs.tree(pairs.old.items[pairs.was[one.item]].ask_if)
        now = pairs.new.items[one.item].ask_if
        if was is None or now is None:
            return False
        names = names_read(was)
        if not names <= pairs.was.keys() or not all(map(self._is_read_alike, names)):
            return False
        read = {slot for slot, at in enumerate(program.instances) if at and at.item in names}
        first, second = self.new.truth(was, one.row).yes, self.new.truth(now.tree, one.row).yes
        claim = both(self.new.universe(program.gates[one.new]).yes, first != second)
        solver, _ = self._alone(self.new, {one.new, *read}, one.new, claim)
        return bool(solver.check() == z3.unsat)

    def _is_read_alike(self, name: str) -> bool:
        """Whether a condition can read an item of both versions in the same way."""
        old, new = self.pairing.pairs.old.items[self.pairing.pairs.was[name]], self._item(name)
        return type(old) is type(new) and getattr(old, "kind", 0) == getattr(new, "kind", 0)

    def _item(self, name: str) -> Item:
        return self.pairing.pairs.new.items[name]

    def _alone(
        self, world: World, slots: Iterable[int], before: int, claim: z3.BoolRef
    ) -> tuple[z3.Solver, frozenset[int]]:
        """A solver that knows of one version alone what a claim depends on, and the claim."""
        cone = world.cone(slots, before)
        solver = z3.Solver()
        solver.set("rlimit", self._steps)
        solver.set("random_seed", 0)
        for slot in sorted(cone):
            solver.add(*world.definitions(slot))
        rules = [*world.rules(cone, before), claim]
        solver.add(*rules, *world.roundings(rules))
        return solver, cone

    # --- beyond the cases of both ----------------------------------------------------------------

    def asked_with(
        self, one: Compared, side: Side, slot: int, answers: Sequence[Answer]
    ) -> list[Answer]:
        """With which of some answers at a slot of one version that version asks something."""
        world, to = (self.old, one.old) if side == "old" else (self.new, one.new)
        found = []
        for answer in answers:
            claim = both(world.universe(to).yes, world.given(slot, answer))
            if z3.is_false(claim):
                continue
            solver, cone = self._alone(world, {to, slot}, to, claim)
            if solver.check() == z3.sat and self._is_so(world, solver.model(), cone, to):
                found.append(answer)
        return found

    def none_asked_in_both(self, instances: Sequence[Compared]) -> bool:
        """Whether it is proved that no case of both versions is asked in both."""
        claim = disj(
            both(self.old.universe(one.old).yes, self.new.universe(one.new).yes)
            for one in instances
        )
        return z3.is_false(claim) or self._never(instances, claim)

    def parts_unchecked(self, instances: Sequence[Compared], side: Side) -> bool:
        """Whether one version alone asks in a case that hard checks of the new one refuse.

        Such is a case that was open when the check came.
        """
        claim = disj(self._claim(one, side) for one in instances)
        if z3.is_false(claim):
            return False
        solver, _, _ = self._solver(instances, claim, checked=False)
        return bool(solver.check() == z3.sat)

    @staticmethod
    def _is_so(world: World, model: z3.ModelRef, cone: frozenset[int], to: int) -> bool:
        """Whether the engine, led through the case of a model, asks what stands at a slot."""
        try:
            witness = witness_in(world, Decoder(model, list(world.texts)), cone)
            return is_asked(replay(world.program, witness, until=to).state, to)
        except (NotWritten, NotReplayed):
            return False

    def same_value(self, one: Compared) -> bool:
        """Whether a computed value is the same wherever both versions work it out."""
        was, now = self.old.counted(one.old), self.new.counted(one.new)
        if type(was) is not type(now):
            return False
        worked_out = both(self.old.universe(one.old).yes, self.new.universe(one.new).yes)
        other = either(was.known != now.known, both(was.known, neg(_same_value(was, now))))
        return self._never([one], both(worked_out, other))

    def _never(self, instances: Sequence[Compared], claim: z3.BoolRef) -> bool:
        solver, _, _ = self._solver(instances, claim)
        return bool(solver.check() == z3.unsat)

    def _ask(self, instances: Sequence[Compared], side: Side) -> Outcome:
        claims = {one: self._claim(one, side) for one in instances}
        claim = disj(claims.values())
        if z3.is_false(claim):
            return Outcome(impossible=True)
        solver, cones, before = self._solver(instances, claim)
        found = solver.check()
        if found == z3.unsat:
            return Outcome(impossible=True)
        if found != z3.sat:
            return Outcome(impossible=False)
        return Outcome(impossible=False, apart=self._shown(solver, claims, cones, before))

    def _solver(
        self, instances: Sequence[Compared], claim: z3.BoolRef, *, checked: bool = True
    ) -> tuple[z3.Solver, tuple[frozenset[int], frozenset[int]], tuple[int, int]]:
        """A solver that knows a claim and what it depends on; that, and how far a case has come."""
        before = min(one.old for one in instances), min(one.new for one in instances)
        cones = self._cones(instances, before)
        solver = z3.Solver()
        solver.set("rlimit", self._steps)
        solver.set("random_seed", 0)
        for world, cone, end in zip((self.old, self.new), cones, before, strict=True):
            for slot in sorted(cone):
                solver.add(*world.definitions(slot))
            rules = [*(world.rules(cone, end) if checked or world is self.old
                       else self._unchecked(cone, end)), claim]  # fmt: skip
            solver.add(*rules, *world.roundings(rules))
        solver.add(*self._links(*cones))
        return solver, cones, before

    def _unchecked(self, cone: Iterable[int], end: int) -> list[z3.BoolRef]:
        """What can be given in the new version, whatever its hard checks say."""
        return [rule for slot in sorted(cone) for rule in self.new.domain(slot, dealt=slot < end)]

    def _claim(self, one: Compared, side: Side) -> z3.BoolRef:
        was, now = self.old.universe(one.old).yes, self.new.universe(one.new).yes
        return both(was, neg(now)) if side == "old" else both(now, neg(was))

    def _cones(
        self, instances: Sequence[Compared], before: tuple[int, int]
    ) -> tuple[frozenset[int], frozenset[int]]:
        """What the claim depends on in each version, with the counterparts in the other."""
        old, new = {one.old for one in instances}, {one.new for one in instances}
        to_new, to_old = self.pairing.new_of, self.pairing.old_of
        while True:
            cones = self.old.cone(old, before[0]), self.new.cone(new, before[1])
            here = {to_old[slot] for slot in cones[1] if slot in to_old}
            there = {to_new[slot] for slot in cones[0] if slot in to_new}
            if here <= cones[0] and there <= cones[1]:
                return cones
            old, new = set(cones[0]) | here, set(cones[1]) | there

    # --- links -----------------------------------------------------------------------------------

    @staticmethod
    def _instances(pairing: Pairing) -> Iterator[tuple[Instance, Instance]]:
        for old, new in pairing.new_of.items():
            here, there = pairing.old.instances[old], pairing.new.instances[new]
            assert here is not None
            assert there is not None
            yield here, there

    def _is_one(self, name: str) -> bool:
        """Whether the same variables can stand for the answers of an item in both versions."""
        old, new = (one.items[name] for one in (self.pairing.pairs.old, self.pairing.pairs.new))
        if not (isinstance(old, Question) and isinstance(new, Question)):
            return isinstance(old, Statement) and isinstance(new, Statement)
        # A choice or unit that only one of them has would be free to be taken there.
        return (old.kind, set(old.choice), old.units) == (new.kind, set(new.choice), new.units)

    def _links(self, old: frozenset[int], new: frozenset[int]) -> Iterator[z3.BoolRef]:
        """What is answered alike though the two worlds have variables of their own for it."""
        if DATE in old and DATE in new:
            yield _same_value(self.old.counted(DATE), self.new.counted(DATE))
        for slot in sorted(old & self.pairing.new_of.keys()):
            there = self.pairing.new_of[slot]
            at = self.pairing.new.instances[there]
            if there in new and (at is None or at.item not in self._shared):
                yield self._same_answer(slot, there)
        places = self.pairing.old.places.rosters, self.pairing.new.places.rosters
        for name, called in self.pairing.open_rosters:
            slots = places[0][name].slot, places[1][called].slot
            if slots[0] in old and slots[1] in new:
                yield self._same_rows(*slots)

    def _same_answer(self, old: int, new: int) -> z3.BoolRef:
        here, there = self.old.answer(old), self.new.answer(new)
        reasons = {*here.reasons, *there.reasons}
        same = [here.has == there.has, either(neg(here.has), _same_value(here.term, there.term))]
        same += [
            here.reasons.get(one, FALSE) == there.reasons.get(one, FALSE) for one in sorted(reasons)
        ]
        if here.units is not None and there.units is not None:
            units = sorted({*here.units, *there.units})
            same += [here.units.get(one, FALSE) == there.units.get(one, FALSE) for one in units]
        asked = both(self.old.universe(old).yes, self.new.universe(new).yes)
        return either(neg(asked), conj(same))

    def _same_rows(self, old: int, new: int) -> z3.BoolRef:
        most = max(self.pairing.old.roster_at(old).roster.at_most,
                   self.pairing.new.roster_at(new).roster.at_most)  # fmt: skip
        same = [
            self.old.stands(old, row) == self.new.stands(new, row) for row in range(1, most + 1)
        ]
        asked = both(self.old.universe(old).yes, self.new.universe(new).yes)
        return either(neg(asked), conj(same))

    # --- cases -----------------------------------------------------------------------------------

    def _shown(
        self,
        solver: z3.Solver,
        claims: dict[Compared, z3.BoolRef],
        cones: tuple[frozenset[int], frozenset[int]],
        before: tuple[int, int],
    ) -> Apart | None:
        """The case of a model, led through both engines; None when they say otherwise."""
        model = solver.model()
        solver.set("rlimit", _TRY)
        for found in self._better(solver, model, cones, before):
            decoder = Decoder(found, [*self.old.texts, *self.new.texts])
            one = next(one for one, claim in claims.items() if decoder.holds(claim))
            try:
                old, new = (
                    witness_in(world, decoder, cone)
                    for world, cone in zip((self.old, self.new), cones, strict=True)
                )
            except NotWritten:
                continue
            side: Side = "old" if decoder.holds(self.old.universe(one.old).yes) else "new"
            apart = apart_of_witnesses(self.pairing, one, side, old, new)
            if apart is not None:
                return apart
        return None

    def _better(
        self,
        solver: z3.Solver,
        model: z3.ModelRef,
        cones: tuple[frozenset[int], frozenset[int]],
        before: tuple[int, int],
    ) -> list[z3.ModelRef]:
        """Models of the same claim: one of ordinary values, one that can be written, any."""
        worlds = list(zip((self.old, self.new), cones, strict=True))
        found = [model]
        for wanted in [one for world, cone in worlds for one in writable(world, sorted(cone))]:
            solver.push()
            solver.add(*wanted)
            if solver.check() == z3.sat:
                found.insert(0, solver.model())
            else:
                solver.pop()
        decoder, wanted = Decoder(found[0], []), []
        for (world, cone), end in zip(worlds, before, strict=True):
            asked = [one for one in sorted(cone) if decoder.holds(world.universe(one).yes)]
            wanted += preferences(world, asked, end)
        ahead = [wanted]
        tries = 0
        while ahead and tries < _MOST_TRIES:
            wishes = ahead.pop()
            if not wishes:
                continue
            tries += 1
            solver.push()
            solver.add(*wishes)
            if solver.check() == z3.sat:
                found.insert(0, solver.model())
                continue
            solver.pop()
            if len(wishes) > 1:
                middle = len(wishes) // 2
                ahead += [wishes[middle:], wishes[:middle]]
        return found


def _same_value(left: Term, right: Term) -> z3.BoolRef:
    """Two values are one, as it is when a case moves; of different kinds, too."""
    match left, right:
        case ChoiceTerm(), ChoiceTerm():
            return conj(left.is_(one) == right.is_(one) for one in {**left.of, **right.of})
        case ChoiceTerm(), ChoicesTerm():
            return conj(
                left.is_(one) == right.has.get(one, FALSE) for one in {**left.of, **right.has}
            )
        case ChoicesTerm(), ChoiceTerm():
            return _same_value(right, left)
        case ChoicesTerm(), ChoicesTerm():
            return conj(
                left.has.get(one, FALSE) == right.has.get(one, FALSE)
                for one in {**left.has, **right.has}
            )
        case NumberTerm(), NumberTerm():
            first, second = alike(left.number, right.number)
            return first == second
        case DateTerm(), DateTerm():
            return conj(
                [
                    left.year == right.year,
                    left.month == right.month,
                    left.day == right.day,
                    left.has_month == right.has_month,
                    left.has_day == right.has_day,
                ]
            )
        case TimeTerm(), TimeTerm():
            return left.minute == right.minute
        case DurationTerm(), DurationTerm():
            return left.seconds == right.seconds
        case TextTerm(), TextTerm():
            return both(left.token == right.token, left.length == right.length)
        case _:
            return TRUE
