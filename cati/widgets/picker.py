"""A list to choose one line from, which leaves the page keys to the screen."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import OptionList


class Picker(OptionList, inherit_bindings=False):
    """Arrows move, Enter chooses. Prompts are content; no markup is interpreted."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor_up", show=False),
        Binding("down", "cursor_down", show=False),
        Binding("home", "first", show=False),
        Binding("end", "last", show=False),
        Binding("enter,f10", "select", show=False),
    ]
