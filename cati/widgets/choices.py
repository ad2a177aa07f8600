"""A list of choices, of which one or several are taken by their keys, by arrows or by the mouse."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from cati.hints import UNREAD
from cati.question_view import ChoiceLine
from cati.widgets.entry import Touched
from cati.widgets.hanging import hang
from cati.widgets.words import named
from instrument.values import Answer, Missing

SHORT = 9
"""Lists up to this length take one digit; longer ones take two, and filter by typing."""

TAKEN = "bold $aloud on $taken"


@dataclass(frozen=True)
class Row:
    """One choice as it is drawn."""

    number: int
    lead: Content
    label: str
    taken: bool
    style: str = ""


class ChoiceRows(Widget):
    """The rows; whether a choice is taken is told by signs and not by color alone."""

    class Clicked(Message):
        """The mouse took a choice."""

        def __init__(self, number: int) -> None:
            self.number = number
            super().__init__()

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Row] = []
        self._tops: list[tuple[int, int]] = []
        self._drawn: tuple[int, list[Content]] | None = None

    def show(self, rows: Sequence[Row]) -> None:
        """Show rows."""
        before = len(self._drawn[1]) if self._drawn else -1
        self._rows, self._drawn = list(rows), None
        # Only another number of lines moves what stands around.
        self.refresh(layout=before != len(self._lines(self.size.width)))

    def region_of(self, number: int) -> Region | None:
        """Where a choice stands among the rows."""
        self._lines(self.size.width)
        for found, (start, end) in zip(self._rows, self._tops, strict=True):
            if found.number == number:
                return Region(0, start, self.size.width, end - start)
        return None

    def render(self) -> Content:
        """All rows."""
        return Content("\n").join(self._lines(self.size.width))

    def get_content_height(
        self,
        container: Size,  # noqa: ARG002 (Textual's signature)
        viewport: Size,  # noqa: ARG002
        width: int,
    ) -> int:
        """As many lines as the labels need."""
        return len(self._lines(width))

    def on_click(self, event: events.Click) -> None:
        """Take the choice under the mouse."""
        for row, (start, end) in zip(self._rows, self._tops, strict=True):
            if start <= event.y < end:
                self.post_message(self.Clicked(row.number))

    def _lines(self, width: int) -> list[Content]:
        if self._drawn is None or self._drawn[0] != width:
            self._drawn = (width, self._drawn_at(width))
        return self._drawn[1]

    def _drawn_at(self, width: int) -> list[Content]:
        lines: list[Content] = []
        self._tops = []
        for row in self._rows:
            drawn = hang(row.label, row.lead, width, row.style)
            if row.taken:
                drawn = [line.extend_right(max(0, width - line.cell_length)) for line in drawn]
                drawn = [line.stylize(TAKEN) for line in drawn]
            self._tops.append((len(lines), len(lines) + len(drawn)))
            lines += drawn
        return lines


class ChoiceList(VerticalScroll, can_focus=True):
    """The choices of one question."""

    def __init__(self, choices: Sequence[ChoiceLine] = (), *, several: bool = False) -> None:
        super().__init__()
        self._digit = self._filter = ""
        self._words: str | None = None
        self._taken: list[str] = []
        self._kept: Answer | None = None
        self._touched = False
        self._here = 0
        self._choices = tuple(choices)
        self._several = several

    def compose(self) -> ComposeResult:
        """A line for what is typed, and the rows."""
        yield Static(id="typed", markup=False)
        yield ChoiceRows()

    def on_mount(self) -> None:
        """Show the state from the start."""
        self._show()

    def offer(self, choices: Sequence[ChoiceLine], *, several: bool) -> None:
        """Offer other choices; none of them is taken."""
        self._choices, self._several = tuple(choices), several
        self.put_back(None)

    def retell(self, choices: Sequence[ChoiceLine]) -> None:
        """Show the same choices in other words; what is taken stays so."""
        self._choices, self._filter = tuple(choices), ""
        self._show()

    def height_of_rows(self, width: int) -> int:
        """Lines that all rows take."""
        return self.query_one(ChoiceRows).get_content_height(self.size, self.size, width)

    # --- the entry ---------------------------------------------------------------------------

    def pending(self) -> Answer | None:
        """The choice taken, or all choices taken, in the order shown.

        As long as nothing is taken or left, it is the answer that was put back, also when one of
        its choices is no longer offered.
        """
        if not self._touched:
            return self._kept
        if not self._taken:
            return None
        if not self._several:
            return self._taken[0]
        return tuple(choice.name for choice in self._choices if choice.name in self._taken)

    def put_back(self, answer: Answer | None) -> None:
        """Show an answer as taken."""
        self._kept = None if isinstance(answer, Missing) else answer
        self._touched = False
        kept = self._kept if isinstance(self._kept, tuple) else (self._kept,)
        self._taken = [choice.name for choice in self._choices if choice.name in kept]
        self._digit = self._filter = ""
        names = [choice.name for choice in self._choices]
        self._here = names.index(self._taken[0]) if self._taken else 0
        self._show()

    # --- keys --------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Digits and letters take choices; arrows move; Space takes or leaves one."""
        if self._handled(event.key, event.character or ""):
            event.stop()
            event.prevent_default()

    def _handled(self, key: str, character: str) -> bool:
        match key:
            case "up" | "down" | "home" | "end":
                self._move(key)
            case "space":
                self._digit = ""
                if self._here in self._found():
                    self._take_here()
            case "backspace" if self._digit or self._filter:
                self._filter = self._filter if self._digit else self._filter[:-1]
                self._digit = ""
                self._find()
            case _ if character.isascii() and character.isdigit():
                self._digit_typed(character)
            case _ if len(character) == 1 and character.isprintable():
                return self._letter_typed(character)
            case _:
                return False
        return True

    def _digit_typed(self, digit: str) -> None:
        if self._is_long and not self._digit:
            self._digit = digit
            self._show()
            return
        number = int(self._digit + digit)
        self._digit = ""
        if 1 <= number <= len(self._choices):
            self._filter = ""
            self._here = number - 1
            self._take_here()
        else:
            self._show(f"There is no choice {number}.")

    def _letter_typed(self, letter: str) -> bool:
        for number, choice in enumerate(self._choices):
            if choice.letter and choice.letter == letter.lower():
                self._here = number
                self._take_here()
                return True
        if not self._is_long:
            return False
        self._digit = ""
        self._filter += letter
        self._find()
        return True

    def _find(self) -> None:
        """Show only what matches the filter; of one-of lists, take the first match."""
        found = self._found()
        if found and self._here not in found:
            self._here = found[0]
        if found and self._filter and not self._several:
            self._take_here()
        else:
            self._show("" if found else "No choice has these letters.")

    def _move(self, key: str) -> None:
        found = self._found()
        if not found:
            return
        place = found.index(self._here) if self._here in found else 0
        first = not self._several and not self._taken
        self._here = found[
            {
                "up": max(0, place - 1),
                "down": place if first else min(len(found) - 1, place + 1),
                "home": 0,
                "end": len(found) - 1,
            }[key]
        ]
        if self._several:
            self._show()
        else:
            self._take_here()

    # --- state -------------------------------------------------------------------------------

    @property
    def _is_long(self) -> bool:
        return len(self._choices) > SHORT

    def _found(self) -> list[int]:
        wanted = self._filter.casefold()
        return [n for n, choice in enumerate(self._choices) if wanted in choice.label.casefold()]

    def _take_here(self) -> None:
        choice = self._choices[self._here]
        self._touched = True
        if not self._several:
            self._taken = [choice.name]
        elif choice.name in self._taken:
            self._taken.remove(choice.name)
        elif choice.exclusive:
            self._taken = [choice.name]
        else:
            alone = {other.name for other in self._choices if other.exclusive}
            self._taken = [name for name in self._taken if name not in alone] + [choice.name]
        self._show()
        self.post_message(Touched())

    def on_choice_rows_clicked(self, message: ChoiceRows.Clicked) -> None:
        """Take what the mouse points at."""
        message.stop()
        self._here = message.number
        self._digit = ""
        self.focus()
        self._take_here()

    def _show(self, trouble: str = "") -> None:
        if not self.is_mounted:
            return
        rows = self.query_one(ChoiceRows)
        rows.show([self._row(number) for number in self._found()])
        self.call_after_refresh(self._follow)
        words = trouble or self._typed_so_far()
        if words != self._words:
            self._words = words
            typed = self.query_one("#typed", Static)
            typed.update(named(words))
            typed.display = bool(words)

    def on_resize(self) -> None:
        """Keep the choice at hand in sight when there is more or less room."""
        self._follow()

    def _follow(self) -> None:
        region = self.query_one(ChoiceRows).region_of(self._here)
        if region is not None and self.max_scroll_y:
            above = 1 if self.query_one("#typed").display else 0
            self.scroll_to_region(region.translate((0, above)), animate=False, immediate=True)

    def _row(self, number: int) -> Row:
        choice = self._choices[number]
        label = choice.label if choice.read else f"{choice.label}  {UNREAD}"
        style = "" if choice.read else "dim"
        return Row(number, self._lead(number), label, choice.name in self._taken, style)

    def _lead(self, number: int) -> Content:
        """The bar of the choice taken (or, of boxes, at hand), the key, and the box."""
        choice = self._choices[number]
        taken = choice.name in self._taken
        bar = number == self._here if self._several else taken
        key = f"{number + 1:02d}" if self._is_long else choice.letter.upper() or str(number + 1)
        box = ("[x] " if taken else "[ ] ") if self._several else ""
        return Content.assemble("▌ " if bar else "  ", (key, "bold"), "  ", box)

    def _typed_so_far(self) -> str:
        if self._digit:
            return f"{self._digit}_  one more digit"
        if self._filter:
            return f"with “{self._filter}”  (Bksp takes a letter back)"
        return ""
