"""Cutting a witness to the answers that matter, since an author reads it.

What a goal depends on, however far around, is found from who reads whom. Of that, an answer is left
out when the goal stands whatever else is answered there; the rest is led through the engine again.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Final

from instrument.models import Question
from instrument.values import Answer, Instance, PartialDate
from skips.places import DATE
from skips.program import Program
from skips.proof.goals import Goal, Judge
from skips.proof.leading import Leader, leader_of
from skips.proof.palette import Palette
from skips.proof.rehearsal import witness_of
from skips.proof.witness import NotReplayed, Witness, replay
from skips.route import Route
from skips.state import State

_OTHERS: Final = 3
"""Other answers of each sort, values and reasons, with which a goal must stand without one."""
_PLAINER: Final = 24
"""More ordinary answers that are tried in place of one that matters."""
_DAYS: Final = (PartialDate(2020, 2, 29), PartialDate(2031, 12, 31))
"""Days on which a goal must stand for the day of the interview not to matter."""
_ROUNDS: Final = 5
"""Times that answers are taken back in when a witness is cut too far."""
_SEEDS: Final = (0, 1)
"""Ways in which a cut witness is completed to see that it shows what it should."""


def shortened(
    goal: Goal, route: Route, before: int, judge: Judge, last: Answer | None = None
) -> Witness:
    """The answers of a case that a goal needs.

    Args:
        goal: is so in the case.
        route: the case; changed meanwhile, and afterwards as it was.
        before: the slot up to which the case counts.
        judge: the goal, compiled.
        last: the answer at that slot with which it is so and nobody goes on, if there is one.
    """
    cutting = _Cutting(goal, route, before, judge)
    if last is not None:
        cutting.last = (before, last)
    return cutting.witness()


def cone_of(program: Program, slots: Iterable[int]) -> frozenset[int]:
    """All slots that some slots depend on, however far around, themselves among them.

    An item depends on its gates, on what their conditions and its own read, and on what its hard
    checks and the conditions of its choices read; a computed value on what it is worked out from.
    """
    leader, agenda = leader_of(program), list(slots)
    found = set(agenda)
    while agenda:
        slot = agenda.pop()
        new = [*leader.sources[slot], *leader.bound_by(slot)]
        for one in new:
            if one not in found:
                found.add(one)
                agenda.append(one)
    return frozenset(found)


class _Cutting:
    def __init__(self, goal: Goal, route: Route, before: int, judge: Judge) -> None:
        self.goal, self.route, self.before, self.judge = goal, route, before, judge
        self.program, self.state = route.program, route.state
        self.leader: Leader = leader_of(self.program)
        self.cone = cone_of(self.program, goal.about(self.program))
        self.full = witness_of(route, before)
        self.last: tuple[int, Answer] | None = None
        self.kept = {
            slot: answer
            for instance, answer in self.full.answers
            if (slot := self.program.slot(instance)) in self.cone
            and isinstance(self.program.items[slot], Question)
        }
        self.dropped: dict[int, Answer] = {}
        self.plain: dict[int, Answer] = {}
        self.date = route.interview_date if DATE in self.cone else None

    def witness(self) -> Witness:
        before = {slot: self.state.cells.kept[slot] for slot in self.kept}
        date, last = self.route.interview_date, self.last
        ended = self.state.cells.kept[self.before] if last else None
        if last is not None:
            self.state.put(*last)
        self._drop_answers()
        self._make_plain()
        met = self.state.cells.met
        self.plain = {
            slot: self.plain.get(slot, answer) for slot, answer in self.kept.items() if met[slot]
        }
        self._drop_date()
        for slot, answer in before.items():
            self.state.put(slot, answer)
        if last is not None:
            self.state.put(last[0], ended)
        self.route.set_interview_date(date)
        return self._shown()

    # --- what can be left out --------------------------------------------------------------------

    def _drop_answers(self) -> None:
        """Leave out what can be anything else, from the last answer to the first.

        It stays at something else meanwhile, so that of two answers of which either does one stays.
        """
        for slot in sorted(self.kept, reverse=True):
            others = self._others(slot)
            if others and all(self._stands_with(slot, other) for other in others):
                self.dropped[slot] = self.kept.pop(slot)
            else:
                self.state.put(slot, self.kept[slot])

    def _make_plain(self) -> None:
        """Take more ordinary answers, and fewer choices, where the goal stands with them."""
        for slot in sorted(self.kept):
            palette, now = self.leader.palette(slot), self.kept[slot]
            for answer in () if palette is None else _plainer(palette, now)[:_PLAINER]:
                if self.leader.takes(self.state, slot, answer) and self._stands_with(slot, answer):
                    self.plain[slot] = answer
                    break
            else:
                self.state.put(slot, now)

    def _others(self, slot: int) -> list[Answer]:
        palette, now = self.leader.palette(slot), self.kept[slot]
        if palette is None:
            return []
        found: list[Answer] = []
        for answers in (palette.reasons, palette.values):
            fitting = (
                one for one in answers if one != now and self.leader.takes(self.state, slot, one)
            )
            found += islice(fitting, _OTHERS)
        return found

    def _stands_with(self, slot: int, answer: Answer) -> bool:
        """Whether the goal stands with another answer, and nothing else stops the case then."""
        trace = self.state.put(slot, answer)
        stopped = any(
            self.state.failing[number]
            and self.program.checks[number].slot < self.before
            and self.program.checks[number].check.severity == "hard"
            for number in trace.checks
        )
        return not stopped and self._is_complete() and self.judge(self.state)

    def _is_complete(self) -> bool:
        """Whether nothing that the goal depends on has come onto the route without an answer."""
        return all(
            slot >= self.before or slot not in self.cone for slot in _open(self.state, self.before)
        )

    def _drop_date(self) -> None:
        if self.date is None:
            return
        for day in _DAYS:
            self.route.set_interview_date(day)
            if not self._is_complete() or not self.judge(self.state):
                return
        self.date = None

    # --- what is left ----------------------------------------------------------------------------

    def _shown(self) -> Witness:
        """The cut witness, or with more answers where it does not show the goal by itself."""
        for named in (self.plain, self.kept):
            if (witness := self._filled(named)) is not None:
                return witness
        return self._whole()

    def _filled(self, named: Mapping[int, Answer]) -> Witness | None:
        """Some answers with as many of those left out as are needed to show the goal, if that does.

        The last ones are taken back first: they are more likely to be about the goal itself.
        """
        back, kept = sorted(self.dropped, reverse=True), dict(named)
        for _ in range(_ROUNDS):
            witness = self._of(kept)
            if self._shows(witness):
                return witness
            if not back:
                return None
            half = (len(back) + 1) // 2
            kept.update((slot, self.dropped[slot]) for slot in back[:half])
            del back[:half]
            self.date = self.route.interview_date if DATE in self.cone else None
        return None

    def _of(self, kept: Mapping[int, Answer]) -> Witness:
        answers = [(self.leader.instance(slot), kept[slot]) for slot in sorted(kept)]
        rows = tuple(
            (name, count)
            for name, count in self.full.rows
            if self.program.places.rosters[name].slot in self.cone
        )
        return Witness(self.program.mode, (*answers, *self._end()), rows, self.date)

    def _end(self) -> tuple[tuple[Instance, Answer], ...]:
        if self.last is None:
            return ()
        return ((self.leader.instance(self.last[0]), self.last[1]),)

    def _whole(self) -> Witness:
        full = self.full
        return Witness(
            full.mode, (*full.answers, *self._end()), full.rows, self.route.interview_date
        )

    def _shows(self, witness: Witness) -> bool:
        for seed in _SEEDS:
            try:
                led = replay(self.program, witness, seed=seed, until=self.before)
            except NotReplayed:
                return False
            if not self.judge(led.state):
                return False
        return True


def _plainer(palette: Palette, now: Answer) -> Sequence[Answer]:
    """More ordinary answers than one, the plainest first."""
    if isinstance(now, tuple):
        fewer = [one for one in palette.values if isinstance(one, tuple) and len(one) < len(now)]
        return sorted(fewer, key=len)
    return palette.values[: palette.values.index(now)] if now in palette.values else palette.values


def _open(state: State, before: int) -> Iterable[int]:
    """The slots before one that want an answer."""
    find = state.cells.open.find
    slot = find(1)
    while 0 <= slot < before:
        yield slot
        slot = find(1, slot + 1)
