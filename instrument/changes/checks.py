"""What differs between the checks of a question in two versions."""

from collections.abc import Callable, Iterator

from instrument.changes.model import Change, Difference
from instrument.changes.names import Pairs, words
from instrument.changes.texts import condition, quoted
from instrument.models import Check, Question


def check_differences(old: Question, new: Question, pairs: Pairs) -> Iterator[Difference]:
    """Checks are paired by their condition, then by what they say, then in their order."""
    before, after = list(old.checks), list(new.checks)
    found: list[tuple[Check, Check]] = []

    def pair_by(same: Callable[[Check, Check], bool]) -> None:
        for one in list(before):
            other = next((other for other in after if same(one, other)), None)
            if other is not None:
                before.remove(one)
                after.remove(other)
                found.append((one, other))

    def condition_of(one: Check) -> object:
        return pairs.tree(one.condition)

    pair_by(lambda a, b: a.severity == b.severity and condition_of(a) == b.condition.tree)
    pair_by(lambda a, b: condition_of(a) == b.condition.tree)
    pair_by(lambda a, b: words(a.say, pairs) == words(b.say))
    pair_by(lambda a, b: a.severity == b.severity)
    for one, other in found:
        yield from _of_one(one, other, pairs)
    for one in before:
        yield Difference(Change.CHECKED, "check", _said(one), None)
    for other in after:
        yield Difference(Change.CHECKED, "check", None, _said(other))


def _of_one(old: Check, new: Check, pairs: Pairs) -> Iterator[Difference]:
    if (old.severity, pairs.tree(old.condition)) != (new.severity, new.condition.tree):
        yield Difference(Change.CHECKED, "check", _said(old), _said(new))
    if words(old.say, pairs) != words(new.say):
        yield Difference(Change.CHECKED, "what a check says", quoted(old.say), quoted(new.say))


def _said(check: Check) -> str:
    return f"{check.severity} {condition(check.condition)}"
