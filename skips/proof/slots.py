"""What stands in each slot of a case, as formulas that get a name and are made once."""

from collections.abc import Collection, Iterable

import z3

from instrument.conditions.nodes import Node
from instrument.models import Computed, Instrument, Kind, Question, Roster, Statement
from skips.compilation import compile_instrument
from skips.places import DATE, ROOT, RosterPlace, Scope
from skips.program import ASKABLE
from skips.proof import answers, dates, numbers, span
from skips.proof.answers import Given
from skips.proof.depends import Dependencies
from skips.proof.encode import Encoder
from skips.proof.kinds_of_rows import Tally
from skips.proof.terms import (
    ChoiceTerm,
    NumberTerm,
    Term,
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
    disj,
    known,
    neg,
)
from skips.wiring import Expressions


class Slots:
    """Universes, values and answers of all slots of one instrument in one mode.

    A slot is encoded when it is first asked about, together with what it depends on. Universes and
    computed values get names; `definitions` says what the names of a slot stand for.

    Args:
        instrument: what is proved.
        mode: one of its modes.
        name: put before the names of what follows from answers. Answers have no such name: two
            instruments share those of items that have the same name and kind.
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
        self._notes = self._loose
        self._encoding = ROOT
        self._rounded: set[int] = set()
        """Slots in whose universe or value something is rounded."""
        self._bound: dict[str, list[z3.BoolRef]] = {}
        self._tallies: dict[int | None, dict[int, Tally]] = {}
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

    def dealt(self, slot: int) -> z3.BoolRef:
        """A slot is on the route and has a value or a missing reason."""
        self._encode(slot)
        return both(self._universe[slot].yes, self._given[slot].dealt)

    def answer(self, slot: int) -> Given:
        """The variables of an askable slot's answer, whether or not it counts."""
        self._encode(slot)
        return self._given[slot]

    def definitions(self, slot: int) -> list[z3.BoolRef]:
        """What the names of a slot's universe and value stand for."""
        self._encode(slot)
        return self._definitions[slot]

    def roundings(self, formulas: Iterable[z3.BoolRef]) -> list[z3.BoolRef]:
        """What binds the numbers that stand for roundings in formulas that belong to no slot."""
        if not self._loose:
            return []
        return [bound for name in constants_in(formulas) for bound in self._bound.get(name, ())]

    def tallied(self, tally: Tally) -> None:
        """Take note of a count over rows, in the slot that is being encoded or in none."""
        slot = None if self._notes is self._loose else self._encoding
        if not z3.is_int_value(tally.number):
            self._tallies.setdefault(slot, {})[tally.number.get_id()] = tally

    def tallies(self, slots: Iterable[int], formulas: Iterable[z3.BoolRef]) -> list[Tally]:
        """The counts over rows in some formulas, and then those in what some slots stand for."""
        loose = self._tallies.get(None, {})
        found = [loose[one] for one in parts_of(formulas) if one in loose] if loose else []
        for slot in slots:
            found += self._tallies.get(slot, {}).values()
        return found

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
        outer, self._encoding = self._encoding, slot
        try:
            gate = YES if slot == ROOT else self._universe[self.program.gates[slot]]
            own = NO if slot in self.depends.spare else self._condition(slot)
            self._own[slot] = own
            self._universe[slot] = self._named_three(slot, gate, own)
            self._counted[slot] = self._term(slot)
        finally:
            self._notes, self._encoding = before, outer

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
            near = dates.is_near(span.FIRST_DAY, span.LAST_DAY)
            return answers.date_variable("interview_date", TRUE, near=near)
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
        else:
            self._rounded.add(self._encoding)


def constants_in(formulas: Iterable[z3.ExprRef]) -> list[str]:
    """The names of all variables in some formulas."""
    return [
        one.decl().name()
        for one in parts_of(formulas).values()
        if z3.is_const(one) and one.decl().kind() == z3.Z3_OP_UNINTERPRETED
    ]


def parts_of(formulas: Iterable[z3.ExprRef]) -> dict[int, z3.ExprRef]:
    """Some formulas with all their parts, each once, by z3's number of it."""
    ahead, seen = list(formulas), dict[int, z3.ExprRef]()
    while ahead:
        one = ahead.pop()
        if one.get_id() not in seen:
            seen[one.get_id()] = one
            ahead.extend(one.children())
    return seen
