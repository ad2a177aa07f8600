"""Branches of computed values that never decide, and choices that none of them gives."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from instrument.conditions.nodes import PICKS, Apply, Compare, Comparison, Literal, Node, Type
from instrument.conditions.nodes import Item as ItemNode
from instrument.models import Computed, Item
from instrument.values import Instance
from skips.program import Program
from skips.proof.detect.anywhere import rows_to_ask
from skips.proof.detect.front import parts_before, parts_of
from skips.proof.detect.natural import values_read
from skips.proof.detect.quietly import settle_quietly
from skips.proof.detect.unreached import Because, Unreached, Why, contradicting
from skips.proof.detect.words import choice_named, named
from skips.proof.goals import All, Asked, Comes, Decides, Goal, Not_
from skips.proof.verdict import Verdict
from skips.truth import Truth

if TYPE_CHECKING:
    from skips.proof.settle import Settler


def branches(program: Program, item: Item) -> Iterator[Unreached]:
    """The branches of a computed value."""
    if not isinstance(item, Computed):
        return
    instances = [Instance(item.name, row) for row in rows_to_ask(program, item.name)]
    for number, branch in enumerate(item.branches):
        last = branch.when is None
        which = (
            f"the last resort of {named(item)}" if last else f"branch {number + 1} of {named(item)}"
        )
        yield Unreached(
            "branch-unreachable",
            branch.source,
            f"{item.name}#{number + 1}",
            f"{which} never decides",
            item.modes,
            tuple(Decides(one, number) for one in instances),
            _why_last(program, item, instances[0])
            if last
            else _why(program, item, number, instances),
        )


def _why(program: Program, item: Computed, number: int, instances: list[Instance]) -> Why:
    def why(settler: "Settler") -> Because:
        when = item.branches[number].when
        assert when is not None
        holds: list[Goal] = [
            All((Asked(one), Comes(when.tree, one.row, Truth.YES, program.slot(one))))
            for one in instances
        ]
        settled = settle_quietly(settler, holds)
        if any(settled[goal].verdict is not Verdict.IMPOSSIBLE for goal in holds):
            return Because(
                "wherever it holds, a branch before it decides or is unknown",
                hint="Put it before the others, correct a condition, or take it out.",
            )
        instance = instances[0]
        slot, row = program.slot(instance), instance.row
        parts = parts_of(when, slot, row)
        parts += parts_of(item.ask_if, slot, row, "the computed value")
        parts += parts_before(program, instance)
        return contradicting(parts)(settler)

    return why


def _why_last(program: Program, item: Computed, instance: Instance) -> Why:
    def why(settler: "Settler") -> Because:
        slot = program.slot(instance)
        whens = [one.when.tree for one in item.branches if one.when is not None]
        none_yes = All(
            (
                Asked(instance),
                *(Not_(Comes(when, instance.row, Truth.YES, slot)) for when in whens),
            )
        )
        if settle_quietly(settler, [none_yes])[none_yes].verdict is Verdict.IMPOSSIBLE:
            return Because(
                "one of the branches before it always holds",
                hint="Take it out, or correct a condition before it.",
            )
        name = next((name for when in whens for name in values_read(when)), item.name)
        return Because(
            "where none of the branches before it holds, one of them is unknown, "
            "and then the value has none",
            hint=f"If it is meant for answers that are missing, begin with a branch of their own, "
            f"such as “not answered({name})”; else take it out.",
        )

    return why


def computed_choices(program: Program, item: Item) -> Iterator[Unreached]:
    """The choices of a computed value that no branch gives as they are."""
    if not isinstance(item, Computed) or not item.choices:
        return
    values = [one.value.tree for one in item.branches]
    if item.expression is not None:
        values.append(item.expression.tree)
    named_there = {
        node.value for value in values for node in _ends(value) if isinstance(node, Literal)
    }
    can_be_others = any(not isinstance(node, Literal) for value in values for node in _ends(value))
    for choice in item.choices:
        if choice.name in named_there:
            continue
        instances = [Instance(item.name, row) for row in rows_to_ask(program, item.name)]
        is_it = Compare(
            Comparison.EQ, ItemNode(item.name, Type.CHOICE), Literal(choice.name, Type.CHOICE)
        )
        yield Unreached(
            "choice-unreachable",
            choice.source,
            f"{item.name}.{choice.name}",
            f"choice {choice_named(choice)} of {named(item)} is the value of nobody",
            item.modes,
            tuple(Comes(is_it, one.row, Truth.YES, program.slot(one) + 1) for one in instances),
            _no_value(can_be_others=can_be_others),
        )


def _no_value(*, can_be_others: bool) -> Why:
    says = "no answer that it takes over is that" if can_be_others else "no branch gives it"
    return lambda _: Because(says, hint="Write the branch that gives it, or take it out.")


def _ends(node: Node) -> Iterator[Node]:
    """The parts of an expression whose value it can be as it is."""
    if isinstance(node, Apply) and node.function in PICKS:
        for part in node.picked:
            yield from _ends(part)
    else:
        yield node
