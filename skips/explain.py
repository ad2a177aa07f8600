"""Why things are as they are in a case: the deciding part of the condition, and what it read."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from instrument.conditions.nodes import INTERVIEW_DATE, Node
from instrument.models import Check, Choice, Computed, Item, Kind, Question, Roster, Statement
from instrument.values import Instance, Missing, Value
from skips.cells import Cells
from skips.fills import spoken
from skips.grounds import Fact, Grounds
from skips.places import DATE, ROOT, RosterPlace, Scope
from skips.program import Program
from skips.readings import row_stands
from skips.truth import NO, UNKNOWN, YES

MOST_FACTS = 4
"""Answers named at most; more would not be read."""


class Reason(NamedTuple):
    """One of the conditions that stand between an item and its being asked."""

    facts: tuple[Fact, ...]
    """What was read."""
    rule: str
    """What follows from it, a clause; empty if the facts say it already."""


@dataclass(frozen=True)
class Phrases:
    """How an explanation names items and says conditions; as the author wrote them by default."""

    item: Callable[[str], str] = str
    """Name of an item to what it is called."""
    condition: Callable[[Node], str] = str
    """Condition to a clause that follows `when`."""
    language: str | None = None
    """Of the labels of choices and missing reasons; None means the instrument's first."""
    in_words: bool = False
    """Whether clauses are words and not code: labels then stand in quotes, and an item that was
    just named is *that*."""


AS_WRITTEN = Phrases()


class Explainer:
    """Explains one slot."""

    def __init__(
        self, program: Program, cells: Cells, slot: int, phrases: Phrases = AS_WRITTEN
    ) -> None:
        instance = program.instances[slot]
        assert instance is not None
        self.program = program
        self.cells = cells
        self.slot = slot
        self.phrases = phrases
        self.truth = cells.universe[slot]
        self.grounds = Grounds(cells, Scope.at(program.places, instance.row))

    def text(self) -> str:
        """Why the item is asked or not, in one or two sentences."""
        item = self.program.items[self.slot]
        if self.truth == YES and isinstance(item, Computed):
            return self._worked_out(item)
        asked = "worked out" if isinstance(item, Computed) else "asked"
        reasons = self._reasons()
        if self.truth == YES:
            because = self._joined(reasons)
            return f"{asked.capitalize()}{': ' if because else ' in every interview'}{because}."
        verdict = f"Not {asked}" if self.truth == NO else f"Not {asked} so far"
        kept = self.cells.kept[self.slot] is not None
        aside = " Its answer is kept aside and counts again once it is asked." if kept else ""
        return f"{verdict}: {self._joined(reasons)}.{aside}"

    def facts(self) -> tuple[Fact, ...]:
        """Everything that the explanation rests on; more of it than `text` has room for."""
        item = self.program.items[self.slot]
        named = [fact for reason in self._reasons() for fact in reason.facts]
        if self.truth == YES and isinstance(item, Computed):
            named += self.grounds.worked_out(item)
        return tuple(dict.fromkeys(named))

    def named(self) -> tuple[Instance, ...]:
        """What the explanation rests on: items, rosters, and rows as instances of their roster.

        As long as all of these stand as they do, the item is asked, or not, as it is now, and a
        computed value on the route keeps its value. `interview_date` is the date of the interview.
        """
        return self._instances(self.facts())

    def own(self) -> tuple[Instance, ...]:
        """What the item's own condition rests on, whatever stands in front of it; as `named`."""
        return self._instances(fact for reason in self._at(self.slot) for fact in reason.facts)

    def _instances(self, facts: Iterable[Fact]) -> tuple[Instance, ...]:
        rows = {
            gate: Instance(place.roster.name, row)
            for place in self.program.places.rosters.values()
            for row, gate in enumerate(place.gates, start=1)
        }
        instances = self.program.instances
        found = (instances[fact.slot] or rows.get(fact.slot) for fact in facts)
        return tuple(dict.fromkeys(one or Instance(INTERVIEW_DATE) for one in found))

    def of_choice(self, choice: Choice) -> str:
        """Why a choice of the item is offered or not."""
        if choice.ask_if is None:
            return "Offered to everybody who is asked."
        tree = choice.ask_if.tree
        truth = self.grounds.truth(tree)
        if truth == NO:
            return f"Not offered: {self._joined([self._rule(tree, 'it is offered')])}."
        if truth == YES:
            return f"Offered: {self._joined([self._rule(tree, 'it is offered')])}."
        # An unknown condition withholds nothing: what keeps it from *no* is what decides.
        facts = self.grounds.proof(tree, up=True).facts
        return f"Offered, as nothing speaks against it yet: {self._joined([Reason(facts, '')])}."

    def of_check(self, check: Check) -> str:
        """Why a check of the item fires, or that it does not."""
        tree = check.condition.tree
        if self.grounds.truth(tree) != NO:
            return "It does not fire."
        proof = self.grounds.proof(tree, up=False)
        assert proof.tree is not None
        wanted = f"it wants that {self._clause(proof.tree, proof.facts)}"
        return f"It fires: {self._joined([Reason(proof.facts, wanted)])}."

    # --- reasons -----------------------------------------------------------------------------

    def _reasons(self) -> list[Reason]:
        """What decides: every level of what is asked, otherwise the outermost that alone does."""
        levels = self._levels()
        if self.truth != YES:
            levels = [next(one for one in levels if self.cells.universe[one] == self.truth)]
        return [reason for level in levels for reason in self._at(level)]

    def _levels(self) -> list[int]:
        """The slot and the gates in front of it, the outermost first."""
        levels = [self.slot]
        while (gate := self.program.gates[levels[-1]]) != ROOT:
            levels.append(gate)
        return levels[::-1]

    def _at(self, level: int) -> Iterator[Reason]:
        """What decides at one level; nothing where nothing does."""
        item = self.program.items[level]
        if item is None:
            yield from self._of_gate(level)
        elif self.program.mode not in item.modes:
            label = self.program.instrument.modes[self.program.mode]
            yield Reason((), f"it is no part of “{label}”")
        elif item.ask_if is not None:
            own = level == self.slot
            yield self._rule(item.ask_if.tree, _subject(item, own=own), own=own)

    def _of_gate(self, gate: int) -> Iterator[Reason]:
        """Why a section is asked, or a row of a roster."""
        for place in self.program.sections:
            if place.gate == gate and place.section.ask_if is not None:
                what = f"section “{place.section.title}” is asked"
                yield self._rule(place.section.ask_if.tree, what)
        for roster in self.program.places.rosters.values():
            if gate in roster.gates:
                yield from self._of_row(roster, roster.gates.index(gate) + 1)

    def _of_row(self, place: RosterPlace, row: int) -> Iterator[Reason]:
        """Why a row of a roster is asked or not."""
        truth = self.cells.universe[place.gates[row - 1]]
        stands = row_stands(place, row)(self.cells)
        if stands == truth:
            yield from self._standing(place, row)
            if truth != YES:
                return
        if place.roster.row_if is not None:
            title = place.roster.title
            yield self._rule(place.roster.row_if.tree, f"row {row} of “{title}” is asked")

    def _standing(self, place: RosterPlace, row: int) -> Iterator[Reason]:
        """Why there is, or is not, a row of a roster."""
        title = place.roster.title
        if place.is_open:
            in_use = row in self.cells.rows.get(place.slot, ())
            gate = Fact(place.gates[row - 1], row, asked=True)
            yield Reason((gate,), "" if in_use else f"row {row} of “{title}” is not in use")
            return
        size = place.roster.size
        facts = () if size is None else tuple(self.grounds.settled(size.tree))
        number = self.cells.counted[place.slot]
        if number is None:
            yield Reason(facts, f"it is not known how many rows “{title}” has")
        else:
            rows = "1 row" if number == 1 else f"{number} rows"
            yield Reason(facts, f"this is row {row} of “{title}”, which has {rows}")

    def _rule(self, tree: Node, subject: str, *, own: bool = False) -> Reason:
        """What a condition rests on, and the part of it that decides."""
        truth = self.grounds.truth(tree)
        proof = self.grounds.proof(tree, up=truth == YES)
        assert proof.tree is not None
        facts = proof.facts
        # Where answers are all that the item's own condition says, they need not be said twice.
        plain = self.phrases.condition(proof.tree)
        if truth == YES and plain == " and ".join(map(self._said, _spoken_of(self, facts))):
            return Reason(facts, "" if own else f"then {subject}")
        when = "when" if truth == YES or proof.tree == tree else "only when"
        return Reason(facts, f"{subject} {when} {self._clause(proof.tree, facts)}")

    def _clause(self, tree: Node, facts: tuple[Fact, ...]) -> str:
        """A condition behind its facts; in words, a single item is not named again."""
        clause, told = self.phrases.condition(tree), _spoken_of(self, facts)
        if not self.phrases.in_words or len(told) != 1:
            return clause
        called = self._called(told[0])
        alone = clause.startswith(f"{called} ") and clause.count(called) == 1
        return f"that{clause.removeprefix(called)}" if alone else clause

    def _worked_out(self, item: Computed) -> str:
        """Where a computed value on the route comes from."""
        listed = self._listed(self._read_by(item))
        value = self.cells.counted[self.slot]
        if value is None:
            return f"Not known so far: {listed or 'no case of it applies'}."
        said = self._value(item, value)
        return f"Worked out as {said}: {listed}." if listed else f"Worked out as {said}."

    def _read_by(self, item: Computed) -> list[Fact]:
        """What a computed value was worked out from; where it is not known, what that hangs on."""
        facts = _spoken_of(self, dict.fromkeys(self.grounds.worked_out(item)))
        if self.cells.counted[self.slot] is not None:
            return facts
        return [fact for fact in facts if self.cells.counted[fact.slot] is None] or facts

    # --- words -------------------------------------------------------------------------------

    def _joined(self, reasons: Iterable[Reason]) -> str:
        """Facts and rules of all levels as one sentence, each fact once."""
        said: set[Fact] = set()
        clauses = []
        for facts, rule in reasons:
            fresh = [fact for fact in _spoken_of(self, facts) if fact not in said]
            said.update(fresh)
            if clause := ", and ".join(filter(None, (self._listed(fresh), rule))):
                clauses.append(clause)
        return "; ".join(clauses)

    def _listed(self, facts: list[Fact]) -> str:
        """Facts one after the other, as many as are read, with what is behind computed values."""
        told = facts[:MOST_FACTS]
        clauses = [self._said(fact) + self._behind(fact, told) for fact in told]
        if len(facts) > MOST_FACTS:
            clauses.append(f"and {len(facts) - MOST_FACTS} more")
        return ", ".join(clauses)

    def _behind(self, fact: Fact, told: list[Fact]) -> str:
        """The answers behind a computed value, one level down, that are not told beside it."""
        item, instance = self.program.items[fact.slot], self.program.instances[fact.slot]
        if not isinstance(item, Computed) or self.cells.universe[fact.slot] != YES:
            return ""
        assert instance is not None
        inner = Explainer(self.program, self.cells, fact.slot, self.phrases)
        below = [one for one in inner._read_by(item) if one not in told]
        clauses = [inner._said(one) for one in below[:MOST_FACTS]]
        if len(below) > MOST_FACTS:
            clauses.append(f"and {len(below) - MOST_FACTS} more")
        return f" ({', '.join(clauses)})" if clauses else ""

    def _said(self, fact: Fact) -> str:
        """How one slot stands, as a clause."""
        slot = fact.slot
        if slot == DATE:
            return self._date()
        item, cells = self.program.items[slot], self.cells
        value, kept, truth = cells.counted[slot], cells.kept[slot], cells.universe[slot]
        assert item is not None
        called = self._called(fact)
        done = "worked out" if isinstance(item, Computed) else "asked"
        if truth == NO:
            return f"{called} is not {done}"
        if truth == UNKNOWN:
            return f"{called} is not reached"
        if fact.asked:
            return f"{called} is {done}"
        if isinstance(kept, Missing):
            reason = self.program.instrument.missing_reason.get(kept.reason)
            label = reason.said("label", self.phrases.language) if reason else kept.reason
            return f"{called} is “{label}”"
        if value is None:
            has = "is not known yet" if isinstance(item, Computed) else "has no answer yet"
            return f"{called} {has}"
        if isinstance(item, Roster):
            return f"{called} has {value} row{'' if value == 1 else 's'}"
        if isinstance(item, Statement):
            return f"{called} was read"
        if value == ():
            return f"nothing is taken of {called}"
        return f"{called} is {self._value(item, value)}"

    def _value(self, item: Question | Computed, value: Value) -> str:
        """A value as it stands behind *is*."""
        if self.phrases.in_words and item.choices and item.kind is not Kind.YES_NO:
            taken = value if isinstance(value, tuple) else (str(value),)
            labels = [item.choice[name].said("label", self.phrases.language) for name in taken]
            return " and ".join(f"“{' '.join(label.split())}”" for label in labels)
        return spoken(value, item.choices, self.phrases.language)

    def _called(self, fact: Fact) -> str:
        item = self.program.items[fact.slot]
        if item is None:
            return ""
        called = self.phrases.item(item.name)
        return f"{called} in row {fact.row}" if fact.row else called

    def _date(self) -> str:
        date = self.cells.counted[DATE]
        if date is None:
            return "the date of the interview is not known yet"
        return f"the date of the interview is {spoken(date, (), self.phrases.language)}"


def _spoken_of(explainer: Explainer, facts: Iterable[Fact]) -> list[Fact]:
    """Facts without those about rows as such: the number of rows says them."""
    items = explainer.program.items
    return [fact for fact in facts if fact.slot == DATE or items[fact.slot] is not None]


def _subject(item: Item, *, own: bool) -> str:
    if isinstance(item, Roster):
        return f"roster “{item.title}” is asked"
    return "this is worked out" if own and isinstance(item, Computed) else "this is asked"
