"""Conduct a practice case by its answer key, without a screen."""

from cati.interview import Interview
from cati.practice.answers import answer_key
from cati.practice.case import PracticeCase
from instrument.models import Question, Statement
from instrument.values import READ, Instance


class OutOfLines(Exception):
    """The interview came to a question for which the practice case has no line."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        super().__init__(f"The practice case has no line for {instance}.")


def play(case: PracticeCase, interview: Interview) -> list[Instance]:
    """Answer every item of the route by the case's key, write its summary, and stop there.

    Args:
        case: the persona and its key.
        interview: begun, and in the mode of the case; its place is where playing starts.

    Returns:
        The items met, in order.

    Raises:
        OutOfLines: a question of the route has no line.
        CannotAdvance: the key runs into a check that it does not settle.
    """
    met: list[Instance] = []
    while interview.place is not None:
        place = interview.place
        met.append(place)
        item = interview.instrument.items[place.item]
        line = case.line.get(place)
        if line is None:
            if not isinstance(item, Statement):
                raise OutOfLines(place)
            interview.give(READ)
        else:
            assert isinstance(item, Question | Statement)
            interview.give(answer_key(line, item, interview.instrument, interview.mode))
            if line.confirm is not None:
                for failing in interview.unsettled(place):
                    interview.confirm(failing, line.confirm)
        interview.advance()
    for part, key in case.summary.items():
        interview.write_summary(part, key.write)
    return met
