"""The rows of an open roster: those that stand, in the order shown, and those taken out."""

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
from cati.widgets.choices import TAKEN
from cati.widgets.words import joined, named
from instrument.models import Computed, Roster
from instrument.values import Instance

MOST_LINES = 14
"""Rows in sight at once, so that the window fits into 24 lines."""


@dataclass(frozen=True)
class RowsDone:
    """What was done in the window."""

    roster: Roster
    order: tuple[int, ...]
    """The standing rows, in the order in which they are to be shown."""
    go: int | None = None
    """The row to go to."""
    out: int | None = None
    """The row to take out."""
    back: int | None = None
    """The row to bring back."""

    @property
    def acts(self) -> bool:
        """Whether something is to be done with a row, besides the order."""
        return (self.go, self.out, self.back) != (None, None, None)


@dataclass(frozen=True)
class RowLine:
    """One row as the window shows it."""

    row: int
    label: str
    stands: bool
    answered: int
    """How many answers it has; of one taken out, how many are kept."""
    asked: int


def open_roster_near(interview: Interview) -> Roster | None:
    """The open roster that the item in place stands in, or the last before it, or the first."""
    route, place = interview.route, interview.place
    slot = route.program.size if place is None else route.program.slot(place)
    rosters = [
        one
        for name, one in route.program.places.rosters.items()
        if one.is_open and route.on_route(Instance(name)) and route.rows(name, removed=True)
    ]
    before = [one for one in rosters if one.slot < slot]
    found = before[-1] if before else rosters[0] if rosters else None
    return found.roster if found else None


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
    return RowLine(row, label, stands, answered, len(asked))


class RowList(Widget):
    """The lines of the rows, as many as there is room for; one of them is at hand."""

    def __init__(self, lines: list[RowLine]) -> None:
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

    def _line(self, line: RowLine, width: int, *, here: bool) -> Content:
        if line.stands:
            facts = f"{line.answered} of {line.asked} answered"
        else:
            facts = f"taken out, {line.answered} kept"
        style = "" if line.stands else "dim"
        sign = "✓" if line.stands and line.answered == line.asked else "·" if line.stands else "□"
        label = named(line.label, style, width=width - len(facts) - 6)
        gap = max(1, width - 5 - label.cell_length - len(facts))
        drawn = joined(
            "▌ " if here else "  ", f"{sign} ", label, " " * gap, Content.styled(facts, style), " "
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

    def __init__(self, interview: Interview, roster: Roster, at: int = 0) -> None:
        """`at` is the row to stand at."""
        super().__init__()
        self._roster = roster
        self._lines = row_lines(interview, roster)
        self._shown = tuple(line.row for line in self._lines if line.stands)
        self.heading = interview.speech.said(roster, "title")
        rows = [line.row for line in self._lines]
        self._first = rows.index(at) if at in rows else 0

    def parts(self) -> ComposeResult:
        """The rows."""
        listed = RowList(self._lines)
        listed.at = self._first
        yield listed

    def offers(self) -> Content:
        """What can be done with the row at hand."""
        line = self._lines[self._first]
        first = ("next", "Go to it" if line.stands else "Bring it back")
        keys = [first, ("U D", "Move up, down"), ("erase", "Take out")] if line.stands else [first]
        return self.offer(*keys, ("cancel", "Close"))

    def on_key(self, event: events.Key) -> None:
        """Letters move the row at hand; every terminal has them."""
        if event.key.lower() in ("u", "d"):
            event.stop()
            self.action_move(-1 if event.key.lower() == "u" else 1)

    def action_go(self, by: int) -> None:
        """To another row."""
        self._stand(self._first + by)

    def action_move(self, by: int) -> None:
        """Show the row at hand before or behind the one next to it."""
        at, to = self._first, self._first + by
        lines = self._lines
        if 0 <= to < len(lines) and lines[at].stands and lines[to].stands:
            lines[at], lines[to] = lines[to], lines[at]
            self._stand(to)

    def action_choose(self) -> None:
        """Go to a row that stands; bring back one that does not."""
        line = self._lines[self._first]
        self.dismiss(self._done(go=line.row) if line.stands else self._done(back=line.row))

    def action_take_out(self) -> None:
        """Take out a row that stands."""
        line = self._lines[self._first]
        if line.stands:
            self.dismiss(self._done(out=line.row))

    def action_cancel(self) -> None:
        """Close."""
        self.dismiss(self._done())

    def keep_draft(self) -> bool:
        """Before locking: an order that was changed here is not saved yet."""
        return self._order == self._shown

    @property
    def _order(self) -> tuple[int, ...]:
        return tuple(line.row for line in self._lines if line.stands)

    def _done(
        self, *, go: int | None = None, out: int | None = None, back: int | None = None
    ) -> RowsDone:
        return RowsDone(self._roster, self._order, go, out, back)

    def _stand(self, at: int) -> None:
        listed = self.query_one(RowList)
        listed.at = self._first = max(0, min(at, len(self._lines) - 1))
        listed.refresh()
        self.refresh_offers()
