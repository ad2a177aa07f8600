"""A list of choices, of which one or several are taken by their keys, by arrows or by the mouse."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from cati.question_view import ChoiceLine
from cati.widgets.entry import Touched
from cati.widgets.hanging import Hanging
from cati.widgets.words import named
from instrument.values import Answer, Missing

SHORT = 9
"""Lists up to this length take one digit; longer ones take two, and filter by typing."""


class ChoiceRow(Hanging):
    """One choice: its key, its label, and whether it is taken, told by signs and not by color."""

    class Clicked(Message):
        """The mouse took this choice."""

        def __init__(self, name: str) -> None:
            self.name = name
            super().__init__()

    def __init__(self, line: ChoiceLine, key: str, *, boxes: bool) -> None:
        super().__init__(line.label)
        self.line = line
        self._key = key
        self._boxes = boxes
        self.taken = False
        self.here = False

    def set_state(self, *, taken: bool, here: bool) -> None:
        """Show the choice as taken or not, and as the one the arrows are at or not."""
        if (taken, here) != (self.taken, self.here):
            self.taken, self.here = taken, here
            self.set_class(taken, "taken")
            self.set_class(here, "here")
            self.refresh()

    def lead(self) -> Content:
        """The bar of the choice that is taken (or, of boxes, is at hand), the key, and the box."""
        bar = self.here if self._boxes else self.taken
        box = ("[x] " if self.taken else "[ ] ") if self._boxes else ""
        return Content.assemble("▌ " if bar else "  ", (self._key, "bold"), "  ", box)

    def on_click(self) -> None:
        """Take the choice by mouse."""
        self.post_message(self.Clicked(self.line.name))


class ChoiceList(VerticalScroll, can_focus=True):
    """The choices of one question."""

    def __init__(self, lines: Sequence[ChoiceLine], *, several: bool) -> None:
        super().__init__()
        self._lines = tuple(lines)
        self._several = several
        self._two_digits = len(lines) > SHORT
        self._digit = ""
        self._filter = ""
        self._taken: list[str] = []
        self._here = 0

    def compose(self) -> ComposeResult:
        """A line for what is typed, and a row for each choice."""
        yield Static(id="typed", markup=False)
        for number, line in enumerate(self._lines, start=1):
            key = f"{number:02d}" if self._two_digits else line.letter.upper() or str(number)
            yield ChoiceRow(line, key, boxes=self._several)

    def on_mount(self) -> None:
        """Show the state from the start."""
        self._show()

    # --- the entry ---------------------------------------------------------------------------

    def pending(self) -> Answer | None:
        """The choice taken, or all choices taken in the author's order."""
        if not self._taken:
            return None
        if not self._several:
            return self._taken[0]
        return tuple(line.name for line in self._lines if line.name in self._taken)

    def put_back(self, answer: Answer | None) -> None:
        """Show an answer as taken."""
        if answer is None or isinstance(answer, Missing):
            self._taken = []
        else:
            self._taken = list(answer) if isinstance(answer, tuple) else [str(answer)]
        self._digit = self._filter = ""
        names = [line.name for line in self._lines]
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
        if self._two_digits and not self._digit:
            self._digit = digit
            self._show()
            return
        number = int(self._digit + digit)
        self._digit = ""
        if 1 <= number <= len(self._lines):
            self._filter = ""
            self._here = number - 1
            self._take_here()
        else:
            self._show(f"There is no choice {number}.")

    def _letter_typed(self, letter: str) -> bool:
        for number, line in enumerate(self._lines):
            if line.letter and line.letter == letter.lower():
                self._here = number
                self._take_here()
                return True
        if not self._two_digits:
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

    def _found(self) -> list[int]:
        wanted = self._filter.casefold()
        return [n for n, line in enumerate(self._lines) if wanted in line.label.casefold()]

    def _move(self, key: str) -> None:
        found = self._found()
        if not found:
            return
        place = found.index(self._here) if self._here in found else 0
        place = {
            "up": max(0, place - 1),
            "down": min(len(found) - 1, place + 1),
            "home": 0,
            "end": len(found) - 1,
        }[key]
        if not self._several and not self._taken and key == "down":
            place = found.index(self._here) if self._here in found else 0
        self._here = found[place]
        if self._several:
            self._show()
        else:
            self._take_here()

    # --- state -------------------------------------------------------------------------------

    def _take_here(self) -> None:
        line = self._lines[self._here]
        if not self._several:
            self._taken = [line.name]
        elif line.name in self._taken:
            self._taken.remove(line.name)
        elif line.exclusive:
            self._taken = [line.name]
        else:
            alone = {other.name for other in self._lines if other.exclusive}
            self._taken = [name for name in self._taken if name not in alone] + [line.name]
        self._show()
        self.post_message(Touched())

    def on_choice_row_clicked(self, message: ChoiceRow.Clicked) -> None:
        """Take what the mouse points at."""
        message.stop()
        self._here = next(n for n, line in enumerate(self._lines) if line.name == message.name)
        self._digit = ""
        self.focus()
        self._take_here()

    def _show(self, trouble: str = "") -> None:
        if not self.is_mounted:
            return
        found = set(self._found())
        for number, row in enumerate(self.query(ChoiceRow)):
            row.display = number in found
            row.set_state(taken=row.line.name in self._taken, here=number == self._here)
            if number == self._here:
                self.scroll_to_widget(row, animate=False)
        typed = self.query_one("#typed", Static)
        words = trouble or self._typed_so_far()
        typed.update(named(words))
        typed.display = bool(words)

    def _typed_so_far(self) -> str:
        if self._digit:
            return f"{self._digit}_  one more digit"
        if self._filter:
            return f"with “{self._filter}”  (Bksp takes a letter back)"
        return ""
