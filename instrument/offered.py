"""Choices that are offered only where a condition does not say no."""

from instrument.conditions.nodes import And, Node, Not, Or, Type
from instrument.conditions.scope import View
from instrument.drafts import Draft
from instrument.house_words import HouseWords
from instrument.models import Check, Choice, Expression, Question
from instrument.specify import takes
from instrument.texts import Context


def read_offers(context: Context, draft: Draft, view: View) -> tuple[Choice, ...]:
    """The choices of a question with their conditions, which read what its `ask_if` may read.

    A shared list is read for each question that takes it, and a grid's for each row; what is wrong
    with one condition everywhere is noted once.
    """
    if not draft.conditions:
        return draft.choices
    read: dict[str, Expression | None] = {}
    with context.report.once():
        for name, scalar in draft.conditions.items():
            what = f"ask_if of choice '{name}' of {draft.called}"
            read[name] = context.condition(scalar, view, what)
    return tuple(
        choice.model_copy(update={"ask_if": read[choice.name]}) if choice.name in read else choice
        for choice in draft.choices
    )


def offer_check(question: Question, type_: Type, words: HouseWords) -> Check | None:
    """The hard check that an answer's choices are still offered; None where all always are."""
    parts = tuple(
        _still_offered(question, choice.name, choice.ask_if.tree, type_)
        for choice in question.choices
        if choice.ask_if is not None
    )
    if not parts:
        return None
    source = question.source
    tree = parts[0] if len(parts) == 1 else And(parts)
    return Check(
        source=source,
        name=f"{question.name}#choices",
        severity="hard",
        condition=Expression(source=source, text=str(tree), tree=tree),
        say=words.text("choose_again", source),
    )


def _still_offered(question: Question, choice: str, condition: Node, type_: Type) -> Node:
    """`not (QUESTION == CHOICE) or CONDITION`"""
    rest = condition.parts if isinstance(condition, Or) else (condition,)
    return Or((Not(takes(question, choice, type_)), *rest))
