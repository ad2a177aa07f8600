"""Every question of the case with its answer: to look at, and to jump to."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from cati.casework import Casework
from cati.keys import COMMANDS
from cati.screens.another import open_row_of
from cati.screens.base import CatiScreen
from cati.screens.route_list import LEGEND, RouteList, lines_of
from cati.widgets.keybar import KeyBar
from cati.widgets.words import joined, named, said
from instrument.models import Roster
from instrument.values import Instance


class OverviewScreen(CatiScreen[Instance | tuple[Roster, int]]):
    """Gives the item to go to, a row of an open roster to take out, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        COMMANDS["cancel"].binding("close"),
        COMMANDS["overview"].binding("everything"),
        COMMANDS["erase"].binding("take_out"),
        COMMANDS["lock"].binding("app.lock"),
    ]

    def __init__(self, work: Casework, *, rows: bool = False) -> None:
        """`rows` offers to take rows out."""
        super().__init__()
        self._rows = rows
        self._work = work
        self._interview = work.interview
        self._everything = False

    def compose(self) -> ComposeResult:
        """The list, and why the item at hand is asked or not."""
        yield self.band_of(self._work)
        with Vertical():
            yield Static(id="overview-title", markup=False)
            yield RouteList()
            yield Static(id="why", markup=False)
            yield Static(LEGEND, id="legend", markup=False)
            yield KeyBar(
                self.keymap,
                [("next", "Go there"), ("cancel", "Close"), ("overview", "All or asked only")],
            )

    def on_mount(self) -> None:
        """Stand at the item in place."""
        self._show(self._interview.place)
        self.query_one(RouteList).focus()

    def on_option_list_option_highlighted(self) -> None:
        """Say why."""
        instance = self.query_one(RouteList).instance
        words = self._interview.speech.why(instance) if instance else ""
        if self._rows and open_row_of(self._interview, instance):
            words += f" {self.keymap.shown('erase')} takes this row out."
        self.query_one("#why", Static).update(said(words))

    def on_option_list_option_selected(self) -> None:
        """Go there, if it is asked."""
        instance = self.query_one(RouteList).instance
        if instance is None:
            return
        if self._interview.route.on_route(instance):
            self.dismiss(instance)
        else:
            words = f"✗ One cannot go there. {self._interview.speech.why(instance)}"
            self.query_one("#why", Static).update(said(words))

    def on_route_list_filtered(self) -> None:
        """Show what is typed."""
        self._title()

    def action_take_out(self) -> None:
        """Take out the row that the item at hand stands in."""
        found = open_row_of(self._interview, self.query_one(RouteList).instance)
        if self._rows and found is not None:
            self.dismiss(found)

    def action_everything(self) -> None:
        """Show what is not asked, too, or only what is."""
        self._everything = not self._everything
        self._show(self.query_one(RouteList).instance)

    def action_close(self) -> None:
        """Close; letters typed are dropped first."""
        listed = self.query_one(RouteList)
        if listed.words:
            listed.words = ""
            self._show(listed.instance)
        else:
            self.dismiss(None)

    def _show(self, at: Instance | None) -> None:
        lines = list(lines_of(self._interview, everything=self._everything))
        self.query_one(RouteList).show(lines, at)
        self._title()

    def _title(self) -> None:
        words = self.query_one(RouteList).words
        what = "every question" if self._everything else "the questions asked"
        typed = joined("with ", named(f"“{words}”")) if words else Content("type to search")
        title = joined(Content.styled(f" OVERVIEW  {what}", "bold"), "    ", typed)
        self.query_one("#overview-title", Static).update(title)
