"""The interview: one question at a time."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from cati.casework import Casework
from cati.keys import COMMANDS
from cati.question_view import view_of
from cati.screens.base import CatiScreen, Dialog
from cati.screens.help import help_pieces, terms
from cati.screens.leave import leave_dialog
from cati.screens.loss import LossDialog, unsaved_words
from cati.screens.note import NoteDialog
from cati.screens.overview import OverviewScreen
from cati.screens.page import Page
from cati.screens.review import ReviewScreen
from cati.screens.row_steps import RowSteps
from cati.screens.rows import RowsDialog, RowsDone, open_rosters
from cati.screens.steps import Steps
from cati.screens.taking_back import TakingBack
from cati.widgets.band import Band
from cati.widgets.entry import Typed
from cati.widgets.hanging import Piece
from cati.widgets.keybar import KeyBar
from cati.widgets.question import QuestionPane
from cati.widgets.sidebar import Sidebar
from cati.widgets.status import StatusLine
from cati.widgets.words import said
from instrument.models import Kind, Roster
from instrument.values import Answer, Instance
from store import CaseErased, StoreError

T = TypeVar("T")

DRAFT_SECONDS = 2.0
"""Between two looks at a long text that is being typed."""

WIDE = 110
"""Columns from which the respondent's lines stand beside the question."""

BAR = ("next", "back", "help", "remark", "terms", "overview", "leave", "undo", "flag", "lock")
MORE = ("first_open", "first_check", "rows")
"""Shown where there is room; the help page lists them all."""
SPEAKS = 2
"""Where the key of languages stands in the bar of an instrument that has several."""


class InterviewScreen(CatiScreen[str]):
    """Draws the interview and hands keys to its steps; gives a note for the list of cases."""

    BINDINGS: ClassVar[list[BindingType]] = [
        COMMANDS["next"].binding("go_on"),
        COMMANDS["back"].binding("go_back"),
        COMMANDS["forward"].binding("forward"),
        COMMANDS["help"].binding("help"),
        COMMANDS["remark"].binding("remark"),
        COMMANDS["terms"].binding("terms"),
        COMMANDS["overview"].binding("overview"),
        COMMANDS["leave"].binding("leave"),
        COMMANDS["lines"].binding("lines"),
        COMMANDS["flag"].binding("flag"),
        COMMANDS["undo"].binding("undo"),
        COMMANDS["redo"].binding("redo"),
        COMMANDS["erase"].binding("erase"),
        COMMANDS["first_open"].binding("first_open"),
        COMMANDS["first_check"].binding("first_check"),
        COMMANDS["rows"].binding("rows"),
        COMMANDS["language"].binding("language"),
        COMMANDS["cancel"].binding("put_back"),
        COMMANDS["retry"].binding("retry"),
        COMMANDS["scroll_up"].binding("scroll_texts(-2)"),
        COMMANDS["scroll_down"].binding("scroll_texts(2)"),
        COMMANDS["lock"].binding("app.lock"),
        COMMANDS["quit"].binding("leave"),
    ]

    def __init__(self, work: Casework) -> None:
        super().__init__()
        self.work = work
        self.interview = work.interview
        self._steps = Steps(work.interview, self)
        self._rows = RowSteps(work.interview, self, self._steps)
        self._taking_back = TakingBack(work.interview, self, self._steps)
        self._lines_shown = True
        self._holds_back = self._is_stale = self._has_told = False

    def compose(self) -> ComposeResult:
        """Band, sections, question, status, keys."""
        yield self.band_of(self.work)
        with Horizontal(id="middle"):
            yield Sidebar(self.keymap.shown("first_check"))
            with Vertical(id="main"):
                yield QuestionPane()
            yield Static(id="script", markup=False)
        yield StatusLine()
        several = len(self.interview.instrument.languages) > 1
        language = ("language",) if several else ()
        yield KeyBar(self.keymap, (*BAR[:SPEAKS], *language, *BAR[SPEAKS:], *MORE))

    async def on_mount(self) -> None:
        """Start the clock, tell what was, and show where to go on."""
        self.set_interval(1.0, self._tick)
        self.set_interval(DRAFT_SECONDS, self._save_typing)
        await self.show_place()
        if self.interview.changed_since:
            self.query_one(StatusLine).tell("F1 lists all keys.")
            notes = [Piece(note) for note in self.interview.changed_since]
            if self.interview.record.left_behind:
                keys = f"{self.keymap.shown('overview')}, then {self.keymap.shown('left')}"
                notes.append(Piece(f"{keys}: the answers left behind in other versions."))
            again = len(self.interview.record.sittings) > 1
            heading = "taken up again" if again else "before the first question"
            self.app.push_screen(Page(f"{self.work.label}: {heading}", notes))

    # --- what the steps need -----------------------------------------------------------------

    def pending(self) -> Answer | Typed | None:
        """What is chosen or typed."""
        return self.pane.pending()

    @property
    def pane(self) -> QuestionPane:
        """The question, with its entry."""
        return self.query_one(QuestionPane)

    def say(self, trouble: str) -> None:
        """A sentence under the entry."""
        self.pane.say(trouble)
        if trouble:
            self.query_one(StatusLine).forget()

    def saved(self, words: str) -> None:
        """An answer is safe; show it for a moment."""
        self.query_one(StatusLine).tell(words)
        self._has_told = True
        self._draw_around()

    def not_saved(self, error: StoreError) -> None:
        """Nothing was saved; offer to try again."""
        retry, drop = self.keymap.shown("retry"), self.keymap.shown("cancel")
        offer = f", {retry} tries again, {drop} drops it" if self.interview.unsaved else ""
        self.query_one(StatusLine).alarm(f"NOT SAVED{offer}. {error}")

    def emptied(self) -> None:
        """Say how an answer is taken away that stands no longer on the screen."""
        erase, cancel = self.keymap.shown("erase"), self.keymap.shown("cancel")
        self.say(
            f"Nothing is chosen or entered: {erase} takes the saved answer away, "
            f"{cancel} puts it back."
        )

    def settle(self) -> None:
        """Nothing waits to be saved any more."""
        self.say("")
        self.query_one(StatusLine).settle()
        self._draw_around()

    def hold_up(self) -> None:
        """Say that what was not saved is to be tried again or dropped first."""
        retry, drop = self.keymap.shown("retry"), self.keymap.shown("cancel")
        self.say(f"The last entry is not saved yet: {retry} tries again, {drop} drops it.")

    async def lost(self, error: StoreError) -> None:
        """The case is no longer ours: leave it, after what is not saved was seen."""
        event, typed = unsaved_words(self.interview), self.pending()
        words = [event, typed.text if isinstance(typed, Typed) and typed.text != event else ""]

        async def gone(_: None) -> None:
            self.work.held.wipe()  # there is nothing to give back
            self.dismiss(f"✗ {error}")

        # Of an erased case nothing stays, neither as a draft nor on the screen.
        if any(words) and not isinstance(error, CaseErased):
            kept = self.work.keep_typed(words[1], self.interview.place)
            self.ask(LossDialog(error, "\n\n".join(filter(None, words)), kept), gone)
        else:
            await gone(None)

    async def show_place(self) -> None:
        """Draw the item in place, or the review behind the last one."""
        place = self.interview.place
        if place is None:
            self._draw_around()
            self.app.push_screen(ReviewScreen(self.work), self._reviewed)
            return
        if not self._has_told:  # what the key before this one did is another question's
            self.query_one(StatusLine).forget()
        self.pane.show(view_of(self.interview, place), self._script(place))
        self._draw_around()

    def _retell(self) -> None:
        """Draw the item in place anew; what is chosen or typed stays."""
        place, pane = self.interview.place, self.pane
        if place is not None and pane.view is not None and pane.view.instance == place:
            pane.retell(view_of(self.interview, place), self._script(place))
            self._draw_around()

    def _script(self, place: Instance) -> str | None:
        """Show what the respondent says beside the question; if it is to stand within it, what."""
        wide = self.size.width >= WIDE
        line = self.work.line(place) if self._lines_shown else None
        script = self.query_one("#script", Static)
        script.display = bool(wide and line)
        if script.display:
            script.update(said(f"Respondent\n\n“{line}”"))
        return None if wide else line

    def ask(self, dialog: Dialog[T], answered: Callable[[T | None], Awaitable[None]]) -> None:
        """Open a window."""

        async def then(result: T | None) -> None:
            with self._at_once():
                await answered(result)

        self.app.push_screen(dialog, then)

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        """Paint what a key does once, when all of it is done."""
        with self.app.batch_update():
            self._holds_back, self._has_told = True, False
            try:
                yield
            finally:
                self._holds_back = False
                if self._is_stale and self.is_mounted:
                    self._draw_around()

    # --- keys --------------------------------------------------------------------------------

    async def action_go_on(self) -> None:
        """Keep and go on."""
        with self._at_once():
            await self._steps.go_on()

    async def action_go_back(self) -> None:
        """Keep and go back."""
        with self._at_once():
            await self._steps.go_back()

    async def action_forward(self) -> None:
        """Go on; what is chosen or entered is kept, and nothing is added to it."""
        with self._at_once():
            await self._steps.go_on(alone=False)

    async def action_first_open(self) -> None:
        """Keep and go to what has no answer yet."""
        with self._at_once():
            await self._steps.to_first_open()

    async def action_first_check(self) -> None:
        """Keep and go to the check that waits."""
        with self._at_once():
            await self._steps.to_first_check()

    def action_rows(self) -> None:
        """The people or things that can be added, with those that were."""

        async def done(result: RowsDone | None) -> None:
            if result is not None:
                await self._rows.finish(result)

        rosters = open_rosters(self.interview)
        if not rosters:
            words = "The answers so far ask for nobody and nothing to be added."
            self.query_one(StatusLine).tell(words)
        elif not self._steps.held_up():
            self.ask(RowsDialog(self.interview, rosters), done)

    async def action_undo(self) -> None:
        """Take the last change back."""
        with self._at_once():
            await self._taking_back.undo()

    async def action_redo(self) -> None:
        """Bring back what was taken back."""
        with self._at_once():
            await self._taking_back.redo()

    async def action_erase(self) -> None:
        """Take the answer away."""
        with self._at_once():
            await self._steps.erase()

    async def action_put_back(self) -> None:
        """Drop what was not saved."""
        await self._steps.drop()

    async def action_retry(self) -> None:
        """Save again."""
        await self._steps.retry()

    def action_help(self) -> None:
        """The help page."""
        self.app.push_screen(Page("Help", help_pieces(self.work, self.keymap)))

    def action_terms(self) -> None:
        """The glossary."""
        self.app.push_screen(Page("Terms", terms(self.work)))

    def action_remark(self) -> None:
        """A note on the item in place."""
        place = self.interview.place
        if place is None or self._steps.held_up():
            return
        about = self.interview.speech.title(place)
        text = self.interview.remarks.get(place, "")

        def keep(words: str) -> None:
            self.interview.remark(words, place)

        dialog = NoteDialog("Remark", f"On: {about}", text, optional=bool(text), keep=keep)
        self.app.push_screen(dialog, self._note_taken(keep))

    def action_flag(self) -> None:
        """A note for the supervisor."""
        if self._steps.held_up():
            return
        dialog = NoteDialog("Flag for the supervisor", "What should the supervisor look at?")
        self.app.push_screen(dialog, self._note_taken(self.interview.flag))

    def action_overview(self) -> None:
        """The list of questions."""
        self.app.push_screen(OverviewScreen(self.work, rows=True), self._chosen)

    def action_leave(self) -> None:
        """Leave, with a reason."""
        self.app.push_screen(leave_dialog(self.work), self._leave)

    async def action_lines(self) -> None:
        """Show or hide the respondent's lines."""
        place = self.interview.place
        if place is None or self.work.line(place) is None:
            self.query_one(StatusLine).tell("There are no respondent's lines here.")
            return
        self._lines_shown = not self._lines_shown
        self._retell()

    async def action_language(self) -> None:
        """Go on in the next language; what is chosen or typed stays."""
        languages = list(self.interview.instrument.languages)
        if len(languages) == 1:
            return
        following = languages[(languages.index(self.interview.language) + 1) % len(languages)]

        async def spoken() -> None:
            self._retell()
            label = self.interview.instrument.languages[following]
            self.query_one(StatusLine).tell(f"Language: {label}")

        await self._steps.write(lambda: self.interview.speak(following), spoken)

    def action_scroll_texts(self, lines: int) -> None:
        """Move what does not fit above the choices."""
        self.query_one("#texts").scroll_relative(y=lines, animate=False, immediate=True)

    def on_question_pane_chosen(self, message: QuestionPane.Chosen) -> None:
        """Say what it would do, before anything is done."""
        message.stop()
        self.query_one(StatusLine).foresee(self._steps.foresee())

    # --- results -----------------------------------------------------------------------------

    def _note_taken(self, keep: Callable[[str], None]) -> Callable[[str | None], Awaitable[None]]:
        async def noted() -> None:
            self.saved("✓ Noted.")

        async def taken(words: str | None) -> None:
            if words is not None:
                await self._steps.write(lambda: keep(words), noted)

        return taken

    async def _chosen(self, chosen: Instance | tuple[Roster, int] | None) -> None:
        with self._at_once():
            match chosen:
                case Instance():
                    await self._steps.go_to(chosen)
                case (roster, row):
                    self._rows.take_out(roster, row)

    async def _leave(self, why: str | None) -> None:
        if why is None:
            return

        async def leave() -> None:
            self.dismiss(self.work.leave(why))

        if self.interview.unsaved is None:
            await self._steps.keep(leave)
        else:
            await leave()

    async def _reviewed(self, result: Instance | str | None) -> None:
        """From the review: to an item, or out of the case."""
        with self._at_once():
            match result:
                case Instance():
                    await self._steps.go_to(result)
                case str():
                    self.dismiss(result)
                case None:
                    self.interview.back()
                    await self.show_place()

    # --- drawing -----------------------------------------------------------------------------

    async def _save_typing(self) -> None:
        """Keep a long text while it is typed, so that a crash takes two seconds of it at most."""
        interview, view = self.interview, self.pane.view
        if view is None or view.instance != interview.place or not self.is_current:
            return
        if view.question is None or view.question.kind is not Kind.LONG_TEXT or interview.unsaved:
            return
        typed = self.pending()
        text = typed.text if isinstance(typed, Typed) else ""
        kept = interview.route.kept(view.instance)
        before = kept if isinstance(kept, str) else ""
        if text != (before if interview.drafted is None else interview.drafted):
            await self._steps.draft(text)

    def keep_draft(self) -> bool:
        """Before locking: save what is chosen, if it sets nothing aside and is valid."""
        return self._steps.keep_quietly() and not self.pane.unfinished

    def on_resize(self) -> None:
        """The respondent's lines move beside the question, or under it."""
        if self.is_mounted and self.work.scripts is not None:
            self._retell()

    def _draw_around(self) -> None:
        self._is_stale = self._holds_back
        if self._is_stale:
            return
        self.query_one(Sidebar).show(self.interview)
        self.query_one(Band).saved_at = self.interview.saved_at
        self._tick()

    def _tick(self) -> None:
        begun = self.interview.record.sittings[-1].begun
        band = self.query_one(Band)
        band.on_call, band.saved_here = self.cati.now() - begun, self.work.held.waiting > 0
