"""What is worth answering at an item: what conditions compare with it, its bounds, its reasons.

Random values hardly ever meet a boundary; those next to the constants of the conditions do. Where
a condition compares an item with others, what the others come to is a boundary, too.
"""

import datetime
from collections.abc import Iterable, Iterator
from decimal import Decimal
from random import Random
from typing import Final

from instrument.conditions.nodes import Node
from instrument.judging import check_value
from instrument.models import Kind, Question
from instrument.values import Answer, Missing, PartialDate, Value
from skips.cells import Cells, Reading
from skips.compile import Compiler
from skips.errors import CompileError
from skips.places import Scope
from skips.program import Program
from skips.proof.constants import Constants
from skips.proof.ordinary import ORDINARY, SUBSETS, near, span

_MOST: Final = 64
"""Values of a palette, without reasons."""
_SCAN: Final = 2_000
"""The longest range of whole numbers of which each is tried when nothing else will do."""


class Palette:
    """The answers worth trying at one instance of a question."""

    __slots__ = (
        "_relatives",
        "answers",
        "is_conditional",
        "is_yes_no",
        "question",
        "reasons",
        "values",
    )

    def __init__(
        self, program: Program, question: Question, row: int, constants: Constants
    ) -> None:
        self.question = question
        known = constants.of.get(question.name, ())
        self.is_yes_no = question.kind is Kind.YES_NO
        self.is_conditional = any(choice.ask_if is not None for choice in question.choices)
        """Whether it can be that not all choices are offered."""
        fitting = (
            value
            for value in ORDINARY[question.kind](question, known)
            if self.is_conditional or check_value(question, value) is None
        )
        self.values: tuple[Value, ...] = tuple(dict.fromkeys(fitting))[:_MOST]
        """Each fits the question when all of its choices are offered; ordinary ones come first."""
        self.reasons = tuple(
            Missing(one.name) for one in program.instrument.reasons_for(question, program.mode)
        )
        """The missing reasons that the question accepts."""
        self.answers: tuple[Answer, ...] = (*self.values, *self.reasons)
        self._relatives = tuple(_readings(program, row, constants.relatives.get(question.name, ())))

    def relatives(self, cells: Cells) -> Iterator[Value]:
        """What conditions compare the item with, as things stand, and what is next to it."""
        question = self.question
        for reading in self._relatives:
            base = reading(cells)
            if base is None:
                continue
            for value in near(question, base):
                if check_value(question, value) is None:
                    yield value

    def draw(self, random: Random) -> Value | None:
        """Any value that the question takes when all of its choices are offered, if one is known.

        Numbers and dates are spread over all that fits, and not over the palette.
        """
        question = self.question
        if question.kind in (Kind.INTEGER, Kind.DECIMAL) and random.random() < 0.5:
            low, high = span(question)
            value = random.randint(low, high)
            drawn: Value = Decimal(value) if question.kind is Kind.DECIMAL else value
            if check_value(question, drawn) is None:
                return drawn
        if question.kind is Kind.DATE and random.random() < 0.5:
            day = datetime.date(2026, 1, 5) - datetime.timedelta(days=random.randint(0, 30_000))
            drawn = PartialDate(day.year, day.month, day.day)
            if check_value(question, drawn) is None:
                return drawn
        if question.kind is Kind.ANY_OF and len(question.choices) > SUBSETS:
            taken = {one.name for one in question.choices if random.random() < 0.4}
            drawn = tuple(
                one.name for one in question.choices if one.name in taken and not one.exclusive
            )
            if check_value(question, drawn) is None:
                return drawn
        return random.choice(self.values) if self.values else None

    def scan(self) -> Iterator[Value]:
        """Every whole number that the question takes, when there are not too many."""
        question = self.question
        if question.kind not in (Kind.INTEGER, Kind.DECIMAL):
            return
        low, high = span(question)
        for number in range(low, min(high, low + _SCAN) + 1):
            value: Value = Decimal(number) if question.kind is Kind.DECIMAL else number
            if check_value(question, value) is None:
                yield value

    @property
    def is_exhaustive(self) -> bool:
        """Whether `values` and `scan` together are all that the question takes."""
        question = self.question
        match question.kind:
            case Kind.ONE_OF | Kind.YES_NO:
                return True
            case Kind.ANY_OF:
                return len(question.choices) <= SUBSETS
            case Kind.INTEGER:
                if question.minimum is None or question.maximum is None:
                    return False
                low, high = span(question)
                return high - low <= _SCAN
            case _:
                return False


def _readings(program: Program, row: int, trees: Iterable[Node]) -> Iterator[Reading]:
    for tree in trees:
        try:
            yield Compiler(Scope.at(program.places, row)).value(tree)
        except CompileError:
            # It reads the row of a roster that this instance does not stand in.
            continue
