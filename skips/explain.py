"""Why an item is asked or not: the deciding part of the condition, and the answers it read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from instrument.conditions.nodes import (
    INTERVIEW_DATE,
    PICKS,
    And,
    Apply,
    Function,
    Node,
    Not,
    Or,
    OverRows,
    StatusTest,
    Type,
    type_of,
    walk,
)
from instrument.conditions.nodes import Item as ItemNode
from instrument.models import Computed, Item, Question, Roster, Statement
from instrument.values import Missing
from skips.compile import Compiler
from skips.fills import spoken
from skips.places import DATE, ROOT, RosterPlace, Scope
from skips.program import Program
from skips.readings import row_stands
from skips.state import State
from skips.truth import NO, UNKNOWN, YES

MOST_FACTS = 4
"""Answers named at most; more would not be read."""


class Reason(NamedTuple):
    """One of the conditions that stand between an item and its being asked."""

    facts: list[str]
    """Answers as they are, each a clause."""
    rule: str
    """What follows from them, a clause; empty if the facts say it already."""


@dataclass(frozen=True)
class Phrases:
    """How an explanation names items and says conditions; as the author wrote them by default."""

    item: Callable[[str], str] = str
    """Name of an item to what it is called."""
    condition: Callable[[Node], str] = str
    """Condition to a clause that follows `when`."""
    language: str | None = None
    """Of the labels of choices and missing reasons; None means the instrument's first."""


AS_WRITTEN = Phrases()


def explain(program: Program, state: State, slot: int, phrases: Phrases = AS_WRITTEN) -> str:
    """Why the item of a slot is asked or not, in one or two sentences."""
    return Explainer(program, state, slot, phrases).text()


class Explainer:
    """Explains one slot."""

    def __init__(
        self, program: Program, state: State, slot: int, phrases: Phrases = AS_WRITTEN
    ) -> None:
        instance = program.instances[slot]
        assert instance is not None
        self.program = program
        self.state = state
        self.slot = slot
        self.phrases = phrases
        self.truth = state.cells.universe[slot]
        self.scope = Scope.at(program.places, instance.row)

    def text(self) -> str:
        """The explanation."""
        item = self.program.items[self.slot]
        if self.truth == YES and isinstance(item, Computed):
            return self._worked_out(item)
        asked = "worked out" if isinstance(item, Computed) else "asked"
        if self.truth == YES:
            reasons = [reason for level in self._levels() if (reason := self._reason(level))]
            if not reasons:
                return f"{asked.capitalize()} in every interview."
            return f"{asked.capitalize()}: {_joined(reasons)}."
        verdict = f"Not {asked}" if self.truth == NO else f"Not {asked} so far"
        # The outermost level that alone makes it so; what stands behind it changes nothing.
        level = next(one for one in self._levels() if self.state.cells.universe[one] == self.truth)
        reason = self._reason(level)
        assert reason is not None
        kept = self.state.cells.kept[self.slot] is not None
        aside = " Its answer is kept aside and counts again once it is asked." if kept else ""
        return f"{verdict}: {_joined([reason])}.{aside}"

    def _levels(self) -> list[int]:
        """The slot and the gates in front of it, the outermost first."""
        levels = [self.slot]
        while (gate := self.program.gates[levels[-1]]) != ROOT:
            levels.append(gate)
        return levels[::-1]

    def _reason(self, level: int) -> Reason | None:
        """What decides at one level; None where nothing does."""
        item = self.program.items[level]
        if item is None:
            for place in self.program.sections:
                if place.gate == level:
                    ask_if = place.section.ask_if
                    what = f"section “{place.section.title}” is asked"
                    return self._rule(ask_if.tree, what) if ask_if else None
            return self._row(level)
        if self.program.mode not in item.modes:
            label = self.program.instrument.modes[self.program.mode]
            return Reason([], f"it is no part of “{label}”")
        if item.ask_if is None:
            return None
        own = level == self.slot
        return self._rule(item.ask_if.tree, _subject(item, own=own), own=own)

    def _rule(self, tree: Node, subject: str, *, own: bool = False) -> Reason:
        part = self._deciding(tree)
        facts, clause = self._facts(*self._decisive(part)), self.phrases.condition(part)
        # Where an answer is all that the item's own condition says, it need not be said twice.
        return Reason(facts, "" if own and facts == [clause] else f"{subject} when {clause}")

    def _deciding(self, tree: Node) -> Node:
        """The smallest part of a condition that alone makes it what it is."""
        truth = self._judge(tree)
        match tree:
            case And(parts=parts) if truth != YES:
                return self._deciding(next(one for one in parts if self._judge(one) == truth))
            case Or(parts=parts) if truth != NO:
                return self._deciding(next(one for one in parts if self._judge(one) == truth))
            case _:
                return tree

    def _decisive(self, tree: Node) -> list[Node]:
        """The parts without `and`, `or` and `not` whose answers make a condition what it is."""
        tree = self._deciding(tree)
        match tree:
            case And(parts=parts) | Or(parts=parts):
                return [leaf for part in parts for leaf in self._decisive(part)]
            case Not(part=part):
                return self._decisive(part)
            case Apply(function=Function.IF, parts=(condition, *_)):
                return [*self._decisive(condition), *self._leaves(self._taken(tree))]
            case _:
                return [tree]

    def _taken(self, tree: Apply) -> Node:
        """The part of an `if` that its condition picks; the condition itself when it is unknown."""
        condition, held, otherwise = tree.parts
        return (otherwise, condition, held)[self._judge(condition)]

    def _picked(self, tree: Apply) -> list[Node]:
        """The parts that make `first` and `if` what they are."""
        if tree.function is Function.IF:
            return self._decisive(tree)
        for part in tree.parts:
            if self._value(part) is not None:
                return self._leaves(part)
        return list(tree.parts)

    def _value(self, tree: Node) -> object:
        return Compiler(self.scope).value(tree)(self.state.cells)

    def _judge(self, tree: Node) -> int:
        return Compiler(self.scope).truth(tree)(self.state.cells)

    def _row(self, gate: int) -> Reason | None:
        """Why a row of a roster stands or does not."""
        for place in self.program.places.rosters.values():
            if gate not in place.gates:
                continue
            row, roster = place.gates.index(gate) + 1, place.roster
            if roster.row_if is None or row_stands(place, row)(self.state.cells) != YES:
                return self._standing(place, row)
            return self._rule(roster.row_if.tree, f"row {row} of “{roster.title}” is asked")
        return None

    def _standing(self, place: RosterPlace, row: int) -> Reason | None:
        """Why there is, or is not, a row of a roster that is asked."""
        title = place.roster.title
        if place.is_open:
            stands = row in self.state.cells.rows.get(place.slot, ())
            return None if stands else Reason([], f"row {row} of “{title}” is not in use")
        facts = [] if place.roster.size is None else self._facts(place.roster.size.tree)
        size = self.state.cells.counted[place.slot]
        if size is None:
            return Reason(facts, f"it is not known how many rows “{title}” has")
        rows = "1 row" if size == 1 else f"{size} rows"
        return Reason(facts, f"this is row {row} of “{title}”, which has {rows}")

    def _worked_out(self, item: Computed) -> str:
        """Where a computed value on the route comes from."""
        trees = [item.expression.tree] if item.expression else list(self._branches(item))
        leaves = [leaf for tree in trees for leaf in self._leaves(tree)]
        listed = ", ".join(self._facts(*leaves))
        value = self.state.cells.counted[self.slot]
        if value is None:
            return f"Not known so far: {listed or 'no case of it applies'}."
        said = spoken(value, item.choices)
        return f"Worked out as {said}: {listed}." if listed else f"Worked out as {said}."

    def _leaves(self, tree: Node) -> list[Node]:
        if isinstance(tree, Apply) and tree.function in PICKS:
            return self._picked(tree)
        return self._decisive(tree) if type_of(tree) is Type.BOOLEAN else [tree]

    def _branches(self, item: Computed) -> Iterator[Node]:
        """The conditions that were looked at, and the value of the one that held."""
        for branch in item.branches:
            truth = YES if branch.when is None else self._judge(branch.when.tree)
            if branch.when is not None:
                yield branch.when.tree
            if truth == YES:
                yield branch.value.tree
            if truth != NO:
                return

    # --- facts -----------------------------------------------------------------------------------

    def _facts(self, *trees: Node) -> list[str]:
        """How the items that conditions read stand, in the order they are read."""
        read = (name for tree in trees for name in _names(tree))
        names = dict.fromkeys(name for name in read if self._is_here(name))
        return [self._fact(name) for name in list(names)[:MOST_FACTS]]

    def _is_here(self, name: str) -> bool:
        """Whether a name means one instance here: items within a roster looked over mean many."""
        if name not in self.program.instrument.items:
            return name == INTERVIEW_DATE
        roster = self.program.places.roster_of.get(name)
        mine = self.program.instances[self.slot]
        assert mine is not None
        return roster is None or self.program.places.roster_of.get(mine.item) == roster

    def _fact(self, name: str) -> str:
        slot = self.scope.slot(name)
        if slot == DATE:
            return self._date_fact()
        item, cells = self.program.items[slot], self.state.cells
        value, kept, truth = cells.counted[slot], self.state.cells.kept[slot], cells.universe[slot]
        assert item is not None
        called = self.phrases.item(name)
        if truth == NO:
            return f"{called} is not asked"
        if truth == UNKNOWN:
            return f"{called} is not reached"
        if isinstance(kept, Missing):
            reason = self.program.instrument.missing_reason.get(kept.reason)
            label = reason.said("label", self.phrases.language) if reason else kept.reason
            return f"{called} is “{label}”"
        if value is None:
            has = "is not known yet" if isinstance(item, Computed) else "has no answer yet"
            return f"{called} {has}"
        return _said(called, item, value, self.phrases.language)

    def _date_fact(self) -> str:
        date = self.state.cells.counted[DATE]
        if date is None:
            return "the date of the interview is not known yet"
        return f"the date of the interview is {spoken(date)}"


def _names(tree: Node) -> Iterator[str]:
    """Items and rosters that a tree mentions, from left to right."""
    for node in walk(tree):
        match node:
            case ItemNode(name=name) | StatusTest(item=name) | OverRows(roster=name):
                yield name
            case _:
                pass


def _subject(item: Item, *, own: bool) -> str:
    if isinstance(item, Roster):
        return f"roster “{item.title}” is asked"
    return "this is worked out" if own and isinstance(item, Computed) else "this is asked"


def _said(called: str, item: Item, value: object, language: str | None) -> str:
    if isinstance(item, Roster):
        return f"{called} has {value} row{'' if value == 1 else 's'}"
    if isinstance(item, Statement):
        return f"{called} was read"
    assert isinstance(item, Question | Computed)
    if value == ():
        return f"nothing is taken of {called}"
    return f"{called} is {spoken(value, item.choices, language)}"  # type: ignore[arg-type]


def _joined(reasons: list[Reason]) -> str:
    """Facts and rules of all levels as one sentence, each fact once."""
    said: set[str] = set()
    clauses = []
    for facts, rule in reasons:
        fresh = [fact for fact in facts if fact not in said]
        said.update(fresh)
        if clause := ", and ".join(filter(None, (", ".join(fresh), rule))):
            clauses.append(clause)
    return "; ".join(clauses)
