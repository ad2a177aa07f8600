"""Conditions in words: "Tenure is “Rented” and Age is at least 18".

Variables are read by their labels and choices by theirs, so that a universe can be understood
without the instrument at hand. A negation is carried inward, which changes nothing in logic with
three values (not (a and b) is not a or not b, not (a < b) is a >= b) and reads better.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cati.codebook.model import Ref, Words, plain
from cati.codebook.signs import (
    BETWEEN,
    EQUAL,
    FUNCTIONS,
    INVERSE,
    MIRRORED,
    OF_DATES,
    OVER,
    OVER_DATES,
    PSEUDO,
    SIGNS,
    VERBS,
)
from instrument.conditions.nodes import (
    PICKS,
    Amount,
    And,
    Apply,
    Arithmetic,
    Compare,
    CountTrue,
    Function,
    Has,
    In,
    IsYes,
    Literal,
    Negate,
    Node,
    Not,
    Or,
    OverRows,
    RosterFunction,
    StatusFunction,
    StatusTest,
    Type,
    type_of,
)
from instrument.conditions.nodes import Item as ItemNode
from instrument.durations import show_duration
from instrument.models import Computed, Instrument, Question, Roster, Statement
from instrument.values import Duration


@dataclass(frozen=True)
class Wording:
    """Says the conditions of one instrument."""

    instrument: Instrument
    language: str | None = None
    """The language of the labels of choices; None for the instrument's first."""

    def condition(self, tree: Node, *, negated: bool = False) -> Words:
        """A condition as one clause."""
        match tree:
            case Not(part=part):
                return self.condition(part, negated=not negated)
            case And(parts=parts) | Or(parts=parts):
                both = isinstance(tree, And) != negated
                clauses = [self._part(part, negated=negated) for part in parts]
                return _strung(clauses, " and " if both else " or ")
            case IsYes(item=item):
                return (*self.value(item), " is no" if negated else " is yes")
            case Compare():
                return self._compare(tree, negated=negated)
            case In():
                return self._member(tree, negated=negated)
            case Has(item=item, choice=choice):
                verb = " does not include " if negated else " includes "
                return (*self.value(item), verb, self._choice(item.name, choice))
            case StatusTest():
                return self._status(tree, negated=negated)
            case OverRows(function=RosterFunction.ANY | RosterFunction.ALL):
                return self._some_rows(tree, negated=negated)
            case _:
                said = self.value(tree)
                return (*said, " does not hold") if negated else said

    def value(self, tree: Node, *, beside: str | None = None) -> Words:
        """A value as a noun phrase.

        Args:
            tree: what is said.
            beside: the item whose choices a bare word is one of.
        """
        match tree:
            case ItemNode(name=name):
                return (self._item(name),)
            case Literal():
                return (self._literal(tree, beside),)
            case Arithmetic(operator=operator, left=left, right=right):
                return (*self._operand(left), SIGNS[operator], *self._operand(right))
            case Negate(part=part):
                return ("minus ", *self._operand(part))
            case CountTrue(parts=parts):
                said = [self.condition(part) for part in parts]
                return ("the number that hold of (", *_strung(said, "; "), ")")
            case OverRows():
                return self._over_rows(tree)
            case Apply():
                return self._apply(tree, beside)
            case Amount(duration=duration, unit=unit):
                return (*self._operand(duration), f" in {unit}")
            case _:
                return self._rest(tree)

    def _rest(self, tree: Node) -> Words:
        """What has no wording of its own: a condition as a clause, anything else as written."""
        if type_of(tree) is Type.BOOLEAN and isinstance(
            tree, Not | And | Or | IsYes | Compare | In | Has | StatusTest
        ):
            return self.condition(tree)
        return (str(tree),)

    def _part(self, tree: Node, *, negated: bool) -> Words:
        """A part of a longer clause, in parentheses where it would run into its neighbors."""
        said = self.condition(tree, negated=negated)
        while isinstance(tree, Not):
            tree = tree.part
        loose = isinstance(tree, And | Or) or (isinstance(tree, OverRows) and tree.where)
        return ("(", *said, ")") if loose else said

    def _side(self, tree: Node, *, beside: str | None = None) -> Words:
        """One side of a comparison."""
        said = self.value(tree, beside=beside)
        choosing = isinstance(tree, Apply) and tree.function is Function.IF
        return ("(", *said, ")") if choosing else said

    def _operand(self, tree: Node) -> Words:
        """One part of a calculation."""
        return ("(", *self.value(tree), ")") if isinstance(tree, Arithmetic) else self._side(tree)

    def _compare(self, tree: Compare, *, negated: bool) -> Words:
        operator = INVERSE[tree.operator] if negated else tree.operator
        left, right = tree.left, tree.right
        if isinstance(left, Literal) and not isinstance(right, Literal):
            left, right, operator = right, left, MIRRORED[operator]
        verb = VERBS.get(type_of(left), EQUAL).get(operator, operator.value)
        if not isinstance(right, Literal) and operator in EQUAL:
            verb += " the same as"
        beside = _owner(left)
        return (*self._side(left), f" {verb} ", *self._side(right, beside=beside))

    def _member(self, tree: In, *, negated: bool) -> Words:
        beside = _owner(tree.left)
        options = [plain(self.value(option, beside=beside)) for option in tree.options]
        none = tree.negated != negated
        verb = " is neither " if none and len(options) > 1 else " is not " if none else " is "
        return (*self._side(tree.left), verb + listed(options, "nor" if none else "or"))

    def _status(self, tree: StatusTest, *, negated: bool) -> Words:
        item = self._item(tree.item)
        match tree.function:
            case StatusFunction.ANSWERED:
                return (item, " has no answer" if negated else " has an answer")
            case StatusFunction.ASKED:
                return (item, " is not asked" if negated else " is asked")
            case StatusFunction.MISSING:
                verb = " is not missing" if negated else " is missing"
                return (item, verb + (f" as “{self._reason(tree.reason)}”" if tree.reason else ""))

    def _some_rows(self, tree: OverRows, *, negated: bool) -> Words:
        assert tree.where is not None
        roster = self._item(tree.roster)
        where = self.condition(tree.where)
        if tree.function is RosterFunction.ANY:
            return ("in no row of " if negated else "in at least one row of ", roster, ", ", *where)
        return ("not in every row of " if negated else "in every row of ", roster, ", ", *where)

    def _over_rows(self, tree: OverRows) -> Words:
        if tree.function in (RosterFunction.ANY, RosterFunction.ALL):
            return self._some_rows(tree, negated=False)
        where: Words = (" in which ", *self.condition(tree.where)) if tree.where else ()
        roster = self._item(tree.roster)
        if tree.value is None:
            return ("the number of rows of ", roster, *where)
        begin = OVER[tree.function]
        if type_of(tree.value) in (Type.DATE, Type.TIME):
            begin = OVER_DATES.get(tree.function, begin)
        return (begin, *self.value(tree.value), " over the rows of ", roster, *where)

    def roster(self, roster: Roster) -> Words:
        """A roster by its title."""
        return (self._item(roster.name),)

    def _apply(self, tree: Apply, beside: str | None) -> Words:
        parts = [self.value(part, beside=beside) for part in tree.parts]
        match tree.function:
            case Function.IF:
                return (
                    *parts[1],
                    " if ",
                    *self._part(tree.parts[0], negated=False),
                    ", else ",
                    *parts[2],
                )
            case Function.ROUND:
                if len(tree.parts) == 1:
                    return (*parts[0], " rounded")
                places = " decimal" if parts[1] == ("1",) else " decimals"
                return (*parts[0], " rounded to ", *parts[1], places)
            case function if function in BETWEEN:
                return (BETWEEN[function], *parts[0], " to ", *parts[1])
            case function:
                begin, end = FUNCTIONS[function]
                if type_of(tree) in (Type.DATE, Type.TIME):
                    begin = OF_DATES.get(function, begin)
                return (begin, *_series(parts), end)

    def _item(self, name: str) -> str | Ref:
        if name in PSEUDO:
            return PSEUDO[name]
        match self.instrument.items.get(name):
            case Question() | Computed() as item:
                return Ref(name, " ".join(item.variable.label.split()))
            case Roster() as roster:
                return Ref(name, " ".join(roster.said("title", self.language).split()))
            case Statement():
                return Ref(name, name)
            case _:
                return name

    def _literal(self, tree: Literal, beside: str | None) -> str:
        value = tree.value
        if tree.type is Type.CHOICE:
            return self._choice(beside, str(value))
        match value:
            case Decimal():
                return f"{value:f}"
            case datetime.time():
                return f"{value:%H:%M}"
            case Duration():
                return show_duration(value)
            case str():
                return f"“{value}”"
            case _:
                return str(tree)

    def _choice(self, item: str | None, name: str) -> str:
        """A choice by its label."""
        owner = self.instrument.items.get(item) if item is not None else None
        if isinstance(owner, Question | Computed):
            if name in ("yes", "no") and owner.kind == "yes_no":
                return name
            choice = owner.choice.get(name)
            if choice is not None:
                return f"“{' '.join(choice.said('label', self.language).split())}”"
        return name if name in ("yes", "no") else f"“{name}”"

    def _reason(self, name: str) -> str:
        reason = self.instrument.missing_reason.get(name)
        return reason.said("label", self.language) if reason else name


def _owner(tree: Node) -> str | None:
    """The item whose choices a value is one of."""
    if isinstance(tree, Apply) and tree.function in PICKS:
        return next((owner for part in tree.picked if (owner := _owner(part))), None)
    return tree.name if isinstance(tree, ItemNode) else None


def all_of(tree: Node) -> Sequence[Node]:
    """The parts of a condition that must all hold."""
    if isinstance(tree, And):
        return [inner for part in tree.parts for inner in all_of(part)]
    return [tree]


def _strung(parts: Iterable[Words], between: str) -> Words:
    """Phrases with the same words between them."""
    out: list[str | Ref] = []
    for number, part in enumerate(parts):
        out += [between, *part] if number else part
    return tuple(out)


def _series(parts: Sequence[Words]) -> Words:
    """`a, b and c` of phrases."""
    if len(parts) < 2:
        return parts[0]
    return (*_strung(parts[:-1], ", "), " and ", *parts[-1])


def listed(words: Sequence[str], last: str) -> str:
    """`a, b or c`, with the word before the last one."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
