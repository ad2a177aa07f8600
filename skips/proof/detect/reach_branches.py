"""Branches of computed values that never decide, and choices that none of them gives."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from instrument.conditions.nodes import Literal
from instrument.models import Choice, Computed, Item, Kind
from instrument.source import Source
from instrument.values import Instance
from skips.program import Program
from skips.proof.detect.anywhere import rows_to_ask
from skips.proof.detect.front import parts_before, parts_of
from skips.proof.detect.has_choice import ends_of, has_choice
from skips.proof.detect.natural import values_read
from skips.proof.detect.quietly import settle_quietly
from skips.proof.detect.unreached import Because, Unreached, Why, contradicting
from skips.proof.detect.words import choice_named, named, quoted
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
    """The choices of a computed value that no branch gives as they are; of yes/no both."""
    if not isinstance(item, Computed):
        return
    for choice in item.choices:
        goals = has_choice(program, item, choice.name)
        if goals:
            what = f"choice {choice_named(choice)} of {named(item)} is the value of nobody"
            if item.kind is Kind.YES_NO:
                what = f"{named(item)} is never {choice.label}"
            yield Unreached(
                "choice-unreachable",
                choice.source if item.kind is not Kind.YES_NO else _source(item),
                f"{item.name}.{choice.name}",
                what,
                item.modes,
                goals,
                _why_no_value(program, item, choice),
            )


def _why_no_value(program: Program, item: Computed, choice: Choice) -> Why:
    if all(isinstance(end, Literal) for end in ends_of(item)):
        hint = "Write the branch that gives it, or take it out."
        return lambda _: Because("no branch gives it", hint=hint)
    condition = item.expression
    if condition is None or item.kind is not Kind.YES_NO:
        hint = "Write the branch that gives it, or take it out."
        return lambda _: Because("nothing that it takes its value from is ever that", hint=hint)
    if choice.name == "no":
        hint = "Correct the expression; a value that is always the same says nothing."
        return lambda _: Because(f"{quoted(condition)} is yes wherever it is known", hint=hint)
    instance = Instance(item.name, rows_to_ask(program, item.name)[0])
    slot, row = program.slot(instance), instance.row
    parts = parts_of(condition, slot, row)
    parts += parts_of(item.ask_if, slot, row, "the computed value")
    return contradicting([*parts, *parts_before(program, instance)])


def _source(item: Computed) -> Source:
    return item.source if item.expression is None else item.expression.source
