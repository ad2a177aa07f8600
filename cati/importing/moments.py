"""A date with a time of day is asked as two questions, one behind the other."""

from typing import Final

from cati.importing.outline import OutlineItem, Plain
from cati.importing.settle import WHOLE
from instrument import Kind
from instrument.fields import MAX_LINE

TIME: Final = "_time"
"""Ending of the name of the second question."""
TWO_QUESTIONS: Final = "a date with a time is asked as two questions"
_KEPT: Final = ("ask", "instruct", "help", "ask_if", "no_missing", "sensitivity")


def time_beside(date: OutlineItem) -> OutlineItem:
    """The question about the time of day, made from that about the date."""
    label = f"{date.keys['label']}: time"
    keys: dict[str, Plain] = {
        "question": f"{date.name}{TIME}",
        "kind": str(Kind.TIME),
        "label": label if len(label) <= MAX_LINE else f"{label[: MAX_LINE - 7]}…: time",
    }
    keys |= {key: date.keys[key] for key in _KEPT if key in date.keys}
    keys.setdefault("instruct", "The time of day.")
    origins = {key: one for key, one in date.origins.items() if key in (*_KEPT, WHOLE)}
    return OutlineItem(keys, origins=origins)
