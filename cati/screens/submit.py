"""Handing the case in: what stands in the way, or the question whether to do it."""

from typing import ClassVar

from pydantic import JsonValue
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from cati.casework import GONE, Casework
from cati.errands import Refusal
from cati.keys import COMMANDS
from cati.obstacles import Obstacle
from cati.screens.base import Dialog
from cati.widgets.picker import Picker
from cati.widgets.words import joined, named, said
from instrument.values import Instance
from store import StoreError

SIGNS = {"open item": "·", "check": "!", "summary part": "·", "identifying text": "⚠"}
WAITS = "Submitting …"
DONE = "Submitted and sealed. You can read it again only if it is returned."


class SubmitScreen(Dialog[Instance | str | tuple[str]]):
    """Gives an item to go to, a part of the summary (in a tuple), or the note that it is done."""

    heading = "Submit this case"
    rests = True
    BINDINGS: ClassVar[list[BindingType]] = [
        COMMANDS["next"].binding("submit"),
        COMMANDS["back"].binding("cancel"),
    ]

    def __init__(self, work: Casework) -> None:
        super().__init__()
        self._work = work
        self._doubtful = False
        """Whether an earlier try may have worked although it reported an error."""
        self._under_way = False
        self._obstacles: list[Obstacle] = work.interview.obstacles()

    def parts(self) -> ComposeResult:
        """The list of what is open, or what submitting does."""
        if self._obstacles:
            words = "Before it can be submitted, these need to be settled. Choose one to go there."
            yield Static(words, id="sentence", markup=False)
            yield Picker(
                *[
                    Option(joined(f"{SIGNS[one.kind]} ", named(one.sentence)), id=str(number))
                    for number, one in enumerate(self._obstacles)
                ],
                markup=False,
                id="obstacles",
            )
        else:
            words = (
                f"{self._work.label} is complete. Submitting seals it: you can read and change it "
                "again only if it is returned."
            )
            yield Static(said(words), id="sentence", markup=False)

    def offers(self) -> Content:
        """Go there or submit."""
        if self._under_way:
            return self.offer(("lock", "Lock, and see later what came of it"))
        behind = "summary" if self._work.interview.summary_parts else "review"
        first = "Go there" if self._obstacles else "Submit"
        return self.offer(("next", first), ("cancel", f"Back to the {behind}"))

    def on_mount(self) -> None:
        """Ready to choose."""
        if self._obstacles:
            self.query_one("#obstacles").focus()

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """Go to what is open."""
        message.stop()
        obstacle = self._obstacles[int(message.option_id or 0)]
        if obstacle.part is not None:
            self.dismiss((obstacle.part,))
        elif obstacle.instance is not None:
            self.dismiss(obstacle.instance)

    def action_submit(self) -> None:
        """Hand the case in."""
        if self._obstacles or self._under_way:
            return
        document = self._work.interview.document()
        self._begin_or_end(under_way=True)
        self.tell(WAITS)
        self.cati.errands.begin(lambda: self._hand_in(document), self._handed_in)

    def action_cancel(self) -> None:
        """Close; not while nobody knows whether the case is sealed."""
        if not self._under_way:
            super().action_cancel()

    def _hand_in(self, document: dict[str, JsonValue]) -> None:
        """In a thread; returns once the case is sealed, by this try or an earlier one."""
        try:
            self._work.hand_in(document)
        except StoreError as error:
            gone = isinstance(error, GONE)
            if (self._doubtful or not gone) and self._work.is_sealed():
                return
            if gone:
                self._work.let_go()
            raise

    def _handed_in(self, outcome: Refusal | None) -> None:
        if self.cati.work is not self._work:  # it was found to be another's, and left
            return
        self._begin_or_end(under_way=False)
        if outcome is None:
            self.dismiss(f"{self._work.label}: {DONE}")
        elif isinstance(outcome, GONE):
            self.dismiss(f"✗ {outcome}")
        else:
            self._doubtful = True
            self.say(f"Not submitted. {outcome}")

    def _begin_or_end(self, *, under_way: bool) -> None:
        self._under_way = self.cati.handing_in = under_way
        self.refresh_offers()
