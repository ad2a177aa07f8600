"""What a file of a deck holds: the answers of one interview in order, and what is to come of them.

A script is held against an instrument only when it is replayed: answers are kept as they are
written, so that a script of an earlier version can still be read.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from instrument.entry import from_json
from instrument.models import Instrument, Kind, Question, Statement
from instrument.values import READ, Answer, Instance, Missing, PartialDate, Value
from skips.program import COMPUTED, Program
from skips.proof.deck.interview import Interview
from skips.proof.leading import leader_of
from skips.proof.witness import Witness, replay
from skips.route import Route
from skips.truth import UNKNOWN, YES

Written = str | int | Decimal | tuple[str, ...]
"""An answer as it is written: a word, a number, or the choices taken."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer or a missing reason, as it is written."""

    answer: Written | None = None
    missing: str | None = None

    def __str__(self) -> str:
        if self.missing is not None:
            return f"missing: {self.missing}"
        if isinstance(self.answer, tuple):
            return f"[{', '.join(self.answer)}]"
        return str(self.answer)


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that is given first, and the hard checks that refuse it."""

    given: Given
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One item that is asked, and what is answered."""

    instance: Instance
    given: Given
    refused: tuple[Refused, ...] = ()
    confirms: tuple[str, ...] = ()
    """Soft checks that fire at this answer, and are confirmed."""
    hidden: tuple[str, ...] = ()
    """Choices that are not offered."""
    line: int = 0
    """Where it stands in its file, from 1."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A value that is worked out (None: it comes to nothing), or the rows of an open roster."""

    instance: Instance
    value: Written | None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Script:
    """A test interview as its file holds it."""

    instrument: str
    version: str
    fingerprint: str
    mode: str
    steps: tuple[Step, ...]
    """Everything that is asked, in order."""
    computed: tuple[Noted, ...] = ()
    """Everything that is worked out, in order."""
    unknown: tuple[tuple[Instance, int], ...] = ()
    """What is neither asked nor ruled out at the end, with its line in the file."""
    rows: tuple[Noted, ...] = ()
    """Open rosters that are asked, each with how many rows stand in it."""
    interview_date: PartialDate | None = None
    why: tuple[str, ...] = ()
    """What only this interview of its deck covers."""
    mode_line: int = 0


def script_of(program: Program, interview: Interview, why: tuple[str, ...] = ()) -> Script:
    """An interview with what comes of it now.

    Raises:
        NotReplayed: the instrument will not have it.
    """
    witness, instrument = interview.witness, program.instrument
    route = replay(program, witness, complete=False)
    refused: dict[Instance, list[Refused]] = {}
    for instance, answer in interview.refused:
        by = refused_by(route, instance, answer)
        refused.setdefault(instance, []).append(Refused(written(answer), by))
    steps = tuple(
        Step(
            one,
            written(answer),
            tuple(refused.get(one, ())),
            confirmed(route, one),
            hidden(route, one),
        )
        for one, answer in witness.answers
    )
    return Script(
        instrument.name,
        instrument.version,
        instrument.fingerprint,
        program.mode,
        steps,
        tuple(Noted(one, worked_out(route, one)) for one in computed_items(route)),
        tuple((one, 0) for one in unknown_items(route)),
        tuple(Noted(Instance(name), number) for name, number in witness.rows),
        witness.interview_date,
        why,
    )


# --- what comes of answers ------------------------------------------------------------------------


def computed_items(route: Route) -> Iterator[Instance]:
    """The values that are worked out in a case, in order."""
    universe, program = route.state.cells.universe, route.program
    for slot, role in enumerate(program.roles):
        instance = program.instances[slot]
        if role == COMPUTED and universe[slot] == YES and instance is not None:
            yield instance


def unknown_items(route: Route) -> Iterator[Instance]:
    """Items and values that are neither on the route nor ruled out, in order; rosters as one."""
    for slot, instance in enumerate(route.program.instances):
        if instance is not None and stays_unknown(route, slot):
            yield instance


def stays_unknown(route: Route, slot: int) -> bool:
    """Whether a slot is neither on the route nor ruled out, and does not just follow its roster."""
    universe, program = route.state.cells.universe, route.program
    instance = program.instances[slot]
    if instance is None or universe[slot] != UNKNOWN:
        return False
    roster = program.places.roster_of.get(instance.item)
    return roster is None or universe[program.places.rosters[roster].slot] != UNKNOWN


def worked_out(route: Route, instance: Instance) -> Written | None:
    """What a computed value comes to, as it is written; None when it comes to nothing."""
    value = route.state.cells.counted[route.program.slot(instance)]
    return None if value is None else written(value).answer


def confirmed(route: Route, instance: Instance) -> tuple[str, ...]:
    """The soft checks of an item that fire."""
    failing = route.failing(instance)
    return tuple(one.check.name for one in failing if one.check.severity == "soft")


def hidden(route: Route, instance: Instance) -> tuple[str, ...]:
    """The choices of an item that it does not offer."""
    item = route.instrument.items[instance.item]
    if not isinstance(item, Question) or all(one.ask_if is None for one in item.choices):
        return ()
    there = {one.name for one in route.offered(instance)}
    return tuple(one.name for one in item.choices if one.name not in there)


def refused_by(route: Route, instance: Instance, answer: Answer) -> tuple[str, ...]:
    """The hard checks that fire at an answer; the case is afterwards as it was."""
    state, slot = route.state, route.program.slot(instance)
    before = state.cells.kept[slot]
    state.put(slot, answer)
    numbers = leader_of(route.program).firing(state, slot)
    state.put(slot, before)
    return tuple(route.program.checks[number].check.name for number in numbers)


# --- answers as they are written ------------------------------------------------------------------


def written(answer: Answer) -> Given:
    """An answer for a file."""
    match answer:
        case Missing(reason=reason):
            return Given(missing=reason)
        case str() | int() | Decimal() | tuple():
            return Given(answer)
        case datetime.time():
            return Given(f"{answer:%H:%M}")
        case _:
            return Given(str(answer))


def read_answer(instrument: Instrument, instance: Instance, given: Given) -> Answer:
    """The answer that is meant, of an item that is asked.

    Raises:
        ValueError: the instrument has no such answer there; the text says why, as `'x' is …`.
    """
    item = instrument.items[instance.item]
    if given.missing is not None:
        if given.missing not in instrument.missing_reason:
            raise ValueError(f"'{given.missing}' is no missing reason")
        return Missing(given.missing)
    if isinstance(item, Statement):
        if given.answer != READ:
            raise ValueError("a statement is just read")
        return READ
    assert isinstance(item, Question)
    return _value(item, given.answer)


def _value(item: Question, said: Written | None) -> Value:
    match item.kind, said:
        case Kind.ANY_OF, tuple():
            for name in said:
                _require_choice(item, name)
            return said
        case ((Kind.ONE_OF | Kind.YES_NO), str()):
            _require_choice(item, said)
            return said
        case Kind.INTEGER, int():
            return said
        case Kind.DECIMAL, int() | Decimal():
            return Decimal(said)
        case ((Kind.DATE | Kind.TIME | Kind.DURATION | Kind.TEXT | Kind.LONG_TEXT), str()):
            try:
                return from_json(item.kind, said)
            except ValueError:
                pass
        case _:
            pass
    raise ValueError(f"it is not an answer of the kind {item.kind.value}")


def _require_choice(item: Question, name: str) -> None:
    if name not in item.choice:
        raise ValueError(f"'{name}' is none of its choices")


def interview_of(instrument: Instrument, script: Script) -> Interview:
    """The interview that a script holds, for an instrument that goes as it expects.

    Raises:
        ValueError: an answer in it is none of the instrument's.
        KeyError: an item in it is none of the instrument's.
    """
    answers = tuple(
        (step.instance, read_answer(instrument, step.instance, step.given)) for step in script.steps
    )
    refused = tuple(
        (step.instance, read_answer(instrument, step.instance, one.given))
        for step in script.steps
        for one in step.refused
    )
    rows = tuple((one.instance.item, int(str(one.value))) for one in script.rows)
    return Interview(Witness(script.mode, answers, rows, script.interview_date), refused)
