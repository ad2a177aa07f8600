"""Yes, no and unknown over all cases: Kleene's logic as pairs of formulas.

The constants fold as formulas are made, so that what every case agrees on costs nothing later.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import z3

TRUE: Final = z3.BoolVal(True)
FALSE: Final = z3.BoolVal(False)


def is_true(formula: z3.BoolRef) -> bool:
    """Whether a formula is the constant *true*."""
    return formula is TRUE or z3.is_true(formula)


def is_false(formula: z3.BoolRef) -> bool:
    """Whether a formula is the constant *false*."""
    return formula is FALSE or z3.is_false(formula)


def conj(parts: Iterable[z3.BoolRef]) -> z3.BoolRef:
    """All of some formulas."""
    kept = []
    for part in parts:
        if is_false(part):
            return FALSE
        if not is_true(part):
            kept.append(part)
    if not kept:
        return TRUE
    return kept[0] if len(kept) == 1 else z3.And(*kept)


def disj(parts: Iterable[z3.BoolRef]) -> z3.BoolRef:
    """One of some formulas at least."""
    kept = []
    for part in parts:
        if is_true(part):
            return TRUE
        if not is_false(part):
            kept.append(part)
    if not kept:
        return FALSE
    return kept[0] if len(kept) == 1 else z3.Or(*kept)


def neg(part: z3.BoolRef) -> z3.BoolRef:
    """The opposite of a formula."""
    if is_true(part):
        return FALSE
    if is_false(part):
        return TRUE
    return part.arg(0) if z3.is_not(part) else z3.Not(part)


def both(*parts: z3.BoolRef) -> z3.BoolRef:
    """All of some formulas, given one by one."""
    return conj(parts)


def either(*parts: z3.BoolRef) -> z3.BoolRef:
    """One of some formulas at least, given one by one."""
    return disj(parts)


def pick(condition: z3.BoolRef, held: z3.ExprRef, otherwise: z3.ExprRef) -> z3.ExprRef:
    """One of two formulas or numbers, as a condition decides."""
    if is_true(condition) or held.eq(otherwise):
        return held
    if is_false(condition):
        return otherwise
    if z3.is_bool(held):
        if is_true(held):
            return either(condition, otherwise)
        if is_false(held):
            return both(neg(condition), otherwise)
        if is_false(otherwise):
            return both(condition, held)
        if is_true(otherwise):
            return either(neg(condition), held)
    return z3.If(condition, held, otherwise)


def same(left: z3.BoolRef, right: z3.BoolRef) -> z3.BoolRef:
    """Two formulas hold in the same cases."""
    if is_true(left) or is_true(right):
        return both(left, right)
    if is_false(left) or is_false(right):
        return both(neg(left), neg(right))
    return TRUE if left.eq(right) else left == right


@dataclass(frozen=True, slots=True)
class Three:
    """A condition over all cases; where neither formula holds it is unknown, and never do both."""

    yes: z3.BoolRef
    no: z3.BoolRef

    @property
    def unknown(self) -> z3.BoolRef:
        """It is not known."""
        return both(neg(self.yes), neg(self.no))


YES: Final = Three(TRUE, FALSE)
NO: Final = Three(FALSE, TRUE)
UNKNOWN: Final = Three(FALSE, FALSE)


def known(known: z3.BoolRef, holds: z3.BoolRef) -> Three:
    """Something that is unknown unless `known`, and is then as `holds` has it."""
    return Three(both(known, holds), both(known, neg(holds)))


def certain(holds: z3.BoolRef) -> Three:
    """Something that is never unknown."""
    return Three(holds, neg(holds))


def all_of(parts: Iterable[Three]) -> Three:
    """Kleene's `and`."""
    parts = list(parts)
    return Three(conj(part.yes for part in parts), disj(part.no for part in parts))


def any_of(parts: Iterable[Three]) -> Three:
    """Kleene's `or`."""
    parts = list(parts)
    return Three(disj(part.yes for part in parts), conj(part.no for part in parts))


def negation(part: Three) -> Three:
    """Kleene's `not`."""
    return Three(part.no, part.yes)
