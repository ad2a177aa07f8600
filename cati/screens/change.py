"""Before a change of mind that sets answers aside: what it would do, and whether to do it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cati.interview import Interview
from cati.keys import COMMANDS
from cati.pace import tempo_so_far
from cati.question_view import answer_in_words
from cati.screens.base import Dialog
from cati.widgets.words import joined, named, said
from instrument.counts import counted
from instrument.values import Answer, Instance
from skips import Change, SectionState
from skips.foreseen import sections_after


def needs_asking(interview: Interview, change: Change, at: Instance | None = None) -> bool:
    """Whether a change is asked about first: of the item in place, or of another.

    It is when answers would be set aside or would count again, and when an answer given before is
    replaced by one that brings questions in another section; a follow-up that comes next anyway is
    no surprise.
    """
    place = interview.place if at is None else at
    if place is None:
        return False
    if change.parked or change.restored:
        return True
    section_of = interview.instrument.section_of
    elsewhere = [one for one in change.entered if section_of[one.item] != section_of[place.item]]
    return interview.is_settled(place) and bool(elsewhere)


def foretold(interview: Interview, place: Instance, answer: Answer) -> str:
    """What an answer that is not given yet would do beyond its own item, on one line.

    Empty if that is nothing, or if an item that has no answer yet only brings what it asks for.
    """
    change = interview.route.preview(place, answer)
    if not interview.is_settled(place) and not change.parked and not change.restored:
        return _left_out(interview, place, answer)
    new = len(change.entered) - len(change.restored)
    gone = len(change.left) - len(change.parked)
    parts = [
        f"would set aside {_counted(interview, change.parked)}" if change.parked else "",
        f"{counted(len(change.restored), 'answer')} would count again" if change.restored else "",
        counted(new, "new question") if new else "",
        counted(len(change.failing), "check") if change.failing else "",
        f"{gone:,} fewer open" if gone else "",
    ]
    words = " · ".join(filter(None, parts))
    return f"→ {words[0].upper()}{words[1:]}" if words else ""


def _left_out(interview: Interview, place: Instance, answer: Answer) -> str:
    """The sections that a first answer would leave out, or that nothing more would be asked."""
    route, section_of = interview.route, interview.instrument.section_of
    if not route.program.readers[route.program.slot(place)]:
        return ""  # nothing hangs on it
    before, after = route.sections(), sections_after(route, place, answer)
    own = section_of[place.item].name
    out = [
        one
        for was, one in zip(before, after, strict=True)
        if was.state is not SectionState.OFF and one.state is SectionState.OFF
    ]
    if not out:
        return ""
    open_still = [one for one in after if one.state in (SectionState.AHEAD, SectionState.OPEN)]
    if not open_still:
        return "→ Nothing more would be asked"
    titles = {
        one.name: interview.speech.said(one, "title") for one in interview.instrument.sections
    }
    if len(out) == 1:
        return f"→ Would leave out {titles[out[0].name]}"
    ahead = [one for one in open_still if one.name != own]
    if not ahead:
        return "→ Nothing would be asked after this section"
    only = f"; only {titles[ahead[0].name]} would be left" if len(ahead) == 1 else ""
    return f"→ Would leave out {len(out)} sections{only}"


def moved(interview: Interview, change: Change) -> str:
    """What a change set aside or brought back, to stand behind other words; often empty."""
    parts = [
        f"{_counted(interview, change.parked)} set aside" if change.parked else "",
        f"{_counted(interview, change.restored)} counting again" if change.restored else "",
    ]
    return "".join(f" · {part}" for part in parts if part)


def becoming(before: str, after: str) -> str:
    """The heading of a change of the item in place."""
    return f"If “{before}” becomes “{after}”" if before else f"If it is “{after}”"


def _counted(interview: Interview, instances: Sequence[Instance]) -> str:
    """How many answers, and in which section or in how many."""
    section_of, speech = interview.instrument.section_of, interview.speech
    sections = {section_of[one.item].name: section_of[one.item] for one in instances}
    first = next(iter(sections.values()))
    where = speech.said(first, "title") if len(sections) == 1 else f"{len(sections)} sections"
    return f"{counted(len(instances), 'answer')} in {where}"


class ChangeDialog(Dialog[bool]):
    """Shows a change that is not made yet; True to make it."""

    rests = True
    BINDINGS: ClassVar[list[BindingType]] = [COMMANDS["next"].binding("change")]

    def __init__(self, interview: Interview, change: Change, heading: str) -> None:
        super().__init__()
        self._interview = interview
        self._change = change
        self.heading = heading

    def parts(self) -> ComposeResult:
        """What is set aside, what comes back, what is asked."""
        with VerticalScroll(id="effects", can_focus=False):
            yield Static(self._effects(), markup=False)
            listed = Static(id="listed", markup=False)
            listed.display = False
            yield listed

    def offers(self) -> Content:
        """Change, leave, list."""
        return self.offer(
            ("next", "Change it"),
            ("cancel", "Leave it as it is"),
            ("L", "List"),
            ("↑ ↓", "Scroll"),
        )

    def on_key(self, event: events.Key) -> None:
        """List, and scroll."""
        if event.key.lower() == "l":
            event.stop()
            listed = self.query_one("#listed", Static)
            listed.display = not listed.display
            if listed.display:
                listed.update(self._listed())
        elif event.key in ("up", "down"):
            event.stop()
            effects = self.query_one("#effects")
            effects.scroll_relative(y=-3 if event.key == "up" else 3, animate=False, immediate=True)

    def action_change(self) -> None:
        """Make the change."""
        self.dismiss(True)

    def action_cancel(self) -> None:
        """Leave the answer as it was."""
        self.dismiss(False)

    def _effects(self) -> Content:
        change = self._change
        new = [one for one in change.entered if one not in change.restored]
        unasked = [one for one in change.left if one not in change.parked]
        groups: list[Content] = []
        if change.parked:
            kept = Content("They are kept, and come back if you change it again.")
            groups.append(self._group(_answers(change.parked, "set aside"), change.parked, kept))
        if unasked:
            groups.append(self._group(_questions(unasked, "no longer asked"), unasked))
        if change.restored:
            groups.append(self._group(_answers(change.restored, "count again"), change.restored))
        if new:
            instead = "asked instead" if change.left else "asked as well"
            lead = f"{_questions(new, instead)}, about {self._minutes(new)}"
            groups.append(self._group(lead, new))
        return Content("\n\n").join(groups)

    def _group(self, lead: str, instances: Sequence[Instance], *more: Content) -> Content:
        """How many, in which sections."""
        speech, section_of = self._interview.speech, self._interview.instrument.section_of
        sections = Counter(speech.said(section_of[one.item], "title") for one in instances)
        counts = [named(f"{title} {count}") for title, count in sections.items()]
        where = joined("  ", Content("   ").join(counts))
        return Content("\n").join([Content.styled(lead, "bold"), where, *more])

    def _listed(self) -> Content:
        interview, change = self._interview, self._change
        groups = (
            ("Set aside", change.parked),
            ("Count again", change.restored),
            ("Asked", [one for one in change.entered if one not in change.restored]),
        )
        lines: list[Content] = []
        for title, instances in groups:
            if instances:
                lines += [Content(""), Content.styled(title, "bold")]
            for one in instances:
                answer = answer_in_words(interview, one)
                words = f"  {interview.speech.title(one)}" + (f": {answer}" if answer else "")
                lines.append(said(words))
        return Content("\n").join(lines)

    def _minutes(self, instances: Iterable[Instance]) -> str:
        seconds = sum(map(self._interview.route.expected_seconds, instances))
        minutes = max(1, round(seconds * tempo_so_far(self._interview) / 60))
        return counted(minutes, "minute")


def _answers(instances: tuple[Instance, ...], what: str) -> str:
    said = ("is set aside", "are set aside") if what == "set aside" else ("counts again", what)
    return counted(len(instances), f"answer {said[0]}", f"answers {said[1]}")


def _questions(instances: list[Instance], what: str) -> str:
    return f"{counted(len(instances), 'question is', 'questions are')} {what}"
