"""Fields for typing: one line, or many. What is typed or pasted is made safe on its way in."""

import datetime
from decimal import Decimal
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import Input, TextArea
from textual.widgets.text_area import Edit, EditResult

from cati.keys import COMMANDS, NEW_LINE
from cati.safe import display_safe
from cati.widgets.entry import Touched, Typed
from instrument.values import Answer, Missing

EDITING = (
    Binding("left", "cursor_left", show=False),
    Binding("right", "cursor_right", show=False),
    Binding("ctrl+left", "cursor_left_word", show=False),
    Binding("ctrl+right", "cursor_right_word", show=False),
    Binding("shift+left", "cursor_left(True)", show=False),
    Binding("shift+right", "cursor_right(True)", show=False),
    Binding("backspace", "delete_left", show=False),
    Binding("ctrl+w,ctrl+backspace,alt+backspace", "delete_left_word", show=False),
    Binding("delete", "delete_right", show=False),
)
"""Editing in a line. Keys of commands and the clipboard are left out on purpose."""


class SafeInput(Input, inherit_bindings=False):
    """One line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *EDITING,
        Binding("home", "home", show=False),
        Binding("end", "end", show=False),
        Binding("ctrl+u", "delete_left_all", show=False),
    ]

    def on_mount(self) -> None:
        """Nothing blinks."""
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """Whatever is set, typed or pasted passes here."""
        return display_safe(value).replace("\n", " ")


class SafeTextArea(TextArea, inherit_bindings=False):
    """Several lines, wrapped. Enter is left to the screen; a new line has keys of its own."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *EDITING,
        Binding("up", "cursor_up", show=False),
        Binding("down", "cursor_down", show=False),
        Binding("shift+up", "cursor_up(True)", show=False),
        Binding("shift+down", "cursor_down(True)", show=False),
        Binding("home", "cursor_line_start", show=False),
        Binding("end", "cursor_line_end", show=False),
        Binding("ctrl+u", "delete_to_start_of_line", show=False),
        Binding(NEW_LINE, "new_line", show=False),
        COMMANDS["undo"].binding("undo_typing"),
        COMMANDS["redo"].binding("redo_typing"),
    ]

    def __init__(
        self,
        text: str = "",
        *,
        id: str | None = None,  # noqa: A002
        most: int | None = None,
    ) -> None:
        """`most` is how many characters fit; what is typed or pasted beyond is not taken."""
        self._most = most
        super().__init__(
            display_safe(text),
            id=id,
            soft_wrap=True,
            tab_behavior="focus",
            show_line_numbers=False,
            highlight_cursor_line=False,
            max_checkpoints=200,
        )
        self.cursor_blink = False

    def on_key(self, event: events.Key) -> None:
        """Leave Enter to the screen."""
        if event.key == "enter":
            event.prevent_default()

    def edit(self, edit: Edit) -> EditResult:
        """Whatever is typed or pasted passes here."""
        edit.text = display_safe(edit.text)
        if self._most is not None:
            replaced = len(
                self.document.get_text_range(*sorted((edit.from_location, edit.to_location)))
            )
            edit.text = edit.text[: max(0, self._most - len(self.text) + replaced)]
        return super().edit(edit)

    def load_text(self, text: str) -> None:
        """Whatever is set passes here."""
        super().load_text(display_safe(text))

    def set_text(self, text: str) -> None:
        """Put a text in place of what is there, as an edit that can be taken back."""
        self.replace(text, self.document.start, self.document.end)
        self.move_cursor(self.document.end)

    async def action_undo_typing(self) -> None:
        """Take typing back; when there is none, do what the key does elsewhere."""
        if self.history.undo_stack:
            self.undo()
        else:
            await self.screen.run_action("undo")

    async def action_redo_typing(self) -> None:
        """Bring typing back; when there is none, do what the key does elsewhere."""
        if self.history.redo_stack:
            self.redo()
        else:
            await self.screen.run_action("redo")

    def action_new_line(self) -> None:
        """Begin a new line."""
        self.replace("\n", *self.selection, maintain_selection_offset=False)


class LineField(SafeInput):
    """The answer to a question for a number, a date, a time or a short text."""

    def __init__(self) -> None:
        super().__init__(select_on_focus=False)

    def pending(self) -> Answer | Typed | None:
        """What is typed, without the space around it."""
        text = self.value.strip()
        return Typed(text) if text else None

    def put_back(self, answer: Answer | None) -> None:
        """Show an answer as it would be typed."""
        with self.prevent(Input.Changed):
            self.value = _as_typed(answer)
        self.cursor_position = len(self.value)

    def on_input_changed(self, message: Input.Changed) -> None:
        """Say that something was typed."""
        message.stop()
        self.post_message(Touched())


class NoteField(SafeTextArea):
    """The answer to a question for a long text."""

    def pending(self) -> Answer | Typed | None:
        """What is typed, without the space around it."""
        text = self.text.strip()
        return Typed(text) if text else None

    def put_back(self, answer: Answer | None) -> None:
        """Show an answer as it would be typed."""
        with self.prevent(TextArea.Changed):
            self.set_text(_as_typed(answer))

    def begin(self) -> None:
        """What stands here now is the beginning: nothing before it can be taken back."""
        self.history.clear()

    def on_text_area_changed(self, message: TextArea.Changed) -> None:
        """Say that something was typed."""
        message.stop()
        self.post_message(Touched())


def _as_typed(answer: Answer | None) -> str:
    match answer:
        case None | Missing():
            return ""
        case Decimal():
            return f"{answer:f}"
        case datetime.time():
            return answer.isoformat("minutes")
        case _:
            return str(answer)
