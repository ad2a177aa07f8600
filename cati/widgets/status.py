"""The line above the keys: what was just saved, or what could not be."""

from textual.timer import Timer
from textual.widgets import Static

from cati.widgets.words import named, said

MOMENT = 4.0
"""Seconds for which the answer just given stays to be seen."""


class StatusLine(Static):
    """Tells for a moment; an error stays until it is settled."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._timer: Timer | None = None
        self._stays = False

    def tell(self, words: str) -> None:
        """Show words for a moment, unless an error stands here."""
        if self._stays:
            return
        self._put(words)
        self._timer = self.set_timer(MOMENT, self._fade)

    def alarm(self, words: str) -> None:
        """Show an error until `settle`."""
        self._stays = True
        self._put(words)
        self.add_class("alarm")

    def settle(self) -> None:
        """The error is settled."""
        if self._stays:
            self._stays = False
            self.remove_class("alarm")
            self._put("")

    def _put(self, words: str) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.update(said(words) if self._stays else named(words))

    def _fade(self) -> None:
        if not self._stays:
            self.update("")
