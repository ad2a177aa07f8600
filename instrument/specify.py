"""The text questions behind choices whose wording is asked, such as "Other"."""

from types import MappingProxyType
from typing import Final

from instrument.conditions.nodes import And, Compare, Comparison, Has, Item, Literal, Node, Type
from instrument.declare import Draft, specify_name
from instrument.fields import Said
from instrument.models import (
    Choice,
    Expression,
    Kind,
    Measure,
    Question,
    Sensitivity,
    Text,
    Variable,
    Wording,
)
from instrument.source import Source

SPECIFY_LENGTH: Final = 200
"""Characters that such a text may have."""
SPECIFY_ASK: Final = "Please describe it in a few words."
SPECIFY_INSTRUCT: Final = "Do not record names or other identifying details."


def takes(question: Question, choice: str, type_: Type) -> Node:
    """The condition that an answer is, or holds, one of the choices of its question."""
    item = Item(question.name, type_)
    if question.kind is Kind.ANY_OF:
        return Has(item, choice)
    return Compare(Comparison.EQ, item, Literal(choice, Type.CHOICE))


def both(outer: Node, inner: Node) -> And:
    """Two conditions joined by `and`, without needless parentheses."""
    return And(tuple(part for one in (outer, inner) for part in _parts(one)))


def _parts(node: Node) -> tuple[Node, ...]:
    return node.parts if isinstance(node, And) else (node,)


def specify_texts(draft: Draft, question: Question) -> list[Question]:
    """The text questions behind a question, one for each choice that asks for its wording."""
    return [_specify(draft, question, choice) for choice in draft.specify]


def _specify(draft: Draft, question: Question, choice: Choice) -> Question:
    source = choice.source
    tree = takes(question, choice.name, draft.declared.type or Type.CHOICE)
    if question.ask_if is not None:
        # Repeats the question's own universe: where that is no, the text is not applicable either,
        # while the comparison alone would be unknown.
        tree = both(question.ask_if.tree, tree)
    wording = Wording(
        source=source,
        ask=_fixed(source, draft.specify_texts.get(choice.name)),
        instruct=_literal(source, SPECIFY_INSTRUCT),
    )
    which = "other" if len(draft.specify) == 1 else choice.label
    return Question(
        source=source,
        name=specify_name(question.name, draft.specify, choice),
        ask_if=Expression(source=source, text=str(tree), tree=tree),
        modes=question.modes,
        kind=Kind.TEXT,
        wordings=MappingProxyType(dict.fromkeys(question.modes, wording)),
        max_length=SPECIFY_LENGTH,
        no_missing=question.no_missing,
        variable=Variable(
            source=source,
            label=f"{question.variable.label}: {which}, specified",
            measure=Measure.NOMINAL,
            sensitivity=Sensitivity.FREE_TEXT,
        ),
        specifies=question.name,
    )


def _fixed(source: Source, said: Said | None) -> Text:
    """What is asked, in every language it is written in."""
    if said is None:
        return _literal(source, SPECIFY_ASK)
    first = _literal(source, said.first.text.strip())
    others = {
        language: _literal(source, scalar.text.strip()) for language, scalar in said.others.items()
    }
    return first.model_copy(update={"translations": MappingProxyType(others)}) if others else first


def _literal(source: Source, text: str) -> Text:
    return Text(source=source, raw=text.replace("{", "{{").replace("}", "}}"), pieces=(text,))
