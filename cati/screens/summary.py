"""The summary: one part at a time, with marks where somebody could be identified."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static, TextArea

from cati.casework import GONE, Casework
from cati.interview import MAX_SUMMARY
from cati.keys import COMMANDS
from cati.screens.base import CatiScreen
from cati.screens.help import summary_pieces
from cati.screens.leave import leave_dialog
from cati.screens.loss import LossDialog
from cati.screens.note import NoteDialog
from cati.screens.page import Page
from cati.screens.submit import SubmitScreen
from cati.summary import Mark, scan
from cati.widgets.band import Band
from cati.widgets.fields import SafeTextArea
from cati.widgets.keybar import KeyBar
from cati.widgets.status import StatusLine
from cati.widgets.words import joined, named, said
from instrument import EntryError
from instrument.models import SummaryPart
from instrument.values import Instance
from store import CaseErased, StoreError

DRAFT_SECONDS = 2.0
"""So long typing goes on at most before it is saved as a draft."""

LISTED = 4
"""Marks listed under the text; the first is the one that keys mend."""


class SummaryScreen(CatiScreen[Instance | str]):
    """Gives an item to go to, a note for the list of cases, or nothing (back to the review)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        COMMANDS["next"].binding("go_on"),
        COMMANDS["back"].binding("go_back"),
        COMMANDS["forward"].binding("go_on"),
        COMMANDS["cancel"].binding("close"),
        COMMANDS["help"].binding("help"),
        COMMANDS["replace"].binding("replace"),
        COMMANDS["keep"].binding("keep"),
        COMMANDS["retry"].binding("retry"),
        COMMANDS["leave"].binding("leave"),
        COMMANDS["quit"].binding("leave"),
        COMMANDS["lock"].binding("app.lock"),
    ]

    def __init__(self, work: Casework) -> None:
        """The case must call for a summary."""
        super().__init__()
        self.work = work
        self.interview = work.interview
        self.parts = work.interview.summary_parts
        self._number = 0
        self._unsaved = False
        self._doubtful: frozenset[str] = frozenset()
        """Parts whose saved text has marks; looked at when it is saved, and not at each key."""
        self._reasons: dict[str, str] = {}
        """Why marks may stay, typed and not saved yet."""

    def compose(self) -> ComposeResult:
        """Parts at the side, the text, the marks."""
        yield self.band_of(self.work)
        with Horizontal(id="middle"):
            yield Static(id="summary-parts", markup=False)
            with Vertical(id="main"):
                yield Static(id="part-title", markup=False)
                yield Static(id="part-hint", markup=False)
                yield SafeTextArea(id="part-text", most=MAX_SUMMARY)
                yield Static(id="marks", markup=False)
        yield StatusLine()
        yield KeyBar(
            self.keymap,
            ["next", "back", ("cancel", "Review"), "replace", "keep", "leave", "lock"],
        )

    def on_mount(self) -> None:
        """Show the first part; save drafts while typing goes on."""
        self._show_part()
        self.set_interval(DRAFT_SECONDS, self._save_typing)

    @property
    def area(self) -> SafeTextArea:
        """The field with the text of the part."""
        return self.query_one("#part-text", SafeTextArea)

    def on_text_area_changed(self) -> None:
        """Mark what is typed."""
        self._unsaved = self._text() != self.interview.summary.get(self._part().name, "")
        self._draw()

    # --- saving ------------------------------------------------------------------------------

    def _save_typing(self) -> None:
        """Save what was typed since the last time; nothing is typed here behind a window."""
        if self._unsaved and self.is_current:
            self._save(draft=True)

    def keep_draft(self) -> bool:
        """Before locking: save what was typed; False if that fails."""
        try:
            self._write_reasons()
            if self._unsaved:
                self.interview.write_summary(self._part().name, self._text(), draft=True)
        except (StoreError, EntryError):
            return False
        return True

    def _save(self, *, draft: bool) -> bool:
        return self._write(
            lambda: self.interview.write_summary(self._part().name, self._text(), draft=draft),
            self._saved,
        )

    def _saved(self) -> None:
        self._unsaved = False

    def _write(self, event: Callable[[], object], then: Callable[[], None]) -> bool:
        """Write; whether that worked. The alarm stays while anything waits to be saved."""
        status = self.query_one(StatusLine)
        try:
            event()
        except EntryError as error:
            status.alarm(f"NOT SAVED. {error}")
            return False
        except GONE as error:
            self._lost(error)
            return False
        except StoreError as error:
            status.alarm(f"NOT SAVED, {self.keymap.shown('retry')} tries again. {error}")
            return False
        then()
        if not self._reasons:
            status.settle()
        band = self.query_one(Band)
        band.saved_at, band.saved_here = self.interview.saved_at, self.work.held.waiting > 0
        self._look_over()
        self._draw()
        return True

    def _write_reasons(self) -> None:
        """Save why marks may stay."""
        for mark, why in list(self._reasons.items()):
            self.interview.explain_mark(mark, why)
            del self._reasons[mark]

    def action_retry(self) -> None:
        """Save again."""
        if self._write(self._write_reasons, lambda: None):
            self._save(draft=False)

    def _lost(self, error: StoreError) -> None:
        """The case is no longer ours: leave it, after what is not saved was seen."""

        def gone(_: None) -> None:
            self.work.let_go()
            self.dismiss(f"✗ {error}")

        self._unsaved = False
        if isinstance(error, CaseErased):  # nothing of it stays
            gone(None)
            return
        words = [*self._reasons.values(), self._text()]
        shown = "\n\n".join(filter(None, words))
        # Without a reason before it, the text is what was refused, so it is kept already.
        kept = self.work.keep_typed(shown if self._reasons else "")
        self.app.push_screen(LossDialog(error, shown, kept), gone)

    # --- moving ------------------------------------------------------------------------------

    def action_go_on(self) -> None:
        """To the next part, and behind the last one to submitting."""
        if not self._keep_part():
            return
        if self._number + 1 < len(self.parts):
            self._number += 1
            self._show_part()
        else:
            self.app.push_screen(SubmitScreen(self.work), self._submitted)

    def action_go_back(self) -> None:
        """To the part before, and before the first one to the review."""
        if not self._keep_part():
            return
        if self._number:
            self._number -= 1
            self._show_part()
        else:
            self.dismiss(None)

    def action_close(self) -> None:
        """To the review."""
        if self._keep_part():
            self.dismiss(None)

    def action_leave(self) -> None:
        """Leave, with a reason."""
        self._keep_part()
        if self.is_current:
            self.app.push_screen(leave_dialog(self.work), self._leave)

    def action_help(self) -> None:
        """What is written here, and the keys."""
        self.app.push_screen(Page("Help", summary_pieces(self.work, self.keymap)))

    def _keep_part(self) -> bool:
        """Whether everything on the screen is saved."""
        if self._reasons and not self._write(self._write_reasons, lambda: None):
            return False
        before = self.interview.summary.get(self._part().name, "")
        return self._text() == before or self._save(draft=False)

    def _leave(self, why: str | None) -> None:
        if why is not None:
            self.dismiss(self.work.leave(why))

    def _submitted(self, result: Instance | str | tuple[str] | None) -> None:
        """From submitting: done, an item, a part of the summary, or back here."""
        match result:
            case (part,):
                self._number = [one.name for one in self.parts].index(part)
                self._show_part()
            case None:
                self.area.focus()
            case _:
                self.dismiss(result)

    # --- marks -------------------------------------------------------------------------------

    def action_replace(self) -> None:
        """Write the neutral words over the first mark."""
        marks = self._marks()
        if marks:
            mark = marks[0]
            text = self.area.text
            start, end = location(text, mark.start), location(text, mark.end)
            self.area.replace(mark.suggestion, start, end)

    def action_keep(self) -> None:
        """Say why the first mark may stay."""
        marks = self._marks()
        if not marks:
            return
        mark = marks[0]

        def kept(why: str | None) -> None:
            if why is not None:
                self._reasons[mark.text] = why
                self._write(self._write_reasons, lambda: None)

        about = f"“{mark.text}” {looks_like(mark)}. Why does it identify nobody?"
        typed = self._reasons.get(mark.text, "")
        self.app.push_screen(NoteDialog("Keep these words", about, typed), kept)

    def _marks(self) -> list[Mark]:
        return self._marks_in(self.area.text)

    def _marks_in(self, text: str) -> list[Mark]:
        found = scan(text, self.work.known)
        return [mark for mark in found if mark.text not in self.interview.explained]

    def _look_over(self) -> None:
        texts = self.interview.summary
        self._doubtful = frozenset(name for name in texts if self._marks_in(texts[name]))

    # --- drawing -----------------------------------------------------------------------------

    def _part(self) -> SummaryPart:
        return self.parts[self._number]

    def _text(self) -> str:
        return self.area.text.strip()

    def _show_part(self) -> None:
        part = self._part()
        speech = self.interview.speech
        title = f"{speech.said(part, 'label')}  ({self._number + 1} of {len(self.parts)})"
        self.query_one("#part-title", Static).update(named(title))
        self.query_one("#part-hint", Static).update(said(speech.said(part, "hint")))
        area = self.area
        with self.prevent(TextArea.Changed):
            area.load_text(self.interview.summary.get(part.name, ""))
        area.move_cursor(area.document.end)
        area.focus()
        self._unsaved = False
        self._look_over()
        self._draw()

    def _draw(self) -> None:
        lines = [Content.styled("SUMMARY", "bold"), Content("")]
        for number, part in enumerate(self.parts):
            done = bool(self.interview.summary.get(part.name, "").strip())
            here = number == self._number
            settled = "⚠" if part.name in self._doubtful else "✓"
            sign = "▸" if here else settled if done else "·"
            label = self.interview.speech.said(part, "label")
            lines.append(joined(f"{sign} ", named(label, "bold" if here else "", width=18)))
        self.query_one("#summary-parts", Static).update(Content("\n").join(lines))
        self.query_one("#marks", Static).update(self._mark_lines())

    def _mark_lines(self) -> Content:
        full = len(self.area.text) >= MAX_SUMMARY
        words = f"This part is full: it takes up to {MAX_SUMMARY:,} characters."
        return Content("\n").join([*([said(words)] if full else []), *self._marked()])

    def _marked(self) -> list[Content]:
        marks = self._marks()
        if not marks:
            return []
        first, keys = marks[0], self.keymap
        lines = [
            joined(
                "⚠ ",
                named(f"“{first.text}” {looks_like(first)}.", "bold"),
            ),
            joined(
                "  ",
                Content.styled(keys.shown("replace"), "bold"),
                " write ",
                named(f"“{first.suggestion}”"),
                "    ",
                Content.styled(keys.shown("keep"), "bold"),
                " keep, say why",
            ),
        ]
        others = ", ".join(f"“{mark.text}”" for mark in marks[1:LISTED])
        more = f" and {len(marks) - LISTED} more" if len(marks) > LISTED else ""
        if others:
            lines.append(named(f"  then: {others}{more}"))
        return lines


def location(text: str, index: int) -> tuple[int, int]:
    """Line and column of a character."""
    return text.count("\n", 0, index), index - (text.rfind("\n", 0, index) + 1)


def looks_like(mark: Mark) -> str:
    """Why a mark was made, to stand behind its words."""
    if mark.kind.startswith("known"):
        return f"is {mark.kind}"
    article = "an" if mark.kind[0].lower() in "aeio" else "a"
    return f"looks like {article} {mark.kind}"
