"""What makes a model read well: values that can be entered, small, round and ordinary ones."""

from collections.abc import Iterable

import z3

from instrument.models import Roster
from skips.places import DATE
from skips.program import ASKABLE
from skips.proof.answers import DECIMAL_PLACES, Given
from skips.proof.ordinary import ORDINARY_DAY
from skips.proof.terms import DateTerm, NumberTerm, TextTerm, TimeTerm
from skips.proof.three import FALSE, both, either, neg
from skips.proof.world import World


def writable(world: World, cone: Iterable[int]) -> Iterable[list[z3.BoolRef]]:
    """Ways to have numbers that can be entered, the simplest first."""
    reals = [real for slot in cone if world.program.roles[slot] == ASKABLE
             for real in _reals(world.answer(slot))]  # fmt: skip
    for places in (0, 1, 2, 4, DECIMAL_PLACES):
        yield [z3.IsInt(real * 10**places) for real in reals]


def _reals(given: Given) -> list[z3.ArithRef]:
    if given.amount is not None:
        return [given.amount]
    if isinstance(given.term, NumberTerm) and given.term.number.is_real():
        return [given.term.number]
    return []


def preferences(world: World, slots: Iterable[int], before: int) -> list[z3.BoolRef]:
    """What is preferred of the answers of some slots on the route, each on its own.

    Args:
        world: the cases.
        slots: those on the route.
        before: the slot that a case has come to; nothing need be answered from there on.
    """
    found: list[z3.BoolRef] = []
    for slot in slots:
        item = world.program.items[slot]
        if slot == DATE:
            date = world.counted(DATE)
            assert isinstance(date, DateTerm)
            year, month, day = ORDINARY_DAY.year, ORDINARY_DAY.month, ORDINARY_DAY.day
            found += [date.year == year, both(date.month == month, date.day == day)]
        elif world.program.roles[slot] == ASKABLE:
            given = world.answer(slot)
            found += _of_answer(given) if slot < before else [neg(given.dealt), *_of_answer(given)]
        elif isinstance(item, Roster) and world.program.roster_at(slot).is_open:
            found += [neg(world.stands(slot, row)) for row in range(item.at_most, 0, -1)]
    return [one for one in found if not one.eq(FALSE)]


def _of_answer(given: Given) -> list[z3.BoolRef]:
    found = [given.has] if given.reasons else []
    if given.amount is not None:
        found += [given.amount <= 24, given.amount >= 1, z3.IsInt(given.amount)]
        units = list((given.units or {}).values())
        return found + units[:1]
    match given.term:
        case NumberTerm(number=number):
            found.append(both(number >= 0, number <= 100))
            if number.is_real():
                found.append(z3.IsInt(number))
        case DateTerm() as date:
            found += [
                date.has_day,
                both(date.year >= 1950, date.year <= ORDINARY_DAY.year),
                date.day <= 28,
            ]
        case TimeTerm(minute=minute):
            found += [both(minute >= 8 * 60, minute <= 20 * 60), minute % 15 == 0]
        case TextTerm(length=length):
            found.append(either(length == 8, length <= 12))
        case _:
            pass
    return found
