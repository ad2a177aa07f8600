"""Conditions and expressions as sets of cases, told by the engine itself.

What looks at few slots is asked of the compiled condition for each combination of what those can
be; what joins such pieces is joined as sets. So every piece means exactly what it means on a route.
"""

from collections.abc import Callable
from itertools import product
from math import prod
from typing import Any

from instrument.conditions.nodes import (
    Amount,
    And,
    Apply,
    Arithmetic,
    Compare,
    CountTrue,
    Function,
    In,
    Item,
    Negate,
    Not,
    Operator,
    Or,
    OverRows,
    RosterFunction,
    Type,
    type_of,
)
from instrument.values import Value
from skips.arithmetic import OPERATIONS, add
from skips.comparing import compare, is_among
from skips.compile import Compiler, constant
from skips.functions import amount, apply
from skips.proof.measures.cases import (
    ANY,
    COMBINATIONS,
    MOST_VALUES,
    AnyValue,
    Cases,
    Three,
    Values,
    filled,
)
from skips.proof.measures.diagrams import ALL, NOTHING, TooLarge
from skips.proof.measures.looking import Part, is_wide
from skips.truth import NO, UNKNOWN, YES


class Encoder(Cases):
    """Turns trees into sets of cases."""

    # --- conditions ------------------------------------------------------------------------------

    def truth(self, part: Part) -> Three:
        """The cases in which a condition is yes, and those in which it is no."""
        node, scope = part
        match node:
            case Not(part=inner):
                yes, no = self.truth(Part(inner, scope))
                return Three(no, yes)
            case And(parts=parts):
                return self.all_of([self.truth(Part(one, scope)) for one in parts])
            case Or(parts=parts):
                return self.any_of([self.truth(Part(one, scope)) for one in parts])
            case _ if not is_wide(node):
                return self._leaf(part)
            case OverRows(function=RosterFunction.ANY | RosterFunction.ALL):
                return self._any_or_all(node, part)
            case Compare():
                return self._compare(node, part)
            case In():
                return self._in(node, part)
            case _:
                return self.as_truth(self.value(part))

    def as_truth(self, values: Values) -> Three:
        """A value standing where a condition is wanted."""
        return self.free_in(
            values.pop(ANY, NOTHING),
            Three(
                values.get("yes", NOTHING),
                self.diagrams.any_of(
                    cases for value, cases in values.items() if value not in (None, "yes")
                ),
            ),
        )

    def _leaf(self, part: Part) -> Three:
        compiled = Compiler(part.scope).truth(part.node)
        by_outcome = self.outcomes(part, compiled)
        return self.free_in(
            by_outcome.get(ANY, NOTHING),
            Three(by_outcome.get(YES, NOTHING), by_outcome.get(NO, NOTHING)),
        )

    def _any_or_all(self, node: OverRows, part: Part) -> Three:
        rows, unsettled = self._rows(node, part)
        sets = self.diagrams
        anyone = node.function is RosterFunction.ANY
        truths = []
        for gate, inner in rows:
            assert node.where is not None
            where = self.truth(Part(node.where, inner.scope))
            # A row that is not asked takes no part; one of which that is not known is unknown.
            if anyone:
                truths.append(
                    Three(
                        sets.both(gate.yes, where.yes),
                        sets.either(gate.no, sets.both(gate.yes, where.no)),
                    )
                )
            else:
                truths.append(
                    Three(
                        sets.either(gate.no, sets.both(gate.yes, where.yes)),
                        sets.both(gate.yes, where.no),
                    )
                )
        joined = self.any_of(truths) if anyone else self.all_of(truths)
        return Three(sets.without(joined.yes, unsettled), sets.without(joined.no, unsettled))

    def _rows(self, node: OverRows, part: Part) -> tuple[list[tuple[Three, Part]], int]:
        """The rows that there can be, each with its gate; and where nothing is known of them."""
        place = part.scope.places.rosters[node.roster]
        rows = [
            (self.gate(gate), Part(node, part.scope.into(node.roster, row)))
            for row, gate in enumerate(place.gates[: place.roster.at_most], start=1)
        ]
        unsettled = self.where(
            place.slot,
            lambda one: one.universe == UNKNOWN or (one.universe == YES and one.value is None),
        )
        return rows, unsettled

    def _compare(self, node: Compare, part: Part) -> Three:
        dates = Type.DATE in (type_of(node.left), type_of(node.right))
        left = self.value(Part(node.left, part.scope))
        right = self.value(Part(node.right, part.scope))

        def judged(one: Value | None, other: Value | None) -> int:
            condition = compare(node.operator, constant(one), constant(other), dates=dates)
            return condition(self.cells)

        found = self._pairs(left, right, judged)
        return self.free_in(
            found.get(ANY, NOTHING), Three(found.get(YES, NOTHING), found.get(NO, NOTHING))
        )

    def _in(self, node: In, part: Part) -> Three:
        options = frozenset(one.value for one in node.options)
        yes = no = NOTHING
        values = self.value(Part(node.left, part.scope))
        for value, cases in values.items():
            if not isinstance(value, AnyValue):
                truth = is_among(constant(value), options)(self.cells)
                yes = self.diagrams.either(yes, cases) if truth == YES else yes
                no = self.diagrams.either(no, cases) if truth == NO else no
        truth_ = self.free_in(values.get(ANY, NOTHING), Three(yes, no))
        return Three(truth_.no, truth_.yes) if node.negated else truth_

    # --- values ----------------------------------------------------------------------------------

    def value(self, part: Part) -> Values:
        """By value the cases in which an expression has it.

        Raises TooLarge when there are too many.
        """
        node, scope = part
        match node:
            case _ if type_of(node) is Type.BOOLEAN and not (isinstance(node, Apply | Item)):
                truth = self.truth(part)
                return filled({"yes": truth.yes, "no": truth.no, None: self.unknown(truth)})
            case _ if not is_wide(node):
                compiler = Compiler(scope)
                return self.outcomes(part, compiler.value(node))
            case CountTrue(parts=parts):
                return self._counted([(ALL, self.truth(Part(one, scope))) for one in parts])
            case OverRows():
                return self._over_rows(node, part)
            case Arithmetic(operator=operator, left=left, right=right):
                return self._calculated(operator, Part(left, scope), Part(right, scope))
            case Negate(part=inner):
                return self._mapped(
                    self.value(Part(inner, scope)),
                    lambda one: OPERATIONS[Operator.MINUS](0, one),  # type: ignore[arg-type]
                )
            case Amount(duration=duration, unit=unit):
                return self._mapped(
                    self.value(Part(duration, scope)),
                    lambda one: amount(constant(one), unit)(self.cells),
                )
            case Apply(function=Function.IF, parts=(condition, held, otherwise)):
                truth = self.truth(Part(condition, scope))
                return self.chosen(
                    [
                        (truth.yes, self.value(Part(held, scope))),
                        (truth.no, self.value(Part(otherwise, scope))),
                        (self.unknown(truth), {None: ALL}),
                    ]
                )
            case Apply(parts=parts):
                return self._applied(node, [self.value(Part(one, scope)) for one in parts])
            case _:
                raise TooLarge

    def _calculated(self, operator: Operator, left: Part, right: Part) -> Values:
        def calculated(one: Value | None, other: Value | None) -> Value | None:
            if one is None or other is None:
                return None
            return OPERATIONS[operator](one, other)  # type: ignore[arg-type]

        return self._pairs(self.value(left), self.value(right), calculated)

    def _mapped(self, values: Values, change: Callable[[Value], Value | None]) -> Values:
        found: Values = {}
        for value, cases in values.items():
            new = value if value is None or isinstance(value, AnyValue) else change(value)
            found[new] = self.diagrams.either(found.get(new, NOTHING), cases)
        return filled(found)

    def _applied(self, node: Apply, parts: list[Values]) -> Values:
        if prod(map(len, parts)) > COMBINATIONS:
            raise TooLarge
        found: Values = {}
        for combination in product(*(one.items() for one in parts)):
            cases = self.diagrams.all_of(those for _, those in combination)
            values = [value for value, _ in combination]
            new: Value | AnyValue | None = ANY
            if not any(isinstance(one, AnyValue) for one in values):
                readings = [constant(one) for one in values if not isinstance(one, AnyValue)]
                new = apply(node, readings)(self.cells)
            found[new] = self.diagrams.either(found.get(new, NOTHING), cases)
        return filled(found)

    def _counted(self, parts: list[tuple[int, Three]]) -> Values:
        """How many conditions hold, of those that take part; unknown where one of them is."""
        sets = self.diagrams
        known, by_number = ALL, {0: ALL}
        for cases, truth in parts:
            held = sets.both(cases, truth.yes)
            new: dict[int, int] = {}
            for number, those in by_number.items():
                for one, some in ((number + 1, held), (number, sets.opposite(held))):
                    new[one] = sets.either(new.get(one, NOTHING), sets.both(those, some))
            by_number = {number: those for number, those in new.items() if those != NOTHING}
            known = sets.without(known, sets.both(cases, self.unknown(truth)))
        found: Values = {None: sets.opposite(known)}
        for number, those in by_number.items():
            found[number] = sets.both(those, known)
        return filled(found)

    def _over_rows(self, node: OverRows, part: Part) -> Values:
        rows, unsettled = self._rows(node, part)
        sets = self.diagrams
        wheres = [
            Three(ALL, NOTHING) if node.where is None else self.truth(Part(node.where, inner.scope))
            for _, inner in rows
        ]
        asked = [
            Three(
                sets.both(gate.yes, where.yes), sets.either(gate.no, sets.both(gate.yes, where.no))
            )
            for (gate, _), where in zip(rows, wheres, strict=True)
        ]
        if node.function is RosterFunction.COUNT:
            found = self._counted([(ALL, one) for one in asked])
        else:
            assert node.value is not None
            found = self._gathered(
                node.function,
                [
                    (one, self.value(Part(node.value, inner.scope)))
                    for one, (_, inner) in zip(asked, rows, strict=True)
                ],
            )
        return self.chosen([(unsettled, {None: ALL}), (sets.opposite(unsettled), found)])

    def _gathered(self, function: RosterFunction, rows: list[tuple[Three, Values]]) -> Values:
        """The sum, least or greatest of the rows that take part."""
        nothing: Value | None = 0 if function is RosterFunction.SUM else "none"
        gathered: Values = {nothing: ALL}
        for truth, values in rows:
            row = self.chosen(
                [
                    (truth.no, {"out": ALL}),
                    (self.unknown(truth), {None: ALL}),
                    (truth.yes, values),
                ]
            )

            def joined(one: Value | None, other: Value | None) -> Value | None:
                if one is None or other is None or other == "out":
                    return None if other is None else one
                if one == "none":
                    return other
                match function:
                    case RosterFunction.SUM:
                        return add(one, other)  # type: ignore[arg-type]
                    case RosterFunction.MIN:
                        return min(one, other)  # type: ignore[type-var]
                    case _:
                        return max(one, other)  # type: ignore[type-var]

            gathered = self._pairs(gathered, row, joined)
        return self._mapped(gathered, lambda one: None if one == "none" else one)

    def _pairs(
        self, left: Values, right: Values, join: Callable[[Value | None, Value | None], Any]
    ) -> dict[Any, int]:
        if len(left) * len(right) > COMBINATIONS:
            raise TooLarge
        found: dict[Any, int] = {}
        for one, those in left.items():
            for other, others in right.items():
                cases = self.diagrams.both(those, others)
                if cases == NOTHING:
                    continue
                result: Any = ANY
                if not isinstance(one, AnyValue) and not isinstance(other, AnyValue):
                    result = join(one, other)
                found[result] = self.diagrams.either(found.get(result, NOTHING), cases)
        if len(found) > MOST_VALUES:
            raise TooLarge
        return found
