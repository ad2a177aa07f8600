"""The case that a model of the formulas stands for."""

from collections.abc import Iterable

from instrument.models import Question, Statement
from instrument.values import Answer, Instance, PartialDate
from skips.places import DATE
from skips.program import ASKABLE
from skips.proof.decode import Decoder
from skips.proof.terms import DateTerm
from skips.proof.witness import Witness
from skips.proof.world import World


def witness_in(
    world: World, decoder: Decoder, slots: Iterable[int], *, before: int | None = None
) -> Witness:
    """The answers that a model gives to some slots.

    Args:
        world: that the model is of.
        decoder: of the model.
        slots: whose answers are wanted; those of slots off the route are left out.
        before: the slot that the case has come to: open rosters from there on have no rows yet.

    Raises:
        NotWritten: one of the answers cannot be entered.
    """
    program = world.program
    answers: list[tuple[Instance, Answer]] = []
    rows: list[tuple[str, int]] = []
    date: PartialDate | None = None
    for slot in sorted(slots):
        item, at = program.items[slot], program.instances[slot]
        if slot == DATE:
            term = world.counted(DATE)
            assert isinstance(term, DateTerm)
            date = decoder.date(term)
        elif at is None or not decoder.holds(world.universe(slot).yes):
            continue
        elif program.roles[slot] == ASKABLE:
            assert isinstance(item, Question | Statement)
            answer = decoder.answer(item, world.answer(slot))
            if answer is not None:
                answers.append((at, answer))
        elif at.item in program.places.rosters and (before is None or slot < before):
            place = program.places.rosters[at.item]
            if place.is_open:
                numbers = range(1, place.roster.at_most + 1)
                stand = [decoder.holds(world.stands(slot, row)) for row in numbers]
                rows.append((at.item, sum(stand)))
    return Witness(world.mode, tuple(answers), tuple(rows), date)
