"""A check that fires: change an answer, go to the other one, or say why it is right."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from cati.interview import Interview
from cati.keys import COMMANDS
from cati.question_view import answer_in_words
from cati.screens.base import Dialog
from cati.widgets.fields import SafeInput
from cati.widgets.words import said
from instrument.conditions.nodes import names_read
from instrument.models import Question
from instrument.values import Instance
from skips import Failing


@dataclass(frozen=True)
class Confirmed:
    """The answers are right, and this is why."""

    remark: str


class Why(SafeInput):
    """The remark. While it is empty, a digit of another answer is left to the window."""

    def __init__(self, others: int) -> None:
        super().__init__(placeholder="If it is right, say why", max_length=500, id="why")
        self._digits = {str(number) for number in range(1, others + 1)}

    def on_key(self, event: events.Key) -> None:
        """Leave the digit alone."""
        if not self.value and event.character in self._digits:
            event.prevent_default()


class CheckDialog(Dialog[Confirmed | Instance]):
    """Shows one check; gives a remark, an item to go to, or nothing (change the answer here)."""

    rests = True
    BINDINGS: ClassVar[list[BindingType]] = [COMMANDS["next"].binding("go_on")]

    def __init__(self, interview: Interview, failing: Failing) -> None:
        super().__init__()
        self._text = interview.speech.check(failing)
        self._soft = failing.check.severity == "soft"
        self.heading = "Please check" if self._soft else "This cannot be"
        self._others = [
            (one, interview.speech.title(one), answer_in_words(interview, one))
            for one in items_read(interview, failing)
            if one != interview.place
        ]

    def parts(self) -> ComposeResult:
        """The sentence, the other answers it is about, and room for a remark."""
        yield Static(said(self._text), id="sentence", markup=False)
        for number, (_, title, answer) in enumerate(self._others, start=1):
            yield Static(said(f"{number}  go to: {title} ({answer})"), markup=False)
        if self._soft:
            yield Why(len(self._others))

    def offers(self) -> Content:
        """Confirming is offered for soft checks only."""
        if self._soft:
            return self.offer(("next", "Confirm with this remark"), ("cancel", "Change the answer"))
        return self.offer(("next", "Change the answer"))

    def on_mount(self) -> None:
        """Ready for the remark."""
        if self._soft:
            self.query_one("#why").focus()

    def on_key(self, event: events.Key) -> None:
        """Digits go to the other answers."""
        if self._soft and self.query_one("#why", SafeInput).value:
            return
        if event.character and event.character.isdecimal():
            number = int(event.character)
            if 1 <= number <= len(self._others):
                event.stop()
                self.dismiss(self._others[number - 1][0])

    def keep_draft(self) -> bool:
        """Before locking: a remark on a check is not saved before it is confirmed."""
        return not (self._soft and self.query_one("#why", SafeInput).value.strip())

    def action_go_on(self) -> None:
        """Confirm a soft check; go back to a hard one's answer."""
        if not self._soft:
            self.dismiss(None)
            return
        remark = self.query_one("#why", SafeInput).value.strip()
        if remark:
            self.dismiss(Confirmed(remark))
        else:
            self.say("Say in a few words why the answer is right, or press Esc to change it.")


def items_read(interview: Interview, failing: Failing) -> list[Instance]:
    """The questions on the route that a check reads, in order."""
    roster_of = interview.instrument.roster_of
    own_roster = roster_of.get(failing.instance.item)
    found = []
    for name in names_read(failing.check.condition.tree):
        if not isinstance(interview.instrument.items.get(name), Question):
            continue
        roster = roster_of.get(name)
        if roster is None:
            found.append(Instance(name))
        elif roster is own_roster:
            found.append(Instance(name, failing.instance.row))
        else:
            found += [Instance(name, row) for row in interview.route.rows(roster.name)]
    order = {one: number for number, one in enumerate(interview.route.route())}
    return sorted((one for one in found if one in order), key=order.__getitem__)
