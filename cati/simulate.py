"""Random respondents: they obey the routing, answer within ranges and checks, and mean nothing.

They conduct a whole interview over the same `Interview` as people do, seeded, so that one seed
always gives the same case. For rehearsing fieldwork, export and analysis; never for a live study.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from pydantic import JsonValue

from cati.interview import CannotAdvance, Interview
from cati.memory import MemoryJournal
from cati.simulate_values import random_answer
from instrument import Instrument
from instrument.entry import check_value
from instrument.models import CHOICE_KINDS, Question, Roster
from instrument.values import READ, Answer, Instance, Missing
from skips import Program, Route, compile_instrument

START = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)
"""When simulated interviews begin, unless told otherwise: a Monday morning in the United States."""

SUMMARY = "This part was made up at random and describes nobody."
"""What simulated respondents leave as each part of the summary."""

TRIES = 40
"""Random answers tried at an item before its checks are taken as unlikely to be met."""

ROUNDS = 200
"""Returns to an item before a case is given up as stuck."""


@dataclass(frozen=True)
class Habits:
    """How simulated respondents answer. Shares are between 0 and 1."""

    missing: float = 0.05
    """Share of questions that get a missing reason."""
    remark: float = 0.03
    """Share of questions that get a remark."""
    second_thought: float = 0.02
    """Share of questions after which an earlier answer is changed."""
    marginals: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Item to choice to weight; choices that are not named have the weight 1."""


class Stuck(Exception):
    """No random answer satisfies the checks at an item."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        super().__init__(f"No random answer settles {instance}; look at its checks and its range.")


class SimulatedClock:
    """Moves on by itself: each look at it costs a few seconds, as answers do."""

    def __init__(self, random: Random, start: datetime = START) -> None:
        self._random = random
        self._time = start

    def __call__(self) -> datetime:
        """The time now (UTC)."""
        self._time += timedelta(milliseconds=self._random.randint(800, 4_000))
        return self._time


def simulate(
    instrument: Instrument,
    mode: str,
    seed: int,
    *,
    habits: Habits | None = None,
    program: Program | None = None,
) -> dict[str, JsonValue]:
    """One finished case of a random respondent, as the document that would be submitted.

    Args:
        instrument: what is asked.
        mode: one of its modes.
        seed: the same seed gives the same document.
        habits: how the respondent answers.
        program: `compile_instrument(instrument, mode)`, when many cases are simulated.

    Raises:
        Stuck: no random answer settles some item.
    """
    random = Random(seed)  # noqa: S311 (repeatable on purpose)
    clock = SimulatedClock(random)
    route = Route(program or compile_instrument(instrument, mode))
    interview = Interview(
        instrument, route, MemoryJournal(clock), by="simulation", now=clock, zone=UTC
    )
    conduct(interview, random, habits)
    return interview.document()


def conduct(interview: Interview, random: Random, habits: Habits | None = None) -> None:
    """Conduct a fresh interview from its beginning until nothing stands against submitting it.

    Raises:
        Stuck: no random answer settles some item.
    """
    habits = habits or Habits()
    interview.begin(
        language=random.choice(list(interview.instrument.languages)),
        seed=f"{random.getrandbits(64):016x}",
    )
    _grow_open_rosters(interview, random)
    for _ in range(ROUNDS):
        _answer_all(interview, random, habits)
        open_checks = [one for one in interview.obstacles() if one.instance is not None]
        if not open_checks:
            break
        assert open_checks[0].instance is not None
        interview.jump(open_checks[0].instance)
    else:
        assert interview.place is not None
        raise Stuck(interview.place)
    for part in interview.summary_parts:
        interview.write_summary(part.name, SUMMARY)
    interview.end("finished")


def _answer_all(interview: Interview, random: Random, habits: Habits) -> None:
    """Go forward from the place in place to the end of the route."""
    while interview.place is not None:
        place = interview.place
        _answer_here(interview, random, habits)
        if random.random() < habits.remark and isinstance(_item(interview), Question):
            interview.remark("Simulated remark: the respondent looked it up.")
        if random.random() < habits.second_thought:
            _think_again(interview, random, habits, before=place)
        _go_on(interview)


def _go_on(interview: Interview) -> None:
    """To the next item that wants an answer: one without any, or one whose check stops the way."""
    while (place := interview.place) is not None and interview.is_settled(place):
        try:
            interview.advance()
        except CannotAdvance as stop:
            interview.jump(stop.failing[0].instance)
            return


def _think_again(interview: Interview, random: Random, habits: Habits, *, before: Instance) -> None:
    """Change one earlier answer, then come back to where the interview was, if still asked."""
    answered = [
        one
        for one in interview.route.route()
        if interview.is_settled(one) and isinstance(interview.instrument.items[one.item], Question)
    ]
    interview.jump(random.choice(answered or [before]))
    _answer_here(interview, random, habits)
    if interview.route.on_route(before):
        interview.jump(before)
        if not interview.is_settled(before) or interview.unsettled(before):
            _answer_here(interview, random, habits)


def _answer_here(interview: Interview, random: Random, habits: Habits) -> None:
    """Answer the item in place so that the interview can go on from it."""
    place = interview.place
    assert place is not None
    item = _item(interview)
    if not isinstance(item, Question):
        interview.give(READ)
        return
    reasons = interview.instrument.reasons_for(item, interview.mode)
    if reasons and random.random() < habits.missing:
        interview.give(Missing(random.choice(reasons).name))
        if not interview.unsettled(place):
            return
    for _ in range(TRIES):
        value = _fitting(interview, item, random, habits)
        if value is None:
            break
        interview.give(value)
        failing = interview.unsettled(place)
        for one in failing:
            if one.check.severity == "soft":
                interview.confirm(one, "Simulated remark: confirmed.")
        if not interview.unsettled(place):
            return
    for reason in reasons:
        interview.give(Missing(reason.name))
        if not interview.unsettled(place):
            return
    raise Stuck(place)


def _fitting(interview: Interview, item: Question, random: Random, habits: Habits) -> Answer | None:
    """A random value that the question in place takes; None where none was found."""
    assert interview.place is not None
    offered = interview.route.offered(interview.place)
    if item.kind in CHOICE_KINDS and not offered:
        return None
    names = frozenset(choice.name for choice in offered)
    for _ in range(TRIES):
        value = random_answer(item, random, habits.marginals.get(item.name, {}), offered)
        if check_value(item, value, offered=names) is None:
            return value
    return None


def _item(interview: Interview) -> object:
    assert interview.place is not None
    return interview.instrument.items[interview.place.item]


def _grow_open_rosters(interview: Interview, random: Random) -> None:
    """Give each open roster up to three rows; rows of one that is never asked stay aside."""
    for item in interview.instrument.items.values():
        if isinstance(item, Roster) and item.size is None and item.rows is None:
            for _ in range(random.randint(0, min(3, item.at_most))):
                interview.add_row(item.name)
