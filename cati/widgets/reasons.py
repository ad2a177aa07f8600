"""The missing reasons a question accepts, each with its key."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from cati.keys import key_shown
from cati.widgets.words import joined, named
from instrument.models import MissingReason


class Reason(Static):
    """One missing reason."""

    class Chosen(Message):
        """The mouse took this reason."""

        def __init__(self, name: str) -> None:
            self.name = name
            super().__init__()

    def __init__(self, reason: MissingReason) -> None:
        super().__init__(markup=False)
        self.reason = reason
        self.taken = False

    def on_mount(self) -> None:
        """Show it as not taken."""
        self.show(taken=False)

    def show(self, *, taken: bool) -> None:
        """Show it as taken or not."""
        self.taken = taken
        self.set_class(taken, "taken")
        mark = "▌ " if taken else "  "
        key = Content.styled(key_shown(self.reason.key), "bold")
        self.update(joined(mark, key, "  ", named(self.reason.label)))

    def on_click(self) -> None:
        """Take the reason by mouse."""
        self.post_message(self.Chosen(self.reason.name))


class Reasons(Horizontal):
    """All of them in a line."""

    def __init__(self, reasons: Sequence[MissingReason]) -> None:
        super().__init__()
        self._reasons = tuple(reasons)
        self.taken: str | None = None

    def compose(self) -> ComposeResult:
        """One widget a reason."""
        for reason in self._reasons:
            yield Reason(reason)

    def by_key(self, key: str) -> str | None:
        """The reason that a key gives, if any."""
        return next((reason.name for reason in self._reasons if reason.key == key), None)

    def take(self, name: str | None) -> None:
        """Show one reason as taken, or none."""
        self.taken = name
        for widget in self.query(Reason):
            widget.show(taken=widget.reason.name == name)
