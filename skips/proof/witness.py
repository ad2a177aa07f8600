"""Witnesses: the answers that show something, and what the engine says to them.

A witness names what matters and leaves out the rest. To replay it is to lead a fresh case from the
front with these answers; a witness that cannot be replayed shows nothing.
"""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Final

from pydantic import JsonValue

from instrument.entry import from_json as value_from_json
from instrument.entry import to_json as value_to_json
from instrument.judging import show_number
from instrument.models import Instrument, Question, Roster, Statement
from instrument.values import READ, Answer, Instance, Missing, PartialDate, Value
from skips.errors import RouteError
from skips.places import RosterPlace
from skips.program import Program
from skips.proof.leading import Leader, leader_of, next_met, put_rows
from skips.proof.ordinary import ORDINARY_DAY
from skips.route import Route
from skips.truth import YES

_TRIES: Final = 8
"""Random values tried at an item that the witness does not name, besides those of its palette."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Answers that show something, in the order of the interview."""

    mode: str
    answers: tuple[tuple[Instance, Answer], ...]
    rows: tuple[tuple[str, int], ...] = ()
    """Open rosters that matter, each with how many rows stand in it: 1 to this."""
    interview_date: PartialDate | None = None
    """None where any day will do."""


class NotReplayed(Exception):
    """The engine will not have a witness; the text says where and why."""

    def __init__(self, why: str, at: Instance | None = None, *, named: bool = True) -> None:
        super().__init__(why)
        self.at = at
        """The item at which it ended, if it was at one."""
        self.named = named
        """Whether the witness names that item; if not, nothing that was tried there would do."""


def replay(
    program: Program,
    witness: Witness,
    *,
    complete: bool = True,
    seed: int = 0,
    until: int | None = None,
) -> Route:
    """Lead a fresh case through a witness.

    Args:
        program: the instrument, compiled for the witness's mode.
        witness: every answer of it must be wanted and taken, and none may leave a hard check
            firing when the interviewer goes on from it.
        complete: answer the items that it does not name, too, by anything that they take and that
            lets the interviewer go on. Without, the case is led to the first such item.
        seed: chooses these other answers; 0 takes ordinary ones.
        until: lead the case until it comes to this slot (None: to the end). What the witness names
            from there on is answered as well, and the interviewer does not go on from it.

    Raises:
        NotReplayed: the engine will not have it.
    """
    random = Random(seed)  # noqa: S311 (repeatable on purpose)
    leading = _Replay(program, witness, random, ordinary=seed == 0)
    return leading.lead(program.size if until is None else until, complete=complete)


class _Replay:
    def __init__(
        self, program: Program, witness: Witness, random: Random, *, ordinary: bool
    ) -> None:
        if witness.mode != program.mode:
            raise NotReplayed(f"it is a case of the mode '{witness.mode}', not '{program.mode}'")
        self.program, self.witness = program, witness
        self.random, self.ordinary = random, ordinary
        self.leader: Leader = leader_of(program)
        self.rows = dict(witness.rows)
        self.route = Route(program)
        try:
            self.named = {program.slot(instance): answer for instance, answer in witness.answers}
        except RouteError as error:
            raise NotReplayed(str(error)) from None
        if len(self.named) != len(witness.answers):
            raise NotReplayed("it names an item twice")

    def lead(self, until: int, *, complete: bool) -> Route:
        date = self.witness.interview_date
        if date is None and complete:
            date = ORDINARY_DAY
        if date is not None:
            self.route.set_interview_date(date)
        state, left = self.route.state, dict(self.named)
        rosters = iter(self.leader.open_rosters)
        roster, slot = next(rosters, None), next_met(state, 0)
        while True:
            if roster is not None and (slot < 0 or roster.slot < slot):
                if roster.slot < until:
                    self._put_rows(roster, complete=complete)
                slot, roster = next_met(state, roster.slot), next(rosters, None)
                continue
            if slot < 0 or not (left or slot < until):
                break
            if slot in left:
                self._name(slot, left.pop(slot), goes_on=slot < until)
            elif slot < until:
                if not complete:
                    break
                self._complete(slot)
            slot = next_met(state, slot + 1)
        if left:
            at = self.leader.instance(min(left))
            raise NotReplayed(f"{at} is named and not asked", at)
        if self.rows:
            raise NotReplayed(f"rows of {min(self.rows)} are named, which is not asked")
        return self.route

    def _put_rows(self, place: RosterPlace, *, complete: bool) -> None:
        name, most = place.roster.name, place.roster.at_most
        if self.route.state.cells.universe[place.slot] != YES:
            return
        standing = self.rows.pop(name, None)
        if standing is None:
            standing = self.random.randint(0, min(2, most)) if complete else 0
        if not 0 <= standing <= most:
            raise NotReplayed(f"{name} cannot have {standing} rows", Instance(name))
        put_rows(self.route, place, standing)

    def _name(self, slot: int, answer: Answer, *, goes_on: bool) -> None:
        state, at = self.route.state, self.leader.instance(slot)
        objection = self.leader.objection(state, slot, answer)
        if objection is not None:
            raise NotReplayed(f"{at} does not take its answer: {objection}", at)
        if not self.leader.put(state, slot, answer) and goes_on:
            name = self.program.checks[self.leader.firing(state, slot)[0]].check.name
            raise NotReplayed(f"the hard check {name} fires at {at}", at)

    def _complete(self, slot: int) -> None:
        if self.leader.first(self.route.state, slot, self._candidates(slot)) is None:
            at = self.leader.instance(slot)
            raise NotReplayed(f"nothing that was tried lets one go on from {at}", at, named=False)

    def _candidates(self, slot: int) -> Iterator[Answer]:
        palette = self.leader.palette(slot)
        if palette is None:
            yield READ
            return
        answers = list(palette.answers)
        if not self.ordinary:
            self.random.shuffle(answers)
        yield from answers[: len(palette.values)]
        yield from palette.relatives(self.route.state.cells)
        yield from answers[len(palette.values) :]
        for _ in range(_TRIES):
            drawn = palette.draw(self.random)
            if drawn is not None:
                yield drawn
        yield from palette.scan()


# --- for people -----------------------------------------------------------------------------------


def as_words(instrument: Instrument, witness: Witness) -> list[str]:
    """A witness for people, a few words for each answer: `age is 16`, `drives: not sure`.

    Choices and reasons are said by their labels; statements are left out, since they are just read.
    """
    words = [f"{name} has {rows} {'row' if rows == 1 else 'rows'}" for name, rows in witness.rows]
    if witness.interview_date is not None:
        words.append(f"the interview is on {witness.interview_date}")
    for instance, answer in witness.answers:
        item = instrument.items[instance.item]
        if isinstance(item, Statement):
            continue
        name = f"{instance.item} (row {instance.row})" if instance.row else instance.item
        if isinstance(answer, Missing):
            words.append(f"{name}: {_small(instrument.missing_reason[answer.reason].label)}")
        elif answer == ():
            words.append(f"{name}: none taken")
        else:
            words.append(f"{name} is {_said(item, answer)}")
    return words


def _said(item: object, value: Value) -> str:
    match value:
        case tuple():
            return ", ".join(_label(item, name) for name in value)
        case str():
            label = _label(item, value)
            return f"“{value}”" if label == value and not _is_choice(item, value) else label
        case int() | Decimal():
            return show_number(value)
        case datetime.time():
            return f"{value:%H:%M}"
        case _:
            return str(value)


def _is_choice(item: object, name: str) -> bool:
    return isinstance(item, Question) and name in item.choice


def _label(item: object, name: str) -> str:
    if isinstance(item, Question) and name in item.choice:
        return item.choice[name].label
    return name


def _small(label: str) -> str:
    """A label within a sentence; one that begins like an abbreviation stays as it is."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


# --- for files ------------------------------------------------------------------------------------


def to_json(witness: Witness) -> dict[str, JsonValue]:
    """A witness as files hold it.

    `answers` maps items to values, or to `{"missing": REASON}`; an item of a roster maps row
    numbers to these. `rows` and `interview_date` stand there only if the witness has them.
    """
    answers: dict[str, JsonValue] = {}
    for instance, answer in witness.answers:
        json: JsonValue = (
            {"missing": answer.reason} if isinstance(answer, Missing) else value_to_json(answer)
        )
        if instance.row:
            rows = answers.setdefault(instance.item, {})
            assert isinstance(rows, dict)
            rows[str(instance.row)] = json
        else:
            answers[instance.item] = json
    found: dict[str, JsonValue] = {"mode": witness.mode}
    if witness.interview_date is not None:
        found["interview_date"] = str(witness.interview_date)
    if witness.rows:
        found["rows"] = dict(witness.rows)
    return {**found, "answers": answers}


def from_json(instrument: Instrument, json: Mapping[str, JsonValue]) -> Witness:
    """The witness that `to_json` wrote.

    Raises:
        ValueError: it is none of this instrument; the text says what is wrong in one sentence.
    """
    unknown = set(json) - {"mode", "interview_date", "rows", "answers"}
    if unknown:
        raise ValueError(f"'{min(unknown)}' is no part of a witness")
    mode, date, rows = json.get("mode"), json.get("interview_date"), json.get("rows", {})
    answers = json.get("answers", {})
    if mode not in instrument.modes:
        raise ValueError(f"'{instrument.name}' has no mode '{mode}'")
    if not isinstance(rows, dict) or not isinstance(answers, dict):
        raise ValueError("rows and answers are written 'name: value'")
    if date is not None and not isinstance(date, str):
        raise ValueError("a date is written 2019-03-19")
    given = {
        place: answer
        for name, one in answers.items()
        for place, answer in _read(instrument, name, one)
    }
    order = {name: at for at, name in enumerate(instrument.items)}
    return Witness(
        str(mode),
        tuple(sorted(given.items(), key=lambda pair: _place(instrument, order, pair[0]))),
        tuple((name, _count(instrument, name, number)) for name, number in rows.items()),
        None if date is None else PartialDate.parse(date),
    )


def _place(
    instrument: Instrument, order: Mapping[str, int], instance: Instance
) -> tuple[int, int, int]:
    """Where an instance stands in the interview: a roster goes row by row."""
    roster = instrument.roster_of.get(instance.item)
    return order[roster.name if roster else instance.item], instance.row, order[instance.item]


def _count(instrument: Instrument, name: str, number: JsonValue) -> int:
    item = instrument.items.get(name)
    if not isinstance(item, Roster) or item.size is not None or item.rows is not None:
        raise ValueError(f"'{name}' is no open roster of '{instrument.name}'")
    if not isinstance(number, int) or isinstance(number, bool):
        raise ValueError(f"the rows of '{name}' are a number")
    return number


def _read(instrument: Instrument, name: str, json: JsonValue) -> Iterator[tuple[Instance, Answer]]:
    item = instrument.items.get(name)
    if not isinstance(item, Question | Statement):
        raise ValueError(f"'{name}' is not an item that '{instrument.name}' asks")
    if name not in instrument.roster_of:
        yield Instance(name), _answer(instrument, item, json)
        return
    if not isinstance(json, dict) or not all(row.isdecimal() for row in json):
        raise ValueError(f"'{name}' stands in a roster; its answers are written by row")
    for row, one in json.items():
        yield Instance(name, int(row)), _answer(instrument, item, one)


def _answer(instrument: Instrument, item: Question | Statement, json: JsonValue) -> Answer:
    if isinstance(json, dict):
        reason = json.get("missing")
        if len(json) != 1 or not isinstance(reason, str) or reason not in instrument.missing_reason:
            raise ValueError(f"'{item.name}' has a missing reason that is none of the instrument's")
        return Missing(reason)
    if isinstance(item, Statement):
        return READ
    try:
        return value_from_json(item.kind, json)
    except ValueError as error:
        raise ValueError(f"'{item.name}': {error}") from None
