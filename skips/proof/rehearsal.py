"""Rehearsals: random interviews through the engine that look for what has not been seen yet.

One after the other they take answers that none has taken before, at the boundaries of conditions
and with every missing reason; each has habits of its own, so that short interviews of people who
know little come up as well as long ones. Whatever happens in one is possible, and no solver is
needed to say so.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from instrument.values import READ, Answer, Instance, PartialDate
from skips.places import RosterPlace
from skips.program import Program
from skips.proof.leading import Leader, leader_of, next_met, put_rows
from skips.proof.ordinary import ORDINARY_DAY, near_dates
from skips.proof.palette import Palette
from skips.proof.span import FIRST_DAY, LAST_DAY
from skips.proof.wishes import NO_WISHES, Wish, Wishes
from skips.proof.witness import Witness
from skips.route import Route
from skips.state import State
from skips.truth import YES

_DRAWS: Final = 8
"""Random answers tried at an item before all that is worth trying is."""
_PROBES: Final = 2
"""Interviews in which an item with hard checks is given all that is worth trying, to see them."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How one rehearsal answers. Shares are between 0 and 1."""

    missing: float = 0.05
    """Share of questions that get a missing reason."""
    new: float = 0.5
    """Share of questions that get an answer which no rehearsal has given there yet."""
    yes: float = 0.6
    """Share of yes/no questions that get yes, where chance decides."""
    rows: float = 0.5
    """How full open rosters are."""


VARIED: Final = (
    Habits(missing=0.0, new=0.0, yes=0.9, rows=1.0),
    Habits(missing=0.02, new=0.6, yes=0.8),
    Habits(missing=0.0, new=1.0, yes=0.7, rows=0.3),
    Habits(missing=0.05, new=0.4, yes=0.3, rows=0.0),
    Habits(missing=0.0, new=0.3, yes=1.0, rows=0.7),
    Habits(missing=0.25, new=0.7, yes=0.6),
    Habits(missing=0.0, new=0.8, yes=0.5, rows=1.0),
    Habits(missing=0.6, new=0.5, yes=0.5),
)
"""Habits that rehearsals take in turn."""


@dataclass(slots=True)
class Rehearsed:
    """One random interview, as far as it came."""

    route: Route
    reached: int
    """The slot that it came to: everything before it is dealt with."""
    stuck: Instance | None = None
    """The item at which nothing that was tried let it go on."""
    refused: dict[int, Answer] = field(default_factory=dict)
    """Hard checks that fired at an answer before another was given: their number to the answer."""

    again: Callable[[], Route] | None = None
    """Leads the same case again, for one that is not worth keeping."""

    @property
    def case(self) -> Callable[[], Route]:
        """Gives the case: the one that was led, or the same led again."""
        return self.again or (lambda: self.route)

    def witness(self, before: int | None = None) -> Witness:
        """Everything that was answered in it before a slot."""
        return witness_of(self.route, self.reached if before is None else before)


class Rehearser:
    """Holds one rehearsal after the other, and remembers what they have seen."""

    def __init__(self, program: Program, seed: int = 0) -> None:
        self.program = program
        self.leader: Leader = leader_of(program)
        self.random = Random(seed)  # noqa: S311 (repeatable on purpose)
        self.held = 0
        self._unseen: dict[int, list[Answer]] = {}
        self._probed: dict[int, int] = {}
        self._open = leader_of(program).open_rosters
        self._dates = self._days()
        self._seen_rows: set[tuple[int, int]] = set()

    def rehearse(self, wishes: Wishes = NO_WISHES, habits: Habits | None = None) -> Rehearsed:
        """Hold one interview from the front to its end, or to where nothing lets it go on."""
        habits = habits or VARIED[self.held % len(VARIED)]
        self.held += 1
        route = Route(self.program)
        route.set_interview_date(self._date())
        held = Rehearsed(route, self.program.size)
        self._lead(held, wishes, habits)
        return held

    def _lead(self, held: Rehearsed, wishes: Wishes, habits: Habits) -> None:
        state, leader = held.route.state, self.leader
        find, wanted = state.cells.met.find, wishes.answers.keys() | wishes.truths.keys()
        rosters = iter(self._open)
        roster = next(rosters, None)
        slot = find(1)
        while slot >= 0 or roster is not None:
            if roster is not None and (slot < 0 or slot > roster.slot):
                if state.cells.universe[roster.slot] == YES:
                    put_rows(held.route, roster, self._rows(roster, wishes, habits))
                slot, roster = find(1, roster.slot), next(rosters, None)
                continue
            palette = leader.palette(slot)
            if palette is None:
                state.put(slot, READ)
            elif slot in leader.hard or slot in wanted or palette.is_conditional:
                if not self._settle(held, slot, palette, wishes, habits):
                    return
            elif (answer := self._chosen(slot, palette, habits)) is not None:
                state.put(slot, answer)
            else:
                self._stop(held, slot)
                return
            slot = find(1, slot + 1)

    # --- one answer ------------------------------------------------------------------------------

    def _chosen(self, slot: int, palette: Palette, habits: Habits) -> Answer | None:
        """An answer as the habits have it; the question takes it when all choices are offered.

        None when no answer to it is known.
        """
        random = self.random
        unseen = self._unseen.get(slot)
        if unseen is None:
            unseen = self._unseen[slot] = list(palette.answers)
            random.shuffle(unseen)
        if unseen and random.random() < habits.new:
            return unseen.pop()
        if palette.reasons and random.random() < habits.missing:
            return random.choice(palette.reasons)
        if palette.is_yes_no:
            return "yes" if random.random() < habits.yes else "no"
        drawn = palette.draw(random)
        if drawn is None and palette.reasons:
            return random.choice(palette.reasons)
        return drawn

    def _settle(
        self, held: Rehearsed, slot: int, palette: Palette, wishes: Wishes, habits: Habits
    ) -> bool:
        """Answer an item that does not take everything; whether something let the case go on."""
        state, leader = held.route.state, self.leader
        numbers = leader.hard.get(slot, ())
        if numbers and self._probed.get(slot, 0) < _PROBES:
            self._probed[slot] = self._probed.get(slot, 0) + 1
            for answer in (*palette.answers, *palette.relatives(state.cells)):
                if leader.takes(state, slot, answer) and not leader.put(state, slot, answer):
                    self._note(held, slot, answer)
        if self._wished(held, slot, palette, wishes):
            return True
        for answer in self._candidates(state, slot, palette, habits):
            if self._lets_on(held, slot, answer):
                return True
        state.put(slot, None)
        self._stop(held, slot)
        return False

    def _stop(self, held: Rehearsed, slot: int) -> None:
        held.reached, held.stuck = slot, self.leader.instance(slot)

    def _lets_on(self, held: Rehearsed, slot: int, answer: Answer) -> bool:
        """Give an answer, and say whether the case can go on with it."""
        state, leader = held.route.state, self.leader
        if not leader.takes(state, slot, answer):
            return False
        if leader.put(state, slot, answer):
            return True
        self._note(held, slot, answer)
        return False

    def _note(self, held: Rehearsed, slot: int, answer: Answer) -> None:
        for number in self.leader.firing(held.route.state, slot):
            held.refused.setdefault(number, answer)

    def _wished(self, held: Rehearsed, slot: int, palette: Palette, wishes: Wishes) -> bool:
        """Answer as is wished, as far as it can be had; whether some such answer was given."""
        state = held.route.state
        wanted, truths = wishes.answers.get(slot, ()), wishes.truths.get(slot, ())
        second_best: Answer | None = None
        for answer in self._suiting(state, slot, palette, wanted) if wanted or truths else ():
            if not self._lets_on(held, slot, answer):
                continue
            if all(condition(state.cells) == truth for condition, truth in truths):
                return True
            second_best = answer if second_best is None else second_best
        return second_best is not None and self._lets_on(held, slot, second_best)

    def _suiting(
        self, state: State, slot: int, palette: Palette, wanted: Sequence[Wish]
    ) -> Iterator[Answer]:
        """Answers that are all that is wished of one; likely ones first."""
        for answer in (one for wish in wanted for one in wish.likely):
            # Those of a palette fit the question; a goal may name one that does not.
            if self.leader.objection(state, slot, answer) is None and _suits(wanted, answer):
                yield answer
        rest = [*palette.answers, *palette.relatives(state.cells)]
        self.random.shuffle(rest)
        yield from (answer for answer in rest if _suits(wanted, answer))

    def _candidates(
        self, state: State, slot: int, palette: Palette, habits: Habits
    ) -> Iterator[Answer]:
        random = self.random
        for _ in range(_DRAWS):
            if (answer := self._chosen(slot, palette, habits)) is not None:
                yield answer
        relatives = list(palette.relatives(state.cells))
        random.shuffle(relatives)
        yield from relatives
        yield from random.sample(palette.values, len(palette.values))
        yield from palette.scan()
        yield from random.sample(palette.reasons, len(palette.reasons))

    # --- what is there before anything is asked --------------------------------------------------

    def _rows(self, place: RosterPlace, wishes: Wishes, habits: Habits) -> int:
        most = place.roster.at_most
        least, largest = wishes.rows.get(place.slot, (0, most))
        counts = range(least, min(most, largest) + 1)
        new = [count for count in counts if (place.slot, count) not in self._seen_rows]
        if new and self.random.random() < habits.new:
            count = self.random.choice(new)
        else:
            count = min(max(round(habits.rows * min(most, 6)), least), most, largest)
        self._seen_rows.add((place.slot, count))
        return count

    def _days(self) -> list[PartialDate]:
        """Days on which an interview is worth holding, an ordinary one first."""
        known = self.leader.constants.of.get("interview_date", ())
        dates = [
            near
            for one in known
            if isinstance(one.value, PartialDate)
            for near in near_dates(one.value)
            if near.day is not None and FIRST_DAY.first <= near.first <= LAST_DAY.first
        ]
        return [ORDINARY_DAY, *dict.fromkeys(dates), FIRST_DAY, PartialDate(2024, 2, 29), LAST_DAY]

    def _date(self) -> PartialDate:
        return ORDINARY_DAY if self.random.random() < 0.6 else self.random.choice(self._dates)


def rehearse(
    program: Program, seed: int = 0, *, wishes: Wishes = NO_WISHES, habits: Habits | None = None
) -> Rehearsed:
    """Hold one random interview; the same seed gives the same one.

    Args:
        program: the instrument, compiled for a mode.
        seed: where chance begins.
        wishes: what to answer where that can be had.
        habits: how it answers otherwise; None chooses by the seed.
    """
    return Rehearser(program, seed).rehearse(wishes, habits or VARIED[seed % len(VARIED)])


def _suits(wanted: Sequence[Wish], answer: Answer) -> bool:
    return all(wish.suits(answer) for wish in wanted)


def witness_of(route: Route, before: int) -> Witness:
    """Everything that a case holds before a slot, with the rows of its open rosters."""
    state, program = route.state, route.program
    answers: list[tuple[Instance, Answer]] = []
    slot = next_met(state, 0)
    while 0 <= slot < before:
        answer, instance = state.cells.kept[slot], program.instances[slot]
        if answer is not None and instance is not None:
            answers.append((instance, answer))
        slot = next_met(state, slot + 1)
    rows = tuple(
        (name, len(state.cells.rows.get(place.slot, ())))
        for name, place in program.places.rosters.items()
        if place.is_open and place.slot < before and state.cells.universe[place.slot] == YES
    )
    return Witness(program.mode, tuple(answers), rows, route.interview_date)
