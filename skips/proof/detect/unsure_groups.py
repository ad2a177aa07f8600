"""Items of which every answer to a question leads to one, and a missing answer to none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from instrument.conditions.nodes import Not, Or, StatusFunction, StatusTest
from instrument.models import Computed, Item, Kind, Question, Roster
from instrument.values import Instance
from skips.proof.detect.front import instance_of
from skips.proof.detect.leaning import Leaning, Reasons
from skips.proof.detect.natural import values_read
from skips.proof.detect.quietly import settle_quietly
from skips.proof.detect.words import named
from skips.proof.goals import All, Asked, Comes, Goal, Not_, Reason, RowAsked, SectionIs
from skips.proof.verdict import Verdict
from skips.proof.witness import Witness
from skips.truth import Truth

if TYPE_CHECKING:
    from skips.proof.settle import Settler

_MOST: Final = 8
"""A group of more items is reported as it is; a smaller one is cut to those that matter."""


@dataclass(frozen=True, slots=True)
class Group:
    """Some items that hang on one question, and a case in which none of them is asked."""

    items: tuple[Item, ...]
    answers: str
    """The answers of which each leads to one of them, such as `every answer`."""
    witness: Witness | None


@dataclass(frozen=True, slots=True, eq=False)
class _Hanging:
    """Items of one section, or row, whose conditions read the same value."""

    value: str
    row: int
    gate: Goal
    items: tuple[Item, ...]

    def here(self, leaning: Leaning, name: str) -> Instance:
        """What a name means where the items stand."""
        return Instance(name, self.row if name in leaning.instrument.roster_of else 0)

    def none_asked(self) -> list[Goal]:
        """That none of the items is asked."""
        return [Not_(Asked(instance_of(item, self.row))) for item in self.items]

    def slot(self, leaning: Leaning) -> int:
        """Where the last of the items stands."""
        return max(leaning.program.slot(instance_of(item, self.row)) for item in self.items)

    def others(self, leaning: Leaning) -> set[str]:
        """What the conditions of the items read besides."""
        read = {
            name
            for item in self.items
            if item.ask_if is not None
            for name in values_read(item.ask_if.tree)
        }
        roster_of = leaning.instrument.roster_of
        return {name for name in read - {self.value} if self.row or name not in roster_of}


def dropped_groups(settler: "Settler", leaning: Leaning) -> dict[tuple[str, Reasons], list[Group]]:
    """By question and reasons the groups of items of which the missing answer drops all."""
    every = list(_hanging(settler))
    escapes = {one: _known_and_none(leaning, one) for one in every}
    settled = settle_quietly(settler, escapes.values())
    closed = [one for one in every if settled[escapes[one]].verdict is Verdict.IMPOSSIBLE]
    known = {one: All((one.gate, _status(leaning, one, answered=True))) for one in closed}
    settled = settle_quietly(settler, known.values())
    closed = [one for one in closed if settled[known[one]].is_possible]
    found: dict[tuple[str, Reasons], list[Group]] = {}
    for one in closed:
        for question in leaning.can_be_missing(leaning.values_below(one.value)):
            section = settler.instrument.section_of[question.name].name
            if not settler.looks_at(section) or leaning.is_checked(question):
                continue
            for reasons in leaning.reasons(question):
                goal = _missing_and_none(leaning, one, question, reasons[0].name)
                result = settler.settle([goal])[goal]
                if result.is_possible:
                    items = _smallest(settler, leaning, one).items
                    answers = _answers(settler, leaning, one, question)
                    group = Group(items, answers, result.witness)
                    found.setdefault((question.name, reasons), []).append(group)
    return found


def _hanging(settler: "Settler") -> Iterator[_Hanging]:
    for section in settler.instrument.sections:
        yield from _in(settler, section.items, 0, SectionIs(section.name))
        for item in section.items:
            if isinstance(item, Roster) and settler.mode in item.modes:
                yield from _in(settler, item.items, 1, RowAsked(item.name, 1))


def _in(settler: "Settler", items: Sequence[Item], row: int, gate: Goal) -> Iterator[_Hanging]:
    by_value: dict[str, list[Item]] = {}
    for item in items:
        is_made = isinstance(item, Question) and item.specifies is not None
        if isinstance(item, Computed) or is_made or settler.mode not in item.modes:
            continue
        for name in [] if item.ask_if is None else values_read(item.ask_if.tree):
            if row or name not in settler.instrument.roster_of:
                by_value.setdefault(name, []).append(item)
    for name, several in by_value.items():
        if len(several) > 1:
            yield _Hanging(name, row, gate, tuple(several))


def _status(leaning: Leaning, one: _Hanging, *, answered: bool) -> Goal:
    test = StatusTest(StatusFunction.ANSWERED, one.value)
    truth = Truth.YES if answered else Truth.NO
    return Comes(test, one.row, truth, one.slot(leaning))


def _rest_is_known(leaning: Leaning, one: _Hanging) -> list[Goal]:
    """That all else that the conditions read was answered, where it was asked."""
    slot = one.slot(leaning)
    return [
        Comes(
            Or(
                (
                    Not(StatusTest(StatusFunction.ASKED, name)),
                    StatusTest(StatusFunction.ANSWERED, name),
                )
            ),
            one.row,
            Truth.YES,
            slot,
        )
        for name in sorted(one.others(leaning))
    ]


def _known_and_none(leaning: Leaning, one: _Hanging) -> Goal:
    """That the value is known, and none of the items is asked all the same."""
    known = _status(leaning, one, answered=True)
    return All((one.gate, known, *_rest_is_known(leaning, one), *one.none_asked()))


def _answers(settler: "Settler", leaning: Leaning, one: _Hanging, question: Question) -> str:
    """The answers to a question of which each leads to one of the items, in words.

    A value that is worked out from it can be unknown although there is an answer: a date that is
    known in part only.
    """
    if question.name == one.value:
        return "every answer"
    answered = StatusTest(StatusFunction.ANSWERED, question.name)
    goal = All(
        (
            one.gate,
            Comes(answered, one.row, Truth.YES, one.slot(leaning)),
            _status(leaning, one, answered=False),
            *one.none_asked(),
        )
    )
    if settle_quietly(settler, [goal])[goal].verdict is Verdict.IMPOSSIBLE:
        return "every answer"
    if question.kind is Kind.DATE:
        return "every date that is known to the day"
    return f"every answer with which {named(leaning.instrument.items[one.value])} is known"


def _missing_and_none(leaning: Leaning, one: _Hanging, question: Question, reason: str) -> Goal:
    """That the question has no answer, all else has, and neither the items nor anyone cares."""
    others = [
        other
        for other in leaning.can_be_missing(leaning.values_below(one.value))
        if other is not question
    ]
    return All(
        (
            one.gate,
            Reason(one.here(leaning, question.name), reason),
            _status(leaning, one, answered=False),
            *(Not_(Reason(one.here(leaning, other.name))) for other in others),
            *_rest_is_known(leaning, one),
            *one.none_asked(),
            *(Not_(goal) for goal in leaning.thought_of(question)),
        )
    )


def _smallest(settler: "Settler", leaning: Leaning, one: _Hanging) -> _Hanging:
    """The group without the items that it does not need for every answer to lead to one."""
    if len(one.items) > _MOST:
        return one
    for item in reversed(one.items):
        rest = tuple(other for other in one.items if other is not item)
        if len(rest) < 2:
            break
        smaller = _Hanging(one.value, one.row, one.gate, rest)
        goal = _known_and_none(leaning, smaller)
        if settle_quietly(settler, [goal])[goal].verdict is Verdict.IMPOSSIBLE:
            one = smaller
    return one
