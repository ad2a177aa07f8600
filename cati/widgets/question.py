"""The question in place: what to read, what to know, and the entry for the answer.

The widgets stay the same from question to question and only change what they show, so that the next
question is on the screen at once.
"""

from collections.abc import Iterator

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Static

from cati.hints import SPACE_TAKES
from cati.question_view import QuestionView
from cati.widgets.choices import ChoiceList
from cati.widgets.entry import Touched, Typed
from cati.widgets.fields import LineField, NoteField
from cati.widgets.grid import LEAST as LEAST_ROWS
from cati.widgets.grid import GridRows
from cati.widgets.hanging import Piece, Texts
from cati.widgets.reasons import Reasons
from cati.widgets.words import cut_within, named, said
from instrument.entry import in_order
from instrument.models import CHOICE_KINDS, Kind
from instrument.values import READ, Answer, Missing

GIVING_WAY = ((1, 1, True), (0, 1, True), (0, 1, False), (0, 0, False))
"""What gives way when a question is long: the empty line at the top, the reason for asking (the
help page tells it, too), the empty line under the title."""

LEAST = 5
"""Lines that choices and long texts get, however long the texts to read are."""

LEAST_OF_ROW = 12
"""Cells that the name of a row gets, however little room there is."""

BESIDE = ("#hint", "#trouble", "Reasons")
"""What stays in sight besides texts and choices."""

Entry = ChoiceList | LineField | NoteField


class QuestionPane(Vertical):
    """Shows one `QuestionView`; knows what is chosen, not what becomes of it."""

    class Chosen(Message):
        """Something else is chosen or typed than before, and nothing is done with it yet."""

    def __init__(self) -> None:
        super().__init__()
        self.view: QuestionView | None = None
        self._words: dict[str, str] = {}
        self._entry: Entry | None = None

    def compose(self) -> ComposeResult:
        """Everything that any question may need."""
        with Horizontal(id="heading"):
            yield Static(id="title", markup=False)
            yield Static(id="minutes", markup=False)
        with VerticalScroll(id="texts", can_focus=False):
            yield Texts()
        yield Static(id="hint", markup=False)
        yield ChoiceList()
        yield LineField()
        yield NoteField()
        yield Static(id="trouble", markup=False)
        yield Reasons()
        yield GridRows()
        yield Static(id="because", markup=False)

    def show(self, view: QuestionView, line: str | None = None) -> None:
        """Show another question; `line` is what the respondent says, in practice."""
        with self.app.batch_update():
            self._tell(view, line)
            self.query_one("#texts", VerticalScroll).scroll_home(animate=False)
            self._offer(view)
            self.put_back()
            if view.drafted is not None:
                self.query_one(NoteField).set_text(view.drafted)
            self.query_one(NoteField).begin()
            self._fit()
        self.screen.set_focus(self._entry)

    def retell(self, view: QuestionView, line: str | None = None) -> None:
        """Show the same question in other words; what is chosen or typed stays."""
        with self.app.batch_update():
            self._tell(view, line)
            if isinstance(self._entry, ChoiceList):
                self._entry.retell(view.choices)
            self.query_one(Reasons).retell(view.reasons)
            self._fit()

    def pending(self) -> Answer | Typed | None:
        """What going on would hand over; None if nothing is chosen."""
        if self.view is None:
            return None
        question = self.view.question
        if question is None:
            return READ
        taken = self.query_one(Reasons).taken
        if taken is not None:
            return Missing(taken)
        pending = self._entry.pending() if self._entry else None
        return in_order(question, set(pending)) if isinstance(pending, tuple) else pending

    @property
    def unfinished(self) -> bool:
        """Whether something is typed in a list for which nothing was taken."""
        return isinstance(self._entry, ChoiceList) and self._entry.unfinished

    def stops_at_typed(self) -> bool:
        """Whether going on stops at what is typed in a list and not taken; says so.

        The one choice that it fits is taken; going on again goes on.
        """
        trouble = self._entry.finish() if isinstance(self._entry, ChoiceList) else None
        if trouble:
            self.say(trouble)
        return trouble is not None

    def drop_unfinished(self) -> bool:
        """Drop that alone; whether there was anything."""
        if not isinstance(self._entry, ChoiceList) or not self._entry.drop_unfinished():
            return False
        self.say("")
        return True

    def put_back(self) -> None:
        """Drop what was chosen or typed, and show the answer that is saved."""
        kept = self.view.kept if self.view else None
        if self._entry is not None:
            self._entry.put_back(kept)
        self.query_one(Reasons).take(kept.reason if isinstance(kept, Missing) else None)
        self.say("")
        self.post_message(self.Chosen())

    def take_reason(self, name: str) -> None:
        """Choose a missing reason; what was chosen or typed gives way."""
        if self._entry is not None:
            self._entry.put_back(Missing(name))
        self.query_one(Reasons).take(name)
        self.say("")
        self.post_message(self.Chosen())

    def say(self, trouble: str) -> None:
        """One sentence under the entry, or nothing."""
        words = f"✗ {trouble}" if trouble else ""
        if words == self._words.get("#trouble"):
            return
        line = self.query_one("#trouble", Static)
        self._words["#trouble"] = words
        line.update(said(words))
        line.display = bool(trouble)
        self._fit()

    def focus_entry(self) -> None:
        """Keys go to the answer again."""
        self.screen.set_focus(self._entry)

    # --- inside ------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Share the lines out anew."""
        self._put_title()
        self._fit()

    def _put_title(self) -> None:
        if self.view is not None:
            room = self.content_size.width - len(self.view.minutes) - 2
            self._put("#title", _title(self.view, room))

    def _fit(self) -> None:
        """Share the lines out: texts and choices scroll, and all else stays in sight."""
        # The padding gives way, too: the height is measured with it.
        width, height = self.content_size.width, self.outer_size.height
        if self.view is None or not height:
            return
        texts = self.query_one(Texts).get_content_height(self.size, self.size, width)
        least = self._least_of_entry(width)
        title_and_gap = 2
        grid = self.query_one(GridRows)
        rows = min(grid.rows, LEAST_ROWS)
        fixed = title_and_gap + sum(self._lines_of(name, width) for name in BESIDE)
        fixed += rows + 1 if rows else 0
        why = self._lines_of("#because", width)
        room = 0
        for top, below_title, reason in GIVING_WAY:
            room = height - fixed - top - below_title - (why if reason else 0)
            self.set_class(not top, "tight")
            self.set_class(not below_title, "tighter")
            self.query_one("#because").display = bool(why) and reason
            if texts + least <= room:
                break
        room += self._dense(width, room - texts)
        most = max(3, room - least)
        self.query_one("#texts").styles.max_height = most
        self.query_one(ChoiceList).styles.max_height = max(2, room - min(texts, most))
        spare = room - min(texts, most) - self._most_of_entry(width)
        grid.styles.height = max(1, min(grid.rows, rows + max(0, spare)))

    def _dense(self, width: int, room: int) -> bool:
        """Whether the empty line over the hint of a list gives way to the choices.

        While something is typed it stays as it is, so that nothing moves with each letter.
        """
        if not isinstance(self._entry, ChoiceList) or not self._words.get("#hint"):
            self.remove_class("dense")
        elif not self._entry.speaks:
            self.set_class(self._entry.height_of_rows(width) > room, "dense")
        return self.has_class("dense")

    def _least_of_entry(self, width: int) -> int:
        """Lines that the entry gets, however long the texts are."""
        match self._entry:
            case None:
                return 0
            case LineField():
                return 1
            case NoteField():
                return LEAST
            case ChoiceList() as choices:
                return min(LEAST, choices.height_of_rows(width) + choices.speaks)

    def _most_of_entry(self, width: int) -> int:
        """Lines that the entry can use; those of a list with room for what is typed."""
        if isinstance(self._entry, ChoiceList):
            return self._entry.height_of_rows(width) + 1
        return self._least_of_entry(width)

    def _lines_of(self, name: str, width: int) -> int:
        """How many lines a part takes with the empty one before it; 0 if it has nothing to say."""
        if name == "Reasons":
            return 2 if self.view and self.view.reasons else 0
        words = self._words.get(name, "")
        if not words:
            return 0
        if name == "#hint":
            return len(said(words).wrap(max(1, width - 6)))
        return len(said(words).wrap(width)) + 1

    def on_key(self, event: events.Key) -> None:
        """A key that the entry left alone may be the key of a missing reason."""
        reason = self.query_one(Reasons).by_key(event.key)
        if reason is not None:
            event.stop()
            self.take_reason(reason)
        elif isinstance(self._entry, ChoiceList) and self._is_stray(event):
            self._entry.refuse(event.character or "")

    def _is_stray(self, event: events.Key) -> bool:
        """Whether a key is a character that nothing takes."""
        return event.is_printable and event.key not in self.screen.active_bindings

    def on_reasons_chosen(self, message: Reasons.Chosen) -> None:
        """The same by mouse."""
        message.stop()
        self.take_reason(message.name)
        self.focus_entry()

    def on_choice_list_speaks(self, message: ChoiceList.Speaks) -> None:
        """Its line takes room from the texts rather than from a short list."""
        message.stop()
        self._fit()

    def on_touched(self, message: Touched) -> None:
        """An answer was begun: no missing reason then."""
        message.stop()
        self.query_one(Reasons).take(None)
        self.say("")
        self.post_message(self.Chosen())

    def _tell(self, view: QuestionView, line: str | None) -> None:
        """Everything but the entry."""
        self.view = view
        self._put("#minutes", view.minutes)
        self._put_title()
        self._put("#hint", _hint(view))
        self._put("#because", view.because)
        self.query_one(Texts).show(list(_pieces(view, line)))
        self.query_one(GridRows).show(view.grid)

    def _offer(self, view: QuestionView) -> None:
        """Show the entry for the kind of the question, and its missing reasons."""
        question = view.question
        choices, line, note = (
            self.query_one(ChoiceList),
            self.query_one(LineField),
            self.query_one(NoteField),
        )
        if question is None:
            self._entry = None
        elif question.kind in CHOICE_KINDS:
            self._entry = choices
            choices.offer(view.choices, several=question.kind is Kind.ANY_OF)
        elif question.kind is Kind.LONG_TEXT:
            self._entry = note
        else:
            self._entry = line
            line.max_length = question.max_length or 64
        for entry in (choices, line, note):
            entry.display = entry is self._entry
        reasons = self.query_one(Reasons)
        reasons.offer(view.reasons)
        reasons.display = bool(view.reasons)

    def _put(self, selector: str, words: str) -> None:
        widget = self.query_one(selector, Static)
        if words == self._words.get(selector):
            return
        self._words[selector] = words
        widget.update(said(words) if selector == "#because" else named(words))
        widget.display = bool(words)


def _hint(view: QuestionView) -> str:
    several = view.question is not None and view.question.kind is Kind.ANY_OF
    space = SPACE_TAKES if several and view.choices else ""
    return "; ".join(filter(None, (space, view.hint)))


def _title(view: QuestionView, room: int) -> str:
    """Where the question stands; so that a row keeps its name, the section gives way to it."""
    place = f"{view.number} of {view.total}"
    grid = f" · row {view.grid.progress}" if view.grid else ""
    if not view.row:
        return f"{view.section.upper()}  {place}{grid}"
    whole = f"{view.section.upper()}  {place} · {view.row}{grid}"
    if len(whole) <= room:
        return whole
    row = cut_within(view.row, max(LEAST_OF_ROW, room - len(place) - len(grid) - 3))
    return f"{place} · {row}{grid}"


def _pieces(view: QuestionView, line: str | None) -> Iterator[Piece]:
    if view.grid and view.grid.stem:
        yield Piece(view.grid.stem, style="bold $aloud" if view.grid.here == 0 else "$note")
    yield Piece(view.ask, style="bold $aloud", apart=view.grid is not None)
    notes = [
        ("", "" if view.question else "Read this aloud, then press ↵."),
        ("Note   ", view.instruct),
        ("Probe  ", view.probe),
        ("Before the move  ", view.before),
        ("Guide  ", "; ".join(f"{title} (F1)" for title in view.guides)),
        ("Remark ", view.remark),
        ("Gone   ", f"{view.fallen} (no longer offered)" if view.fallen else ""),
    ]
    shown = [(lead, text) for lead, text in notes if text]
    for number, (lead, text) in enumerate(shown):
        yield Piece(text, lead, "$note", apart=number == 0)
    if line:
        yield Piece(f"“{line}”", "Respondent  ", "$spoken", apart=True)
