"""Which choices a question offers now, and in which order a case sees them."""

import hashlib
from collections.abc import Sequence

from instrument.models import Choice, Question
from skips.cells import Cells, Condition
from skips.compile import Compiler
from skips.places import Scope
from skips.program import Program
from skips.truth import NO


def offered(program: Program, cells: Cells, question: Question, row: int) -> tuple[Choice, ...]:
    """The choices of a question that the answers so far leave, in the author's order.

    A choice whose condition is unknown is offered: not knowing hides nothing.
    """
    conditions = _conditions(program, question, row)
    if not conditions:
        return question.choices
    return tuple(
        choice
        for choice in question.choices
        if choice.name not in conditions or conditions[choice.name](cells) != NO
    )


def shown_order(choices: Sequence[Choice], seed: str, question: str) -> tuple[Choice, ...]:
    """The order in which a case sees the choices of a question that are shuffled.

    Choices that are fixed, exclusive or ask for their wording keep their places; the others are
    sorted by a hash of the case's seed, the question and the choice, and laid into the places that
    are left. So the order is the same each time and in all rows of a roster. It is one of all
    choices: those that are not offered now are left out of it afterwards, so that none changes
    its place among the others when one drops out or comes back.

    Args:
        choices: all of the question's, in the author's order.
        seed: the case's random text.
        question: the question's name.
    """

    def drawn(choice: Choice) -> str:
        return hashlib.sha256(f"{seed}|{question}|{choice.name}".encode()).hexdigest()

    loose = iter(sorted((one for one in choices if not _keeps_its_place(one)), key=drawn))
    return tuple(one if _keeps_its_place(one) else next(loose) for one in choices)


def _keeps_its_place(choice: Choice) -> bool:
    return choice.fixed or choice.exclusive or choice.specify


def _conditions(program: Program, question: Question, row: int) -> dict[str, Condition]:
    """The compiled conditions of a question's choices, made when they are first wanted."""
    key = (question.name, row)
    found = program.offers.get(key)
    if found is None:
        compiler = Compiler(Scope.at(program.places, row))
        found = program.offers[key] = {
            choice.name: compiler.truth(choice.ask_if.tree)
            for choice in question.choices
            if choice.ask_if is not None
        }
    return found
