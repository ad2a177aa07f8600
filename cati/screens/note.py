"""A window for a short text: a remark, a flag, a reason."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from cati.keys import COMMANDS, NEW_LINE, key_shown
from cati.screens.base import Dialog
from cati.widgets.fields import SafeTextArea
from cati.widgets.words import said
from store import StoreError


class NoteDialog(Dialog[str]):
    """Gives the text, without the space around it, or nothing when it was closed."""

    BINDINGS: ClassVar[list[BindingType]] = [COMMANDS["next"].binding("keep")]

    def __init__(
        self,
        heading: str,
        about: str,
        text: str = "",
        *,
        optional: bool = False,
        keep: Callable[[str], object] | None = None,
    ) -> None:
        """`optional` lets an empty text through, which takes an earlier one away.

        `keep` saves a text that is not finished when the screen is locked.
        """
        super().__init__()
        self.heading = heading
        self._about = about
        self._text = text
        self._optional = optional
        self._keep = keep

    def parts(self) -> ComposeResult:
        """What it is about, and the text."""
        yield Static(said(self._about), id="sentence", markup=False)
        yield SafeTextArea(self._text, id="note")

    def offers(self) -> Content:
        """Keep or close."""
        return self.offer(
            ("next", "Keep"), ("cancel", "Close without keeping"), (key_shown(NEW_LINE), "New line")
        )

    def on_mount(self) -> None:
        """Ready to type."""
        area = self.query_one("#note", SafeTextArea)
        area.move_cursor(area.document.end)
        area.focus()

    def keep_draft(self) -> bool:
        """Before locking: save what was typed, where that can be gone on with later."""
        text = self.query_one("#note", SafeTextArea).text.strip()
        if text in ("", self._text):
            return True
        if self._keep is None:
            return False
        try:
            self._keep(text)
        except StoreError:
            return False
        return True

    def action_keep(self) -> None:
        """Hand the text over."""
        text = self.query_one("#note", SafeTextArea).text.strip()
        if text or self._optional:
            self.dismiss(text)
        else:
            self.say("Write a few words first, or press Esc to close.")
