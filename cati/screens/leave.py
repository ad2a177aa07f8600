"""Leaving a case that is not finished: why, and then back to the list."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from cati.keys import COMMANDS
from cati.question_view import ChoiceLine
from cati.screens.base import Dialog
from cati.widgets.choices import ChoiceList

ON_CALL = (
    "Pause: it goes on later",
    "The respondent ended the call",
    "The connection was lost",
    "Wrong person, or a bad time to talk",
    "Another reason",
)
FROM_RECORD = ("Pause: it goes on later", "The record is incomplete", "Another reason")


class LeaveDialog(Dialog[str]):
    """Gives the reason, or nothing to stay."""

    heading = "Leave this case?"
    rests = True
    BINDINGS: ClassVar[list[BindingType]] = [COMMANDS["next"].binding("leave")]

    def __init__(self, *, from_record: bool) -> None:
        super().__init__()
        self._reasons = FROM_RECORD if from_record else ON_CALL

    def parts(self) -> ComposeResult:
        """The reasons."""
        words = "Everything is saved. The case stays open, and goes on where you leave it."
        yield Static(words, id="sentence", markup=False)
        yield ChoiceList([ChoiceLine(words, words) for words in self._reasons], several=False)

    def offers(self) -> Content:
        """Leave or stay."""
        return self.offer(("next", "Leave"), ("cancel", "Stay"))

    def on_mount(self) -> None:
        """The first reason is the usual one."""
        reasons = self.query_one(ChoiceList)
        reasons.put_back(self._reasons[0])
        reasons.focus()

    def action_leave(self) -> None:
        """Leave with the reason chosen."""
        if not self.resting:
            self.dismiss(str(self.query_one(ChoiceList).pending()))
