"""Leaving a case that is not finished: why, and then back to the list."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from cati.casework import Casework
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

ALL_SAVED = (
    "What is chosen here is saved on leaving, and all else is saved. The case stays open, and goes "
    "on at its first open question."
)
NOT_ALL_SAVED = (
    "The last entry is NOT SAVED: leaving tries once more, and if that fails, the entry is lost. "
    "All else is saved, and the case stays open."
)


class LeaveDialog(Dialog[str]):
    """Gives the reason, or nothing to stay."""

    heading = "Leave this case?"
    rests = True
    BINDINGS: ClassVar[list[BindingType]] = [COMMANDS["next"].binding("leave")]

    def __init__(self, *, from_record: bool, unsaved: bool = False) -> None:
        super().__init__()
        self._words = NOT_ALL_SAVED if unsaved else ALL_SAVED
        self._reasons = FROM_RECORD if from_record else ON_CALL

    def parts(self) -> ComposeResult:
        """The reasons."""
        yield Static(self._words, id="sentence", markup=False)
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
        self.dismiss(str(self.query_one(ChoiceList).pending()))


def leave_dialog(work: Casework) -> LeaveDialog:
    """The window for a case as it stands."""
    return LeaveDialog(from_record=work.from_record, unsaved=work.interview.unsaved is not None)
