"""The confidentiality undertaking, before a person's first work in a study."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from cati.keys import COMMANDS
from cati.screens.base import Dialog
from cati.screens.page import flowing
from cati.widgets.hanging import Texts


class UndertakingDialog(Dialog[bool]):
    """Shows the text; True when it is accepted, nothing when the person turns back."""

    heading = "Before you begin: your undertaking"
    rests = True
    BINDINGS: ClassVar[list[BindingType]] = [COMMANDS["next"].binding("accept")]

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def parts(self) -> ComposeResult:
        """The text as the study has it."""
        with VerticalScroll(id="page"):
            yield Texts(flowing(self._text))

    def offers(self) -> Content:
        """Accept, turn back, scroll."""
        return self.offer(("next", "I accept"), ("cancel", "Not now"), ("↑ ↓", "Scroll"))

    def on_mount(self) -> None:
        """Ready to scroll."""
        self.query_one("#page").focus()

    def action_accept(self) -> None:
        """It is noted in the audit by who asked."""
        self.dismiss(True)
