"""The last line: the keys of the screen, as many as fit."""

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.widget import Widget

from cati.keys import COMMANDS, KeyMap


class KeyBar(Widget):
    """Keys with their names; each can also be clicked."""

    def __init__(self, keys: KeyMap, commands: Sequence[str | tuple[str, str]]) -> None:
        """Take the commands in the order of importance; a pair gives a command another name."""
        super().__init__()
        self._keys = keys
        self._commands = [
            (entry, COMMANDS[entry].label) if isinstance(entry, str) else entry
            for entry in commands
        ]
        self._places: list[tuple[int, int, str]] = []

    def render(self) -> Content:
        """What fits; the rest stands on the help page."""
        self._places = []
        line = Content("")
        for command, label in self._commands:
            key = self._keys.shown(command)
            lead = "  " if self._places else " "
            piece = Content.assemble(lead, (key, "bold"), f" {label}")
            if line.cell_length + piece.cell_length > self.size.width:
                continue
            self._places.append((line.cell_length, line.cell_length + piece.cell_length, command))
            line = line + piece
        return line

    async def on_click(self, event: events.Click) -> None:
        """Do what the key under the mouse does."""
        for start, end, command in self._places:
            if start <= event.x < end:
                self.app.simulate_key(self._keys.key(command).split(",")[0])
