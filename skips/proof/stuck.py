"""Traps: states in which no answer to an item leaves all of its hard checks quiet."""

from collections.abc import Iterable, Sequence
from typing import Final

import z3

from instrument.models import Question
from instrument.values import Missing
from skips.proof import answers
from skips.proof.answers import DECIMAL_PLACES, Constants, Given
from skips.proof.terms import ChoicesTerm, ChoiceTerm
from skips.proof.three import FALSE, both, conj, either, neg

_MOST_LISTED: Final = 6
"""Choices of an any-of question whose combinations are gone through one by one."""


def no_answer_will_do(
    item: Question,
    given: Given,
    takes: z3.BoolRef,
    fires: z3.BoolRef,
    *,
    of_values: bool = False,
) -> z3.BoolRef:
    """Nothing that the item can be given leaves its hard checks quiet.

    Args:
        item: what is asked.
        given: its answer.
        takes: the item takes the value given.
        fires: one of its hard checks fires.
        of_values: missing reasons may leave them quiet.
    """
    refused = either(neg(takes), fires)
    if of_values:
        return _every_value(item, given, refused)
    reasons = [
        _where(fires, answers.is_exactly(given, Missing(reason))) for reason in given.reasons
    ]
    return both(*reasons, _every_value(item, given, refused))


def _every_value(item: Question, given: Given, refused: z3.BoolRef) -> z3.BoolRef:
    """No value will do."""
    there = [(given.has, z3.BoolVal(True)), *((one, FALSE) for one in given.reasons.values())]
    refused = _where(refused, there)
    values = _listed(item, given)
    if values is not None:
        return conj(_where(refused, constants) for constants in values)
    variables = [variable for variable in _variables(given) if _occurs(variable, refused)]
    if not variables:
        return refused
    return z3.ForAll(*_as_entered(variables, refused))


def _as_entered(
    variables: Sequence[z3.ExprRef], refused: z3.BoolRef
) -> tuple[list[z3.ExprRef], z3.BoolRef]:
    """The same over numbers that can be entered: a third, which nobody can enter, leads nobody on.

    Real numbers are counted in units of their last decimal place.
    """
    units = [z3.Int(f"{one}.units") if _is_real(one) else one for one in variables]
    entered = [
        (one, z3.ToReal(unit) / 10**DECIMAL_PLACES)
        for one, unit in zip(variables, units, strict=True)
        if _is_real(one)
    ]
    return units, z3.simplify(z3.substitute(refused, *entered)) if entered else refused


def _is_real(variable: z3.ExprRef) -> bool:
    return bool(variable.sort() == z3.RealSort())


def _listed(item: Question, given: Given) -> Iterable[Constants] | None:
    """All values that there can be, where they are few."""
    match given.term:
        case ChoiceTerm(of=of):
            return [answers.is_exactly(given, name) for name in of]
        case ChoicesTerm(has=has) if len(has) <= _MOST_LISTED:
            names = [choice.name for choice in item.choices]
            return [
                answers.is_exactly(
                    given, tuple(name for at, name in enumerate(names) if number >> at & 1)
                )
                for number in range(2 ** len(names))
            ]
        case _:
            return None


def _where(formula: z3.BoolRef, constants: Constants) -> z3.BoolRef:
    return z3.simplify(z3.substitute(formula, *constants))


def _variables(given: Given) -> list[z3.ExprRef]:
    """The variables of a value."""
    found: list[z3.ExprRef] = []
    term = given.term
    if given.amount is not None:
        found.append(given.amount)
        found += (given.units or {}).values()
    elif isinstance(term, ChoicesTerm):
        found += term.has.values()
    else:
        found += [getattr(term, name) for name in term.__slots__ if name != "known"]
    return [
        one
        for one in found
        if z3.is_expr(one) and z3.is_const(one) and one.decl().kind() == z3.Z3_OP_UNINTERPRETED
    ]


def _occurs(variable: z3.ExprRef, formula: z3.ExprRef) -> bool:
    """A variable is part of a formula."""
    seen: set[int] = set()
    ahead: Sequence[z3.ExprRef] = [formula]
    stack = list(ahead)
    while stack:
        one = stack.pop()
        if one.get_id() in seen:
            continue
        seen.add(one.get_id())
        if one.eq(variable):
            return True
        stack.extend(one.children())
    return False
