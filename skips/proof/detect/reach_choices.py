"""Choices of questions that nobody can take: never offered, or refused by hard checks."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from instrument.models import Check, Choice, Item, Question
from instrument.values import Instance
from skips.program import Program
from skips.proof.detect.anywhere import rows_to_ask
from skips.proof.detect.front import parts_before, parts_of
from skips.proof.detect.unreached import Because, Unreached, Why, contradicting
from skips.proof.detect.words import choice_named, joined, named, quoted
from skips.proof.goals import All, Asked, Comes, Goal, Took
from skips.truth import Truth

if TYPE_CHECKING:
    from skips.proof.settle import Settler

CODE = "choice-unreachable"
_CORRECT = (
    "Correct one of the conditions, or take the choice out; "
    "where its condition is unknown, it is offered all the same."
)


def choices(program: Program, item: Item) -> Iterator[Unreached]:
    """The choices of a question of which something can keep people from taking them."""
    if not isinstance(item, Question):
        return
    checked = bool(_hard(item)) or item.at_least > 1
    instances = [Instance(item.name, row) for row in rows_to_ask(program, item.name)]
    for choice in item.choices:
        what = f"choice {choice_named(choice)} of {named(item)}"
        offer = _offer(program, choice, instances)
        if offer:
            yield Unreached(
                CODE,
                choice.source,
                f"{item.name}.{choice.name}",
                f"{what} is meant for nobody",
                item.modes,
                offer,
                _never_offered(program, item, choice, instances),
            )
        if checked:
            yield Unreached(
                CODE,
                choice.source,
                f"{item.name}.{choice.name}",
                f"{what} can be taken by nobody",
                item.modes,
                tuple(Took(one, choice.name) for one in instances),
                _refused(item),
            )


def _offer(program: Program, choice: Choice, instances: list[Instance]) -> tuple[Goal, ...]:
    """That the condition of a choice is yes; where it is unknown the choice is offered, too."""
    if choice.ask_if is None:
        return ()
    tree = choice.ask_if.tree
    return tuple(
        All((Asked(one), Comes(tree, one.row, Truth.YES, program.slot(one)))) for one in instances
    )


def _never_offered(
    program: Program, item: Question, choice: Choice, instances: list[Instance]
) -> Why:
    def why(settler: "Settler") -> Because:
        assert choice.ask_if is not None
        if len(instances) > 1:
            return Because(f"{quoted(choice.ask_if)} holds in none of the rows that are asked")
        instance = instances[0]
        slot, row = program.slot(instance), instance.row
        parts = parts_of(choice.ask_if, slot, row)
        parts += parts_of(item.ask_if, slot, row, "the question")
        parts += parts_before(program, instance)
        return contradicting(parts, _CORRECT)(settler)

    return why


def _refused(item: Question) -> Why:
    checks = [quoted(one.condition) for one in _hard(item)]
    if not checks:
        return lambda _: Because("no number of choices that may be taken includes it")
    do = "the hard check" if len(checks) == 1 else "the hard checks"
    refuse = "refuses it" if len(checks) == 1 else "refuse it"
    hint = "Correct the check, or take the choice out."
    return lambda _: Because(f"{do} {joined(checks)} {refuse}", hint=hint)


def _hard(item: Question) -> list[Check]:
    return [check for check in item.checks if check.severity == "hard"]


def without_hopeless(dead: Sequence[Unreached], items: Iterable[Item]) -> Iterator[Unreached]:
    """What is not reached, without the choices of questions of which no choice can be taken.

    That is a defect of the question's, reported as a trap or as bounds that nothing meets.
    """
    counts = Counter(one.place for one in dead if one.code == CODE)
    hopeless = {
        f"{item.name}.{choice.name}"
        for item in items
        if isinstance(item, Question)
        and item.choices
        and all(counts[f"{item.name}.{choice.name}"] for choice in item.choices)
        for choice in item.choices
    }
    return (one for one in dead if one.code != CODE or one.place not in hopeless)
