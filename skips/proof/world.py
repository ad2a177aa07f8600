"""Every state that a case of an instrument can be in, as formulas."""

from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Final

import z3

from instrument.conditions.nodes import Literal, Node, Type, walk
from instrument.models import (
    TEXT_KINDS,
    Computed,
    Instrument,
    Question,
    Roster,
)
from instrument.values import Answer
from skips.places import DATE
from skips.program import ASKABLE, GIVEN, ROSTER
from skips.proof import answers, dates, span
from skips.proof.slots import Slots
from skips.proof.stuck import no_answer_will_do
from skips.proof.terms import (
    ChoicesTerm,
    ChoiceTerm,
    DateTerm,
    TextTerm,
    is_exact,
)
from skips.proof.three import (
    FALSE,
    YES,
    Three,
    both,
    conj,
    disj,
    either,
    neg,
)

_SHORT: Final = (1, 2)
"""Lengths of which there are few texts."""


class World(Slots):
    """Every state that a case of one instrument can be in, in one mode, as formulas.

    Slots have universes and values; on top of that stand claims about them and what binds the
    answers of a case. See `Slots` for the arguments.
    """

    def __init__(
        self, instrument: Instrument, mode: str, *, name: str = "", apart: Collection[str] = ()
    ) -> None:
        super().__init__(instrument, mode, name=name, apart=apart)
        self._fires: dict[int, z3.BoolRef] = {}
        self._offered: dict[int, dict[str, Three]] = {}
        self._domains: dict[tuple[int, bool], list[z3.BoolRef]] = {}

    def given(self, slot: int, answer: Answer) -> z3.BoolRef:
        """A slot is on the route and holds exactly this answer."""
        self._encode(slot)
        parts = [
            part if z3.is_true(value) else neg(part) if z3.is_false(value) else part == value
            for part, value in answers.is_exactly(self._given[slot], answer)
        ]
        return both(self._universe[slot].yes, *parts)

    def offered(self, slot: int, choice: str) -> Three:
        """The condition of a choice; one that is unknown hides nothing."""
        return self._offers(slot).get(choice, YES)

    def takes(self, slot: int, choice: str) -> z3.BoolRef:
        """A slot is on the route and the choice is, or is among those, taken."""
        term = self.counted(slot)
        match term:
            case ChoiceTerm():
                return both(term.known, term.is_(choice))
            case ChoicesTerm(has=has):
                return both(term.known, has.get(choice, FALSE))
            case _:
                return FALSE

    def fires(self, check: int) -> z3.BoolRef:
        """A check fires: its item has been dealt with, and its condition is *no*."""
        found = self._fires.get(check)
        if found is None:
            compiled = self.program.checks[check]
            dealt = self.dealt(compiled.slot)
            truth = self.truth(compiled.check.condition.tree, compiled.instance.row)
            found = self._fires[check] = both(dealt, truth.no)
        return found

    def stuck(self, slot: int, *, of_values: bool = False) -> z3.BoolRef:
        """A slot is on the route, and no answer (or no value) leaves its hard checks quiet."""
        asked, item = self.universe(slot).yes, self.program.items[slot]
        if not isinstance(item, Question) or z3.is_false(asked):
            return FALSE
        given = self._given[slot]
        hard = [
            number
            for number in self.depends.checks_of(slot)
            if self.program.checks[number].check.severity == "hard"
        ]
        fires = disj(self.fires(number) for number in hard)
        accepted = answers.takes(item, given, self._offers(slot))
        return both(asked, no_answer_will_do(item, given, accepted, fires, of_values=of_values))

    def rules(self, slots: Iterable[int], before: int) -> list[z3.BoolRef]:
        """What binds the answers of some slots: what can be given, and hard checks.

        Args:
            slots: the slots.
            before: hard checks that stand at a slot before this one are quiet.
        """
        found = []
        for slot in sorted(slots):
            found += self.domain(slot, dealt=slot < before)
            if slot < before:
                for number in self.depends.checks_of(slot):
                    if self.program.checks[number].check.severity == "hard":
                        found.append(neg(self.fires(number)))
        return [rule for rule in found if not z3.is_true(rule)]

    def domain(self, slot: int, *, dealt: bool = True) -> list[z3.BoolRef]:
        """What binds the answer of a slot alone: the item takes it.

        Args:
            slot: the slot.
            dealt: also, that it has been given where it is on the route.
        """
        known = self._domains.get((slot, dealt))
        if known is None:
            known = self._domain(slot, dealt=dealt)
            if not isinstance(self._counted.get(slot), TextTerm):
                # What a text must not be grows with the texts that are met.
                self._domains[slot, dealt] = known
        return known

    def _domain(self, slot: int, *, dealt: bool) -> list[z3.BoolRef]:
        self._encode(slot)
        match self.program.roles[slot]:
            case role if role == GIVEN:
                return [self._date_rule()]
            case role if role == ROSTER:
                return self._row_rules(slot)
            case role if role != ASKABLE or z3.is_false(self._universe[slot].yes):
                return []
        item, given = self.program.items[slot], self._given[slot]
        asked = self._universe[slot].yes
        rules = [either(neg(asked), given.settled if dealt else given.single)]
        if isinstance(item, Question):
            accepted = [answers.takes(item, given, self._offers(slot))]
            if isinstance(given.term, TextTerm):
                accepted += answers.refuses(item, self._texts, given.term)
            rules.append(either(neg(both(asked, given.has)), conj(accepted)))
        return rules

    def cone(self, slots: Iterable[int], before: int | None = None) -> frozenset[int]:
        """All slots that some depend on: also by choices offered, and by hard checks they share.

        Args:
            slots: where to begin.
            before: hard checks that stand here or later bind nothing; None means all do.
        """
        depends, checks = self.depends, self.program.checks
        found: set[int] = set()
        seen: set[int] = set()
        ahead = list(slots)
        while ahead:
            slot = ahead.pop()
            if slot in found or slot in depends.spare:
                continue
            found.add(slot)
            ahead.extend(depends.reads(slot))
            ahead.extend(depends.offers(slot))
            for number in depends.checks_reading(slot):
                if number in seen:
                    continue
                seen.add(number)
                check = checks[number]
                if check.check.severity == "hard" and (before is None or check.slot < before):
                    ahead.extend(depends.check(number))
        return frozenset(found)

    def near(self, slots: Iterable[int], most: int) -> frozenset[int]:
        """So many of the slots that some depend on, those closest to them."""
        found: set[int] = set()
        level = list(slots)
        while level and len(found) < most:
            found.update(level)
            level = [
                read
                for slot in level
                for read in (*self.depends.reads(slot), *self.depends.offers(slot))
                if read not in found
            ]
        return frozenset(found)

    def is_exact(self, slots: Iterable[int]) -> bool:
        """Whether the formulas of some slots say exactly what the engine comes to."""
        texts = 0
        narrow = False
        for slot in slots:
            if not is_exact(self.counted(slot)) or slot in self._rounded:
                return False
            item = self.program.items[slot]
            if isinstance(item, Question) and item.kind in TEXT_KINDS:
                # Texts that can differ without end are assumed; few forms have fewer texts.
                texts += 1
                narrow = narrow or item.mask is not None or item.max_length in _SHORT
        return not (narrow and texts > 1)

    def _offers(self, slot: int) -> dict[str, Three]:
        """The conditions of those choices of a slot that have one."""
        found = self._offered.get(slot)
        if found is None:
            item, instance = self.program.items[slot], self.program.instances[slot]
            found = {}
            if isinstance(item, Question) and instance is not None:
                for choice in item.choices:
                    if choice.ask_if is not None:
                        found[choice.name] = self.truth(choice.ask_if.tree, instance.row)
            self._offered[slot] = found
        return found

    # --- what binds answers ----------------------------------------------------------------------

    def _date_rule(self) -> z3.BoolRef:
        date = self._counted[DATE]
        assert isinstance(date, DateTerm)
        first, last = dates.constant(span.FIRST_DAY), dates.constant(span.LAST_DAY)
        day = dates.first_day(date)
        return conj(
            [
                dates.exists(date),
                date.has_day,
                dates.is_not_after(dates.first_day(first), day),
                dates.is_not_after(day, dates.first_day(last)),
            ]
        )

    def _row_rules(self, slot: int) -> list[z3.BoolRef]:
        """The rows of an open roster are added one after the other, where it is on the route."""
        place = self.program.roster_at(slot)
        if not place.is_open:
            return []
        rows = [self.stands(slot, row) for row in range(1, place.roster.at_most + 1)]
        before = [self._universe[slot].yes, *rows]
        return [either(neg(row), one) for row, one in zip(rows, before[:-1], strict=True)]

    @cached_property
    def _texts(self) -> list[str]:
        """The texts that conditions name."""
        found = {
            one.value
            for tree in trees(self.instrument)
            for one in walk(tree)
            if isinstance(one, Literal) and one.type is Type.TEXT and isinstance(one.value, str)
        }
        return sorted(found)

    @property
    def texts(self) -> list[str]:
        """The texts that conditions name, in order."""
        return self._texts


def trees(instrument: Instrument) -> Iterable[Node]:
    """Every condition and calculation of an instrument that answers can depend on."""
    for section in instrument.sections:
        if section.ask_if is not None:
            yield section.ask_if.tree
    for _, _, item in instrument.walk():
        expressions = [item.ask_if]
        match item:
            case Question():
                expressions += [check.condition for check in item.checks]
                expressions += [choice.ask_if for choice in item.choices]
            case Computed():
                expressions.append(item.expression)
                for branch in item.branches:
                    expressions += [branch.when, branch.value]
            case Roster():
                expressions += [item.size, item.row_if]
            case _:
                pass
        for expression in expressions:
            if expression is not None:
                yield expression.tree
