"""When a case is no longer ours: what was not saved stays readable until it was seen."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cati import events as ev
from cati.interview import Interview
from cati.keys import COMMANDS
from cati.screens.base import Dialog
from cati.widgets.words import said
from instrument.entry import from_json
from instrument.models import Question


class LossDialog(Dialog[None]):
    """Shows why, and the words that were not saved, to be copied by hand if they matter."""

    heading = "This was not saved"
    rests = True
    BINDINGS: ClassVar[list[BindingType]] = [COMMANDS["next"].binding("cancel")]

    def __init__(self, error: Exception, words: str, kept: bool = False) -> None:
        """`kept`: whether the words are in a draft on this computer."""
        super().__init__()
        self._kept = kept
        self._error = error
        self._words = words

    def parts(self) -> ComposeResult:
        """The sentence, and the words under it."""
        yield Static(said(f"✗ {self._error}"), id="sentence", markup=False)
        gone = "Not saved, and gone when this window closes:"
        draft = "Not saved in the case; a draft stays here and is shown when you open it again:"
        yield Static(draft if self._kept else gone, markup=False)
        with VerticalScroll(id="page"):
            yield Static(said(self._words), markup=False)

    def offers(self) -> Content:
        """There is one way on."""
        return self.offer(("next", "Leave this case"), ("↑ ↓", "Scroll"))

    def on_mount(self) -> None:
        """Ready to scroll."""
        self.query_one("#page").focus()


def unsaved_words(interview: Interview) -> str:
    """What the write that failed would have kept, as the interviewer typed or chose it."""
    event = interview.unsaved.event if interview.unsaved else None
    match event:
        case ev.Remarked() | ev.Flagged() | ev.Summarized() | ev.Confirmed():
            return event.text
        case ev.MarkExplained():
            return event.why
        case ev.Lacking():
            reason = interview.instrument.missing_reason[event.m]
            return interview.speech.said(reason, "label")
        case ev.Given():
            item = interview.instrument.items[event.q]
            if not isinstance(item, Question):
                return ""
            return interview.speech.answer(item, from_json(item.kind, event.v))
        case _:
            return ""
