"""The question in place: what to read, what to know, and the entry for the answer."""

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.css.query import NoMatches
from textual.widgets import Static

from cati.question_view import QuestionView
from cati.widgets.choices import ChoiceList
from cati.widgets.entry import Touched, Typed
from cati.widgets.fields import LineField, NoteField
from cati.widgets.hanging import Hanging
from cati.widgets.reasons import Reason, Reasons
from cati.widgets.words import named, said
from instrument.models import CHOICE_KINDS, Kind
from instrument.values import READ, Answer, Missing

AnyEntry = ChoiceList | LineField | NoteField


class QuestionPane(Vertical):
    """Shows one `QuestionView`; knows what is chosen, not what becomes of it."""

    def __init__(self) -> None:
        super().__init__()
        self.view: QuestionView | None = None
        self._entry: AnyEntry | None = None
        self._reasons: Reasons | None = None

    async def show(self, view: QuestionView, line: str | None = None) -> None:
        """Replace what is shown; `line` is what the respondent says, in practice."""
        self.view = view
        entry = self._entry = _make_entry(view)
        self._reasons = Reasons(view.reasons) if view.reasons else None
        self.set_class(view.question is None, "statement")
        with self.app.batch_update():
            await self.remove_children()
            await self.mount_all(list(self._parts(view, line)))
            self.put_back()
            self.screen.set_focus(entry)

    def pending(self) -> Answer | Typed | None:
        """What going on would hand over; None if nothing is chosen."""
        if self.view is None:
            return None
        if self.view.question is None:
            return READ
        if self._reasons is not None and self._reasons.taken:
            return Missing(self._reasons.taken)
        return self._entry.pending() if self._entry else None

    def put_back(self) -> None:
        """Drop what was chosen or typed, and show the answer that is saved."""
        kept = self.view.kept if self.view else None
        if self._entry is not None:
            self._entry.put_back(kept)
        if self._reasons is not None:
            self._reasons.take(kept.reason if isinstance(kept, Missing) else None)
        self.say("")

    def take_reason(self, name: str) -> None:
        """Choose a missing reason; what was chosen or typed gives way."""
        if self._entry is not None:
            self._entry.put_back(None)
        if self._reasons is not None:
            self._reasons.take(name)
        self.say("")

    def say(self, trouble: str) -> None:
        """One sentence under the entry, or nothing."""
        try:
            line = self.query_one("#trouble", Static)
        except NoMatches:
            return
        line.update(said(f"✗ {trouble}" if trouble else ""))
        line.display = bool(trouble)

    # --- inside ------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """A key that the entry left alone may be the key of a missing reason."""
        reason = self._reasons.by_key(event.key) if self._reasons else None
        if reason is not None:
            event.stop()
            self.take_reason(reason)

    def on_reason_chosen(self, message: Reason.Chosen) -> None:
        """The same by mouse."""
        message.stop()
        self.take_reason(message.name)

    def on_touched(self, message: Touched) -> None:
        """An answer was begun: no missing reason then."""
        message.stop()
        if self._reasons is not None:
            self._reasons.take(None)
        self.say("")

    def _parts(self, view: QuestionView, line: str | None) -> ComposeResult:
        yield Horizontal(
            Static(named(_title(view)), id="title", markup=False),
            Static(named(view.minutes), id="minutes", markup=False),
            id="heading",
        )
        yield VerticalScroll(*self._texts(view, line), id="texts", can_focus=False)
        if self._entry is not None:
            if view.hint:
                yield Static(named(view.hint), id="hint", markup=False)
            yield self._entry
        trouble = Static(id="trouble", markup=False)
        trouble.display = False
        yield trouble
        if self._reasons is not None:
            yield self._reasons
        if view.because:
            yield Static(said(view.because), id="because", markup=False)

    def _texts(self, view: QuestionView, line: str | None) -> ComposeResult:
        yield Hanging(view.ask, classes="aloud")
        notes = [
            ("", "" if view.question else "Read this aloud, then press ↵."),
            ("Note   ", view.instruct),
            ("Probe  ", view.probe),
            ("Guide  ", "; ".join(f"{guide.title} (F1)" for guide in view.guides)),
            ("Remark ", view.remark),
        ]
        shown = [(lead, text) for lead, text in notes if text]
        for number, (lead, text) in enumerate(shown):
            yield Hanging(text, lead, classes="note" if number else "note first")
        if line:
            yield Hanging(f"“{line}”", "Respondent  ", classes="line")


def _make_entry(view: QuestionView) -> AnyEntry | None:
    question = view.question
    if question is None:
        return None
    if question.kind in CHOICE_KINDS:
        return ChoiceList(view.choices, several=question.kind is Kind.ANY_OF)
    return NoteField() if question.kind is Kind.LONG_TEXT else LineField(question)


def _title(view: QuestionView) -> str:
    row = f" · {view.row}" if view.row else ""
    return f"{view.section.upper()}  {view.number} of {view.total}{row}"
