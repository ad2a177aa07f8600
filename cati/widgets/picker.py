"""A list to choose one line from, which leaves the page keys to the screen."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.style import Style
from textual.widgets import OptionList

AT_HAND = "option-list--option-highlighted"


class Picker(OptionList, inherit_bindings=False):
    """Arrows move, Enter chooses. Prompts are content; no markup is interpreted."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor_up", show=False),
        Binding("down", "cursor_down", show=False),
        Binding("home", "first", show=False),
        Binding("end", "last", show=False),
        Binding("enter,f10", "select", show=False),
    ]

    def get_visual_style(self, *component_classes: str, partial: bool = False) -> Style:
        """As the style sheet says; without colors the line at hand is reversed.

        Its bar would be a shade of gray on another, and a style sheet cannot reverse it.
        """
        style = super().get_visual_style(*component_classes, partial=partial)
        reversed_here = AT_HAND in component_classes and self.app.no_color
        return style + Style(reverse=True) if reversed_here else style
