"""The answers of a case under another version of its instrument: what still fits is kept."""

from collections.abc import Mapping
from dataclasses import dataclass

from instrument import CHOICE_KINDS, Instrument, Question, Roster, Statement
from instrument.entry import check_value, from_json, in_order, to_json
from instrument.models import Kind
from instrument.values import Answer, Instance, Missing, Value
from skips import Route


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """The answers of a case as another version of the instrument takes them."""

    answers: Mapping[Instance, Answer]
    rows: Mapping[str, int]
    """Rows added to open rosters, by roster."""
    dropped: tuple[Instance, ...]
    """What was answered and does not fit, in the order of the old version."""


def answers_in(route: Route) -> dict[Instance, Answer]:
    """Everything that was answered, whether or not it counts now, in the order of the interview."""
    kept = ((instance, route.kept(instance)) for instance in route.instances())
    return {instance: answer for instance, answer in kept if answer is not None}


def carry_over(route: Route, new: Instrument, mode: str) -> CarriedOver:
    """Carry the answers of a route over by name.

    An answer is kept if the new version has a question of that name and kind (of choices, any kind
    that takes one of them), outside of rosters or in a row that there can be, and the question
    takes the value. A missing reason must be one that the question accepts in the mode.

    Args:
        route: the case under the version before.
        new: the version it goes on in.
        mode: the mode it goes on in.
    """
    old = route.instrument
    answers: dict[Instance, Answer] = {}
    dropped: list[Instance] = []
    for instance, answer in answers_in(route).items():
        taken = _as_taken(old, new, mode, instance, answer)
        if taken is None:
            dropped.append(instance)
        else:
            answers[instance] = taken
    rows = {
        name: min(added, item.at_most)
        for name, before in old.items.items()
        if _is_open(before)
        and isinstance(item := new.items.get(name), Roster)
        and _is_open(item)
        and (added := max((*route.rows(name), *route.rows(name, removed=True)), default=0))
    }
    return CarriedOver(answers, rows, tuple(dropped))


def _as_taken(
    old: Instrument, new: Instrument, mode: str, instance: Instance, answer: Answer
) -> Answer | None:
    """The answer as the new version keeps it; None if it does not take it."""
    before, item = old.items[instance.item], new.items.get(instance.item)
    if not _has_row(new.roster_of.get(instance.item), instance.row):
        return None
    if isinstance(before, Statement) or isinstance(item, Statement):
        return answer if type(before) is type(item) else None
    if not isinstance(item, Question) or not isinstance(before, Question):
        return None
    if isinstance(answer, Missing):
        accepted = {reason.name for reason in new.reasons_for(item, mode)}
        return answer if answer.reason in accepted else None
    if _family(item) is not _family(before):
        return None
    value = _value(item, answer)
    return value if value is not None and check_value(item, value) is None else None


def _has_row(roster: Roster | None, row: int) -> bool:
    return row == 0 if roster is None else 1 <= row <= roster.at_most


def _is_open(item: object) -> bool:
    return isinstance(item, Roster) and item.size is None and item.rows is None


def _family(question: Question) -> Kind:
    """The kind, yes/no questions being those of one choice."""
    single = question.kind in CHOICE_KINDS and question.kind is not Kind.ANY_OF
    return Kind.ONE_OF if single else question.kind


def _value(question: Question, value: Value) -> Value | None:
    try:
        read = from_json(question.kind, to_json(value))
    except ValueError:
        return None
    if isinstance(read, tuple) and question.choice.keys() >= set(read):
        return in_order(question, set(read))
    return read
