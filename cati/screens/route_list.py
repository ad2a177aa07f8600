"""The questions of a case as a list with their answers: for the overview and the review.

However many questions there are, only the lines on the screen are made. Letters typed are looked
for in some items at a time: those of a large instrument are made when they are first looked at, and
no key waits for all of them.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from heapq import merge
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from cati.interview import Interview
from cati.question_view import answer_in_words
from cati.widgets.choice_rows import TAKEN
from cati.widgets.words import joined, named
from instrument.models import Computed, Section
from instrument.pause import collector_paused
from instrument.values import Instance
from skips import Status
from skips.program import ASKABLE

OFF_ROUTE = "?"
"""The sign of an item of which nobody knows yet whether it is asked."""

SIGNS = {
    Status.ANSWERED: "✓",
    Status.MISSING: "○",
    Status.NOT_REACHED: "·",
    Status.NOT_APPLICABLE: "–",
    Status.PARKED: "□",
}
LEGEND = "✓ answered ○ no value · open □ aside – not asked ? depends ! check + remark"

LEAD = 5
"""Cells of the signs in front of a line."""

AT_ONCE = 75
"""Items whose texts are made before the next key has its turn: some 8 ms."""


class View(StrEnum):
    """Which questions are listed; the value is what the tab says."""

    ASKED = "Asked"
    """Those on the route, and those set aside in their places among them."""
    ALL = "All"
    OPEN = "Open"
    ASIDE = "Set aside"
    CHECKS = "Checks"


NOTHING = {
    View.ASKED: "Nothing is asked.",
    View.ALL: "The instrument has no questions.",
    View.OPEN: "✓ Everything asked so far is answered.",
    View.ASIDE: "No answer is set aside.",
    View.CHECKS: "✓ No check waits.",
}

NOBODY = {
    View.ASKED: "Nothing asked has",
    View.ALL: "Nothing has",
    View.OPEN: "Nothing open has",
    View.ASIDE: "Nothing set aside has",
    View.CHECKS: "No question with a check that waits has",
}


def listed(interview: Interview, view: View) -> list[Instance]:
    """The items of a view, in the order of the interview."""
    route, program = interview.route, interview.route.program
    match view:
        case View.ASKED:
            aside = route.set_aside()
            if not aside:
                return route.route()
            return list(merge(route.route(), aside, key=route.program.slot))
        case View.ALL:
            by_slot = zip(program.instances, program.roles, strict=True)
            asked = (one for one, role in by_slot if one is not None and role == ASKABLE)
            added, roster_of = rows_added(interview), interview.instrument.roster_of
            if not added:
                return list(asked)
            return [
                one
                for one in asked
                if (roster := roster_of.get(one.item)) is None
                or one.row in added.get(roster.name, (one.row,))
            ]
        case View.OPEN:
            return route.open_items()
        case View.ASIDE:
            return route.set_aside()
        case View.CHECKS:
            checked = {failing.instance for failing in interview.unsettled()}
            return sorted(checked, key=route.program.slot)


def rows_added(interview: Interview) -> dict[str, frozenset[int]]:
    """The rows that each open roster ever had; those it could still take are not listed."""
    route = interview.route
    return {
        name: frozenset(route.rows(name, removed=True))
        for name, place in route.program.places.rosters.items()
        if place.is_open
    }


def counts(interview: Interview) -> dict[View, int]:
    """How many items there are to each view; those set aside are counted once, as such."""
    route, rosters = interview.route, interview.route.program.places.rosters
    spare = 0
    for name, added in rows_added(interview).items():
        items = [one for one in rosters[name].roster.items if not isinstance(one, Computed)]
        spare += (len(rosters[name].gates) - len(added)) * len(items)
    return {
        View.ASKED: sum(one.total for one in route.sections()),
        View.ALL: route.program.roles.count(ASKABLE) - spare,
        View.OPEN: route.open_count,
        View.ASIDE: len(route.set_aside()),
        View.CHECKS: len({failing.instance for failing in interview.unsettled()}),
    }


def signs_of(interview: Interview, instance: Instance) -> str:
    """The sign of an item's status, and those of what else there is about it."""
    status, route = interview.route.status(instance), interview.route
    undecided = status is Status.NOT_REACHED and not route.on_route(instance)
    checked = "!" if interview.unsettled(instance) else ""
    remarked = "+" if instance in interview.remarks else ""
    return f"{OFF_ROUTE if undecided else SIGNS[status]}{checked}{remarked}"


def answer_shown(interview: Interview, instance: Instance) -> str:
    """The answer that is kept of an item; one that does not count says so."""
    answer = answer_in_words(interview, instance)
    if interview.route.status(instance) is Status.PARKED:
        return f"set aside: {answer}"
    return answer


class RouteList(Widget, can_focus=True):
    """A list of items under the titles of their sections; typing narrows it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "edge(0)", show=False),
        Binding("end", "edge(-1)", show=False),
        Binding("enter,f10", "choose", show=False),
    ]

    class Highlighted(Message):
        """Another item is at hand."""

    class Chosen(Message):
        """The item at hand was chosen."""

    class Filtered(Message):
        """Letters were typed."""

    class Widened(Message):
        """The letters typed are to be looked for in all items."""

    def __init__(self, interview: Interview) -> None:
        super().__init__()
        self._interview = interview
        self._items: Sequence[Instance] = ()
        self._lines: list[Instance | Section] = []
        self._stops: list[int] = []
        """Where in the lines the items stand; between them are the titles of sections."""
        self._left: Iterator[Instance] | None = None
        """The items that letters are still to be looked for in; None when none are left."""
        self._sought: Instance | None = None
        """The item to stand at as soon as it is listed, unless a key went elsewhere."""
        self._at = 0
        self._top = 0
        self._view = View.ASKED
        self._elsewhere = 0
        """How many of all items have the letters typed, where none of the view has."""
        self._texts: dict[Instance, str] = {}
        self._counts: dict[str, str] = {}
        self.words = ""

    def show(self, view: View, at: Instance | None) -> None:
        """Show a view, and stand at one of its items."""
        self._items, self._view = listed(self._interview, view), view
        self._texts.clear()
        sections = self._interview.route.sections()
        self._counts = {one.name: _counted(one.answered, one.total) for one in sections}
        self._fill(at)

    @property
    def instance(self) -> Instance | None:
        """The item at hand."""
        found = self._lines[self._stops[self._at]] if self._stops else None
        return found if isinstance(found, Instance) else None

    # --- keys --------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Letters narrow the list."""
        if event.key == "backspace" and self.words:
            self._narrow(self.words[:-1])
        elif event.is_printable and event.character:
            self._narrow(self.words + event.character)
        else:
            return
        event.stop()

    def action_move(self, by: int) -> None:
        """To the item before or after."""
        self._go(self._at + by)

    def action_page(self, by: int) -> None:
        """A window up or down."""
        self._go(self._at + by * max(1, self.size.height - 1))

    def action_edge(self, edge: int) -> None:
        """To the first item or the last."""
        self._go(len(self._stops) - 1 if edge else 0)

    def action_choose(self) -> None:
        """Take the item at hand."""
        if self.instance is not None:
            self.post_message(self.Chosen())
        elif self._elsewhere:
            self.post_message(self.Widened())

    def on_click(self, event: events.Click) -> None:
        """The mouse stands at an item, and chooses the one it stands at."""
        line = self._top + event.y
        if line in self._stops:
            here = self._stops.index(line)
            if here == self._at:
                self.action_choose()
            self._go(here)

    def on_mouse_scroll_down(self) -> None:
        """Three items down."""
        self._go(self._at + 3)

    def on_mouse_scroll_up(self) -> None:
        """Three items up."""
        self._go(self._at - 3)

    # --- inside ------------------------------------------------------------------------------

    def _go(self, at: int) -> None:
        self._sought = None
        self._at = max(0, min(at, len(self._stops) - 1))
        self.refresh()
        self.post_message(self.Highlighted())

    def _narrow(self, words: str) -> None:
        at = self._sought or self.instance
        self.words = words
        self._fill(at)
        self.post_message(self.Filtered())

    def _fill(self, at: Instance | None) -> None:
        self._lines, self._stops, self._at, self._top, self._elsewhere = [], [], 0, -1, 0
        self._left, self._sought = iter(self._items), at
        self._look_on(self._left)
        self.post_message(self.Highlighted())

    def _look_on(self, left: Iterator[Instance]) -> None:
        """List what fits of the next items; the others wait for the keys pressed meanwhile."""
        if left is not self._left:
            return  # something else was typed
        wanted, known, before = self.words.casefold(), len(self._texts), self.instance
        with collector_paused():  # it would hold up keys
            for one in left:
                if not wanted or wanted in self._searched(one):
                    self._list(one)
                if len(self._texts) - known >= AT_ONCE:
                    self.call_after_refresh(self._look_on, left)
                    break
            else:
                self._left = self._sought = None
                if self.words and not self._stops and self._view is not View.ALL:
                    self._left = iter(listed(self._interview, View.ALL))
                    self.call_after_refresh(self._look_elsewhere, self._left)
        self.refresh()
        if self.instance != before:
            self.post_message(self.Highlighted())

    def _look_elsewhere(self, left: Iterator[Instance]) -> None:
        """Count what all items have of letters that none of the view has, some at a time."""
        if left is not self._left:
            return
        wanted, known = self.words.casefold(), len(self._texts)
        with collector_paused():
            for one in left:
                self._elsewhere += wanted in self._searched(one)
                if len(self._texts) - known >= AT_ONCE:
                    self.call_after_refresh(self._look_elsewhere, left)
                    break
            else:
                self._left = None
        self.refresh()

    def _list(self, one: Instance) -> None:
        """Add an item at the end, under the title of its section."""
        section_of = self._interview.instrument.section_of
        last = self._lines[-1] if self._lines else None
        section = section_of[one.item]
        if not isinstance(last, Instance) or section_of[last.item] is not section:
            self._lines.append(section)
        if one == self._sought:
            self._at, self._top, self._sought = len(self._stops), -1, None
        self._stops.append(len(self._lines))
        self._lines.append(one)

    def _searched(self, instance: Instance) -> str:
        """What typed letters are looked for in."""
        if instance not in self._texts:
            interview = self._interview
            section = interview.instrument.section_of[instance.item]
            parts = (
                interview.speech.title(instance),
                answer_shown(interview, instance),
                interview.speech.said(section, "title"),
            )
            self._texts[instance] = " ".join(parts).casefold()
        return self._texts[instance]

    def render(self) -> Content:
        """The lines around the item at hand."""
        height, width = self.size.height, self.size.width
        if not self._stops:
            words = self._nothing_found() if self.words else NOTHING[self._view]
            return joined("  ", named(words))
        line = self._stops[self._at]
        if self._top < 0:  # just filled: what comes next is in sight, too
            self._top = max(0, min(line - height // 3, len(self._lines) - height))
        # The title of a section stays in sight with its first item.
        first = line - 1 if self._at == 0 or self._stops[self._at - 1] < line - 1 else line
        self._top = max(min(self._top, first), line - height + 1, 0)
        shown = self._lines[self._top : self._top + height]
        return Content("\n").join([self._line(one, width) for one in shown])

    def _nothing_found(self) -> str:
        """That letters were not found in this view, and how many of all items have them."""
        if self._left is not None:
            return f"Looking for “{self.words}”."
        none = f"{NOBODY[self._view]} “{self.words}”"
        if not self._elsewhere:
            return f"Nothing has “{self.words}”."
        goes = "↵ shows it" if self._elsewhere == 1 else "↵ shows them"
        return f"{none}; {self._elsewhere:,} in {View.ALL}: {goes}."

    def _line(self, one: Instance | Section, width: int) -> Content:
        if not isinstance(one, Instance):
            section = self._interview.speech.said(one, "title").upper()
            count = self._counts.get(one.name, "")
            head = named(section, "bold $primary", width=width - len(count) - 4)
            gap = max(1, width - head.cell_length - len(count) - 2)
            return joined(" ", head, " " * gap, Content.styled(count, "$note"))
        interview, room = self._interview, width - LEAD - 3
        style = "" if interview.route.on_route(one) else "dim"
        answer = named(answer_shown(interview, one), style, width=room // 2)
        title = named(interview.speech.title(one), style, width=room - answer.cell_length)
        gap = max(1, room + 2 - title.cell_length - answer.cell_length)
        drawn = joined(f" {signs_of(interview, one):<{LEAD - 1}}", title, " " * gap, answer, " ")
        if one != self.instance:
            return drawn
        # Without colors the bar would be a shade of gray on another.
        return drawn.stylize(f"{TAKEN} reverse" if self.app.no_color else TAKEN)


def _counted(answered: int, total: int) -> str:
    """How far a section has come."""
    if not total:
        return ""
    left = total - answered
    return f"{answered} answered, {left} left" if left else f"✓ all {total} answered"
