"""Syntax to nodes: names are looked up and types must fit.

Three questions can be asked of a text: what condition it is, what value it is, and what value of a
given type it is. Each raises ConditionError with the place, or EchoError when the text cannot be
judged because something it names has been reported already.
"""

from dataclasses import dataclass
from typing import Final

from instrument.conditions import compare, functions, on_values
from instrument.conditions.errors import ConditionError, EchoError
from instrument.conditions.lookup import YES_NO, is_yes_no, read_item, readable
from instrument.conditions.nodes import (
    EXTREMES,
    PICKS,
    PSEUDO_ITEMS,
    And,
    Apply,
    Arithmetic,
    CountTrue,
    Function,
    IsYes,
    Item,
    Literal,
    Negate,
    Node,
    Not,
    Operator,
    Or,
    OverRows,
    Type,
    type_of,
)
from instrument.conditions.parser import parse_syntax
from instrument.conditions.scope import Declared, Scope, View
from instrument.conditions.syntax import (
    Call,
    Date,
    Joined,
    Membership,
    Negation,
    Number,
    Pair,
    Part,
    Quoted,
    Span,
    Word,
)

_ARITHMETIC: Final = frozenset(Operator)
_CONSTANTS: Final[dict[type[Part], Type]] = {
    Number: Type.NUMBER,
    Quoted: Type.TEXT,
    Date: Type.DATE,
    Span: Type.DURATION,
}
_KINDS: Final = {
    Type.NUMBER: "integer",
    Type.DATE: "date",
    Type.TIME: "time",
    Type.DURATION: "duration",
    Type.TEXT: "text",
}
_USUAL_KIND: Final = "without 'kind' a computed value is yes_no"
_NUMBER_HINTS: Final = {
    Type.DATE: "use years_between, months_between or days_between for the time between dates",
    Type.DURATION: "use amount(DURATION, UNIT) to calculate with a duration",
    Type.CHOICES: "use taken(ITEM) for the number of choices taken",
}


def read_condition(text: str, scope: Scope, view: View) -> Node:
    """The condition that a text is, seen from a place of the instrument."""
    return Checker(scope, view).condition(parse_syntax(text))


def read_value(text: str, scope: Scope, view: View) -> Node:
    """The value that a text is: an item, a constant or a calculation."""
    return Checker(scope, view).value(parse_syntax(text))


def read_computed(text: str, scope: Scope, view: View, target: Declared) -> Node:
    """The value that a computed item takes: of the type, and with the choices, of that item."""
    checker = Checker(scope, view)
    part = parse_syntax(text)
    assert target.type is not None
    if target.type is Type.CHOICE:
        return checker.choice(part, target)
    node = compare.fit(checker.value(part), target.type)
    if type_of(node) is not target.type:
        raise ConditionError(
            "condition-type",
            f"this is {type_of(node)}, and '{target.name}' is {target.type}",
            part.at,
        )
    if target.whole and not is_whole(node, scope):
        raise ConditionError(
            "condition-type",
            f"this can have decimals, and '{target.name}' is an integer",
            part.at,
            "use round(…), or kind: decimal",
        )
    return node


def read_whole(text: str, scope: Scope, view: View) -> Node:
    """The integer that a text is."""
    part = parse_syntax(text)
    node = Checker(scope, view).number(part)
    if not is_whole(node, scope):
        raise ConditionError(
            "condition-type",
            "an integer is expected, and this can have decimals",
            part.at,
            "use round(…)",
        )
    return node


def is_whole(node: Node, scope: Scope) -> bool:
    """Whether a number can only be an integer."""
    match node:
        case Literal():
            return isinstance(node.value, int)
        case Item():
            return node.name in PSEUDO_ITEMS or scope.items[node.name].whole
        case Arithmetic():
            sides = is_whole(node.left, scope) and is_whole(node.right, scope)
            return sides and node.operator is not Operator.DIVIDE
        case Negate():
            return is_whole(node.part, scope)
        case OverRows():
            return node.value is None or is_whole(node.value, scope)
        case CountTrue():
            return True
        case Apply() if node.function in PICKS | EXTREMES | {Function.SUM}:
            return all(is_whole(part, scope) for part in node.picked)
        case Apply(function=Function.ROUND):
            return len(node.parts) == 1 or is_whole(node.parts[0], scope)
        case Apply():
            return True
        case _:
            return False


@dataclass(frozen=True, slots=True)
class Checker:
    """Turns syntax into nodes, seen from one place."""

    scope: Scope
    view: View

    def inside(self, roster: str) -> "Checker":
        """A checker for what stands inside a function over a roster."""
        return Checker(self.scope, self.view.into(roster))

    def condition(self, part: Part) -> Node:
        """A part that must be a condition."""
        if isinstance(part, Call) and part.name == Function.IF:
            return on_values.pick_condition(self, part)
        node = self.node(part)
        if isinstance(node, Item) and is_yes_no(self.scope, node):
            return IsYes(node, node.at)
        kind = type_of(node)
        if kind is not Type.BOOLEAN:
            hint = ""
            if isinstance(node, Item | Apply):
                sign = "has" if kind is Type.CHOICES else "=="
                hint = f"compare it, such as {node} {sign} …"
            raise ConditionError(
                "condition-type", f"a condition is expected, and this is {kind}", part.at, hint
            )
        return node

    def value(self, part: Part) -> Node:
        """A part that must be a value and not a condition."""
        node = self.node(part)
        if type_of(node) is Type.BOOLEAN:
            raise ConditionError(
                "condition-type", "a value is expected, and this is a condition", part.at
            )
        return node

    def choice(self, part: Part, target: Declared) -> Node:
        """A part that must come to one of an item's choices; for yes/no also a condition."""
        if isinstance(part, Quoted):
            return compare.choice_literal(self, part, target)
        if isinstance(part, Word):
            own = readable(self.scope, self.view, part.name)
            if own is not None and own.type is Type.CHOICE and part.name in target.choices:
                raise compare.ambiguous(part, target)
            if part.name in target.choices:
                return compare.choice_literal(self, part, target)
            if part.name not in self.scope.items and part.name not in PSEUDO_ITEMS:
                raise self._no_choice(part, target)
        if isinstance(part, Call) and part.name in PICKS:
            return on_values.pick(self, part, target)
        node = self.node(part)
        if isinstance(node, Item) and node.type is Type.CHOICE:
            strange = set(self.scope.items[node.name].choices) - set(target.choices)
            if not strange:
                return node
            raise ConditionError(
                "condition-choice",
                f"'{node}' has the choice '{min(strange)}', and '{target.name}' does not",
                part.at,
                f"write kind: one_of and its choices; {_USUAL_KIND}"
                if target.choices == YES_NO
                else "",
            )
        if target.choices == YES_NO and type_of(node) is Type.BOOLEAN:
            return node
        kind = type_of(node)
        if target.choices != YES_NO:
            says = f"this is {kind}, and '{target.name}' must be one choice"
            raise ConditionError("condition-type", says, part.at)
        wanted = "decimal" if kind is Type.NUMBER and not is_whole(node, self.scope) else None
        wanted = wanted or _KINDS.get(kind, "one_of")
        raise ConditionError(
            "condition-type",
            f"this is {kind}, and '{target.name}' is yes_no",
            part.at,
            f"write its kind, such as kind: {wanted}; {_USUAL_KIND}",
        )

    def _no_choice(self, word: Word, target: Declared) -> ConditionError:
        """A word that should be a choice of an item and is nothing that is known."""
        scope = self.scope
        meant = scope.speller.hint(word.name, (*target.choices, *scope.items))
        known = word.name not in scope.broken and scope.complete
        if not known or scope.may_be_misnamed(word.name, meant):
            raise EchoError
        return ConditionError(
            "condition-choice",
            f"'{word.name}' is not a choice of '{target.name}'",
            word.at,
            meant or f"its choices are {compare.listed(target.choices)}",
        )

    def node(self, part: Part) -> Node:
        """Any part."""
        match part:
            case Word():
                return read_item(self.scope, self.view, part)
            case Number() | Quoted() | Date() | Span():
                return Literal(part.value, _CONSTANTS[type(part)], part.at)
            case Joined():
                made = And if part.operator == "and" else Or
                return made(tuple(self.condition(one) for one in part.parts), part.at)
            case Negation(operator="not"):
                return Not(self.condition(part.part), part.at)
            case Negation():
                return Negate(self.number(part.part), part.at)
            case Membership():
                return compare.member(self, part)
            case Call():
                return functions.call(self, part)
            case Pair(operator="has"):
                return compare.has(self, part)
            case Pair() if part.operator in _ARITHMETIC:
                sides = self.number(part.left), self.number(part.right)
                return Arithmetic(Operator(part.operator), *sides, part.at)
            case Pair():
                return compare.compare(self, part)
            case _:
                raise TypeError(f"unknown part {type(part).__name__}")

    def number(self, part: Part) -> Node:
        """A part that must be a number."""
        node = self.value(part)
        kind = type_of(node)
        if kind is not Type.NUMBER:
            hint = _NUMBER_HINTS.get(kind, "")
            raise ConditionError(
                "condition-type", f"a number is expected, and this is {kind}", part.at, hint
            )
        return node
