"""The sections of the interview at the side: what is done, where we are, what is ahead."""

from textual.content import Content
from textual.widgets import Static

from cati.interview import Interview
from cati.widgets.words import joined, named
from instrument.models import Section
from skips import SectionState
from skips.aside import sections_with_aside

WIDTH = 22
"""Cells, as in the style sheet."""

SIGNS = {
    SectionState.DONE: "✓",
    SectionState.OPEN: "·",
    SectionState.AHEAD: "·",
    SectionState.OFF: "–",
}

ASIDE = "□"
"""A section that is not asked, and in which answers are set aside."""

BEFORE = 3
"""One line in so many shows what lies before, when there is no room for all sections."""


class Sidebar(Static):
    """A line a section, and below them the remarks and the checks that wait.

    Where there are more sections than lines, those around the one in place are shown, and how many
    lie before and behind them.
    """

    def __init__(self, check_key: str) -> None:
        """`check_key` goes to the first check that waits."""
        super().__init__(markup=False)
        self._check_key = check_key
        self._interview: Interview | None = None
        self._order: dict[str, int] = {}
        self._parts: dict[str, Section] = {}

    def show(self, interview: Interview) -> None:
        """Draw it for the interview as it stands."""
        if interview is not self._interview:
            self._interview = interview
            order = enumerate(one.name for one in interview.route.sections())
            self._order = {name: number for number, name in order}
            self._parts = {one.name: one for one in interview.instrument.sections}
        self._draw()

    def on_resize(self) -> None:
        """There is more or less room."""
        self._draw()

    def _draw(self) -> None:
        if self._interview is None or not self.content_size.height:
            return
        notes = [named(note) for note in _notes(self._interview, self._check_key)]
        room = self.content_size.height - (len(notes) + 1 if notes else 0)
        lines = self._sections(self._interview, room)
        drawn = [*lines, Content(""), *notes] if notes else lines
        self.update(Content("\n").join(drawn), layout=False)

    def _sections(self, interview: Interview, room: int) -> list[Content]:
        """A line for each section that there is room for."""
        place, section_of = interview.place, interview.instrument.section_of
        here = section_of[place.item].name if place else ""
        within, before, behind = window(self._order.get(here), len(self._order), room)
        lines = [Content.styled(f"↑ {before} before", "dim")] if before else []
        shown = interview.route.sections(within)
        off = {one.name for one in shown if one.state is SectionState.OFF}
        aside = sections_with_aside(interview.route, off)
        for one in shown:
            current = one.name == here
            sign = "▸" if current else ASIDE if one.name in aside else SIGNS[one.state]
            count = _count(one.state, one.answered, one.total, current=current)
            style = "bold" if current else "dim" if one.state is SectionState.OFF else ""
            title = interview.speech.said(self._parts[one.name], "title")
            lines.append(_line(sign, title, count, style))
        return [*lines, Content.styled(f"↓ {behind} more", "dim")] if behind else lines


def window(here: int | None, sections: int, room: int) -> tuple[slice, int, int]:
    """Which sections are shown, and how many lie before and behind them.

    Args:
        here: the section in place, from 0; None after the last question.
        sections: how many there are.
        room: lines, of which each of the two counts takes one.
    """
    if sections <= room:
        return slice(0, sections), 0, 0
    at = sections - 1 if here is None else here
    inner = max(1, room - 2)
    start = max(0, min(at - inner // BEFORE, sections - inner))
    if start <= 1:  # the line of the count could as well hold the section
        return slice(0, max(1, room - 1)), 0, sections - max(1, room - 1)
    if start + inner >= sections - 1:
        start = sections - max(1, room - 1)
        return slice(start, sections), start, 0
    return slice(start, start + inner), start, sections - start - inner


def _line(sign: str, title: str, count: str, style: str) -> Content:
    room = WIDTH - 6 - len(count)
    name = named(title, style, width=room)
    gap = " " * (room - name.cell_length)
    return joined(f"{sign} ", name, gap, Content.styled(f" {count}", style))


def _count(state: SectionState, answered: int, total: int, *, current: bool) -> str:
    if state is SectionState.OFF:
        return ""
    if state is SectionState.OPEN or current:
        return f"{answered}/{total}"
    return str(total) if total else ""


def _notes(interview: Interview, check_key: str) -> list[str]:
    unsettled = interview.unsettled()
    hard = sum(1 for failing in unsettled if failing.check.severity == "hard")
    soft = len(unsettled) - hard
    flags = len(interview.record.flags)
    counted = [
        (len(interview.remarks), "remark", "remarks"),
        (flags, "flag", "flags"),
        (soft, "check to confirm", "checks to confirm"),
        (hard, "check to settle", "checks to settle"),
    ]
    notes = [f"{number} {one if number == 1 else many}" for number, one, many in counted if number]
    return [*notes, f"{check_key} goes there"] if unsettled else notes
