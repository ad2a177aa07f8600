"""The sections of the interview at the side: what is done, where we are, what is ahead."""

from textual.content import Content
from textual.widgets import Static

from cati.interview import Interview
from cati.widgets.words import joined, named
from skips import SectionState

WIDTH = 22
"""Cells, as in the style sheet."""

SIGNS = {
    SectionState.DONE: "✓",
    SectionState.OPEN: "·",
    SectionState.AHEAD: "·",
    SectionState.OFF: "–",
}


class Sidebar(Static):
    """A line a section, and below them the remarks and the checks that wait."""

    def __init__(self) -> None:
        super().__init__(markup=False)

    def show(self, interview: Interview) -> None:
        """Draw it for the interview as it stands."""
        instrument, place = interview.instrument, interview.place
        here = instrument.section_of[place.item].name if place else ""
        lines = []
        titles = {one.name: interview.speech.said(one, "title") for one in instrument.sections}
        for section in interview.route.sections():
            current = section.name == here
            sign = "▸" if current else SIGNS[section.state]
            count = _count(section.state, section.answered, section.total, current=current)
            style = "bold" if current else "dim" if section.state is SectionState.OFF else ""
            lines.append(_line(sign, titles[section.name], count, style))
        notes = _notes(interview)
        if notes:
            lines += [Content(""), *(named(note) for note in notes)]
        self.update(Content("\n").join(lines))


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


def _notes(interview: Interview) -> list[str]:
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
    return [f"{number} {one if number == 1 else many}" for number, one, many in counted if number]
