"""Conditions in one form, so that two that say the same in other words are seen to be the same.

Only rewritings are made that change nothing in any case, unknown values included: brackets, order
and repetition of parts, where `not` stands, which way round a comparison is written, and several
ways to say that an item has one of some choices.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from instrument.conditions.nodes import (
    And,
    Compare,
    Comparison,
    In,
    IsYes,
    Literal,
    Node,
    Not,
    Or,
    Type,
)

_NOT: Final = {
    Comparison.EQ: Comparison.NE,
    Comparison.NE: Comparison.EQ,
    Comparison.LT: Comparison.GE,
    Comparison.GE: Comparison.LT,
    Comparison.GT: Comparison.LE,
    Comparison.LE: Comparison.GT,
}
_TURNED: Final = {Comparison.GT: Comparison.LT, Comparison.GE: Comparison.LE}
"""Comparisons that are written the other way round."""

_Joint = type[And] | type[Or]


@dataclass(frozen=True, slots=True)
class _Among:
    """That something is one of some values, or none of them."""

    left: str
    words: frozenset[str]
    none: bool

    def __str__(self) -> str:
        return f"{self.left} {'not in' if self.none else 'in'} ({', '.join(sorted(self.words))})"


def canonical(*conditions: Node | None) -> str:
    """Conditions that must all hold, in one form; empty when there are none."""
    parts = [
        part for one in conditions if one is not None for part in _flat(one, And, opposite=False)
    ]
    return " and ".join(_joined(parts, And))


def _joined(parts: list[tuple[Node, bool]], joint: _Joint) -> list[str]:
    """The parts of one joint, each once and in order; each comes with whether it is negated."""
    found: set[str] = set()
    among: dict[str, set[str]] = {}
    for node, opposite in parts:
        one = _among(node, opposite=opposite)
        if one is not None and one.none is (joint is And):
            among.setdefault(one.left, set()).update(one.words)
        else:
            found.add(_form(node, opposite=opposite) if one is None else str(one))
    for left, words in among.items():
        found.add(str(_Among(left, frozenset(words), joint is And)))
    return sorted(found)


def _flat(node: Node, joint: _Joint, *, opposite: bool) -> Iterator[tuple[Node, bool]]:
    """The parts below brackets and `not`, each with whether it is its opposite that is meant."""
    if isinstance(node, Not):
        yield from _flat(node.part, joint, opposite=not opposite)
    elif isinstance(node, And | Or) and _joint_of(node, opposite=opposite) is joint:
        for part in node.parts:
            yield from _flat(part, joint, opposite=opposite)
    else:
        yield node, opposite


def _joint_of(node: And | Or, *, opposite: bool) -> _Joint:
    """How its parts are joined: those of an opposite the other way."""
    return And if isinstance(node, And) is not opposite else Or


def _form(node: Node, *, opposite: bool) -> str:
    match node:
        case And() | Or():
            joint = _joint_of(node, opposite=opposite)
            parts = _joined(list(_flat(node, joint, opposite=opposite)), joint)
            whole = (" and " if joint is And else " or ").join(parts)
            return whole if len(parts) == 1 else f"({whole})"
        case Compare():
            return _comparison(node, _NOT[node.operator] if opposite else node.operator)
        case _:
            return f"not {node}" if opposite else str(node)


def _comparison(node: Compare, operator: Comparison) -> str:
    left, right = str(node.left), str(node.right)
    if operator in (Comparison.EQ, Comparison.NE):
        left, right = sorted((left, right))
    elif operator in _TURNED:
        left, right, operator = right, left, _TURNED[operator]
    return f"{left} {operator} {right}"


def _among(node: Node, *, opposite: bool) -> _Among | None:
    """What a condition says of one of some values; None when it says something else."""
    match node:
        case IsYes():
            return _Among(str(node.item), frozenset({"no" if opposite else "yes"}), none=False)
        case In():
            words = frozenset(map(_word, node.options))
            return _Among(str(node.left), words, node.negated is not opposite)
        case Compare(operator=Comparison.EQ | Comparison.NE):
            left, right = node.left, node.right
            if isinstance(left, Literal):
                left, right = right, left
            if isinstance(right, Literal) and right.type is Type.CHOICE:
                none = (node.operator is Comparison.NE) is not opposite
                return _Among(str(left), frozenset({_word(right)}), none)
    return None


def _word(literal: Literal) -> str:
    return str(literal.value) if literal.type is Type.CHOICE else str(literal)
