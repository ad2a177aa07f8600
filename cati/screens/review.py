"""After the last question: what is still open, the whole route, and the way to the summary."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from cati.casework import Casework
from cati.keys import COMMANDS
from cati.left_words import left_count
from cati.obstacles import Obstacle
from cati.screens.base import CatiScreen
from cati.screens.leave import leave_dialog
from cati.screens.left import left_page
from cati.screens.overview import OverviewScreen
from cati.screens.route_list import View
from cati.screens.submit import SubmitScreen
from cati.screens.summary import SummaryScreen
from cati.widgets.keybar import KeyBar
from cati.widgets.picker import Picker
from cati.widgets.words import joined, named
from instrument.counts import counted
from instrument.models import Roster
from instrument.values import Instance

GO_ON = "go-on"
ASIDE = "aside"
LEFT = "left"

MOST_LISTED = 100
"""What is open, as far as it is listed here; the overview lists all of it."""


class ReviewScreen(CatiScreen[Instance | str]):
    """Gives an item to go to, a note for the list of cases, or nothing (back to the last item)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        COMMANDS["back"].binding("back"),
        COMMANDS["cancel"].binding("back"),
        COMMANDS["overview"].binding("overview"),
        COMMANDS["leave"].binding("leave"),
        COMMANDS["quit"].binding("leave"),
        COMMANDS["lock"].binding("app.lock"),
    ]

    def __init__(self, work: Casework) -> None:
        super().__init__()
        self.work = work
        self._open: list[Obstacle] = []

    def compose(self) -> ComposeResult:
        """What is open, or that nothing is."""
        yield self.band_of(self.work)
        yield Static(id="review-title", markup=False)
        yield Static(id="review-note", markup=False)
        yield Picker(markup=False, id="review")
        yield KeyBar(
            self.keymap,
            [("next", "Choose"), ("back", "Last question"), "overview", "leave", "lock"],
        )

    def on_mount(self) -> None:
        """Look at the case as it stands."""
        interview = self.work.interview
        self._open = [
            obstacle for obstacle in interview.obstacles() if obstacle.instance is not None
        ]
        count, aside = len(interview.route.route()), len(interview.route.set_aside())
        from_record = self.work.from_record
        if self._open:
            need = "needs" if len(self._open) == 1 else "need"
            title = f" REVIEW  {len(self._open)} of {count} {need} a look"
            note = "Choose one to go there. All else can be done before they are settled."
        else:
            title = f" REVIEW  all {counted(count, 'question is', 'questions are')} done"
            note = "Nothing more is to be asked." if from_record else "The call can end here."
        title += f" · {aside} set aside" if aside else ""
        self.query_one("#review-title", Static).update(Content.styled(title, "bold"))
        self.query_one("#review-note", Static).update(note)
        listed = self.query_one("#review", OptionList)
        onward = "Go on to the summary" if interview.summary_parts else "Submit this case"
        listed.add_option(Option(f"→ {onward}", id=GO_ON))
        for number, obstacle in enumerate(self._open[:MOST_LISTED]):
            sign = "!" if obstacle.kind == "check" else "·"
            listed.add_option(Option(joined(f"{sign} ", named(obstacle.sentence)), id=str(number)))
        if len(self._open) > MOST_LISTED:
            more = f"  … and {len(self._open) - MOST_LISTED} more"
            listed.add_option(Option(f"{more}: {self.keymap.shown('overview')} lists them all."))
            listed.disable_option_at_index(listed.option_count - 1)
        if aside:
            answers = counted(aside, "answer is", "answers are")
            listed.add_option(Option(f"□ {answers} set aside; look at them", id=ASIDE))
        left = left_count(interview)
        if left:
            answers = counted(left, "answer has", "answers have")
            words = f"{answers} no place in version {interview.instrument.version}; look at them"
            listed.add_option(Option(joined("◇ ", named(words)), id=LEFT))
        listed.highlighted = 1 if self._open else 0
        listed.focus()

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """To the summary, or to an item."""
        message.stop()
        if message.option_id == GO_ON:
            if self.work.interview.summary_parts:
                self.app.push_screen(SummaryScreen(self.work), self._summarized)
            else:
                self.app.push_screen(SubmitScreen(self.work), self._submitted)
        elif message.option_id == ASIDE:
            self._look(View.ASIDE)
        elif message.option_id == LEFT:
            self.app.push_screen(left_page(self.work.interview))
        elif message.option_id is not None:
            self.dismiss(self._open[int(message.option_id)].instance)

    def action_back(self) -> None:
        """To the last question."""
        self.dismiss(None)

    def action_overview(self) -> None:
        """The whole route."""
        self._look(View.ASKED)

    def action_leave(self) -> None:
        """Leave, with a reason."""
        self.app.push_screen(leave_dialog(self.work), self._leave)

    def _look(self, view: View) -> None:
        self.app.push_screen(OverviewScreen(self.work, view=view), self._chosen)

    def _chosen(self, chosen: Instance | tuple[Roster, int] | None) -> None:
        if isinstance(chosen, Instance):
            self.dismiss(chosen)

    def _leave(self, why: str | None) -> None:
        if why is not None:
            self.dismiss(self.work.leave(why))

    def _submitted(self, result: Instance | str | tuple[str] | None) -> None:
        """Without a summary, submitting is the next step."""
        if not isinstance(result, tuple):
            self._summarized(result)

    def _summarized(self, result: Instance | str | None) -> None:
        if result is not None:
            self.dismiss(result)
