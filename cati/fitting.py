"""Whether an answer fits the item in place, and what to say when there is none yet."""

from typing import TYPE_CHECKING

from instrument.entry import EntryError, check_value
from instrument.judging import NONE_OFFERED
from instrument.models import Choice, Question, Statement
from instrument.values import READ, Answer, Instance, Missing
from skips import shown_order

if TYPE_CHECKING:
    from cati.interview import Interview


def question_at(interview: "Interview", instance: Instance) -> Question:
    """The question of an instance; raises EntryError for a statement."""
    item = interview.instrument.items[instance.item]
    if not isinstance(item, Question):
        raise EntryError("This is read aloud and takes no answer.")
    return item


def in_order_shown(interview: "Interview", instance: Instance) -> tuple[Choice, ...]:
    """The choices of a question that can be taken now, in the order this case sees them."""
    item, seed = interview.instrument.items[instance.item], interview.record.seed
    if not isinstance(item, Question) or not item.shuffle or seed is None:
        return interview.route.offered(instance)
    names = interview.offered_names(instance)
    order = shown_order(item.choices, seed, instance.item)
    return tuple(choice for choice in order if choice.name in names)


def refuse_unfit(interview: "Interview", instance: Instance, answer: Answer) -> None:
    """Raise EntryError unless the item takes this answer."""
    if isinstance(interview.instrument.items[instance.item], Statement):
        if answer != READ:
            raise EntryError("This is read aloud and takes no answer.")
        return
    question = question_at(interview, instance)
    if isinstance(answer, Missing):
        accepted = interview.instrument.reasons_for(question, interview.mode)
        if answer.reason not in {reason.name for reason in accepted}:
            raise EntryError("This question does not take that reason.")
    elif trouble := check_value(question, answer, offered=interview.offered_names(instance)):
        raise EntryError(trouble)


def how_to_answer(interview: "Interview", place: Instance) -> str:
    """What to do at an item that has no answer yet, in a sentence."""
    item = interview.instrument.items[place.item]
    if not isinstance(item, Question):
        return "Read this aloud first."
    reasons = interview.instrument.reasons_for(item, interview.mode)
    keys = ", ".join(
        f"{reason.key.upper()} {interview.speech.said(reason, 'label')}" for reason in reasons
    )
    if keys and item.choices and not interview.offered_names(place):
        return f"{NONE_OFFERED} Say why there is no answer: {keys}."
    return f"Give an answer first{f' (or {keys})' if keys else ''}."
