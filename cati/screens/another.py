"""At the end of an open roster: is there another one to ask about?"""

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from cati.interview import Interview
from cati.keys import COMMANDS
from cati.screens.base import Dialog
from cati.widgets.words import said
from instrument.models import Roster
from instrument.values import Instance


def open_roster_ahead(interview: Interview) -> Roster | None:
    """The open roster that going on from here would leave, or pass by without a row."""
    place, route = interview.place, interview.route
    if place is None:
        return None
    roster_of, slot = interview.instrument.roster_of, route.program.slot
    own, following = roster_of.get(place.item), route.following(place)
    if own and following and roster_of.get(following.item) is own:
        return None
    start = slot(Instance(own.name) if own else place)
    end = slot(following) if following else route.program.size
    for name, stands in route.program.places.rosters.items():
        within = stands.is_open and start <= stands.slot < end
        if within and route.on_route(Instance(name)) and route.has_room(name):
            return stands.roster
    return None


def open_row_of(interview: Interview, instance: Instance | None) -> tuple[Roster, int] | None:
    """The open roster and the row that an item stands in, if that row can be taken out."""
    roster = interview.instrument.roster_of.get(instance.item) if instance else None
    if instance is None or roster is None or roster.size is not None or roster.rows is not None:
        return None
    return (roster, instance.row) if instance.row in interview.route.rows(roster.name) else None


class TakeOutDialog(Dialog[bool]):
    """True to take a row of an open roster out."""

    rests = True
    BINDINGS: ClassVar[list[BindingType]] = [COMMANDS["next"].binding("take_out")]

    def __init__(self, row_label: str) -> None:
        super().__init__()
        self.heading = f"Take out {row_label}?"

    def parts(self) -> ComposeResult:
        """What becomes of the answers."""
        words = "It is asked about no more. Its answers are kept, set aside."
        yield Static(words, id="sentence", markup=False)

    def offers(self) -> Content:
        """Take it out, or leave it."""
        return self.offer(("next", "Take it out"), ("cancel", "Leave it"))

    def action_take_out(self) -> None:
        """Take it out."""
        self.dismiss(True)


class AnotherDialog(Dialog[bool]):
    """True for one more row, False to go on, nothing to stay."""

    rests = True
    BINDINGS: ClassVar[list[BindingType]] = [COMMANDS["next"].binding("no")]

    def __init__(self, title: str, rows: int) -> None:
        """`title` is that of the roster, `rows` how many it has."""
        super().__init__()
        self.heading = title
        self._rows = rows

    def parts(self) -> ComposeResult:
        """The question."""
        words = "Anyone or anything to take down here? So far: none."
        if self._rows:
            words = f"Anyone or anything else to take down here? So far: {self._rows:,}."
        yield Static(said(words), id="sentence", markup=False)

    def offers(self) -> Content:
        """Yes or no."""
        return self.offer(("Y", "Yes, one more"), ("↵ N", "No, go on"), ("cancel", "Stay here"))

    def on_key(self, event: events.Key) -> None:
        """Yes and no by their letters."""
        if event.key.lower() in ("y", "n"):
            event.stop()
            self.dismiss(event.key.lower() == "y")

    def action_no(self) -> None:
        """Going on says no."""
        self.dismiss(False)
