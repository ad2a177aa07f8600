"""Shown instead of everything while the window is too small; what is below stays as it is."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widgets import Static

from cati.keys import COMMANDS

LEAST = Size(80, 24)


def too_small(size: Size) -> bool:
    """Whether a screen would not fit."""
    return size.width < LEAST.width or size.height < LEAST.height


class TooSmall(ModalScreen[None]):
    """One sentence."""

    BINDINGS: ClassVar[list[BindingType]] = [COMMANDS["lock"].binding("app.lock")]

    def compose(self) -> ComposeResult:
        """The sentence, wrapped to whatever room there is."""
        yield Static(self._words(self.app.size), markup=False)

    def fit(self, size: Size) -> None:
        """Say it for another size."""
        self.query_one(Static).update(self._words(size))

    def _words(self, size: Size) -> str:
        return (
            f"This window is {size.width}×{size.height}; cati needs {LEAST.width}×{LEAST.height}. "
            "Make it larger or use a smaller font."
        )
