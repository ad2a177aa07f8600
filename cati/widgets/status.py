"""The line above the keys: what was just saved, or what could not be."""

from textual.timer import Timer
from textual.widgets import Static

from cati.widgets.words import named, said

MOMENT = 4.0
"""Seconds for which the answer just given stays to be seen."""


class StatusLine(Static):
    """Tells for a moment, or what a change would do; an error stays until it is settled."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._timer: Timer | None = None
        self._stays = False
        self._told = self._ahead = ""

    def tell(self, words: str) -> None:
        """Show words for a moment, unless an error stands here."""
        if self._stays:
            return
        self._forget()
        self._told = words
        self._timer = self.set_timer(MOMENT, self._fade)
        self._show()

    def foresee(self, words: str) -> None:
        """Show what is not done yet, before what was told; nothing with empty words."""
        if words != self._ahead:
            self._ahead = words
            self._show()

    def alarm(self, words: str) -> None:
        """Show an error until `settle`."""
        self._forget()
        self._stays, self._told = True, words
        self.add_class("alarm")
        self._show()

    def forget(self) -> None:
        """What was told belongs to something that is no longer on the screen."""
        if not self._stays and self._told:
            self._forget()
            self._told = ""
            self._show()

    def settle(self) -> None:
        """The error is settled."""
        if self._stays:
            self._stays, self._told = False, ""
            self.remove_class("alarm")
            self._show()

    def _show(self) -> None:
        if self._stays:
            self.update(said(self._told))
            return
        self.set_class(bool(self._ahead), "ahead")
        self.update(named(self._ahead or self._told), layout=False)  # one line, whatever it says

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _fade(self) -> None:
        if not self._stays:
            self._told = ""
            self._show()
