"""Every question of the case with its answer: to look at, and to jump to."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from cati.casework import Casework
from cati.interview import Interview
from cati.keys import COMMANDS
from cati.screens.another import open_row_of
from cati.screens.base import CatiScreen
from cati.screens.left import left_page
from cati.screens.route_list import LEGEND, RouteList, View, counts
from cati.widgets.choice_rows import TAKEN
from cati.widgets.keybar import KeyBar
from cati.widgets.words import joined, named, said
from instrument.models import Computed, Question, Roster
from instrument.values import Instance
from skips import Status


class OverviewScreen(CatiScreen[Instance | tuple[Roster, int]]):
    """Gives the item to go to, a row of an open roster to take out, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        COMMANDS["cancel"].binding("close"),
        COMMANDS["overview"].binding("view(1)"),
        Binding("right", "view(1)", show=False),
        Binding("left", "view(-1)", show=False),
        COMMANDS["erase"].binding("take_out"),
        COMMANDS["left"].binding("left_behind"),
        COMMANDS["lock"].binding("app.lock"),
    ]

    def __init__(self, work: Casework, *, rows: bool = False, view: View = View.ASKED) -> None:
        """`rows` offers to take rows out; `view` is what is listed first."""
        super().__init__()
        self._rows = rows
        self._work = work
        self._interview = work.interview
        self._view = view
        self._leads: Instance | None = None
        """Where Enter goes after it was said that it cannot go to the item at hand."""

    def compose(self) -> ComposeResult:
        """The views, the list, and why the item at hand is asked or not."""
        yield self.band_of(self._work)
        with Vertical():
            yield Static(id="overview-title", markup=False)
            yield RouteList(self._interview)
            yield Static(id="why", markup=False)
            yield Static(LEGEND, id="legend", markup=False)
            keys = [("next", "Go there"), ("cancel", "Close"), ("overview", "Next view")]
            if self._interview.record.left_behind:
                keys.append(("left", COMMANDS["left"].label))
            yield KeyBar(self.keymap, keys)

    def on_mount(self) -> None:
        """Stand at the item in place."""
        self._show(self._interview.place)
        self.query_one(RouteList).focus()

    def on_route_list_highlighted(self) -> None:
        """Say why."""
        instance = self.query_one(RouteList).instance
        words = self._why(instance) if instance else ""
        self._leads = None
        if self._rows and open_row_of(self._interview, instance):
            words += f" {self.keymap.shown('erase')} takes this row out."
        self.query_one("#why", Static).update(said(words))

    def on_route_list_chosen(self) -> None:
        """Go there, if it is asked."""
        instance = self.query_one(RouteList).instance
        if instance is None:
            return
        if self._interview.route.on_route(instance):
            self.dismiss(instance)
        elif self._leads is not None:
            self.dismiss(self._leads)
        else:
            words = f"✗ One cannot go there. {self._why(instance)}"
            self._leads = deciding(self._interview, instance)
            if self._leads is not None:
                key, title = self.keymap.shown("next"), self._interview.speech.title(self._leads)
                words += f" {key} goes to “{title}”."
            self.query_one("#why", Static).update(said(words))

    def on_route_list_widened(self) -> None:
        """Look for the letters typed in all items."""
        self._view = View.ALL
        self._show(None)

    def on_route_list_filtered(self) -> None:
        """Show what is typed."""
        self._title()

    def action_take_out(self) -> None:
        """Take out the row that the item at hand stands in."""
        found = open_row_of(self._interview, self.query_one(RouteList).instance)
        if self._rows and found is not None:
            self.dismiss(found)

    def action_left_behind(self) -> None:
        """Show the answers that the version in use has no place for, if there are any."""
        if self._interview.record.left_behind:
            self.app.push_screen(left_page(self._interview))

    def action_view(self, by: int) -> None:
        """Show the view behind this one, or before it."""
        views = list(View)
        self._view = views[(views.index(self._view) + by) % len(views)]
        self._show(self.query_one(RouteList).instance or self._interview.place)

    def action_close(self) -> None:
        """Close; letters typed are dropped first."""
        listed = self.query_one(RouteList)
        if listed.words:
            listed.words = ""
            self._show(listed.instance)
        else:
            self.dismiss(None)

    def _show(self, at: Instance | None) -> None:
        self._counts = counts(self._interview)
        self.query_one(RouteList).show(self._view, at)
        self._title()

    def _why(self, instance: Instance) -> str:
        why = self._interview.speech.why(instance)
        if self._interview.route.status(instance) is not Status.PARKED:
            return why
        verdict = "Not asked: "
        return f"Set aside: {why.removeprefix(verdict)}" if why.startswith(verdict) else why

    def _tab(self, view: View) -> Content:
        """A view with its count; the one in use is told by brackets and not by color alone."""
        words = f"{view} {self._counts[view]:,}"
        return Content.styled(f"[{words}]", TAKEN) if view is self._view else Content(f" {words} ")

    def _title(self) -> None:
        words = self.query_one(RouteList).words
        tabs = [self._tab(view) for view in View]
        is_done = not self._counts[View.OPEN] and not self._counts[View.CHECKS]
        note = Content("✓ all answered" if is_done else "type to search")
        head = joined("with ", named(f"“{words}”")) if words else Content("OVERVIEW")
        title = joined(" ", head.stylize("bold"), " ", *tabs, "  ", "" if words else note)
        self.query_one("#overview-title", Static).update(title)


def deciding(interview: Interview, instance: Instance) -> Instance | None:
    """The first question on the route on whose answer it hangs that an item is not asked."""
    route, items = interview.route, interview.instrument.items
    behind, seen = [instance], {instance}
    for one in behind:
        for read in route.explainer(one).named():
            item = items.get(read.item)
            if isinstance(item, Question) and route.on_route(read):
                return read
            if isinstance(item, Question | Computed) and read not in seen:
                seen.add(read)
                behind.append(read)
    return None
