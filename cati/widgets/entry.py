"""What the ways of answering tell the question pane.

The pane shows one entry at a time: a list of choices or a field. Each offers `pending`, what is
chosen or typed and not yet handed over, and `put_back`, which shows a saved answer instead.
"""

from dataclasses import dataclass

from textual.message import Message


@dataclass(frozen=True)
class Typed:
    """Words as typed, to be read by the rules of the question's kind."""

    text: str


class Touched(Message):
    """Something was chosen or typed: a missing reason chosen before gives way."""
