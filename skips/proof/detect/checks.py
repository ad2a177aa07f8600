"""The checks of an item, as detectors need them."""

from collections.abc import Iterator

from instrument.conditions.nodes import Node, OverRows, names_read, walk
from instrument.models import Check, Computed, Instrument, Item, Question
from instrument.values import Instance
from skips.program import Program


def number_of(program: Program, instance: Instance, check: Check) -> int:
    """The number that a check of an instance has in the program."""
    slot = program.slot(instance)
    item = program.instrument.items[instance.item]
    assert isinstance(item, Question)
    place = item.checks.index(check)
    return next(
        number
        for number in program.checks_reading[slot]
        if program.checks[number].slot == slot and program.checks[number].place == place
    )


def hard_checks(question: Question) -> tuple[Check, ...]:
    """The hard checks that an author wrote for a question: not those of its choices."""
    return tuple(
        check
        for check in question.checks
        if check.severity == "hard" and check.name != f"{question.name}#choices"
    )


def reads_itself(question: Question, check: Check) -> bool:
    """Whether what is answered to a check's own item can make a difference to it."""
    return question.name in names_read(check.condition.tree)


def is_over_rows(instrument: Instrument, tree: Node) -> bool:
    """Whether an expression, or a computed value that it reads, looks over rows of a roster."""
    left, seen = [tree], set[str]()
    while left:
        one = left.pop()
        if any(isinstance(node, OverRows) for node in walk(one)):
            return True
        for name in names_read(one) - seen:
            seen.add(name)
            left += _trees(instrument.items[name])
    return False


def _trees(item: Item) -> Iterator[Node]:
    if not isinstance(item, Computed):
        return
    if item.expression is not None:
        yield item.expression.tree
    for branch in item.branches:
        yield branch.value.tree
        if branch.when is not None:
            yield branch.when.tree
