"""The questions of a case as a list with their answers: for the overview and the review."""

from collections.abc import Iterator
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from cati.interview import Interview
from cati.question_view import answer_in_words
from cati.widgets.words import joined, named
from instrument.models import Computed
from instrument.values import Instance
from skips import Status

SIGNS = {
    Status.ANSWERED: "✓",
    Status.MISSING: "○",
    Status.NOT_REACHED: "·",
    Status.NOT_APPLICABLE: "–",
    Status.PARKED: "□",
}
LEGEND = "✓ answered  ○ no value  · open  □ set aside  – not asked  ! check  + remark"


@dataclass(frozen=True)
class Line:
    """One item in the list."""

    instance: Instance
    section: str
    title: str
    answer: str
    signs: str
    asked: bool
    """Whether it is on the route, so that one can go there."""


def lines_of(interview: Interview, *, everything: bool) -> Iterator[Line]:
    """The items on the route and those set aside; with `everything` those not asked, too."""
    instrument, route = interview.instrument, interview.route
    checked = {failing.instance for failing in interview.unsettled()}
    for instance in route.instances():
        if isinstance(instrument.items[instance.item], Computed):
            continue
        status, asked = route.status(instance), route.on_route(instance)
        if not everything and not asked and status is not Status.PARKED:
            continue
        signs = SIGNS[status if asked or status is Status.PARKED else Status.NOT_APPLICABLE]
        signs += "!" if instance in checked else ""
        signs += "+" if instance in interview.remarks else ""
        section = interview.speech.said(instrument.section_of[instance.item], "title")
        title, answer = interview.speech.title(instance), answer_in_words(interview, instance)
        yield Line(instance, section, title, answer, signs, asked)


class RouteList(OptionList):
    """A list of lines under the titles of their sections; typing narrows it."""

    class Filtered(Message):
        """Letters were typed."""

        def __init__(self, words: str) -> None:
            self.words = words
            super().__init__()

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._items: list[Line] = []
        self.words = ""

    def show(self, lines: list[Line], at: Instance | None) -> None:
        """Show lines, and stand at one of them."""
        self._items = lines
        self._fill(at)

    @property
    def instance(self) -> Instance | None:
        """The item that is highlighted."""
        if self.highlighted is None:
            return None
        found = self.get_option_at_index(self.highlighted).id
        return next((line.instance for line in self._items if str(line.instance) == found), None)

    def on_key(self, event: events.Key) -> None:
        """Letters narrow the list."""
        if event.key == "backspace" and self.words:
            self._narrow(self.words[:-1])
        elif event.is_printable and event.character:
            self._narrow(self.words + event.character)
        else:
            return
        event.stop()

    def _narrow(self, words: str) -> None:
        at = self.instance
        self.words = words
        self._fill(at)
        self.post_message(self.Filtered(words))

    def _fill(self, at: Instance | None) -> None:
        wanted = self.words.casefold()
        self.clear_options()
        section, goal = "", None
        options: list[Option] = []
        for line in self._items:
            if wanted not in f"{line.title} {line.answer} {line.section}".casefold():
                continue
            if line.section != section:
                section = line.section
                heading = named(section.upper(), "bold")
                options.append(Option(heading, disabled=True))
            if line.instance == at or goal is None:
                goal = len(options) if line.instance == at or goal is None else goal
            options.append(Option(self._prompt(line), id=str(line.instance)))
        self.add_options(options)
        self.highlighted = goal

    def _prompt(self, line: Line) -> Content:
        width = max(40, self.app.size.width - 5)
        style = "" if line.asked else "dim"
        answer = named(line.answer, width=width // 2)
        title = named(line.title, style, width=width - 5 - answer.cell_length - 2)
        gap = max(1, width - 5 - title.cell_length - answer.cell_length)
        return joined(
            f" {line.signs:<3} ", title, " " * gap, answer.stylize("" if line.asked else "dim")
        )
