"""What every way of answering has in common.

The question pane shows one entry at a time. An entry holds what the interviewer has chosen or typed
and not yet handed over; the pane asks for it with `pending` when the interviewer goes on.
"""

from dataclasses import dataclass
from typing import Protocol

from textual.message import Message
from textual.widget import Widget

from instrument.values import Answer


@dataclass(frozen=True)
class Typed:
    """Words as typed, to be read by the rules of the question's kind."""

    text: str


class Touched(Message):
    """Something was chosen or typed: a missing reason chosen before gives way."""


class Entry(Protocol):
    """One way of answering; always a `Widget`."""

    def pending(self) -> Answer | Typed | None:
        """What is chosen or typed now; None for nothing."""

    def put_back(self, answer: Answer | None) -> None:
        """Show this answer, and forget what was chosen or typed."""


EntryWidget = Widget
"""The type under which the pane mounts an entry."""
