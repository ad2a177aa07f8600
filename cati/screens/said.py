"""What an answer was or will be, on one line."""

from cati.changes import Before
from cati.interview import Interview
from cati.widgets.words import cut_within
from instrument.models import Question
from instrument.values import Instance, Missing

NAMED = 32
"""Cells of the label and of the answer, so that one line has room for what else moved."""


LINE = 74
"""Cells that a label and its answer have together on the narrowest screen."""


def kept_in_words(interview: Interview, instance: Instance) -> str:
    """An item and the answer it has, with the sign of the overview: `✓ Owns a car: Yes`."""
    sign = "○" if isinstance(interview.route.kept(instance), Missing) else "✓"
    title, answer = interview.speech.title(instance), interview.speech.kept_answer(instance)
    words = " ".join(answer.split())
    return f"{sign} {cut_within(title, max(NAMED, LINE - len(words)))}: {words}"


def becomes(interview: Interview, last: Before, *, again: bool) -> str:
    """What an item will be, on one line: `Owns a car is Yes again`."""
    instance, answer = last
    item, speech = interview.instrument.items[instance.item], interview.speech
    title = cut_within(speech.title(instance), NAMED)
    how = " again" if again else ""
    if answer is None:
        return f"{title} {'has no answer' if isinstance(item, Question) else 'is not read'}{how}"
    said = cut_within(speech.answer(item, answer), NAMED) if isinstance(item, Question) else "read"
    return f"{title} is {said}{how}"
