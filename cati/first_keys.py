"""Keys pressed before there is a screen: they are thrown away, with all that goes on behind them.

Half of a passphrase that was typed ahead would stand readable in the field of the name.
"""

PAUSE = 0.7
"""Seconds without a key after which what was typed ahead counts as over."""

TYPED_AHEAD = "What was typed before this screen is not taken: begin again."
"""Said on the screen that asks for the passphrase."""


class FirstKeys:
    """Tells which keys nobody could see. All times are seconds since some moment."""

    def __init__(self) -> None:
        self._drawn: float | None = None
        self._until = 0.0

    def drawn(self, at: float) -> None:
        """A key that is pressed from then on finds its field; a second time changes nothing."""
        if self._drawn is None:
            self._drawn = at

    def refuse(self, pressed: float) -> bool:
        """Whether a key is to be thrown away, by the time at which it was pressed."""
        ahead = self._drawn is None or pressed < self._drawn
        if ahead or pressed < self._until:
            self._until = pressed + PAUSE
            return True
        return False
