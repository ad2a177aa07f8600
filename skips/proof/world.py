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
    Kind,
    Question,
    Roster,
    Statement,
)
from instrument.values import Answer
from skips.compilation import compile_instrument
from skips.places import DATE, ROOT, RosterPlace, Scope
from skips.program import ASKABLE, GIVEN, ROSTER
from skips.proof import answers, dates, numbers, span
from skips.proof.answers import Given
from skips.proof.depends import Dependencies
from skips.proof.encode import Encoder
from skips.proof.stuck import no_answer_will_do
from skips.proof.terms import (
    ChoicesTerm,
    ChoiceTerm,
    DateTerm,
    NumberTerm,
    Term,
    TextTerm,
    is_exact,
    named,
    pick_term,
    unknown_like,
    where,
)
from skips.proof.three import (
    FALSE,
    NO,
    TRUE,
    YES,
    Three,
    all_of,
    both,
    certain,
    conj,
    disj,
    either,
    known,
    neg,
)
from skips.wiring import Expressions

_SHORT: Final = (1, 2)
"""Lengths of which there are few texts."""


class World:
    """Every state that a case of one instrument can be in, in one mode, as formulas.

    A slot is encoded when it is first asked about, together with what it depends on. Universes and
    computed values get names; `definitions` says what the names of a slot stand for.

    Args:
        instrument: what is proved.
        mode: one of its modes.
        name: put before the names of what follows from answers. Answers have no such name: two
            worlds share those of items that have the same name and kind.
        apart: names of items whose answers are not shared.
    """

    def __init__(
        self, instrument: Instrument, mode: str, *, name: str = "", apart: Collection[str] = ()
    ) -> None:
        self.instrument = instrument
        self.mode = mode
        self.program = compile_instrument(instrument, mode)
        self.depends = Dependencies(self.program)
        self._loose: list[z3.BoolRef] = []
        self._name = f"{name}:" if name else ""
        self._apart = frozenset(apart)
        self._expressions = Expressions(self.program)
        self._universe: dict[int, Three] = {}
        self._own: dict[int, Three] = {}
        self._counted: dict[int, Term] = {}
        self._given: dict[int, Given] = {}
        self._definitions: dict[int, list[z3.BoolRef]] = {}
        self._fires: dict[int, z3.BoolRef] = {}
        self._offered: dict[int, dict[str, Three]] = {}
        self._notes = self._loose
        self._bound: dict[str, list[z3.BoolRef]] = {}
        self._roundings = 0
        self._arithmetic = numbers.Arithmetic(self._rounding, self._note)

    # --- what is asked of it ---------------------------------------------------------------------

    def universe(self, slot: int) -> Three:
        """Whether a slot is on the route: gate and own condition."""
        self._encode(slot)
        return self._universe[slot]

    def own(self, slot: int) -> Three:
        """A slot's own condition besides its gate."""
        self._encode(slot)
        return self._own[slot]

    def counted(self, slot: int) -> Term:
        """The value of a slot that counts. Of a roster: how many rows it has."""
        self._encode(slot)
        return self._counted[slot]

    def truth(self, node: Node, row: int = 0) -> Three:
        """A condition, as an item of this row sees it."""
        return self._encoder(row).truth(node)

    def value(self, node: Node, row: int = 0) -> Term:
        """An expression, as an item of this row sees it."""
        return self._encoder(row).value(node)

    def missing(self, slot: int, reason: str | None = None) -> z3.BoolRef:
        """A slot is on the route and has this missing reason, or any (None)."""
        self._encode(slot)
        if self.program.roles[slot] != ASKABLE:
            return FALSE
        reasons = self._given[slot].reasons
        wanted = disj(reasons.values()) if reason is None else reasons.get(reason, FALSE)
        return both(self._universe[slot].yes, wanted)

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

    def stuck(self, slot: int) -> z3.BoolRef:
        """A slot is on the route, and no answer leaves its hard checks quiet."""
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
        return both(asked, no_answer_will_do(item, given, accepted, fires))

    def dealt(self, slot: int) -> z3.BoolRef:
        """A slot is on the route and has a value or a missing reason."""
        self._encode(slot)
        return both(self._universe[slot].yes, self._given[slot].dealt)

    def answer(self, slot: int) -> Given:
        """The variables of an askable slot's answer, whether or not it counts."""
        self._encode(slot)
        return self._given[slot]

    def rules(self, slots: Iterable[int], before: int) -> list[z3.BoolRef]:
        """What binds the answers of some slots: what can be given, and hard checks.

        Args:
            slots: the slots.
            before: hard checks that stand at a slot before this one are quiet.
        """
        found = []
        for slot in sorted(slots):
            found += self.domain(slot)
            if slot < before:
                for number in self.depends.checks_of(slot):
                    if self.program.checks[number].check.severity == "hard":
                        found.append(neg(self.fires(number)))
        return [rule for rule in found if not z3.is_true(rule)]

    def domain(self, slot: int) -> list[z3.BoolRef]:
        """What binds the answer of a slot alone: it is given, and the item takes it."""
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
        rules = [either(neg(asked), given.settled)]
        if isinstance(item, Question):
            accepted = [answers.takes(item, given, self._offers(slot))]
            if isinstance(given.term, TextTerm):
                accepted += answers.refuses(item, self._texts, given.term)
            rules.append(either(neg(both(asked, given.has)), conj(accepted)))
        return rules

    def definitions(self, slot: int) -> list[z3.BoolRef]:
        """What the names of a slot's universe and value stand for."""
        self._encode(slot)
        return self._definitions[slot]

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

    def roundings(self, formulas: Iterable[z3.BoolRef]) -> list[z3.BoolRef]:
        """What binds the numbers that stand for roundings in formulas that belong to no slot."""
        if not self._loose:
            return []
        return [bound for name in constants_in(formulas) for bound in self._bound.get(name, ())]

    def is_exact(self, slots: Iterable[int]) -> bool:
        """Whether the formulas of some slots say exactly what the engine comes to."""
        texts = 0
        narrow = False
        for slot in slots:
            if not is_exact(self.counted(slot)):
                return False
            item = self.program.items[slot]
            if isinstance(item, Question) and item.kind in TEXT_KINDS:
                # Texts that can differ without end are assumed; few forms have fewer texts.
                texts += 1
                narrow = narrow or item.mask is not None or item.max_length in _SHORT
        return not (narrow and texts > 1)

    # --- slots -----------------------------------------------------------------------------------

    def _encode(self, slot: int) -> None:
        """Encode a slot and what it depends on, in order, so that no chain is too long."""
        if slot in self._universe:
            return
        ahead, missing = [slot], {slot}
        while ahead:
            for read in self.depends.reads(ahead.pop()):
                if read not in self._universe and read not in missing:
                    missing.add(read)
                    ahead.append(read)
        for one in sorted(missing):
            self._encode_one(one)

    def _encode_one(self, slot: int) -> None:
        notes: list[z3.BoolRef] = []
        self._definitions[slot], before, self._notes = notes, self._notes, notes
        try:
            gate = YES if slot == ROOT else self._universe[self.program.gates[slot]]
            own = NO if slot in self.depends.spare else self._condition(slot)
            self._own[slot] = own
            self._universe[slot] = self._named_three(slot, gate, own)
            self._counted[slot] = self._term(slot)
        finally:
            self._notes = before

    def _named_three(self, slot: int, gate: Three, own: Three) -> Three:
        """Gate and own condition, by a name unless one of them decides alone."""
        if own is YES:
            return gate
        truth = all_of([gate, own])
        if truth.yes.num_args() == 0 and truth.no.num_args() == 0:
            return truth
        notes = self._definitions[slot]
        name = f"{self._name}{self.called(slot)}"
        if truth.yes.num_args():
            yes = z3.Bool(f"{name}.yes")
            notes.append(yes == truth.yes)
        else:
            yes = truth.yes
        if truth.no.eq(neg(truth.yes)):
            return Three(yes, neg(yes))
        if truth.no.num_args():
            no = z3.Bool(f"{name}.no")
            notes.append(no == truth.no)
        else:
            no = truth.no
        return Three(yes, no)

    def called(self, slot: int) -> str:
        """A name for a slot, such as `age[2]`; of gates `gate 7`."""
        instance = self.program.instances[slot]
        return f"gate {slot}" if instance is None else str(instance)

    def _condition(self, slot: int) -> Three:
        """A slot's own condition."""
        program, expressions = self.program, self._expressions
        item = program.items[slot]
        if item is not None:
            if self.mode not in item.modes:
                return NO
            instance = program.instances[slot]
            assert instance is not None
            return YES if item.ask_if is None else self._encoder(instance.row).truth(
                item.ask_if.tree
            )  # fmt: skip
        if slot in expressions.row_gates:
            place, row = expressions.row_gates[slot]
            row_if = place.roster.row_if
            stands = self._row_stands(place, row)
            if row_if is None:
                return stands
            return all_of([stands, self._encoder(row).truth(row_if.tree)])
        section = expressions.section_gates.get(slot)
        if section is None or section.ask_if is None:
            return YES
        return self._encoder(0).truth(section.ask_if.tree)

    def _row_stands(self, place: RosterPlace, row: int) -> Three:
        roster = place.roster
        if place.is_open:
            return certain(self.stands(place.slot, row))
        if roster.size is None:
            rows = min(roster.rows or 0, roster.at_most)
            on_route = self._universe[place.slot].yes
            return known(on_route, TRUE if row <= rows else FALSE)
        size = self._counted[place.slot]
        assert isinstance(size, NumberTerm)
        return known(size.known, size.number >= row)

    def stands(self, roster: int, row: int) -> z3.BoolRef:
        """A row of an open roster stands."""
        item = self.program.items[roster]
        assert isinstance(item, Roster)
        if row > item.at_most:
            return FALSE
        return z3.Bool(f"{self._variable(item.name)}.row {row}")

    def _term(self, slot: int) -> Term:
        """The value of a slot that counts."""
        asked = self._universe[slot].yes
        match self.program.items[slot]:
            case Question() | Statement() as item:
                instance = self.program.instances[slot]
                reasons: list[str] = []
                if isinstance(item, Question):
                    taken = self.instrument.reasons_for(item, self.mode)
                    reasons = [reason.name for reason in taken]
                kind = item.kind if isinstance(item, Question) else "statement"
                name = f"{self._variable(item.name)}[{instance.row if instance else 0}]:{kind}"
                given = self._given[slot] = answers.given(item, name, reasons)
                return where(asked, given.term)
            case Computed() as item:
                row = self.program.instances[slot].row  # type: ignore[union-attr]
                return self._named(slot, where(asked, self._computed(item, row)))
            case Roster() as item:
                return self._named(slot, where(asked, self._size(item)))
        if slot == DATE:
            return answers.date_variable(f"{self._name}interview_date", TRUE)
        return ChoiceTerm(asked, {})

    def _variable(self, item: str) -> str:
        return f"{self._name}{item}" if item in self._apart else item

    def _named(self, slot: int, term: Term) -> Term:
        term, defined = named(term, f"{self._name}{self.called(slot)}")
        self._definitions[slot] += defined
        return term

    def _computed(self, item: Computed, row: int) -> Term:
        encoder = self._encoder(row)
        if item.expression is not None:
            term = encoder.value(item.expression.tree)
        else:
            values = [encoder.value(branch.value.tree) for branch in item.branches]
            term = unknown_like(values[-1])
            for branch, value in zip(reversed(item.branches), reversed(values), strict=True):
                when = YES if branch.when is None else encoder.truth(branch.when.tree)
                rest = where(when.no, term)
                term = pick_term(when.yes, value, rest)
        if isinstance(term, NumberTerm):
            term = numbers.bounded(term)
            if item.kind is Kind.INTEGER:
                term = self._arithmetic.whole(term)
        return term

    def _size(self, roster: Roster) -> Term:
        place = self.program.places.rosters[roster.name]
        if place.is_open:
            rows = range(1, roster.at_most + 1)
            return numbers.how_many([self.stands(place.slot, row) for row in rows])
        if roster.size is None:
            return numbers.constant(min(roster.rows or 0, roster.at_most))
        term = self._encoder(0).value(roster.size.tree)
        assert isinstance(term, NumberTerm)
        whole = term.number if term.number.is_int() else z3.ToInt(term.number)
        most = roster.at_most
        number = z3.If(whole < 0, 0, z3.If(whole > most, most, whole))
        return NumberTerm(term.known, number, 0, most, 0, term.exact)

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
        day = dates.key(dates.first_day(date))
        return conj(
            [
                dates.exists(date),
                date.has_day,
                day >= dates.key(dates.first_day(first)),
                day <= dates.key(dates.first_day(last)),
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

    # --- within ----------------------------------------------------------------------------------

    def _encoder(self, row: int) -> Encoder:
        return Encoder(self, Scope.at(self.program.places, row), self._arithmetic)

    def _rounding(self, what: str) -> z3.ArithRef:
        self._roundings += 1
        return z3.Real(f"{self._name}{what} {self._roundings}")

    def _note(self, rounding: z3.ArithRef, formula: z3.BoolRef) -> None:
        self._notes.append(formula)
        if self._notes is self._loose:
            self._bound.setdefault(str(rounding), []).append(formula)


def constants_in(formulas: Iterable[z3.ExprRef]) -> list[str]:
    """The names of all variables in some formulas."""
    ahead, seen, found = list(formulas), set[int](), list[str]()
    while ahead:
        one = ahead.pop()
        if one.get_id() in seen:
            continue
        seen.add(one.get_id())
        if z3.is_const(one):
            if one.decl().kind() == z3.Z3_OP_UNINTERPRETED:
                found.append(one.decl().name())
        else:
            ahead.extend(one.children())
    return found


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
