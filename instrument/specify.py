"""The text questions behind choices whose wording is asked, such as "Other"."""

from types import MappingProxyType
from typing import Final

from instrument.conditions.nodes import And, Compare, Comparison, Has, Item, Literal, Node, Type
from instrument.drafts import Draft, specify_name
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
from instrument.yaml_nodes import Scalar

SPECIFY_LENGTH: Final = 200
"""Characters that such a text may have."""


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
    words, said = draft.fields.report.words, draft.specify_texts.get(choice.name)
    wording = Wording(
        source=source,
        ask=_fixed(said) if said else words.text("specify", source),
        instruct=words.text("specify_instruct", source),
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


def _fixed(said: Said) -> Text:
    """What is asked, in every language it is written in."""
    first = _literal(said.first)
    others = {language: _literal(scalar) for language, scalar in said.others.items()}
    return first.model_copy(update={"translations": MappingProxyType(others)}) if others else first


def _literal(scalar: Scalar) -> Text:
    said = scalar.text.strip()
    raw = said.replace("{", "{{").replace("}", "}}")
    return Text(source=scalar.source, raw=raw, pieces=(said,))
