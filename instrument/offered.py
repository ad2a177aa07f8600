"""Choices that are offered only where a condition does not say no."""

from instrument.conditions.nodes import And, Node, Not, Or, Type
from instrument.conditions.scope import View
from instrument.drafts import Draft
from instrument.house_words import HouseWords
from instrument.models import Check, Choice, Expression, Kind, Question
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


def refuse_dead_end(context: Context, draft: Draft, question: Question) -> None:
    """Note a question that conditions can leave with too few choices and no other way on."""
    offers = [choice for choice in question.choices if choice.ask_if is not None]
    always = [choice for choice in question.choices if choice.ask_if is None]
    enough = len(always) >= _needed(question) or any(choice.exclusive for choice in always)
    if not offers or enough:
        return
    for mode in question.modes:
        if any(
            mode in reason.modes and reason.name not in question.no_missing
            for reason in context.missing
        ):
            continue
        called, few = draft.fields.what, "none" if not always else f"only {len(always)}"
        with context.report.once():
            context.report.add(
                "choices-few",
                draft.fields.place("choices"),
                f"conditions can leave {few} of the choices of {called}, "
                f"which takes no missing reason in mode '{mode}'",
                "leave 'ask_if' out of one choice more, or let it take a missing reason"
                if _needed(question) == len(always) + 1
                else f"leave 'ask_if' out of {_needed(question)} choices, "
                "lower 'at_least', or let it take a missing reason",
            )
        return


def _needed(question: Question) -> int:
    """How many choices must be taken when all are offered."""
    return question.at_least if question.kind is Kind.ANY_OF else 1


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
