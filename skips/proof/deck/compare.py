"""Leading an instrument through a script: where does it first do something else?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from instrument.values import Answer, Instance
from skips.errors import RouteError
from skips.places import RosterPlace
from skips.program import COMPUTED, Program
from skips.proof.deck.script import (
    Given,
    Noted,
    Script,
    Step,
    confirmed,
    hidden,
    read_answer,
    stays_unknown,
    worked_out,
)
from skips.proof.leading import Leader, leader_of, next_met, put_rows
from skips.route import Route
from skips.truth import UNKNOWN, YES


@dataclass(frozen=True, slots=True)
class Difference:
    """Where an instrument first does something else than a script expects."""

    item: str
    """The item, such as `age` or `age[2]`; empty at the end of the interview."""
    expected: str
    found: str
    line: int
    """In the script's file, from 1."""

    def __str__(self) -> str:
        at = f"{self.item}: " if self.item else ""
        return f"{at}expected {self.expected}, found {self.found}"


class _Differs(Exception):
    def __init__(self, item: Instance | str, expected: str, found: str, line: int) -> None:
        super().__init__()
        self.difference = Difference(str(item), expected, found, line)


def first_difference(program: Program, script: Script) -> Difference | None:
    """The first thing, in the order of the interview, that is not as a script expects it.

    Args:
        program: the instrument, compiled for the script's mode.
        script: what is answered, and what is to come of it.
    """
    try:
        _Following(program, script).follow()
    except _Differs as differs:
        return differs.difference
    return None


class _Following:
    def __init__(self, program: Program, script: Script) -> None:
        self.program, self.script = program, script
        self.leader: Leader = leader_of(program)
        self.route = Route(program)
        self.computed = self._by_slot(script.computed)
        self.rows = {noted.instance.item: noted for noted in script.rows}
        self.looked = 0
        """Values and universes before this slot are compared."""
        self.unknown: dict[Instance, int] = dict(script.unknown)

    def follow(self) -> None:
        if self.script.interview_date is not None:
            self.route.set_interview_date(self.script.interview_date)
        steps = iter(self.script.steps)
        last = self.script.steps[-1].line if self.script.steps else 0
        for slot in self._met():
            step = next(steps, None)
            found = self.leader.instance(slot)
            if step is None:
                self._compare_before(slot)
                raise _Differs(found, "the interview to be at its end", "that it is asked", last)
            if step.instance != found:
                self._compare_before(min(slot, self._slot_of(step)))
                self._differ(step, slot, found)
            self._compare_before(slot)
            self._answer(slot, step)
        left = next(steps, None)
        if left is not None:
            self._compare_before(self._slot_of(left))
            raise _Differs(left.instance, "that it is asked", self._status(left.instance),
                           left.line)  # fmt: skip
        self._compare_before(self.program.size)
        if self.rows:
            noted = min(self.rows.values(), key=lambda one: one.line)
            raise _Differs(noted.instance, f"{noted.value} rows", "that it is not asked",
                           noted.line)  # fmt: skip

    def _met(self) -> Iterator[int]:
        """The slots that the interviewer meets; rosters get their rows on the way."""
        state = self.route.state
        rosters = iter(self.leader.open_rosters)
        roster, slot = next(rosters, None), next_met(state, 0)
        while slot >= 0 or roster is not None:
            if roster is not None and (slot < 0 or roster.slot < slot):
                self._put_rows(roster)
                slot, roster = next_met(state, roster.slot), next(rosters, None)
                continue
            yield slot
            slot = next_met(state, slot + 1)

    def _put_rows(self, place: RosterPlace) -> None:
        if self.route.state.cells.universe[place.slot] != YES:
            return
        noted = self.rows.pop(place.roster.name, None)
        if noted is None:
            return
        count = noted.value
        if not isinstance(count, int) or not 0 <= count <= place.roster.at_most:
            most = f"that it takes {place.roster.at_most} at most"
            raise _Differs(noted.instance, f"{count} rows", most, noted.line)
        put_rows(self.route, place, count)

    # --- one item --------------------------------------------------------------------------------

    def _answer(self, slot: int, step: Step) -> None:
        missing = hidden(self.route, step.instance)
        if missing != step.hidden:
            expected = f"{_choices(step.hidden)} not to be offered"
            raise _Differs(step.instance, expected, f"that {_choices(missing)} is not", step.line)
        for refused in step.refused:
            answer = self._taken(slot, step, refused.given)
            self._give(slot, answer)
            by = self._firing(slot)
            if by != refused.by:
                raise _Differs(
                    step.instance,
                    f"{_checks(refused.by)} to refuse “{refused.given}”",
                    f"that {_checks(by)} does" if by else "that it is taken",
                    step.line,
                )
        self._give(slot, self._taken(slot, step, step.given))
        by = self._firing(slot)
        if by:
            expected = f"“{step.given}” to be taken"
            raise _Differs(step.instance, expected, f"that {_checks(by)} refuses it", step.line)
        fires = confirmed(self.route, step.instance)
        if fires != step.confirms:
            expected = f"{_checks(step.confirms)} to fire at “{step.given}”"
            raise _Differs(step.instance, expected, f"that {_checks(fires)} does", step.line)

    def _give(self, slot: int, answer: Answer) -> None:
        self.route.state.put(slot, answer)

    def _taken(self, slot: int, step: Step, given: Given) -> Answer:
        """An answer of a script, if the item takes it."""
        expected = f"“{given}” to be taken"
        try:
            answer = read_answer(self.program.instrument, step.instance, given)
        except ValueError as error:
            raise _Differs(step.instance, expected, f"that {error}", step.line) from None
        objection = self.leader.objection(self.route.state, slot, answer)
        if objection is not None:
            found = f"that it is not: {objection.rstrip('.')}"
            raise _Differs(step.instance, expected, found, step.line)
        return answer

    def _firing(self, slot: int) -> tuple[str, ...]:
        numbers = self.leader.firing(self.route.state, slot)
        return tuple(self.program.checks[number].check.name for number in numbers)

    # --- what comes of it ------------------------------------------------------------------------

    def _compare_before(self, slot: int) -> None:
        """Compare everything that follows from answers before a slot."""
        program = self.program
        for at in range(self.looked, slot):
            instance = program.instances[at]
            if instance is None:
                continue
            if program.roles[at] == COMPUTED:
                self._compare_value(at, instance)
            if stays_unknown(self.route, at) != (instance in self.unknown):
                self._compare_unknown(at, instance)
        self.looked = max(self.looked, slot)

    def _compare_value(self, slot: int, instance: Instance) -> None:
        expected, found = self.computed.get(slot), self._value(slot, instance)
        if (None if expected is None else _said(expected.value)) == found:
            return
        line = self._next_line(slot) if expected is None else expected.line
        said = "that it is not worked out" if expected is None else _said(expected.value)
        raise _Differs(instance, said, found or self._status(instance), line)

    def _value(self, slot: int, instance: Instance) -> str | None:
        if self.route.state.cells.universe[slot] != YES:
            return None
        return _said(worked_out(self.route, instance))

    def _compare_unknown(self, slot: int, instance: Instance) -> None:
        line = self.unknown.get(instance)
        expected = "that it is not asked"
        if line is not None:
            expected = "that it stays unknown whether it is asked"
        raise _Differs(instance, expected, self._status(instance), line or self._next_line(slot))

    # --- in words --------------------------------------------------------------------------------

    def _differ(self, step: Step, slot: int, found: Instance) -> NoReturn:
        """Raise that another item is asked than the next of the script."""
        if slot < self._slot_of(step) < self.program.size:
            raise _Differs(found, "that it is not asked", _ASKED, step.line)
        raise _Differs(step.instance, _ASKED, self._status(step.instance), step.line)

    def _status(self, instance: Instance) -> str:
        """What is so of an item, after `found`."""
        try:
            truth = self.route.state.cells.universe[self.program.slot(instance)]
        except RouteError:
            return "that the instrument has no such item"
        if truth == YES:
            return _ASKED
        return "that it is not asked" if truth != UNKNOWN else "that it is unknown whether it is"

    def _slot_of(self, step: Step) -> int:
        try:
            return self.program.slot(step.instance)
        except RouteError:
            return self.program.size

    def _next_line(self, slot: int) -> int:
        """The line of the first thing that a script expects from a slot on."""
        for step in self.script.steps:
            if self._slot_of(step) >= slot:
                return step.line
        return self.script.steps[-1].line if self.script.steps else 0

    def _by_slot(self, noted: tuple[Noted, ...]) -> dict[int, Noted]:
        found = {}
        for one in noted:
            try:
                found[self.program.slot(one.instance)] = one
            except RouteError:
                raise _Differs(
                    one.instance, _said(one.value), "that the instrument has no such item", one.line
                ) from None
        return found


_ASKED = "that it is asked"


def _said(value: object) -> str:
    match value:
        case None:
            return "no value"
        case tuple():
            return f"[{', '.join(map(str, value))}]"
        case _:
            return str(value)


def _choices(names: tuple[str, ...]) -> str:
    return " and ".join(names) or "no choice"


def _checks(names: tuple[str, ...]) -> str:
    if not names:
        return "no check"
    return f"{'check' if len(names) == 1 else 'checks'} {' and '.join(names)}"
