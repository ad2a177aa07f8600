"""The answers of a question sorted into classes that nothing on the way can tell apart."""

import datetime
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, combinations, pairwise
from typing import Final, NamedTuple

from instrument.conditions.nodes import (
    Compare,
    Has,
    In,
    IsYes,
    Item,
    Literal,
    Node,
    StatusTest,
    walk,
)
from instrument.judging import check_value
from instrument.models import Computed, Kind, Question
from instrument.values import Answer, Missing, PartialDate, Value
from skips.proof.ordinary import ORDINARY, moved_day, of_day, span
from skips.truth import NO, YES

MOST_CLASSES: Final = 80
"""Classes of one question; with more, they are not all told apart."""
SAMPLED: Final = 12
"""Answers that stand for all of a question's where there are too many classes."""
_SUBSETS: Final = 10
"""Of how many choices every subset is gone through."""
_RANGE: Final = 1_000
"""The longest range of whole numbers that is gone through."""


class Option(NamedTuple):
    """A class of what can be so of a slot, with one of its members."""

    universe: int
    """NO, UNKNOWN or YES."""
    value: Value | None = None
    reason: str | None = None
    is_exact: bool = True
    """Whether everything looks at all members of the class alike."""
    is_wild: bool = False
    """Whether not even what looks at this slot alone does."""

    @property
    def answer(self) -> Answer | None:
        """What is answered there."""
        return self.value if self.reason is None else Missing(self.reason)


OFF: Final = Option(NO)


class Sight(NamedTuple):
    """A way in which a slot's answer is looked at."""

    node: Node
    look: Callable[[Value | None, str | None], Hashable] | None
    """What is seen of an answer; None where all of it is."""

    @property
    def is_simple(self) -> bool:
        """Whether it compares the answer itself with constants."""
        return self.look is not None and is_simple(self.node)

    def of(self, option: Option) -> Hashable:
        """What is seen of an option."""
        if self.look is None:
            return option.value, option.reason
        return self.look(option.value, option.reason)


def is_simple(node: Node) -> bool:
    """Whether a condition on one item compares the item itself with constants."""
    match node:
        case StatusTest() | IsYes() | Has() | In(left=Item()):
            return True
        case Compare(left=Item(), right=Literal()) | Compare(left=Literal(), right=Item()):
            return True
        case _:
            return False


class Range(NamedTuple):
    """Values of a question."""

    values: tuple[Value, ...]
    is_all: bool
    """Whether there are no others."""
    is_telling: bool
    """Whether each way in which simple conditions can see a value is that of one of these."""


def sort_answers(
    question: Question,
    reasons: Iterable[str],
    sights: Sequence[Sight],
    *,
    enclosing: bool,
) -> list[Option]:
    """The classes of a question's answers.

    Args:
        question: whose answers are sorted.
        reasons: missing reasons that it accepts.
        sights: every way in which its answers are looked at.
        enclosing: where the classes cannot all be found, let some stand for more than they can be;
            otherwise some answers are left out.
    """
    conditional = [one.name for one in question.choices if one.ask_if is not None]
    found = _range(question, sights, conditional)
    missing = [Option(YES, None, reason) for reason in reasons]

    def seen(option: Option, looks: Sequence[Sight]) -> Hashable:
        value = option.value
        taken = value if isinstance(value, tuple) else (value,)
        offered = tuple(name for name in conditional if name in taken)
        return (option.reason is None, offered, *(sight.of(option) for sight in looks))

    given = [Option(YES, value) for value in found.values]
    exact = found.is_all or (found.is_telling and all(one.is_simple for one in sights))
    classes = _classes([*given, *missing], lambda option: seen(option, sights))
    if exact and len(classes) <= MOST_CLASSES:
        return classes
    if enclosing:
        simple = [one for one in sights if one.is_simple] if found.is_telling else []
        classes = _classes(given, lambda option: seen(option, simple))
        loose = [one._replace(is_exact=False, is_wild=not found.is_telling) for one in classes]
        return [*loose, *_classes(missing, lambda option: seen(option, sights))]
    kept = [one for one in classes if one.reason is None][:SAMPLED]
    return [*kept, *(one for one in classes if one.reason is not None)]


def sort_values(
    values: Iterable[Value | None], sights: Sequence[Sight]
) -> dict[Value | None, Option]:
    """The classes of values that are worked out, by value."""
    first: dict[Hashable, Option] = {}
    return {
        value: first.setdefault(
            (value is None, *(sight.of(Option(YES, value)) for sight in sights)),
            Option(YES, value),
        )
        for value in values
    }


def guess_values(
    item: Computed, constants: Iterable[Literal], sights: Sequence[Sight]
) -> list[Option]:
    """Classes of a value of which it is not known what it can be; together they are all of them."""
    values: list[Value | None] = [None]
    telling = all(one.is_simple for one in sights)
    match item.kind:
        case Kind.YES_NO:
            values += ["yes", "no"]
        case Kind.ONE_OF:
            values += [one.name for one in item.choices]
        case Kind.INTEGER | Kind.DECIMAL:
            known = [one.value for one in constants if isinstance(one.value, int | Decimal)]
            values += _between(known, Decimal(1) if item.kind is Kind.INTEGER else Decimal("1e-9"))
        case Kind.DATE:
            values += _dates(one.value for one in constants if isinstance(one.value, PartialDate))
        case _:
            telling = False
            values += [None]
    options = (
        list(sort_values(values, sights).values())
        if telling
        else [Option(YES), Option(YES, values[-1])]
    )
    whole = item.kind in (Kind.YES_NO, Kind.ONE_OF)
    return [
        one if one.value is None else one._replace(is_exact=whole, is_wild=not telling)
        for one in dict.fromkeys(options)
    ]


def _classes(options: Iterable[Option], seen: Callable[[Option], Hashable]) -> list[Option]:
    first: dict[Hashable, Option] = {}
    for option in options:
        first.setdefault(seen(option), option)
    return list(first.values())


def _range(question: Question, sights: Sequence[Sight], conditional: Sequence[str]) -> Range:
    literals = [one for sight in sights for one in walk(sight.node) if isinstance(one, Literal)]
    telling = True
    whole = False
    values: Iterable[Value]
    match question.kind:
        case Kind.YES_NO | Kind.ONE_OF:
            values, whole = [one.name for one in question.choices], True
        case Kind.ANY_OF:
            values, whole = _subsets(question, sights, conditional)
        case Kind.INTEGER if _is_short(question):
            low, high = span(question)
            values, whole = range(low, high + 1), True
        case Kind.INTEGER:
            values = chain(_between(_numbers(question, literals), Decimal(1)), _steps(question))
        case Kind.DECIMAL:
            values = _between(_numbers(question, literals), Decimal("0.000001"))
        case Kind.DATE:
            bounds = (question.minimum, question.maximum, *(one.value for one in literals))
            values = _dates(one for one in bounds if isinstance(one, PartialDate))
        case _:
            values = ()
            telling = question.kind in (Kind.TEXT, Kind.LONG_TEXT, Kind.TIME) or not any(
                not isinstance(one.node, StatusTest) for one in sights
            )
    ordinary = () if whole else ORDINARY[question.kind](question, literals)
    fitting = [
        value
        for value in dict.fromkeys(chain(ordinary, values))
        if check_value(question, value) is None
    ]
    return Range(tuple(fitting), whole, telling)


def _is_short(question: Question) -> bool:
    if question.minimum is None or question.maximum is None:
        return False
    low, high = span(question)
    return high - low < _RANGE


def _steps(question: Question) -> Iterator[int]:
    low, high = span(question)
    yield from range(low, min(low + SAMPLED, high) + 1)


def _numbers(question: Question, literals: Iterable[Literal]) -> list[int | Decimal]:
    known: list[int | Decimal] = [
        one.value for one in literals if isinstance(one.value, int | Decimal)
    ]
    known += [one for one in (question.minimum, question.maximum) if isinstance(one, int | Decimal)]
    return known


def _between(known: Iterable[int | Decimal], step: Decimal) -> list[Value]:
    """Numbers at, next to, between and far from some; whole ones when the step is."""
    points = sorted({Decimal(one) for one in known} or {Decimal(0)})
    found = [near for one in points for near in (one, one - step, one + step)]
    found += [(one + other) / 2 for one, other in pairwise(points)]
    found += [points[0] - 1000, points[-1] + 1000]
    if step == 1:
        return [int(one // 1) for one in found]
    return list(found)


def _dates(known: Iterable[PartialDate]) -> list[Value]:
    """Dates of every form that lie differently to some known ones."""
    days: set[datetime.date] = set()
    for one in known:
        for day in (one.first, one.last):
            days |= {near for step in (-1, 0, 1) if (near := moved_day(day, step)) is not None}
    # In the month and the year around each day, and in those before and behind them.
    for day in sorted(days):
        for step in (-400, -40, 40, 400):
            if (near := moved_day(day, step)) is not None:
                days.add(near)
    found: dict[Value, None] = {}
    for day in sorted(days):
        found[of_day(day)] = None
        found[PartialDate(day.year, day.month)] = None
        found[PartialDate(day.year)] = None
    return list(found)


def _subsets(
    question: Question, sights: Sequence[Sight], conditional: Sequence[str]
) -> tuple[list[Value], bool]:
    names = [one.name for one in question.choices]
    if len(names) <= _SUBSETS:
        return list(_every(names, range(len(names) + 1))), True
    told = {one.node.choice for one in sights if isinstance(one.node, Has)} | set(conditional)
    others = [one.name for one in question.choices if one.name not in told and not one.exclusive]
    alone = [one.name for one in question.choices if one.exclusive]
    told_in_order = [name for name in names if name in told][:_SUBSETS]
    found: list[Value] = [(name,) for name in alone]
    for subset in _every(told_in_order, range(len(told_in_order) + 1)):
        for size in {0, 1, max(0, question.at_least - len(subset))}:
            taken = {*subset, *others[:size]}
            found.append(tuple(name for name in names if name in taken))
    return found, False


def _every(names: Sequence[str], sizes: Iterable[int]) -> Iterator[tuple[str, ...]]:
    for size in sizes:
        yield from combinations(names, size)
