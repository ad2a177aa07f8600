"""Handing the case in: what stands in the way, or the question whether to do it."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from cati.casework import GONE, Casework
from cati.keys import COMMANDS
from cati.obstacles import Obstacle
from cati.screens.base import Dialog
from cati.widgets.picker import Picker
from cati.widgets.words import joined, named, said
from instrument.values import Instance
from store import StoreError

SIGNS = {"open item": "·", "check": "!", "summary part": "·", "identifying text": "⚠"}
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
        if self._obstacles:
            return
        try:
            self._work.submit()
        except GONE as error:
            if not (self._doubtful and self._work.is_sealed()):
                self._work.let_go()
                self.dismiss(f"✗ {error}")
                return
        except StoreError as error:
            if not self._work.is_sealed():
                self._doubtful = True
                self.say(f"Not submitted. {error}")
                return
        self.dismiss(f"{self._work.label}: {DONE}")
