"""One random interview led through two versions at once, with the same answers in both.

It shows differences between universes for next to nothing; that there are none it cannot show.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from instrument.models import Question
from instrument.values import READ, Answer, Missing, PartialDate
from skips.program import Program
from skips.proof.leading import Leader, leader_of, next_met
from skips.proof.ordinary import near_dates
from skips.proof.pairing import Compared, Pairing, is_asked
from skips.route import Route

_TRIES = 12
"""Answers tried at an item until its hard checks let the interviewer go on."""
_MISSING = 0.15
"""How often the answer is a reason why there is none."""


@dataclass(frozen=True)
class SideBySide:
    """The same interview in both versions."""

    old: Route
    new: Route
    old_end: int
    """The last slot that the case came to in the old version; beyond it nothing is shown."""
    new_end: int

    def differing(self, compared: tuple[Compared, ...]) -> Iterator[Compared]:
        """What is on one of the two routes."""
        for one in compared:
            come_to_both = one.old <= self.old_end and one.new <= self.new_end
            if come_to_both and is_asked(self.old.state, one.old) != is_asked(
                self.new.state, one.new
            ):
                yield one


def side_by_side(pairing: Pairing, seed: int) -> SideBySide:
    """Lead one case; the same seed gives the same one."""
    return _Walk(pairing, Random(seed)).lead()  # noqa: S311 - cases, no secrets


class _Walk:
    def __init__(self, pairing: Pairing, random: Random) -> None:
        self.pairing, self.random = pairing, random
        self.old, self.new = Route(pairing.old), Route(pairing.new)
        self.given: dict[int, Answer | None] = {}
        """By new slot what was answered there in the old version, as the new one writes it; None
        where it would not take it."""
        self.missing = random.choice((0.0, _MISSING, _MISSING, 0.4))

    def lead(self) -> SideBySide:
        self._begin()
        old_end = self._lead(self.old, leader_of(self.pairing.old), self._answer_old)
        new_end = self._lead(self.new, leader_of(self.pairing.new), self._answer_new)
        return SideBySide(self.old, self.new, old_end, new_end)

    def _begin(self) -> None:
        day = self._day()
        linked = dict(self.pairing.open_rosters)
        for route in (self.old, self.new):
            route.set_interview_date(day)
        for name, place in self.pairing.old.places.rosters.items():
            if place.is_open:
                most = self.pairing.rows(name) if name in linked else place.roster.at_most
                rows = self._rows(most)
                _stand(self.old, name, rows)
                if name in linked:
                    _stand(self.new, linked[name], rows)
        for name, place in self.pairing.new.places.rosters.items():
            if place.is_open and name not in linked.values():
                _stand(self.new, name, self._rows(place.roster.at_most))

    def _rows(self, most: int) -> int:
        return (
            self.random.choice((0, 1, 1, 2, 2, self.random.randint(0, most))) if most > 1 else most
        )

    def _day(self) -> PartialDate:
        days = [
            day
            for leader in (leader_of(self.pairing.old), leader_of(self.pairing.new))
            for constant in leader.constants.of.get("interview_date", ())
            if isinstance(constant.value, PartialDate)
            for day in near_dates(constant.value)
            if day.day is not None
        ]
        return self.random.choice([PartialDate(2026, 1, 5), *days])

    def _lead(self, route: Route, leader: Leader, answer: Callable[[int], Iterator[Answer]]) -> int:
        """Lead a case as far as it goes; the last slot that it came to."""
        state = route.state
        slot = next_met(state, 0)
        while slot >= 0:
            if not any(
                leader.takes(state, slot, one) and leader.put(state, slot, one)
                for one in answer(slot)
            ):
                return slot
            slot = next_met(state, slot + 1)
        return route.program.size

    def _answer_old(self, slot: int) -> Iterator[Answer]:
        """Answers to try in the old version, the last of which is what was answered."""
        pairing = self.pairing
        new_slot = pairing.new_of.get(slot)
        if new_slot is None:
            yield from self._any(pairing.old, slot)
            return
        if not isinstance(pairing.old.items[slot], Question):
            self.given[new_slot] = READ
            yield READ
            return
        known = pairing.answers(slot)
        for _ in range(_TRIES):
            drawn = self._drawn(slot) if self.random.random() < 0.15 else None
            pair = drawn or self._of(known)
            if pair is not None:
                self.given[new_slot] = pair[1]
                yield pair[0]
        for pair in known:
            self.given[new_slot] = pair[1]
            yield pair[0]
        self.given[new_slot] = None
        yield from self._any(pairing.old, slot)

    def _answer_new(self, slot: int) -> Iterator[Answer]:
        if slot in self.given and is_asked(self.old.state, self.pairing.old_of[slot]):
            same = self.given[slot]
            if same is not None:
                yield same
            return
        yield from self._any(self.pairing.new, slot)

    def _of(self, pairs: tuple[tuple[Answer, Answer], ...]) -> tuple[Answer, Answer] | None:
        """One of several answers: now and then a reason, where there are both."""
        if not pairs:
            return None
        wanted = self.random.random() < self.missing
        some = [one for one in pairs if isinstance(one[0], Missing) is wanted]
        return self.random.choice(some or list(pairs))

    def _drawn(self, slot: int) -> tuple[Answer, Answer] | None:
        palette = leader_of(self.pairing.old).palette(slot)
        value = None if palette is None else palette.draw(self.random)
        if value is None:
            return None
        same = self.pairing.in_new(slot, value)
        return None if same is None else (value, same)

    def _any(self, program: Program, slot: int) -> Iterator[Answer]:
        palette = leader_of(program).palette(slot)
        if palette is None:
            yield READ
            return
        answers = list(palette.answers)
        self.random.shuffle(answers)
        if self.random.random() >= self.missing:
            answers.sort(key=lambda one: isinstance(one, Missing))
        yield from answers
        yield from palette.scan()


def _stand(route: Route, roster: str, rows: int) -> None:
    order = range(1, rows + 1)
    route.set_rows(roster, order, frozenset(order))
