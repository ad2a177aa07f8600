"""The rows of open rosters: those that stand, in the order shown, and those taken out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from cati.interview import Interview
from cati.keys import COMMANDS
from cati.question_view import answer_in_words
from cati.screens.base import Dialog
from cati.widgets.choice_rows import TAKEN
from cati.widgets.words import cut_within, joined, named
from instrument.models import Computed, Roster
from instrument.values import Instance

MOST_LINES = 14
"""Rows in sight at once, so that the window fits into 24 lines."""


@dataclass(frozen=True)
class RowsDone:
    """What was done in the window: at most one of the last four, besides moving rows."""

    orders: Mapping[str, tuple[int, ...]]
    """Roster to its standing rows, in the order in which they are to be shown."""
    roster: Roster
    """The one at hand."""
    go: int | None = None
    """The row to go to."""
    out: int | None = None
    """The row to take out."""
    back: int | None = None
    """The row to bring back."""
    add: bool = False
    """Whether it is to have one more row."""

    @property
    def acts(self) -> bool:
        """Whether something is to be done with a row, besides the order."""
        return self.add or (self.go, self.out, self.back) != (None, None, None)


@dataclass(frozen=True)
class RowLine:
    """One row as the window shows it."""

    roster: Roster
    row: int
    label: str
    stands: bool
    answered: int
    """How many answers it has; of one taken out, how many are kept."""
    asked: int


@dataclass(frozen=True)
class HeadLine:
    """A roster among several, or one without rows."""

    roster: Roster
    title: str
    rows: int


Line = HeadLine | RowLine


def open_rosters(interview: Interview) -> list[Roster]:
    """The open rosters on the route, in their order."""
    route = interview.route
    places = route.program.places.rosters.items()
    return [one.roster for name, one in places if one.is_open and route.on_route(Instance(name))]


def lines_of(interview: Interview, rosters: Sequence[Roster]) -> list[Line]:
    """Of each roster the rows that stand in the order shown, then those taken out.

    A roster has a line of its own where there are several, or it has no rows.
    """
    found: list[Line] = []
    for roster in rosters:
        rows = row_lines(interview, roster)
        if len(rosters) > 1 or not rows:
            standing = sum(row.stands for row in rows)
            found.append(HeadLine(roster, interview.speech.said(roster, "title"), standing))
        found += rows
    return found


def line_near(interview: Interview, lines: Sequence[Line]) -> int:
    """The line of the row in place; else that of the last roster before it, or the first.

    Within a roster, its own line comes first where it has one.
    """
    route, place = interview.route, interview.place
    slot = route.program.size if place is None else route.program.slot(place)
    near = 0
    for number, line in enumerate(lines):
        own = place is not None and interview.instrument.roster_of.get(place.item) is line.roster
        if own and place is not None and isinstance(line, RowLine) and line.row == place.row:
            return number
        is_first = not number or lines[number - 1].roster is not line.roster
        if is_first and route.program.places.rosters[line.roster.name].slot < slot:
            near = number
    return near


def row_lines(interview: Interview, roster: Roster) -> list[RowLine]:
    """The rows that stand in the order shown, then those taken out."""
    route = interview.route
    standing = route.shown_rows(roster.name)
    gone = [one for one in route.row_order(roster.name) if one not in standing]
    return [_line_of(interview, roster, row, stands=True) for row in standing] + [
        _line_of(interview, roster, row, stands=False) for row in gone
    ]


def _line_of(interview: Interview, roster: Roster, row: int, *, stands: bool) -> RowLine:
    route = interview.route
    items = [Instance(item.name, row) for item in roster.items if not isinstance(item, Computed)]
    kept = sum(route.kept(one) is not None for one in items)
    asked = [one for one in items if route.on_route(one)]
    answered = sum(route.kept(one) is not None for one in asked) if stands else kept
    label = interview.speech.label_of_row(roster, row)
    if not stands:
        # Labels read answers that count; those of this row do not, so that all look alike.
        first = next((one for one in items if route.kept(one) is not None), None)
        label += f" · {answer_in_words(interview, first)}" if first is not None else ""
    return RowLine(roster, row, label, stands, answered, len(asked))


class RowList(Widget):
    """The lines of the rows, as many as there is room for; one of them is at hand."""

    def __init__(self, lines: list[Line]) -> None:
        super().__init__()
        self.lines = lines
        self.at = 0

    def on_mount(self) -> None:
        """As high as the rows, up to a limit."""
        self.styles.height = max(1, min(MOST_LINES, len(self.lines)))

    def render(self) -> Content:
        """The lines around the one at hand."""
        height, width = max(1, self.size.height), self.size.width
        top = max(0, min(self.at - height // 2, len(self.lines) - height))
        shown = enumerate(self.lines[top : top + height], start=top)
        drawn = [self._line(line, width, here=number == self.at) for number, line in shown]
        return Content("\n").join(drawn)

    def _line(self, line: Line, width: int, *, here: bool) -> Content:
        if isinstance(line, HeadLine):
            facts = "" if line.rows else "nobody and nothing so far"
            sign, style, label_style = "", "dim", "bold"
        elif line.stands:
            facts = f"{line.answered} of {line.asked} answered"
            sign, style, label_style = "✓ " if line.answered == line.asked else "· ", "", ""
        else:
            facts = f"taken out, {line.answered} kept"
            sign, style, label_style = "□ ", "dim", "dim"
        text = line.title if isinstance(line, HeadLine) else line.label
        room = width - len(facts) - len(sign) - 4
        label = named(cut_within(text, max(1, room)), label_style)
        gap = max(1, room + 1 - label.cell_length)
        drawn = joined(
            "▌ " if here else "  ", sign, label, " " * gap, Content.styled(facts, style), " "
        )
        return drawn.stylize(TAKEN) if here else drawn


class RowsDialog(Dialog[RowsDone]):
    """Gives what to do with the rows; an order that was changed is kept however it is closed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        COMMANDS["next"].binding("choose"),
        COMMANDS["erase"].binding("take_out"),
        Binding("up", "go(-1)", show=False),
        Binding("down", "go(1)", show=False),
        Binding("alt+up", "move(-1)", show=False),
        Binding("alt+down", "move(1)", show=False),
    ]

    def __init__(self, interview: Interview, rosters: Sequence[Roster]) -> None:
        """`rosters` are those on the route, at least one."""
        super().__init__()
        route = interview.route
        self._lines = lines_of(interview, rosters)
        self._shown = {one.name: route.shown_rows(one.name) for one in rosters}
        self._has_room = {one.name: route.has_room(one.name) for one in rosters}
        alone = interview.speech.said(rosters[0], "title")
        self.heading = alone if len(rosters) == 1 else "People and things that can be added"
        self._at = line_near(interview, self._lines)

    def parts(self) -> ComposeResult:
        """The rows."""
        listed = RowList(self._lines)
        listed.at = self._at
        yield listed

    def offers(self) -> Content:
        """What can be done with the line at hand."""
        line = self._lines[self._at]
        keys: list[tuple[str, str]] = []
        if isinstance(line, RowLine) and line.stands:
            keys = [("next", "Go to it"), ("U D", "Move"), ("erase", "Take out")]
        elif isinstance(line, RowLine):
            keys = [("next", "Bring it back")]
        if self._has_room[line.roster.name]:
            keys.append(("A" if keys else "↵ A", "Add one"))
        return self.offer(*keys, ("cancel", "Close"))

    def on_key(self, event: events.Key) -> None:
        """Letters move the row at hand, or add one; every terminal has them."""
        match event.key.lower():
            case "u" | "d" as key:
                self.action_move(-1 if key == "u" else 1)
            case "a":
                self._add()
            case _:
                return
        event.stop()

    def action_go(self, by: int) -> None:
        """To another row."""
        self._stand(self._at + by)

    def action_move(self, by: int) -> None:
        """Show the row at hand before or behind the one next to it."""
        lines, to = self._lines, self._at + by
        if not 0 <= to < len(lines):
            return
        row, other = lines[self._at], lines[to]
        if isinstance(row, RowLine) and isinstance(other, RowLine) and row.stands and other.stands:
            lines[self._at], lines[to] = other, row
            self._stand(to)

    def action_choose(self) -> None:
        """Go to a row that stands, bring back one that does not, or add the first."""
        match self._lines[self._at]:
            case RowLine(row=row, stands=True):
                self.dismiss(self._done(go=row))
            case RowLine(row=row):
                self.dismiss(self._done(back=row))
            case HeadLine():
                self._add()

    def action_take_out(self) -> None:
        """Take out a row that stands."""
        line = self._lines[self._at]
        if isinstance(line, RowLine) and line.stands:
            self.dismiss(self._done(out=line.row))

    def action_cancel(self) -> None:
        """Close."""
        self.dismiss(self._done())

    def keep_draft(self) -> bool:
        """Before locking: an order that was changed here is not saved yet."""
        return self._orders == self._shown

    def _add(self) -> None:
        if self._has_room[self._lines[self._at].roster.name]:
            self.dismiss(self._done(add=True))
        else:
            self.say("There is no room for another one here.")

    @property
    def _orders(self) -> dict[str, tuple[int, ...]]:
        orders: dict[str, tuple[int, ...]] = dict.fromkeys(self._shown, ())
        for line in self._lines:
            if isinstance(line, RowLine) and line.stands:
                orders[line.roster.name] += (line.row,)
        return orders

    def _done(
        self,
        *,
        go: int | None = None,
        out: int | None = None,
        back: int | None = None,
        add: bool = False,
    ) -> RowsDone:
        return RowsDone(self._orders, self._lines[self._at].roster, go, out, back, add)

    def _stand(self, at: int) -> None:
        listed = self.query_one(RowList)
        listed.at = self._at = max(0, min(at, len(self._lines) - 1))
        listed.refresh()
        self.say("")
        self.refresh_offers()
